"""The ladder 提醒 → 催办 → 督办 → 约谈建议: which step is due for whom. (PRODUCT, Reminders)

Plain functions of dates; who gets a step and whether it was taken is decided in reminders.py.
"""

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass
from enum import Enum

from reform_tracker.lib.dates import ONE_DAY, WorkCalendar
from tasks.models import Reminder

Stage = Reminder.Stage
FIRST_NOTICE_DAYS = 30


class Audience(Enum):
    """Why somebody is told of a task."""

    LEAD = "lead"  # liaison of a leading department
    RESPONSIBLE = "responsible"  # liaison of any department that answers for it, leading or not
    OFFICE = "office"
    LEADER = "leader"


@dataclass(frozen=True)
class Step:
    """One step; `days` from the due date, negative before it."""

    stage: Stage
    days: int
    audiences: frozenset[Audience]

    @property
    def is_warning(self) -> bool:
        """Before the due date; pointless once that has passed."""
        return self.days < 0

    def falls_on(self, due_on: dt.date, calendar: WorkCalendar) -> dt.date:
        """The first day on which the step is due.

        A day off is caught up on the next working day. A warning that would then come too late
        (the day before a Sunday is a Saturday) goes out on the working day before instead; the
        call the day after expiry (催办) waits for a working day.
        """
        day = due_on + self.days * ONE_DAY
        if self.is_warning and calendar.next_working_day(day) > due_on:
            return calendar.previous_working_day(day)
        return calendar.next_working_day(day) if self.stage == Stage.URGE else day


LADDER = (
    Step(Stage.DUE_30, -FIRST_NOTICE_DAYS, frozenset({Audience.RESPONSIBLE})),
    Step(Stage.DUE_7, -7, frozenset({Audience.RESPONSIBLE})),
    Step(Stage.DUE_1, -1, frozenset({Audience.RESPONSIBLE})),
    Step(Stage.URGE, 1, frozenset({Audience.LEAD, Audience.OFFICE})),
    Step(Stage.SUPERVISE, 15, frozenset({Audience.OFFICE, Audience.LEADER})),
    Step(Stage.INTERVIEW, 45, frozenset({Audience.OFFICE})),
)


def latest_due(
    due_on: dt.date, on: dt.date, who: Set[Audience], calendar: WorkCalendar
) -> Stage | None:
    """The last step of the ladder that is due on `on` for somebody told as `who`, or None.

    Only the last: whoever was not told earlier (worker down, task imported late, a new liaison)
    gets the step that fits today, not the whole ladder at once. Warnings end with the due date.
    """
    for step in reversed(LADDER):
        if step.is_warning and on > due_on:
            return None
        if step.audiences & who and step.falls_on(due_on, calendar) <= on:
            return step.stage
    return None
