"""The calendar in the database: where it comes from, what it says, who reads it how often."""

import datetime as dt

import chinese_calendar
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.dates import FIXED_HOLIDAYS, ONE_DAY, WorkCalendar
from reform_tracker.working_days.calendar import calendar, held_calendar
from reform_tracker.working_days.filling import fill_missing_years
from reform_tracker.working_days.models import CalendarYear, SpecialDay
from reform_tracker.working_days.notice import read_notice

D = dt.date
# Facts of the State Council's notice for 2026, in words of our own.
NOTICE = """
某办公厅关于2026年节假日的安排（测试用，自拟）
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：２月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、
2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间请安排好值班。
"""


class TestTheCalendar:
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
    def test_make_up_days_count_as_working_days(self, db, day, working):
        assert calendar().is_working_day(day) is working

    def test_it_says_of_every_day_what_the_package_says(self, db):
        known = calendar()
        days = [D(2004, 1, 1) + n * ONE_DAY for n in range((D(2026, 12, 31) - D(2004, 1, 1)).days)]
        assert [day for day in days if known.is_working_day(day)] == [
            day for day in days if chinese_calendar.is_workday(day)
        ]

    def test_a_year_without_a_notice_falls_back_to_weekends_and_fixed_holidays(self, db):
        known = calendar()
        assert known.is_working_day(D(2090, 5, 1)) is False  # a Monday, 劳动节
        assert known.is_working_day(D(2090, 5, 3)) is True
        assert known.is_working_day(D(2090, 4, 30)) is False  # a Sunday
        assert known.is_working_day(D(1995, 10, 5)) is True
        assert known.is_working_day(D(9999, 12, 31)) is True
        holidays = {
            (day.month, day.day)
            for day in (D(2091, 1, 1) + ONE_DAY * number for number in range(365))
            if day.weekday() < 5 and not known.is_working_day(day)
        }
        # 1 January is a Monday; 1 and 2 May a Tuesday and a Wednesday, 1 to 3 October from a Monday.
        assert holidays == FIXED_HOLIDAYS

    def test_years_whose_holiday_notice_is_known(self, db):
        assert calendar().knows(2026)
        assert not calendar().knows(2090)

    def test_a_day_off_moves_to_the_next_working_day(self, db):
        assert calendar().next_working_day(D(2024, 4, 4)) == D(2024, 4, 7)
        assert calendar().next_working_day(D(2024, 4, 3)) == D(2024, 4, 3)
        assert calendar().previous_working_day(D(2024, 4, 6)) == D(2024, 4, 3)

    @pytest.mark.parametrize(
        ("day", "count", "expected"),
        [
            (D(2024, 4, 3), 0, D(2024, 4, 3)),
            (D(2024, 4, 3), 1, D(2024, 4, 7)),
            (D(2024, 4, 5), 1, D(2024, 4, 7)),
            (D(2024, 12, 31), 1, D(2025, 1, 2)),
        ],
    )
    def test_counting_working_days(self, db, day, count, expected):
        assert calendar().add_working_days(day, count) == expected

    def test_a_deadline_moves_only_in_a_year_whose_notice_is_known(self):
        known = WorkCalendar(frozenset({2026}), frozenset({D(2026, 10, 8)}))
        assert known.deadline(D(2026, 10, 8)) == D(2026, 10, 9)
        assert known.deadline(D(2026, 10, 10)) == D(2026, 10, 12)
        assert known.deadline(D(2027, 1, 1)) == D(2027, 1, 1)
        assert known.deadline(D(2027, 1, 2)) == D(2027, 1, 2)  # a Saturday

    def test_an_empty_table_raises_nothing(self, db):
        CalendarYear.objects.all().delete()
        assert calendar() == WorkCalendar()
        assert calendar().is_working_day(D(2026, 10, 8))

    def test_a_year_without_days_is_not_known(self, db):
        CalendarYear.objects.create(year=2030, source="待发布")
        assert not calendar().knows(2030)


class TestReading:
    def test_once_within_a_request(self, db, django_assert_num_queries):
        with django_assert_num_queries(1), held_calendar():
            assert calendar() is calendar()

    def test_each_request_sees_what_is_on_record_then(self, db):
        with held_calendar():
            assert calendar().is_working_day(D(2026, 11, 23))
        SpecialDay.objects.create(
            year=CalendarYear.objects.get(year=2026), day=D(2026, 11, 23), name="试放假"
        )
        with held_calendar():
            assert not calendar().is_working_day(D(2026, 11, 23))

    def test_a_request_without_dates_asks_for_none(self, db, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/healthz").status_code == 200


class TestFilling:
    def test_a_year_that_is_missing_is_added_and_recorded(self, db):
        CalendarYear.objects.filter(year=2025).delete()
        assert fill_missing_years() == [2025]
        row = SpecialDay.objects.get(day=D(2025, 10, 11))
        assert (row.kind, row.name, row.year.year) == ("make_up", "国庆节", 2025)
        assert AuditEntry.objects.get(action="calendar_filled").subject == "2025年放假安排"
        assert "chinesecalendar" in row.year.source

    def test_what_the_administrator_corrected_stays(self, db):
        SpecialDay.objects.filter(day=D(2025, 10, 11)).delete()
        assert fill_missing_years() == []
        assert calendar().is_working_day(D(2025, 10, 11)) is False

    def test_a_day_somebody_entered_already_stands(self, db):
        CalendarYear.objects.filter(year=2025).delete()
        next_year = CalendarYear.objects.get(year=2026)
        SpecialDay.objects.create(year=next_year, day=D(2025, 1, 1), name="元旦")
        assert fill_missing_years() == [2025]
        assert SpecialDay.objects.get(day=D(2025, 1, 1)).year == next_year

    def test_by_command(self, db, capsys):
        CalendarYear.objects.filter(year__in=[2025, 2026]).delete()
        call_command("load_calendar")
        call_command("load_calendar")
        assert capsys.readouterr().out.split() == [
            "已装入：2025、2026年。",
            "没有新的年度，未作改动。",
        ]


class TestADay:
    @pytest.fixture
    def next_year(self, db):
        return CalendarYear.objects.create(year=2027, source="自拟")

    def test_a_make_up_day_falls_on_a_weekend(self, next_year):
        with pytest.raises(ValidationError, match="星期六或星期日"):
            SpecialDay(year=next_year, day=D(2027, 2, 1), kind="make_up", name="春节").full_clean()
        SpecialDay(year=next_year, day=D(2027, 2, 6), kind="make_up", name="春节").full_clean()

    def test_a_notice_speaks_of_its_own_year(self, next_year):
        SpecialDay(year=next_year, day=D(2026, 12, 31), name="元旦").full_clean()
        with pytest.raises(ValidationError, match="不在2027年前后"):
            SpecialDay(year=next_year, day=D(2072, 1, 1), name="元旦").full_clean()


class TestReadingANotice:
    def test_it_reads_what_the_package_has(self, db):
        found = {(row.day, row.is_off) for row in read_notice(NOTICE, 2026)}
        known = calendar()
        assert found == {(day, True) for day in known.days_off if day.year == 2026} | {
            (day, False) for day in known.make_up_days if day.year == 2026
        }

    def test_each_day_has_its_holiday(self):
        names = {row.day: row.name for row in read_notice(NOTICE, 2026)}
        assert (names[D(2026, 9, 20)], names[D(2026, 2, 28)]) == ("国庆节", "春节")

    def test_over_new_year_and_with_the_weekend(self):
        text = "一、元旦：2027年12月31日至2028年1月2日放假。\n二、清明节：4月4日放假，与周末连休。"
        assert [(row.day, row.name) for row in read_notice(text, 2028)] == [
            (D(2027, 12, 31), "元旦"),
            (D(2028, 1, 1), "元旦"),
            (D(2028, 1, 2), "元旦"),
            (D(2028, 4, 4), "清明节"),
        ]

    @pytest.mark.parametrize("text", ["", "全年工作日照常。", "请于1月5日前上班报到。"])
    def test_words_without_a_list_name_no_days(self, text):
        assert read_notice(text, 2028) == []

    @pytest.mark.parametrize(
        "text",
        ["一、元旦：13月1日放假。", "一、元旦：1日放假。", "一、春节：2月1日至12月3日放假。"],
    )
    def test_impossible_dates_are_refused(self, text):
        with pytest.raises(ValueError):
            read_notice(text, 2028)
