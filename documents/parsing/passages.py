"""One passage a person points at: the targets, names or time limits it states.

The document's reader asks where targets are; here somebody has said so already. The words around
the passage are read with it, since 稳定在95%以上 does not say what is measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from documents.parsing.cleaning import fold
from documents.parsing.deadlines import find_time_limits, stated_limits
from documents.parsing.model import (
    Comparison,
    ParsedDeadline,
    ParsedResponsibility,
    ParsedTarget,
)
from documents.parsing.quantities import Quantity, find_quantities, mask
from documents.parsing.responsibilities import read_segment
from documents.parsing.targets import find_targets

_STOP = re.compile(r"[。;!?\n]")
_BRACKETS = "()【】[]〔〕 。;\n"


def targets_in(text: str, start: int, end: int, year: int | None) -> list[ParsedTarget]:
    """The targets that text[start:end] touches; `year` is the document's own."""
    begin, stop = _sentence(text, start, end)
    shown, folded = text[begin:stop], fold(text[begin:stop])
    limits = find_time_limits(folded, year)
    low, high = start - begin, end - begin
    touched, position = [], 0
    for target in find_targets(folded, limits, shown):
        at = max(shown.find(target.text, position), 0)
        position = at + len(target.text)
        if at < high and low < position:
            touched.append(target)
    return touched or _outright(folded, shown, low, high)


def departments_in(text: str, start: int, end: int, region: str | None) -> ParsedResponsibility:
    """Who text[start:end] names, and in which role."""
    words = text[start:end]
    return read_segment(words, fold(words).strip(_BRACKETS), region)


def deadlines_in(text: str, start: int, end: int, year: int | None) -> list[ParsedDeadline]:
    """The time limits text[start:end] states."""
    words = text[start:end]
    folded = fold(words)
    limits = find_time_limits(folded, year) or list(stated_limits(folded, year))
    return [ParsedDeadline(words[limit.start : limit.end], limit.due_on) for limit in limits]


@lru_cache(maxsize=4096)
def loose_numbers(text: str, stated: tuple[str, ...]) -> tuple[str, ...]:
    """Figures that read like something to reach but stand in none of the `stated` words.

    Counts of things that are merely named (24条措施, 每3年) are left out.
    """
    masked = mask(fold(text))
    taken = list(_places(text, stated))
    return tuple(
        text[quantity.start : quantity.end]
        for quantity in find_quantities(masked)
        if not any(a < quantity.end and quantity.start < b for a, b in taken)
        and _may_be_a_target(masked, quantity)
    )


# 每3年, 每工作1年补助10元提高到20元, 由38%降到30%, 现有95%: no goals themselves.
_NOT_REACHED = re.compile(
    r"每(?:工作|满|隔|增加|超过)?$|已(?:经)?(?:达|有|建|完成)|现有|目前|原有|基数"
)
_STARTS_AT = re.compile(
    r"(?:以上|左右)?(?:的基础上)?(?:提高|增加|提升|下?降低?|压缩|减少|调整|扩大)[到至为]"
)
_BOUND_AFTER = re.compile(r"\s?(?:及|或)?(?:以上|以内|以下|左右)")
_BOUND_BEFORE = re.compile(
    r"(?:不(?:低|少|小|高|多|大)于|不超过|至少|最少|达到|增加到|提高到|扩大到)$"
)


def _may_be_a_target(masked: str, quantity: Quantity) -> bool:
    before = re.split(r"[,:。;\n]", masked[max(0, quantity.start - 40) : quantity.start])[-1]
    after = masked[quantity.end : quantity.end + 20]
    if _NOT_REACHED.search(before) or _STARTS_AT.match(after):
        return False
    if quantity.kind in ("percent", "money", "times", "ratio"):
        return True
    bound = _BOUND_AFTER.match(after) or _BOUND_BEFORE.search(before)
    return quantity.kind == "count" and not quantity.chinese and bool(bound)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    folded = fold(text)
    begin = max((stop.end() for stop in _STOP.finditer(folded, 0, start)), default=0)
    stop = _STOP.search(folded, end)
    return begin, stop.start() if stop else len(text)


_BEHIND: dict[Comparison, tuple[str, ...]] = {
    "<=": ("以内", "以下", "之内"),
    "~": ("左右", "上下"),
}


def _outright(folded: str, shown: str, low: int, high: int) -> list[ParsedTarget]:
    """Numbers that the rules take for no targets, where a person says that they are."""
    masked = mask(folded)
    found = []
    for quantity in find_quantities(masked[low:high]):
        quantity = replace(quantity, start=quantity.start + low, end=quantity.end + low)
        behind: Comparison = next(
            (c for c, words in _BEHIND.items() if masked.startswith(words, quantity.end)), ">="
        )
        found.append(
            ParsedTarget(
                text=shown[low:high],
                indicator=_subject(folded[: quantity.start]),
                comparison="range" if quantity.value_max is not None else behind,
                value=quantity.value,
                value_max=quantity.value_max,
                unit=quantity.unit,
                due_on=None,
            )
        )
    return found


def _subject(before: str) -> str:
    """What stands before the number in its clause; the person shortens it."""
    return re.split(r"[,:、()]", before)[-1].strip()[-40:]


def _places(text: str, words: Iterable[str]) -> Iterable[tuple[int, int]]:
    """Where each of the words stands, the second 95%以上 behind the first."""
    position = 0
    for each in filter(None, words):
        at = text.find(each, position)
        at = text.find(each) if at < 0 else at
        if at >= 0:
            position = at + len(each)
            yield at, position
