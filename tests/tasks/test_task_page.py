"""The task page: source, targets, reports and history, as far as each reader may see them."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks.models import ProgressReport, Reminder, Task, TaskEvent
from tasks.models.states import State
from tasks.services import review
from tasks.services.progress import move_task
from tasks.source_text import passage_of
from tests.factories import ClauseFactory, ReportFactory, TargetFactory

BEFORE, CLAUSE, AFTER = "一、总体要求。\n", "1.扩大签约。（市卫生局负责）", "\n2.其他任务。"


@pytest.fixture
def page(signed_in, task):
    """`page(user)` gives the text of the task page as that person sees it."""

    def text(user):
        answer = signed_in(user).get(task.get_absolute_url())
        assert answer.status_code == 200
        return answer.content.decode()

    return text


class TestHead:
    def test_where_it_stands_and_comes_from(self, page, zhang, task, document):
        Task.objects.update(due_on=dt.date(2025, 6, 30), responsible_leader="王副市长")
        text = page(zhang)
        for words in (
            task.title,
            document.title,
            document.document_number,
            "一、健全医疗服务体系",
            "徐州市",
            "2025-06-30",
            "原定 2024-12-31",
            "红灯",
            "逾期未完成",
            "序时进度 100%",
            "王副市长",
        ):
            assert words in text
        assert reverse("document", args=[document.pk]) in text

    @pytest.mark.parametrize("who", ["sun", "guo", "shen"])
    def test_out_of_scope_is_not_found(self, request, signed_in, task, who):
        browser = signed_in(request.getfixturevalue(who))
        assert browser.get(task.get_absolute_url()).status_code == 404
        assert browser.get(reverse("task", args=[99999])).status_code == 404

    def test_departments_in_order_with_their_part(self, page, zhang, task):
        text = page(zhang)
        assert text.index("市卫生局") < text.index("市财政局")
        assert "牵头" in text
        assert "配合" in text


class TestSource:
    @pytest.fixture
    def with_clause(self, task, document):
        document.text = BEFORE + CLAUSE + AFTER
        document.save()
        task.clause = ClauseFactory(
            document=document, start=len(BEFORE), end=len(BEFORE) + len(CLAUSE)
        )
        task.save()
        return task

    def test_the_clause_is_marked_in_its_place(self, with_clause, page, zhang):
        text = page(zhang)
        assert f"<mark>{CLAUSE}</mark>" in text
        assert "2.其他任务。" in text

    def test_a_task_without_text_shows_its_body(self, page, zhang, task):
        Task.objects.update(body="签约服务覆盖率达到40%以上。")
        assert "签约服务覆盖率达到40%以上。" in page(zhang)

    @pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 4), (10, 10_000)])
    def test_a_place_outside_the_text_shows_the_body(self, with_clause, start, end):
        with_clause.clause.start, with_clause.clause.end = start, end
        assert passage_of(with_clause) is None

    def test_a_long_document_is_cut_around_the_clause(self, with_clause):
        with_clause.document.text = "前文。\n" * 500 + CLAUSE + "\n后文。" * 500
        with_clause.clause.start = len("前文。\n" * 500)
        with_clause.clause.end = with_clause.clause.start + len(CLAUSE)
        near = passage_of(with_clause).near(around=50)
        assert near.clause == CLAUSE
        assert near.before.startswith("…")
        assert near.after.endswith("…")
        assert len(near.before) + len(near.after) < 110

    def test_words_of_the_document_are_never_markup(self, with_clause, document, page, zhang):
        document.text = "<script>alert(1)</script>" + document.text
        document.save()
        assert "<script>alert" not in page(zhang)


class TestTargets:
    @pytest.mark.parametrize(
        ("value", "words"), [("94.99", "未达标"), ("95", "达标"), (None, "无法判定")]
    )
    def test_the_latest_approved_reading_is_judged(
        self, page, zhang, task, health, period, value, words
    ):
        target = TargetFactory(task=task)
        if value:
            report = ReportFactory(task=task, department=health, period=period, status="approved")
            report.readings.create(
                target=target, value=Decimal(value), read_on=dt.date(2024, 3, 31)
            )
        text = page(zhang)
        assert f"</i>{words}</span>" in text
        assert not value or f"{value}%" in text

    def test_a_reading_in_review_does_not_count(self, page, zhao, task, health, period):
        target = TargetFactory(task=task)
        report = ReportFactory(task=task, department=health, period=period)
        report.readings.create(target=target, value=Decimal(99), read_on=dt.date(2024, 3, 31))
        text = page(zhao)
        assert "未填报" in text
        assert "99%" not in text


class TestWorkingPapers:
    """Drafts and returned rounds are the department's and the office's."""

    @pytest.fixture
    def returned(self, task, health, period, li, zhang):
        report = ReportFactory(
            task=task, department=health, period=period, author=li, narrative="初稿内容"
        )
        TaskEvent.record(task, li, TaskEvent.Kind.REPORT_SUBMITTED, note="初稿内容")
        return review.send_back(report=report, actor=zhang, reason="缺少签约人数")

    @pytest.mark.parametrize(
        ("who", "seen"), [("zhang", True), ("li", True), ("wang", False), ("zhao", False)]
    )
    def test_a_returned_report(self, request, page, returned, who, seen):
        text = page(request.getfixturevalue(who))
        assert ("初稿内容" in text) is seen
        assert ("缺少签约人数" in text) is seen

    @pytest.mark.parametrize(("who", "seen"), [("li", True), ("zhang", False), ("zhao", False)])
    def test_a_draft(self, request, page, task, health, period, who, seen):
        ReportFactory(
            task=task, department=health, period=period, status="draft", narrative="草稿文字"
        )
        assert ("草稿文字" in page(request.getfixturevalue(who))) is seen

    def test_a_leader_sees_the_approved_report_without_its_returns(
        self, page, returned, zhang, zhao
    ):
        ProgressReport.objects.update(status="submitted")
        review.approve(report=returned, actor=zhang)
        text = page(zhao)
        assert "初稿内容" in text
        assert "缺少签约人数" not in text


class TestHistory:
    def test_acts_in_words_with_the_day_they_count_from(self, page, zhang, task):
        TaskEvent.objects.create(
            task=task,
            actor=zhang,
            kind="report_approved",
            effective_on=dt.date(2024, 3, 31),
            state="in_progress",
            progress=40,
        )
        text = page(zhang)
        for words in ("张干事", "审核通过", "进度 40%", "推进中", "自 2024-03-31 起计算"):
            assert words in text

    @pytest.mark.parametrize(("who", "seen"), [("zhang", True), ("li", True), ("wang", False)])
    def test_reminders_one_may_see(self, request, page, task, li, who, seen):
        Reminder.objects.create(
            task=task, stage="due_30", due_version=1, recipient=li, due_on=task.due_on
        )
        assert ("提醒（到期前30天）" in page(request.getfixturevalue(who))) is seen


class TestWhatIsOffered:
    @pytest.mark.parametrize(
        ("who", "office", "filing"),
        [
            ("zhang", True, True),  # 代填完整报告
            ("li", False, True),
            ("wang", False, True),
            ("zhao", False, False),
        ],
    )
    def test_by_role(self, request, page, task, period, who, office, filing):
        text = page(request.getfixturevalue(who))
        assert (reverse("update_progress", args=[task.pk]) in text) is office
        assert (reverse("change_state", args=[task.pk]) in text) is office
        assert (reverse("edit_task", args=[task.pk]) in text) is office
        assert (reverse("file_report", args=[task.pk]) in text) is filing

    def test_only_moves_that_are_allowed(self, signed_in, zhang, task):
        answer = signed_in(zhang).get(task.get_absolute_url())
        choices = [value for value, _ in answer.context["state_form"].fields["state"].choices]
        assert choices == ["", "in_progress", "completed", "suspended", "cancelled"]

    def test_why_a_written_off_task_is_not_updated(self, page, zhang, task):
        Task.objects.update(state=State.WRITTEN_OFF)
        text = page(zhang)
        assert "已销号" in text
        assert reverse("update_progress", args=[task.pk]) not in text


class TestWayBack:
    """“← 任务台账” leads to the list as one left it."""

    FILTERED = "/tasks/?year=2024&search=%E5%AE%B6"

    @pytest.mark.parametrize(
        ("asked", "referer", "back"),
        [
            ({}, "", "/tasks/"),
            ({"next": FILTERED}, "", FILTERED),
            ({}, f"http://testserver{FILTERED}", FILTERED),
            ({}, "http://testserver/dashboard/", "/tasks/"),
            ({"next": "https://example.org/tasks/?year=1"}, "", "/tasks/"),
            ({"next": "//example.org/tasks/"}, "", "/tasks/"),
            ({"next": "/sign-out/"}, "", "/tasks/"),
            ({"next": "javascript:alert(1)"}, "https://example.org/tasks/?a=1", "/tasks/"),
        ],
    )
    def test_only_the_list_itself(self, signed_in, zhang, task, asked, referer, back):
        headers = {"referer": referer} if referer else {}
        page = signed_in(zhang).get(task.get_absolute_url(), asked, headers=headers)
        assert page.context["list_url"] == back

    def test_it_outlives_what_is_done_on_the_page(self, signed_in, zhang, task):
        browser = signed_in(zhang)
        row = browser.get(self.FILTERED).content.decode()
        (link,) = re.findall(rf'href="({task.get_absolute_url()}\?next=[^"#]+)"', row)
        text = browser.get(link).content.decode()
        (action,) = re.findall(r'action="([^"]+/state/[^"]*)"', text)
        answer = browser.post(unescape(action), {"state": "in_progress"}, follow=True)
        assert answer.context["list_url"] == self.FILTERED


class TestChangingState:
    @pytest.fixture
    def address(self, task):
        return reverse("change_state", args=[task.pk])

    def test_it_works(self, signed_in, zhang, task, address):
        answer = signed_in(zhang).post(address, {"state": "completed"})
        assert answer.headers["Location"] == task.get_absolute_url()
        task.refresh_from_db()
        assert task.state == State.COMPLETED

    def test_the_second_click_is_refused(self, signed_in, zhang, task, address):
        browser = signed_in(zhang)
        browser.post(address, {"state": "completed"})
        text = browser.post(address, {"state": "completed"}).content.decode()
        assert "状态刚刚变过" in text
        assert task.events.count() == 1

    def test_suspending_needs_a_reason_and_keeps_the_choice(self, signed_in, zhang, task, address):
        text = signed_in(zhang).post(address, {"state": "suspended"}).content.decode()
        assert "请写明原因" in text
        assert '<option value="suspended" selected>' in text
        task.refresh_from_db()
        assert task.state == State.NOT_STARTED

    def test_a_move_that_is_not_allowed_keeps_the_reason(self, signed_in, zhang, task, address):
        text = (
            signed_in(zhang)
            .post(address, {"state": "written_off", "reason": "急着销号"})
            .content.decode()
        )
        assert "急着销号" in text
        task.refresh_from_db()
        assert task.state == State.NOT_STARTED

    @pytest.mark.parametrize(
        ("who", "status"), [("li", 403), ("zhao", 403), ("sun", 404), ("guo", 404)]
    )
    def test_who_may_not(self, request, signed_in, address, who, status):
        browser = signed_in(request.getfixturevalue(who))
        assert browser.post(address, {"state": "completed"}).status_code == status

    def test_looking_changes_nothing(self, signed_in, zhang, address):
        assert signed_in(zhang).get(address).status_code == 405


def test_ten_reports_and_targets_cost_what_two_do(signed_in, zhang, li, task, health, period):
    browser = signed_in(zhang)
    costs = []
    for number in (2, 8):
        for _ in range(number):
            target = TargetFactory(task=task)
            report = ReportFactory(
                task=task, department=health, period=None, author=li, status="approved"
            )
            report.readings.create(target=target, value=1, read_on=dt.date(2024, 3, 31))
            report.reviews.create(reviewer=zhang, decision="approved")
        move_task(
            task=task,
            state="suspended" if number == 2 else "in_progress",
            actor=zhang,
            reason="测试",
        )
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(task.get_absolute_url()).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
