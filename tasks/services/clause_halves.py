"""What a clause says, cut in two or put together again. Plain values; nothing is stored here."""

import re
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Clause
from documents.parsing.cleaning import fold
from documents.parsing.markers import read_marker
from documents.source_text import counterpart
from reform_tracker.lib.verdicts import Conflict

Row = dict[str, Any]
LONG_TITLE = 40


def halves(clause: Clause, at: int | None, body_at: int | None) -> Clause:
    """Shorten the clause to its first half; the second is returned, not stored.

    `at`: place in the document's text, or `body_at`: place in the clause's body. Raises Conflict
    where nothing is left on one side.
    """
    source = clause.source
    if at is None and body_at is not None and source:
        at = clause.start + counterpart(clause.body, source, body_at)
    elif at is not None and source and clause.start < at < clause.end:
        body_at = counterpart(source, clause.body, at - clause.start)
    elif at is not None or body_at is None:
        raise Conflict(_("请先在这一条的原文（标黄部分）里选择拆分的位置。"))
    ahead, behind = clause.body[:body_at].strip(), clause.body[body_at:].strip()
    marker = read_marker(fold(behind))
    number = str(marker.number or "") if marker else ""
    behind = behind[marker.length :] if marker else behind
    if not ahead or not behind:
        raise Conflict(_("拆分处前后都要有任务内容，请另选一个位置。"))
    if at is None:
        whole, cut = clause.body, body_at or 0
    else:
        whole, cut = source, at - clause.start
    second = Clause(
        document=clause.document,
        parent_id=clause.parent_id,
        number=number[:20],
        section=list(clause.section),
        title=_title_of(behind),
        body=behind,
        start=clause.start,
        end=clause.end,
        is_manual=clause.is_manual,
    )
    if source:
        left, right = source[:cut], source[cut:]
        clause.end = clause.start + len(left.rstrip())
        second.start = clause.start + cut + len(right) - len(right.lstrip())
    clause.body = ahead
    clause.is_checked = False
    _share_rows(clause, second, whole, cut)
    return second


def united(first: Clause, second: Clause) -> None:
    """Let the first say what both say; it stands where both stood."""
    text = second.document.text
    broken = not 0 < second.start <= len(text) or text[second.start - 1] == "\n"
    first.body = ("\n" if broken else "").join(filter(None, [first.body, second.body]))
    first.title = first.title or second.title
    first.number = first.number or second.number
    named = {each["name"] for row in first.responsibilities for each in row["departments"]}
    for row in second.responsibilities:
        new = [each for each in row["departments"] if each["name"] not in named]
        if new:
            first.responsibilities.append({**row, "departments": new})
    for name in ("targets", "deadlines", "warnings"):
        rows = getattr(first, name)
        rows += [row for row in getattr(second, name) if row not in rows]
    placed = [clause for clause in (first, second) if clause.source] or [first]
    first.start, first.end = (
        min(clause.start for clause in placed),
        max(clause.end for clause in placed),
    )
    first.is_checked = False
    # What was read from the document may not be deleted, whatever was typed in beside it.
    first.is_manual = first.is_manual and second.is_manual


def _title_of(body: str) -> str:
    """The first sentence, or what stands before its first comma when it is long."""
    title = re.split(r"[。；;！!？?\n]", body, maxsplit=1)[0]
    if len(title) > LONG_TITLE:
        title = re.split(r"[，,：:]", title, maxsplit=1)[0]
    return title.strip()[:300]


def _share_rows(first: Clause, second: Clause, whole: str, cut: int) -> None:
    """Each row to the half that states it; `cut` is where `whole` was cut."""
    brackets = _located(whole, first.responsibilities, "raw")
    first.responsibilities = [row for row, start, _end in brackets if start < cut]
    second.responsibilities = [deepcopy(r) for r, start, _end in brackets if not 0 <= start < cut]
    shared: list[tuple[int, int]] = []
    for clause, other in ((first, second), (second, first)):
        if not clause.responsibilities and other.responsibilities:
            # 做甲。做乙。（市财政局负责）: who is named behind both answers for both.
            clause.responsibilities = deepcopy(other.responsibilities)
            clause.warnings = [*clause.warnings, _("责任单位沿用了拆分前的，请核对")]
            shared = [(start, end) for _row, start, end in brackets]
    for row in first.responsibilities:
        first.body = _without_ending(first.body, row["raw"])
    targets = _located(whole, first.targets, "text")
    first.targets = [row for row, start, _end in targets if start < cut]
    second.targets = [row for row, start, _end in targets if start >= cut]
    limits = [
        (row, -1 if any(a <= start < b for a, b in shared) else start)
        for row, start, _end in _located(whole, first.deadlines, "text")
    ]
    first.deadlines = [row for row, start in limits if start < cut]
    second.deadlines = [dict(row) for row, start in limits if not 0 <= start < cut]


def _located(whole: str, rows: Iterable[Row], name: str) -> list[tuple[Row, int, int]]:
    """The rows with the place of their words; -1 for words that are not there.

    Rows stand in the text's order, so the second 95%以上 is looked for behind the first.
    """
    found, position = [], 0
    for row in rows:
        words = row.get(name, "")
        at = whole.find(words, position) if words else -1
        at = whole.find(words) if words and at < 0 else at
        position = at + len(words) if at >= 0 else position
        found.append((row, at, at + len(words)))
    return found


def _without_ending(body: str, bracket: str) -> str:
    """A bracket at the end of the words is kept with the departments, not with the words."""
    ending = body.rstrip("。； ")
    return ending.removesuffix(bracket).rstrip() if bracket and ending.endswith(bracket) else body
