"""The ledger as an Excel file: rows of the list, figures of the rollups, one heading."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from departments.models import Department, Region, User
from reform_tracker.audit.models import record
from reform_tracker.lib.workbook import Chart, Column, SheetPlan, Value, write_book
from tasks.filters import TaskFilter
from tasks.ledger.columns import FROZEN, MERGED, chinese_date, columns
from tasks.ledger.rows import ledger_rows
from tasks.models import ProgressReport, Task
from tasks.models.report import ProgressReportQuerySet
from tasks.models.states import DONE_STATES, State
from tasks.models.task import TaskQuerySet
from tasks.rollups import Cell, rollup

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHINESE_QUARTERS = "一二三四"
STATE_COLOURS = {
    State.NOT_STARTED: "#8593A1",
    State.IN_PROGRESS: "#F0B429",
    State.COMPLETED: "#2FA360",
    State.AWAITING_WRITE_OFF: "#66B2C9",
    State.WRITTEN_OFF: "#1D5FA8",
    State.SUSPENDED: "#B5A6C9",
    State.CANCELLED: "#D0D5DB",
    State.CARRIED_OVER: "#C9A27A",
}


@dataclass(frozen=True)
class Heading:
    """What the ledger is called: whose it is, of what time, as of which day."""

    on: dt.date
    region: Region | None = None
    department: Department | None = None
    year: int | None = None
    quarter: int | None = None

    @property
    def place(self) -> str:
        if self.department:
            return self.department.full_name
        return self.region.name if self.region else ""

    @property
    def time(self) -> str:
        if not self.year:
            return ""
        quarter = _("第%s季度") % CHINESE_QUARTERS[self.quarter - 1] if self.quarter else ""
        return _("%d年") % self.year + quarter

    @property
    def title(self) -> str:
        return _("%(place)s深化医药卫生体制改革任务台账%(time)s") % {
            "place": self.place,
            "time": f"（{self.time}）" if self.time else "",
        }

    @property
    def unit(self) -> str:
        """Who the ledger comes from."""
        if self.department or not self.region:
            return self.place
        return _("%s医改办") % self.region.name

    @property
    def file_name(self) -> str:
        """医改任务台账_徐州市_2012年_截至2012年12月31日.xlsx"""
        day = _("截至%s") % chinese_date(self.on)
        parts = [_("医改任务台账"), self.place, self.time, day]
        return "_".join(part for part in parts if part) + ".xlsx"


@dataclass(frozen=True)
class Export:
    """A finished file and the name to save it under."""

    name: str
    data: bytes


def ledger_bytes(
    tasks: TaskQuerySet, heading: Heading, reports: ProgressReportQuerySet | None = None
) -> bytes:
    """The workbook of these tasks, which come from `with_light(heading.on)` in their order.

    `reports`: those the reader may see; None, for the command line, is all.
    """
    if reports is None:
        reports = ProgressReport.objects.all()
    rows = ledger_rows(tasks, heading.on, reports)
    planned = columns(heading.on)
    as_of = _("截至日期：%s") % chinese_date(heading.on)
    unit = _("填报单位：%s") % heading.unit if heading.unit else ""
    ledger = SheetPlan(
        name=_("台账"),
        title=heading.title,
        left_note=unit,
        right_note=as_of,
        columns=[column.plain for column in planned],
        rows=([column.value(row) for column in planned] for row in rows),
        merge=MERGED,
        frozen_columns=FROZEN,
    )
    return write_book([ledger, _summary(tasks, heading, unit, as_of)], author=heading.unit)


def export_filtered(query: TaskFilter, user: User) -> Export:
    """The ledger of a valid filter's tasks, for page and API alike; leaves an audit row.

    `query` is restricted to what the user may see by its own queryset.
    """
    heading = heading_of(query, user)
    reports = ProgressReport.objects.visible_to(user)
    export = Export(heading.file_name, ledger_bytes(query.qs, heading, reports))
    asked = {name: query.data[name] for name in query.base_filters if query.data.get(name)}
    record(
        actor=user,
        action="ledger_exported",
        subject=heading.department or heading.region or user,
        detail={"file": export.name, "filters": asked},
    )
    return export


def heading_of(query: TaskFilter, user: User) -> Heading:
    """Whose ledger it is: what was filtered by, else what the person's role is about."""
    values = query.form.cleaned_data
    department, region = values["department"], values["region"]
    own = {each.pk: each for each in user.scope.regions}
    if not department and not region and len(own) == 1:
        (region,) = own.values()
    if not department and not region and not own and len(user.scope.department_ids) == 1:
        department = Department.objects.select_related("region").get(
            pk__in=user.scope.department_ids
        )
    return Heading(
        on=query.on,
        region=region,
        department=department,
        year=int(values["year"]) if values["year"] else None,
        quarter=values["quarter"] or None,
    )


# --- 汇总 -----------------------------------------------------------------------------------------


def _summary(tasks: TaskQuerySet, heading: Heading, unit: str, as_of: str) -> SheetPlan:
    """Figures by leading department and for all, every one from the rollups."""
    # By id: a filter's own annotations and order must not reach into the grouped queries.
    chosen = Task.objects.filter(pk__in=tasks.order_by().values("pk"))
    asked = {"year": heading.year, "quarter": heading.quarter, "as_of": heading.on}
    by_lead = rollup(chosen, by=["department"], **asked).cells
    in_all = rollup(chosen, by=[], **asked).cells
    states = list(State)
    return SheetPlan(
        name=_("汇总"),
        title=heading.title.replace(_("任务台账"), _("任务汇总表")),
        left_note=unit,
        right_note=as_of,
        columns=[
            Column(_("牵头单位"), 30),
            Column(_("任务数"), 8, "integer"),
            *(Column(str(state.label), 8, "integer") for state in states),
            Column(_("逾期"), 8, "integer"),
            Column(_("未达序时进度"), 9, "integer"),
            Column(_("完成合计（含待销号、已销号）"), 12, "integer"),
            Column(_("完成率"), 9, "percent"),
            Column(_("销号率"), 9, "percent"),
            Column(_("平均进度（%）"), 10, "decimal"),
            Column(_("指标数"), 8, "integer"),
            Column(_("达标"), 8, "integer"),
            Column(_("未达标"), 8, "integer"),
            Column(_("无法判定"), 8, "integer"),
        ],
        rows=list(_figures(by_lead, in_all)),
        frozen_columns=1,
        paper="A4",
        chart=Chart(
            title=_("各牵头单位任务完成状态"),
            label_column=0,
            value_columns=tuple(range(2, 2 + len(states))),
            colours=tuple(STATE_COLOURS[state] for state in states),
            totals=len(in_all),
        ),
    )


def _figures(by_lead: list[Cell], in_all: list[Cell]) -> Iterator[list[Value]]:
    for cell in by_lead:
        yield [cell.department.full_name if cell.department else _("未列入名录"), *_numbers(cell)]
    for cell in in_all:
        # Not the sum of the lines above: a task with two leads stands in both of theirs.
        yield [_("合计（按任务）"), *_numbers(cell)]


def _numbers(cell: Cell) -> list[Any]:
    return [
        cell.tasks,
        *(cell.states[state.value] for state in State),
        cell.overdue,
        cell.lagging,
        # What the rate is made of; the state 已完成 alone is less.
        sum(cell.states[state.value] for state in DONE_STATES),
        cell.completion_rate,
        cell.write_off_rate,
        cell.mean_progress,
        *(cell.targets[name] for name in ("total", "met", "not_met", "undetermined")),
    ]
