"""Where responsibilities stand in a task's text: in brackets, on lines of their own, or bare.

Works on folded text. `find_segments` is the way in; responsibilities.py reads what it finds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.parsing.departments import is_body, split_names
from documents.parsing.responsibilities import (
    BODY_WORD,
    LABEL,
    LABEL_WORDS,
    PERSON_LINE,
    VERB,
    VERB_END,
    read_content,
    without_explanations,
)

# 责任单位 with its colon lost is still a label; 责任 alone is not.
# ★责任单位:…, 市级责任单位:…: what may stand before the label of a line.
_LABEL_LEAD = r"^[★☆▲●◆■•*·\-]{0,2}\s?[(【\[〔]?(?:[省市县区州](?:级|直))?"
_LABEL_DECOR = re.compile(
    r"^[★☆▲●◆■•*·\-]{1,2}\s?|^(?:[省市县区州](?:级|直))(?=责任|牵头|配合|主办|协办|承办)"
)
_LABEL_LINE = re.compile(rf"{_LABEL_LEAD}(?:{LABEL_WORDS})")
_TIME_LINE = re.compile(
    r"^[★☆▲●◆■•*·\-]{0,2}\s?[(【\[]?(?:完成时限|完成时间|时限要求|办理时限|时间节点|时间要求|实施时间|工作时限"
    r"|进度安排|时间进度|时限|计划完成时间)[】\]]?\s?:"
)
_HINT = re.compile(r"负责|牵头|责任|配合|主办|协办|承办|参与|分工|落实|实施|局|委|办|厅")


@dataclass(frozen=True, slots=True)
class Segment:
    """Where one responsibility stands: text[start:end], content without brackets."""

    start: int
    end: int
    content: str
    own_line: bool = False
    repaired: str = ""  # what was mended, in words for the user


_ANYTHING = re.compile(r"[()【[〔]|责任|负责|牵头|单位|部门|分工|主办|落实|实施")


def find_segments(text: str) -> list[Segment]:
    """Every responsibility in a task's folded text, in order."""
    segments: list[Segment] = []
    if not _ANYTHING.search(text):
        return segments
    taken = bytearray(len(text))
    for find in (_labelled_lines, _parentheses, _half_parentheses, _bare_labels):
        for segment in find(text):
            if 1 not in taken[segment.start : segment.end]:
                segments.append(segment)
                taken[segment.start : segment.end] = b"\x01" * (segment.end - segment.start)
    return sorted(segments, key=lambda segment: segment.start)


def is_side_line(line: str) -> bool:
    """A line of its own that says who or when, not what."""
    return bool(_LABEL_LINE.match(line) or PERSON_LINE.match(line) or _TIME_LINE.match(line))


# …责任单位:甲、乙 完成时限:年底前 on one line: who or when that is, no body's name.
_SIDE_BEHIND = re.compile(
    r"[。;,\s]?(?=(?:完成(?:时限|时间|期限)|时限要求|时间(?:节点|要求)|办理时限|责任领导|牵头领导|分管领导|责任人|联系人)\s?:)"
)


def _lines(text: str) -> list[tuple[int, int]]:
    spans, begin = [], 0
    for piece in text.split("\n"):
        spans.append((begin, begin + len(piece)))
        begin += len(piece) + 1
    return spans


def _labelled_lines(text: str) -> list[Segment]:
    """牵头单位:… and 配合单位:… on lines of their own; neighbours are one responsibility."""
    segments: list[Segment] = []
    run: list[tuple[int, int]] = []
    for start, end in [*_lines(text), (len(text), len(text))]:
        line = text[start:end]
        if line and _LABEL_LINE.match(line) and _names_somebody(_strip_brackets(line)):
            run.append((start, end))
            continue
        if run and (PERSON_LINE.match(line) or _TIME_LINE.match(line)):
            continue
        if run:
            content = ";".join(_without_side(_strip_brackets(text[a:b])) for a, b in run)
            segments.append(Segment(run[0][0], run[-1][1], content, own_line=run[0][0] > 0))
            run = []
    return segments


def _without_side(content: str) -> str:
    side = _SIDE_BEHIND.search(content)
    return content[: side.start()] if side else content


def _strip_brackets(text: str) -> str:
    text = _LABEL_DECOR.sub("", _LABEL_DECOR.sub("", text.strip().rstrip("。;")))
    opened = text[:1] in ("(", "【", "[", "〔")
    if opened and text[-1:] in (")", "】", "]", "〕"):
        return text[1:-1]
    if text.count(")") > text.count("("):
        text = text[:-1] if text.endswith(")") else text
    return text[1:] if opened and text[:1] == "(" and text.count("(") > text.count(")") else text


def _parentheses(text: str) -> list[Segment]:
    """Whole parentheses that name who is responsible."""
    segments = []
    for start, end in _bracket_pairs(text):
        content = text[start + 1 : end - 1]
        if not 3 <= len(content) <= 600 or not _HINT.search(content):
            continue
        line_end = text.find("\n", end)
        at_end = not text[end : line_end if line_end >= 0 else len(text)].strip("。; ")
        if _is_responsibility(content) or (at_end and _is_bare_list(content)):
            own_line = start > 0 and text[start - 1] == "\n"
            segments.append(Segment(start, end, content, own_line))
    return segments


def _bracket_pairs(text: str) -> list[tuple[int, int]]:
    """Outermost pairs of brackets that open and close within one line; linear in the text."""
    pairs: list[tuple[int, int]] = []
    stack: list[int] = []
    for index, char in enumerate(text):
        if char in "(【[〔":
            stack.append(index)
        elif char in ")】]〕" and stack:
            start = stack.pop()
            while pairs and pairs[-1][0] > start:
                pairs.pop()
            pairs.append((start, index + 1))
        elif char == "\n":
            stack.clear()
    return pairs


_HALF_LABEL = re.compile(rf"(?:责任|牵头|负责|主办){BODY_WORD}\s?:")


def _half_parentheses(text: str) -> list[Segment]:
    """A responsibility at the end of a line whose opening or closing bracket was lost."""
    segments = []
    for start, end in _lines(text):
        line = text[start:end].rstrip("。; ")
        lost = _lost_opening(line) if line.endswith(")") else _lost_closing(line)
        if lost is None:
            continue
        begin, content, words = lost
        if _is_responsibility(content):
            segments.append(Segment(start + begin, end, content, begin == 0 and start > 0, words))
    return segments


def _lost_opening(line: str) -> tuple[int, str, str] | None:
    """…公布。责任部门:省卫生厅、监察厅) — from the label, or from the last full stop."""
    depth = 0
    for index in range(len(line) - 1, max(-1, len(line) - 400), -1):
        depth += (line[index] == ")") - (line[index] == "(")
        if depth == 0:
            return None  # the bracket has its partner
    labels = list(_HALF_LABEL.finditer(line, max(0, len(line) - 400)))
    begin = labels[-1].start() if labels else line.rfind("。") + 1
    if begin <= 0:
        return None
    return begin, line[begin:-1], "责任括号缺左括号，已按文意补全，请核对责任部门"


def _lost_closing(line: str) -> tuple[int, str, str] | None:
    """…需求(责任单位:市财政局、市卫生局 — the line ends inside the bracket."""
    begin = line.rfind("(", max(0, len(line) - 400))
    if begin <= 0 or ")" in line[begin:]:
        return None
    return begin, line[begin + 1 :], "责任括号缺右括号，已按文意补全，请核对责任部门"


_BARE_LABEL = re.compile(
    rf"(?<=[。;!?\"”)])\s?(?={LABEL_WORDS})|(?<=[。;])\s?(?=(?:责任|牵头){BODY_WORD}\s?:)"
)


def _bare_labels(text: str) -> list[Segment]:
    """…完善机制。责任单位:市卫生局、市财政局。 — no brackets, at the end of the line."""
    segments = []
    for start, end in _lines(text):
        match = _BARE_LABEL.search(text, start, end)
        if match is None or match.end() == start:
            continue
        label = LABEL.match(text, match.end())
        side = _SIDE_BEHIND.search(text, match.end(), end)
        content = text[match.end() : side.start() if side else end].rstrip("。; ")
        if label is None or len(content) > 300 or "。" in content:
            continue
        if _names_somebody(content):
            segments.append(Segment(match.end(), end, content))
    return segments


def _is_responsibility(content: str) -> bool:
    """Does the parenthesis say outright that somebody is responsible?"""
    if LABEL.match(content):
        return _names_somebody(content)
    verbs = [match for match in VERB.finditer(content) if VERB_END.match(content, match.end())]
    strong = [m for m in verbs if m.lastgroup in ("respective", "lead", "coop", "charge", "part")]
    return bool(strong) and _names_somebody(content)


def _is_bare_list(content: str) -> bool:
    """(市卫生局、市财政局) at the end of a task: nothing but names of public bodies."""
    names, _ = split_names(",".join(without_explanations(content)))
    if not names or any(not is_body(name) or len(name) > 18 for name in names):
        return False
    return any(re.match(r"[省市区县州各]|国家", name) for name in names)


def _names_somebody(content: str) -> bool:
    named = read_content(content)[1]
    return any(is_body(department.name) for department in named)
