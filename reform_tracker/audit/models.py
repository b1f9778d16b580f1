"""The trail: rows are added in the transaction of the act and never changed."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: Any) -> "AuditQuerySet":
        """The whole trail for auditors, nothing for anybody else."""
        return self if "auditor" in user.scope.roles else self.none()

    def by(self, person: str) -> "AuditQuerySet":
        """Acts of people whose account or name contains the words; 系统 finds the system's own."""
        if person == _("系统"):
            return self.filter(actor=None)
        return self.filter(Q(actor__username__icontains=person) | Q(actor__name__icontains=person))

    def between(self, first: dt.date | None, last: dt.date | None) -> "AuditQuerySet":
        """Acts from the first day to the last, both included, as days of Asia/Shanghai."""
        found = self
        if first:
            found = found.filter(at__gte=_midnight(first))
        if last:
            found = found.filter(at__lt=_midnight(last + dt.timedelta(days=1)))
        return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


class AuditEntry(models.Model):
    """One act of one person, or of the system when `actor` is null."""

    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("操作人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    action = models.CharField(_("操作"), max_length=60)
    subject_type = models.CharField(_("对象类型"), max_length=60)
    subject_id = models.BigIntegerField(_("对象编号"), null=True)
    subject = models.CharField(_("对象"), max_length=200)
    detail = models.JSONField(_("内容"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"


def record(
    *, actor: Any, action: str, subject: models.Model, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Add one row to the trail, in the caller's transaction.

    `actor` is a user, or None for the system; `detail` must be plain JSON without secrets.
    """
    return AuditEntry.objects.create(
        actor=actor,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject=str(subject)[:200],
        detail=detail or {},
    )
