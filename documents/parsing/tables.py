"""Annex tables: 序号 · 重点任务 · 具体内容 · 牵头单位 · 配合单位 · 完成时限. A row is a task.

Readers deliver a row as one line with its cells between tabs (a copied page may use |); a merged
cell is repeated in every row it spans. Several rows that differ only in the indicator they set
(指标名称 · 目标值) are one task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from documents.parsing.columns import LONGEST_NAME, role_of
from documents.parsing.markers import SECTION, SUBSECTION, read_marker
from documents.parsing.structure import Node, TableRun

Span = tuple[int, int]

_LEADING = re.compile(r"牵头|主办")
_NUMBER = re.compile(r"^\(?(?:\d{1,3}(?:[.\-]\d{1,3}){0,2}|[一二三四五六七八九十]{1,3})\)?[、.]?$")
_NOTE = re.compile(r"^(?:注|备注|说明|合计|小计|总计|填表|填报|制表)")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of a task's 指标名称 · 目标值 columns."""

    name: Span
    value: Span
    unit: Span | None
    year: int | None  # the column says 2024年目标值


@dataclass(frozen=True, slots=True)
class Row:
    start: int
    end: int
    path: tuple[Node, ...]  # the headings the table stands under
    sections: tuple[str, ...]  # the headings inside the table
    number: str
    title: Span
    body: tuple[Span, ...]
    lead: Span | None
    coop: Span | None
    due: Span | None
    all_lead: bool  # the column says 牵头: everyone in it leads
    indicators: tuple[Indicator, ...] = ()


@dataclass(slots=True)
class _Columns:
    """Which column is which; `texts` are those that say what is to be done, in order."""

    width: int
    roles: dict[str, int]
    texts: list[int]
    all_lead: bool
    year: int | None

    @property
    def has_tasks(self) -> bool:
        return bool(self.texts) and bool({"lead", "coop", "due"} & self.roles.keys())

    @property
    def has_targets(self) -> bool:
        return {"indicator", "value"} <= self.roles.keys()


@dataclass(slots=True)
class _Table:
    """What has been read of one table, and what its next row may take over from the last."""

    columns: _Columns | None = None
    sections: dict[int, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    targets: list[Indicator] = field(default_factory=list)


def read_tables(folded: str, runs: list[TableRun]) -> tuple[list[Row], list[Indicator]]:
    """The tasks of all tables, and the targets of those that set targets for nobody."""
    table = _Table()
    for run in runs:
        if run.caption is not None:
            table.sections = {SECTION: folded[slice(*run.caption)]}
        heading: list[list[str]] = []
        for start, end in run.lines:
            cells = _cells(folded, start, end)
            names = [re.sub(r"\s", "", folded[slice(*cell)]) for cell in cells]
            if _is_heading(names, bool(heading)):
                if not heading:
                    table.columns, table.sections = None, {}
                heading.append(names)
                continue
            if heading:
                table.columns, heading = _columns(heading), []
            _read_row(folded, (start, end), cells, run, table)
        if heading:
            table.columns = _columns(heading)
    return table.rows, table.targets


def _cells(folded: str, start: int, end: int) -> list[Span]:
    """Offsets of the cells of a line, without the space around them."""
    mark = "\t" if "\t" in folded[start:end] else "|"
    cells, begin = [], start
    for place in [
        *(m.start() for m in re.finditer(re.escape(mark), folded[start:end])),
        end - start,
    ]:
        cell_end = start + place
        text = folded[begin:cell_end]
        left = len(text) - len(text.lstrip())
        cells.append((begin + left, begin + left + len(text.strip())))
        begin = cell_end + 1
    if mark == "|" and len(cells) > 2:  # | a | b | has an empty cell at either edge
        cells = cells[1:] if cells[0][0] == cells[0][1] else cells
        cells = cells[:-1] if cells[-1][0] == cells[-1][1] else cells
    return cells


# --- the heading --------------------------------------------------------------------------------


def _is_heading(names: list[str], goes_on: bool) -> bool:
    """Are the cells names of columns? The second line of a heading may name only some."""
    written = [name for name in names if name]
    if any(name.isdigit() or len(name) > LONGEST_NAME or "。" in name for name in written):
        return False
    known = [role for name in written if (role := role_of(name)) is not None]
    if goes_on:
        return bool(written) and len(known) == len(written)
    return len(set(known)) >= 2 and 2 * len(known) > len(written) and len(set(written)) >= 3


def _columns(heading: list[list[str]]) -> _Columns | None:
    """The lowest name of a column that says something tells its role: 责任分工 over 牵头部门."""
    width = max(len(names) for names in heading)
    roles: dict[str, int] = {}
    texts: list[int] = []
    unknown: list[int] = []
    named_task = False
    for index in range(width):
        stacked = [names[index] for names in reversed(heading) if index < len(names)]
        role = next((role for name in stacked if (role := role_of(name)) is not None), None)
        if role in ("task", "content"):
            # The first column called a task holds the title, also right of 目标 or 内容.
            if role == "task" and not named_task:
                texts.insert(0, index)
                named_task = True
            else:
                texts.append(index)
        elif role == "lead" and "lead" in roles:
            # 牵头单位 beside 责任单位: the others cooperate.
            leads = any(_LEADING.search(name) for name in stacked)
            roles["coop"], roles["lead"] = (
                (roles["lead"], index) if leads else (index, roles["lead"])
            )
        elif role is not None:
            roles.setdefault(role, index)
        elif not texts and any(stacked):
            unknown.append(index)
    if "value" in roles and "indicator" not in roles:
        texts.append(roles["value"])  # 2022年目标 beside the task, in words
    if unknown and "section" not in roles:
        roles["section"] = unknown[0]  # 专项行动 to the left of its tasks
    if not texts and "indicator" in roles and "lead" in roles:
        texts = [roles["indicator"]]
    lead = roles.get("lead")
    all_lead = lead is not None and any(
        lead < len(names) and _LEADING.search(names[lead]) for names in heading
    )
    all_lead = all_lead or "coop" in roles  # the others have a column of their own
    value = roles.get("value")
    names = "".join(row[value] for row in heading if value is not None and value < len(row))
    year = re.search(r"20\d\d(?=年)", names)
    columns = _Columns(width, roles, texts, all_lead, int(year[0]) if year else None)
    return columns if columns.has_tasks or columns.has_targets else None


# --- the rows -----------------------------------------------------------------------------------


def _read_row(folded: str, line: Span, cells: list[Span], run: TableRun, table: _Table) -> None:
    columns = table.columns
    if columns is None:
        return

    def cell(role: str) -> Span | None:
        return _cell(cells, columns.roles.get(role))

    written = list(dict.fromkeys(folded[slice(*span)] for span in cells if span[0] < span[1]))
    if not written or _NOTE.match(written[0]):
        return
    number = cell("number")
    if len(written) == 1 and not _is_more(cells, columns):
        if number is None or not _NUMBER.match(written[0]):
            _open_section(table, written[0])
        return
    if number is not None and not _NUMBER.match(folded[slice(*number)]):
        return
    name, value = cell("indicator"), cell("value")
    indicator = Indicator(name, value, cell("unit"), columns.year) if name and value else None
    if not columns.has_tasks:
        table.targets += [indicator] if indicator is not None else []
        return
    last = table.rows[-1] if table.rows else None
    row = _row(folded, line, cells, run, table, columns, indicator)
    if row is None:
        return
    if indicator is not None and last is not None and _same_task(folded, last, row):
        table.rows[-1] = replace(last, end=row.end, indicators=(*last.indicators, *row.indicators))
    else:
        table.rows.append(row)


def _row(
    folded: str,
    line: Span,
    cells: list[Span],
    run: TableRun,
    table: _Table,
    columns: _Columns,
    indicator: Indicator | None,
) -> Row | None:
    number, title = _cell(cells, columns.roles.get("number")), _cell(cells, columns.texts[0])
    lead, coop, due = (_cell(cells, columns.roles.get(role)) for role in ("lead", "coop", "due"))
    body = tuple(span for index in columns.texts[1:] if (span := _cell(cells, index)) is not None)
    body = tuple(dict.fromkeys(body))
    last = table.rows[-1] if table.rows else None
    written = folded[slice(*number)] if number else ""
    if title is None and number is None and body and last is not None:
        # A copy that lost its merged cells leaves them empty below the first row.
        title, written = last.title, last.number
        if lead is None and coop is None:
            lead, coop = last.lead, last.coop
        due = due or last.due
    elif lead is None and last is not None and "lead" in columns.roles and number is not None:
        lead = last.lead
    title = title or (body[0] if body else None)
    if title is None:
        return None
    if title not in body and (not body or "。" in folded[slice(*title)]):
        body = (title, *body)  # the cell is the whole text, and not only its heading
    marker = read_marker(folded[slice(*title)])
    if not written:
        written = str(marker.number) if marker and marker.number else ""
    section = _cell(cells, columns.roles.get("section"))
    inside = [name for _, name in sorted(table.sections.items())]
    if section is not None:
        inside.append(folded[slice(*section)])
    return Row(
        start=line[0],
        end=line[1],
        path=run.path,
        sections=tuple(inside),
        number=written.strip("()、. ") or str(len(table.rows) + 1),
        title=title,
        body=body,
        lead=lead,
        coop=coop,
        due=due,
        all_lead=columns.all_lead,
        indicators=(indicator,) if indicator is not None else (),
    )


def _cell(cells: list[Span], index: int | None) -> Span | None:
    if index is None or index >= len(cells) or cells[index][0] == cells[index][1]:
        return None
    return cells[index]


def _is_more(cells: list[Span], columns: _Columns) -> bool:
    """Is the only cell that is written one of the texts, right of the first column?"""
    places = [index for index, (start, end) in enumerate(cells) if start < end]
    return len(places) == 1 and places[0] > 0 and places[0] in columns.texts


def _open_section(table: _Table, text: str) -> None:
    marker = read_marker(text)
    rank = marker.rank if marker is not None else SECTION
    if rank <= SUBSECTION and len(text) <= 60:
        table.sections = {up: name for up, name in table.sections.items() if up < rank}
        table.sections[rank] = text


def _same_task(folded: str, one: Row, other: Row) -> bool:
    return (one.number, *_words(folded, one)) == (other.number, *_words(folded, other))


def _words(folded: str, row: Row) -> Iterator[str]:
    yield folded[slice(*row.title)]
    for span in row.body:
        yield folded[slice(*span)]
