"""By when reports are filed: the rule, the calendar, and what moves a deadline and what does not."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from reform_tracker.working_days.calendar import calendar
from reform_tracker.working_days.models import CalendarYear, SpecialDay
from tasks.models import ReportingPeriod, UsualDeadline
from tasks.services import deadlines
from tasks.services.deadlines import change_deadlines, settle_deadlines
from tasks.services.periods import add_period, change_period, open_year, switch

D = dt.date
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def due(region, year=2025):
    rows = ReportingPeriod.objects.filter(region=region, year=year).order_by("starts_on")
    return [(row.due_on, row.stated_due_on) for row in rows]


class TestTheRule:
    @pytest.mark.parametrize(
        ("rule", "days", "ends_on", "stated"),
        [
            ("next_month", 5, D(2025, 3, 31), D(2025, 4, 5)),
            ("next_month", 28, D(2025, 12, 31), D(2026, 1, 28)),
            ("next_month", 1, D(2024, 1, 31), D(2024, 2, 1)),
            ("next_month", 5, D(2025, 6, 15), D(2025, 7, 5)),
            # 清明 is off from Friday 4 to Sunday 6 April.
            ("working_days", 3, D(2025, 3, 31), D(2025, 4, 3)),
            ("working_days", 4, D(2025, 3, 31), D(2025, 4, 7)),
            # Sunday 28 September and Saturday 11 October are worked, 1 to 8 October is off.
            ("working_days", 3, D(2025, 9, 30), D(2025, 10, 11)),
        ],
    )
    def test_from_the_end_of_the_period(self, db, rule, days, ends_on, stated):
        assert deadlines.Deadline(rule, days).after(ends_on, calendar()) == stated

    @pytest.mark.parametrize(
        ("rule", "days"),
        [("next_month", 0), ("next_month", 29), ("working_days", 61), ("weekly", 1), ("", 5)],
    )
    def test_what_cannot_be_reckoned_with_is_refused(self, rule, days):
        with pytest.raises(ValidationError):
            deadlines.Deadline(rule, days).check()

    def test_the_day_as_stated_is_kept_beside_the_day_it_moved_to(self, xuzhou, zhang):
        open_year(region=xuzhou, year=2025, actor=zhang)
        assert due(xuzhou) == [
            (D(2025, 4, 7), D(2025, 4, 5)),
            (D(2025, 7, 7), D(2025, 7, 5)),
            (D(2025, 10, 9), D(2025, 10, 5)),
            (D(2026, 1, 5), None),
        ]

    def test_in_words(self):
        assert str(deadlines.Deadline("next_month", 5)) == "次月5日"
        assert str(deadlines.Deadline("working_days", 10)) == "结束后第10个工作日"


class TestTheUsualOne:
    def test_what_a_region_chose_last_is_taken_the_next_time(self, xuzhou, nanjing, zhang, sun):
        open_year(
            region=xuzhou,
            year=2025,
            actor=zhang,
            kind="month",
            filing_rule="working_days",
            filing_days=3,
        )
        open_year(region=xuzhou, year=2026, actor=zhang, kind="month")
        assert due(xuzhou, 2026)[0] == (D(2026, 2, 4), None)
        # Another kind, another region: 次月5日 as everywhere.
        open_year(region=xuzhou, year=2024, actor=zhang)
        open_year(region=nanjing, year=2024, actor=sun, kind="month")
        assert due(xuzhou, 2024)[1] == (D(2024, 7, 5), None)
        assert due(nanjing, 2024)[1] == (D(2024, 3, 5), None)

    def test_the_demo_and_the_command_line_choose_for_nobody(self, xuzhou):
        open_year(region=xuzhou, year=2025, actor=None, filing_days=20)
        assert not UsualDeadline.objects.exists()

    def test_the_form_offers_it(self, signed_in, zhang, xuzhou):
        open_year(
            region=xuzhou,
            year=2025,
            actor=zhang,
            kind="half_year",
            filing_rule="working_days",
            filing_days=10,
        )
        page = signed_in(zhang).get(reverse("periods"))
        form = page.context["form"]
        assert [form[name].value() for name in ("kind", "filing_rule", "filing_days")] == [
            "half_year",
            "working_days",
            10,
        ]
        assert '"rule": "working_days"' in page.content.decode()


class TestChangingTheRule:
    @pytest.fixture
    def year(self, xuzhou, zhang):
        open_year(region=xuzhou, year=2025, actor=zhang)
        periods = list(ReportingPeriod.objects.order_by("starts_on"))
        switch(period=periods[0], actor=zhang, is_open=False)
        change_period(period=periods[1], actor=zhang, due_on=D(2025, 7, 10))
        return periods

    def test_open_periods_move_and_closed_ones_stay(self, year, xuzhou, zhang):
        moved = change_deadlines(
            region=xuzhou, kind="quarter", actor=zhang, filing_rule="next_month", filing_days=12
        )
        assert (len(moved.periods), moved.closed) == (2, 1)
        assert due(xuzhou) == [
            (D(2025, 4, 7), D(2025, 4, 5)),  # closed
            (D(2025, 7, 10), None),  # set by hand
            (D(2025, 10, 13), D(2025, 10, 12)),
            (D(2026, 1, 12), None),
        ]
        entry = AuditEntry.objects.get(action="deadlines_changed")
        assert entry.detail["filing_rule"] == "次月12日"
        assert entry.detail["periods"] == ["2025年第三季度", "2025年第四季度"]

    def test_the_next_year_follows_it(self, year, xuzhou, zhang):
        change_deadlines(
            region=xuzhou, kind="quarter", actor=zhang, filing_rule="next_month", filing_days=12
        )
        open_year(region=xuzhou, year=2026, actor=zhang)
        assert due(xuzhou, 2026)[1] == (D(2026, 7, 13), D(2026, 7, 12))

    def test_other_kinds_and_regions_stay(self, year, xuzhou, nanjing, zhang, sun):
        open_year(region=nanjing, year=2025, actor=sun)
        open_year(region=xuzhou, year=2025, actor=zhang, kind="half_year")
        change_deadlines(
            region=xuzhou, kind="half_year", actor=zhang, filing_rule="next_month", filing_days=12
        )
        quarters = ReportingPeriod.objects.filter(kind="quarter")
        assert not quarters.filter(filing_days=12).exists()

    def test_not_by_another_office(self, year, xuzhou, sun):
        with pytest.raises(PermissionDenied):
            change_deadlines(
                region=xuzhou, kind="quarter", actor=sun, filing_rule="next_month", filing_days=9
            )

    def test_on_the_page(self, year, signed_in, zhang, xuzhou):
        browser = signed_in(zhang)
        values = {"region": xuzhou.pk, "kind": "quarter", "filing_rule": "working_days"}
        page = browser.post(reverse("change_deadlines"), values | {"filing_days": "0"})
        assert "请填1至60个工作日" in page.content.decode()
        assert "filing_days" in page.context["change"].errors
        page = browser.post(reverse("change_deadlines"), values | {"filing_days": "4"}, follow=True)
        assert "调整2个开放填报的报告期" in page.content.decode()
        # Sunday 4 January is worked.
        assert due(xuzhou)[3] == (D(2026, 1, 7), None)


class TestWhenTheNoticeComesIn:
    @pytest.fixture
    def december(self, xuzhou, zhang, time_machine):
        """The deadline of December 2026 lies in a year without a notice."""
        time_machine.move_to(NOW, tick=False)
        open_year(region=xuzhou, year=2026, actor=zhang, kind="month", filing_days=1)
        return ReportingPeriod.objects.get(name="2026年12月")

    @pytest.fixture
    def notice(self):
        def come():
            year = CalendarYear.objects.create(year=2027, source="通知（自拟）")
            SpecialDay.objects.create(year=year, day=D(2027, 1, 1), name="元旦")

        return come

    def test_until_then_it_stands_as_stated(self, december):
        assert (december.due_on, december.stated_due_on) == (D(2027, 1, 1), None)

    def test_then_it_is_settled_by_one_click(self, december, notice, signed_in, zhang, xuzhou):
        browser = signed_in(zhang)
        page = browser.get(reverse("periods")).content.decode()
        assert "2027年的放假安排还没有录入" in page
        assert "请系统管理员" in page
        notice()
        page = browser.get(reverse("periods")).content.decode()
        assert "徐州市有1个报告期的报送截止日期应当调整：2026年12月→2027-01-04" in page
        page = browser.post(reverse("settle_deadlines"), {"region": xuzhou.pk}, follow=True)
        assert "已按放假安排调整1个报告期" in page.content.decode()
        assert "应当调整" not in page.content.decode()
        december.refresh_from_db()
        assert (december.due_on, december.stated_due_on) == (D(2027, 1, 4), D(2027, 1, 1))
        assert AuditEntry.objects.get(action="deadlines_settled").actor == zhang

    def test_the_second_click_is_refused(self, december, notice, xuzhou, zhang):
        notice()
        settle_deadlines(region=xuzhou, actor=zhang)
        with pytest.raises(Conflict, match="没有需要调整"):
            settle_deadlines(region=xuzhou, actor=zhang)

    def test_closed_periods_stay(self, december, notice, xuzhou, zhang):
        switch(period=december, actor=zhang, is_open=False)
        notice()
        with pytest.raises(Conflict):
            settle_deadlines(region=xuzhou, actor=zhang)

    def test_a_notice_that_is_taken_back_moves_it_back(self, december, notice, xuzhou, zhang):
        notice()
        settle_deadlines(region=xuzhou, actor=zhang)
        CalendarYear.objects.filter(year=2027).delete()
        settle_deadlines(region=xuzhou, actor=zhang)
        december.refresh_from_db()
        assert (december.due_on, december.stated_due_on) == (D(2027, 1, 1), None)

    def test_working_days_are_counted_again(self, notice, xuzhou, zhang, time_machine):
        time_machine.move_to(NOW, tick=False)
        period = add_period(
            region=xuzhou,
            kind="custom",
            actor=zhang,
            name="年底专项",
            starts_on=D(2026, 12, 1),
            ends_on=D(2026, 12, 31),
            filing_rule="working_days",
            filing_days=5,
        )
        # Weekends and New Year's Day are reckoned with meanwhile.
        assert period.due_on == D(2027, 1, 8)
        notice()
        SpecialDay.objects.create(
            year=CalendarYear.objects.get(year=2027), day=D(2027, 1, 4), name="元旦"
        )
        settle_deadlines(region=xuzhou, actor=zhang)
        period.refresh_from_db()
        assert period.due_on == D(2027, 1, 11)

    def test_only_the_office_of_the_region(self, december, xuzhou, sun, signed_in):
        with pytest.raises(PermissionDenied):
            settle_deadlines(region=xuzhou, actor=sun)
        signed_in(sun).post(reverse("settle_deadlines"), {"region": xuzhou.pk})
        assert not AuditEntry.objects.filter(action="deadlines_settled").exists()


class TestOneOfItsOwn:
    def test_a_day_of_its_own_moves_like_any_other(self, period, zhang):
        changed = change_period(period=period, actor=zhang, due_on=D(2024, 5, 1))
        assert (changed.due_on, changed.stated_due_on) == (D(2024, 5, 6), D(2024, 5, 1))
        assert changed.filing_rule == ""
        assert AuditEntry.objects.get(action="period_changed").detail["due_on"] == "2024-05-06"

    def test_not_before_the_period_ends(self, period, zhang):
        with pytest.raises(ValidationError, match="不能早于报告期结束"):
            change_period(period=period, actor=zhang, due_on=D(2024, 3, 30))

    def test_not_of_a_closed_period(self, period, zhang):
        switch(period=period, actor=zhang, is_open=False)
        with pytest.raises(Conflict, match="不能再改名称和截止日期"):
            change_period(period=period, actor=zhang, due_on=D(2024, 5, 6))

    def test_on_the_page_a_new_name_leaves_the_rule(self, signed_in, zhang, xuzhou):
        open_year(region=xuzhou, year=2025, actor=zhang)
        period = ReportingPeriod.objects.order_by("starts_on").first()
        address = reverse("change_period", args=[period.pk])
        values = {"name": "一季度", "due_on": "2025-04-07"}
        page = signed_in(zhang).post(address, values, follow=True)
        assert "已保存" in page.content.decode()
        period.refresh_from_db()
        assert (period.name, period.filing_rule) == ("一季度", "next_month")
        page = signed_in(zhang).post(address, values | {"due_on": "2025-03-01"})
        assert "不能早于报告期结束" in page.content.decode()
