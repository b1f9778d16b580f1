"""What a department still has to report: its tasks of a period, and what became of each.

Only the lead's report is owed, by the rule of `report_figures.owed_reports`, so that what a department is
asked for and what the region's figures count agree; of those, what was set aside since is asked
of nobody. Others who answer for a task may report on it, and owe nothing. (PRODUCT, Reports)
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from departments.models import Department
from tasks.models import ProgressReport, ReportingPeriod, Responsibility, Task
from tasks.models.task import TaskQuerySet
from tasks.report_figures import NO_REPORT_STATES, owed_reports

Status = ProgressReport.Status
# Which report of a period speaks for it when there are several: the open one before the approved.
RANK = {
    Status.SENT_BACK: 0,
    Status.DRAFT: 1,
    Status.SUBMITTED: 2,
    Status.APPROVED: 3,
}


@dataclass(frozen=True)
class DueReport:
    """One task of a period for one department. `report`: the one that counts, or None.

    `is_owed`: the department leads the task. `is_filed`: its report is in, or the office's.
    """

    task: Task
    period: ReportingPeriod
    report: ProgressReport | None
    role: str
    is_owed: bool
    is_filed: bool
    on: dt.date

    @property
    def is_overdue(self) -> bool:
        return self.is_owed and not self.is_filed and self.on > self.period.due_on

    @property
    def status(self) -> str:
        if self.report:
            return str(self.report.status)
        if not self.is_owed:
            return "optional"
        return "approved" if self.is_filed else "to_file"

    @property
    def status_label(self) -> str:
        if self.report:
            return str(self.report.get_status_display())
        if not self.is_owed:
            return _("可填（%s）") % self.role
        return _("医改办代填") if self.is_filed else _("待填报")

    @property
    def sent_back_because(self) -> str:
        """Why it came back, in the reviewer's words."""
        if self.status != Status.SENT_BACK:
            return ""
        rounds = list(self.report.reviews.all())
        return rounds[-1].reason if rounds else ""


def due_reports(department: Department, period: ReportingPeriod, on: dt.date) -> list[DueReport]:
    """Every task the department can report on, those owed and still to do first.

    As many queries for ten as for 100.
    """
    named = _reported_on(period, on).of_department(department.pk)
    tasks = list(named.with_document_head().prefetch_related("responsibilities"))
    reports = (
        ProgressReport.objects.filter(
            department=department, period=period, task__in=[task.pk for task in tasks]
        )
        .exclude(status=Status.SUPERSEDED)
        .prefetch_related("reviews")
    )
    counting: dict[int, ProgressReport] = {}
    for report in sorted(reports, key=lambda r: RANK[Status(r.status)], reverse=True):
        counting[report.task_id] = report
    filed = set(_handed_in_for(department).filter(period=period).values_list("task", flat=True))
    rows = []
    for task in tasks:
        role = role_of(department.pk, task)
        rows.append(
            DueReport(
                task,
                period,
                counting.get(task.pk),
                str(role.label) if role else "",
                is_owed=role == Responsibility.Role.LEAD,
                is_filed=task.pk in filed,
                on=on,
            )
        )
    return sorted(rows, key=_order)


def still_missing(
    department: Department, periods: Iterable[ReportingPeriod], on: dt.date
) -> list[tuple[ReportingPeriod, int]]:
    """Periods over by `on` in which the department still owes reports, with how many.

    One query, however many periods there are.
    """
    periods = list(periods)
    tasks = Task.objects.exclude(state__in=NO_REPORT_STATES)
    led = tasks.of_department(department.pk, Responsibility.Role.LEAD)
    owed = owed_reports(led, on).filter(owed_period__in=[period.pk for period in periods])
    filed = _handed_in_for(department).filter(task=OuterRef("pk"), period=OuterRef("owed_period"))
    counted = owed.filter(~Exists(filed)).order_by().values("owed_period").annotate(n=Count("pk"))
    missing = {row["owed_period"]: row["n"] for row in counted}
    return [(period, missing[period.pk]) for period in periods if period.pk in missing]


def _reported_on(period: ReportingPeriod, on: dt.date) -> TaskQuerySet:
    """Tasks reported on in the period, as the rollups count them; one that still runs is read as
    if it ended today. What can no longer be filed, since it was set aside, is left out."""
    tasks = Task.objects.filter(region=period.region_id).exclude(state__in=NO_REPORT_STATES)
    return owed_reports(tasks, max(on, period.ends_on)).filter(owed_period=period.pk)


def _handed_in_for(department: Department) -> QuerySet[ProgressReport]:
    """What was handed in by the department or by the office on anyone's behalf."""
    own_or_office = Q(department=department) | Q(filed_on_behalf=True)
    return ProgressReport.objects.filed().filter(own_or_office)


def role_of(department: int | None, task: Task) -> Responsibility.Role | None:
    """Its part in the task, the lead before any other where it is named twice; None: no part.

    Reads the prefetched `responsibilities`.
    """
    rows = [row for row in task.responsibilities.all() if row.department_id == department]
    roles = [Responsibility.Role(row.role) for row in rows]
    if Responsibility.Role.LEAD in roles:
        return Responsibility.Role.LEAD
    return roles[0] if roles else None


def _order(row: DueReport) -> tuple[bool, float]:
    rank = RANK[Status(row.report.status)] if row.report else 3 if row.is_filed else 1.5
    return not row.is_owed, rank
