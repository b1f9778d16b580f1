"""催报: the office asked a department for the reports it has not filed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from tasks.models.period import ReportingPeriod


class ReportUrging(models.Model):
    """One urging of one department, at most one a day; `people`: how many were told, 0 for none
    with an account, whom the office telephones."""

    period = models.ForeignKey(
        ReportingPeriod, verbose_name=_("报告期"), on_delete=models.PROTECT, related_name="urgings"
    )
    department = models.ForeignKey(
        Department, verbose_name=_("部门"), on_delete=models.PROTECT, related_name="urgings"
    )
    on = models.DateField(_("日期"))
    reports = models.PositiveIntegerField(_("未报项数"))
    people = models.PositiveIntegerField(_("通知人数"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("经办人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("时间"), default=timezone.now)

    class Meta:
        verbose_name = _("催报记录")
        verbose_name_plural = _("催报记录")
        ordering = ["period", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "department", "on"], name="one_urging_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period} {self.on}"
