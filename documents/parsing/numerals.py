"""Chinese numerals, read only where a rule has already captured a number.

Running text is never converted as a whole: 一件事一次办 must not become 1件事1次办.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    "零": 0, "〇": 0, "○": 0, "Ο": 0, "O": 0, "0": 0, "一": 1, "壹": 1, "二": 2, "贰": 2, "两": 2,
    "三": 3, "叁": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
MULTIPLIERS = {"万": 10_000, "亿": 100_000_000}

_ARABIC = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_BELOW_HUNDRED = re.compile(r"(.?)十(.?)")
_SAID = re.compile(r"[零〇○一二两三四五六七八九十百千万亿]{2,20}")


def chinese_integer(words: str) -> int | None:
    """十二 -> 12, 一万二千 -> 12000, 二〇一二 -> 2012; None when it is no number."""
    if not words:
        return None
    if all(word in DIGITS for word in words):
        return int("".join(str(DIGITS[word]) for word in words))
    if tens := _BELOW_HUNDRED.fullmatch(words):
        ten, unit = tens.groups()
        if all(word in DIGITS for word in ten + unit):
            return DIGITS.get(ten, 1) * 10 + DIGITS.get(unit, 0)
    if not _SAID.fullmatch(words):
        return None
    # Imported where it is needed: it takes longer than the reading of a whole notice.
    import cn2an

    try:
        return int(cn2an.cn2an(words.replace("○", "〇"), "smart"))
    except ValueError:
        return None


def number(words: str) -> Decimal | None:
    """An Arabic or Chinese number, with an optional 万 or 亿 behind it."""
    words = words.replace(",", "").strip()
    if (said := chinese_integer(words)) is not None:
        return Decimal(said)
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
