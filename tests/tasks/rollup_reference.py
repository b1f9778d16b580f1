"""The rollups' definitions once more, slowly and in plain Python, to hold the SQL against."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reform_tracker.lib.dates import quarter_end, quarter_start, today
from tasks.models import ReportingPeriod, Task
from tasks.models.conditions import Light
from tasks.models.states import DONE_STATES, NOT_COUNTED_STATES, SET_ASIDE_STATES, State
from tasks.rollups import Cell

FILED = ("submitted", "approved", "superseded")


def reference(*, by, year, quarter, as_of) -> list[Cell]:
    """What `rollup(Task.objects.all(), …).cells` must be."""
    latest = as_of or today()
    cells: dict[tuple, list[dict[str, Any]]] = {}
    for task in Task.objects.all():
        for y, q, on in moments(task, by, year, quarter, latest):
            standing = Task.objects.with_light(on).get(pk=task.pk)
            leads = {r.department for r in task.responsibilities.all() if r.role == "lead"}
            for department in (leads - {None}) if "department" in by else [None]:
                key = (
                    task.region if "region" in by else None,
                    y,
                    q,
                    department,
                    task.document if "document" in by else None,
                    on,
                )
                facts = describe(task, standing, on, latest, y, q, department)
                cells.setdefault(key, []).append(facts)
    rows = [cell(key, facts) for key, facts in cells.items()]
    return sorted(
        rows,
        key=lambda c: (
            c.region.code if c.region else "",
            c.year or 0,
            c.quarter or 0,
            c.department.name if c.department else "",
            c.department.pk if c.department else 0,
            c.document.pk if c.document else 0,
        ),
    )


def moments(task, by, year, quarter, latest):
    """(year, quarter, day) of each cell the task counts in."""
    span = [y for y in range(task.year_start, task.year_end + 1) if year in (None, y)]
    if "quarter" in by:
        for y in span:
            for q in [quarter] if quarter else (1, 2, 3, 4):
                if quarter_start(y, q) <= latest:
                    yield y, q, min(latest, quarter_end(y, q))
        return
    on = min(latest, quarter_end(year, quarter)) if quarter else latest
    if "year" in by or year:
        for y in span:
            yield y, quarter, on
    else:
        yield None, None, on


def describe(task, standing, on, latest, year, quarter, department) -> dict[str, Any]:
    """`standing` is the row of the task list on that day: figures must agree with the list."""
    state = standing.state_then
    done = state in DONE_STATES
    return {
        "state": state,
        "progress": standing.progress_then,
        "light": standing.light,
        "overdue": standing.is_overdue,
        "lagging": standing.is_lagging,
        "in_time": done and state_on(task, min(task.due_on, on)) in DONE_STATES,
        "verdicts": [verdict(target, on) for target in task.targets.all()],
        "reports": list(owed(task, on, latest, year, quarter, department)),
    }


def verdict(target, on: dt.date) -> str:
    known = [r for r in target.readings.all() if r.report.status == "approved" and r.read_on <= on]
    last = max(known, key=lambda r: (r.read_on, r.pk), default=None)
    return target.verdict(last.value if last else None)


def owed(task, on, latest, year, quarter, department):
    """What has become by `latest` of every report about a period that ended by `on`."""
    for period in ReportingPeriod.objects.filter(region=task.region):
        in_year = task.year_start <= period.year <= task.year_end and year in (None, period.year)
        in_quarter = not quarter or period.ends_on >= quarter_start(year, quarter)
        if not (in_year and in_quarter and task.start_on <= period.ends_on <= on):
            continue
        if state_on(task, period.ends_on) in [*SET_ASIDE_STATES, State.WRITTEN_OFF]:
            continue
        leads = {r.department_id for r in task.responsibilities.all() if r.role == "lead"} - {None}
        asked = {department.pk} if department else leads
        days = [
            report.submitted_on
            for report in task.reports.filter(period=period, status__in=FILED)
            if report.submitted_on <= latest
            and (report.filed_on_behalf or report.department_id in asked)
        ]
        if days:
            yield "on_time" if min(days) <= period.due_on else "late"
        else:
            yield "missing" if period.due_on < latest else "pending"


def state_on(task, day: dt.date) -> str:
    events = [e for e in task.events.all() if e.state and e.effective_on <= day]
    last = max(events, key=lambda e: (e.effective_on, e.pk), default=None)
    return last.state if last else State.NOT_STARTED


def cell(key, facts) -> Cell:
    region, year, quarter, department, document, on = key
    counted = [f for f in facts if f["state"] not in NOT_COUNTED_STATES]
    done = [f for f in facts if f["state"] in DONE_STATES]
    late = [f for f in facts if f["overdue"]]
    verdicts = [v for f in facts for v in f["verdicts"]]
    reports = [r for f in facts for r in f["reports"]]
    return Cell(
        on=on,
        region=region,
        year=year,
        quarter=quarter,
        department=department,
        document=document,
        tasks=len(facts),
        states={s.value: sum(f["state"] == s for f in facts) for s in State},
        lights={light.value: sum(f["light"] == light for f in facts) for light in Light},
        overdue=len(late),
        lagging=sum(f["lagging"] for f in facts),
        completion_rate=share(len(done), len(counted)),
        write_off_rate=share(sum(f["state"] == "written_off" for f in facts), len(counted)),
        on_time_rate=share(sum(f["in_time"] for f in facts), len(done) + len(late)),
        mean_progress=share(sum(f["progress"] for f in counted), len(counted), "0.1"),
        targets={
            "total": len(verdicts),
            **{v: verdicts.count(v) for v in ("met", "not_met", "undetermined")},
        },
        reports={
            "due": len(reports),
            **{r: reports.count(r) for r in ("on_time", "late", "missing")},
        },
    )


def share(part, whole, step="0.0001"):
    if not whole:
        return None
    return float((Decimal(part) / Decimal(whole)).quantize(Decimal(step), ROUND_HALF_UP))
