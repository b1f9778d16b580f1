"""The office's decision on a report that was handed in."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from reform_tracker.notifications.reading import mark_done
from reform_tracker.notifications.sending import notify
from tasks.models import ProgressReport, Review, Task, TaskEvent
from tasks.models.states import OPEN_STATES, State
from tasks.permissions import can_review
from tasks.services.progress import TEXT_FIELDS, counts_from, state_for, supersede_approved
from tasks.services.standing import record_standing

Status = ProgressReport.Status
# A report moves a task only between these; what the office has set aside or is writing off stays.
MOVED_BY_REPORTS = [*OPEN_STATES, State.COMPLETED]


@transaction.atomic
def approve(
    *, report: ProgressReport, actor: Any, reason: str = "", version: int | None = None
) -> ProgressReport:
    """Accept a submitted report; its progress and readings now count. (PRODUCT, Reports)

    The lead's report is the official one: a cooperating department's report is kept and its
    readings count, but the task's progress and state follow the lead. `version`: the report as
    the reviewer read it; a refiled one is a Conflict.
    """
    task, report = _locked(report)
    require(can_review(actor, report))
    _require_version(report, version)
    supersede_approved(report)
    report.status = Status.APPROVED
    report.save(update_fields=["status", "updated_at"])
    _keep_round(report, actor, Review.Decision.APPROVED, reason)
    _count(task, report, actor, reason.strip())
    _tell_author(report, "report_approved", reason)
    return report


@transaction.atomic
def send_back(
    *, report: ProgressReport, actor: Any, reason: str, version: int | None = None
) -> ProgressReport:
    """Return a submitted report to its author; `reason` is required (ValidationError)."""
    task, report = _locked(report)
    require(can_review(actor, report))
    _require_version(report, version)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("请写明退回原因，方便填报人修改。")})
    report.status = Status.SENT_BACK
    report.save(update_fields=["status", "updated_at"])
    _keep_round(report, actor, Review.Decision.SENT_BACK, reason)
    TaskEvent.record(task, actor, TaskEvent.Kind.REPORT_SENT_BACK, note=reason)
    _tell_author(report, "report_sent_back", reason)
    return report


def _locked(report: ProgressReport) -> tuple[Task, ProgressReport]:
    """Both rows locked, the task first everywhere, so that two services never wait crosswise."""
    task = Task.objects.select_for_update().get(pk=report.task_id)
    fresh = ProgressReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    fresh.task = task
    return task, fresh


def _require_version(report: ProgressReport, version: int | None) -> None:
    if version is not None and version != report.version:
        raise Conflict(_("您查看之后，这份报告又被重新报送过。请看过最新内容再审核。"))


def _count(task: Task, report: ProgressReport, actor: Any, note: str) -> None:
    """Let the approved report of a lead say where the task stood at the end of its period."""
    leads = task.responsibilities.filter(role="lead", department=report.department_id).exists()
    days = [counts_from(report.period), today()] if leads else []
    # Today, if the task was set aside at the period's end; not at all, if it still is.
    for on in days:
        then = Task.objects.as_of(on).get(pk=task.pk).state_then
        if then in MOVED_BY_REPORTS:
            _let_stand(task, report, actor, note, on=on, state_then=then)
            return
    TaskEvent.record(
        task,
        actor,
        TaskEvent.Kind.REPORT_APPROVED,
        note=note,
        effective_on=counts_from(report.period),
    )


def _let_stand(
    task: Task, report: ProgressReport, actor: Any, note: str, *, on: dt.date, state_then: str
) -> None:
    # Nothing new at 0 % does not start a task.
    state = state_then if report.nothing_new else State.IN_PROGRESS
    record_standing(
        task,
        actor,
        TaskEvent.Kind.REPORT_APPROVED,
        on=on,
        state=state_for(report.progress, state),
        progress=report.progress,
        note=note,
    )
    if task.progress == report.progress == 100 and task.state in OPEN_STATES:
        # The office moved the task after the period's end; all done is completed all the same.
        record_standing(
            task,
            actor,
            TaskEvent.Kind.STATE_CHANGED,
            on=today(),
            state=State.COMPLETED,
            note=_("已通过的报告进度为100%"),
        )


def _keep_round(report: ProgressReport, actor: Any, decision: str, reason: str) -> None:
    seen = {name: getattr(report, name) for name in ("progress", "nothing_new", *TEXT_FIELDS)}
    Review.objects.create(
        report=report, reviewer=actor, decision=decision, reason=reason.strip(), seen=seen
    )
    # “待审核” of any version is settled for the whole office.
    mark_done(f"report-{report.pk}-submitted-")


def _tell_author(report: ProgressReport, kind: str, reason: str) -> None:
    if report.author:
        notify(
            [report.author],
            kind,
            url=report.task.get_absolute_url(),
            key=f"report-{report.pk}-{kind}-{report.version}",
            report=report,
            reason=reason,
        )
