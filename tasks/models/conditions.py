"""What a task is on a date: overdue, near due, lagging, its light. Each defined once, in SQL.

They read `state_then` and `progress_then`, which `TaskQuerySet.as_of` annotates, so a list, a
rollup and a ledger of any date agree to the row. (docs: PRODUCT, flags and warning light)
"""

import datetime as dt

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    TextChoices,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from reform_tracker.lib.day_number import DayNumber
from reform_tracker.working_days.calendar import calendar
from tasks.models.states import OPEN_STATES, State

# Default thresholds of the light; cities differ, rows per region come with the light rules.
NEAR_DUE_WORKING_DAYS = 15
YELLOW_POINTS_BEHIND = 10
RED_POINTS_BEHIND = 30

EPOCH = dt.date(1970, 1, 1)


class Flag(TextChoices):
    OVERDUE = "overdue", _("逾期")
    NEAR_DUE = "near_due", _("临期")
    LAGGING = "lagging", _("未达序时进度")


class Light(TextChoices):
    GREY = "grey", _("灰灯 未启动或已搁置")
    GREEN = "green", _("绿灯 正常或已完成")
    YELLOW = "yellow", _("黄灯 临期或滞后")
    RED = "red", _("红灯 逾期或严重滞后")
    BLUE = "blue", _("蓝灯 已销号")


IS_OPEN = Q(state_then__in=OPEN_STATES)


def overdue(on: dt.date) -> Q:
    """Still open the day after its due date."""
    return IS_OPEN & Q(due_on__lt=on)


def near_due(on: dt.date) -> Q:
    """Open and due within fifteen working days, the day itself included."""
    last = calendar().add_working_days(on, NEAR_DUE_WORKING_DAYS)
    return IS_OPEN & Q(due_on__gte=on, due_on__lte=last)


def expected_progress(on: dt.date) -> Combinable:
    """序时进度: elapsed share of the time between start and due date, 0–100."""
    day = (on - EPOCH).days
    start, due = DayNumber(F("start_on")), DayNumber(F("due_on"))
    share = ExpressionWrapper(
        (Value(day) - start) * 100.0 / (due - start), output_field=FloatField()
    )
    return Case(
        When(due_on__lte=on, then=Value(100.0)),
        When(start_on__gte=on, then=Value(0.0)),
        default=share,
        output_field=FloatField(),
    )


def computed(on: dt.date) -> dict[str, Combinable]:
    """Annotations, in order: expected_progress, points_behind, the three flags, light."""
    behind = ExpressionWrapper(
        F("expected_progress") - F("progress_then"), output_field=FloatField()
    )
    return {
        "expected_progress": expected_progress(on),
        "points_behind": behind,
        "is_overdue": _as_boolean(overdue(on)),
        "is_near_due": _as_boolean(near_due(on)),
        "is_lagging": _as_boolean(IS_OPEN & Q(points_behind__gte=YELLOW_POINTS_BEHIND)),
        "light": Case(
            When(state_then=State.WRITTEN_OFF, then=Value(Light.BLUE.value)),
            When(
                state_then__in=[State.COMPLETED, State.AWAITING_WRITE_OFF],
                then=Value(Light.GREEN.value),
            ),
            When(~IS_OPEN, then=Value(Light.GREY.value)),
            When(is_overdue=True, then=Value(Light.RED.value)),
            When(
                state_then=State.IN_PROGRESS,
                points_behind__gt=RED_POINTS_BEHIND,
                then=Value(Light.RED.value),
            ),
            When(is_near_due=True, then=Value(Light.YELLOW.value)),
            # Not started and not due is grey, however much time has gone (PRODUCT).
            When(state_then=State.NOT_STARTED, then=Value(Light.GREY.value)),
            When(points_behind__gte=YELLOW_POINTS_BEHIND, then=Value(Light.YELLOW.value)),
            default=Value(Light.GREEN.value),
            output_field=CharField(),
        ),
    }


def _as_boolean(condition: Q) -> Combinable:
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def light_reason(task) -> str:
    """Why the light is what it is, in words; `task` comes from `with_light`."""
    state = State(task.state_then)
    if state not in OPEN_STATES:
        return str(state.label)
    if task.is_overdue:
        return str(_("逾期未完成"))
    behind = round(task.points_behind)
    if state == State.IN_PROGRESS and task.points_behind > RED_POINTS_BEHIND:
        return str(_("落后序时进度%(points)d个百分点") % {"points": behind})
    if task.is_near_due:
        return str(_("临近完成时限"))
    if state == State.NOT_STARTED:
        return str(_("未启动且未到期"))
    if task.points_behind >= YELLOW_POINTS_BEHIND:
        return str(_("落后序时进度%(points)d个百分点") % {"points": behind})
    return str(_("达到序时进度"))
