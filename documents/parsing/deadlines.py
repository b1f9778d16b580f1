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
from documents.parsing.quantities import LOST_YEAR

# A year as written, as 今年 or 明年, or none: then it is the document's own.
_HOPED = r"(?:力争|争取|确保|计划|预计)"
_LEAD = rf"(?:{_HOPED}?(?:到|至|于|在|截至|截止到?|自现在起至)?)"
_Y = r"(?P<y>(?:19|20)\d\d)年"
# A year or its 年 may be lost in copying: 201012月底前, 年6月底前.
_OF_YEAR = rf"(?:{_Y}|(?P<y2>20\d\d)(?=\d{{1,2}}月)|(?<![\d每次])(?<![\d每学]年)(?P<rel>今年|本年|当年|明年)?年?)"
_BY = r"(?:之|以)?前"
_MONTH = r"(?P<m>\d{1,2})月"
# Behind a bare time these words say what is to be done by then: 10月份完成, 上半年启动.
_REACHED = (
    r"(?:正式|全部|全面|基本|力争|如期|总体)?"
    r"(?:完成|实现|启动|建成|出台|投入|投用|完工|竣工|开工|达到|推开|推广|取消)"
)
_DONE = rf"(?:{_REACHED}|制定|拨付|印发(?!的)|上线|开通|组建|运行|到位|开诊|交付|组织|开展|建立)"
_OPENS = r"(?:(?<![^,。;:(\n])|(?<=其中))"  # at the beginning of a clause

# From the most to the least exact; an earlier reading takes the place from a later one.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
        # 月度资金次月25日前拨付, 清算于次年4月底前完成: again each month or year
        ("again", r"(?:次|翌|下)一?(?:年度?|月|季度?)(?:\d{1,2}月)?(?:份?[底末]|\d{1,2}日|[上中下]旬)?(?:之|以)?前?"),
        ("from", r"(?:自|从)?(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:起|开始|以来|以后|后)"),
        # 4—6月, 2024年3月至5月, 9月1日至10月31日: a stage ends with its last day
        (
            "stage",
            rf"{_OPENS}{_OF_YEAR}\d{{1,2}}月?(?:\d{{1,2}}日)?(?:-|—{{1,2}}|~|至|到)(?:(?P<later>20\d\d)年)?{_MONTH}"
            r"(?:(?P<d>\d{1,2})日)?(?:[底末]|份)?",
        ),
        ("day", rf"{_LEAD}{_OF_YEAR}{_MONTH}(?P<d>\d{{1,2}})日(?:{_BY}|止|截止|内)"),
        ("day", rf"(?:到|至|截至|{_HOPED}|{_OPENS}){_Y}{_MONTH}(?P<d>\d{{1,2}})日(?=,|{_DONE})"),
        ("month", rf"(?:不[迟晚]于|最迟于?){_OF_YEAR}{_MONTH}(?:(?P<d>\d{{1,2}})日)?(?:份?底)?"),
        ("tenth", rf"{_LEAD}{_OF_YEAR}{_MONTH}(?P<tenth>[上中下]旬|初)(?:{_BY})?"),
        ("month", rf"{_LEAD}{_OF_YEAR}{_MONTH}(?:份?(?:底|末)(?:{_BY})?|份?{_BY})"),
        ("month", rf"(?:{_HOPED}|{_OPENS}){_OF_YEAR}{_MONTH}(?:份?(?=,|{_DONE})|份(?=扩大|推开|总结|试点|进行|基本))"),
        (
            "part",
            rf"{_LEAD}{_OF_YEAR}(?P<part>[上下]半年|第?[一二三四1-4]季度)"
            rf"(?:(?:底|末)(?:{_BY})?|{_BY}|内|(?={_DONE}))",
        ),
        ("part", rf"{_OPENS}{_OF_YEAR}(?P<part>[上下]半年|第?[一二三四1-4]季度)(?=,)"),
        (
            "span",
            rf"{_LEAD}(?:19|20)\d\d年?(?:-|—{{1,2}}|~|至|到|一){_Y}(?P<tail>(?:之)?间|期间|底|末)?",
        ),
        ("year_end", r"(?P<rel>今年|本年|明年)(?:底|末|内)(?:(?:之|以)?前)?"),
        ("year_end", rf"{_LEAD}{_Y}(?:年?底|年?末|年内|内)(?:{_BY})?"),
        ("year_end", rf"(?:{_HOPED}|到|至|于|在)*(?<![\d年每学一二两三四五六七八九十几多])(?P<rel>今年|本年|当年|明年)?年(?:底|末|内)(?:{_BY})?"),
        ("year_before", rf"(?:力争|争取)?(?:在|于)?{_Y}{_BY}"),
        ("year_by", rf"{_HOPED}?(?:到|至|截至|截止到?){_Y}"),
        ("plan", r"(?:到|至)?[“\"'‘]?(?P<plan>十[一二三四五六七八九])五[”\"'’]?(?:期|规划期)?末"),
        ("bare_plan", rf"{_OPENS}[“\"'‘]?(?P<plan>十[一二三四五六七八九])五[”\"'’]?(?:期间|时期)"),
        ("year_by", rf"(?:{_HOPED}[在于]?|{_OPENS}[在于]?){_Y}(?={_REACHED})"),
        ("bare_year", rf"(?<![\d\u4e00-\u9fff“《])(?:力争|争取|确保|计划|在)?{_Y}(?!度|级|版|[上下]半年|\d|初|[一二三四]季度)"),
        # 结算率2024年、2025年分别达到…
        ("bare_year", rf"{_Y}(?=[、和与及](?:19|20)\d\d年|(?:分别|均)?(?:达到|提高到|不低于|控制在|降到))"),
        ("bare_year", rf"(?<![\u4e00-\u9fff“《])(?P<y>{LOST_YEAR})"),
        ("year_next", rf"(?<=[、和与及]){_Y}(?:底|末)?"),
    )
)  # fmt: skip

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_TENTHS = {"上旬": 10, "初": 10, "中旬": 20}


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
    if not re.search(r"[年月末期]|季度|20", text):
        return found
    taken = bytearray(len(text))
    for form, pattern in _FORMS:
        for match in pattern.finditer(text):
            start, end = span = match.span()
            if 1 in taken[start:end]:
                continue
            if form in ("again", "from"):
                taken[start:end] = b"\x01" * (end - start)  # 自2015年起 is where it begins
                continue
            if form == "span" and not _is_limit_span(match):
                continue
            if form == "year_next" and all(limit.end != start - 1 for limit in found):
                continue  # 2024年和2025年: the second is one where the first is
            due_on = _due_on(form, match, year)
            if due_on is None or (year is not None and due_on.year < year):
                continue  # a year gone by is no limit: 2015年底前未完成的
            taken[start:end] = b"\x01" * (end - start)
            found.append(TimeLimit(*span, match[0], due_on, not form.startswith("bare")))
    return sorted(found, key=lambda limit: limit.start)


def _is_limit_span(match: re.Match[str]) -> bool:
    """2014—2016年间 limits what follows; 2016—2020年 in the name of a plan does not."""
    if match["tail"] or match.string.endswith("时间(", 0, match.start()):
        return True
    before = match.string[max(0, match.start() - 1) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return before in ("", ",", "。", ";", "\n", "、") and after in ("", ",")


def _due_on(form: str, match: re.Match[str], year: int | None) -> date | None:
    parts = match.groupdict()
    if parts.get("plan"):
        ordinal = chinese_integer(parts["plan"])
        return None if ordinal is None else date(2005 + 5 * (ordinal - 10), 12, 31)
    written = parts.get("later") or parts.get("y") or parts.get("y2")
    stated = int(written) if written else year
    if stated is None:
        return None
    if parts.get("rel") == "明年":
        stated += 1
    if form == "year_before":
        return date(stated - 1, 12, 31)
    if form == "part":
        return _part_of_year(stated, parts["part"])
    if parts.get("m") is None:
        return date(stated, 12, 31)
    month, day = int(parts["m"]), parts.get("d") or _TENTHS.get(parts.get("tenth") or "")
    if not 1 <= month <= 12:
        return None
    return _day(stated, month, int(day)) if day else _end_of_month(stated, month)


def _part_of_year(year: int, part: str) -> date:
    if part in ("上半年", "下半年"):
        return _end_of_month(year, 6 if part == "上半年" else 12)
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
