"""Progress reports and the rounds of their review."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from departments.models.region import within
from tasks.models.period import ReportingPeriod
from tasks.models.task import PERCENT, Task

# A report is read in a meeting; a whole file pasted into a field is a mistake.
LENGTH = MaxLengthValidator(10_000, _("最多填写10000字，请精简后再提交。"))


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def visible_to(self, user: Any) -> "ProgressReportQuerySet":
        """A department sees its own; the office all but other people's drafts; leaders what
        was approved: drafts and returned rounds are working papers."""
        scope = user.scope
        Status = ProgressReport.Status
        return self.filter(
            Q(department__in=scope.department_ids)
            | within(scope.office_regions, "task__region__") & ~Q(status=Status.DRAFT)
            | within(scope.leader_regions, "task__region__")
            & Q(status__in=[Status.APPROVED, Status.SUPERSEDED])
        )

    def filed(self) -> "ProgressReportQuerySet":
        """Handed in and not returned: what counts as reported for a period."""
        Status = ProgressReport.Status
        return self.filter(status__in=[Status.SUBMITTED, Status.APPROVED, Status.SUPERSEDED])

    def awaiting_review(self) -> "ProgressReportQuerySet":
        return self.filter(status=ProgressReport.Status.SUBMITTED)

    def approved(self) -> "ProgressReportQuerySet":
        return self.filter(status=ProgressReport.Status.APPROVED)


class ProgressReport(models.Model):
    """What one department says of one task in one period."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        SENT_BACK = "sent_back", _("已退回")
        APPROVED = "approved", _("已通过")
        SUPERSEDED = "superseded", _("已被更正")

    OPEN = (Status.DRAFT, Status.SUBMITTED, Status.SENT_BACK)

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    department = models.ForeignKey(
        Department,
        verbose_name=_("填报部门"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    # Null: an update between periods.
    period = models.ForeignKey(
        ReportingPeriod,
        verbose_name=_("报告期"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=Status.choices, default=Status.DRAFT
    )
    progress = models.PositiveSmallIntegerField(_("进度（%）"), validators=PERCENT)
    narrative = models.TextField(_("进展情况"), blank=True, validators=[LENGTH])
    problems = models.TextField(_("存在问题"), blank=True, validators=[LENGTH])
    next_steps = models.TextField(_("下一步措施"), blank=True, validators=[LENGTH])
    nothing_new = models.BooleanField(_("零报告（本期无新进展）"), default=False)
    filed_on_behalf = models.BooleanField(_("代填"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("填报人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    # A date of Asia/Shanghai: lateness is decided by the day.
    submitted_on = models.DateField(_("报送日期"), null=True, blank=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("进展报告")
        verbose_name_plural = _("进展报告")
        ordering = ["task", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "department", "period"],
                condition=Q(status__in=["draft", "submitted", "sent_back"]),
                name="one_open_report",
            ),
            models.UniqueConstraint(
                fields=["task", "department", "period"],
                condition=Q(status="approved"),
                name="one_approved_report",
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=100),
                name="reported_progress_is_percent",
            ),
        ]
        indexes = [models.Index(fields=["task", "period", "status"], name="report_task_period")]

    def __str__(self) -> str:
        return f"{self.task} · {self.period or timezone.localdate(self.updated_at)}"

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.task_id])


class Review(models.Model):
    """One round: what the office decided on a report, and why."""

    class Decision(models.TextChoices):
        APPROVED = "approved", _("通过")
        SENT_BACK = "sent_back", _("退回")

    report = models.ForeignKey(ProgressReport, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("审核人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decision = models.CharField(_("结论"), max_length=10, choices=Decision.choices)
    reason = models.TextField(_("意见"), blank=True)
    # What was judged: the report may be refiled with other words afterwards.
    seen = models.JSONField(_("审核时内容"), default=dict)
    at = models.DateTimeField(_("时间"), default=timezone.now)

    class Meta:
        verbose_name = _("审核记录")
        verbose_name_plural = _("审核记录")
        ordering = ["report", "id"]

    def __str__(self) -> str:
        return f"{self.report} · {self.get_decision_display()}"
