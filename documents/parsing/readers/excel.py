"""A workbook's rows as lines with tabs. The Excel library itself lives in reform_tracker.lib."""

from __future__ import annotations

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers.grid import row_lines


def read_excel(data: bytes) -> tuple[str, list[str]]:
    """Text and warnings."""
    from reform_tracker.lib.workbook import read_sheets

    try:
        sheets = read_sheets(data, old_too=True)
    except ValueError as error:
        raise UnreadableDocument(str(error)) from error
    lines: list[str] = []
    warnings = []
    for sheet in sheets:
        lines += row_lines(sheet.rows)
        if sheet.hidden_rows:
            warnings.append(
                f"工作表“{sheet.name}”有{sheet.hidden_rows}行被隐藏或筛选掉，没有读入，请核对"
            )
    return "\n".join(lines), warnings
