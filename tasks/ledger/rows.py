"""The ledger's rows: each task with what is known of it on a day. Reads only.

A fixed number of queries for any number of tasks up to CHUNK, and the same again for each
further CHUNK, so that a large ledger does not lie in memory as a whole.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce

from departments.models import Membership
from tasks.models import ProgressReport, Target, Task
from tasks.models.conditions import light_reason
from tasks.models.report import ProgressReportQuerySet
from tasks.models.responsibility import Responsibility
from tasks.models.task import TaskQuerySet

CHUNK = 2_000


@dataclass(frozen=True)
class LedgerRow:
    """One task; `report` is the official one: of a lead, or filed by the office on its behalf."""

    serial: int
    task: Task
    light_reason: str
    leads: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    liaisons: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    report: ProgressReport | None = None


def ledger_rows(
    tasks: TaskQuerySet, on: dt.date, reports: ProgressReportQuerySet
) -> Iterator[LedgerRow]:
    """`tasks` come from `with_light(on)`, in the order in which they shall stand; `reports` are
    those the reader may see."""
    tasks = tasks.with_document_head().prefetch_related(
        Prefetch("responsibilities", Responsibility.objects.select_related("department")),
        Prefetch("targets", Target.objects.with_verdict(on)),
        Prefetch("reports", _approved(reports, on), to_attr="approved_then"),
    )
    stream = tasks.iterator(chunk_size=CHUNK)
    serial = 0
    while chunk := list(islice(stream, CHUNK)):
        names = _liaison_names(chunk)
        for task in chunk:
            serial += 1
            yield _row(serial, task, names)


def _approved(reports: ProgressReportQuerySet, on: dt.date) -> ProgressReportQuerySet:
    """Approved reports that count by the day, the latest first."""
    counted = Q(submitted_on__lte=on) | Q(period__ends_on__lte=on)
    latest = Coalesce("period__ends_on", "submitted_on").desc()
    return reports.approved().filter(counted).order_by(latest, "-id")


def _liaison_names(tasks: list[Task]) -> dict[int, list[str]]:
    """Department id → names of its liaisons, for the departments that lead one of the tasks."""
    leads = {row.department_id for task in tasks for row in task.leads if row.department_id}
    places = Membership.objects.filter(
        role=Membership.Role.LIAISON, department__in=leads, user__is_active=True
    )
    names: dict[int, list[str]] = {}
    for place in places.select_related("user").order_by("id"):
        names.setdefault(place.department_id, []).append(str(place.user))
    return names


def _row(serial: int, task: Task, names: dict[int, list[str]]) -> LedgerRow:
    leads = task.leads
    ids = [row.department_id for row in leads]
    others = [row for row in task.responsibilities.all() if row.role != "lead"]
    official = (
        report
        for report in task.approved_then
        if report.filed_on_behalf or report.department_id in ids
    )
    return LedgerRow(
        serial=serial,
        task=task,
        light_reason=light_reason(task),
        leads=_once(row.name_as_written for row in leads),
        others=_once(row.name_as_written for row in others),
        liaisons=_once(name for pk in ids for name in names.get(pk, [])),
        targets=list(task.targets.all()),
        report=next(official, None),
    )


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
