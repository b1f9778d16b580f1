"""The cells that say who is responsible, as one responsibility."""

from __future__ import annotations

import re

from documents.parsing.departments import is_body
from documents.parsing.model import ParsedResponsibility
from documents.parsing.responsibilities import read_segment
from documents.parsing.tables.cells import CELL_BREAK, Text

_LABELS = {"lead": "牵头单位", "responsible": "责任单位", "coop": "配合单位", "part": "参与单位"}
_BREAK = re.compile(rf"\s*[{CELL_BREAK} ]\s*")
_MARKS = re.compile(r"[、,;:。()]")
# Ends of names that are no names alone: 市发展改革委 / 员会, 市政府 / 办公室.
_ENDS_ONLY = re.compile(r"员会|办公[室厅]")
_OPEN = re.compile(r"等[\u4e00-\u9fff]{0,6}$")
_PERSON = re.compile(r"\((?![^()]*(?:牵头|主办|主责|配合|协办|参与|省|市|区|县))[^()]{1,12}\)")


def read_names(
    text: str, folded: str, who: dict[str, list[Text]], has_people: bool, region: str | None
) -> ParsedResponsibility | None:
    """牵头单位, 责任单位 and 配合单位 are cells of one responsibility."""
    parts = []
    for role in _LABELS:
        for cell in who.get(role, []):
            names = whole_names(CELL_BREAK.join(folded[a:b] for a, b in cell))
            if has_people:
                names = _PERSON.sub("", names)
            parts.append(names if ":" in names else f"{_LABELS[role]}:{names}")
    raw = "；".join(
        "".join(text[a:b] for a, b in cell) for role in _LABELS for cell in who.get(role, [])
    )
    raw = raw.replace(CELL_BREAK, "\n")
    found = read_segment(raw, ";".join(parts), region)
    return found if found.departments else None


def whole_names(words: str) -> str:
    """Names on lines of their own get a mark between them; a name broken over lines gets none."""
    pieces = _BREAK.split(words.strip())
    joined = pieces[0]
    for piece in pieces[1:]:
        joined += ("、" if _both_whole(joined, piece) else "") + piece
    return joined


def _both_whole(before: str, after: str) -> bool:
    if not before or not after or _MARKS.match(after) or _MARKS.search(before[-1]):
        return False
    last, first = _MARKS.split(before)[-1], _OPEN.sub("", _MARKS.split(after)[0])
    return is_body(last) and is_body(first) and not _ENDS_ONLY.fullmatch(first)
