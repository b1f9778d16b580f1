"""A workbook's rows as lines with tabs. The Excel library itself lives in reform_tracker.lib."""

from __future__ import annotations

import re
import zipfile

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers import limits
from documents.parsing.readers.grid import row_lines

MAX_ROWS = 20_000
MAX_MERGED = 200_000  # cells that merged ranges cover
_MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell [^>]{0,40}ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)


def _check_merged(part: bytes) -> None:
    """One short line can merge 17,000 million cells, each of which a reader would fill."""
    covered = 0
    for left, top, right, bottom in _MERGED.findall(part):
        covered += (int(bottom) - int(top) + 1) * (_column(right) - _column(left) + 1)
        if covered > MAX_MERGED:
            raise UnreadableDocument("Excel文件的合并单元格过大，无法读取，请取消合并后再上传。")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def read_excel(package: zipfile.ZipFile, data: bytes) -> str:
    for name in package.namelist():
        if name.endswith((".xml", ".rels")):
            _check_merged(limits.read_part(package, name) or b"")  # refuses a DOCTYPE
    try:
        from reform_tracker.lib.workbook import read_rows
    except ImportError as error:
        raise UnreadableDocument("暂不能读取Excel文件，请将表格另存为.docx后再上传。") from error
    try:
        sheets = read_rows(data)
    except ValueError as error:
        raise UnreadableDocument(str(error)) from error
    except Exception as error:  # the library raises its own kinds for broken files
        raise UnreadableDocument("Excel文件已损坏，无法读取，请重新另存后再上传。") from error
    if sum(len(rows) for _, rows in sheets) > MAX_ROWS:
        raise UnreadableDocument("Excel文件超过2万行，请删去无关工作表后再上传。")
    lines: list[str] = []
    for _, rows in sheets:
        lines += row_lines(
            [["" if cell is None else str(cell).strip() for cell in row] for row in rows]
        )
    return "\n".join(lines)
