"""Filing and reviewing in the browser: what is due, what was typed, who decides."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reform_tracker.notifications.models import Message
from tasks.due_reports import still_missing
from tasks.models import ProgressReport, Task
from tasks.rollups import rollup
from tasks.services import review
from tests.conftest import person
from tests.factories import (
    DepartmentFactory,
    EventFactory,
    MembershipFactory,
    PeriodFactory,
    ReportFactory,
    ResponsibilityFactory,
    TargetFactory,
    TaskFactory,
)

Status = ProgressReport.Status
MINE = "/my-reports/"
QUEUE = "/reviews/"
WORDS = {"progress": "40", "narrative": "已签约三千户。", "version": "0", "act": "submit"}


@pytest.fixture(autouse=True)
def clock():
    """Half past nine on 3 April 2024: the first quarter is due on the 8th."""
    with time_machine.travel(dt.datetime(2024, 4, 3, 1, 30, tzinfo=dt.UTC)) as traveller:
        yield traveller


@pytest.fixture
def form(task, period):
    return f"/tasks/{task.pk}/report/?period={period.pk}"


@pytest.fixture
def report(task, health, period, li):
    return ReportFactory(task=task, department=health, period=period, author=li, progress=40)


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


class TestWhatIsDue:
    @pytest.mark.parametrize(
        ("status", "words"),
        [
            (None, "待填报"),
            ("draft", "继续填报"),
            ("sent_back", "修改重报"),
            ("submitted", "待审核"),
            ("approved", "已通过"),
        ],
    )
    def test_every_task_of_the_period_with_its_standing(
        self, signed_in, li, task, health, period, status, words
    ):
        if status:
            ReportFactory(task=task, department=health, period=period, status=status)
        text = text_of(signed_in(li).get(MINE))
        assert task.title in text
        assert "2024年第一季度" in text
        assert "2024年4月8日前报送" in text
        assert words in text

    def test_why_it_came_back(self, signed_in, li, report, zhang):
        review.send_back(report=report, actor=zhang, reason="缺少签约人数")
        assert "退回原因：缺少签约人数" in text_of(signed_in(li).get(MINE))

    def test_overdue_is_said(self, signed_in, li, task, period, clock):
        assert "逾期未报" not in text_of(signed_in(li).get(MINE))
        clock.move_to(dt.datetime(2024, 4, 9, tzinfo=dt.UTC))
        assert "逾期未报" in text_of(signed_in(li).get(MINE))

    def test_cooperating_is_offered_and_not_owed(self, signed_in, wang, task, period, clock):
        clock.move_to(dt.datetime(2024, 4, 9, tzinfo=dt.UTC))
        page = signed_in(wang).get(MINE)
        text = text_of(page)
        assert "可填（配合）" in text
        assert "逾期未报" not in text
        assert f"/tasks/{task.pk}/report/" in text

    def test_the_numbers_agree_with_the_rollups(
        self, signed_in, li, document, health, finance, period, xuzhou, clock
    ):
        """Missing are: nothing filed, sent back; not: filed, filed by the office, done by then
        and written off, cooperating only."""
        for status in ("sent_back", "submitted", "superseded"):
            row = TaskFactory(document=document, lead=health)
            ReportFactory(task=row, department=health, period=period, status=status)
        shared = TaskFactory(document=document, lead=finance)
        ResponsibilityFactory(task=shared, department=health, role="lead")
        ReportFactory(
            task=shared, department=finance, period=period, status="approved", filed_on_behalf=True
        )
        for state in ("completed", "awaiting_write_off", "written_off"):
            row = TaskFactory(document=document, lead=health, state=state)
            EventFactory(task=row, state=state, effective_on=dt.date(2024, 3, 1))
        ResponsibilityFactory(
            task=TaskFactory(document=document, lead=finance), department=health, role="cooperating"
        )
        clock.move_to(dt.datetime(2024, 4, 9, tzinfo=dt.UTC))
        (cell,) = [
            cell
            for cell in rollup(Task.objects.all(), by=["department"]).cells
            if cell.department == health
        ]
        rows = signed_in(li).get(MINE).context["rows"]
        owed = [row for row in rows if row.is_owed]
        assert cell.reports["due"] == len(owed) == 6
        assert cell.reports["missing"] == len([row for row in owed if row.is_overdue]) == 3
        assert still_missing(health, [period], dt.date(2024, 4, 9)) == [(period, 3)]

    def test_filed_for_the_department(self, signed_in, li, task, health, period):
        ReportFactory(
            task=task, department=health, period=period, status="approved", filed_on_behalf=True
        )
        assert "医改办代填" in text_of(signed_in(li).get(MINE))

    def test_an_earlier_period_that_is_still_open_is_offered(
        self, signed_in, li, task, period, xuzhou, clock
    ):
        clock.move_to(dt.datetime(2024, 5, 6, tzinfo=dt.UTC))
        PeriodFactory(
            region=xuzhou,
            name="2024年第二季度",
            starts_on=dt.date(2024, 4, 1),
            ends_on=dt.date(2024, 6, 30),
            due_on=dt.date(2024, 7, 5),
        )
        page = signed_in(li).get(MINE)
        assert page.context["period"].name == "2024年第二季度"
        assert page.context["missing"] == [(period, 1)]
        again = signed_in(li).get(MINE, {"period": period.pk})
        assert again.context["period"] == period

    @pytest.mark.parametrize("state", ["suspended", "cancelled", "written_off"])
    def test_what_is_set_aside_is_not_due(self, signed_in, li, task, period, state):
        Task.objects.update(state=state)
        assert task.title not in text_of(signed_in(li).get(MINE))

    def test_without_an_open_period(self, signed_in, li, task, period):
        type(period).objects.update(is_open=False)
        assert "没有开放的报告期" in text_of(signed_in(li).get(MINE))

    def test_of_several_departments_one_is_chosen(
        self, signed_in, li, task, period, finance, nanjing
    ):
        MembershipFactory(user=li, role="liaison", department=finance)
        browser = signed_in(li)
        page = browser.get(MINE, {"department": finance.pk})
        assert page.context["department"] == finance
        assert [row.role for row in page.context["rows"]] == ["配合"]
        other = DepartmentFactory(region=nanjing, name="市卫生局")
        assert browser.get(MINE, {"department": other.pk}).status_code == 404

    @pytest.mark.parametrize("who", ["zhang", "zhao", "guo"])
    def test_only_liaisons_file(self, request, signed_in, who):
        assert signed_in(request.getfixturevalue(who)).get(MINE).status_code == 403

    def test_a_hundred_rows_cost_what_ten_do(self, signed_in, li, document, health, period):
        browser = signed_in(li)
        costs = []
        for number in (10, 90):
            for _ in range(number):
                row = TaskFactory(document=document, lead=health)
                ReportFactory(task=row, department=health, period=period, status="sent_back")
            with CaptureQueriesContext(connection) as queries:
                page = browser.get(MINE)
            assert len(page.context["rows"]) in (10, 100)
            costs.append(len(queries))
        assert costs[0] == costs[1]


class TestForm:
    def test_it_is_prefilled_from_the_last_approved(
        self, signed_in, li, task, health, period, form
    ):
        last = ReportFactory(
            task=task,
            department=health,
            status="approved",
            narrative="上季度内容",
            submitted_on=dt.date(2024, 1, 5),
        )
        target = TargetFactory(task=task)
        last.readings.create(target=target, value=Decimal("94.5"), read_on=dt.date(2024, 1, 5))
        page = signed_in(li).get(form)
        text = text_of(page)
        assert page.context["form"]["narrative"].value() == "上季度内容"
        assert 'data-last="94.5"' in text
        assert "达到95%以上" in text

    def test_a_figure_of_an_older_report_is_still_the_last(
        self, signed_in, li, task, health, period, form, zhang
    ):
        """A quick update without figures does not make the last ones unknown."""
        common = {"task": task, "department": health, "status": "approved"}
        old = ReportFactory(submitted_on=dt.date(2024, 1, 5), **common)
        ReportFactory(submitted_on=dt.date(2024, 2, 5), **common)
        target = TargetFactory(task=task)
        old.readings.create(target=target, value=Decimal("94.5"), read_on=dt.date(2024, 1, 5))
        assert 'data-last="94.5"' in text_of(signed_in(li).get(form))
        signed_in(li).post(form, WORDS | {f"target_{target.pk}": "96"})
        (row,) = signed_in(zhang).get(QUEUE).context["rows"]
        assert [(line.now, line.before) for line in row["targets"]] == [(96, Decimal("94.5"))]

    def test_filing(self, signed_in, li, task, health, period, form, zhang):
        target = TargetFactory(task=task)
        answer = signed_in(li).post(form, WORDS | {f"target_{target.pk}": "96.5%"})
        assert answer.headers["Location"].startswith(MINE)
        report = ProgressReport.objects.get()
        assert (report.status, report.department, report.author) == (Status.SUBMITTED, health, li)
        assert report.readings.get().value == Decimal("96.5")
        assert Message.objects.get().recipient == zhang

    def test_a_draft_may_lack_its_words(self, signed_in, li, form):
        signed_in(li).post(form, WORDS | {"act": "save", "narrative": ""})
        assert ProgressReport.objects.get().status == Status.DRAFT

    def test_the_second_filing_is_refused_with_the_words_kept(self, signed_in, li, form):
        browser = signed_in(li)
        browser.post(form, WORDS)
        text = text_of(browser.post(form, WORDS | {"narrative": "第二次的内容"}))
        assert "等待审核" in text
        assert "第二次的内容" in text
        assert ProgressReport.objects.get().narrative == "已签约三千户。"

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"progress": "120"}, "progress", "不能超过100%"),
            ({"progress": "半"}, "progress", "0到100之间的整数"),
            ({"progress": ""}, "progress", "请填写进度"),
            ({"narrative": "  "}, "narrative", "请勾选“零报告”"),
        ],
    )
    def test_errors_stand_at_their_field_and_nothing_is_lost(
        self, signed_in, li, form, changes, field, words
    ):
        page = signed_in(li).post(form, WORDS | {"problems": "资金未到位"} | changes)
        assert words in str(page.context["form"].errors[field])
        assert "资金未到位" in text_of(page)
        assert not ProgressReport.objects.exists()

    def test_a_reading_that_is_no_number(self, signed_in, li, task, form):
        target = TargetFactory(task=task)
        page = signed_in(li).post(form, WORDS | {f"target_{target.pk}": "约95"})
        text = text_of(page)
        assert "完成值请填数字" in text
        assert 'value="约95"' in text

    def test_nothing_new_needs_no_words(self, signed_in, li, form):
        signed_in(li).post(form, WORDS | {"narrative": "", "nothing_new": "on"})
        assert ProgressReport.objects.get().nothing_new

    def test_a_closed_period_says_so_and_keeps_what_was_typed(self, signed_in, li, period, form):
        type(period).objects.update(is_open=False)
        browser = signed_in(li)
        assert "已关闭填报" in text_of(browser.get(form))
        text = text_of(browser.post(form, WORDS))
        assert "已关闭填报" in text
        assert "已签约三千户。" in text
        assert not ProgressReport.objects.exists()

    def test_a_colleagues_newer_draft_is_not_overwritten(self, signed_in, li, health, form):
        other = person("he", "何联络员", "liaison", department=health)
        signed_in(other).post(form, WORDS | {"act": "save", "narrative": "同事的内容"})
        text = text_of(signed_in(li).post(form, WORDS | {"act": "save"}))
        assert "同事改过" in text
        assert "已签约三千户。" in text
        assert ProgressReport.objects.get().narrative == "同事的内容"

    def test_refiling_what_came_back(self, signed_in, li, report, zhang, form):
        review.send_back(report=report, actor=zhang, reason="缺少签约人数")
        browser = signed_in(li)
        page = browser.get(form)
        assert "缺少签约人数" in text_of(page)
        version = page.context["report"].version
        browser.post(form, WORDS | {"progress": "45", "version": version})
        report.refresh_from_db()
        assert (report.status, report.progress) == (Status.SUBMITTED, 45)

    def test_another_departments_task_is_not_found(self, signed_in, li, document, finance, period):
        other = TaskFactory(document=document, lead=finance)
        browser = signed_in(li)
        address = reverse("file_report", args=[other.pk])
        assert browser.get(address).status_code == 404
        assert browser.post(address, WORDS).status_code == 404

    @pytest.mark.parametrize(("who", "status"), [("zhao", 403), ("sun", 404), ("guo", 404)])
    def test_nobody_but_its_liaisons_and_office(self, request, signed_in, form, who, status):
        browser = signed_in(request.getfixturevalue(who))
        assert browser.get(form).status_code == status
        assert browser.post(form, WORDS).status_code == status
        assert not ProgressReport.objects.exists()

    def test_more_than_the_whole_is_kept_and_doubted(self, signed_in, li, task, form):
        shares = TargetFactory(task=task, indicator="参保率")
        count = TargetFactory(task=task, indicator="机构数", unit_of_measure="家")
        browser = signed_in(li)
        assert text_of(browser.get(form)).count("data-per-cent") == 1
        figures = {f"target_{shares.pk}": "985", f"target_{count.pk}": "985"}
        text = text_of(browser.post(form, WORDS | figures, follow=True))
        assert "“参保率”的完成值超过100%，请核对。" in text
        assert "“机构数”" not in text
        assert shares.readings.get().value == 985

    def test_another_regions_period_is_not_found(self, signed_in, li, task, nanjing):
        foreign = PeriodFactory(region=nanjing)
        address = f"/tasks/{task.pk}/report/?period={foreign.pk}"
        assert signed_in(li).post(address, WORDS).status_code == 404

    def test_for_which_of_several_departments(self, signed_in, li, task, period, finance, form):
        MembershipFactory(user=li, role="liaison", department=finance)
        browser = signed_in(li)
        browser.post(f"{form}&department={finance.pk}", WORDS)
        assert ProgressReport.objects.get().department == finance
        assert browser.get(f"{form}&department=99999").status_code == 404


class TestOnBehalf:
    """代填完整报告: the office writes down the lead's whole report."""

    def typed(self, task, **changes):
        return WORDS | {"version": str(task.version), "problems": "资金未到位"} | changes

    def test_it_counts_at_once_and_is_marked(self, signed_in, zhang, task, health, period, form):
        target = TargetFactory(task=task)
        browser = signed_in(zhang)
        assert form.split("?")[0] in text_of(browser.get(task.get_absolute_url()))
        data = self.typed(task, next_steps="申请追加", **{f"target_{target.pk}": "96.5"})
        answer = browser.post(form, data)
        assert answer.headers["Location"] == task.get_absolute_url()
        report = ProgressReport.objects.get()
        assert (report.status, report.department, report.period) == ("approved", health, period)
        assert report.filed_on_behalf
        assert (report.problems, report.next_steps) == ("资金未到位", "申请追加")
        assert report.readings.get().value == Decimal("96.5")
        task.refresh_from_db()
        assert (task.progress, task.state) == (40, "in_progress")

    def test_what_stands_is_shown_and_can_be_taken_back(
        self, signed_in, zhang, task, health, period, form
    ):
        target = TargetFactory(task=task)
        common = {"task": task, "department": health, "period": period, "status": "approved"}
        said = ReportFactory(problems="资金未到位", **common)
        said.readings.create(target=target, value=94, read_on=period.ends_on)
        browser = signed_in(zhang)
        shown = browser.get(form).context["form"]
        assert (shown["problems"].value(), shown[f"target_{target.pk}"].value()) == (
            "资金未到位",
            "94",
        )
        browser.post(form, self.typed(task, problems="", **{f"target_{target.pk}": ""}))
        now = ProgressReport.objects.approved().get()
        assert (now.problems, now.readings.count()) == ("", 0)

    def test_the_departments_draft_stays_its_own(
        self, signed_in, zhang, task, health, period, form
    ):
        ReportFactory(
            task=task, department=health, period=period, status="draft", narrative="草稿内容"
        )
        assert "草稿内容" not in text_of(signed_in(zhang).get(form))

    def test_not_while_a_report_awaits_review(self, signed_in, zhang, task, report, form):
        text = text_of(signed_in(zhang).post(form, self.typed(task)))
        assert "等待审核" in text
        assert "资金未到位" in text
        assert ProgressReport.objects.get() == report

    def test_the_second_click_is_refused_with_the_words_kept(self, signed_in, zhang, task, form):
        browser = signed_in(zhang)
        browser.post(form, self.typed(task))
        text = text_of(browser.post(form, self.typed(task, narrative="第二次的内容")))
        assert "别人改过" in text
        assert "第二次的内容" in text
        assert ProgressReport.objects.get().narrative == "已签约三千户。"

    def test_of_a_task_without_lead_and_period(self, signed_in, zhang, document):
        task = TaskFactory(document=document)
        address = f"/tasks/{task.pk}/report/"
        browser = signed_in(zhang)
        assert "未明确牵头单位" in text_of(browser.get(address))
        browser.post(address, self.typed(task))
        assert ProgressReport.objects.get().department is None

    def test_what_is_set_aside_says_so(self, signed_in, zhang, task, form):
        Task.objects.update(state="suspended")
        browser = signed_in(zhang)
        assert "请先恢复再更新进展" in text_of(browser.get(form))
        assert "请先恢复再更新进展" in text_of(browser.post(form, self.typed(task)))
        assert not ProgressReport.objects.exists()


class TestQueue:
    def test_the_oldest_first_with_what_changed(
        self, signed_in, zhang, report, task, health, finance, period, document
    ):
        target = TargetFactory(task=task)
        last = ReportFactory(
            task=task,
            department=health,
            status="approved",
            progress=20,
            narrative="上次内容",
            submitted_on=dt.date(2024, 1, 5),
        )
        last.readings.create(target=target, value=90, read_on=dt.date(2024, 1, 5))
        report.readings.create(target=target, value=Decimal("94.99"), read_on=dt.date(2024, 3, 31))
        earlier = ReportFactory(
            task=TaskFactory(document=document, lead=finance),
            department=finance,
            period=period,
            submitted_on=dt.date(2024, 4, 1),
        )
        page = signed_in(zhang).get(QUEUE)
        assert [row["report"] for row in page.context["rows"]] == [earlier, report]
        text = text_of(page)
        for words in ("上次内容", "20%", "94.99%", "未达标", "90%", "有变化"):
            assert words in text

    @pytest.mark.parametrize(
        ("who", "part", "moves"), [("health", "牵头", True), ("finance", "配合", False)]
    )
    def test_whether_it_moves_the_task(
        self, request, signed_in, zhang, task, period, who, part, moves
    ):
        department = request.getfixturevalue(who)
        ReportFactory(task=task, department=department, period=period)
        text = text_of(signed_in(zhang).get(QUEUE))
        assert f"{department}（{part}）" in text
        assert ("配合单位意见，通过后不改变任务进度" not in text) is moves

    def test_ones_own_regions_only(self, signed_in, sun, report):
        assert signed_in(sun).get(QUEUE).context["rows"] == []

    @pytest.mark.parametrize("who", ["li", "zhao", "guo"])
    def test_only_the_office(self, request, signed_in, report, who):
        assert signed_in(request.getfixturevalue(who)).get(QUEUE).status_code == 403

    def test_earlier_rounds_are_shown(self, signed_in, zhang, report):
        report.reviews.create(reviewer=zhang, decision="sent_back", reason="缺少数字")
        assert "退回</strong>：缺少数字" in text_of(signed_in(zhang).get(QUEUE))

    def test_ones_own_filing_is_left_to_others(self, signed_in, zhang, report):
        ProgressReport.objects.update(author=zhang)
        text = text_of(signed_in(zhang).get(QUEUE))
        assert "不能审核自己填报的报告" in text
        assert reverse("approve_report", args=[report.pk]) not in text

    def test_twenty_reports_cost_what_five_do(
        self, signed_in, zhang, li, document, health, finance, period
    ):
        browser = signed_in(zhang)
        costs = []
        for number in (5, 15):
            for _ in range(number):
                row = TaskFactory(document=document, lead=health)
                ResponsibilityFactory(task=row, department=finance, role="cooperating")
                target = TargetFactory(task=row)
                common = {"task": row, "department": health, "author": li}
                for period_, status in ((period, "submitted"), (None, "approved")):
                    filed = ReportFactory(period=period_, status=status, **common)
                    filed.readings.create(target=target, value=1, read_on=dt.date(2024, 3, 31))
            with CaptureQueriesContext(connection) as queries:
                page = browser.get(QUEUE)
            assert len(page.context["rows"]) in (5, 20)
            costs.append(len(queries))
        assert costs[0] == costs[1]


class TestDeciding:
    @pytest.fixture
    def approving(self, report):
        return reverse("approve_report", args=[report.pk])

    @pytest.fixture
    def returning(self, report):
        return reverse("send_back_report", args=[report.pk])

    def test_approving(self, signed_in, zhang, report, approving):
        answer = signed_in(zhang).post(approving, {"version": report.version})
        assert answer.headers["Location"] == QUEUE
        report.refresh_from_db()
        assert report.status == Status.APPROVED

    def test_the_second_reviewer_is_told_who_and_when(
        self, signed_in, zhang, xuzhou, report, approving, returning
    ):
        signed_in(zhang).post(approving, {"version": report.version})
        browser = signed_in(person("chen", "陈干事", "office", region=xuzhou))
        text = text_of(browser.post(approving, {"version": report.version}), 409)
        assert "张干事于04-03 09:30处理（通过）" in text
        text = text_of(browser.post(returning, {"reason": "缺少附件"}), 409)
        assert "张干事" in text
        assert "缺少附件" in text  # what was typed can still be copied
        assert report.reviews.count() == 1

    def test_a_report_refiled_since_is_shown_anew(self, signed_in, zhang, report, approving):
        text = text_of(signed_in(zhang).post(approving, {"version": report.version + 5}), 409)
        assert "重新报送" in text
        report.refresh_from_db()
        assert report.status == Status.SUBMITTED

    def test_returning(self, signed_in, zhang, li, report, returning):
        answer = signed_in(zhang).post(returning, {"reason": "缺少数字"})
        assert answer.headers["Location"] == QUEUE
        report.refresh_from_db()
        assert report.status == Status.SENT_BACK
        assert "缺少数字" in Message.objects.get(recipient=li).body

    def test_returning_needs_a_reason(self, signed_in, zhang, report, returning):
        page = signed_in(zhang).post(returning, {"reason": "  "})
        assert "请写明退回原因" in text_of(page)
        report.refresh_from_db()
        assert report.status == Status.SUBMITTED

    @pytest.mark.parametrize(
        ("who", "status"),
        [("li", 403), ("wang", 404), ("zhao", 404), ("sun", 404), ("guo", 404)],
    )
    def test_who_may_not(self, request, signed_in, report, approving, returning, who, status):
        """Zhao leads the city, but a report in review is not his to see."""
        browser = signed_in(request.getfixturevalue(who))
        assert browser.post(approving, {}).status_code == status
        assert browser.post(returning, {"reason": "缺数"}).status_code == status
        report.refresh_from_db()
        assert report.status == Status.SUBMITTED

    def test_the_author_may_not(self, signed_in, zhang, report, approving):
        ProgressReport.objects.update(author=zhang)
        assert signed_in(zhang).post(approving, {}).status_code == 403

    def test_a_leader_may_not_undo_what_is_approved(self, signed_in, zhao, report, returning):
        ProgressReport.objects.update(status=Status.APPROVED)
        assert signed_in(zhao).post(returning, {"reason": "重报"}).status_code == 403

    def test_a_draft_is_not_found(self, signed_in, zhang, report, approving):
        ProgressReport.objects.update(status=Status.DRAFT)
        assert signed_in(zhang).post(approving, {}).status_code == 404

    def test_looking_changes_nothing(self, signed_in, zhang, approving, returning):
        browser = signed_in(zhang)
        assert browser.get(approving).status_code == 405
        assert browser.get(returning).status_code == 405
