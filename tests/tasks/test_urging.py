"""催报: one click asks every department that has not filed, each at most once a day."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reform_tracker.audit.labels import detail_lines
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from reform_tracker.notifications.models import Delivery, Message
from tasks.models import ReportingPeriod, ReportUrging, Task
from tasks.services import urging
from tasks.services.periods import lock, switch
from tasks.services.urging import urge_missing
from tests.factories import (
    DepartmentFactory,
    MembershipFactory,
    PeriodFactory,
    ReportFactory,
    TaskFactory,
    UserFactory,
)
from tests.threads import run_at_once

APRIL = dt.datetime(2024, 4, 10, 10, tzinfo=dt.UTC)  # two days after the deadline


@pytest.fixture
def april():
    with time_machine.travel(APRIL, tick=False):
        yield


@pytest.fixture
def owing(april, document, task, health, finance, li, wang, period):
    """市卫生局 (Li) owes two reports, 市财政局 (Wang) one, 市民政局 (nobody) one."""
    TaskFactory(document=document, lead=health)
    TaskFactory(document=document, lead=finance)
    civil = DepartmentFactory(region=document.region, name="市民政局")
    TaskFactory(document=document, lead=civil)
    return period


def inbox():
    return {
        message.recipient.username: message.subject
        for message in Message.objects.filter(kind="reports_urged").select_related("recipient")
    }


class TestUrging:
    def test_each_liaison_gets_one_message(self, owing, zhang):
        urged = urge_missing(period=owing, actor=zhang)
        assert inbox() == {
            "li": "催报：2024年第一季度进展报告还有2项未报送",
            "wang": "催报：2024年第一季度进展报告还有1项未报送",
        }
        assert urged.people == 2
        assert [each.name for each in urged.unreachable] == ["市民政局"]
        body = Message.objects.get(recipient__username="li").body
        assert "报送截止日期是2024年4月8日，现已逾期，请尽快补报。" in body
        assert "徐州市卫生局：2项未报送" in body
        assert Delivery.objects.count() == 2

    def test_it_is_recorded(self, owing, zhang):
        urge_missing(period=owing, actor=zhang)
        rows = ReportUrging.objects.order_by("department__name").values_list(
            "department__name", "on", "reports", "people", "actor__username"
        )
        assert list(rows) == [
            ("市卫生局", APRIL.date(), 2, 1, "zhang"),
            ("市民政局", APRIL.date(), 1, 0, "zhang"),
            ("市财政局", APRIL.date(), 1, 1, "zhang"),
        ]
        entry = AuditEntry.objects.get(action="reports_urged")
        assert (entry.actor, entry.subject) == (zhang, "2024年第一季度")
        lines = sorted(detail_lines(entry.detail, entry.subject_type))
        assert lines[0] == "报告数：4"
        assert lines[1].startswith("部门：")
        assert "市卫生局" in lines[1]

    def test_who_speaks_for_two_departments_gets_one_message_of_both(
        self, owing, li, finance, zhang
    ):
        MembershipFactory(user=li, role="liaison", department=finance)
        urge_missing(period=owing, actor=zhang)
        message = Message.objects.get(kind="reports_urged", recipient=li)
        assert message.subject.endswith("还有3项未报送")
        assert "徐州市财政局：1项未报送" in message.body
        assert len(inbox()) == 2

    def test_the_message_leads_to_what_is_owed(self, owing, zhang, li, signed_in):
        urge_missing(period=owing, actor=zhang)
        url = Message.objects.get(recipient=li).url
        page = signed_in(li).get(url)
        assert page.status_code == 200
        assert page.context["period"] == owing
        assert len([row for row in page.context["rows"] if row.is_owed]) == 2

    def test_whoever_has_filed_is_left_alone(self, owing, task, health, finance, zhang):
        for owed in Task.objects.of_department(health.pk, "lead"):
            ReportFactory(task=owed, department=health, period=owing)
        urge_missing(period=owing, actor=zhang)
        assert list(inbox()) == ["wang"]

    def test_a_report_sent_back_is_asked_for_again(self, owing, health, finance, zhang):
        for status, owed in zip(
            ("sent_back", "approved"), Task.objects.of_department(health.pk, "lead"), strict=True
        ):
            ReportFactory(task=owed, department=health, period=owing, status=status)
        urge_missing(period=owing, actor=zhang)
        assert ReportUrging.objects.get(department=health).reports == 1

    def test_what_was_set_aside_since_is_asked_of_nobody(self, owing, finance, zhang):
        Task.objects.of_department(finance.pk, "lead").update(state="suspended")
        urge_missing(period=owing, actor=zhang)
        assert list(inbox()) == ["li"]

    def test_before_the_deadline_it_asks_to_file_in_time(self, owing, zhang, li):
        ReportingPeriod.objects.update(due_on=dt.date(2024, 4, 12))
        urge_missing(period=owing, actor=zhang)
        assert "请按时报送" in Message.objects.get(recipient=li).body


class TestOnceADay:
    def test_the_second_click_is_refused(self, owing, zhang):
        urge_missing(period=owing, actor=zhang)
        with pytest.raises(Conflict, match="每天最多催报一次"):
            urge_missing(period=owing, actor=zhang)
        assert len(inbox()) == 2

    def test_who_comes_to_owe_later_that_day_is_asked(self, owing, document, zhang, xuzhou):
        urge_missing(period=owing, actor=zhang)
        late = DepartmentFactory(region=xuzhou, name="市医保局")
        MembershipFactory(user=UserFactory(username="he"), role="liaison", department=late)
        TaskFactory(document=document, lead=late)
        urged = urge_missing(period=owing, actor=zhang)
        assert [row.department.name for row in urged.urgings] == ["市医保局"]
        assert set(inbox()) == {"li", "wang", "he"}

    def test_the_next_day_again(self, owing, zhang, li):
        urge_missing(period=owing, actor=zhang)
        with time_machine.travel(APRIL + dt.timedelta(1), tick=False):
            urge_missing(period=owing, actor=zhang)
        assert Message.objects.filter(recipient=li, kind="reports_urged").count() == 2

    def test_another_period_is_another_matter(self, owing, zhang, xuzhou, li):
        other = PeriodFactory(region=xuzhou, kind="custom", name="专项")
        urge_missing(period=owing, actor=zhang)
        urge_missing(period=other, actor=zhang)
        assert Message.objects.filter(recipient=li, kind="reports_urged").count() == 2


class TestWhenItIsRefused:
    def test_nobody_owes_anything(self, april, period, zhang):
        with pytest.raises(Conflict, match="没有未报送的部门"):
            urge_missing(period=period, actor=zhang)

    def test_the_period_is_closed(self, owing, zhang):
        closed = switch(period=owing, actor=zhang, is_open=False)
        with pytest.raises(Conflict, match="已关闭填报，部门无法报送"):
            urge_missing(period=closed, actor=zhang)
        lock(period=closed, actor=zhang)
        with pytest.raises(Conflict, match="已锁定，不能再催报"):
            urge_missing(period=closed, actor=zhang)
        assert inbox() == {}

    def test_it_has_not_begun(self, owing, zhang):
        ReportingPeriod.objects.update(
            starts_on=dt.date(2024, 7, 1), ends_on=dt.date(2024, 9, 30), due_on=dt.date(2024, 10, 8)
        )
        with pytest.raises(Conflict, match="尚未开始"):
            urge_missing(period=owing, actor=zhang)

    @pytest.mark.parametrize("who", ["li", "zhao", "sun", "guo"])
    def test_only_the_office_of_the_region(self, request, owing, who):
        with pytest.raises(PermissionDenied):
            urge_missing(period=owing, actor=request.getfixturevalue(who))

    def test_an_office_above_may(self, owing, province):
        above = UserFactory(username="above")
        MembershipFactory(user=above, role="office", region=province)
        assert urge_missing(period=owing, actor=above).people == 2


def test_on_the_page(owing, signed_in, zhang):
    browser = signed_in(zhang)
    page = browser.get(reverse("period", args=[owing.pk]))
    assert "催报未报部门（3个）" in page.content.decode()
    assert "无联络员，请电话联系" in page.content.decode()
    page = browser.post(reverse("urge_period", args=[owing.pk]), follow=True)
    text = page.content.decode()
    assert "已向2个部门的2名联络员发出催报" in text
    assert "请电话催报：市民政局" in text
    assert "已催1次，最近4月10日" in text
    assert "催报未报部门（0个）" in text
    assert "今天都已催报过" in text
    address = reverse("period", args=[owing.pk])
    page = browser.post(
        reverse("urge_period", args=[owing.pk]), headers={"referer": address}, follow=True
    )
    assert "每天最多催报一次" in page.content.decode()
    assert len(inbox()) == 2


def test_costs_the_same_for_many_departments(owing, zhang, document):
    def cost(departments):
        for _ in range(departments):
            TaskFactory(document=document, lead=DepartmentFactory(region=document.region))
        with (
            time_machine.travel(APRIL + dt.timedelta(departments), tick=False),
            CaptureQueriesContext(connection) as seen,
        ):
            urge_missing(period=owing, actor=zhang)
        return len(seen)

    assert cost(0) < 20  # once with Zhang's roles, which he then keeps
    assert cost(1) == cost(20)


# --- At once ---------------------------------------------------------------------------------


@pytest.fixture
def crowd(transactional_db, owing):
    return owing


@pytest.mark.django_db(transaction=True)
def test_of_clicks_at_once_one_urges(crowd, zhang):
    results, errors = run_at_once(lambda: urge_missing(period=crowd, actor=zhang))
    assert len(results) == 1
    assert [type(error) for error in errors] == [Conflict] * 3
    assert len(inbox()) == Message.objects.count() == 2


def without_lock(monkeypatch, period, zhang):
    """Everybody looks before anybody writes."""
    looked = threading.Barrier(4)
    honest = urging.liaisons_of

    def slow(departments):
        found = honest(departments)
        looked.wait(5)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    monkeypatch.setattr(urging, "liaisons_of", slow)
    return lambda: urge_missing(period=period, actor=zhang)


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_the_unique_rows_hold_even_without_the_lock(crowd, zhang, monkeypatch):
    results, errors = run_at_once(without_lock(monkeypatch, crowd, zhang))
    assert len(results) == 1
    assert [type(error) for error in errors] == [IntegrityError] * 3
    assert Message.objects.count() == 2


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_without_lock_and_unique_rows_everybody_is_told_four_times(crowd, zhang, monkeypatch):
    """Negative control: the two tests above can fail."""
    (constraint,) = ReportUrging._meta.constraints
    with connection.schema_editor() as editor:
        editor.remove_constraint(ReportUrging, constraint)
    try:
        results, errors = run_at_once(without_lock(monkeypatch, crowd, zhang))
        assert (len(results), errors) == (4, [])
        assert Message.objects.count() == 8
    finally:
        ReportUrging.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(ReportUrging, constraint)
