"""允许补报: one department may still file in a period that is closed."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from tasks.models.period import ReportingPeriod


class LateFilingQuerySet(models.QuerySet["LateFiling"]):
    def in_force(self, on: dt.date) -> "LateFilingQuerySet":
        return self.filter(until__gte=on)


class LateFiling(models.Model):
    """An exception the office made, until a day, with its reason. A longer one is another row."""

    period = models.ForeignKey(
        ReportingPeriod,
        verbose_name=_("报告期"),
        on_delete=models.PROTECT,
        related_name="late_filings",
    )
    department = models.ForeignKey(
        Department, verbose_name=_("部门"), on_delete=models.PROTECT, related_name="late_filings"
    )
    until = models.DateField(_("补报截止日期"))
    reason = models.CharField(_("原因"), max_length=200)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("经办人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("时间"), default=timezone.now)

    objects = LateFilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("允许补报")
        verbose_name_plural = _("允许补报")
        ordering = ["period", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "department", "until"], name="one_late_filing_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period}"
