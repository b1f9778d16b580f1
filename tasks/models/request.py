"""申请: what a department asks of the office for one task, and what the office decided."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from departments.models.region import within
from tasks.models.task import PERCENT, Task

LENGTH = MaxLengthValidator(2_000, _("最多填写2000字，请精简后再提交。"))


class TaskRequestQuerySet(models.QuerySet["TaskRequest"]):
    def visible_to(self, user: Any) -> "TaskRequestQuerySet":
        """Whoever sees the task sees what was asked and decided of it: a moved date or a write-off
        is explained to all who rely on it."""
        return self.filter(task__in=Task.objects.visible_to(user).values("pk"))

    def waiting(self) -> "TaskRequestQuerySet":
        return self.filter(status=TaskRequest.Status.WAITING)

    def to_decide_by(self, user: Any) -> "TaskRequestQuerySet":
        """Waiting in the regions whose office the person sits in, the oldest first."""
        in_office = within(user.scope.office_regions, "task__region__")
        return self.waiting().filter(in_office).order_by("asked_at", "id")


class TaskRequest(models.Model):
    """One request of the leading department; a task has at most one waiting.

    One table for all kinds, so that the database itself can say “at most one”. Decided requests
    stay as they are: another one is another row.
    """

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("延期")
        WRITE_OFF = "write_off", _("销号")
        CHANGE = "change", _("变更")
        SUSPENSION = "suspension", _("中止")
        CANCELLATION = "cancellation", _("撤销")

    class Status(models.TextChoices):
        WAITING = "waiting", _("待办理")
        APPROVED = "approved", _("已同意")
        REFUSED = "refused", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(_("申请事项"), max_length=12, choices=Kind.choices)
    status = models.CharField(
        _("办理情况"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("申请部门"),
        null=True,
        on_delete=models.PROTECT,
        related_name="requests",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("申请人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    filed_on_behalf = models.BooleanField(_("代办"), default=False)
    asked_at = models.DateTimeField(_("申请时间"), default=timezone.now)
    reason = models.TextField(_("申请理由"), validators=[LENGTH])
    # 目前进展: in words, beside the figure of the day it was asked.
    progress_so_far = models.TextField(_("目前进展"), blank=True, validators=[LENGTH])
    progress = models.PositiveSmallIntegerField(_("申请时进度（%）"), validators=PERCENT)
    # The date it was asked to move; `due_version` tells whether somebody moved it since.
    due_on = models.DateField(_("申请时完成时限"))
    due_version = models.PositiveSmallIntegerField(_("时限版本"))
    new_due_on = models.DateField(_("申请延期至"), null=True, blank=True)
    # What the office saw and ticked when it verified a write-off.
    checks = models.JSONField(_("核验情况"), default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("办理人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    opinion = models.TextField(_("办理意见"), blank=True, validators=[LENGTH])

    objects = TaskRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("任务申请")
        verbose_name_plural = _("任务申请")
        ordering = ["task", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(status="waiting"), name="one_waiting_request"
            ),
            models.CheckConstraint(
                condition=~Q(kind="extension")
                | Q(new_due_on__isnull=False, new_due_on__gt=F("due_on")),
                name="extension_is_later",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at=None)
                | ~Q(status="waiting") & Q(decided_at__isnull=False),
                name="request_decided_once",
            ),
        ]
        indexes = [models.Index(fields=["status", "asked_at"], name="request_waiting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.task}"

    def get_absolute_url(self) -> str:
        return f"{reverse('task', args=[self.task_id])}#requests"

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def days_later(self) -> int:
        """By how many days an extension moves the date."""
        return (self.new_due_on - self.due_on).days if self.new_due_on else 0

    def is_late(self, on: dt.date) -> bool:
        """Has the date passed while the extension waits?"""
        return self.kind == self.Kind.EXTENSION and on > self.due_on
