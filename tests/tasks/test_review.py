"""The office's decision on a report: what counts, who may, and two reviewers at once."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet

from reform_tracker.lib.verdicts import Conflict
from reform_tracker.notifications.models import Message
from tasks.models import ProgressReport, Review, Task, TaskEvent
from tasks.models.states import State
from tasks.services import review
from tasks.services.progress import move_task, record_progress, save_report
from tests.conftest import person
from tests.factories import PeriodFactory, ReportFactory, TargetFactory, TaskFactory
from tests.threads import run_at_once

Status = ProgressReport.Status
QUARTER_END = dt.date(2024, 3, 31)


def on(day):
    return time_machine.travel(dt.datetime(day.year, day.month, day.day, 1, 30, tzinfo=dt.UTC))


@pytest.fixture(autouse=True)
def in_april():
    with on(dt.date(2024, 4, 5)) as clock:
        yield clock


@pytest.fixture
def report(task, health, period, li):
    """Li's report on the first quarter, handed in on 3 April."""
    return ReportFactory(task=task, department=health, period=period, author=li, progress=40)


@pytest.fixture
def second(xuzhou):
    """The second quarter, open too."""
    return PeriodFactory(
        region=xuzhou,
        starts_on=dt.date(2024, 4, 1),
        ends_on=dt.date(2024, 6, 30),
        due_on=dt.date(2024, 7, 5),
    )


class TestApproving:
    def test_it_counts_from_the_end_of_its_period(self, report, zhang):
        review.approve(report=report, actor=zhang)
        report.refresh_from_db()
        assert report.status == Status.APPROVED
        assert (report.task.progress, report.task.state) == (40, State.IN_PROGRESS)
        assert Task.objects.as_of(QUARTER_END).get().progress_then == 40
        assert Task.objects.as_of(QUARTER_END - dt.timedelta(1)).get().progress_then == 0

    def test_the_round_keeps_what_was_judged(self, report, zhang):
        review.approve(report=report, actor=zhang, reason="数据清楚")
        round_ = report.reviews.get()
        assert (round_.reviewer, round_.decision, round_.reason) == (zhang, "approved", "数据清楚")
        assert round_.seen["progress"] == 40

    def test_the_author_is_told_once(self, report, li, zhang):
        review.approve(report=report, actor=zhang)
        message = Message.objects.get()
        assert (message.recipient, message.kind) == (li, "report_approved")

    def test_the_second_reviewer_learns_who_and_when(self, report, zhang, xuzhou):
        review.approve(report=report, actor=zhang)
        other = person("chen", "陈干事", "office", region=xuzhou)
        # 01:30 in London is half past nine here.
        with pytest.raises(Conflict, match="张干事于04-05 09:30处理（通过）"):
            review.approve(report=report, actor=other)
        with pytest.raises(Conflict, match="张干事"):
            review.send_back(report=report, actor=other, reason="缺数")
        assert Review.objects.count() == 1

    def test_a_report_refiled_since_it_was_read_is_not_approved(
        self, report, task, health, period, li, zhang
    ):
        seen = report.version
        review.send_back(report=report, actor=zhang, reason="请补充")
        save_report(
            task=task,
            department=health,
            period=period,
            actor=li,
            values={"progress": 90, "narrative": "补充"},
            submit=True,
        )
        with pytest.raises(Conflict, match="重新报送"):
            review.approve(report=report, actor=zhang, version=seen)

    def test_nobody_approves_his_own_filing(self, report, zhang):
        ProgressReport.objects.update(author=zhang)
        with pytest.raises(PermissionDenied, match="自己"):
            review.approve(report=report, actor=zhang)

    @pytest.mark.parametrize("who", ["li", "wang", "zhao", "sun", "guo", "shen"])
    def test_only_the_office_of_the_region(self, request, report, who):
        with pytest.raises(PermissionDenied):
            review.approve(report=report, actor=request.getfixturevalue(who))

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.SUPERSEDED])
    def test_only_what_was_handed_in(self, report, zhang, status):
        ProgressReport.objects.update(status=status)
        with pytest.raises(Conflict, match="尚未报送"):
            review.approve(report=report, actor=zhang)

    def test_a_correction_supersedes_the_approved_one(self, report, task, health, period, zhang):
        """One approved report per task, department and period: the old one goes first."""
        review.approve(report=report, actor=zhang)
        correction = ReportFactory(task=task, department=health, period=period, progress=35)
        review.approve(report=correction, actor=zhang)
        statuses = task.reports.order_by("id").values_list("status", flat=True)
        assert list(statuses) == [Status.SUPERSEDED, Status.APPROVED]

    def test_readings_count_once_approved(self, report, task, zhang):
        target = TargetFactory(task=task)
        report.readings.create(target=target, value=Decimal("94.99"), read_on=QUARTER_END)
        assert target.readings.filter(report__status="approved").count() == 0
        review.approve(report=report, actor=zhang)
        assert target.readings.filter(report__status="approved").count() == 1


class TestWhatCounts:
    def test_all_done_completes_the_task(self, report, task, zhang):
        ProgressReport.objects.update(progress=100)
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.completed_on) == (State.COMPLETED, QUARTER_END)

    def test_a_lower_figure_reopens_a_completed_task(self, report, task, zhang):
        Task.objects.update(state=State.COMPLETED, progress=100)
        TaskEvent.objects.create(
            task=task,
            kind="state_changed",
            effective_on=dt.date(2024, 2, 1),
            state="completed",
            progress=100,
        )
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.progress) == (State.IN_PROGRESS, 40)

    def test_a_cooperating_departments_report_is_kept_but_moves_nothing(
        self, task, finance, period, zhang
    ):
        opinion = ReportFactory(task=task, department=finance, period=period, progress=90)
        review.approve(report=opinion, actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.progress) == (State.NOT_STARTED, 0)
        assert task.events.get().progress is None

    def test_its_later_report_does_not_make_the_leads_history(
        self, report, task, finance, second, zhang
    ):
        ReportFactory(task=task, department=finance, period=second, status=Status.APPROVED)
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert task.progress == 40

    def test_a_late_report_changes_the_past_not_the_present(
        self, report, task, second, in_april, zhang
    ):
        in_april.move_to(dt.datetime(2024, 4, 20, 2, tzinfo=dt.UTC))
        record_progress(task=task, actor=zhang, progress=60)
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert task.progress == 60
        assert Task.objects.as_of(QUARTER_END).get().progress_then == 40

    def test_nothing_new_does_not_start_a_task(self, report, task, zhang):
        ProgressReport.objects.update(progress=0, nothing_new=True, narrative="")
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert task.state == State.NOT_STARTED

    def test_a_report_with_something_to_say_does(self, report, task, zhang):
        ProgressReport.objects.update(progress=0)
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert task.state == State.IN_PROGRESS

    def test_a_suspended_task_stays_suspended(self, report, task, zhang):
        move_task(task=task, state=State.SUSPENDED, actor=zhang, reason="等待文件")
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.progress) == (State.SUSPENDED, 40)

    def test_100_per_cent_completes_what_was_moved_after_the_period(self, report, task, zhang):
        move_task(task=task, state=State.IN_PROGRESS, actor=zhang)
        ProgressReport.objects.update(progress=100)
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.progress) == (State.COMPLETED, 100)

    def test_a_task_set_aside_then_and_now_only_notes_it(self, report, task, zhang):
        Task.objects.update(state=State.CANCELLED)
        TaskEvent.objects.create(
            task=task, kind="state_changed", effective_on=dt.date(2024, 1, 5), state="cancelled"
        )
        review.approve(report=report, actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.progress) == (State.CANCELLED, 0)
        assert task.events.last().kind == "report_approved"


class TestSendingBack:
    def test_the_author_learns_why(self, report, li, zhang):
        review.send_back(report=report, actor=zhang, reason=" 缺少签约人数 ")
        report.refresh_from_db()
        assert report.status == Status.SENT_BACK
        assert report.reviews.get().reason == "缺少签约人数"
        message = Message.objects.get()
        assert message.recipient == li
        assert "缺少签约人数" in message.body

    def test_without_a_reason_nothing_happens(self, report, zhang):
        with pytest.raises(ValidationError) as refused:
            review.send_back(report=report, actor=zhang, reason=" ")
        assert "reason" in refused.value.message_dict
        report.refresh_from_db()
        assert report.status == Status.SUBMITTED

    def test_a_stranger_is_refused_before_he_is_asked_for_a_reason(self, report, sun):
        with pytest.raises(PermissionDenied):
            review.send_back(report=report, actor=sun, reason="")

    def test_the_second_click_is_refused(self, report, zhang):
        review.send_back(report=report, actor=zhang, reason="缺数")
        with pytest.raises(Conflict, match="退回"):
            review.send_back(report=report, actor=zhang, reason="缺数")
        assert Message.objects.count() == 1


class TestTheOfficesInbox:
    @pytest.fixture
    def messages(self, task, health, period, li, zhang, xuzhou):
        """Li filed; Zhang and Chen of the office are both asked to review."""
        person("chen", "陈干事", "office", region=xuzhou)
        values = {"progress": 40, "narrative": "已完成"}
        return [
            save_report(
                task=each, department=health, period=period, actor=li, values=values, submit=True
            )
            for each in (task, TaskFactory(document=task.document, lead=health))
        ]

    @pytest.mark.parametrize("decide", ["approve", "send_back"])
    def test_a_decision_settles_it_for_everybody(self, messages, zhang, decide):
        report, other = messages
        getattr(review, decide)(report=report, actor=zhang, reason="已阅")
        asked = Message.objects.filter(kind="report_submitted")
        assert asked.count() == 4
        assert {row.key for row in asked.unread()} == {f"report-{other.pk}-submitted-1"}
        assert Message.objects.unread().filter(recipient=report.author).count() == 1


@pytest.fixture
def waiting(transactional_db, task, health, period, li, zhang, xuzhou):
    """A report and two people of the same office who open it at the same moment."""
    person("chen", "陈干事", "office", region=xuzhou)
    return ReportFactory(task=task, department=health, period=period, author=li, progress=40)


def decide(report):
    """Alternately approve and send back, each by another person of the office."""
    turn = iter([("zhang", True), ("chen", False), ("zhang", False), ("chen", True)])
    lock = threading.Lock()

    def work():
        from departments.models import User

        with lock:
            who, accepts = next(turn)
        actor = User.objects.get(username=who)
        if accepts:
            return review.approve(report=report, actor=actor)
        return review.send_back(report=report, actor=actor, reason="请补充")

    return work


@pytest.mark.django_db(transaction=True)
def test_of_reviewers_at_once_one_decides(waiting):
    results, errors = run_at_once(decide(waiting), workers=4)
    assert len(results) == 1
    assert [type(error) for error in errors] == [Conflict] * 3
    assert Review.objects.count() == 1
    assert Message.objects.filter(kind__in=["report_approved", "report_sent_back"]).count() == 1


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_would_decide(waiting, monkeypatch):
    """The control: what the test above would miss if it could not fail."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    looked = threading.Barrier(4)
    honest = review.can_review

    def slow(actor, report):
        verdict = honest(actor, report)
        looked.wait(5)
        return verdict

    monkeypatch.setattr(review, "can_review", slow)
    results, _errors = run_at_once(decide(waiting), workers=4)
    assert len(results) > 1
    assert Review.objects.count() > 1


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_filings_make_one_report(transactional_db, task, health, period, li, zhang):
    def work():
        return save_report(
            task=task,
            department=health,
            period=period,
            actor=li,
            values={"progress": 40, "narrative": "已签约"},
            submit=True,
        )

    results, errors = run_at_once(work, workers=20)
    assert len(results) == 1
    assert {type(error) for error in errors} == {Conflict}
    assert ProgressReport.objects.count() == 1
    assert Message.objects.filter(kind="report_submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_updates_at_once_from_the_same_page_one_is_kept(transactional_db, task, zhang):
    def work():
        return record_progress(task=task, actor=zhang, progress=50, version=1)

    results, errors = run_at_once(work, workers=4)
    assert len(results) == 1
    assert [type(error) for error in errors] == [Conflict] * 3
    assert ProgressReport.objects.count() == 1
