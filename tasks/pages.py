"""Tasks as the pages show them: read once, with as many queries for ten rows as for a hundred."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.timezone import localtime

from departments.models import Department, User
from reform_tracker.lib import verdicts
from reform_tracker.lib.dates import today
from tasks.models import (
    ProgressReport,
    ReportingPeriod,
    Review,
    Target,
    TargetReading,
    Task,
    TaskEvent,
    TaskRequest,
)
from tasks.models.conditions import light_reason
from tasks.models.request import TaskRequestQuerySet
from tasks.models.states import State
from tasks.models.target import Verdict
from tasks.models.task import TaskQuerySet
from tasks.permissions import can_ask, can_decide, can_update_progress, can_withdraw
from tasks.write_off_checks import Check, write_off_checks


@dataclass(frozen=True)
class TaskRow:
    """One row of the task list. `form`: what was typed into its quick update, when it failed."""

    task: Task
    reason: str
    may_update: bool
    form: Any = None
    saved: bool = False

    @property
    def moved(self) -> bool:
        return self.task.due_on != self.task.original_due_on

    @property
    def state_label(self) -> str:
        return str(State(self.task.state_then).label)


@dataclass(frozen=True)
class TargetRow:
    """A target with its approved readings, the newest first."""

    target: Target
    readings: list[TargetReading]

    @property
    def latest(self) -> TargetReading | None:
        return self.readings[0] if self.readings else None

    @property
    def verdict(self) -> Verdict:
        return self.target.verdict(self.latest.value if self.latest else None)


@dataclass(frozen=True)
class ReportRow:
    """A report with the rounds of review the reader may know of."""

    report: ProgressReport
    rounds: list[Review]

    @property
    def is_corrected(self) -> bool:
        """Did a later report of the same period take its place?"""
        return self.report.status == ProgressReport.Status.SUPERSEDED


@dataclass(frozen=True)
class EventRow:
    """One act in the history, in words."""

    event: TaskEvent

    @property
    def state_label(self) -> str:
        return str(State(self.event.state).label) if self.event.state else ""

    @property
    def is_back_dated(self) -> bool:
        """Does it count from another day than the one it happened on?"""
        if self.event.progress is None and not self.event.state:
            return False
        return self.event.effective_on != localtime(self.event.at).date()


@dataclass(frozen=True)
class RequestRow:
    """A request with what the reader may do to it. `form`: what was typed when that failed."""

    asked: TaskRequest
    deciding: verdicts.Verdict
    withdrawing: verdicts.Verdict
    checks: list[Check]
    form: Any = None


def with_everything_shown(tasks: TaskQuerySet) -> TaskQuerySet:
    """What a row of the list draws, without further queries."""
    return tasks.with_document_head().prefetch_related("responsibilities__department")


def task_rows(tasks: Iterable[Task], user: User, on: dt.date) -> list[TaskRow]:
    """`tasks` come from `with_light`. A list of a past day shows, but does not change, the past."""
    is_now = on >= today()
    return [
        TaskRow(
            task=task,
            reason=light_reason(task),
            may_update=is_now and bool(can_update_progress(user, task)),
        )
        for task in tasks
    ]


def target_rows(task: Task) -> list[TargetRow]:
    readings = (
        TargetReading.objects.filter(report__status=ProgressReport.Status.APPROVED)
        .select_related("report__period", "report__department")
        .order_by("-read_on", "-id")
    )
    targets = task.targets.prefetch_related(Prefetch("readings", readings, to_attr="approved"))
    return [TargetRow(target, target.approved) for target in targets]


def report_rows(task: Task, user: User) -> list[ReportRow]:
    """Reports the reader may see, the latest period first. Rounds that ended in a return are
    working papers of the department and the office."""
    reports = (
        ProgressReport.objects.visible_to(user)
        .filter(task=task)
        .select_related("period", "department", "author")
        .prefetch_related("reviews__reviewer", "readings__target")
        .order_by("-id")
    )
    in_office = user.scope.is_office_of(task.region)
    rows = []
    for report in reports:
        inside = in_office or report.department_id in user.scope.department_ids
        rounds = [
            review
            for review in report.reviews.all()
            if inside or review.decision == Review.Decision.APPROVED
        ]
        rows.append(ReportRow(report, rounds))
    return rows


def event_rows(task: Task, user: User) -> list[EventRow]:
    events = TaskEvent.objects.visible_to(user).filter(task=task)
    return [EventRow(event) for event in events.select_related("actor").order_by("-id")]


def present_period(task: Task) -> ReportingPeriod | None:
    return ReportingPeriod.objects.current(task.region, today())


def own_departments(task: Task, user: User) -> list[Department]:
    """Departments the person reports for that answer for the task, in the task's order."""
    mine = user.scope.department_ids
    named = [row.department for row in task.responsibilities.all() if row.department_id in mine]
    return list({department.pk: department for department in named}.values())


def with_requests_shown(requests: TaskRequestQuerySet) -> TaskRequestQuerySet:
    """What a row of the office's list draws, without further queries."""
    return requests.select_related(
        "task__region", "department", "author", "decided_by"
    ).prefetch_related("task__responsibilities__department")


def with_own_requests(task: Task) -> Task:
    """The task with its requests at hand, as the page and the rules read them."""
    rows = TaskRequest.objects.select_related("department", "author", "decided_by")
    prefetch_related_objects([task], Prefetch("requests", rows.order_by("-id")))
    return task


def request_rows(
    requests: Iterable[TaskRequest], user: User, failed: tuple[TaskRequest, Any] | None = None
) -> list[RequestRow]:
    """`failed`: the one whose decision was refused, and its form."""
    requests = list(requests)
    waiting = [row.task for row in requests if row.is_waiting and row.kind == row.Kind.WRITE_OFF]
    checks = write_off_checks(waiting, today())
    return [
        RequestRow(
            asked=asked,
            deciding=can_decide(user, asked),
            withdrawing=can_withdraw(user, asked),
            checks=checks.get(asked.task_id, []) if asked.is_waiting else [],
            form=failed[1] if failed and failed[0].pk == asked.pk else None,
        )
        for asked in requests
    ]


def askable(task: Task, user: User) -> list[TaskRequest.Kind]:
    """What the person may ask for the task now."""
    return [kind for kind in TaskRequest.Kind if can_ask(user, task, kind)]
