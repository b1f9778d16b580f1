"""Reporting periods: what time a report is about, and by when it is filed."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
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

    def open_to(self, departments: Iterable[int], on: dt.date) -> "ReportingPeriodQuerySet":
        """Periods one of the departments can file in on the day: open, or 允许补报 for it."""
        from tasks.models.late_filing import LateFiling

        allowed = LateFiling.objects.in_force(on).filter(department__in=departments)
        return self.filter(Q(is_open=True) | Exists(allowed.filter(period=OuterRef("pk"))))

    def overlapping(
        self, *, region: Region, kind: str, starts_on: dt.date, ends_on: dt.date
    ) -> "ReportingPeriodQuerySet":
        """Periods of the same kind that have a day in common with these."""
        same = self.filter(region=region, kind=kind)
        return same.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def alike_below(self, period: "ReportingPeriod") -> "ReportingPeriodQuerySet":
        """The same kind and days in the regions below, by the regions' codes."""
        alike = self.filter(kind=period.kind, starts_on=period.starts_on, ends_on=period.ends_on)
        below = alike.filter(within([period.region], "region__")).exclude(pk=period.pk)
        return below.select_related("region").order_by("region__code")

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


class FilingRule(models.TextChoices):
    """How a filing deadline follows from the end of its period, with a number beside it."""

    NEXT_MONTH = "next_month", _("次月第几日")
    WORKING_DAYS = "working_days", _("结束后第几个工作日")


class ReportingPeriod(models.Model):
    """A month, quarter, half-year or any other span of one region, with its filing deadline.

    Open: departments file. Closed: nobody files but by 允许补报; it can be opened again. Locked:
    closed for good.
    """

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
    # Null where `due_on` is the day as stated: where the calendar did not move it.
    stated_due_on = models.DateField(_("顺延前的截止日期"), null=True, blank=True)
    # Blank: a day set for this period alone, which no change of the rule moves.
    filing_rule = models.CharField(
        _("报送期限"), max_length=12, choices=FilingRule.choices, blank=True
    )
    filing_days = models.PositiveSmallIntegerField(_("期限天数"), null=True, blank=True)
    is_open = models.BooleanField(_("开放填报"), default=True)
    locked_at = models.DateTimeField(_("锁定时间"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(locked_at=None) | Q(is_open=False), name="locked_period_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("period", args=[self.pk])

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def state_label(self) -> str:
        """开放填报, 已关闭 or 已锁定."""
        if self.is_locked:
            return str(_("已锁定"))
        return str(_("开放填报")) if self.is_open else str(_("已关闭"))


class UsualDeadline(models.Model):
    """What a region last chose for its periods of a kind; offered again the next time."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="usual_deadlines")
    kind = models.CharField(max_length=10, choices=ReportingPeriod.Kind.choices)
    rule = models.CharField(max_length=12, choices=FilingRule.choices)
    days = models.PositiveSmallIntegerField()
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("报送期限")
        verbose_name_plural = _("报送期限")
        ordering = ["region", "-chosen_at"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind"], name="one_usual_deadline_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.get_kind_display()}"
