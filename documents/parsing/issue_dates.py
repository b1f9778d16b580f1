"""When a notice was signed and published, and the years it is for."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from documents.parsing.fields import Field, Piece, values
from documents.parsing.folding import fold
from documents.parsing.numerals import chinese_integer

_CN = "一二三四五六七八九十"
_CN_DATE = re.compile(rf"[一二][{_CN}〇○◯零ΟОO0]{{3}}年[{_CN}]{{1,2}}月(?:[{_CN}]{{1,3}}日)?")
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s?[年.\-/]\s?(?P<m>\d{1,2})\s?[月.\-/]\s?(?P<d>\d{1,2})日?"
)
# 201286: the 年, 月 and 日 were lost in copying and only the figures are left.
_BARE_DATE = re.compile(r"(?P<y>(?:19|20)\d\d)年?(?P<rest>\d{1,4}月?\d{0,2}日?)$")
_SIGNER = re.compile(r"(?:政府|公署|办公厅|办公室|委员会|局|厅|委|部|小组|会议|指挥部)$")
# The dash between two years is sometimes lost: (20162018年).
_YEARS = re.compile(
    r"(?P<from>(?:19|20)\d\d)年?\s?(?:-|—{1,2}|~|至|到)?\s?(?P<to>(?:19|20)\d\d)年?|(?P<one>(?:19"
    r"|20)\d\d)(?:年|年度|-)"
)
_PLAN_YEARS = re.compile(rf"(?<![{_CN}〇○])十(?P<plan>[{_CN[:9]}])五(?![{_CN}])")


def read_date(text: str) -> date | None:
    """2012年6月15日, 2012-06-15, 二〇一二年六月十五日."""
    match = _DATE.search(text)
    if match is not None:
        return _safe(int(match["y"]), int(match["m"]), int(match["d"]))
    match = _CN_DATE.search(text)
    if match is None or not match[0].endswith("日"):
        return None
    year, rest = re.sub("[◯ОO]", "〇", match[0]).split("年", 1)
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


def published_on(pieces: list[Piece], fields: list[Field], title_at: int) -> date | None:
    for field in values(fields, "published", "dated", "shown"):
        if (day := read_date(field.value[:20])) is not None:
            return day
    # 2021-06-02 某区 收藏, 2019年01月07日 某省卫生健康委: a page's line between title and notice
    for piece in pieces:
        if piece.line > title_at + 6:
            break
        match = _DATE.match(piece.text)
        if match is None or piece.is_cell or len(piece.text) >= 60:
            continue
        if "年" not in match[0] or match.end() < len(piece.text):
            return read_date(match[0])
    return None


def issued_on(
    pieces: list[Piece],
    fields: list[Field],
    title_at: int,
    published: date | None,
    title_years: tuple[int, int] | None,
) -> tuple[date | None, list[str]]:
    """The date of signature: alone on its line, or at the end of the signature's line.

    What a page calls 生成日期 or 成文日期 comes second: it may be the day it was put there.
    """
    pieces = [
        piece for piece in pieces if not piece.in_list
    ]  # a time limit of a task is no signature
    alone = [(piece.line, day) for piece in pieces if (day := date_alone(piece.text))]
    if alone:
        _, day = min(alone, key=lambda pair: (pair[0] < title_at, abs(pair[0] - title_at)))
        return day, []
    for field in values(fields, "signed"):
        if (day := read_date(field.value[:20])) is not None:
            return day, []
    for piece in pieces:
        match = _BARE_DATE.search(piece.text)
        if (
            match is not None
            and _signs(piece.text[: match.start()])
            and abs(piece.line - title_at) < 40
        ):
            mended = _mend_date(match, published, title_years)
            if mended is not None:
                return mended, [
                    f"成文日期“{match[0]}”缺字，按{mended.year}年{mended.month}月{mended.day}日理解，请核对"
                ]
    for before, piece in pairwise(pieces):
        # 2012.6.15 below the signature; alone it may be the page's own date
        if _SIGNER.search(before.text) and (match := _DATE.fullmatch(piece.text)):
            return read_date(match[0]), []
    for piece in pieces:
        # (2012年6月15日某市人民政府办公室印发) and a signature with its date on one line
        printed = re.search(r"(?:印发|公布|发布)\)?$", piece.text)
        if len(piece.text) < 50 and printed and (day := read_date(piece.text)):
            return day, []
    for field in values(fields, "dated"):
        if (day := read_date(field.value[:20])) is not None:
            return day, []
    return None, []


def date_alone(line: str) -> date | None:
    """The date of a line that holds nothing else, but perhaps who signed."""
    if len(line) > 60 or "年" not in line:
        return None
    bare = re.sub(r"\s", "", line).strip("()")
    match = _DATE.search(bare) or _CN_DATE.search(bare)
    if match is None or match.end() != len(bare) or not re.search("年.*月.*日", match[0]):
        return None
    return read_date(match[0]) if _signs(bare[: match.start()]) else None


def _signs(before: str) -> bool:
    return not before.strip() or bool(_SIGNER.search(before.strip()))


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
    """From the first to the last year that the title says the plan is for."""
    folded = re.sub(r"\s", "", fold(title))
    spans = [
        (int(match["one"]), int(match["one"]))
        if match["one"]
        else tuple(sorted((int(match["from"]), int(match["to"]))))
        for match in _YEARS.finditer(folded)
    ]
    if spans:
        return min(first for first, _ in spans), max(last for _, last in spans)
    plan = _PLAN_YEARS.search(folded)
    if plan is not None and (ordinal := chinese_integer(plan["plan"])):
        end = 2005 + 5 * ordinal
        return end - 4, end
    return None
