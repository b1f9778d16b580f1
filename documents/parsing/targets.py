"""Targets of a text: its commitments with what each measures and by when."""

from __future__ import annotations

import re
from datetime import date

from documents.parsing.commitments import Commitment, find_commitments, same_clause
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
    targets: list[ParsedTarget] = []
    known = ""
    for sentence in _SENTENCE.finditer(masked):
        start, end = sentence.span()
        limited = any(start <= limit.start < end for limit in limits)
        if not limited and _REPORTED.match(text, start):
            continue
        found = find_commitments(masked, start, end, limited)
        names = name_all(text, masked, start, end, found, known)
        known = names[-1] if names else known
        for item, name in zip(found, names, strict=True):
            group = [other for other in found if same_clause(masked, other, item)]
            targets.append(
                ParsedTarget(
                    text=shown[item.start : item.end],
                    indicator=name,
                    comparison=item.comparison,
                    value=item.quantity.value,
                    value_max=item.quantity.value_max,
                    unit=item.quantity.unit,
                    due_on=_due_on(masked, limits, start, end, item, group),
                )
            )
    return targets


_OWN_TIME = re.compile(r"用[一二三四五两\d]{1,2}年(?:左右)?(?:的)?时间|[一二三四五两\d]{1,2}年内")


def _due_on(
    masked: str,
    limits: list[TimeLimit],
    start: int,
    end: int,
    item: Commitment,
    group: list[Commitment],
) -> date | None:
    """The time limit that governs a number: the nearest one before it in its sentence."""
    if _OWN_TIME.search(masked, start, item.start):
        return None  # 用三年时间: another span of time that names no date
    begin = max((m.end() for m in _FULL_STOP.finditer(masked, 0, start)), default=0)
    before = [limit for limit in limits if begin <= limit.start < item.quantity.start]
    if before:
        listed = _listed(masked, before)
        # 2024年、2025年分别达到80%、90%: to each its own.
        return (listed[group.index(item)] if len(listed) == len(group) else before[-1]).due_on
    # 新增学位1800个,10月底前投入使用: a later clause limits it if it states no number of its own.
    for limit in limits:
        if item.quantity.start < limit.start < end:
            clause = re.split(r"[,:]", masked[limit.end : end], maxsplit=1)[0]
            return None if re.search(r"\d", clause) else limit.due_on
    return None


def _listed(masked: str, before: list[TimeLimit]) -> list[TimeLimit]:
    """The time limits of the list that the last one closes."""
    listed = [before[-1]]
    for limit in reversed(before[:-1]):
        if not re.fullmatch(r"[、和与及]", masked[limit.end : listed[0].start]):
            break
        listed.insert(0, limit)
    return listed
