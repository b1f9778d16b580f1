"""Reporting periods: a year's worth at once, repeatable, deadlines on working days, switching."""

import datetime as dt
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from tasks.models import ReportingPeriod
from tasks.services.periods import open_year, switch
from tests.factories import MembershipFactory, PeriodFactory, ReportFactory, UserFactory
from tests.threads import run_at_once

YEAR = {"year": 2025, "kind": "quarter", "filing_rule": "next_month", "filing_days": 5}


class TestOpeningAYear:
    def test_four_quarters_with_deadlines_on_working_days(self, xuzhou, zhang):
        opened = open_year(region=xuzhou, actor=zhang, **YEAR)
        rows = ReportingPeriod.objects.order_by("starts_on")
        assert [p.name for p in rows] == [f"2025年第{n}季度" for n in "一二三四"]
        assert [(p.starts_on, p.ends_on) for p in rows][:2] == [
            (dt.date(2025, 1, 1), dt.date(2025, 3, 31)),
            (dt.date(2025, 4, 1), dt.date(2025, 6, 30)),
        ]
        # 5 April is Saturday within 清明 (off to the 6th), 5 October in the holiday week (to the
        # 8th), 5 July a Saturday.
        assert [p.due_on for p in rows] == [
            dt.date(2025, 4, 7),
            dt.date(2025, 7, 7),
            dt.date(2025, 10, 9),
            dt.date(2026, 1, 5),
        ]
        assert (len(opened.created), opened.already) == (4, 0)
        assert AuditEntry.objects.get(action="year_opened").actor == zhang

    @pytest.mark.parametrize(
        ("kind", "names"),
        [
            ("half_year", ["2025年上半年", "2025年下半年"]),
            ("month", [f"2025年{n}月" for n in range(1, 13)]),
        ],
    )
    def test_other_rhythms(self, xuzhou, zhang, kind, names):
        open_year(region=xuzhou, actor=zhang, **YEAR | {"kind": kind})
        rows = ReportingPeriod.objects.order_by("starts_on")
        assert [p.name for p in rows] == names
        assert all(later.starts_on > p.ends_on for p, later in pairwise(rows))

    def test_again_changes_nothing(self, xuzhou, zhang):
        open_year(region=xuzhou, actor=zhang, **YEAR)
        ReportingPeriod.objects.update(is_open=False)
        again = open_year(region=xuzhou, actor=zhang, **YEAR | {"filing_days": 20})
        assert (again.created, again.already) == ([], 4)
        assert not ReportingPeriod.objects.filter(is_open=True).exists()
        assert AuditEntry.objects.filter(action="year_opened").count() == 1

    def test_a_missing_one_is_added(self, xuzhou, zhang):
        PeriodFactory(
            region=xuzhou,
            year=2025,
            starts_on=dt.date(2025, 1, 1),
            ends_on=dt.date(2025, 3, 31),
            due_on=dt.date(2025, 4, 20),
        )
        assert len(open_year(region=xuzhou, actor=zhang, **YEAR).created) == 3

    @pytest.mark.parametrize("wrong", [{"kind": "custom"}, {"filing_days": 0}, {"filing_days": 29}])
    def test_what_makes_no_sense_is_refused(self, xuzhou, zhang, wrong):
        with pytest.raises(ValidationError):
            open_year(region=xuzhou, actor=zhang, **YEAR | wrong)

    @pytest.mark.parametrize("who", ["li", "zhao", "sun", "guo"])
    def test_only_the_office_of_the_region(self, request, xuzhou, who):
        with pytest.raises(PermissionDenied):
            open_year(region=xuzhou, actor=request.getfixturevalue(who), **YEAR)

    @pytest.mark.django_db(transaction=True)
    def test_at_once_makes_each_period_once(self, transactional_db, xuzhou, zhang):
        results, errors = run_at_once(lambda: open_year(region=xuzhou, actor=zhang, **YEAR))
        assert errors == []
        assert sum(len(result.created) for result in results) == 4


class TestSwitching:
    def test_closing_and_opening(self, period, zhang):
        assert switch(period=period, actor=zhang, is_open=False).is_open is False
        assert switch(period=period, actor=zhang, is_open=True).is_open is True
        assert AuditEntry.objects.filter(action__startswith="period_").count() == 2

    def test_the_second_click_is_refused(self, period, zhang):
        switch(period=period, actor=zhang, is_open=False)
        with pytest.raises(Conflict, match="已经关闭"):
            switch(period=period, actor=zhang, is_open=False)

    @pytest.mark.parametrize("who", ["li", "zhao", "sun"])
    def test_only_the_office_of_the_region(self, request, period, who):
        with pytest.raises(PermissionDenied):
            switch(period=period, actor=request.getfixturevalue(who), is_open=False)


class TestPages:
    def test_the_list_shows_ones_own_regions_with_what_was_filed(
        self, signed_in, zhang, period, nanjing, task, health
    ):
        PeriodFactory(region=nanjing, name="南京的季度")
        ReportFactory(task=task, department=health, period=period)
        page = signed_in(zhang).get(reverse("periods"))
        assert period.name in page.content.decode()
        assert "南京的季度" not in page.content.decode()
        assert [row.figures["filed"] for row in page.context["page"]] == [1]

    def test_opening_a_year(self, signed_in, zhang, xuzhou):
        page = signed_in(zhang).post(
            reverse("open_year"), YEAR | {"region": xuzhou.pk}, follow=True
        )
        assert "新建4个报告期" in page.content.decode()
        assert ReportingPeriod.objects.count() == 4

    def test_deadlines_in_a_year_without_a_holiday_notice_stay_as_stated_and_say_so(
        self, signed_in, zhang, xuzhou, time_machine
    ):
        time_machine.move_to(dt.datetime(2026, 11, 23, tzinfo=dt.UTC), tick=False)
        browser, words = (
            signed_in(zhang),
            "2099年的放假安排还没有录入，这一年的报送截止日期暂按原定日期，不顺延。",
        )
        open_year(region=xuzhou, actor=zhang, **YEAR | {"year": 1998})  # long past
        assert "放假安排" not in browser.get(reverse("periods")).content.decode()
        values = YEAR | {"region": xuzhou.pk, "year": 2098}
        page = browser.post(reverse("open_year"), values, follow=True).content.decode()
        assert page.count(words) == 1
        # December's deadline lies in the next year; whether New Year's Day moves it, who knows?
        open_year(
            region=xuzhou, actor=zhang, **YEAR | {"year": 2098, "filing_days": 1, "kind": "month"}
        )
        december = ReportingPeriod.objects.get(name="2098年12月")
        assert (december.due_on, december.stated_due_on) == (dt.date(2099, 1, 1), None)

    def test_regions_offered_have_work_or_an_office_of_ones_own(
        self, signed_in, country, document, nanjing, province
    ):
        national = UserFactory()
        MembershipFactory(user=national, role="office", region=country)
        page = signed_in(national).get(reverse("periods"))
        offered = [str(label) for _, label in page.context["form"].fields["region"].choices]
        assert offered == ["全国", "江苏省 徐州市"]

    def test_what_was_typed_stays_on_an_error(self, signed_in, zhang, xuzhou):
        page = signed_in(zhang).post(
            reverse("open_year"), YEAR | {"region": xuzhou.pk, "filing_days": "40"}
        )
        text = page.content.decode()
        assert 'value="40"' in text
        assert "invalid-feedback" in text
        assert not ReportingPeriod.objects.exists()

    def test_another_region_cannot_be_chosen(self, signed_in, sun, xuzhou):
        page = signed_in(sun).post(reverse("open_year"), YEAR | {"region": xuzhou.pk})
        assert "region" in page.context["form"].errors
        assert not ReportingPeriod.objects.exists()

    def test_switching(self, signed_in, zhang, period):
        browser = signed_in(zhang)
        address = reverse("switch_period", args=[period.pk])
        page = browser.post(address, {"is_open": "0"}, follow=True)
        assert "已关闭填报" in page.content.decode()
        # The second click comes from the page as it was.
        page = browser.post(
            address, {"is_open": "0"}, headers={"referer": "/periods/"}, follow=True
        )
        assert "已经关闭" in page.content.decode()

    def test_another_regions_period_is_not_found(self, signed_in, sun, period):
        address = reverse("switch_period", args=[period.pk])
        assert signed_in(sun).post(address, {"is_open": "0"}).status_code == 404

    def test_a_liaison_may_not(self, signed_in, li, period, task):
        browser = signed_in(li)
        assert browser.get(reverse("periods")).status_code == 403
        assert browser.post(reverse("open_year"), YEAR).status_code == 403
        address = reverse("switch_period", args=[period.pk])
        assert browser.post(address, {"is_open": "0"}).status_code == 403

    def test_looking_changes_nothing(self, signed_in, zhang, period):
        browser = signed_in(zhang)
        assert browser.get(reverse("open_year")).status_code == 405
        assert browser.get(reverse("switch_period", args=[period.pk])).status_code == 405
