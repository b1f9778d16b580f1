"""Reporting periods: a year's worth at once, single ones, none twice; switching and locking."""

import datetime as dt
import threading
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from tasks.models import ReportingPeriod
from tasks.services import periods as services
from tasks.services.periods import add_period, lock, open_year, switch
from tasks.services.progress import save_report
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


class TestASinglePeriod:
    def add(self, region, actor, **values):
        usual = {
            "kind": "custom",
            "name": "年中专项调度",
            "starts_on": dt.date(2025, 5, 20),
            "ends_on": dt.date(2025, 6, 10),
        }
        return add_period(region=region, actor=actor, **usual | values)

    def test_with_a_name_and_days_of_its_own(self, xuzhou, zhang):
        period = self.add(xuzhou, zhang)
        assert (period.name, period.year, str(period.due_on)) == (
            "年中专项调度",
            2025,
            "2025-07-07",  # 5 July is a Saturday
        )
        assert AuditEntry.objects.get(action="period_added").detail["days"] == (
            "2025-05-20—2025-06-10"
        )

    def test_a_deadline_of_its_own(self, xuzhou, zhang):
        period = self.add(xuzhou, zhang, due_on=dt.date(2025, 6, 14))
        assert (period.due_on, period.stated_due_on, period.filing_rule) == (
            dt.date(2025, 6, 16),
            dt.date(2025, 6, 14),
            "",
        )

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": " "}, "name"),
            ({"ends_on": dt.date(2025, 5, 19)}, "ends_on"),
            ({"ends_on": dt.date(2026, 7, 1)}, "ends_on"),
            ({"due_on": dt.date(2025, 6, 9)}, "due_on"),
            ({"filing_days": 40}, "filing_days"),
            ({"name": "长" * 41}, "name"),
            ({"kind": "quarter"}, "starts_on"),
            ({"kind": "decade"}, "kind"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, xuzhou, zhang, values, field):
        with pytest.raises(ValidationError) as refusal:
            self.add(xuzhou, zhang, **values)
        assert set(refusal.value.message_dict) == {field}

    def test_a_single_quarter_is_named_like_those_of_a_year(self, xuzhou, zhang):
        values = {
            "kind": "quarter",
            "name": "",
            "starts_on": dt.date(2025, 4, 1),
            "ends_on": dt.date(2025, 6, 30),
        }
        assert self.add(xuzhou, zhang, **values).name == "2025年第二季度"
        assert len(open_year(region=xuzhou, actor=zhang, **YEAR).created) == 3

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ((2025, 6, 10), (2025, 6, 20)),
            ((2025, 5, 1), (2025, 5, 20)),
            ((2025, 5, 25), (2025, 6, 1)),
        ],
    )
    def test_of_the_same_kind_none_overlaps(self, xuzhou, zhang, first, last):
        self.add(xuzhou, zhang)
        values = {"starts_on": dt.date(*first), "ends_on": dt.date(*last), "name": "另一次"}
        with pytest.raises(Conflict, match=r"年中专项调度.*重叠"):
            self.add(xuzhou, zhang, **values)

    def test_the_day_after_another_kind_another_region_may_begin(self, xuzhou, nanjing, zhang, sun):
        self.add(xuzhou, zhang)
        later = {"starts_on": dt.date(2025, 6, 11), "ends_on": dt.date(2025, 6, 20)}
        self.add(xuzhou, zhang, **later)
        self.add(nanjing, sun)
        open_year(region=xuzhou, actor=zhang, **YEAR)
        assert ReportingPeriod.objects.filter(region=xuzhou).count() == 6

    def test_a_year_is_not_opened_over_a_period_that_lies_across(self, xuzhou, zhang):
        PeriodFactory(
            region=xuzhou,
            name="跨季度",
            starts_on=dt.date(2025, 2, 1),
            ends_on=dt.date(2025, 4, 30),
            due_on=dt.date(2025, 5, 6),
        )
        with pytest.raises(Conflict, match="跨季度"):
            open_year(region=xuzhou, actor=zhang, **YEAR)
        assert ReportingPeriod.objects.count() == 1

    def test_only_the_office_of_the_region(self, xuzhou, sun):
        with pytest.raises(PermissionDenied):
            self.add(xuzhou, sun)

    def test_on_the_page(self, signed_in, zhang, xuzhou):
        browser, address = signed_in(zhang), reverse("add_period")
        values = {
            "region": xuzhou.pk,
            "name": "年中专项调度",
            "starts_on": "2025-05-20",
            "ends_on": "2025-06-10",
            "filing_rule": "working_days",
            "filing_days": "3",
        }
        page = browser.post(address, values, follow=True)
        assert "已建立报告期：年中专项调度" in page.content.decode()
        page = browser.post(address, values)
        assert "时间重叠，不能建立" in page.content.decode()
        assert 'value="年中专项调度"' in page.content.decode()
        page = browser.post(address, values | {"ends_on": "2025-05-01"})
        assert "截止日期应不早于起始日期" in page.content.decode()
        assert ReportingPeriod.objects.get().due_on == dt.date(2025, 6, 13)


def at_once(work, monkeypatch, looking):
    """Four at once without the lock: everybody looks before anybody writes."""
    looked = threading.Barrier(4)
    honest = getattr(services, looking)

    def slow(*given):
        found = list(honest(*given))
        looked.wait(5)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    monkeypatch.setattr(services, looking, slow)
    return run_at_once(work)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def custom(self, region, actor):
        """Each thread wants a period that begins on another day of the same fortnight."""
        days = iter(range(1, 5))
        lock = threading.Lock()

        def work():
            with lock:
                first = dt.date(2025, 5, next(days))
            return add_period(
                region=region,
                kind="custom",
                actor=actor,
                name=f"调度{first}",
                starts_on=first,
                ends_on=dt.date(2025, 5, 14),
            )

        return work

    def test_a_year_is_opened_once(self, transactional_db, xuzhou, zhang):
        results, errors = run_at_once(lambda: open_year(region=xuzhou, actor=zhang, **YEAR))
        assert errors == []
        assert sorted(len(result.created) for result in results) == [0, 0, 0, 4]
        assert AuditEntry.objects.filter(action="year_opened").count() == 1

    @pytest.mark.needs_postgres
    def test_without_the_lock_a_year_would_be_opened_several_times(
        self, transactional_db, xuzhou, zhang, monkeypatch
    ):
        """The control: all find nothing there and write; only the unique rows still hold."""
        results, errors = at_once(
            lambda: open_year(region=xuzhou, actor=zhang, **YEAR), monkeypatch, "_overlapping"
        )
        assert len(results) == 1
        assert [type(error) for error in errors] == [IntegrityError] * 3

    def test_of_overlapping_periods_one_is_opened(self, transactional_db, xuzhou, zhang):
        results, errors = run_at_once(self.custom(xuzhou, zhang))
        assert len(results) == 1
        assert [type(error) for error in errors] == [Conflict] * 3

    @pytest.mark.needs_postgres
    def test_without_the_lock_all_would_be(self, transactional_db, xuzhou, zhang, monkeypatch):
        """The control: nothing but the lock keeps periods apart."""
        results, errors = at_once(self.custom(xuzhou, zhang), monkeypatch, "_overlapping")
        assert (len(results), errors) == (4, [])


class TestLocking:
    @pytest.fixture
    def closed(self, period, zhang):
        return switch(period=period, actor=zhang, is_open=False)

    def test_a_closed_period_is_locked_for_good(self, closed, zhang):
        locked = lock(period=closed, actor=zhang)
        assert locked.is_locked
        assert AuditEntry.objects.get(action="period_locked").actor == zhang
        with pytest.raises(Conflict, match="不能重新开放"):
            switch(period=closed, actor=zhang, is_open=True)
        with pytest.raises(Conflict, match="已经锁定"):
            lock(period=closed, actor=zhang)

    def test_not_while_it_is_open(self, period, zhang):
        with pytest.raises(Conflict, match="请先关闭填报"):
            lock(period=period, actor=zhang)

    def test_not_while_reports_await_review(self, closed, task, health, zhang):
        ReportFactory(task=task, department=health, period=closed)
        with pytest.raises(Conflict, match="还有1份报告待审核"):
            lock(period=closed, actor=zhang)

    def test_the_table_knows_no_open_locked_period(self, closed, zhang):
        lock(period=closed, actor=zhang)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportingPeriod.objects.update(is_open=True)

    @pytest.mark.parametrize("who", ["li", "zhao", "sun"])
    def test_only_the_office_of_the_region(self, request, closed, who):
        with pytest.raises(PermissionDenied):
            lock(period=closed, actor=request.getfixturevalue(who))

    def test_nothing_is_filed_any_more(self, closed, task, health, li, zhang):
        locked = lock(period=closed, actor=zhang)
        with pytest.raises(Conflict, match="已锁定，不能再填报"):
            save_report(
                task=task,
                department=health,
                period=locked,
                actor=li,
                values={"progress": 40, "narrative": "已签约"},
                submit=True,
            )


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
