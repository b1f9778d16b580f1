"""Quarters; today is Shanghai's."""

import datetime as dt

import pytest
import time_machine

from reform_tracker.lib import dates

D = dt.date


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
