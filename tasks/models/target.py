"""Quantitative targets of a task, and what was reached."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Abs, Round
from django.utils.translation import gettext_lazy as _

from tasks.models.task import Task

# 左右 / 约 leave room by their wording; five per cent of the value either way counts as met.
ABOUT = Decimal("0.05")


class Verdict(models.TextChoices):
    MET = "met", _("达标")
    NOT_MET = "not_met", _("未达标")
    UNDETERMINED = "undetermined", _("无法判定")


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: Any) -> "TargetQuerySet":
        return self.filter(task__in=Task.objects.visible_to(user))

    def with_verdict(self, on: dt.date) -> "TargetQuerySet":
        """Annotate `reading_then` and `read_on_then`, the latest reading of an approved report
        up to `on`, and `verdict_then`, what `Target.verdict` says of it."""
        readings = TargetReading.objects.filter(
            target=OuterRef("pk"), report__status="approved", read_on__lte=on
        ).order_by("-read_on", "-id")
        return self.annotate(
            reading_then=Subquery(readings.values("value")[:1]),
            read_on_then=Subquery(readings.values("read_on")[:1]),
        ).annotate(
            verdict_then=Case(
                When(
                    Q(target_value=None) | Q(reading_then=None),
                    then=Value(Verdict.UNDETERMINED.value),
                ),
                When(met_by("reading_then"), then=Value(Verdict.MET.value)),
                default=Value(Verdict.NOT_MET.value),
                output_field=models.CharField(),
            )
        )


class Target(models.Model):
    """An indicator and the number to reach; wording without a number has no value."""

    class Comparison(models.TextChoices):
        AT_LEAST = ">=", _("不低于")
        AT_MOST = "<=", _("不高于")
        EQUAL = "=", _("等于")
        ABOUT = "~", _("左右")
        MORE = ">", _("高于")
        LESS = "<", _("低于")
        RANGE = "range", _("区间")

    Verdict = Verdict

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField(_("顺序"))
    text = models.CharField(_("原文表述"), max_length=200)
    indicator = models.CharField(_("指标"), max_length=200)
    comparison = models.CharField(
        _("比较方式"), max_length=5, choices=Comparison.choices, default=Comparison.AT_LEAST
    )
    target_value = models.DecimalField(
        _("目标值"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    value_max = models.DecimalField(
        _("目标值上限"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    unit_of_measure = models.CharField(_("计量单位"), max_length=20, blank=True)
    baseline = models.DecimalField(
        _("基期值"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    due_on = models.DateField(_("达标时限"), null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("目标指标")
        verbose_name_plural = _("目标指标")
        ordering = ["task", "position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="one_target_per_position"),
            models.CheckConstraint(
                condition=~Q(comparison="range")
                | Q(target_value__isnull=False, value_max__isnull=False),
                name="range_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.text}"

    def verdict(self, reading: Decimal | None) -> Verdict:  # type: ignore[valid-type]
        """Exact decimal comparison: 94.99 against ≥95 % is not met."""
        goal = self.target_value
        if goal is None or reading is None:
            return Verdict.UNDETERMINED
        reached = {
            ">=": lambda: reading >= goal,
            "<=": lambda: reading <= goal,
            ">": lambda: reading > goal,
            "<": lambda: reading < goal,
            "=": lambda: reading == goal,
            "~": lambda: abs(reading - goal) <= abs(goal) * ABOUT,
            "range": lambda: goal <= reading <= self.value_max,  # type: ignore[operator]
        }[self.comparison]()
        return Verdict.MET if reached else Verdict.NOT_MET


def met_by(value: str) -> Q:
    """The same comparison as `Target.verdict`, as a condition on an annotated reading."""
    goal = F("target_value")
    # SQLite computes in binary fractions: 6.2 − 0.31 must come out as the 5.89 that was read.
    slack = Abs(goal) * Value(ABOUT, models.DecimalField(max_digits=3, decimal_places=2))
    return (
        Q(comparison=">=", **{f"{value}__gte": goal})
        | Q(comparison="<=", **{f"{value}__lte": goal})
        | Q(comparison=">", **{f"{value}__gt": goal})
        | Q(comparison="<", **{f"{value}__lt": goal})
        | Q(comparison="=", **{value: goal})
        | Q(
            comparison="~",
            **{
                f"{value}__gte": Round(goal - slack, precision=8),
                f"{value}__lte": Round(goal + slack, precision=8),
            },
        )
        | Q(comparison="range", **{f"{value}__gte": goal, f"{value}__lte": F("value_max")})
    )


class TargetReading(models.Model):
    """What was reached, as filed in a report; it counts once the report is approved."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="readings")
    report = models.ForeignKey(
        "tasks.ProgressReport", on_delete=models.CASCADE, related_name="readings"
    )
    value = models.DecimalField(_("完成值"), max_digits=20, decimal_places=6)
    read_on = models.DateField(_("截至日期"))

    class Meta:
        verbose_name = _("指标值")
        verbose_name_plural = _("指标值")
        ordering = ["target", "read_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["target", "report"], name="one_reading_per_report")
        ]

    def __str__(self) -> str:
        return f"{self.target.indicator}: {self.value}"
