"""Chinese numerals, read only where a rule has already captured a number.

Running text is never converted as a whole: 一件事一次办 must not become 1件事1次办. The tests hold
this against cn2an, which takes longer to import than a whole notice takes to read.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    "零": 0, "〇": 0, "○": 0, "Ο": 0, "O": 0, "0": 0, "一": 1, "壹": 1, "二": 2, "贰": 2, "两": 2,
    "三": 3, "叁": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
PLACES = {"十": 10, "百": 100, "千": 1000}
MULTIPLIERS = {"万": 10_000, "亿": 100_000_000}

_ARABIC = re.compile(r"\d{1,12}(?:\.\d{1,6})?")


def chinese_integer(words: str) -> int | None:
    """十二 -> 12, 一万二千 -> 12000, 二〇一二 -> 2012; None when it is no number."""
    if not words:
        return None
    if all(word in DIGITS for word in words):
        return int("".join(str(DIGITS[word]) for word in words))
    total, below, digit = 0, 0, 0  # total: what stands before the last 万 or 亿
    for word in words:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word in PLACES:
            below += (digit or 1) * PLACES[word]
            digit = 0
        elif word == "万":
            total, below, digit = total + (below + digit) * MULTIPLIERS[word], 0, 0
        elif word == "亿":
            total, below, digit = (total + below + digit) * MULTIPLIERS[word], 0, 0
        else:
            return None
    return total + below + digit


def number(words: str) -> Decimal | None:
    """An Arabic or Chinese number, with an optional 万 or 亿 behind it."""
    words = words.replace(",", "").strip()
    factor = Decimal(1)
    while words and words[-1] in "万亿":
        factor *= MULTIPLIERS[words[-1]]
        words = words[:-1]
    if _ARABIC.fullmatch(words):
        return Decimal(words) * factor
    whole, _, fraction = words.partition("点")
    value = chinese_integer(whole)
    if value is None:
        return None
    result = Decimal(value)
    if fraction:
        digits = "".join(str(DIGITS.get(word, "")) for word in fraction)
        result += Decimal(f"0.{digits or 0}")
    return result * factor
