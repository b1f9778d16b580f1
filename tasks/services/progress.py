"""Filing what was done: liaisons' reports and what the office records on their behalf."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.models import Department
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from reform_tracker.notifications.sending import notify
from tasks.models import ProgressReport, ReportingPeriod, TargetReading, Task, TaskEvent
from tasks.models.states import DONE_STATES, OPEN_STATES, SET_ASIDE_STATES, State
from tasks.permissions import can_file_report, can_move_to, can_update_progress
from tasks.recipients import office_staff
from tasks.services.standing import has_standing_after, record_standing

Status = ProgressReport.Status
NARRATIVE_NEEDED = gettext_lazy("请填写进展情况；本期确实没有新进展的，请勾选“零报告”。")
TEXT_FIELDS = ("narrative", "problems", "next_steps")


def last_approved(task: Task, department: Department | None) -> ProgressReport | None:
    """The department's approved report of the latest time, not the one approved last."""
    reports = task.reports.approved().filter(department=department)
    return reports.order_by(Coalesce("period__ends_on", "submitted_on").desc(), "-id").first()


def draft_for(
    *, task: Task, department: Department, period: ReportingPeriod | None
) -> ProgressReport:
    """The open report of the period, or a new unsaved one prefilled from the last approved.

    Only the department's own reports are read: another one's may not be its to see. Read-only:
    nothing is stored until it is saved or submitted.
    """
    own = task.reports.filter(department=department, period=period)
    if existing := own.filter(status__in=ProgressReport.OPEN).first():
        return existing
    return _prefilled(task, department, period)


def draft_on_behalf(
    *, task: Task, period: ReportingPeriod | None
) -> tuple[ProgressReport, ProgressReport | None]:
    """A new unsaved report of the first lead for the office to fill in, and the approved one of
    the period that it would replace. Nobody's drafts are read: they are the department's own."""
    lead = task.lead_department
    said = task.reports.approved().filter(department=lead, period=period) if period else None
    return _prefilled(task, lead, period), said.first() if said else None


def _prefilled(
    task: Task, department: Department | None, period: ReportingPeriod | None
) -> ProgressReport:
    last = last_approved(task, department)
    prefilled = {name: getattr(last, name) for name in TEXT_FIELDS} if last else {}
    return ProgressReport(
        task=task,
        department=department,
        period=period,
        progress=last.progress if last else task.progress,
        version=0,
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
    version: int | None = None,
) -> ProgressReport:
    """Keep the report as a draft, or hand it in for review.

    `values`: progress (0–100), narrative, problems, next_steps, nothing_new. `readings`: target
    id → value; None clears it. `version`: the draft the user saw, 0 for none; another one is a
    Conflict, and so is a report that already awaits review. An approved report stays as it is: a
    new one of the same period is its correction and replaces it when approved.
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_file_report(actor, task, department, period))
    own = task.reports.select_for_update().filter(department=department, period=period)
    report = own.filter(status__in=ProgressReport.OPEN).first()
    if report and report.status == Status.SUBMITTED:
        raise Conflict(_("本期报告已报送，正在等待审核，不能再改。需要修改请联系医改办退回。"))
    if version is not None and version != (report.version if report else 0):
        raise Conflict(_("这份报告刚刚被本部门同事改过。请另开页面查看最新内容，核对后再保存。"))
    report = report or ProgressReport(task=task, department=department, period=period, version=0)
    for name in ("progress", "nothing_new", *TEXT_FIELDS):
        if name in values:
            setattr(report, name, values[name])
    report.author = actor
    report.version += 1
    if submit:
        if not report.nothing_new and not report.narrative.strip():
            raise ValidationError({"narrative": NARRATIVE_NEEDED})
        report.status, report.submitted_on = Status.SUBMITTED, today()
    report.full_clean(
        exclude=["task", "department", "period", "author"], validate_constraints=False
    )
    report.save()
    _keep_readings(report, readings or {}, read_on=counts_from(period))
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
    problems: str | None = None,
    next_steps: str | None = None,
    nothing_new: bool = False,
    readings: Mapping[int, Decimal | None] | None = None,
    version: int | None = None,
    on: dt.date | None = None,
) -> Task:
    """The office writes down where a task stands, on the department's behalf (代填).

    Kept as an approved report marked as such, in the period that is open. It replaces the
    period's approved report but keeps the readings it says nothing of. A blank narrative, and
    `problems` and `next_steps` that are None, stay as the department last said them; an empty
    text takes them back. `state`: also move the task there. `version`: the row the user saw; a
    newer one is a Conflict. `on`: the day it counts from (the demo fills in the past).
    ValidationError (field `narrative`) where `reason_needed` and there is none.
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_update_progress(actor, task))
    _require_version(task, version)
    report = ProgressReport(
        task=task,
        department=task.lead_department,
        period=ReportingPeriod.objects.current(task.region, on or today()),
        progress=progress,
        narrative=narrative,
        problems=problems or "",
        next_steps=next_steps or "",
        nothing_new=nothing_new,
        filed_on_behalf=True,
        author=actor,
        submitted_on=on or today(),
        status=Status.APPROVED,
    )
    # Before anything follows from the figure: 120 must not be taken for "completed".
    report.clean_fields(exclude=["task", "department", "period", "author"])
    new_state = state or state_for(progress, task.state)
    require(can_move_to(actor, task, new_state))
    if reason_needed(task.state, new_state) and not narrative.strip():
        raise ValidationError({"narrative": _("请写明原因，方便日后查看。")})
    if new_state == State.NOT_STARTED and progress:
        raise Conflict(_("进度大于0的任务不能记为“未启动”，请核对进度或状态。"))
    if new_state == State.AWAITING_WRITE_OFF and progress < 100:
        raise Conflict(_("任务待销号，进度应为100%。如需调低，请先将状态改回推进中。"))
    report.progress = 100 if new_state in DONE_STATES else progress
    _refuse_if_awaiting_review(report)
    counts = on or _day_recorded(task, report.period)
    unsaid = {"narrative": narrative or None, "problems": problems, "next_steps": next_steps}
    _carry_over(report, [name for name, text in unsaid.items() if text is None])
    replaced = _take_over(report)
    report.save()
    _keep_readings(report, readings or {}, read_on=counts)
    if replaced:
        _copy_readings(replaced, report, other_than=readings or {})
    record_standing(
        task,
        actor,
        TaskEvent.Kind.PROGRESS_RECORDED,
        on=counts,
        state=new_state,
        progress=report.progress,
        note=narrative,
    )
    return task


@transaction.atomic
def move_task(
    *, task: Task, state: str, actor: Any, reason: str = "", version: int | None = None
) -> Task:
    """Put the task into another state: suspend, cancel, ask for or decide write-off, reopen.

    ValidationError (field `reason`) where `reason_needed` and there is none. `version`: the row
    the user saw; a newer one is a Conflict.
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_move_to(actor, task, state))
    _require_version(task, version)
    if state == task.state:
        raise Conflict(_("任务已经是“%s”，无需再改。") % State(state).label)
    reason = reason.strip()
    if not reason and reason_needed(task.state, state):
        raise ValidationError({"reason": _("请写明原因，方便日后查看。")})
    reopens = task.state == State.WRITTEN_OFF
    record_standing(
        task,
        actor,
        TaskEvent.Kind.REOPENED if reopens else TaskEvent.Kind.STATE_CHANGED,
        on=today(),
        state=state,
        progress=_progress_in(state),
        note=f"{State(state).label}：{reason}" if reason else str(State(state).label),
    )
    return task


def _require_version(task: Task, version: int | None) -> None:
    if version is not None and version != task.version:
        raise Conflict(_("这条任务刚刚被别人改过，请刷新后看一下最新情况再改。"))


def reason_needed(now: str, then: str) -> bool:
    """Setting aside, reopening (回头看) and refusing a write-off are explained."""
    reopens = now not in OPEN_STATES and then in OPEN_STATES
    refuses = now == State.AWAITING_WRITE_OFF and then == State.COMPLETED
    return then in SET_ASIDE_STATES or reopens or refuses


def counts_from(period: ReportingPeriod | None) -> dt.date:
    """The day a report counts from: the end of its period, or today while it still runs."""
    return min(period.ends_on, today()) if period else today()


def supersede_approved(report: ProgressReport) -> None:
    """An approved report is never edited: the one that replaces it marks it as corrected."""
    report.task.reports.filter(
        department=report.department_id, period=report.period_id, status=Status.APPROVED
    ).exclude(pk=report.pk).update(status=Status.SUPERSEDED)


def state_for(progress: int, state: str) -> str:
    """The state that follows from a progress figure when nobody says one."""
    if state not in (State.NOT_STARTED, State.IN_PROGRESS, State.COMPLETED):
        return state
    if progress >= 100:
        return State.COMPLETED
    return State.NOT_STARTED if state == State.NOT_STARTED and not progress else State.IN_PROGRESS


def _progress_in(state: str) -> int | None:
    """What a state says of progress by itself; None: nothing."""
    if state in DONE_STATES:
        return 100
    return 0 if state == State.NOT_STARTED else None


def _day_recorded(task: Task, period: ReportingPeriod | None) -> dt.date:
    """Within the filing days after a period it counts for that period, like a report; unless
    something later is on record already, which it would then not change."""
    filing_days = period and period.ends_on < today() <= period.due_on
    if filing_days and not has_standing_after(task, period.ends_on):
        return period.ends_on
    return today()


def _refuse_if_awaiting_review(report: ProgressReport) -> None:
    own = report.task.reports.filter(department=report.department, period=report.period)
    if own.filter(status=Status.SUBMITTED).exists():
        raise Conflict(_("责任单位本期报告正在等待审核，请先审核（通过或退回）再代填。"))


def _carry_over(report: ProgressReport, names: list[str]) -> None:
    """Let the texts `names` say what the department's approved report said: that of the same
    period, else the latest. A figure alone must not empty the ledger of words."""
    own = report.task.reports.approved().filter(department=report.department)
    same = own.filter(period=report.period).first() if report.period else None
    if said := same or last_approved(report.task, report.department):
        for name in names:
            setattr(report, name, getattr(said, name))


def _take_over(report: ProgressReport) -> ProgressReport | None:
    """Replace the period's approved report and return it.

    Between periods there is nothing to replace: each update stands for its own day.
    """
    own = report.task.reports.approved().filter(department=report.department)
    replaced = own.filter(period=report.period).first() if report.period else None
    if replaced:
        supersede_approved(report)
    return replaced


def _copy_readings(
    replaced: ProgressReport, report: ProgressReport, *, other_than: Mapping[int, Any]
) -> None:
    """Only readings of approved reports count: those nobody filed anew go on counting."""
    TargetReading.objects.bulk_create(
        TargetReading(
            target_id=reading.target_id,
            report=report,
            value=reading.value,
            read_on=reading.read_on,
        )
        for reading in replaced.readings.exclude(target__in=other_than)
    )


def _keep_readings(
    report: ProgressReport, readings: Mapping[int, Decimal | None], *, read_on: dt.date
) -> None:
    """Store the values of the task's own targets; None takes a value back."""
    own = set(report.task.targets.values_list("pk", flat=True))
    if foreign := set(readings) - own:
        raise Conflict(_("指标%s不属于这条任务，请刷新后再填。") % sorted(foreign))
    report.readings.filter(target__in=readings).delete()
    TargetReading.objects.bulk_create(
        TargetReading(target_id=target, report=report, value=value, read_on=read_on)
        for target, value in readings.items()
        if value is not None
    )
