"""Fills the calendar's tables from the package chinesecalendar, year by year."""

from collections import defaultdict
from importlib.metadata import version
from typing import Any

from django.db import transaction
from django.db.models import Q

from reform_tracker.audit.models import record
from reform_tracker.working_days.models import CalendarYear, SpecialDay

FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


@transaction.atomic
def fill_missing_years() -> list[int]:
    """Add the years that the package knows and the tables do not; returns them.

    A year on record stays as it is: the administrator may have corrected it.
    """
    added = write_missing_years(CalendarYear, SpecialDay)
    for row in CalendarYear.objects.filter(year__in=added):
        record(actor=None, action="calendar_filled", subject=row)
    return added


def write_missing_years(years: Any, days: Any) -> list[int]:
    """The rows themselves, by whatever models stand for the tables (a migration has its own)."""
    known = _package()
    there = set(years.objects.values_list("year", flat=True))
    missing = sorted(set(known) - there)
    source = f"chinesecalendar {version('chinesecalendar')}（国务院办公厅历年节假日安排通知）"
    rows = years.objects.bulk_create(years(year=year, source=source) for year in missing)
    # A day can stand in the notice of the year beside its own (12月31日), entered by hand.
    taken = set(days.objects.values_list("day", flat=True))
    days.objects.bulk_create(
        days(year=row, day=day, kind=kind, name=name)
        for row in rows
        for day, kind, name in known[row.year]
        if day not in taken
    )
    return missing


def _package() -> dict[int, list[tuple[Any, str, str]]]:
    """Year → (day, kind, name of the holiday in Chinese)."""
    from chinese_calendar.constants import Holiday, holidays, workdays

    chinese = {holiday.value: FULL_NAMES.get(h := holiday.chinese, h) for holiday in Holiday}
    found = defaultdict(list)
    for days, kind in ((holidays, "day_off"), (workdays, "make_up")):
        for day, name in days.items():
            found[day.year].append((day, kind, chinese.get(name, name)))
    return found


@transaction.atomic
def replace_days(year: CalendarYear, days: list[SpecialDay]) -> None:
    """Let the year consist of these days, which are not saved yet.

    A day that another year's notice named too (12月31日) goes over to this one.
    """
    SpecialDay.objects.filter(Q(year=year) | Q(day__in=[row.day for row in days])).delete()
    for row in days:
        row.year = year
    SpecialDay.objects.bulk_create(days)
