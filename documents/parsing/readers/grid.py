"""Tables with merged cells, as rows of equal meaning: a merged cell counts for every row it spans."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from documents.parsing.errors import UnreadableDocument
from documents.parsing.tables.cells import CELL_BREAK
from documents.parsing.tables.columns import is_heading

MAX_CELLS = 200_000
_TOO_LARGE = "表格过大，无法读取，请拆分后再上传。"
# Stands in the columns that a cell merged across covers, besides its first.
ACROSS = "\0"


# 扩大覆盖 / 面,…: no line of its own begins so
_REST_OF_WORD = re.compile(
    rf"(?<=[\u4e00-\u9fff]){CELL_BREAK}(?=[\u4e00-\u9fff]{{1,2}}[，,]|[\u4e00-\u9fff][、。；;])"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` with a line's end wherever the cell has one."""

    text: str
    columns: int = 1
    rows: int = 1


def fill_grid(rows: Iterable[list[Cell]]) -> list[list[str]]:
    """Every row with the text of each of its cells, merged ones repeated downwards.

    A cell merged across columns is written once, with ACROSS in the others.
    """
    filled: list[list[str]] = []
    hanging: dict[int, tuple[str, int]] = {}  # column -> text, rows still to cover
    total = 0
    for row in rows:
        cells: dict[int, str] = {}
        column = 0
        for cell in row:
            while column in hanging:
                column = _take(hanging, cells, column)
            for offset in range(cell.columns):
                text = ACROSS if offset else cell.text
                cells[column + offset] = text
                if cell.rows > 1:
                    hanging[column + offset] = (text, cell.rows)
            column += cell.columns
            if total + len(cells) > MAX_CELLS:
                raise UnreadableDocument(_TOO_LARGE)
        for place in [place for place in hanging if place not in cells]:
            _take(hanging, cells, place)
        hanging = {c: (text, left - 1) for c, (text, left) in hanging.items() if left > 1}
        total += len(cells)
        if total > MAX_CELLS:
            raise UnreadableDocument(_TOO_LARGE)
        filled.append([cells.get(place, "") for place in range(max(cells, default=-1) + 1)])
    return filled


def _take(hanging: dict[int, tuple[str, int]], cells: dict[int, str], column: int) -> int:
    cells[column] = hanging[column][0]
    return column + 1


def is_data(rows: Iterable[list[str]]) -> bool:
    """Does a table with these rows hold data? With two columns only under names of columns."""
    return any(
        len(row) >= 3
        or (len(row) == 2 and is_heading([re.sub(r"\s", "", cell) for cell in row], []))
        for row in rows
    )


def row_lines(rows: list[list[str]]) -> list[str]:
    """The lines of a table in the text: its rows with tabs, headings across it as plain lines."""
    lines = []
    below_heading = False
    for row in _without_idle_columns([[_one_cell(cell) for cell in row] for row in rows]):
        written = [at for at, cell in enumerate(row) if cell and cell != ACROSS]
        names = [re.sub(r"\s", "", cell.replace(ACROSS, "")) for cell in row]
        below_heading = below_heading or is_heading(names, [])
        if len(written) == 1 and _stands_apart(row, written[0], below_heading):
            parts = row[written[0]].split(CELL_BREAK)
            # Between the rows it is a heading or a note; above them it may be a notice's text.
            lines += [" ".join(parts)] if below_heading else parts
        elif written and len(row) < 2:
            lines += row[0].split(CELL_BREAK)
        elif written:
            cells = [cell.replace(ACROSS, "") for cell in row]
            # Two columns, or a last cell alone, could be a text set with a tab.
            idle = len(cells) < 3 or len(written) == 1
            lines.append("\t".join([*cells, ""] if idle else cells))
    return lines


def _one_cell(text: str) -> str:
    if text == ACROSS:
        return text
    lines = [" ".join(line.split()) for line in text.split("\n")]
    lines = [line for line in lines if line]
    # A narrow column sets 序 above 号.
    whole = ("" if all(len(line) == 1 for line in lines) else CELL_BREAK).join(lines)
    return _REST_OF_WORD.sub("", whole)


def _without_idle_columns(rows: list[list[str]]) -> list[list[str]]:
    """A sheet may begin in its second column; a spacing column says nothing."""
    width = max(map(len, rows), default=0)
    used = [
        at
        for at in range(width)
        if any(at < len(row) and row[at] not in ("", ACROSS) for row in rows)
    ]
    return [[row[at] if at < len(row) else "" for at in used] for row in rows]


def _stands_apart(row: list[str], at: int, below_heading: bool) -> bool:
    """Is the only text of a row a line across the table, and not more of one column?"""
    across = 1
    while at + across < len(row) and row[at + across] == ACROSS:
        across += 1
    return at == 0 or not below_heading or 2 * across >= len(row)
