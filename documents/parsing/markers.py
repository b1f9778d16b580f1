"""What stands at the beginning of a line: 一、 (一) 1. (1) ① 第一章 …

The ranks follow the state standard for official documents (一、 then (一) then 1. then (1)), so a
marker alone says how deep its line lies, also where the levels between are not used.
Every function here reads *folded* text (see cleaning.fold): half-width punctuation throughout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.parsing.numerals import chinese_integer

CHAPTER, PART, SECTION, SUBSECTION, ITEM, SUBITEM, DETAIL = range(7)

# Marks that copying from a web page leaves before a number: a lost bullet becomes ? or •.
_STRAY = r"[?•●○■□◆★☆▲·*\-]{0,3}\s{0,2}"
_CN = "[一二三四五六七八九十百]{1,4}"

_PATTERNS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (rank, re.compile(_STRAY + pattern))
    for rank, pattern in (
        (CHAPTER, rf"第(?P<n>{_CN}|\d{{1,2}})[章编篇]\s?"),
        (PART, rf"第(?P<n>{_CN}|\d{{1,2}})(?:节|部分)[、::\s]?"),
        (ITEM, rf"第(?P<n>{_CN}|\d{{1,3}})条\s?"),
        # 二、三级医院 counts hospitals, no sections.
        (SECTION, rf"(?P<n>{_CN})\s?[、.](?!{_CN}[级类、])"),
        # The opening bracket is sometimes lost: 一)… And 003-like copies lose what stands inside.
        (SUBSECTION, rf"\(?(?P<n>{_CN})\)[、.]?"),
        (SUBSECTION, r"(?P<n>)\(\s?\)[、.]?"),
        (ITEM, r"(?P<n>\d{1,3})\s?[.、](?![\d])\s?"),
        (ITEM, rf"[【\[]?(?:重点|改革)?任务(?P<n>\d{{1,3}}|{_CN})[】\]]?[::、.]?\s?(?=[^\d\s])"),
        # 1.1, 2.3.1: counted decimally, unless the figure is a quantity (1.5倍, 2.0版).
        (
            SUBITEM,
            r"\d{1,2}(?:\.\d{1,2})?\.(?P<n>\d{1,2})[.、]?\s?(?=[\u4e00-\u9fff])(?![倍万亿个元人张名亩米公年月日分级版以左])",
        ),
        # 1)… with its opening bracket lost is a sub-item as (1) is.
        (SUBITEM, r"\(?(?P<n>\d{1,2})\)[、.]?\s?"),
        (DETAIL, r"(?P<n>[①-⑳])\s?"),
    )
)


# Which patterns can match at all, by the line's first character: most lines begin with none.
_FIGURES = {
    "0123456789": (ITEM, SUBITEM),
    "一二三四五六七八九十百": (SECTION, SUBSECTION),
    "(": (SUBSECTION, SUBITEM),
    "第": (CHAPTER, PART, ITEM),
    "【[重改任": (ITEM,),
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳": (DETAIL,),
    "?•●○■□◆★☆▲·*- ": (CHAPTER, PART, SECTION, SUBSECTION, ITEM, SUBITEM, DETAIL),
}
_BY_FIRST = {
    first: tuple(pair for pair in _PATTERNS if pair[0] in ranks)
    for firsts, ranks in _FIGURES.items()
    for first in firsts
}


def _by_first(first: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
    return _BY_FIRST.get(first, ())


@dataclass(frozen=True, slots=True)
class Marker:
    rank: int
    number: int | None  # None when the figure was lost: ()
    length: int  # characters of the line it takes up
    lost_bracket: bool = False

    @property
    def lost_number(self) -> bool:
        return self.number is None


def read_marker(line: str) -> Marker | None:
    """The marker a folded line begins with, or None."""
    for rank, pattern in _by_first(line[:1]):
        match = pattern.match(line)
        if match is None or match.end() >= len(line):
            continue  # a number alone on its line is a page number or a table cell
        written = match["n"]
        if not written:
            number = None
        elif "①" <= written <= "⑳":
            number = ord(written) - ord("①") + 1
        elif written.isdigit():
            number = int(written)
        else:
            number = chinese_integer(written)
        token = line[: match.end()]
        lost = rank in (SUBSECTION, SUBITEM) and ")" in token and "(" not in token
        return Marker(rank, number, match.end(), lost)
    return None


_CN_DIGITS = "零一二三四五六七八九"


def chinese_ordinal(number: int) -> str:
    """3 -> 三, 12 -> 十二: for a heading whose figure was lost and is known from its neighbours."""
    tens, units = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _CN_DIGITS[tens] + "十")
    return head + (_CN_DIGITS[units] if units else "")
