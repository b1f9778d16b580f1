"""What a department still has to report: its tasks of a period, and what became of each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from departments.models import Department
from tasks.models import ProgressReport, ReportingPeriod, Task
from tasks.models.states import SET_ASIDE_STATES, State
from tasks.models.task import TaskQuerySet

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
    """One task of a period for one department. `report`: the one that counts, or None."""

    task: Task
    period: ReportingPeriod
    report: ProgressReport | None
    role: str
    on: dt.date

    @property
    def is_filed(self) -> bool:
        return self.report is not None and self.report.status in (
            Status.SUBMITTED,
            Status.APPROVED,
        )

    @property
    def is_overdue(self) -> bool:
        return not self.is_filed and self.on > self.period.due_on

    @property
    def status(self) -> str:
        return self.report.status if self.report else "to_file"

    @property
    def status_label(self) -> str:
        return str(self.report.get_status_display()) if self.report else _("待填报")

    @property
    def sent_back_because(self) -> str:
        """Why it came back, in the reviewer's words."""
        if self.status != Status.SENT_BACK:
            return ""
        rounds = list(self.report.reviews.all())
        return rounds[-1].reason if rounds else ""


def owing(department: Department, period: ReportingPeriod) -> TaskQuerySet:
    """Tasks of the period's region and year the department reports on in it."""
    return (
        Task.objects.of_department(department.pk)
        .filter(region=period.region_id, start_on__lte=period.ends_on)
        .in_year(period.year)
        .exclude(state__in=[*SET_ASIDE_STATES, State.WRITTEN_OFF])
    )


def due_reports(department: Department, period: ReportingPeriod, on: dt.date) -> list[DueReport]:
    """Every task owed in the period, those still to do first. As many queries for ten as for 100."""
    owed = owing(department, period).select_related("document", "region")
    tasks = list(owed.prefetch_related("responsibilities"))
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
    rows = [
        DueReport(task, period, counting.get(task.pk), _role_of(department, task), on)
        for task in tasks
    ]
    return sorted(rows, key=lambda row: RANK.get(row.status, 1.5))  # type: ignore[call-overload]


def still_missing(
    department: Department, periods: Iterable[ReportingPeriod]
) -> list[tuple[ReportingPeriod, int]]:
    """Open periods in which the department still owes reports, with how many."""
    owed = []
    for period in periods:
        filed = ProgressReport.objects.filter(
            department=department,
            period=period,
            status__in=[Status.SUBMITTED, Status.APPROVED],
        )
        missing = owing(department, period).exclude(pk__in=filed.values("task")).count()
        if missing:
            owed.append((period, missing))
    return owed


def _role_of(department: Department, task: Task) -> str:
    return next(
        str(row.get_role_display())
        for row in task.responsibilities.all()
        if row.department_id == department.pk
    )
