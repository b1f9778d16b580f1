"""States of a task: stored words, and the moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    NOT_STARTED = "not_started", _("未启动")
    IN_PROGRESS = "in_progress", _("推进中")
    COMPLETED = "completed", _("已完成")
    AWAITING_WRITE_OFF = "awaiting_write_off", _("待销号")
    WRITTEN_OFF = "written_off", _("已销号")
    SUSPENDED = "suspended", _("已中止")
    CANCELLED = "cancelled", _("已撤销")
    CARRIED_OVER = "carried_over", _("已结转")


OPEN_STATES = [State.NOT_STARTED, State.IN_PROGRESS]
DONE_STATES = [State.COMPLETED, State.AWAITING_WRITE_OFF, State.WRITTEN_OFF]
# Neither done nor still to do: such tasks are left out of rates and need no report.
SET_ASIDE_STATES = [State.SUSPENDED, State.CANCELLED, State.CARRIED_OVER]
# Not in the divisor of completion and write-off rates (contracts/api.md).
NOT_COUNTED_STATES = [State.CANCELLED, State.CARRIED_OVER]

# From each state, where the office may move a task. 已完成 is not 已销号: a task is completed
# first; 回头看 reopens it. Carrying over needs next year's row and is not a plain move.
MOVES: dict[str, list[State]] = {
    State.NOT_STARTED: [
        State.IN_PROGRESS,
        State.COMPLETED,
        State.SUSPENDED,
        State.CANCELLED,
    ],
    State.IN_PROGRESS: [
        State.NOT_STARTED,
        State.COMPLETED,
        State.SUSPENDED,
        State.CANCELLED,
    ],
    State.COMPLETED: [State.IN_PROGRESS, State.AWAITING_WRITE_OFF, State.WRITTEN_OFF],
    State.AWAITING_WRITE_OFF: [State.COMPLETED, State.IN_PROGRESS, State.WRITTEN_OFF],
    State.WRITTEN_OFF: [State.IN_PROGRESS],
    State.SUSPENDED: [State.NOT_STARTED, State.IN_PROGRESS, State.CANCELLED],
    State.CANCELLED: [State.NOT_STARTED, State.IN_PROGRESS],
    State.CARRIED_OVER: [],
}

# What a department may ask of the office, by kind of request: in which states, and the state an
# approval leads to (None: it stays). Asking for write-off puts the task into 待销号.
ASKED_IN: dict[str, list[State]] = {
    "extension": OPEN_STATES,
    "change": OPEN_STATES,
    "suspension": OPEN_STATES,
    "cancellation": [*OPEN_STATES, State.SUSPENDED],
    "write_off": [State.COMPLETED],
}
GRANTED: dict[str, State | None] = {
    "extension": None,
    "change": None,
    "suspension": State.SUSPENDED,
    "cancellation": State.CANCELLED,
    "write_off": State.WRITTEN_OFF,
}


def moves_from(state: str) -> list[State]:
    """States the office may put the task in now, its present one first."""
    return [State(state), *MOVES[state]]
