"""The cells that say who is responsible, as one responsibility."""

from __future__ import annotations

import re
from itertools import pairwise

from documents.parsing.departments import is_body
from documents.parsing.model import ParsedResponsibility
from documents.parsing.responsibilities import read_segment
from documents.parsing.tables.cells import CELL_BREAK, Text
from documents.parsing.tables.columns import Columns
from documents.parsing.vocabulary import LEVEL

_LABELS = {"lead": "牵头单位", "responsible": "责任单位", "coop": "配合单位", "part": "参与单位"}
_BREAK = re.compile(rf"\s*[{CELL_BREAK} ]\s*")
_MARKS = re.compile(r"[、,;:。()]")
# Both sides read like names, and yet the line broke within one: 市人力社 / 保局, 市委 / 宣传部.
_BROKEN = re.compile(
    r"社/[会保]|委/员|办/公|会/[计议]|部/门|(?:委|政府)/(?:办公|组织|宣传|统战|政法|编办|网信|督查)"
)
_OPEN = re.compile(r"等[\u4e00-\u9fff]{0,6}$")
# 1.市卫健委 / 2.市财政局
_COUNT = re.compile(r"^\(?\d{1,2}[.、)]\s?(?=[\u4e00-\u9fff])")
# 市卫健委牵头 市财政局配合, 市卫健委为牵头单位, 市卫健委、市财政局(共同牵头)
_ENDS_ROLE = re.compile(r"(?:牵头|主办|负责|配合|协办|协助|参与|落实)$")
_AS_ROLE = re.compile(r"为(?P<role>牵头|主办|配合|协办|参与)(?:责任)?(?:单位|部门)(?=[,;、。]|$)")
_TOGETHER = re.compile(r"(?P<names>[^,;:()]{4,})\((?:共同|联合)牵头\)、?")
_GLUED = re.compile(r"[省市区县州旗][\u4e00-\u9fff]{6,60}")
_PERSON = re.compile(r"\((?![^()]*(?:牵头|主办|主责|配合|协办|参与|省|市|区|县))[^()]{1,12}\)")


def read_names(
    text: str, folded: str, who: dict[str, list[Text]], columns: Columns, region: str | None
) -> ParsedResponsibility | None:
    """牵头单位, 责任单位 and 配合单位 are cells of one responsibility."""
    parts = []
    labels = dict(_LABELS)
    if "lead" not in columns.who and columns.who.keys() & {"coop", "part"}:
        labels["responsible"] = _LABELS["lead"]  # whoever cooperates has a column of his own
    for role in _LABELS:
        for cell in who.get(role, []):
            names = whole_names(CELL_BREAK.join(folded[a:b] for a, b in cell))
            if columns.people:
                names = _PERSON.sub("", names)
            parts.append(names if ":" in names else f"{labels[role]}:{names}")
    raw = "；".join(
        "".join(text[a:b] for a, b in cell) for role in _LABELS for cell in who.get(role, [])
    )
    raw = raw.replace(CELL_BREAK, "\n")
    found = read_segment(raw, ";".join(parts), region)
    return found if found.departments else None


def whole_names(words: str) -> str:
    """Names on lines of their own get a mark between them; a name broken over lines gets none."""
    pieces = [_COUNT.sub("", piece) for piece in _BREAK.split(words.strip())]
    joined = pieces[0]
    for piece in pieces[1:]:
        mark = "," if _ENDS_ROLE.search(joined) else "、" if _both_whole(joined, piece) else ""
        joined += mark + piece
    joined = _TOGETHER.sub(r"\g<names>牵头,", _AS_ROLE.sub(r"\g<role>", joined))
    return _GLUED.sub(_parted, joined)


def _parted(match: re.Match[str]) -> str:
    """市委编办市财政局: full lines of a narrow cell that were put together as if of one name."""
    names = match[0]
    cuts = [
        place
        for place in range(3, len(names) - 2)
        if names[place] == names[0] and is_body(names[:place]) and LEVEL.match(names[place:])
    ]
    pieces = [names[a:b] for a, b in pairwise([0, *cuts, len(names)])]
    return "、".join(pieces) if all(map(is_body, pieces)) else names


def _both_whole(before: str, after: str) -> bool:
    if not before or not after or _MARKS.match(after) or _MARKS.search(before[-1]):
        return False
    last, first = _MARKS.split(before)[-1], _OPEN.sub("", _MARKS.split(after)[0])
    return is_body(last) and is_body(first) and not _BROKEN.search(f"{last[-2:]}/{first[:2]}")
