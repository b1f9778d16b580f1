"""What a reader of the output should compare with the source, beyond what reading noted itself.

The confirming page asks the same of a clause as it stands there, after a person's changes; here it
is asked of the clause as it was read.
"""

from __future__ import annotations

from documents.parsing.model import ParsedDocument, ParsedTask
from documents.parsing.passages import loose_numbers


def doubts(task: ParsedTask, document: ParsedDocument) -> list[str]:
    """Numbers that no target holds, and time limits that passed before the notice was issued."""
    return [] if task.container else [*_numbers(task), *_dates(task, document)]


def _numbers(task: ParsedTask) -> list[str]:
    loose = loose_numbers(task.body, tuple(target.text for target in task.targets))
    if not loose:
        return []
    return [f"正文里的“{'”“'.join(dict.fromkeys(loose))}”不在任何指标中，是指标的请补上"]


def _dates(task: ParsedTask, document: ParsedDocument) -> list[str]:
    issued = document.issued_on
    return [
        f"完成时限“{deadline.text}”早于发文日期{issued.isoformat()}，请核对"
        for deadline in task.deadlines
        if issued is not None and deadline.due_on < issued
    ]
