"""Reporting periods: what time a report is about, and by when it is filed."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models import Region
from departments.models.region import within


class ReportingPeriodQuerySet(models.QuerySet["ReportingPeriod"]):
    def visible_to(self, user: Any) -> "ReportingPeriodQuerySet":
        """Periods of the regions one's roles reach, and of those whose tasks one reports on."""
        from tasks.models.responsibility import Responsibility

        scope = user.scope
        answers = Responsibility.objects.filter(department__in=scope.department_ids)
        return self.filter(
            within(scope.regions, "region__")
            | Q(region__in=scope.home_region_ids)
            | Q(region__in=answers.values("task__region"))
        )

    def open(self) -> "ReportingPeriodQuerySet":
        return self.filter(is_open=True)

    def current(self, region: Region, on: dt.date) -> "ReportingPeriod | None":
        """The open period a report filed on `on` belongs to.

        Of those that have begun, the one whose filing deadline comes next: on 3 April that is
        the first quarter, due on the 8th, not the second. All deadlines gone: the latest period.
        """
        begun = self.open().filter(region=region, starts_on__lte=on)
        return (
            begun.filter(due_on__gte=on).order_by("due_on", "-starts_on").first()
            or begun.order_by("-starts_on").first()
        )


class ReportingPeriod(models.Model):
    """A month, quarter or half-year of one region, with its filing deadline."""

    class Kind(models.TextChoices):
        MONTH = "month", _("月")
        QUARTER = "quarter", _("季度")
        HALF_YEAR = "half_year", _("半年")
        CUSTOM = "custom", _("自定义")

    region = models.ForeignKey(
        Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="reporting_periods"
    )
    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices, default=Kind.QUARTER)
    name = models.CharField(_("名称"), max_length=40)
    year = models.PositiveSmallIntegerField(_("年度"))
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("截止日期"))
    due_on = models.DateField(_("报送截止日期"))
    is_open = models.BooleanField(_("开放填报"), default=True)

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("报告期")
        verbose_name_plural = _("报告期")
        ordering = ["region", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "kind", "starts_on"],
                name="one_period_per_start",
                violation_error_message=_("该地区已有同一时段的报告期。"),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on"), ends_on__lte=F("due_on")),
                name="period_dates_in_order",
                violation_error_message=_("起始日期不能晚于截止日期，报送截止不能早于报告期结束。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
