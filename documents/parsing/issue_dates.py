"""When a notice was signed and published, and the years it is for."""

from __future__ import annotations

import re
from datetime import date

from documents.parsing.cleaning import fold
from documents.parsing.numerals import chinese_integer

_CN_DATE = re.compile(
    r"[一二][一二三四五六七八九十〇○零ΟO0]{3}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?"
)
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s?[年.\-/]\s?(?P<m>\d{1,2})\s?[月.\-/]\s?(?P<d>\d{1,2})日?"
)
# 201286: the 年, 月 and 日 were lost in copying and only the figures are left.
_BARE_DATE = re.compile(r"^(?P<y>(?:19|20)\d\d)年?(?P<rest>\d{1,4}月?\d{0,2}日?)$")
_PUBLISHED = re.compile(
    r"(?:发布(?:时间|日期)|发文日期|公开日期|公布日期|发表时间|更新时间|上传时间"
    r"|(?<![\u4e00-\u9fff])(?:时间|日期))\s?:\s?"
)
_ISSUED_LABEL = re.compile(r"^(?:成文日期|签发日期|印发日期|制发日期|成文时间|生成日期)\s?[::]\s?")
# The dash between two years is sometimes lost: (20162018年).
_YEARS = re.compile(
    r"(?P<from>(?:19|20)\d\d)年?\s?(?:-|—{1,2}|~|至|到)?\s?(?P<to>(?:19|20)\d\d)年?|(?P<one>(?:19"
    r"|20)\d\d)(?:年|年度|-)"
)
_PLAN_YEARS = re.compile(r"[“\"‘'](?P<plan>十[一二三四五六七八九])五[”\"’']")


def read_date(text: str) -> date | None:
    """2012年6月15日, 2012-06-15, 二〇一二年六月十五日."""
    match = _DATE.search(text)
    if match is not None:
        return _safe(int(match["y"]), int(match["m"]), int(match["d"]))
    match = _CN_DATE.search(text)
    if match is None or not match[0].endswith("日"):
        return None
    year, rest = match[0].split("年", 1)
    month, day = rest[:-1].split("月", 1)
    numbers = chinese_integer(year), chinese_integer(month), chinese_integer(day)
    if None in numbers:
        return None
    return _safe(*(n or 0 for n in numbers))


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def published_on(folded: list[str], title_at: int) -> date | None:
    for line in folded:
        label = _PUBLISHED.search(line) if len(line) < 160 else None
        if label is not None and (day := read_date(line[label.end() : label.end() + 20])):
            return day
    # 2021-06-02 某区 收藏: the line of a web page between its title and the notice
    for line in folded[: title_at + 6]:
        match = re.match(r"^(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2})", line)
        if match is not None and len(line) < 60:
            return read_date(match[0])
    return None


def issued_on(
    folded: list[str], title_at: int, published: date | None, title_years: tuple[int, int] | None
) -> tuple[date | None, list[str]]:
    """The date of signature: alone on its line, or at the end of the signature's line."""
    for line in folded:
        bare = line.lstrip("•· ")
        label = _ISSUED_LABEL.match(bare)
        if label is not None and (day := read_date(bare[label.end() :])):
            return day, []
    alone = [(i, day) for i, line in enumerate(folded) if (day := date_alone(line))]
    if alone:
        index, day = min(alone, key=lambda pair: (pair[0] < title_at, abs(pair[0] - title_at)))
        return day, []
    for index, line in enumerate(folded):
        match = _BARE_DATE.match(line)
        if match is not None and abs(index - title_at) < 40:
            mended = _mend_date(match, published, title_years)
            if mended is not None:
                return mended, [
                    f"成文日期“{line}”缺字，按{mended.year}年{mended.month}月{mended.day}日理解，请核对"
                ]
    for line in folded:
        # (2012年6月15日某市人民政府办公室印发) and a signature with its date on one line
        match = re.search(r"(?:印发|公布|发布)\)?$", line)
        if len(line) < 50 and match and (day := read_date(line)):
            return day, []
    return None, []


def date_alone(line: str) -> date | None:
    if len(line) > 60 or "年" not in line:
        return None
    bare = line.strip("() ")
    if re.match(r"^(?:19|20)\d\d-\d", bare):
        return None  # 2021-06-02 is how web pages write their own date
    match = _DATE.search(bare) or _CN_DATE.search(bare)
    if match is None or match.end() != len(bare) or "年" not in match[0]:
        return None
    before = bare[: match.start()].strip()
    if before and not re.search(r"(?:政府|办公厅|办公室|委员会|局|厅|委|领导小组)$", before):
        return None
    return read_date(match[0])


def _mend_date(
    match: re.Match[str], published: date | None, title_years: tuple[int, int] | None
) -> date | None:
    """All readings of 201286; the one that fits the title's year and the page's date best."""
    year = int(match["y"])
    rest = re.sub(r"日$", "", match["rest"])
    if "月" in rest:
        month, _, day = rest.partition("月")
        splits = [(month, day)]
    else:
        splits = [(rest[:cut], rest[cut:]) for cut in range(1, len(rest))]
    readings = [
        reading
        for month, day in splits
        if month and day and not month.startswith("0") and not day.startswith("0")
        and (reading := _safe(year, int(month), int(day)))
    ]  # fmt: skip
    readings += [
        reading
        for month, day in splits
        if (month.startswith("0") or day.startswith("0")) and len(month) == len(day) == 2
        and (reading := _safe(year, int(month), int(day)))
    ]  # fmt: skip
    if published is not None:
        readings = [reading for reading in readings if reading <= published] or readings
    if title_years is not None and year not in range(title_years[0] - 1, title_years[1] + 2):
        return None
    return min(readings) if readings else None


def years_of(title: str) -> tuple[int, int] | None:
    folded = fold(title)
    match = _YEARS.search(folded)
    if match is not None:
        if match["one"]:
            return int(match["one"]), int(match["one"])
        first, last = int(match["from"]), int(match["to"])
        return (first, last) if first <= last else (last, first)
    plan = _PLAN_YEARS.search(folded)
    if plan is not None and (ordinal := chinese_integer(plan["plan"])):
        end = 2005 + 5 * (ordinal - 10)
        return end - 4, end
    return None
