"""Who is responsible: (市卫生局、市财政局负责), 责任单位:…, 甲牵头,乙、丙配合 …

Works on folded text. `read_segment` says who is named and in which role; where responsibilities
stand in a task's text is for segments.py to find.
"""

from __future__ import annotations

import re

from documents.parsing.departments import LevelCarrier, is_body, split_names
from documents.parsing.model import Mode, ParsedDepartment, ParsedResponsibility, Role

BODY_WORD = r"(?:单位|部门|处室|科室|机构|主体|地区)"
LABEL_WORDS = (
    r"(?:(?P<lead>(?:主要|第一)?牵头(?:责任|负责)?|主办|主责|主要责任|主要负责|第一责任)"
    r"|(?P<coop>(?:协同)?配合(?:责任)?|协同|协办|协作|协助|责任\(配合\)|支持)"
    r"|(?P<part>参与|参加|参与配合)"
    r"|(?P<list>责任|负责|承办|实施|落实|主管|承担|工作责任|任务分工|责任分工|工作分工|分工|办理"
    r"|共同责任|落实责任))"
    rf"(?:{BODY_WORD}(?:(?:及|和|、)(?:责任人|责任领导|分工|责任单位|负责人))?)?(?:[】\]]?\s?:|[】\]]"
    r"|(?<=单位|部门)\s)"
)
LABEL = re.compile(LABEL_WORDS)
# Lines beside the responsibility that name a person or a time, not a department.
PERSON_LINE = re.compile(
    r"^[★☆▲●◆■•*·\-]{0,2}\s?[(【\[]?(?:责任领导|牵头领导|分管领导|包[保抓]领导|(?:第一|主要|直接|具体)?责任人|联系人|联络员|牵头人"
    r"|负责人)[】\]]?\s?:"
)

VERB = re.compile(
    r"(?P<respective>(?:按照?|依[据照]?|根据)?(?:各自)?的?(?:部门)?职[责能](?:任务)?(?:分工|范围"
    r"|权限)?(?:内)?(?:分别|共同|组织|抓好|做好)?"
    r"(?:负责|落实|推进|实施|配合落实)|分别负责|分别牵头(?:负责)?|各负其责|分工负责)"
    r"|(?P<lead>(?:共同|联合|双|负责)?牵头(?:负责|落实|组织|实施|抓总|推进|统筹)?|统筹(?:协调|推进)?(?!负责)|主办|主责)"
    r"|(?P<together>会同|联合)"
    r"|(?P<coop>(?:协同|协作|协助|积极|共同|负责)?配合(?:实施|落实|推进)?"
    r"|(?:协助|协同|支持)(?:推进|落实|实施)?|协办)"
    r"|(?P<part>(?:共同)?参与(?:配合)?|参加)"
    r"|(?P<charge>(?:共同|具体|组织|统筹|总体)?负责(?:落实|实施|组织实施|推进)?|组织实施|承办|落实)"
)
# The verb ends its clause: (主要负责人…) and (负责制) are no responsibilities.
VERB_END = re.compile(
    r"\s?(?:$|[,;。)、]|工作$|并?(?:会同|联合)|[\u4e00-\u9fff]{2,14}(?=,[^,]{3,20}负责))"
)
# 市财政局负责资金保障: a part of its own, at the end of its clause.
_OWN_PART = re.compile(r"(?:负责|做好|抓好|承担)(?=[\u4e00-\u9fff]{2,14}$)")
# A clause that explains how to read the lists, or adds bodies to every task at once.
_EXPLANATION = re.compile(
    r"^以下(?:各项|任务|均|工作)|均需|均由|下同|第一位|首位|排第一|排名第一|列第一|排在前|列在前"
    r"|排在最前|不再(?:一一|逐一|单独)?列|为牵头|为各(?:部门|单位)|^分别负责为"
)
_TIME_CLAUSE = re.compile(
    r"(?:20\d\d年|\d{1,2}月|年底|年内|季度|上半年|长期|持续|常年|时限|时间)[^、]{0,16}$"
    r"|^\d{4}[.\-/]\d"
)
# 2020年6月底前出台办法 names no office, for all its 办.
_OFFICE_CHARACTER = re.compile(r"[局厅]|委(?!托|派)|办(?!法|理|结|好)|部(?![署分])")
_TIME_LABEL = re.compile(
    r"(?:完\s?成|办理|工作|整改)?(?:时限|时间|期限)(?:要求|安排)?\s?:[^;。]*|(?:时间节点|进度安排)\s?:[^;。]*"
)
_ASIDE = re.compile(r"\([^()]{4,60}\)")
_NOTE = re.compile(
    r"\((?P<note>牵头(?:单位|部门)?|主办(?:单位)?|主责(?:单位)?|配合(?:单位)?|协办(?:单位)?"
    r"|参与(?:单位)?)\)"
)


def read_segment(raw: str, content: str, region: str | None = None) -> ParsedResponsibility:
    mode, departments = read_content(content, region)
    return ParsedResponsibility(raw=raw, mode=mode, departments=tuple(departments))


class _Reading:
    """Names gathered so far, and the roles the words between them give."""

    def __init__(self) -> None:
        self.named: list[tuple[str, Role]] = []
        self.pending: list[str] = []
        self.label: str | None = None
        self.led = False  # somebody was called 牵头
        self.together = False  # 会同 was read: the rest cooperate
        self.respective = False
        self.own_parts = 0
        self.open = False

    def take(self, text: str) -> None:
        names, is_open = split_names(text)
        self.pending += names
        self.open = self.open or is_open

    def give(self, role: Role) -> None:
        self.named += [(name, role) for name in self.pending]
        self.led = self.led or (role == "lead" and bool(self.pending))
        self.pending = []

    def give_in_order(self) -> None:
        """The first one listed leads, the others cooperate."""
        for index, name in enumerate(self.pending):
            self.named.append((name, "lead" if index == 0 and not self.led else "cooperating"))
        self.led = self.led or bool(self.pending)
        self.pending = []

    def by_label(self) -> None:
        if self.label == "lead":
            self.give("lead")
        elif self.label == "coop":
            self.give("cooperating")
        elif self.label == "part":
            self.give("participant")
        else:
            self.give_in_order()

    def by_verb(self, kind: str) -> None:
        if kind == "lead":
            self.give("lead")
        elif kind == "coop":
            self.give("cooperating")
        elif kind == "part":
            self.give("participant")
        elif kind == "together":
            self.give_in_order()
            self.together = True
        elif (kind == "own" and not self.led) or (kind in ("own", "charge") and self.own_parts):
            self.own_parts += 1
            self.respective = self.respective or self.own_parts > 1
            self.give("lead")
        elif kind == "respective" and not self.led and not self.together:
            self.respective = self.respective or bool(self.pending)
            self.give("lead")
        else:  # 负责, or 按职责分工负责 behind a leader: the others cooperate
            self.give_in_order()


_CLAUSE = re.compile(r"[,;。]")


def read_content(content: str, region: str | None = None) -> tuple[Mode, list[ParsedDepartment]]:
    """Mode and departments of one responsibility, in the document's order."""
    reading = _Reading()
    for part in without_explanations(content):
        _read_part(part, reading)
    reading.by_label()
    carrier = LevelCarrier(region)
    departments: list[ParsedDepartment] = []
    for name, role in reading.named:
        spelled = carrier.spell_out(name)
        if all(spelled != known.name for known in departments):
            departments.append(ParsedDepartment(spelled, role))
    mode: Mode = "respective" if reading.respective else "open" if reading.open else "normal"
    return mode, departments


def without_explanations(content: str) -> list[str]:
    content = _TIME_LABEL.sub("", content)
    # 市卫健委(排第一位的为牵头单位,下同)、市财政局: said in passing, inside brackets of its own.
    content = _ASIDE.sub(lambda aside: "" if _EXPLANATION.search(aside[0]) else aside[0], content)
    parts = _split_clauses(content)
    kept = []
    for part in parts:
        if PERSON_LINE.match(part) or (_EXPLANATION.search(part) and not LABEL.match(part)):
            continue
        if _TIME_CLAUSE.search(part) and not _OFFICE_CHARACTER.search(part):
            continue
        kept.append(part)
    return kept


def _split_clauses(content: str) -> list[str]:
    parts, begin, depth = [], 0, 0
    for index, char in enumerate(content):
        depth += (char == "(") - (char == ")")
        if char in ",;。\n" and depth <= 0:
            parts.append(content[begin:index])
            begin = index + 1
    return [part.strip() for part in [*parts, content[begin:]] if part.strip()]


def _read_part(part: str, reading: _Reading) -> None:
    """One clause: [label:] names [verb] names [verb] …"""
    position = 0
    first = _next_verb(part, 0) if reading.pending and not reading.led else None
    if first is not None and first.lastgroup in ("coop", "part"):
        reading.by_label()  # 责任单位:甲,乙、丙配合: 甲 of the clause before leads
    while position < len(part):
        label = LABEL.search(part, position)
        label = label if label is not None and _at_boundary(part, position, label) else None
        verb = _next_verb(part, position)
        own = _OWN_PART.search(part, position) if verb is None and label is None else None
        if own is not None and is_body(part[position : own.start()].strip("由 ")):
            reading.take(part[position : own.start()])
            reading.by_verb("own")
            return
        note = _NOTE.search(part, position)
        found = min(
            (m for m in (label, verb, note) if m is not None), key=lambda m: m.start(), default=None
        )
        if found is None:
            reading.take(part[position:])
            return
        reading.take(part[position : found.start()])
        if found is label:
            reading.by_label() if reading.pending else None
            reading.label = found.lastgroup
        elif found is note:
            _apply_note(found["note"], reading)
        else:
            reading.by_verb(found.lastgroup or "charge")
        position = found.end()


def _at_boundary(part: str, position: int, label: re.Match[str]) -> bool:
    """A label opens its clause, or follows a whole name: 市卫生健康局配合单位:市财政局."""
    index = label.start()
    if index == 0 or part[index - 1] in " 、;,。:)(【】[]":
        return True
    return label[0].endswith(":") and is_body(part[position:index].rpartition("、")[2])


def _next_verb(part: str, position: int) -> re.Match[str] | None:
    for match in VERB.finditer(part, position):
        if match.lastgroup == "together":
            # 联合会 is a name: these words count only right behind a whole name.
            if is_body(part[position : match.start()].strip("、 ")):
                return match
        elif VERB_END.match(part, match.end()):
            return match
    return None


def _apply_note(note: str, reading: _Reading) -> None:
    """市卫健委(牵头)、市财政局: the note belongs to the name right before it."""
    if not reading.pending:
        return
    *earlier, name = reading.pending
    reading.pending = [name]
    reading.by_verb(
        "lead"
        if note.startswith(("牵头", "主办", "主责"))
        else "part"
        if note.startswith("参与")
        else "coop"
    )
    reading.pending = earlier
