"""Dates as Chinese offices count them: working days with make-up days, quarters, today."""

import datetime as dt
import warnings
from functools import cache

from django.utils import timezone

ONE_DAY = dt.timedelta(days=1)
# Days anybody can mean here; dates far outside would carry the arithmetic out of the calendar.
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


def today() -> dt.date:
    """The date in Asia/Shanghai, which decides year, period and lateness."""
    return timezone.localdate()


@cache
def _official_years() -> frozenset[int]:
    """Years whose State Council holiday notice is in the package chinesecalendar."""
    from chinese_calendar.constants import holidays, workdays

    return frozenset(day.year for day in [*holidays, *workdays])


# State Council, 全国年节及纪念日放假办法 (revised 2024), art. 2: 元旦, 劳动节, 国庆节 as (month, day).
# Its other holidays follow the lunar calendar, and make-up days are set by the year's notice.
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def has_official_calendar(year: int) -> bool:
    """Is the State Council's holiday notice for the year known, so that its dates are exact?"""
    return year in _official_years()


def is_working_day(day: dt.date) -> bool:
    """True on working days, make-up days (调休) included.

    A year whose holiday notice is not known yet falls back to Monday to Friday but for the fixed
    holidays: next year's notice can come as late as December, and a date must never raise.
    """
    if not has_official_calendar(day.year):
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS
    from chinese_calendar import is_workday

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return is_workday(day)


def next_working_day(day: dt.date) -> dt.date:
    """`day` itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def previous_working_day(day: dt.date) -> dt.date:
    """`day` itself if it is a working day, else the last one before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day after `day`; `count` ≥ 0."""
    for _ in range(count):
        day = next_working_day(day + ONE_DAY)
    return day


def quarter_start(year: int, quarter: int) -> dt.date:
    return dt.date(year, 3 * quarter - 2, 1)


def quarter_end(year: int, quarter: int) -> dt.date:
    """Last day of the quarter, 1 ≤ quarter ≤ 4."""
    following = dt.date(year + 1, 1, 1) if quarter == 4 else quarter_start(year, quarter + 1)
    return following - ONE_DAY
