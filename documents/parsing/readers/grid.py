"""Tables with merged cells, as rows of equal meaning: a merged cell counts for every row it spans."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.parsing.errors import UnreadableDocument

MAX_CELLS = 200_000
_TOO_LARGE = "表格过大，无法读取，请拆分后再上传。"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    columns: int = 1
    rows: int = 1


def fill_grid(rows: list[list[Cell]]) -> list[list[str]]:
    """Every row with the text of each of its cells, merged ones repeated downwards.

    A cell merged across columns is written once: it is a heading, or the layout's habit.
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
            text = re.sub(r"\s+", " ", cell.text).strip()
            for offset in range(cell.columns):
                cells[column + offset] = text if offset == 0 else ""
                if cell.rows > 1:
                    hanging[column + offset] = (text if offset == 0 else "", cell.rows)
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


def row_lines(rows: list[list[str]]) -> list[str]:
    """A row of three cells or more is a line with tabs; fewer are lines of text."""
    lines = []
    for row in rows:
        written = [cell for cell in row if cell]
        if len(row) >= 3 and len(set(written)) >= 2:
            lines.append("\t".join(" ".join(cell.split()) for cell in row))
        else:
            lines += dict.fromkeys(written)  # a title merged across the table stands once
    return lines
