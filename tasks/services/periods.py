"""Reporting periods of a region: a year's worth at once, and switching filing on and off."""

import datetime as dt
from collections.abc import Iterator
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
from tasks.models import ReportingPeriod
from tasks.permissions import can_run_period

Kind = ReportingPeriod.Kind
MONTHS_IN: dict[str, int] = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF_YEAR: 6}
CHINESE_QUARTERS = "一二三四"


@dataclass(frozen=True)
class OpenedYear:
    """What `open_year` did: the new periods, and how many of the year were there before."""

    created: list[ReportingPeriod]
    already: int


@transaction.atomic
def open_year(
    *,
    region: Region,
    year: int,
    actor: Any,
    kind: str = Kind.QUARTER,
    filing_days: int = 5,
) -> OpenedYear:
    """Create the region's periods of a year; those that exist stay as they are.

    `kind`: month, quarter or half_year. Filing ends on day `filing_days` (1–28) of the month
    after, moved to the next working day when it falls on a day off. `actor` None is the
    command line.
    """
    # The region's row is the lock: opening a year twice at once makes each period once.
    region = Region.objects.select_for_update().get(pk=region.pk)
    if actor is not None:
        require(can_run_office(actor, region))
    if kind not in MONTHS_IN or not 1 <= filing_days <= 28:
        raise ValidationError(_("报告期类型应为月、季度或半年，报送期限应为次月1日至28日。"))
    planned = list(_periods(region, year, kind, filing_days, calendar()))
    there = set(
        ReportingPeriod.objects.filter(region=region, kind=kind, year=year).values_list(
            "starts_on", flat=True
        )
    )
    created = ReportingPeriod.objects.bulk_create(
        [period for period in planned if period.starts_on not in there]
    )
    if created:
        names = [period.name for period in created]
        record(actor=actor, action="year_opened", subject=region, detail={"periods": names})
    return OpenedYear(created, len(planned) - len(created))


@transaction.atomic
def switch(*, period: ReportingPeriod, actor: Any, is_open: bool) -> ReportingPeriod:
    """Open or close filing for a period. A Conflict when it already is so."""
    rows = ReportingPeriod.objects.select_for_update(of=("self",)).select_related("region")
    period = rows.get(pk=period.pk)
    require(can_run_period(actor, period))
    if period.is_open == is_open:
        text = _("%s已经是开放填报状态。") if is_open else _("%s已经关闭填报。")
        raise Conflict(text % period.name)
    period.is_open = is_open
    period.save(update_fields=["is_open"])
    record(actor=actor, action="period_opened" if is_open else "period_closed", subject=period)
    return period


def estimated_years(periods: QuerySet[ReportingPeriod]) -> list[int]:
    """Years of deadlines to come whose holidays are not announced: these days may still move."""
    days = periods.filter(due_on__gte=today()).dates("due_on", "year")
    known = calendar()
    return [day.year for day in days if not known.knows(day.year)]


def _periods(
    region: Region, year: int, kind: str, filing_days: int, working_days: WorkCalendar
) -> Iterator[ReportingPeriod]:
    months = MONTHS_IN[kind]
    for first in range(1, 13, months):
        following = _month_start(year, first + months)
        yield ReportingPeriod(
            region=region,
            kind=kind,
            name=_name(year, kind, first),
            year=year,
            starts_on=_month_start(year, first),
            ends_on=following - ONE_DAY,
            due_on=working_days.deadline(following.replace(day=filing_days)),
        )


def _month_start(year: int, month: int) -> dt.date:
    """First day of a month; month 13 is next January."""
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _name(year: int, kind: str, month: int) -> str:
    if kind == Kind.QUARTER:
        quarter = CHINESE_QUARTERS[(month - 1) // 3]
        return _("%(year)d年第%(quarter)s季度") % {"year": year, "quarter": quarter}
    if kind == Kind.HALF_YEAR:
        half = _("上半年") if month == 1 else _("下半年")
        return _("%(year)d年%(half)s") % {"year": year, "half": half}
    return _("%(year)d年%(month)d月") % {"year": year, "month": month}
