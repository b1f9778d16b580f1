"""Excel files in and out: the only module that knows the Excel libraries.

`read_rows` takes a stranger's workbook apart under limits; `write_book` makes one that prints.
"""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from reform_tracker.lib.archives import NotAnArchive, open_archive
from reform_tracker.lib.sheet_xml import (
    SheetFacts,
    TooLarge,
    TooManyCells,
    plain,
    sheet_facts,
    shown,
)

# What a file may hold (SAFETY, trap 4: 213 KB on disk were 59 MB and 655,000 rows inside); what the
# archive around it may, says archives.py.
MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_CELLS = 400_000
MAX_CHARACTERS = 5_000_000

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

# Plain Chinese and no gettext where files are read: the child that reads documents has no settings.
Sheet = tuple[str, list[list[str]]]


@dataclass(frozen=True)
class SheetRead:
    """A visible sheet: its rows as a reader sees them, and how many rows are hidden from him."""

    name: str
    rows: list[list[str]]
    hidden_rows: int = 0


def read_rows(data: bytes) -> list[Sheet]:
    """Name and rows of every visible sheet, each cell as the text a reader sees.

    A merged cell's text stands in every cell it covers; a formula gives the value stored with it
    and is never evaluated; a date reads 2025年6月30日, a number formatted as per cent 95%.
    Hidden rows and empty ones at the end are dropped; all rows of a sheet are equally long. Raises
    ValueError with a message for the user when the file is broken, encrypted or too large.
    """
    return [(sheet.name, sheet.rows) for sheet in read_sheets(data)]


def read_sheets(
    data: bytes, *, old_too: bool = False, max_cells: int | None = None
) -> list[SheetRead]:
    """The same, with what else is to be said of each sheet.

    `max_cells`: fewer than a ledger may have (MAX_CELLS).
    `old_too`: also reads .xls, which cannot be looked at before it fills the memory: only for a
    child process with limits.
    """
    old = data.startswith(OLE_MAGIC)
    if old and ENCRYPTED_STREAM in data:
        raise ValueError("文件设有打开密码，无法读取。请取消密码后重新上传。")
    if old and not old_too:
        raise ValueError("这是旧版.xls文件，请用WPS或Excel另存为.xlsx再上传。")
    most = MAX_CELLS if max_cells is None else max_cells
    facts = {} if old else _facts(data, most)
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        sheets: list[SheetRead] = []
        for name in visible:
            sheets.append(_sheet(book.get_sheet_by_name(name), facts.get(name), most))
            if sum(len(sheet.rows) for sheet in sheets) > MAX_ROWS:
                raise _Refused(_too_many_rows())
    except _Refused:
        raise
    except Exception as error:  # any part of a foreign file may be malformed in any way
        if old:
            message = "这是旧版.xls文件，无法读取，请用WPS或Excel另存为.xlsx再上传。"
        else:
            message = "文件已损坏，无法读取。请用WPS或Excel打开后另存为.xlsx再上传。"
        raise ValueError(message) from error
    return sheets


class _Refused(ValueError):
    """Already says to the user what is wrong."""


def _facts(data: bytes, max_cells: int) -> dict[str, SheetFacts]:
    """Look at every part, counting, before any library sees the file."""
    try:
        with open_archive(data) as archive:
            return sheet_facts(
                archive, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS, max_cells=max_cells
            )
    except NotAnArchive as error:
        raise ValueError("文件不是有效的Excel工作簿（.xlsx），请检查后重新上传。") from error
    except TooManyCells as error:
        raise ValueError(_too_many_rows()) from error
    except TooLarge as error:
        raise ValueError(_too_far(error)) from error


def _too_many_rows() -> str:
    return f"表格超过{MAX_ROWS}行，不能导入。请删除末尾多余的空行或拆成几个文件。"


def _too_far(error: TooLarge) -> str:
    place = f"（最远的单元格是{error.cell}）"
    if error.columns:
        return f"工作表超过{MAX_COLUMNS}列，不能导入。请删除右侧多余的列{place}。"
    return f"表格超过{MAX_ROWS}行，不能导入。请删除下方多余的行{place}。"


def _sheet(sheet: Any, facts: SheetFacts | None, max_cells: int) -> SheetRead:
    if sheet.total_height * sheet.total_width > max_cells or sheet.total_height > MAX_ROWS:
        raise _Refused(_too_many_rows())
    forms = facts.forms if facts else {}
    rows: list[list[str]] = []
    room = MAX_CHARACTERS
    left = [""] * (sheet.start[1] if sheet.start else 0)  # what the library leaves out
    for number, written in enumerate(sheet.iter_rows()):
        values = left + written
        # One text may stand in every cell: a few kB in the file, gigabytes here.
        room -= sum(len(value) for value in values if isinstance(value, str))
        if room < 0:
            raise _Refused("表格文字过多，不能导入。请拆成几个文件后重新上传。")
        rows.append([_text(shown(value, forms.get((number, i)))) for i, value in enumerate(values)])
    _fill_merged(rows, sheet.merged_cell_ranges or ())
    hidden = facts.hidden_rows if facts else set()
    kept = [row for number, row in enumerate(rows) if number not in hidden]
    while kept and not any(kept[-1]):
        kept.pop()
    unseen = sum(any(row) for number, row in enumerate(rows) if number in hidden)
    return SheetRead(sheet.name, kept, unseen)


def _fill_merged(rows: list[list[str]], ranges: Iterable[Any]) -> None:
    filled = 0
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        text = rows[top][left]
        for row in rows[top : bottom + 1]:
            width = len(row[left : right + 1])
            row[left : right + 1] = [text] * width
            filled += width
        if filled > MAX_CELLS:
            raise _Refused("表格的合并单元格过多，不能导入。请取消合并后重新上传。")


def _text(value: Any) -> str:
    """A cell's value as a reader sees it, without the blanks around it."""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return plain(value)
    return str(value).strip()


# --- Writing ------------------------------------------------------------------------------------

# What a spreadsheet may take for a formula at the start of a text (SAFETY, trap 9), also in the
# wide forms that Chinese input gives.
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
# Not allowed in XML, so that one such character pasted into a report would break the whole file.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_TEXT = 32_767
MAX_ROW_HEIGHT = 409.0
FONT = "宋体"
LINE_HEIGHT = 14.0
DEFAULT_ROW_PIXELS = 20
PAPERS = {"A3": 8, "A4": 9}
# Fill and letters by tint; the word is in the cell as well, for black-and-white printers.
TINTS = {
    "red": ("#FDE8E6", "#9B1C12"),
    "yellow": ("#FFF3CD", "#6B4A00"),
    "green": ("#E0F3E6", "#14572F"),
    "blue": ("#E0ECFA", "#123F71"),
    "grey": ("#EEF1F4", "#45515D"),
}

Kind = Literal["text", "centre", "date", "integer", "percent", "decimal"]


@dataclass(frozen=True)
class Tinted:
    """A text with one of TINTS behind it."""

    text: str
    tint: str


Value = str | int | float | dt.date | Tinted | None


@dataclass(frozen=True)
class Column:
    """`width` in characters; a Chinese character takes two."""

    title: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True)
class Chart:
    """Stacked bars over the rows of a sheet: one bar a row, one part for each column named.

    `totals`: how many rows at the end are sums of the others and have no bar.
    """

    title: str
    label_column: int
    value_columns: tuple[int, ...]
    colours: tuple[str, ...]
    totals: int = 0


@dataclass(frozen=True)
class SheetPlan:
    """A table ready to print: title, a line of notes, headings, rows.

    `merge`: the columns whose cells are joined over consecutive rows with the same texts in all
    of them.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    left_note: str = ""
    right_note: str = ""
    merge: Sequence[int] = ()
    frozen_columns: int = 0
    paper: str = "A3"
    chart: Chart | None = None


def write_book(sheets: Iterable[SheetPlan], *, author: str = "") -> bytes:
    """An .xlsx that prints with no edits and runs nothing: every text is stored as a text.

    Rows are taken one group at a time, in constant memory but for the packed file itself.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"author": author})
    formats = _Formats(book)
    for plan in sheets:
        _Sheet(book, formats, plan).write()
    book.close()
    return buffer.getvalue()


def clean(text: str) -> str:
    """The text without what XML or Excel cannot hold."""
    text = NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


class _Formats:
    """Cell formats, each made once."""

    BASE = {"font_name": FONT, "font_size": 10, "border": 1, "text_wrap": True, "valign": "vcenter"}
    KINDS: dict[str, dict[str, Any]] = {
        "text": {"align": "left"},
        "centre": {"align": "center"},
        "date": {"align": "center", "num_format": 'yyyy"年"m"月"d"日"'},
        "integer": {"align": "center", "num_format": "0"},
        "percent": {"align": "center", "num_format": "0.0%"},
        "decimal": {"align": "center", "num_format": "0.0"},
    }

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[Any, Any] = {}
        plain = {"font_name": FONT, "valign": "vcenter"}
        self.title = book.add_format({**plain, "bold": True, "font_size": 20, "align": "center"})
        self.note_left = book.add_format({**plain, "font_size": 11, "align": "left"})
        self.note_right = book.add_format({**plain, "font_size": 11, "align": "right"})
        self.heading = book.add_format(
            {**self.BASE, "bold": True, "align": "center", "bg_color": "#D9E2EC"}
        )

    def cell(self, kind: str, *, quoted: bool = False, tint: str = "") -> Any:
        key = kind, quoted, tint
        if key not in self.made:
            look = {**self.BASE, **self.KINDS[kind]}
            if quoted:
                look["quote_prefix"] = True
            if tint:
                fill, letters = TINTS[tint]
                look |= {"bg_color": fill, "font_color": letters, "bold": True, "align": "center"}
            self.made[key] = self.book.add_format(look)
        return self.made[key]


class _Sheet:
    TITLE, NOTES, HEADINGS, FIRST = 0, 1, 2, 3

    def __init__(self, book: Any, formats: _Formats, plan: SheetPlan) -> None:
        self.book, self.formats, self.plan = book, formats, plan
        self.sheet = book.add_worksheet(plan.name)
        self.last_column = len(plan.columns) - 1

    def write(self) -> None:
        self._set_page()
        self._write_head()
        row = self.FIRST
        for group in self._groups():
            self._write_group(row, group)
            row += len(group)
        last = max(row - 1, self.HEADINGS)
        self.sheet.autofilter(self.HEADINGS, 0, last, self.last_column)
        chart = self.plan.chart
        bars = row - self.FIRST - chart.totals if chart else 0
        if chart and bars > 0:
            last = self._add_chart(chart, bars, below=last)
        self.sheet.print_area(0, 0, last, self.last_column)

    def _set_page(self) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(PAPERS[self.plan.paper])
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.repeat_rows(self.HEADINGS)
        sheet.set_footer(_("&C第 &P 页 共 &N 页"))
        sheet.freeze_panes(self.FIRST, self.plan.frozen_columns)
        for number, column in enumerate(self.plan.columns):
            sheet.set_column(number, number, column.width)

    def _write_head(self) -> None:
        """Title over the whole width; the notes over two halves, so that none is cut off."""
        plan, sheet, formats = self.plan, self.sheet, self.formats
        sheet.set_row(self.TITLE, 34)
        sheet.write_string(self.TITLE, 0, clean(plan.title), formats.title)
        self._merge(self.TITLE, 0, self.TITLE, self.last_column)
        half = self.last_column // 2
        sheet.set_row(self.NOTES, 20)
        sheet.write_string(self.NOTES, 0, clean(plan.left_note), formats.note_left)
        self._merge(self.NOTES, 0, self.NOTES, half)
        sheet.write_string(self.NOTES, half + 1, clean(plan.right_note), formats.note_right)
        self._merge(self.NOTES, half + 1, self.NOTES, self.last_column)
        titles = [column.title for column in plan.columns]
        sheet.set_row(self.HEADINGS, self._height(titles) + 6)
        for number, title in enumerate(titles):
            sheet.write_string(self.HEADINGS, number, clean(title), formats.heading)

    def _groups(self) -> Iterable[list[Sequence[Value]]]:
        """Consecutive rows with the same texts in the merged columns; without any, single rows."""
        merge = self.plan.merge
        if not merge:
            return ([row] for row in self.plan.rows)
        same = groupby(self.plan.rows, key=lambda row: [row[column] for column in merge])
        return (list(rows) for _key, rows in same)

    def _write_group(self, first: int, rows: list[Sequence[Value]]) -> None:
        merge = self.plan.merge
        heights = [self._height(row, leave_out=merge) for row in rows]
        for column in merge:
            # A long heading over few short rows: they share the room it needs.
            lacking = self._height([rows[0][column]], first=column) - sum(heights)
            heights = [height + max(0.0, lacking) / len(rows) for height in heights]
        for number, (row, height) in enumerate(zip(rows, heights, strict=True), start=first):
            self.sheet.set_row(number, min(height, MAX_ROW_HEIGHT))
            for column, value in enumerate(row):
                self._write_cell(number, column, value)
        for column in merge:
            self._merge(first, column, first + len(rows) - 1, column)

    def _write_cell(self, row: int, column: int, value: Value) -> None:
        kind = self.plan.columns[column].kind
        tint = value.tint if isinstance(value, Tinted) else ""
        value = value.text if isinstance(value, Tinted) else value
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, self.formats.cell(kind))
        elif isinstance(value, str):
            text = clean(value)
            quoted = text.startswith(FORMULA_STARTS)
            look = self.formats.cell(kind, quoted=quoted, tint=tint)
            self.sheet.write_string(row, column, text, look)
        elif isinstance(value, dt.date):
            self.sheet.write_datetime(row, column, value, self.formats.cell(kind))
        else:
            self.sheet.write_number(row, column, value, self.formats.cell(kind))

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Join cells that are written one by one.

        `merge_range` would write the blanks below first, which constant memory does not allow.
        So each cell keeps its own text below the merge, and a filter on the column still works.
        """
        if (top, left) != (bottom, right):
            self.sheet.merge.append([top, left, bottom, right])

    def _height(
        self, values: Sequence[Value], *, first: int = 0, leave_out: Sequence[int] = ()
    ) -> float:
        """Room for the longest of the cells, since Excel does not fit rows that have merges."""
        lines = [
            _lines(value, self.plan.columns[number].width)
            for number, value in enumerate(values, start=first)
            if number not in leave_out
        ]
        return max(lines, default=1) * LINE_HEIGHT + 4

    def _add_chart(self, plan: Chart, bars: int, *, below: int) -> int:
        """Put the chart under the table; gives the last row it covers."""
        name, first, last = self.plan.name, self.FIRST, self.FIRST + bars - 1
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        for column, colour in zip(plan.value_columns, plan.colours, strict=True):
            chart.add_series(
                {
                    "name": self.plan.columns[column].title,
                    "categories": [name, first, plan.label_column, last, plan.label_column],
                    "values": [name, first, column, last, column],
                    "fill": {"color": colour},
                    "gap": 60,
                }
            )
        chart.set_title({"name": plan.title, "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"num_format": "0", "label_position": "high"})
        chart.set_legend({"position": "bottom"})
        height = 140 + 26 * bars
        chart.set_size({"width": 1100, "height": height})
        self.sheet.insert_chart(below + 2, 0, chart)
        return below + 2 + math.ceil(height / DEFAULT_ROW_PIXELS)


def _lines(value: Value, width: float) -> int:
    """Lines a value takes in a column: Chinese text breaks anywhere, two places a character."""
    text = value.text if isinstance(value, Tinted) else value
    if not isinstance(text, str):
        return 1
    room = max(2, int(width) - 1)
    return sum(max(1, math.ceil(_places(part) / room)) for part in text.split("\n"))


def _places(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)
