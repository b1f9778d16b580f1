"""Annex tables: 序号 · 重点任务 · 具体内容 · 牵头单位 · 配合单位 · 完成时限. A row is a task.

Readers deliver a row as one line with its cells between tabs (a copied page may use |); a merged
cell is repeated in every row it spans.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("number", r"^(?:序号|编号|序|项次|任务编号|No\.?)$"),
        ("lead", r"牵头(?:责任)?(?:单位|部门|处室|科室)|^(?:主办|主责|责任|主要责任|负责|承办|实施|落实|分工)(?:单位|部门|主体|处室|科室)?(?:\(.{1,8}\))?$|^责任(?:单位|部门)"),
        ("coop", r"(?:配合|协办|协同|协作|参与|参加|协助)(?:责任)?(?:单位|部门|处室|科室)?"),
        ("due", r"时限|完成时间|时间节点|时间要求|时间进度|进度安排|完成日期|截止"),
        ("skip", r"责任领导|牵头领导|分管|责任人|联系|备注|进展|完成情况|电话|分值|评分|状态"),
        ("section", r"^(?:工作|任务|改革|重点)?(?:类别|领域|分类|板块|专题|方面|大类)$"),
        ("content", r"具体(?:内容|任务|措施|举措|要求|工作)|(?:工作|主要|任务|改革|建设)(?:内容|措施|举措|要求)|^内容$|目标要求|工作目标|目标任务|年度目标|主要举措|改革举措|指标要求|^措施$|任务目标"),
        ("task", r"任务|事项|项目|工作|名称|要点|指标"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    start: int
    end: int
    number: str
    section: str
    title: tuple[int, int]  # offsets of the title's cell
    body: tuple[int, int]
    lead: tuple[int, int] | None
    coop: tuple[int, int] | None
    due: tuple[int, int] | None
    all_lead: bool = False  # the column says 牵头: everyone in it leads


def read_rows(folded: str, lines: list[tuple[int, int]]) -> list[Row]:
    """The tasks of one run of table lines; empty when no line of it is a header of such a table."""
    columns: dict[str, int] | None = None
    rows: list[Row] = []
    for start, end in lines:
        cells = _cells(folded, start, end)
        header = _header([folded[a:b] for a, b in cells])
        if header is not None:
            columns = header
        elif columns is not None:
            row = _row(folded, start, end, cells, columns, len(rows) + 1)
            if row is not None:
                rows.append(row)
    return rows


def _cells(folded: str, start: int, end: int) -> list[tuple[int, int]]:
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


def _header(cells: list[str]) -> dict[str, int] | None:
    """Which column is which, if the cells are headings: a task and who is responsible."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = re.sub(r"\s", "", cell)
        if not name or len(name) > 14:
            continue
        for role, pattern in _COLUMNS:
            if pattern.search(name):
                columns.setdefault(role, index)
                if role == "lead" and re.search(r"牵头|主办", name):
                    columns.setdefault("all_lead", index)
                break
    if "task" not in columns and "content" in columns:
        columns["task"] = columns["content"]
    if "task" in columns and ("lead" in columns or "due" in columns):
        return columns
    return None


def _row(
    folded: str,
    start: int,
    end: int,
    cells: list[tuple[int, int]],
    columns: dict[str, int],
    count: int,
) -> Row | None:
    def cell(role: str) -> tuple[int, int] | None:
        index = columns.get(role)
        if index is None or index >= len(cells) or cells[index][0] == cells[index][1]:
            return None
        return cells[index]

    title, body = cell("task"), cell("content")
    title = title or body
    if title is None or len(cells) < 3:
        return None
    distinct = {folded[a:b] for a, b in cells if a < b}
    if len(distinct) < 2:
        return None  # one merged cell across the table: a heading inside it
    number, section = cell("number"), cell("section")
    written = re.sub(r"\D", "", folded[slice(*number)]) if number else ""
    return Row(
        start=start,
        end=end,
        number=written or str(count),
        section=folded[slice(*section)] if section else "",
        title=title,
        body=body or title,
        lead=cell("lead"),
        coop=cell("coop"),
        due=cell("due"),
        all_lead="all_lead" in columns and columns["all_lead"] == columns.get("lead"),
    )
