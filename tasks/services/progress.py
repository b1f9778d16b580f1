"""Filing what was done: liaisons' reports and what the office records on their behalf."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from reform_tracker.notifications.sending import notify
from tasks.models import ProgressReport, ReportingPeriod, TargetReading, Task, TaskEvent
from tasks.models.states import DONE_STATES, State
from tasks.permissions import can_file_report, can_move_to, can_update_progress
from tasks.recipients import office_staff

Status = ProgressReport.Status
TEXT_FIELDS = ("narrative", "problems", "next_steps")


def draft_for(
    *, task: Task, department: Department, period: ReportingPeriod | None
) -> ProgressReport:
    """The open report of the period, or a new unsaved one prefilled from the last approved.

    Read-only: nothing is stored until it is saved or submitted.
    """
    own = task.reports.filter(department=department, period=period)
    if existing := own.filter(status__in=ProgressReport.OPEN).first():
        return existing
    last = task.reports.approved().order_by("-id").first()
    prefilled = {name: getattr(last, name) for name in TEXT_FIELDS} if last else {}
    return ProgressReport(
        task=task,
        department=department,
        period=period,
        progress=last.progress if last else task.progress,
        **prefilled,
    )


@transaction.atomic
def save_report(
    *,
    task: Task,
    department: Department,
    period: ReportingPeriod | None,
    actor: Any,
    values: Mapping[str, Any],
    readings: Mapping[int, Decimal | None] | None = None,
    submit: bool,
) -> ProgressReport:
    """Keep the report as a draft, or hand it in for review.

    `values`: progress (0–100), narrative, problems, next_steps, nothing_new. `readings`: target
    id → value; None clears it. A submitted or approved report of the same period is not touched:
    Conflict says so.
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_file_report(actor, task, department, period))
    own = task.reports.select_for_update().filter(department=department, period=period)
    report = own.filter(status__in=ProgressReport.OPEN).first()
    if report and report.status == Status.SUBMITTED:
        raise Conflict(_("本期报告已报送,正在等待审核,不能再改。需要修改请联系医改办退回。"))
    report = report or ProgressReport(task=task, department=department, period=period)
    for name in ("progress", "nothing_new", *TEXT_FIELDS):
        if name in values:
            setattr(report, name, values[name])
    report.author = actor
    report.version += 1
    report.status = Status.SUBMITTED if submit else report.status
    report.submitted_on = today() if submit else report.submitted_on
    report.full_clean(exclude=["task", "department", "period", "author"], validate_constraints=False)
    report.save()
    _keep_readings(report, readings or {})
    if submit:
        TaskEvent.record(task, actor, TaskEvent.Kind.REPORT_SUBMITTED, note=report.narrative)
        notify(
            office_staff(task.region),
            "report_submitted",
            url=task.get_absolute_url(),
            key=f"report-{report.pk}-submitted-{report.version}",
            report=report,
        )
    return report


@transaction.atomic
def record_progress(
    *,
    task: Task,
    actor: Any,
    progress: int,
    state: str | None = None,
    narrative: str = "",
    readings: Mapping[int, Decimal | None] | None = None,
    version: int | None = None,
    on: dt.date | None = None,
) -> Task:
    """The office writes down where a task stands, on the department's behalf (代填).

    Kept as an approved report marked as such, in the period that is open. `state`: also move
    the task there. `version`: the row the user saw; a newer one is a Conflict. `on`: the day it
    counts from (default: today; the demo fills in the past).
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_update_progress(actor, task))
    if version is not None and version != task.version:
        raise Conflict(_("这条任务刚刚被别人改过,请刷新后看一下最新情况再改。"))
    new_state = state or state_for(progress, task.state)
    require(can_move_to(actor, task, new_state))
    progress = 100 if new_state in DONE_STATES else progress
    period = ReportingPeriod.objects.current(task.region, on or today())
    lead = task.lead_department
    if task.reports.filter(department=lead, period=period, status=Status.SUBMITTED).exists():
        raise Conflict(_("责任单位本期报告正在等待审核,请先审核(通过或退回)再代填。"))
    report = ProgressReport(
        task=task,
        department=lead,
        period=period,
        progress=progress,
        narrative=narrative,
        filed_on_behalf=True,
        author=actor,
        submitted_on=on or today(),
        status=Status.APPROVED,
    )
    report.clean_fields(exclude=["department", "period", "author"])
    supersede_approved(report)
    report.save()
    _keep_readings(report, readings or {})
    set_standing(task, state=new_state, progress=progress, on=on or today())
    TaskEvent.record(
        task,
        actor,
        TaskEvent.Kind.PROGRESS_RECORDED,
        note=narrative,
        effective_on=on,
        changes_state=True,
    )
    return task


@transaction.atomic
def move_task(*, task: Task, state: str, actor: Any, reason: str = "") -> Task:
    """Put the task into another state: suspend, cancel, ask for or decide write-off, reopen."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_move_to(actor, task, state))
    progress = 100 if state in DONE_STATES else task.progress
    set_standing(task, state=state, progress=progress, on=today())
    note = f"{State(state).label}:{reason}" if reason else str(State(state).label)
    TaskEvent.record(task, actor, TaskEvent.Kind.STATE_CHANGED, note=note, changes_state=True)
    return task


def set_standing(task: Task, *, state: str, progress: int, on: dt.date) -> None:
    """Write state and progress of a locked task; `completed_on` follows the state."""
    task.completed_on = (task.completed_on or on) if state in DONE_STATES else None
    task.state, task.progress = state, progress
    task.version += 1
    task.save(update_fields=["state", "progress", "completed_on", "version"])


def counts_from(period: ReportingPeriod | None) -> dt.date:
    """The day a report counts from: the end of its period, or today while it still runs."""
    return min(period.ends_on, today()) if period else today()


def supersede_approved(report: ProgressReport) -> None:
    """An approved report is never edited: the one that replaces it marks it as corrected."""
    report.task.reports.filter(
        department=report.department_id, period=report.period_id, status=Status.APPROVED
    ).exclude(pk=report.pk).update(status=Status.SUPERSEDED)


def _keep_readings(report: ProgressReport, readings: Mapping[int, Decimal | None]) -> None:
    """Store the values of the task's own targets; None takes a value back."""
    own = set(report.task.targets.values_list("pk", flat=True))
    if foreign := set(readings) - own:
        raise Conflict(_("指标%s不属于这条任务,请刷新后再填。") % sorted(foreign))
    report.readings.filter(target__in=readings).delete()
    TargetReading.objects.bulk_create(
        TargetReading(
            target_id=target,
            report=report,
            value=value,
            read_on=counts_from(report.period),
        )
        for target, value in readings.items()
        if value is not None
    )


def state_for(progress: int, state: str) -> str:
    """The state that follows from a progress figure when nobody says one."""
    if state not in (State.NOT_STARTED, State.IN_PROGRESS, State.COMPLETED):
        return state
    if progress >= 100:
        return State.COMPLETED
    return State.IN_PROGRESS if progress > 0 else state
