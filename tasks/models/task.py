"""The reform task: what is stored. What is computed of it on a date stands in conditions.py."""

import datetime as dt
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Region
from departments.models.region import within
from documents.models import YEAR_RANGE, Clause, PolicyDocument
from reform_tracker.lib.dates import today
from tasks.models import conditions
from tasks.models.states import OPEN_STATES, State

# Doubled, since a validator fills its message with %.
PERCENT = [
    MinValueValidator(0, _("进度不能小于0%%。")),
    MaxValueValidator(100, _("进度不能超过100%%，请填0到100之间的数。")),
]


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: Any) -> "TaskQuerySet":
        """Office and leaders: their regions' subtrees. Liaisons: their departments' tasks."""
        scope = user.scope
        own = Q(
            pk__in=Task.objects.filter(
                responsibilities__department__in=scope.department_ids
            ).values("pk")
        )
        return self.filter(within(scope.regions, "region__") | own)

    def in_region(self, region: Region) -> "TaskQuerySet":
        """The region and everything below it."""
        return self.filter(within([region], "region__"))

    def in_year(self, year: int) -> "TaskQuerySet":
        """A task of a plan over several years counts in each of them."""
        return self.filter(year_start__lte=year, year_end__gte=year)

    def of_department(self, department: int, role: str | None = None) -> "TaskQuerySet":
        """Tasks the department answers for; `role`: only in this role."""
        from tasks.models.responsibility import Responsibility

        rows = Responsibility.objects.filter(department=department)
        if role:
            rows = rows.filter(role=role)
        return self.filter(pk__in=rows.values("task"))

    def as_of(self, on: dt.date) -> "TaskQuerySet":
        """Annotate `state_then` and `progress_then`: where the task stood at the end of `on`.

        Today and later read the row itself; the past reads the last event up to that date.
        """
        if on >= today():
            return self.annotate(state_then=F("state"), progress_then=F("progress"))
        from tasks.models.event import TaskEvent

        past = TaskEvent.objects.filter(task=OuterRef("pk"), effective_on__lte=on)
        newest = past.order_by("-effective_on", "-id")
        # Apart, since suspending a task says nothing of its progress.
        state = newest.exclude(state="").values("state")[:1]
        progress = newest.exclude(progress=None).values("progress")[:1]
        return self.annotate(
            state_then=Coalesce(Subquery(state), Value(State.NOT_STARTED.value)),
            progress_then=Coalesce(Subquery(progress), Value(0)),
        )

    def with_light(self, on: dt.date) -> "TaskQuerySet":
        """Annotate everything computed on a date: state_then, progress_then, flags, `light`."""
        return self.as_of(on).annotate(**conditions.computed(on))

    def with_document_head(self) -> "TaskQuerySet":
        """Region and document with each task, but not the document's text: it can hold hundreds
        of thousands of characters, and a list would load it once a row."""
        long = ("document__text", "document__targets", "document__warnings")
        return self.select_related("region", "document").defer(*long)

    def open(self) -> "TaskQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def search(self, words: str) -> "TaskQuerySet":
        """Each blank-separated word must occur in title, body, number or document."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(body__icontains=word)
                | Q(document__title__icontains=word)
                | Q(document__document_number__icontains=word)
                | Q(
                    pk__in=Task.objects.filter(
                        responsibilities__name_as_written__icontains=word
                    ).values("pk")
                )
            )
        return found


class Task(models.Model):
    """One numbered task of a policy document, as it stands in the ledger."""

    State = State

    document = models.ForeignKey(
        PolicyDocument, verbose_name=_("政策文件"), on_delete=models.PROTECT, related_name="tasks"
    )
    clause = models.OneToOneField(
        Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="task"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="tasks"
    )
    year_start = models.PositiveSmallIntegerField(_("起始年度"), validators=YEAR_RANGE)
    year_end = models.PositiveSmallIntegerField(_("截止年度"), validators=YEAR_RANGE)
    position = models.PositiveIntegerField(_("顺序"))
    number = models.CharField(_("编号"), max_length=20, blank=True)
    # Headings from the outside in, joined by " / "; shown as 领域 and merged in the ledger.
    section = models.CharField(_("领域"), max_length=300, blank=True)
    title = models.CharField(_("任务标题"), max_length=300)
    body = models.TextField(_("任务内容"), blank=True)
    start_on = models.DateField(_("开始日期"))
    due_on = models.DateField(_("完成时限"))
    original_due_on = models.DateField(_("原定完成时限"))
    due_version = models.PositiveSmallIntegerField(_("时限版本"), default=1)
    # Approved requests only; a date the office corrected by hand is no extension.
    extension_count = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    state = models.CharField(
        _("状态"), max_length=20, choices=State.choices, default=State.NOT_STARTED
    )
    progress = models.PositiveSmallIntegerField(_("进度（%）"), default=0, validators=PERCENT)
    completed_on = models.DateField(_("完成日期"), null=True, blank=True)
    responsible_leader = models.CharField(_("责任领导"), max_length=60, blank=True)
    remarks = models.TextField(_("备注"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("入账时间"), default=timezone.now)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        ordering = ["-year_end", "region", "document_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="one_task_per_position"),
            models.CheckConstraint(
                condition=Q(year_start__lte=F("year_end")), name="task_years_in_order"
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=100), name="progress_is_percent"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "year_end"], name="task_region_year"),
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=["not_started", "in_progress"]),
                name="task_open_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.pk])

    @property
    def leads(self) -> list[Any]:
        """Lead responsibilities in the document's order; reads the prefetch where there is one.

        A clause whose sentences each name who answers may name one body twice: it leads once.
        """
        leads: dict[str, Any] = {}
        for row in self.responsibilities.all():
            if row.role == "lead":
                leads.setdefault(row.name_as_written, row)
        return list(leads.values())

    @property
    def lead_department(self) -> Any:
        """The department listed first among those that lead (排在第一位的为牵头部门), or None."""
        return next((row.department for row in self.leads if row.department_id), None)
