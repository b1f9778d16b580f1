"""Which reports are owed for a period and what became of each: one rule for all figures. Reads only.

A task owes one report for each period of its region, unless it was set aside or written off at the
period's end, or began only after it. The lead's report counts, or one the office filed on its
behalf: on time, late, or missing once the filing deadline has passed; until then it is pending.
Told apart by department a task counts once for every department that leads it, else once.

Beside that, whatever the outcome: the report that counts says there is nothing new (零报告), one
was sent back and not filed again, one awaits review. (PRODUCT, Reports)
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from tasks.models import ProgressReport, ReportingPeriod, Responsibility, Task, TaskEvent
from tasks.models.report import ProgressReportQuerySet
from tasks.models.states import SET_ASIDE_STATES, State
from tasks.models.task import TaskQuerySet

NO_REPORT_STATES = [*SET_ASIDE_STATES, State.WRITTEN_OFF]
Status = ProgressReport.Status


class Outcome(TextChoices):
    """What became of an owed report; each has exactly one."""

    ON_TIME = "on_time", _("按期报送")
    LATE = "late", _("迟报")
    PENDING = "pending", _("尚未报送")
    MISSING = "missing", _("逾期未报")


class Standing(TextChoices):
    """What a number of the board counts; the words also stand in its address.

    Filed and unfiled add up to what is due; the last three are said of a report beside that.
    """

    DUE = "due", _("应报")
    FILED = "filed", _("已报")
    LATE = "late", _("迟报")
    UNFILED = "unfiled", _("未报")
    NOTHING_NEW = "nothing_new", _("零报告")
    SENT_BACK = "sent_back", _("已退回")
    AWAITING_REVIEW = "awaiting_review", _("待审核")


FILED = (Outcome.ON_TIME, Outcome.LATE)
UNFILED = (Outcome.PENDING, Outcome.MISSING)
# A number counts, and its list shows, the rows with one of the values in the column of `_told`.
COUNTED: dict[str, tuple[str, tuple[Any, ...]]] = {
    Standing.DUE: ("outcome", (*FILED, *UNFILED)),
    Standing.FILED: ("outcome", FILED),
    Standing.LATE: ("outcome", (Outcome.LATE,)),
    Standing.UNFILED: ("outcome", UNFILED),
    Standing.NOTHING_NEW: ("nothing_new", (True,)),
    Standing.SENT_BACK: ("sent_back", (True,)),
    Standing.AWAITING_REVIEW: ("awaiting_review", (True,)),
}
# Of one department or region: standing → how many reports.
Figures = dict[str, int]
NOTHING: Figures = {standing.value: 0 for standing in Standing}


# --- Figures ----------------------------------------------------------------------------------


def by_period(periods: Iterable[ReportingPeriod], on: dt.date) -> dict[int, Figures]:
    """Period → its figures, every task once; one query, however many periods there are."""
    periods = list(periods)
    found = _counted(_told(_owed(periods, on), on, None), "owed_period")
    return {period.pk: found.get(period.pk, NOTHING) for period in periods}


def by_department(period: ReportingPeriod, on: dt.date) -> list[tuple[Department, Figures]]:
    """Figures of every department that leads a task of the period, by name. Two queries."""
    found = _counted(
        _told(by_lead(_owed([period], on), ""), on, OuterRef("cell_department")), "cell_department"
    )
    departments = Department.objects.select_related("region").filter(pk__in=found)
    return [(each, found[each.pk]) for each in departments.order_by("name", "pk")]


def rows_of(
    period: ReportingPeriod, on: dt.date, standing: str, department: Department | None = None
) -> TaskQuerySet:
    """The tasks behind a number, in the documents' order, with `outcome`, the marks and
    `filed_on`: the day of the first filing that counts."""
    owed = _owed([period], on)
    if department:
        owed = owed.of_department(department.pk, Responsibility.Role.LEAD)
    rows = _told(owed, on, department.pk if department else None)
    column, values = COUNTED[standing]
    return rows.filter(**{f"{column}__in": values}).order_by("document", "position")


def still_to_file(period: ReportingPeriod, on: dt.date) -> dict[int, int]:
    """Department → how many reports it can and must still file: what can no longer be filed,
    since the task was set aside after the period, is asked of nobody."""
    owed = by_lead(_owed([period], on).exclude(state__in=NO_REPORT_STATES), "")
    rows = owed.annotate(outcome=outcome(on, OuterRef("cell_department")))
    unfiled = rows.filter(outcome__in=UNFILED)
    counted = unfiled.order_by().values("cell_department").annotate(n=Count("pk"))
    return {row["cell_department"]: row["n"] for row in counted}


def unled(period: ReportingPeriod, on: dt.date) -> int:
    """How many owed reports no department of the register leads: the office's own to file."""
    leads = Responsibility.objects.filter(
        task=OuterRef("pk"), role=Responsibility.Role.LEAD, department__isnull=False
    )
    return _owed([period], on).filter(~Exists(leads)).count()


def _owed(periods: list[ReportingPeriod], on: dt.date) -> TaskQuerySet:
    """Reports owed for the periods; a period that still runs is read as if it ended today."""
    tasks = Task.objects.filter(region__in={period.region_id for period in periods})
    last = max([on, *(period.ends_on for period in periods)])
    return owed_reports(tasks, last).filter(owed_period__in=[period.pk for period in periods])


def _told(owed: TaskQuerySet, on: dt.date, department: Any) -> TaskQuerySet:
    """Annotate what is known of each owed report; `department` as in `outcome`."""
    reports = _official(on, department)
    counting = reports.filed().exclude(status=Status.SUPERSEDED)
    newest = Subquery(counting.order_by("-id").values("nothing_new")[:1])
    first = reports.filed().order_by("submitted_on").values("submitted_on")[:1]
    return owed.annotate(
        outcome=outcome(on, department),
        nothing_new=Coalesce(newest, Value(False), output_field=BooleanField()),
        sent_back=Exists(reports.filter(status=Status.SENT_BACK)),
        awaiting_review=Exists(reports.filter(status=Status.SUBMITTED)),
        filed_on=Subquery(first),
    )


def _counted(rows: TaskQuerySet, by: str) -> dict[int, Figures]:
    columns = {column for column, _ in COUNTED.values()}
    found: dict[int, Figures] = {}
    for row in rows.order_by().values(by, *columns).annotate(n=Count("pk")):
        figures = found.setdefault(row[by], dict(NOTHING))
        for standing, (column, values) in COUNTED.items():
            figures[str(standing)] += row["n"] if row[column] in values else 0
    return found


# --- The rule ---------------------------------------------------------------------------------


def owed_reports(tasks: TaskQuerySet, on: dt.date) -> TaskQuerySet:
    """One row for each report owed by `on`: the task, with `owed_period`, `owed_year`,
    `owed_ends_on` and `owed_due_on` of the period it is about."""
    events = TaskEvent.objects.filter(
        task=OuterRef("pk"), effective_on__lte=OuterRef("owed_ends_on")
    )
    last_state = events.exclude(state="").order_by("-effective_on", "-id").values("state")[:1]
    pairs = tasks.annotate(
        owed_period=F("region__reporting_periods"),
        owed_year=F("region__reporting_periods__year"),
        owed_ends_on=F("region__reporting_periods__ends_on"),
        owed_due_on=F("region__reporting_periods__due_on"),
    ).filter(
        owed_year__gte=F("year_start"),
        owed_year__lte=F("year_end"),
        owed_ends_on__gte=F("start_on"),
        owed_ends_on__lte=on,
    )
    return pairs.annotate(
        owed_state=Coalesce(Subquery(last_state), Value(State.NOT_STARTED.value))
    ).exclude(owed_state__in=NO_REPORT_STATES)


def outcome(on: dt.date, department: Any) -> Case:
    """What became of an owed report by `on`: on_time, late, missing or pending.

    `department`: the lead it is asked of; None: any lead of the task.
    """
    filed = _official(on, department).filed()
    # The first filing decides: a correction filed in May does not make April's report late.
    in_time = Exists(filed.filter(submitted_on__lte=OuterRef("owed_due_on")))
    return Case(
        When(in_time, then=Value(Outcome.ON_TIME.value)),
        When(Exists(filed), then=Value(Outcome.LATE.value)),
        When(owed_due_on__lt=on, then=Value(Outcome.MISSING.value)),
        default=Value(Outcome.PENDING.value),
        output_field=CharField(),
    )


def _official(on: dt.date, department: Any) -> ProgressReportQuerySet:
    """Reports on an owed row that can count for it: the lead's, or the office's on its behalf."""
    reports = ProgressReport.objects.filter(
        task=OuterRef("pk"), period=OuterRef("owed_period"), submitted_on__lte=on
    )
    leads = Responsibility.objects.filter(
        task=OuterRef("task"), department=OuterRef("department"), role=Responsibility.Role.LEAD
    )
    by_a_lead = Q(department=department) if department is not None else Q(Exists(leads))
    return reports.filter(Q(filed_on_behalf=True) | by_a_lead)


def by_lead(rows: QuerySet[Any], prefix: str) -> QuerySet[Any]:
    """Each row once for every department that leads its task, as `cell_department`."""
    column = f"{prefix}responsibilities"
    rows = rows.annotate(
        cell_department=F(f"{column}__department"),
        lead_role=F(f"{column}__role"),
        lead_position=F(f"{column}__position"),
    ).filter(lead_role=Responsibility.Role.LEAD, cell_department__isnull=False)
    # A department the document names twice still leads the task once.
    named_before = Responsibility.objects.filter(
        task=OuterRef(f"{prefix}pk"),
        department=OuterRef("cell_department"),
        role=Responsibility.Role.LEAD,
        position__lt=OuterRef("lead_position"),
    )
    return rows.filter(~Exists(named_before))
