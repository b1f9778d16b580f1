"""What a department still has to report: its tasks of a period, and what became of each.

Only the lead's report is owed, by the rule of `rollups.owed_reports`, so that what a department is
asked for and what the region's figures count agree; of those, what was set aside since is asked
of nobody. Others who answer for a task may report on it, and owe nothing. (PRODUCT, Reports)
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from departments.models import Department
from tasks.models import ProgressReport, ReportingPeriod, Responsibility, Task
from tasks.models.task import TaskQuerySet
from tasks.rollups import NO_REPORT_STATES, owed_reports

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


def owing(department: Department, period: ReportingPeriod, on: dt.date) -> TaskQuerySet:
    """Tasks the department owes a report on in the period: those it leads."""
    return _reported_on(period, on).of_department(department.pk, Responsibility.Role.LEAD)


def due_reports(department: Department, period: ReportingPeriod, on: dt.date) -> list[DueReport]:
    """Every task the department can report on, those owed and still to do first.

    As many queries for ten as for 100.
    """
    named = _reported_on(period, on).of_department(department.pk)
    tasks = list(named.select_related("document", "region").prefetch_related("responsibilities"))
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
    filed = set(_filed(department, period).values_list("task", flat=True))
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
    """Open periods in which the department still owes reports, with how many."""
    owed = []
    for period in periods:
        filed = _filed(department, period).values("task")
        missing = owing(department, period, on).exclude(pk__in=filed).count()
        if missing:
            owed.append((period, missing))
    return owed


def _reported_on(period: ReportingPeriod, on: dt.date) -> TaskQuerySet:
    """Tasks reported on in the period, as the rollups count them; one that still runs is read as
    if it ended today. What can no longer be filed, since it was set aside, is left out."""
    tasks = Task.objects.filter(region=period.region_id).exclude(state__in=NO_REPORT_STATES)
    return owed_reports(tasks, max(on, period.ends_on)).filter(owed_period=period.pk)


def _filed(department: Department, period: ReportingPeriod) -> QuerySet[ProgressReport]:
    """What was handed in by the department or by the office on anyone's behalf."""
    own_or_office = Q(department=department) | Q(filed_on_behalf=True)
    return ProgressReport.objects.filed().filter(own_or_office, period=period)


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
