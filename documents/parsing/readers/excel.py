"""A workbook's rows as lines with tabs. The Excel library itself lives in reform_tracker.lib."""

from __future__ import annotations

import re
from itertools import pairwise

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers.grid import ACROSS, MAX_CELLS, row_lines

_UNNAMED = re.compile(r"(?:Sheet|工作表|表)\s?\d*", re.IGNORECASE)
_FIGURE = re.compile(r"(?=.*\d).{1,12}")


def read_excel(data: bytes) -> tuple[str, list[str]]:
    """Text and warnings."""
    from reform_tracker.lib.workbook import read_sheets

    try:
        sheets = read_sheets(data, old_too=True, max_cells=MAX_CELLS)
    except ValueError as error:
        raise UnreadableDocument(str(error)) from error
    if sum(len(row) for sheet in sheets for row in sheet.rows) > MAX_CELLS:
        raise UnreadableDocument("表格过大，无法读取，请删去无关的工作表、行和列后再上传。")
    lines: list[str] = []
    warnings = []
    told_apart = sum(any(map(any, sheet.rows)) for sheet in sheets) > 1
    for sheet in sheets:
        rows = row_lines([_merged_once(row) for row in sheet.rows])
        if rows and told_apart and not _UNNAMED.fullmatch(sheet.name.strip()):
            lines.append(f"工作表：{' '.join(sheet.name.split())}")
        lines += rows
        if sheet.hidden_rows:
            warnings.append(
                f"工作表“{sheet.name}”有{sheet.hidden_rows}行被隐藏或筛选掉，没有读入，请核对"
            )
    return "\n".join(lines), warnings


def _merged_once(row: list[str]) -> list[str]:
    """A cell merged across stands in every column; two figures side by side may be equal."""
    cells = [cell.strip() for cell in row]
    whole = len(set(cells)) == 1
    return cells[:1] + [
        ACROSS if cell and cell == before and (whole or not _FIGURE.fullmatch(cell)) else cell
        for before, cell in pairwise(cells)
    ]
