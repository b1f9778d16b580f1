"""允许补报: one department files although the period is closed; all others still cannot."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from reform_tracker.notifications.models import Message
from tasks.models import LateFiling, ReportingPeriod
from tasks.report_figures import by_period
from tasks.services.late_filing import allow_late_filing
from tasks.services.periods import lock, switch
from tasks.services.progress import save_report
from tasks.services.review import send_back
from tests.factories import DepartmentFactory, TaskFactory

MAY = dt.datetime(2024, 5, 6, 10, tzinfo=dt.UTC)
FRIDAY = dt.date(2024, 5, 10)
DAY = dt.timedelta(1)


@pytest.fixture(autouse=True)
def may():
    with time_machine.travel(MAY, tick=False):
        yield


@pytest.fixture
def locked(period, task, zhang):
    return lock(period=switch(period=period, actor=zhang, is_open=False), actor=zhang)


def file(task, department, period, actor):
    return save_report(
        task=task,
        department=department,
        period=period,
        actor=actor,
        values={"progress": 40, "narrative": "已签约"},
        submit=True,
    )


@pytest.fixture
def allow(locked, health, zhang):
    def make(**values):
        usual = {
            "period": locked,
            "department": health,
            "until": FRIDAY,
            "reason": "联络员调整，交接中",
            "actor": zhang,
        }
        return allow_late_filing(**usual | values)

    return make


class TestWhatItAllows:
    def test_the_department_files_after_the_lock_and_is_late(self, locked, allow, task, health, li):
        with pytest.raises(Conflict, match="已锁定"):
            file(task, health, locked, li)
        allow()
        report = file(task, health, locked, li)
        assert report.status == "submitted"
        figures = by_period([locked], MAY.date())[locked.pk]
        assert (figures["filed"], figures["late"], figures["awaiting_review"]) == (1, 1, 1)

    def test_others_still_cannot(self, locked, allow, document, finance, wang):
        own = TaskFactory(document=document, lead=finance)
        allow()
        with pytest.raises(Conflict, match="已锁定"):
            file(own, finance, locked, wang)

    @pytest.mark.parametrize(("days", "allowed"), [(0, True), (1, False)])
    def test_until_the_day_is_over(self, locked, allow, task, health, li, days, allowed):
        allow()
        last = dt.datetime(2024, 5, 10, 15, 30, tzinfo=dt.UTC) + days * DAY  # 23:30 in Shanghai
        with time_machine.travel(last, tick=False):
            if allowed:
                assert file(task, health, locked, li).submitted_on == FRIDAY
            else:
                with pytest.raises(Conflict):
                    file(task, health, locked, li)

    def test_another_period_is_not_meant(self, allow, xuzhou, task, health, li):
        allow()
        other = ReportingPeriod.objects.create(
            region=xuzhou,
            kind="custom",
            name="专项",
            year=2024,
            starts_on=dt.date(2024, 2, 1),
            ends_on=dt.date(2024, 2, 5),
            due_on=dt.date(2024, 2, 6),
            is_open=False,
        )
        with pytest.raises(Conflict):
            file(task, health, other, li)

    def test_a_report_sent_back_is_filed_again(self, locked, allow, task, health, li, zhang):
        allow()
        send_back(report=file(task, health, locked, li), actor=zhang, reason="请补充")
        assert file(task, health, locked, li).status == "submitted"

    def test_the_liaison_finds_the_period_among_his_own(self, locked, allow, task, signed_in, li):
        address = reverse("my_reports")
        assert signed_in(li).get(address).context["periods"] == []
        allow()
        page = signed_in(li).get(address)
        assert page.context["period"] == locked
        assert [row.task for row in page.context["rows"]] == [task]
        with time_machine.travel(MAY + 7 * DAY, tick=False):
            assert signed_in(li).get(address).context["periods"] == []


class TestTheAct:
    def test_it_is_recorded_and_told(self, allow, health, li, zhang):
        allow()
        row = LateFiling.objects.get()
        assert (row.department, row.until, row.actor) == (health, FRIDAY, zhang)
        entry = AuditEntry.objects.get(action="late_filing_allowed")
        assert (entry.actor, entry.subject) == (zhang, "2024年第一季度")
        assert entry.detail == {
            "department": "徐州市卫生局",
            "until": "2024-05-10",
            "reason": "联络员调整，交接中",
        }
        message = Message.objects.get(recipient=li)
        assert message.subject == "可以补报：2024年第一季度进展报告，截至2024年5月10日"
        assert "原因：联络员调整，交接中" in message.body

    def test_a_longer_one_is_another_row(self, allow):
        allow()
        allow(until=FRIDAY + 7 * DAY, reason="仍在交接")
        assert LateFiling.objects.count() == 2

    def test_the_second_click_is_refused(self, allow, li):
        allow()
        with pytest.raises(Conflict, match="已经可以补报到这一天"):
            allow()
        assert Message.objects.count() == LateFiling.objects.count()

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"reason": " "}, "reason"),
            ({"reason": "长" * 201}, "reason"),
            ({"until": MAY.date() - DAY}, "until"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, allow, values, field):
        with pytest.raises(ValidationError) as refusal:
            allow(**values)
        assert set(refusal.value.message_dict) == {field}

    def test_only_who_answers_for_a_task_of_the_region(self, allow, xuzhou):
        stranger = DepartmentFactory(region=xuzhou, name="市气象局")
        with pytest.raises(ValidationError, match="不是本地区任务的责任单位"):
            allow(department=stranger)

    def test_not_while_the_period_is_open(self, period, task, health, zhang):
        with pytest.raises(Conflict, match="不需要单独允许补报"):
            allow_late_filing(
                period=period, department=health, until=FRIDAY, reason="交接", actor=zhang
            )

    @pytest.mark.parametrize("who", ["li", "zhao", "sun"])
    def test_only_the_office_of_the_region(self, request, allow, who):
        with pytest.raises(PermissionDenied):
            allow(actor=request.getfixturevalue(who))


def test_on_the_page(locked, signed_in, zhang, health):
    browser, address = signed_in(zhang), reverse("allow_late_filing", args=[locked.pk])
    page = browser.get(reverse("period", args=[locked.pk]))
    assert "已锁定：各部门不能再报" in page.content.decode()
    assert [str(label) for _, label in page.context["late_form"].fields["department"].choices] == [
        "请选择",
        "江苏省 徐州市卫生局",
        "江苏省 徐州市财政局",
    ]
    values = {"department": health.pk, "until": "2024-05-10", "reason": "交接中"}
    page = browser.post(address, values | {"reason": ""})
    assert "reason" in page.context["late_form"].errors
    page = browser.post(address, values | {"until": "2024-05-01"})
    assert "不能早于今天" in page.content.decode()
    page = browser.post(address, values, follow=True)
    assert "徐州市卫生局：可补报至2024年5月10日。原因：交接中" in page.content.decode()
    assert "可补报至5月10日" in page.content.decode()
    page = browser.post(address, values)
    assert "无需再次办理" in page.content.decode()
