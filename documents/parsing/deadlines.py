"""Explicit time limits: 到2018年底, 6月底前, 年底前, 2012年8月6日前, 到“十四五”末 …

Works on folded text. Dates inside titles, document numbers and cited plans are no limits.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from documents.parsing.numerals import chinese_integer

_LEAD = r"(?:(?:力争|争取|确保|计划|预计)?(?:到|至|于|在|截至|截止到?|自现在起至)?)"
_YEAR = r"(?P<{0}>(?:19|20)\d\d)年"
_END = r"(?:年?底|年?末|全年)"

# From the most to the least exact; an earlier reading takes the place from a later one.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("from", re.compile(r"(?:自|从)?(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:起|开始|以来|以后)")),
    (
        "day",
        re.compile(
            _LEAD + _YEAR.format("y") + r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?P<tail>(?:之|以)?前|止|截止|内)?"
        ),
    ),
    (
        "month",
        re.compile(
            _LEAD + _YEAR.format("y") + r"(?P<m>\d{1,2})月(?P<tail>份?(?:底|末)?(?:之|以)?前|份?底|份?末|(?=完成|实现))"
        ),
    ),
    (
        "half",
        re.compile(_LEAD + _YEAR.format("y") + r"(?P<part>上半年|下半年|[第]?[一二三四1-4]季度)(?P<tail>[底末]?(?:之|以)?前|底|末|内|(?=完成|实现|启动|建成|出台|制定))"),
    ),
    (
        "span",
        re.compile(
            _LEAD + r"(?P<from>20\d\d)年?(?:-|—{1,2}|~|至|到|一)" + _YEAR.format("y") + r"(?P<tail>(?:之)?间|期间|底|末)?"
        ),
    ),
    (
        "year_end",
        re.compile(_LEAD + _YEAR.format("y") + r"(?:年?底|年?末|年内|内)(?P<tail>(?:之|以)?前)?"),
    ),
    ("year_by", re.compile(r"(?:力争|争取|确保|计划|预计)?(?:到|至|截至|截止到?)" + _YEAR.format("y") + r"(?P<tail>(?:之|以)前)?")),
    ("year_before", re.compile(r"(?:力争|争取)?(?:在|于)?" + _YEAR.format("y") + r"(?:之|以)?前")),
    ("plan", re.compile(r"(?:到|至)?[“\"'‘]?(?P<plan>十[一二三四五六七八九])五[”\"'’]?(?:期|规划期)?末")),
    (
        "own_day",
        re.compile(r"(?<![\d年每])(?:今年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?:(?:之|以)?前|止)"),
    ),
    ("own_month", re.compile(r"(?<![\d年每])(?:今年)?(?P<m>\d{1,2})月份?(?:(?:底|末)(?:(?:之|以)?前)?|(?:之|以)前)")),
    (
        "own_quarter",
        re.compile(
            r"(?<![\d年每])(?:今年)?(?P<part>上半年|第?[一二三四1-4]季度)(?:(?:底|末)(?:(?:之"
            r"|以)?前)?|(?:之|以)?前|内"
            r"|(?=(?:全部|全面|基本)?(?:完成|实现|启动|建成|出台|制定|拨付|印发|上线|投入|开通|组建|运行|到位)))"
        ),
    ),
    (
        "own_year",
        re.compile(
            r"(?<![\d年每一二两三四五六七八九十几多])(?:力争|争取|确保|到|至|于|在)*(?:今年|本年|当年)?(?:年)(?:底|末"
            r"|内)(?:(?:之|以)?前)?"
        ),
    ),
    ("bare_year", re.compile(r"(?<![\d\u4e00-\u9fff“《])" + r"(?:力争|争取|确保|计划|在)?" + _YEAR.format("y") + r"(?!度|级|版|[上下]半年|\d|初|[一二三四]季度)")),
    # 2012各级… : the 年 was lost in copying.
    ("bare_year", re.compile(r"(?<![\d\u4e00-\u9fff“《])(?P<y>20\d\d)(?=[\u4e00-\u9fff]{2})(?!年|家|个|名|人|元|万|余|多|户|所|张|项)")),
)  # fmt: skip

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, slots=True)
class TimeLimit:
    start: int
    end: int
    text: str
    due_on: date
    sure: bool  # False: a year alone at the beginning of a clause, a limit only beside a number


def find_time_limits(text: str, year: int | None) -> list[TimeLimit]:
    """Every time limit in folded text, in order; `year` is the document's own."""
    found: list[TimeLimit] = []
    if not re.search(r"[年月末]|季度|20", text):
        return found
    taken = bytearray(len(text))
    for form, pattern in _FORMS:
        for match in pattern.finditer(text):
            start, end = span = match.span()
            if 1 in taken[start:end]:
                continue
            if form == "from":
                taken[start:end] = b"\x01" * (end - start)  # 自2015年起 is where it begins
                continue
            if form == "span" and not _is_limit_span(match):
                continue
            due_on = _due_on(form, match, year)
            if due_on is None or (year is not None and due_on.year < year):
                continue  # a year gone by is no limit: 2015年底前未完成的
            taken[start:end] = b"\x01" * (end - start)
            found.append(TimeLimit(*span, match[0], due_on, form != "bare_year"))
    return sorted(found, key=lambda limit: limit.start)


def _is_limit_span(match: re.Match[str]) -> bool:
    """2014—2016年间 limits what follows; 2016—2020年 in the name of a plan does not."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    if match["tail"]:
        return True
    return before in ("", ",", "。", ";", "\n", "、") and match.string[
        match.end() : match.end() + 1
    ] in ("", ",")


def _due_on(form: str, match: re.Match[str], year: int | None) -> date | None:
    parts = match.groupdict()
    stated = int(parts["y"]) if parts.get("y") else year
    if form == "plan":
        ordinal = chinese_integer(parts["plan"])
        return None if ordinal is None else date(2005 + 5 * (ordinal - 10), 12, 31)
    if stated is None:
        return None
    if form == "year_before":
        return date(stated - 1, 12, 31)
    if form in ("half", "own_quarter"):
        return _part_of_year(stated, parts["part"])
    if form in ("day", "own_day"):
        return _day(stated, int(parts["m"]), int(parts["d"]))
    if form in ("month", "own_month"):
        month = int(parts["m"])
        return _end_of_month(stated, month) if 1 <= month <= 12 else None
    return date(stated, 12, 31)


def _part_of_year(year: int, part: str) -> date:
    if part == "上半年":
        return date(year, 6, 30)
    if part == "下半年":
        return date(year, 12, 31)
    quarter = next(_QUARTERS[char] for char in part if char in _QUARTERS)
    return _end_of_month(year, 3 * quarter)


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- a time limit stated on a line or in a cell of its own --------------------------------------

_STATED = re.compile(
    r"(?P<y>20\d\d)\s?[年.\-/]\s?(?:(?P<m>\d{1,2})\s?[月.\-/]?)?\s?(?:(?P<d>\d{1,2})日?)?(?P<tail>[底末]?(?:之"
    r"|以)?前?)"
)


# A part of a year at the end of the line or cell: 2022年三季度, 上半年完成.
_STATED_PART = re.compile(
    r"(?<![每\d])(?:(?P<y>20\d\d)年)?(?P<part>上半年|下半年|第?[一二三四1-4]季度)(?:完成)?"
    r"[)】\]〕。]{0,2}$"
)


def stated_limits(text: str, year: int | None) -> Iterator[TimeLimit]:
    """What a 完成时限 line or cell says: there 2024年10月 alone is a limit too."""
    limits = [limit for limit in find_time_limits(text, year) if limit.sure]
    if limits:
        yield from limits
        return
    part = _STATED_PART.search(text)
    if part is not None and (stated_year := int(part["y"]) if part["y"] else year):
        due = _part_of_year(stated_year, part["part"])
        yield TimeLimit(part.start(), part.end(), part[0], due, True)
        return
    for match in _STATED.finditer(text):
        stated, month, day = int(match["y"]), match["m"], match["d"]
        if month is None:
            due_on: date | None = date(stated, 12, 31)
        elif not 1 <= int(month) <= 12:
            due_on = None
        else:
            due_on = (
                _day(stated, int(month), int(day)) if day else _end_of_month(stated, int(month))
            )
        if due_on is not None:
            yield TimeLimit(match.start(), match.end(), match[0], due_on, True)
        return
    month_only = re.search(r"(?<!\d)(\d{1,2})月", text)
    if month_only and year is not None and 1 <= int(month_only[1]) <= 12:
        due = _end_of_month(year, int(month_only[1]))
        yield TimeLimit(*month_only.span(), month_only[0], due, True)
