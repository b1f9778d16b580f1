"""The office's decision on a report that was handed in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from reform_tracker.lib.verdicts import require
from reform_tracker.notifications.sending import notify
from tasks.models import ProgressReport, Review, Task, TaskEvent
from tasks.models.states import OPEN_STATES, State
from tasks.permissions import can_review
from tasks.services.progress import TEXT_FIELDS, counts_from, set_standing, state_for, supersede_approved

Status = ProgressReport.Status


@transaction.atomic
def approve(*, report: ProgressReport, actor: Any, reason: str = "") -> ProgressReport:
    """Accept a submitted report; its progress and readings now count. (PRODUCT, Reports)

    The lead's report is the official one: a cooperating department's report is kept and its
    readings count, but the task's progress and state follow the lead.
    """
    task, report = _locked(report)
    require(can_review(actor, report))
    supersede_approved(report)
    report.status = Status.APPROVED
    report.save(update_fields=["status", "updated_at"])
    _keep_round(report, actor, Review.Decision.APPROVED, reason)
    leads = task.responsibilities.filter(role="lead", department=report.department_id).exists()
    is_newest = not _later_approved(task, report)
    counts = leads and is_newest and task.state in [*OPEN_STATES, State.COMPLETED]
    if counts:
        state = state_for(report.progress, State.IN_PROGRESS)
        set_standing(task, state=state, progress=report.progress, on=counts_from(report.period))
    TaskEvent.record(
        task,
        actor,
        TaskEvent.Kind.REPORT_APPROVED,
        note=reason,
        effective_on=counts_from(report.period),
        changes_state=counts,
    )
    _tell_author(report, "report_approved", reason)
    return report


@transaction.atomic
def send_back(*, report: ProgressReport, actor: Any, reason: str) -> ProgressReport:
    """Return a submitted report to its author; `reason` is required (ValidationError)."""
    if not reason.strip():
        raise ValidationError({"reason": _("请写明退回原因,方便填报人修改。")})
    task, report = _locked(report)
    require(can_review(actor, report))
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


def _later_approved(task: Task, report: ProgressReport) -> bool:
    """Was a later period of the task already approved? Then this one is history."""
    if report.period is None:
        return False
    return task.reports.approved().filter(period__starts_on__gt=report.period.starts_on).exists()


def _keep_round(report: ProgressReport, actor: Any, decision: str, reason: str) -> None:
    seen = {name: getattr(report, name) for name in ("progress", "nothing_new", *TEXT_FIELDS)}
    Review.objects.create(
        report=report, reviewer=actor, decision=decision, reason=reason.strip(), seen=seen
    )


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
