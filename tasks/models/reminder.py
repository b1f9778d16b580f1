"""The ladder of reminders: one row per step that was taken, so that none is taken twice."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models.region import within
from reform_tracker.notifications.models import Delivery, Message
from tasks.models.task import Task


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: Any) -> "ReminderQuerySet":
        """The office and leaders see their regions' reminders, everybody his own."""
        return self.filter(within(user.scope.regions, "task__region__") | Q(recipient=user))


class Reminder(models.Model):
    """One step of the ladder for one task and one person, for one version of the due date."""

    class Stage(models.TextChoices):
        DUE_30 = "due_30", _("提醒（到期前30天）")
        DUE_7 = "due_7", _("提醒（到期前7天）")
        DUE_1 = "due_1", _("提醒（到期前1天）")
        URGE = "urge", _("催办（逾期）")
        SUPERVISE = "supervise", _("督办（逾期15天）")
        INTERVIEW = "interview", _("约谈建议（逾期45天）")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reminders")
    stage = models.CharField(_("步骤"), max_length=10, choices=Stage.choices)
    due_version = models.PositiveSmallIntegerField(_("时限版本"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("接收人"),
        on_delete=models.PROTECT,
        related_name="reminders",
    )
    due_on = models.DateField(_("完成时限"))
    # The digest this step went out with; its deliveries say whether the e-mail arrived.
    message = models.ForeignKey(
        Message,
        verbose_name=_("消息"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="reminders",
    )
    created_at = models.DateTimeField(_("发出时间"), default=timezone.now)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("提醒记录")
        verbose_name_plural = _("提醒记录")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "stage", "due_version", "recipient"], name="one_reminder_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.task}"

    @property
    def email(self) -> Delivery | None:
        """The e-mail it went out with, or None: the person has the inbox alone."""
        deliveries = self.message.deliveries.all() if self.message else []
        return next((row for row in deliveries if row.channel == Delivery.Channel.EMAIL), None)
