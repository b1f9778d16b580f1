"""Working days, make-up days and quarters; today is Shanghai's."""

import datetime as dt

import pytest
import time_machine

from reform_tracker.lib import dates

D = dt.date


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (D(2024, 4, 3), True),
        (D(2024, 4, 4), False),  # 清明
        (D(2024, 4, 6), False),
        (D(2024, 4, 7), True),  # Sunday, 清明调休
        (D(2024, 2, 9), True),  # 除夕, a working day that year
        (D(2024, 2, 17), False),  # Saturday within 春节
        (D(2024, 2, 18), True),  # Sunday, 春节调休
        (D(2026, 1, 1), False),
    ],
)
def test_make_up_days_count_as_working_days(day, working):
    assert dates.is_working_day(day) is working


def test_a_year_without_a_notice_falls_back_to_weekends_and_fixed_holidays():
    assert dates.is_working_day(D(2090, 5, 1)) is False  # a Monday, 劳动节
    assert dates.is_working_day(D(2090, 5, 3)) is True
    assert dates.is_working_day(D(2090, 4, 30)) is False  # a Sunday
    assert dates.is_working_day(D(1995, 10, 5)) is True
    assert dates.is_working_day(D(9999, 12, 31)) is True
    holidays = {
        (day.month, day.day)
        for day in (D(2091, 1, 1) + dates.ONE_DAY * number for number in range(365))
        if day.weekday() < 5 and not dates.is_working_day(day)
    }
    # 1 January is a Monday; 1 and 2 May a Tuesday and a Wednesday, 1 to 3 October from a Monday.
    assert holidays == {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def test_years_whose_holiday_notice_is_known():
    assert dates.has_official_calendar(2026)
    assert not dates.has_official_calendar(2090)


def test_a_day_off_moves_to_the_next_working_day():
    assert dates.next_working_day(D(2024, 4, 4)) == D(2024, 4, 7)
    assert dates.next_working_day(D(2024, 4, 3)) == D(2024, 4, 3)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (D(2024, 4, 3), 0, D(2024, 4, 3)),
        (D(2024, 4, 3), 1, D(2024, 4, 7)),
        (D(2024, 4, 5), 1, D(2024, 4, 7)),
        (D(2024, 12, 31), 1, D(2025, 1, 2)),
    ],
)
def test_counting_working_days(day, count, expected):
    assert dates.add_working_days(day, count) == expected


def test_quarters_begin_and_end_where_they_should():
    assert dates.quarter_start(2024, 3) == D(2024, 7, 1)
    assert [dates.quarter_end(2024, quarter) for quarter in (1, 2, 3, 4)] == [
        D(2024, 3, 31),
        D(2024, 6, 30),
        D(2024, 9, 30),
        D(2024, 12, 31),
    ]


def test_every_day_of_a_leap_year_lies_in_its_quarter():
    day = D(2024, 1, 1)
    while day.year == 2024:
        quarter = (day.month + 2) // 3
        assert dates.quarter_start(2024, quarter) <= day <= dates.quarter_end(2024, quarter)
        day += dates.ONE_DAY


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-31T15:59:30+00:00", D(2026, 12, 31)),
        ("2026-12-31T16:00:00+00:00", D(2027, 1, 1)),
        ("2028-02-28T17:00:00+00:00", D(2028, 2, 29)),
    ],
)
def test_shanghai_decides_what_day_it_is(instant, day):
    with time_machine.travel(instant, tick=False):
        assert dates.today() == day
