"""Targets of a text: its commitments with what each measures and by when."""

from __future__ import annotations

import re
from datetime import date

from documents.parsing.commitments import find_commitments, same_clause
from documents.parsing.deadlines import TimeLimit
from documents.parsing.indicators import indicator_for
from documents.parsing.model import ParsedTarget
from documents.parsing.quantities import mask

_SENTENCE = re.compile(r"[^。;!?\n]+")


def find_targets(text: str, limits: list[TimeLimit], show: str | None = None) -> list[ParsedTarget]:
    """The targets in a folded text; `show` is the same text as people see it."""
    shown = text if show is None else show
    masked = mask(text)
    targets: list[ParsedTarget] = []
    for sentence in _SENTENCE.finditer(masked):
        start, end = sentence.span()
        limited = any(start <= limit.start < end for limit in limits)
        found = find_commitments(masked, start, end, limited)
        for item in found:
            group = [other for other in found if same_clause(masked, other, item)]
            indicator = indicator_for(
                text,
                masked,
                start,
                end,
                item.quantity,
                item.start,
                group[0].start,
                group.index(item),
                len(group),
            )
            if not indicator and targets:
                indicator = targets[-1].indicator
            if item.change and item.change not in indicator:
                indicator += item.change
            targets.append(
                ParsedTarget(
                    text=shown[item.start : item.end],
                    indicator=indicator or shown[start:end][:20],
                    comparison=item.comparison,
                    value=item.quantity.value,
                    value_max=item.quantity.value_max,
                    unit=item.quantity.unit,
                    due_on=_due_on(masked, limits, start, end, item.start),
                )
            )
    return targets


_OWN_TIME = re.compile(r"用[一二三四五两\d]{1,2}年(?:左右)?(?:的)?时间|[一二三四五两\d]{1,2}年内")


def _due_on(masked: str, limits: list[TimeLimit], start: int, end: int, at: int) -> date | None:
    """The time limit that governs a number: the nearest one before it in its sentence."""
    if _OWN_TIME.search(masked, start, at):
        return None  # 用三年时间: another span of time that names no date
    inside = [limit for limit in limits if start <= limit.start < end]
    before = [limit for limit in inside if limit.start <= at]
    if before:
        return before[-1].due_on
    # 新增学位1800个,10月底前投入使用: a later clause limits it if it states no number of its own.
    for limit in inside:
        clause = re.split(r"[,:]", masked[limit.end : end], maxsplit=1)[0]
        return None if re.search(r"\d", clause) else limit.due_on
    return None
