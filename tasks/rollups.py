"""Every count and rate, for page, API, ledger and bulletin. Reads only.

What the figures mean (contracts/api.md, PRODUCT “Rollups”):

* A task counts in every year from `year_start` to `year_end`, in its own region only (not in the
  regions above), and with every department that leads it, once each. A task whose leading
  department is not in the register is in no department's cell.
* State, progress, light and flags are those of the cell's day, from `TaskQuerySet.with_light`, as
  in the task list. The day is `as_of` or today, but never later than the end of the quarter. The
  quarters that have not begun by then are left out.
* completion rate = (completed + awaiting write-off + written off) ÷ (tasks − cancelled − carried
  over); write-off rate = written off ÷ the same; on-time rate = done by their due date ÷ (done +
  overdue); mean progress over the same tasks as the divisor. Nothing to divide by: None.
* Targets: by the latest reading of an approved report up to the day.
* Reports: those owed for periods that ended by the day (in the quarter), by the rule of
  `report_figures`. A quarter's reports are filed in the days after it, so what became of them is
  told by `as_of` or today, not by the quarter's end.

Each kind of figure is one grouped query over all cells (four quarters are the parts of one UNION),
so the number of queries depends on how many quarters are asked for, never on the rows.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from departments.models import Department, Region
from documents.models import PolicyDocument
from reform_tracker.lib.dates import quarter_end, quarter_start, today
from reform_tracker.working_days.calendar import held_calendar
from tasks.models import Target, TaskEvent
from tasks.models.conditions import Light
from tasks.models.states import DONE_STATES, NOT_COUNTED_STATES, State
from tasks.models.target import Verdict
from tasks.models.task import TaskQuerySet
from tasks.report_figures import by_lead, outcome, owed_reports

DIMENSIONS = ("region", "year", "quarter", "department", "document")


@dataclass(frozen=True)
class Cell:
    """The figures of one region, year, quarter, department, document; None: not told apart."""

    on: dt.date
    region: Region | None = None
    year: int | None = None
    quarter: int | None = None
    department: Department | None = None
    document: PolicyDocument | None = None
    tasks: int = 0
    states: dict[str, int] = field(default_factory=dict)
    lights: dict[str, int] = field(default_factory=dict)
    overdue: int = 0
    lagging: int = 0
    completion_rate: float | None = None
    write_off_rate: float | None = None
    on_time_rate: float | None = None
    mean_progress: float | None = None
    targets: dict[str, int] = field(default_factory=dict)
    reports: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rollup:
    """Cells sorted by region code, year, quarter, department and document.

    `as_of`: the latest day any cell speaks of. `frozen`: taken from the figures kept at the close.
    """

    as_of: dt.date
    frozen: bool
    cells: list[Cell]


@dataclass(frozen=True)
class _Day:
    """One part of the question: the day it is asked for, and the year and quarter it is about."""

    on: dt.date
    year: int | None = None
    quarter: int | None = None


# Which cell a row belongs to: region, year, quarter, department, document.
_Key = tuple[int | None, int | None, int | None, int | None, int | None]
# Nine years of quarters, 5,000 tasks, SQLite: one query of 36 parts took 10.5 s, five of 8 took 4.1.
DAYS_PER_QUERY = 8


@held_calendar()
def rollup(
    tasks: TaskQuerySet,
    by: Iterable[str] = ("region", "year"),
    year: int | None = None,
    quarter: int | None = None,
    as_of: dt.date | None = None,
) -> Rollup:
    """Figures of `tasks` (already restricted to what the caller may see), told apart by `by`.

    `by`: any of DIMENSIONS; "quarter" needs "year" beside it or a `year`. `quarter` needs a
    `year`. ValueError otherwise.
    """
    by = tuple(by)
    if unknown := set(by) - set(DIMENSIONS):
        raise ValueError(f"unknown dimensions: {sorted(unknown)}")
    if (quarter and not year) or ("quarter" in by and not (year or "year" in by)):
        raise ValueError("a quarter needs its year")
    latest = as_of or today()
    if year:
        tasks = tasks.in_year(year)
    days = _days(tasks, by, year, quarter, latest)
    sums = _Sums(by, days, latest)
    if days:
        sums.add_tasks(tasks)
        sums.add_targets(tasks)
        sums.add_reports(tasks)
    on = max((day.on for day in days), default=latest)
    return Rollup(as_of=on, frozen=False, cells=_cells(sums))


def years(tasks: TaskQuerySet) -> list[int]:
    """Years that have tasks, the latest first."""
    spans = tasks.order_by().values_list("year_start", "year_end").distinct()
    return sorted({y for first, last in spans for y in range(first, last + 1)}, reverse=True)


def _days(
    tasks: TaskQuerySet, by: tuple[str, ...], year: int | None, quarter: int | None, latest: dt.date
) -> list[_Day]:
    if "quarter" not in by:
        on = min(latest, quarter_end(year, quarter)) if year and quarter else latest
        return [_Day(on, year, quarter)]
    wanted = [
        (y, q)
        for y in ([year] if year else reversed(years(tasks)))
        for q in ([quarter] if quarter else (1, 2, 3, 4))
    ]
    return [
        _Day(min(latest, quarter_end(y, q)), y, q)
        for y, q in wanted
        if quarter_start(y, q) <= latest
    ]


class _Sums:
    """Adds up grouped rows into cells; each `add_…` costs one query."""

    def __init__(self, by: tuple[str, ...], days: list[_Day], latest: dt.date) -> None:
        self.by = by
        self.days = days
        self.latest = latest
        self.counts: dict[_Key, Counter[str]] = {}

    def add_tasks(self, tasks: TaskQuerySet) -> None:
        for row, count in self._rows(lambda day: self._tasks(_of(day, tasks), day)):
            n, state = row["n"], row["state_then"]
            count["tasks"] += n
            count[f"state {state}"] += n
            count[f"light {row['light']}"] += n
            count["overdue"] += n * row["is_overdue"]
            count["lagging"] += n * row["is_lagging"]
            count["in time"] += n * row["done_in_time"]
            if state not in NOT_COUNTED_STATES:
                count["counted"] += n
                count["progress"] += row["progress"]

    def add_targets(self, tasks: TaskQuerySet) -> None:
        for row, count in self._rows(lambda day: self._targets(_of(day, tasks), day)):
            count["target total"] += row["n"]
            count[f"target {row['verdict_then']}"] += row["n"]

    def add_reports(self, tasks: TaskQuerySet) -> None:
        for row, count in self._rows(lambda day: self._reports(_of(day, tasks), day)):
            count["report due"] += row["n"]
            count[f"report {row['outcome']}"] += row["n"]

    def _tasks(self, tasks: TaskQuerySet, day: _Day) -> QuerySet[Any]:
        told = ["state_then", "light", "is_overdue", "is_lagging", "done_in_time"]
        lit = tasks.with_light(day.on).annotate(state_when_due=_state_when_due(day.on))
        lit = lit.annotate(done_in_time=_done_in_time())
        return self._grouped(lit, day, told).annotate(n=Count("pk"), progress=Sum("progress_then"))

    def _targets(self, tasks: TaskQuerySet, day: _Day) -> QuerySet[Any]:
        targets = Target.objects.filter(task__in=tasks.values("pk")).with_verdict(day.on)
        return self._grouped(targets, day, ["verdict_then"], "task__").annotate(n=Count("pk"))

    def _reports(self, tasks: TaskQuerySet, day: _Day) -> QuerySet[Any]:
        owed = owed_reports(tasks, day.on)
        if day.year:
            owed = owed.filter(Q(owed_year=day.year))
        if day.year and day.quarter:
            owed = owed.filter(Q(owed_ends_on__gte=quarter_start(day.year, day.quarter)))
        if "department" in self.by:
            asked = by_lead(owed, "")
            pairs = asked.annotate(outcome=outcome(self.latest, OuterRef("cell_department")))
        else:
            pairs = owed.annotate(outcome=outcome(self.latest, None))
        return self._grouped(pairs, day, ["outcome"], years=("owed_year", "owed_year")).annotate(
            n=Count("pk")
        )

    def _grouped(
        self,
        rows: QuerySet[Any],
        day: _Day,
        told: list[str],
        prefix: str = "",
        years: tuple[str, str] | None = None,
    ) -> QuerySet[Any]:
        """`rows` grouped by the columns `told` and by where they belong; `prefix` leads to the
        task, `years` are the columns of the first and last year a row counts in."""
        place: dict[str, Any] = {"cell_part": Value(self.days.index(day), IntegerField())}
        if "region" in self.by:
            place["cell_region"] = F(f"{prefix}region")
        if "document" in self.by:
            place["cell_document"] = F(f"{prefix}document")
        if "year" in self.by and not day.year:
            first, last = years or (f"{prefix}year_start", f"{prefix}year_end")
            place |= {"cell_first": F(first), "cell_last": F(last)}
        names = [*place, *told]
        if "department" in self.by:
            if "cell_department" not in rows.query.annotations:
                rows = by_lead(rows, prefix)
            names.append("cell_department")
        return rows.annotate(**place).order_by().values(*names)

    def _rows(
        self, part: Callable[[_Day], QuerySet[Any]]
    ) -> Iterator[tuple[dict[str, Any], Counter[str]]]:
        """The rows of all parts, each with every cell it counts in."""
        for start in range(0, len(self.days), DAYS_PER_QUERY):
            first, *rest = [part(day) for day in self.days[start : start + DAYS_PER_QUERY]]
            for row in first.union(*rest, all=True) if rest else first:
                for key in self._keys(row):
                    yield row, self.counts.setdefault(key, Counter())

    def _keys(self, row: dict[str, Any]) -> Iterator[_Key]:
        day = self.days[row["cell_part"]]
        span = [day.year]
        if "cell_first" in row:
            span = list(range(row["cell_first"], row["cell_last"] + 1))
        for year in span:
            yield (
                row.get("cell_region"),
                year,
                day.quarter,
                row.get("cell_department"),
                row.get("cell_document"),
            )

    def day_of(self, key: _Key) -> dt.date:
        _, year, quarter, _, _ = key
        if len(self.days) == 1:
            return self.days[0].on
        return next(d.on for d in self.days if (d.year, d.quarter) == (year, quarter))


def _of(day: _Day, tasks: TaskQuerySet) -> TaskQuerySet:
    return tasks.in_year(day.year) if day.year else tasks


def _state_when_due(on: dt.date) -> Subquery:
    """The state on the due date, or on `on` where that comes first.

    Read from the events, not from `completed_on`: reopening a task today changes no past figure.
    """
    events = TaskEvent.objects.filter(
        task=OuterRef("pk"), effective_on__lte=OuterRef("due_on")
    ).filter(effective_on__lte=on)
    return Subquery(events.exclude(state="").order_by("-effective_on", "-id").values("state")[:1])


def _done_in_time() -> Case:
    """Done, and already when it was due."""
    return Case(
        When(state_then__in=DONE_STATES, state_when_due__in=DONE_STATES, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _cells(sums: _Sums) -> list[Cell]:
    """Every cell that has a task, with its rates, named and sorted."""
    counts = {key: count for key, count in sums.counts.items() if count["tasks"]}
    region_of = _named(Region.objects.all(), {key[0] for key in counts})
    department_of = _named(Department.objects.select_related("region"), {key[3] for key in counts})
    document_of = _named(PolicyDocument.objects.defer("text"), {key[4] for key in counts})
    cells = [
        Cell(
            on=sums.day_of(key),
            region=region_of.get(key[0]),
            year=key[1],
            quarter=key[2],
            department=department_of.get(key[3]),
            document=document_of.get(key[4]),
            **_figures(count),
        )
        for key, count in counts.items()
    ]
    return sorted(cells, key=_order)


def _named(rows: QuerySet[Any], ids: set[int | None]) -> dict[int | None, Any]:
    ids.discard(None)
    return rows.in_bulk(ids) if ids else {}


def _order(cell: Cell) -> tuple[Any, ...]:
    return (
        cell.region.code if cell.region else "",
        cell.year or 0,
        cell.quarter or 0,
        cell.department.name if cell.department else "",
        cell.department.pk if cell.department else 0,
        cell.document.pk if cell.document else 0,
    )


def _figures(count: Counter[str]) -> dict[str, Any]:
    done = sum(count[f"state {state}"] for state in DONE_STATES)
    counted = count["counted"]
    return {
        "tasks": count["tasks"],
        "states": {state.value: count[f"state {state.value}"] for state in State},
        "lights": {light.value: count[f"light {light.value}"] for light in Light},
        "overdue": count["overdue"],
        "lagging": count["lagging"],
        "completion_rate": _share(done, counted),
        "write_off_rate": _share(count[f"state {State.WRITTEN_OFF}"], counted),
        "on_time_rate": _share(count["in time"], done + count["overdue"]),
        "mean_progress": _share(count["progress"], counted, places=1),
        "targets": {
            "total": count["target total"],
            **{verdict.value: count[f"target {verdict.value}"] for verdict in Verdict},
        },
        "reports": {
            name: count[f"report {name}"] for name in ("due", "on_time", "late", "missing")
        },
    }


def _share(part: int, whole: int, places: int = 4) -> float | None:
    """`part` ÷ `whole`, rounded half up as Excel does; None when there is nothing to divide by."""
    if not whole:
        return None
    exact = Decimal(part) / Decimal(whole)
    return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
