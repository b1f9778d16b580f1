"""One table with merged cells in every form in which an office gets it."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence
from typing import Any

import docx
import openpyxl

UP, LEFT = "^", "<"  # merged with the cell above, with the one to the left
Grid = Sequence[Sequence[Any]]


def across(text: str, width: int) -> list[str]:
    """A row that is one cell over the whole width."""
    return [text, *[LEFT] * (width - 1)]


def cells_of(grid: Grid) -> dict[tuple[int, int], tuple[int, int]]:
    """Where each cell begins, and how many rows and columns it spans."""
    begins: dict[tuple[int, int], tuple[int, int]] = {}
    for row, cells in enumerate(grid):
        for column, text in enumerate(cells):
            if text == UP:
                begins[row, column] = begins[row - 1, column]
            elif text == LEFT:
                begins[row, column] = begins[row, column - 1]
            else:
                begins[row, column] = (row, column)
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), (top, left) in begins.items():
        tall, wide = spans.get((top, left), (1, 1))
        spans[top, left] = (max(tall, row - top + 1), max(wide, column - left + 1))
    return spans


def as_workbook(lines: Sequence[str], grid: Grid) -> bytes:
    book = openpyxl.Workbook()
    fill_sheet(book.active, lines, grid)
    return packed(book)


def fill_sheet(sheet: Any, lines: Sequence[str], grid: Grid) -> None:
    """`lines` above the table, each merged over its width."""
    rows = [across(line, len(grid[0])) for line in lines] + [list(row) for row in grid]
    for (top, left), (tall, wide) in cells_of(rows).items():
        value = rows[top][left]
        sheet.cell(top + 1, left + 1, None if value == "" else value)
        if (tall, wide) != (1, 1):
            sheet.merge_cells(
                start_row=top + 1, end_row=top + tall, start_column=left + 1, end_column=left + wide
            )


def packed(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_word(lines: Sequence[str], grid: Grid) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(rows=len(grid), cols=len(grid[0]))
    for (top, left), (tall, wide) in cells_of(grid).items():
        cell = table.cell(top, left)
        if (tall, wide) != (1, 1):
            cell = cell.merge(table.cell(top + tall - 1, left + wide - 1))
        first, *others = str(grid[top][left]).split("\n")
        cell.text = first
        for line in others:
            cell.add_paragraph(line)
    return packed(document)


def as_page(lines: Sequence[str], grid: Grid) -> bytes:
    spans = cells_of(grid)
    rows = []
    for row, cells in enumerate(grid):
        written = [
            f'<td rowspan="{spans[row, column][0]}" colspan="{spans[row, column][1]}">'
            + "<br>".join(html.escape(line) for line in str(text).split("\n"))
            + "</td>"
            for column, text in enumerate(cells)
            if (row, column) in spans
        ]
        rows.append(f"<tr>{''.join(written)}</tr>")
    above = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f"<html><body>{above}<table>{''.join(rows)}</table></body></html>".encode()


def as_copied(lines: Sequence[str], grid: Grid) -> bytes:
    """Copied out of Excel: a merged cell stands once, one with several lines in quotes."""
    spans = cells_of(grid)
    rows = [
        "\t".join(
            "" if (row, column) not in spans else f'"{text}"' if "\n" in str(text) else str(text)
            for column, text in enumerate(cells)
        )
        for row, cells in enumerate(grid)
    ]
    return "\n".join([*lines, *rows]).encode()


FORMS: dict[str, Callable[[Sequence[str], Grid], bytes]] = {
    "表.xlsx": as_workbook,
    "表.docx": as_word,
    "表.html": as_page,
    "表.txt": as_copied,
}
