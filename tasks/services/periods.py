"""Reporting periods of a region: a year's worth at once, single ones, opening, closing, locking."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Region
from departments.permissions import can_run_office
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import ONE_DAY
from reform_tracker.lib.verdicts import Conflict, require
from reform_tracker.working_days.calendar import calendar
from tasks.models import ReportingPeriod
from tasks.models.period import ReportingPeriodQuerySet
from tasks.permissions import can_change_period, can_lock_period, can_switch_period
from tasks.services.deadlines import chosen, put, put_by_rule, remember

Kind = ReportingPeriod.Kind
MONTHS_IN: dict[str, int] = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF_YEAR: 6}
CHINESE_QUARTERS = "一二三四"
LONGEST = 366 * ONE_DAY


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
    filing_rule: str = "",
    filing_days: int | None = None,
) -> OpenedYear:
    """Create the region's periods of a year; those that exist stay as they are.

    `kind`: month, quarter or half_year. Filing ends by `filing_rule` and `filing_days` (次月5日,
    结束后第10个工作日), moved to the next working day when that is a day off; left out, it ends as
    the region last chose. `actor` None is the command line.
    """
    # The region's row is the lock: opening a year twice at once makes each period once.
    region = Region.objects.select_for_update().get(pk=region.pk)
    if actor is not None:
        require(can_run_office(actor, region))
    if kind not in MONTHS_IN:
        raise ValidationError(_("一次开一年的报告期，类型应为月、季度或半年。"))
    deadline = chosen(region, kind, filing_rule, filing_days)
    working_days = calendar()
    planned = list(_periods(region, year, kind))
    there = list(_overlapping(planned[0], planned[-1].ends_on))
    begun = {period.starts_on for period in there}
    new = [period for period in planned if period.starts_on not in begun]
    for period in new:
        _refuse_overlap(period, there)
        put_by_rule(period, deadline, working_days)
    created = ReportingPeriod.objects.bulk_create(new)
    if actor is not None:
        remember(region, kind, deadline)
    if created:
        detail = {"periods": [period.name for period in created], "filing_rule": str(deadline)}
        record(actor=actor, action="year_opened", subject=region, detail=detail)
    return OpenedYear(created, len(planned) - len(created))


@transaction.atomic
def add_period(
    *,
    region: Region,
    kind: str,
    actor: Any,
    starts_on: dt.date,
    ends_on: dt.date,
    name: str = "",
    due_on: dt.date | None = None,
    filing_rule: str = "",
    filing_days: int | None = None,
) -> ReportingPeriod:
    """Create one period: of a kind of its own, or a single month, quarter or half-year.

    A custom period needs a name; the others are named as in `open_year` and must be one of the
    year's. `due_on`: a deadline for this period alone, instead of the rule. ValidationError by
    field; a period of the same kind with a day in common is a Conflict.
    """
    region = Region.objects.select_for_update().get(pk=region.pk)
    require(can_run_office(actor, region))
    period = ReportingPeriod(
        region=region,
        kind=kind,
        name=name.strip() or _name_of(kind, starts_on),
        year=ends_on.year,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _check_span(period)
    working_days = calendar()
    if due_on:
        put(period, due_on, working_days)
    else:
        put_by_rule(period, chosen(region, kind, filing_rule, filing_days), working_days)
    _refuse_overlap(period, _overlapping(period, period.ends_on))
    _check(period)
    period.save()
    record(actor=actor, action="period_added", subject=period, detail=_dates(period))
    return period


@transaction.atomic
def change_period(
    *, period: ReportingPeriod, actor: Any, name: str = "", due_on: dt.date | None = None
) -> ReportingPeriod:
    """Give an open period another name, or a deadline of its own that no rule moves."""
    period = _locked(period)
    require(can_change_period(actor, period))
    period.name = name.strip() or period.name
    if due_on:
        put(period, due_on, calendar())
        period.filing_rule, period.filing_days = "", None
    _check(period)
    period.save()
    record(actor=actor, action="period_changed", subject=period, detail=_dates(period))
    return period


@transaction.atomic
def switch(*, period: ReportingPeriod, actor: Any, is_open: bool) -> ReportingPeriod:
    """Open or close filing for a period. A Conflict when it already is so, or is locked."""
    period = _locked(period)
    require(can_switch_period(actor, period, is_open))
    period.is_open = is_open
    period.save(update_fields=["is_open"])
    record(actor=actor, action="period_opened" if is_open else "period_closed", subject=period)
    return period


@transaction.atomic
def lock(*, period: ReportingPeriod, actor: Any) -> ReportingPeriod:
    """Close a closed period for good: from now on only single departments may still file.

    A Conflict while it is open, while reports await review, or when it is locked already.
    """
    period = _locked(period)
    require(can_lock_period(actor, period))
    period.locked_at = timezone.now()
    period.save(update_fields=["locked_at"])
    record(actor=actor, action="period_locked", subject=period)
    return period


def _locked(period: ReportingPeriod) -> ReportingPeriod:
    rows = ReportingPeriod.objects.select_for_update(of=("self",)).select_related("region")
    return rows.get(pk=period.pk)


def _overlapping(first: ReportingPeriod, ends_on: dt.date) -> ReportingPeriodQuerySet:
    return ReportingPeriod.objects.overlapping(
        region=first.region, kind=first.kind, starts_on=first.starts_on, ends_on=ends_on
    )


def _refuse_overlap(period: ReportingPeriod, others: Iterable[ReportingPeriod]) -> None:
    for other in others:
        if other.starts_on <= period.ends_on and other.ends_on >= period.starts_on:
            raise Conflict(
                _("与已有的“%(name)s”（%(first)s至%(last)s）时间重叠，不能建立。")
                % {"name": other.name, "first": other.starts_on, "last": other.ends_on}
            )


def _check_span(period: ReportingPeriod) -> None:
    """ValidationError for days that make no period of the kind."""
    first, last = period.starts_on, period.ends_on
    if not first <= last < first + LONGEST:
        raise ValidationError({"ends_on": _("截止日期应不早于起始日期，且不超过一年。")})
    if period.kind == Kind.CUSTOM:
        if not period.name:
            raise ValidationError({"name": _("请填写报告期名称，例如：年中专项调度。")})
        return
    if period.kind not in MONTHS_IN:
        raise ValidationError({"kind": _("没有这种报告期类型。")})
    days = {(p.starts_on, p.ends_on) for p in _periods(period.region, first.year, period.kind)}
    if (first, last) not in days:
        text = _("起止日期不是完整的%s，请核对，或改用自定义报告期。")
        raise ValidationError({"starts_on": text % period.get_kind_display()})


def _check(period: ReportingPeriod) -> None:
    if (period.stated_due_on or period.due_on) < period.ends_on:
        raise ValidationError({"due_on": _("报送截止日期不能早于报告期结束。")})
    period.full_clean(exclude=["region"], validate_constraints=False)


def _dates(period: ReportingPeriod) -> dict[str, str]:
    return {
        "name": period.name,
        "days": f"{period.starts_on}—{period.ends_on}",
        "due_on": str(period.due_on),
    }


def _periods(region: Region, year: int, kind: str) -> Iterator[ReportingPeriod]:
    """The year's periods of the kind, without their deadlines."""
    months = MONTHS_IN[kind]
    for first in range(1, 13, months):
        yield ReportingPeriod(
            region=region,
            kind=kind,
            name=_name(year, kind, first),
            year=year,
            starts_on=_month_start(year, first),
            ends_on=_month_start(year, first + months) - ONE_DAY,
        )


def _month_start(year: int, month: int) -> dt.date:
    """First day of a month; month 13 is next January."""
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _name_of(kind: str, starts_on: dt.date) -> str:
    return _name(starts_on.year, kind, starts_on.month) if kind in MONTHS_IN else ""


def _name(year: int, kind: str, month: int) -> str:
    if kind == Kind.QUARTER:
        quarter = CHINESE_QUARTERS[(month - 1) // 3]
        return _("%(year)d年第%(quarter)s季度") % {"year": year, "quarter": quarter}
    if kind == Kind.HALF_YEAR:
        half = _("上半年") if month == 1 else _("下半年")
        return _("%(year)d年%(half)s") % {"year": year, "half": half}
    return _("%(year)d年%(month)d月") % {"year": year, "month": month}
