"""By when a period's reports are filed: the rule, the calendar, and what moves a deadline.

The day as stated is kept beside the day it moved to. A closed period stays as it is.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from departments.models import Region
from departments.permissions import can_run_office
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import ONE_DAY, WorkCalendar, today
from reform_tracker.lib.verdicts import Conflict, require
from reform_tracker.working_days.calendar import calendar
from tasks.models import FilingRule, ReportingPeriod, UsualDeadline

# 次月1日至28日: every month has these. Working days: a quarter at most.
LIMITS = {FilingRule.NEXT_MONTH: 28, FilingRule.WORKING_DAYS: 60}


@dataclass(frozen=True)
class Deadline:
    """次月5日 or 结束后第10个工作日."""

    rule: str
    days: int

    def __str__(self) -> str:
        words = _("次月%d日") if self.rule == FilingRule.NEXT_MONTH else _("结束后第%d个工作日")
        return words % self.days

    def check(self) -> None:
        """ValidationError unless it can be reckoned with."""
        if self.rule not in LIMITS or not 1 <= self.days <= LIMITS[FilingRule(self.rule)]:
            raise ValidationError({"filing_days": too_many_days(self.rule)})

    def after(self, ends_on: dt.date, working_days: WorkCalendar) -> dt.date:
        """The day as stated; working days are days of the calendar already."""
        if self.rule == FilingRule.WORKING_DAYS:
            return working_days.add_working_days(ends_on, self.days)
        following = ends_on.replace(day=28) + 4 * ONE_DAY
        return following.replace(day=self.days)


USUAL = Deadline(FilingRule.NEXT_MONTH, 5)


@dataclass(frozen=True)
class Moved:
    """What a change of deadlines did; `closed`: periods it left alone since they are closed."""

    periods: list[ReportingPeriod]
    closed: int = 0


def too_many_days(rule: str) -> str:
    if rule == FilingRule.WORKING_DAYS:
        return _("请填1至60个工作日。")
    return _("报送期限应为次月1日至28日。")


def usual_deadline(region: Region, kind: str) -> Deadline:
    """What the region last chose for periods of the kind, else 次月5日."""
    row = UsualDeadline.objects.filter(region=region, kind=kind).first()
    return Deadline(row.rule, row.days) if row else USUAL


def chosen(region: Region, kind: str, filing_rule: str, filing_days: int | None) -> Deadline:
    """The deadline asked for, checked; the region's usual one where nothing is said."""
    if filing_days is None and not filing_rule:
        return usual_deadline(region, kind)
    deadline = Deadline(filing_rule or FilingRule.NEXT_MONTH, filing_days or 0)
    deadline.check()
    return deadline


def remember(region: Region, kind: str, deadline: Deadline) -> None:
    UsualDeadline.objects.update_or_create(
        region=region, kind=kind, defaults={"rule": deadline.rule, "days": deadline.days}
    )


def put(period: ReportingPeriod, stated: dt.date, working_days: WorkCalendar) -> None:
    """Write the deadline into the period (not saved): as stated, and where the calendar puts it."""
    period.due_on = working_days.deadline(stated)
    period.stated_due_on = stated if stated != period.due_on else None


def put_by_rule(period: ReportingPeriod, deadline: Deadline, working_days: WorkCalendar) -> None:
    period.filing_rule, period.filing_days = deadline.rule, deadline.days
    put(period, deadline.after(period.ends_on, working_days), working_days)


@transaction.atomic
def change_deadlines(
    *, region: Region, kind: str, actor: Any, filing_rule: str, filing_days: int
) -> Moved:
    """Change the region's rule for its periods of a kind, and move those that are open.

    Closed periods keep their deadline, and so do those whose day was set one by one.
    """
    region = Region.objects.select_for_update().get(pk=region.pk)
    require(can_run_office(actor, region))
    deadline = Deadline(filing_rule, filing_days)
    deadline.check()
    rows = ReportingPeriod.objects.select_for_update().filter(region=region, kind=kind)
    by_rule = list(rows.exclude(filing_rule="").order_by("starts_on"))
    working_days = calendar()
    still_open = [period for period in by_rule if period.is_open]
    for period in still_open:
        put_by_rule(period, deadline, working_days)
    _save(still_open)
    remember(region, kind, deadline)
    record(
        actor=actor,
        action="deadlines_changed",
        subject=region,
        detail={
            "filing_rule": str(deadline),
            "periods": [period.name for period in still_open],
        },
    )
    return Moved(still_open, closed=len(by_rule) - len(still_open))


@transaction.atomic
def settle_deadlines(*, region: Region, actor: Any) -> Moved:
    """Move the open periods' deadlines to where the calendar, as it is now, puts them.

    For after a year's notice came in. Conflict when all stand where they should.
    """
    region = Region.objects.select_for_update().get(pk=region.pk)
    require(can_run_office(actor, region))
    rows = ReportingPeriod.objects.select_for_update().filter(region=region)
    periods = unsettled(rows)
    if not periods:
        raise Conflict(_("截止日期已经与放假安排一致，没有需要调整的报告期。"))
    _save(periods)
    names = [f"{period.name} {period.due_on}" for period in periods]
    record(actor=actor, action="deadlines_settled", subject=region, detail={"periods": names})
    return Moved(periods)


def unsettled(periods: QuerySet[ReportingPeriod]) -> list[ReportingPeriod]:
    """Open periods with a deadline to come that the calendar now puts elsewhere; changed to it,
    not saved."""
    working_days = calendar()
    found = []
    for period in periods.filter(is_open=True, due_on__gte=today()).order_by("starts_on"):
        was = period.due_on
        _put_again(period, working_days)
        if period.due_on != was:
            found.append(period)
    return found


def estimated_years(periods: QuerySet[ReportingPeriod]) -> list[int]:
    """Years of deadlines to come whose holidays are not on record: these days may still move."""
    days = periods.filter(due_on__gte=today()).dates("due_on", "year")
    known = calendar()
    return [day.year for day in days if not known.knows(day.year)]


def _put_again(period: ReportingPeriod, working_days: WorkCalendar) -> None:
    if period.filing_rule and period.filing_days:
        put_by_rule(period, Deadline(period.filing_rule, period.filing_days), working_days)
    else:
        put(period, period.stated_due_on or period.due_on, working_days)


def _save(periods: Iterable[ReportingPeriod]) -> None:
    fields = ["due_on", "stated_due_on", "filing_rule", "filing_days"]
    ReportingPeriod.objects.bulk_update(periods, fields)
