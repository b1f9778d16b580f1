"""Filing: liaisons' reports, what the office records for them, and the state that follows."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from reform_tracker.notifications.models import Message
from tasks.models import ProgressReport, ReportingPeriod, Task, TaskEvent
from tasks.models.states import MOVES, State
from tasks.services import review
from tasks.services.intake import _published
from tasks.services.progress import (
    draft_for,
    last_approved,
    move_task,
    record_progress,
    save_report,
    state_for,
)
from tests.factories import (
    DocumentFactory,
    PeriodFactory,
    ReportFactory,
    ResponsibilityFactory,
    TargetFactory,
    TaskFactory,
)

Status = ProgressReport.Status
IN_MARCH = dt.date(2024, 3, 20)
IN_APRIL = dt.date(2024, 4, 3)
WORDS = {"progress": 40, "narrative": "已签约三千户。", "problems": "", "next_steps": "继续推进。"}


def on(day):
    """Half past nine in Shanghai."""
    return time_machine.travel(dt.datetime(day.year, day.month, day.day, 1, 30, tzinfo=dt.UTC))


@pytest.fixture
def in_march():
    with on(IN_MARCH) as clock:
        yield clock


@pytest.fixture
def in_april():
    """The quarter is over, its reports are due on the 8th."""
    with on(IN_APRIL) as clock:
        yield clock


def file(task, department, period, actor, *, submit=True, **values):
    return save_report(
        task=task,
        department=department,
        period=period,
        actor=actor,
        values={**WORDS, **values},
        submit=submit,
    )


class TestSaving:
    def test_a_draft_is_kept_and_told_to_nobody(self, in_march, task, health, period, li, zhang):
        report = file(task, health, period, li, submit=False)
        assert report.status == Status.DRAFT
        assert report.submitted_on is None
        assert not task.events.exists()
        assert not Message.objects.exists()

    def test_a_filed_report_waits_for_the_office(self, in_march, task, health, period, li, zhang):
        report = file(task, health, period, li)
        assert (report.status, report.submitted_on) == (Status.SUBMITTED, IN_MARCH)
        assert task.events.get().kind == "report_submitted"
        assert AuditEntry.objects.filter(action="report_submitted", actor=li).exists()
        message = Message.objects.get()
        assert message.recipient == zhang
        assert "市卫生局" in message.subject
        task.refresh_from_db()
        assert task.progress == 0  # counts only once approved

    def test_a_draft_becomes_the_filed_report(self, in_march, task, health, period, li):
        draft = file(task, health, period, li, submit=False)
        assert file(task, health, period, li).pk == draft.pk

    def test_the_second_filing_is_refused(self, in_march, task, health, period, li):
        file(task, health, period, li)
        with pytest.raises(Conflict, match="等待审核"):
            file(task, health, period, li, progress=60)
        assert task.reports.get().progress == 40

    def test_after_a_return_the_same_report_is_filed_again(
        self, in_march, task, health, period, li, zhang
    ):
        first = file(task, health, period, li)
        review.send_back(report=first, actor=zhang, reason="缺少数字")
        again = file(task, health, period, li, progress=45)
        assert again.pk == first.pk
        assert (again.status, again.progress) == (Status.SUBMITTED, 45)
        assert [r.seen["progress"] for r in again.reviews.all()] == [40]
        assert Message.objects.filter(kind="report_submitted", recipient=zhang).count() == 2

    def test_a_colleagues_newer_draft_is_not_overwritten(self, in_march, task, health, period, li):
        draft = file(task, health, period, li, submit=False)
        with pytest.raises(Conflict, match="同事"):
            save_report(
                task=task,
                department=health,
                period=period,
                actor=li,
                values=WORDS | {"narrative": "旧内容"},
                submit=False,
                version=draft.version - 1,
            )
        assert task.reports.get().narrative == WORDS["narrative"]

    def test_a_correction_replaces_the_approved_report_only_when_approved(
        self, in_march, task, health, period, li, zhang
    ):
        first = review.approve(report=file(task, health, period, li), actor=zhang)
        correction = file(task, health, period, li, progress=35)
        first.refresh_from_db()
        assert first.status == Status.APPROVED
        review.approve(report=correction, actor=zhang)
        first.refresh_from_db()
        task.refresh_from_db()
        assert (first.status, task.progress) == (Status.SUPERSEDED, 35)

    def test_120_per_cent_is_refused(self, in_march, task, health, period, li):
        with pytest.raises(ValidationError, match="不能超过100%"):
            file(task, health, period, li, progress=120)

    def test_another_departments_liaison_may_not(self, in_march, task, health, period, wang):
        with pytest.raises(PermissionDenied, match="本部门"):
            file(task, health, period, wang)

    def test_a_department_without_part_in_the_task_may_not(self, in_march, document, period, li):
        with pytest.raises(PermissionDenied, match="责任单位"):
            file(TaskFactory(document=document), li.memberships.get().department, period, li)

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"is_open": False}, "已关闭"),
            ({"starts_on": dt.date(2024, 3, 25)}, "尚未开始"),
        ],
    )
    def test_the_period_must_be_open_and_begun(
        self, in_march, task, health, period, li, changes, why
    ):
        for name, value in changes.items():
            setattr(period, name, value)
        with pytest.raises(Conflict, match=why):
            file(task, health, period, li)

    def test_a_suspended_task_needs_no_report(self, in_march, task, health, period, li):
        Task.objects.update(state=State.SUSPENDED)
        with pytest.raises(Conflict, match="已中止"):
            file(task, health, period, li)

    def test_readings_are_kept_replaced_and_taken_back(self, in_march, task, health, period, li):
        target = TargetFactory(task=task)
        for value in (Decimal("94.5"), Decimal("95.1"), None):
            save_report(
                task=task,
                department=health,
                period=period,
                actor=li,
                values=WORDS,
                readings={target.pk: value},
                submit=False,
            )
            assert [r.value for r in target.readings.all()] == ([value] if value else [])

    def test_readings_of_another_task_are_refused(self, in_march, task, health, period, li):
        foreign = TargetFactory(task=TaskFactory(document=task.document))
        with pytest.raises(Conflict, match="不属于这条任务"):
            save_report(
                task=task,
                department=health,
                period=period,
                actor=li,
                values=WORDS,
                readings={foreign.pk: Decimal(1)},
                submit=True,
            )
        assert not task.reports.exists()


class TestPrefilling:
    def test_the_texts_of_the_last_approved_report(self, in_april, task, health, period):
        ReportFactory(
            task=task,
            department=health,
            period=period,
            status=Status.APPROVED,
            narrative="第一季度",
        )
        second = PeriodFactory(
            region=period.region,
            name="第二季度",
            starts_on=dt.date(2024, 4, 1),
            ends_on=dt.date(2024, 6, 30),
            due_on=dt.date(2024, 7, 5),
        )
        draft = draft_for(task=task, department=health, period=second)
        assert (draft.pk, draft.narrative, draft.progress) == (None, "第一季度", 30)
        assert draft.nothing_new is False

    def test_never_another_departments_words(self, in_april, task, health, finance, period):
        ReportFactory(task=task, department=health, period=period, status=Status.APPROVED)
        assert draft_for(task=task, department=finance, period=period).narrative == ""

    def test_the_latest_time_not_the_latest_approval(self, in_april, task, health, period):
        earlier = PeriodFactory(
            region=period.region,
            starts_on=dt.date(2023, 10, 1),
            ends_on=dt.date(2023, 12, 31),
            due_on=dt.date(2024, 1, 5),
        )
        common = {"task": task, "department": health, "status": Status.APPROVED}
        ReportFactory(period=period, narrative="新", **common)
        ReportFactory(period=earlier, narrative="旧，补报", **common)
        assert draft_for(task=task, department=health, period=None).narrative == "新"


class TestPresentPeriod:
    """On 3 April the first quarter is due, though the second has begun."""

    @pytest.fixture
    def second(self, period):
        return PeriodFactory(
            region=period.region,
            name="2024年第二季度",
            starts_on=dt.date(2024, 4, 1),
            ends_on=dt.date(2024, 6, 30),
            due_on=dt.date(2024, 7, 5),
        )

    @pytest.mark.parametrize(
        ("day", "name"),
        [
            (dt.date(2024, 3, 31), "2024年第一季度"),
            (dt.date(2024, 4, 8), "2024年第一季度"),
            (dt.date(2024, 4, 9), "2024年第二季度"),
            (dt.date(2025, 1, 1), "2024年第二季度"),
        ],
    )
    def test_the_next_deadline_decides(self, period, second, day, name):
        assert type(period).objects.current(period.region, day).name == name

    def test_closed_ones_are_passed_over(self, period, second):
        type(period).objects.filter(pk=period.pk).update(is_open=False)
        assert type(period).objects.current(period.region, dt.date(2024, 4, 2)) == second


class TestRecording:
    def test_it_counts_at_once_and_is_marked(self, in_march, task, health, period, zhang):
        record_progress(task=task, actor=zhang, progress=50, narrative="已印发方案")
        task.refresh_from_db()
        assert (task.progress, task.state, task.version) == (50, State.IN_PROGRESS, 2)
        report = task.reports.get()
        assert report.filed_on_behalf
        assert (report.department, report.period, report.status) == (
            health,
            period,
            Status.APPROVED,
        )
        event = task.events.get()
        assert (event.progress, event.state, event.note) == (50, "in_progress", "已印发方案")

    @pytest.mark.parametrize("progress", [120, -1])
    def test_impossible_figures_are_refused_and_nothing_changes(
        self, in_march, task, period, zhang, progress
    ):
        with pytest.raises(ValidationError, match="进度不能"):
            record_progress(task=task, actor=zhang, progress=progress)
        task.refresh_from_db()
        assert (task.progress, task.state) == (0, State.NOT_STARTED)
        assert not task.reports.exists()

    def test_what_one_did_not_see_is_not_overwritten(self, in_march, task, period, zhang):
        record_progress(task=task, actor=zhang, progress=50, version=1)
        with pytest.raises(Conflict, match="别人改过"):
            record_progress(task=task, actor=zhang, progress=60, version=1)

    def test_not_while_a_report_awaits_review(self, in_march, task, health, period, li, zhang):
        file(task, health, period, li)
        with pytest.raises(Conflict, match="等待审核"):
            record_progress(task=task, actor=zhang, progress=50)

    def test_without_period_and_without_lead(self, in_march, document, zhang):
        task = TaskFactory(document=document)
        record_progress(task=task, actor=zhang, progress=20)
        record_progress(task=task, actor=zhang, progress=30)
        assert (
            list(task.reports.order_by("id").values_list("department", "period", "status"))
            == [(None, None, "approved")] * 2
        )

    def test_it_replaces_the_periods_report_but_keeps_its_figures_and_texts(
        self, in_march, task, health, period, li, zhang
    ):
        target = TargetFactory(task=task)
        filed = save_report(
            task=task,
            department=health,
            period=period,
            actor=li,
            values=WORDS,
            readings={target.pk: Decimal("96")},
            submit=True,
        )
        review.approve(report=filed, actor=zhang)
        record_progress(task=task, actor=zhang, progress=75)
        now = task.reports.approved().get()
        assert (now.progress, now.narrative) == (75, WORDS["narrative"])
        assert [(r.value, r.read_on) for r in now.readings.all()] == [(96, IN_MARCH)]

    @pytest.fixture
    def said_before(self, task, health):
        return ReportFactory(
            task=task,
            department=health,
            status=Status.APPROVED,
            submitted_on=dt.date(2024, 1, 5),
            narrative="上次进展",
            problems="资金未到位",
            next_steps="申请追加",
        )

    @pytest.mark.parametrize("has_period", [True, False])
    def test_a_figure_alone_keeps_what_was_said_before(
        self, in_march, task, health, period, said_before, zhang, has_period
    ):
        if not has_period:
            ReportingPeriod.objects.all().delete()
        record_progress(task=task, actor=zhang, progress=60)
        now = last_approved(task, health)
        assert now != said_before
        assert (now.narrative, now.problems, now.next_steps) == (
            "上次进展",
            "资金未到位",
            "申请追加",
        )
        assert draft_for(task=task, department=health, period=None).problems == "资金未到位"

    def test_new_words_replace_and_empty_ones_take_back(
        self, in_march, task, health, period, said_before, zhang
    ):
        record_progress(task=task, actor=zhang, progress=60, narrative="新进展", problems="")
        now = last_approved(task, health)
        assert (now.narrative, now.problems, now.next_steps) == ("新进展", "", "申请追加")

    def test_in_the_filing_days_it_counts_for_the_quarter(self, in_april, task, period, zhang):
        record_progress(task=task, actor=zhang, progress=50)
        at_quarter_end = Task.objects.as_of(period.ends_on).get()
        assert at_quarter_end.progress_then == 50

    def test_but_never_behind_what_is_already_on_record(self, in_april, task, period, zhang):
        move_task(task=task, state=State.COMPLETED, actor=zhang)
        record_progress(task=task, actor=zhang, progress=80, narrative="回头看：还差两个县。")
        task.refresh_from_db()
        assert (task.progress, task.state) == (80, State.IN_PROGRESS)

    def test_reopening_by_a_lower_figure_is_explained(self, in_april, task, period, zhang):
        move_task(task=task, state=State.COMPLETED, actor=zhang)
        with pytest.raises(ValidationError, match="原因"):
            record_progress(task=task, actor=zhang, progress=80)
        task.refresh_from_db()
        assert (task.progress, task.state) == (100, State.COMPLETED)

    def test_setting_aside_along_with_a_figure_is_explained_too(
        self, in_april, task, period, zhang
    ):
        with pytest.raises(ValidationError, match="原因"):
            record_progress(task=task, actor=zhang, progress=50, state=State.SUSPENDED)

    def test_a_task_with_progress_is_not_unstarted(self, in_april, task, period, zhang):
        with pytest.raises(Conflict, match="未启动"):
            record_progress(task=task, actor=zhang, progress=60, state=State.NOT_STARTED)

    def test_awaiting_write_off_means_100(self, in_march, task, period, zhang):
        move_task(task=task, state=State.COMPLETED, actor=zhang)
        move_task(task=task, state=State.AWAITING_WRITE_OFF, actor=zhang)
        with pytest.raises(Conflict, match="待销号"):
            record_progress(task=task, actor=zhang, progress=60)
        record_progress(task=task, actor=zhang, progress=100)
        task.refresh_from_db()
        assert task.state == State.AWAITING_WRITE_OFF

    @pytest.mark.parametrize("who", ["li", "zhao", "sun", "guo"])
    def test_only_the_office(self, in_march, request, task, period, who):
        with pytest.raises(PermissionDenied):
            record_progress(task=task, actor=request.getfixturevalue(who), progress=50)

    @pytest.mark.parametrize("state", [State.SUSPENDED, State.CANCELLED, State.WRITTEN_OFF])
    def test_not_of_a_task_set_aside(self, in_march, task, zhang, state):
        Task.objects.update(state=state)
        with pytest.raises(Conflict):
            record_progress(task=task, actor=zhang, progress=50)


@pytest.mark.parametrize(
    ("progress", "state", "then"),
    [
        (0, State.NOT_STARTED, State.NOT_STARTED),
        (1, State.NOT_STARTED, State.IN_PROGRESS),
        (0, State.IN_PROGRESS, State.IN_PROGRESS),
        (100, State.NOT_STARTED, State.COMPLETED),
        (99, State.COMPLETED, State.IN_PROGRESS),
        (0, State.COMPLETED, State.IN_PROGRESS),
        (50, State.SUSPENDED, State.SUSPENDED),
    ],
)
def test_the_state_that_follows_from_a_figure(progress, state, then):
    assert state_for(progress, state) == then


class TestMoving:
    def test_the_way_to_write_off(self, in_march, task, zhang):
        for state in (State.COMPLETED, State.AWAITING_WRITE_OFF, State.WRITTEN_OFF):
            move_task(task=task, state=state, actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.progress, task.completed_on) == ("written_off", 100, IN_MARCH)
        assert task.events.count() == 3

    def test_the_second_click_is_refused(self, in_march, task, zhang):
        move_task(task=task, state=State.COMPLETED, actor=zhang)
        with pytest.raises(Conflict, match="已经是"):
            move_task(task=task, state=State.COMPLETED, actor=zhang)
        assert task.events.count() == 1

    def test_completed_is_not_skipped(self, in_march, task, zhang):
        with pytest.raises(Conflict, match="不能直接改为"):
            move_task(task=task, state=State.WRITTEN_OFF, actor=zhang, reason="急")

    @pytest.mark.parametrize("state", [State.SUSPENDED, State.CANCELLED])
    def test_setting_aside_is_explained(self, in_march, task, zhang, state):
        with pytest.raises(ValidationError, match="原因"):
            move_task(task=task, state=state, actor=zhang, reason="  ")
        move_task(task=task, state=state, actor=zhang, reason="政策调整")
        assert task.events.get().note.endswith("政策调整")

    def test_reopening_is_explained_and_keeps_history(self, in_march, task, zhang):
        for state in (State.COMPLETED, State.WRITTEN_OFF):
            move_task(task=task, state=state, actor=zhang)
        with pytest.raises(ValidationError, match="原因"):
            move_task(task=task, state=State.IN_PROGRESS, actor=zhang)
        move_task(task=task, state=State.IN_PROGRESS, actor=zhang, reason="回头看发现问题")
        task.refresh_from_db()
        assert (task.state, task.completed_on) == (State.IN_PROGRESS, None)
        assert task.events.count() == 3

    def test_suspending_says_nothing_of_progress(self, in_march, task, period, zhang):
        record_progress(task=task, actor=zhang, progress=60)
        move_task(task=task, state=State.SUSPENDED, actor=zhang, reason="等待上级文件")
        task.refresh_from_db()
        assert task.progress == 60
        assert task.events.last().progress is None

    @pytest.mark.parametrize("who", ["li", "zhao", "sun", "guo", "shen"])
    def test_only_the_office(self, in_march, request, task, who):
        with pytest.raises(PermissionDenied):
            move_task(task=task, state="completed", actor=request.getfixturevalue(who))


def test_an_entry_made_ahead_of_its_year_does_not_hide_what_is_done_before(
    db, xuzhou, zhang, health
):
    """A plan of 2025 is in the ledger in December 2024 and worked on at once."""
    with on(dt.date(2024, 12, 20)):
        document = DocumentFactory(region=xuzhou, year_start=2025, year_end=2025)
        task = TaskFactory(document=document, lead=health)
        _published(task, zhang).save()
        record_progress(task=task, actor=zhang, progress=10)
    with on(dt.date(2025, 3, 1)):
        assert Task.objects.as_of(dt.date(2025, 2, 1)).get(pk=task.pk).progress_then == 10


# What people do to a task, day after day; each act may be refused.
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(0, 100)),
        st.tuples(st.just("report"), st.integers(0, 100)),
        st.tuples(st.just("zero report"), st.integers(0, 100)),
        st.tuples(st.just("approve"), st.none()),
        st.tuples(st.just("send back"), st.none()),
        st.tuples(st.just("move"), st.sampled_from(sorted(MOVES))),
        st.tuples(st.just("wait"), st.integers(1, 40)),
    ),
    min_size=2,
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
# A report on the first quarter, decided on when the second has its own figures or another state.
@example(acts=[("report", 50), ("wait", 90), ("record", 60), ("approve", None)])
@example(acts=[("report", 50), ("wait", 90), ("move", "suspended"), ("approve", None)])
@example(acts=[("report", 100), ("wait", 90), ("move", "in_progress"), ("approve", None)])
def test_the_record_says_what_the_row_says(acts, document, health, finance, li, zhang):
    """Whatever is done in whatever order, later days find by the events what stood in the row."""
    task = TaskFactory(document=document, lead=health)
    ResponsibilityFactory(task=task, department=finance, role="cooperating")
    for month in (3, 6, 9):
        ReportingPeriod.objects.get_or_create(
            region=document.region,
            kind="custom",
            starts_on=dt.date(2024, month - 2, 1),
            defaults={
                "year": 2024,
                "ends_on": dt.date(2024, month, 28),
                "due_on": dt.date(2024, month, 28) + dt.timedelta(12),
            },
        )
    day = dt.date(2024, 1, 5)
    standing = {}
    for act, detail in acts:
        if act == "wait":
            day += dt.timedelta(detail)
            continue
        with on(day):
            try:
                do(act, detail, task, health, li, zhang, day)
            except (Conflict, ValidationError):
                pass
            task.refresh_from_db()
            standing[day] = (task.state, task.progress)
        day += dt.timedelta(1)
    if not standing:
        return
    with on(day + dt.timedelta(200)):
        last = max(standing)
        then = Task.objects.as_of(last + dt.timedelta(90)).get(pk=task.pk)
        assert (then.state_then, then.progress_then) == standing[last]
        events = TaskEvent.objects.filter(task=task)
        assert all(event.effective_on <= last for event in events)


def do(act, detail, task, health, li, zhang, day):
    task = Task.objects.get(pk=task.pk)
    if act == "record":
        record_progress(task=task, actor=zhang, progress=detail)
    elif act in ("report", "zero report"):
        period = task.region.reporting_periods.filter(starts_on__lte=day).first()
        save_report(
            task=task,
            department=health,
            period=period,
            actor=li,
            values={"progress": detail, "nothing_new": act == "zero report"},
            submit=True,
        )
    elif act == "approve":
        for report in task.reports.awaiting_review():
            review.approve(report=report, actor=zhang)
    elif act == "send back":
        for report in task.reports.awaiting_review():
            review.send_back(report=report, actor=zhang, reason="请补充")
    else:
        move_task(task=task, state=detail, actor=zhang, reason="按要求")
