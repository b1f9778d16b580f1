"""Where a task stands: the row follows the record of events, never the other way round."""

import datetime as dt
from typing import Any

from tasks.models import Task, TaskEvent
from tasks.models.states import DONE_STATES


def record_standing(
    task: Task,
    actor: Any,
    kind: str,
    *,
    on: dt.date,
    state: str = "",
    progress: int | None = None,
    note: str = "",
) -> None:
    """Record what holds from `on`, then let the (locked) row say what the events say now.

    `state` empty or `progress` None: that one is not touched. What counts from an earlier day
    than something already on record, such as a late report on a past quarter, changes the past
    and leaves the present, so that `as_of` any later day and the row always agree.
    """
    TaskEvent.record(task, actor, kind, note=note, effective_on=on, state=state, progress=progress)
    newest = task.events.order_by("-effective_on", "-id")
    if of_state := newest.exclude(state="").first():
        task.state = of_state.state
        done = task.state in DONE_STATES
        task.completed_on = (task.completed_on or of_state.effective_on) if done else None
    if of_progress := newest.exclude(progress=None).first():
        task.progress = of_progress.progress  # type: ignore[assignment]
    task.version += 1
    task.save(update_fields=["state", "progress", "completed_on", "version"])


def has_standing_after(task: Task, day: dt.date) -> bool:
    """Does something on record count from a later day than `day`?"""
    later = task.events.filter(effective_on__gt=day)
    return later.exclude(state="", progress=None).exists()
