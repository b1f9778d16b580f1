"""Targets of a text: its commitments with what each measures and by when."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date

from documents.parsing.commitments import Commitment, by_clause, find_commitments
from documents.parsing.deadlines import TimeLimit
from documents.parsing.indicators import name_all
from documents.parsing.model import ParsedTarget
from documents.parsing.quantities import mask

_SENTENCE = re.compile(r"[^。;!?\n]{1,2000}")  # bounded, so that a text without stops costs no more
# 2023年,全市…增长8.2%: a year gone by is no limit, and what is said of it is reported.
_REPORTED = re.compile(
    r"(?:截至|截止到?|在)?(?:19|20)\d\d年(?:底|末|全[市省县区州国]|,|\d{1,2}月(?!起))"
)
_FULL_STOP = re.compile(r"[。!?\n]")


def find_targets(text: str, limits: list[TimeLimit], show: str | None = None) -> list[ParsedTarget]:
    """The targets in a folded text; `show` is the same text as people see it."""
    shown = text if show is None else show
    masked = mask(text)
    times = _Times(masked, limits)
    targets: list[ParsedTarget] = []
    known = ""
    for sentence in _SENTENCE.finditer(masked):
        start, end = sentence.span()
        limited = times.between(start, end)
        if not limited and _REPORTED.match(text, start):
            continue
        found = find_commitments(masked, start, end, limited)
        groups = by_clause(masked, found)
        names = name_all(text, masked, start, end, found, groups, known)
        known = names[-1] if names else known
        for item, name, group in zip(found, names, groups, strict=True):
            targets.append(
                ParsedTarget(
                    text=shown[item.start : item.end],
                    indicator=name,
                    comparison=item.comparison,
                    value=item.quantity.value,
                    value_max=item.quantity.value_max,
                    unit=item.quantity.unit,
                    due_on=times.due_on(start, end, item, group),
                )
            )
    return targets


_OWN_TIME = re.compile(r"用[一二三四五两\d]{1,2}年(?:左右)?(?:的)?时间|[一二三四五两\d]{1,2}年内")


class _Times:
    """The time limits of a text, and which of them governs a number."""

    def __init__(self, masked: str, limits: list[TimeLimit]) -> None:
        self.masked = masked
        self.limits = limits
        self.starts = [limit.start for limit in limits]
        self.full_stops = [stop.end() for stop in _FULL_STOP.finditer(masked)]

    def between(self, start: int, end: int) -> bool:
        return bisect_left(self.starts, start) < bisect_left(self.starts, end)

    def due_on(
        self, start: int, end: int, item: Commitment, group: list[Commitment]
    ) -> date | None:
        """The nearest time limit before a number up to the full stop, else one that follows."""
        at = item.quantity.start
        if _OWN_TIME.search(self.masked, start, item.start):
            return None  # 用三年时间: another span of time that names no date
        stop = bisect_right(self.full_stops, start)
        begin = self.full_stops[stop - 1] if stop else 0
        first, behind = bisect_left(self.starts, begin), bisect_left(self.starts, at)
        if first < behind:
            listed = self._listed(first, behind - 1)
            # 2024年、2025年分别达到80%、90%: to each its own.
            each = len(listed) == len(group)
            return listed[group.index(item) if each else -1].due_on
        # 新增学位1800个,10月底前投入使用: a later clause limits it if it states no number of its own.
        if behind == len(self.limits) or self.starts[behind] >= end:
            return None
        limit = self.limits[behind]
        clause = re.split(r"[,:]", self.masked[limit.end : end], maxsplit=1)[0]
        return None if re.search(r"\d", clause) else limit.due_on

    def _listed(self, first: int, last: int) -> list[TimeLimit]:
        """The time limits of the list that the last one closes."""
        place = last
        while place > first and re.fullmatch(
            r"[、和与及]", self.masked[self.limits[place - 1].end : self.starts[place]]
        ):
            place -= 1
        return self.limits[place : last + 1]
