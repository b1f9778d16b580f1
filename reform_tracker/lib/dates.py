"""Dates as Chinese offices count them: working days with make-up days, quarters, today."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

ONE_DAY = dt.timedelta(days=1)
# Days anybody can mean here; dates far outside would carry the arithmetic out of the calendar.
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
# State Council, 全国年节及纪念日放假办法 (revised 2024), art. 2: 元旦, 劳动节, 国庆节 as (month, day).
# Its other holidays follow the lunar calendar, and make-up days are set by the year's notice.
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def today() -> dt.date:
    """The date in Asia/Shanghai, which decides year, period and lateness."""
    return timezone.localdate()


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: plain data, read from the tables by `working_days.calendar`.

    `years`: those whose holiday notice is on record, so that their days are exact. Any other year
    is read as Monday to Friday but for the fixed holidays: next year's notice can come as late as
    December, and a date must never raise.
    """

    years: frozenset[int] = frozenset()
    days_off: frozenset[dt.date] = frozenset()
    make_up_days: frozenset[dt.date] = frozenset()

    def knows(self, year: int) -> bool:
        return year in self.years

    def is_working_day(self, day: dt.date) -> bool:
        """True on working days, make-up days (调休) included."""
        if day in self.make_up_days:
            return True
        if day.weekday() >= 5 or day in self.days_off:
            return False
        return self.knows(day.year) or (day.month, day.day) not in FIXED_HOLIDAYS

    def next_working_day(self, day: dt.date) -> dt.date:
        """`day` itself if it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def previous_working_day(self, day: dt.date) -> dt.date:
        """`day` itself if it is a working day, else the last one before it."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """The `count`-th working day after `day`; `count` ≥ 0."""
        for _ in range(count):
            day = self.next_working_day(day + ONE_DAY)
        return day

    def deadline(self, stated: dt.date) -> dt.date:
        """The day a stated deadline falls on: the next working day (遇节假日顺延).

        In a year whose notice is not on record it stays as stated, since nobody can say yet.
        """
        return self.next_working_day(stated) if self.knows(stated.year) else stated


def quarter_start(year: int, quarter: int) -> dt.date:
    return dt.date(year, 3 * quarter - 2, 1)


def quarter_end(year: int, quarter: int) -> dt.date:
    """Last day of the quarter, 1 ≤ quarter ≤ 4."""
    following = dt.date(year + 1, 1, 1) if quarter == 4 else quarter_start(year, quarter + 1)
    return following - ONE_DAY
