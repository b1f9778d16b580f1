"""办理过程: what happened to a task, in order. State and progress of the past are read here."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models.region import within
from reform_tracker.audit.models import record as record_audit
from reform_tracker.lib.dates import today
from tasks.models.task import Task


class TaskEventQuerySet(models.QuerySet["TaskEvent"]):
    def visible_to(self, user: Any) -> "TaskEventQuerySet":
        """All to the office; to others no reports that were only handed in or sent back: such
        rounds are working papers, and their own stand with their reports."""
        Kind = TaskEvent.Kind
        working_papers = Q(kind__in=[Kind.REPORT_SUBMITTED, Kind.REPORT_SENT_BACK])
        return self.filter(task__in=Task.objects.visible_to(user).values("pk")).filter(
            within(user.scope.office_regions, "task__region__") | ~working_papers
        )


class TaskEvent(models.Model):
    """One act on one task. `state` and `progress` are those after it; empty if untouched."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("任务入账")
        STATE_CHANGED = "state_changed", _("状态变更")
        REOPENED = "reopened", _("回头看重新打开")
        PROGRESS_RECORDED = "progress_recorded", _("代填进展")
        REPORT_SUBMITTED = "report_submitted", _("报送进展")
        REPORT_APPROVED = "report_approved", _("审核通过")
        REPORT_SENT_BACK = "report_sent_back", _("审核退回")
        REMINDED = "reminded", _("发出提醒")
        EDITED = "edited", _("修改任务")
        REQUEST_MADE = "request_made", _("提出申请")
        REQUEST_APPROVED = "request_approved", _("同意申请")
        REQUEST_REFUSED = "request_refused", _("不同意申请")
        REQUEST_WITHDRAWN = "request_withdrawn", _("撤回申请")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("经办人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("事项"), max_length=20, choices=Kind.choices)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    # The day the change counts from: a report on the first quarter, approved in April, counts
    # from 31 March.
    effective_on = models.DateField(_("生效日期"))
    state = models.CharField(max_length=20, blank=True)
    progress = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(_("说明"), blank=True)

    objects = TaskEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("办理过程")
        verbose_name_plural = _("办理过程")
        ordering = ["task", "id"]
        indexes = [
            models.Index(fields=["task", "-effective_on", "-id"], name="event_task_effective")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.task}"

    @classmethod
    def record(
        cls,
        task: Task,
        actor: Any,
        kind: str,
        *,
        note: str = "",
        effective_on: dt.date | None = None,
        state: str = "",
        progress: int | None = None,
    ) -> "TaskEvent":
        """Add the event and its audit row in the caller's transaction.

        `state` and `progress` hold from `effective_on` (default: today); what moves them calls
        `services.standing.record_standing`, which keeps the task's row in step.
        """
        record_audit(actor=actor, action=str(kind), subject=task, detail={"note": note})
        return cls.objects.create(
            task=task,
            actor=actor,
            kind=kind,
            note=note,
            effective_on=effective_on or today(),
            state=state,
            progress=progress,
        )
