"""Where the tables of a text are: from the names of the columns to the last row below them.

A table goes on over headings between its rows, over the foot of a page and a repeated heading; a
paragraph of text ends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from documents.parsing import vocabulary
from documents.parsing.markers import SUBSECTION, read_marker
from documents.parsing.tables.cells import Span, is_row, split_row
from documents.parsing.tables.columns import Columns, is_heading, read_columns

# What stands around the rows and says nothing: notes, who filled the table in, feet of pages.
NOTE = re.compile(
    r"^[(\[【*※★]?(?:备?注(?:[:\d.、]|$)|说明:|填[表报写](?:人|单位|部门|日期|时间|说明|:)|制表(?:人|单位|日期|时间|:)"
    r"|审[核批](?:人|:)|报送(?:单位|部门|日期|时间)|(?:数据|资料)来源|单位:|联系(?:人|电话)|(?:合计|小计|总计)(?:$|[:\d])"
    r"|\(?续表|第\s?\d+\s?页|[-—]\s?\d+\s?[-—]$|共\s?\d+\s?页|(?:板块|领域):)"
)
SHEET = re.compile(r"^工作表:(?P<name>.+)$")
_TITLE = re.compile(r"(?:表|清单|台账|分工|方案|要点)(?:\([^()]{1,16}\))?$")
_LONGEST_TITLE = 60
_LONGEST_CAPTION = 30


@dataclass(slots=True)
class Table:
    """One table of tasks or targets: its columns, and the lines below them in order."""

    columns: Columns
    start: int
    end: int
    caption: str  # the line above it, or the name of its sheet
    lines: list[list[Span]] = field(default_factory=list)  # one cell for a line of text


def find_tables(folded: str) -> list[Table]:
    """Every table whose columns say that its rows are tasks or targets."""
    finder = _Finder(folded)
    position = 0
    for line in folded.split("\n"):
        if line:
            finder.take(position, position + len(line))
        position += len(line) + 1
    finder.end_heading()
    return finder.found


class _Finder:
    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.found: list[Table] = []
        self.open: Table | None = None  # the last one found, while it may go on
        self.heading: list[list[str]] = []
        self.heading_at = (0, 0)
        self.between: list[Span] = []  # lines of text since the open table's last row
        self.above = ""  # the last short line of text
        self.sheet = ""

    def take(self, start: int, end: int) -> None:
        line = self.folded[start:end]
        if not is_row(line):
            self.end_heading()
            self._take_text(line, start, end)
            return
        cells = split_row(self.folded, start, end)
        names = [re.sub(r"\s", "", self.folded[slice(*cell)]) for cell in cells]
        if self.heading and is_heading(names, self.heading):
            self.heading.append(names)
            self.heading_at = (self.heading_at[0], end)
        elif is_heading(names, []):
            self.end_heading()
            self.heading, self.heading_at = [names], (start, end)
        else:
            self.end_heading()
            self._take_row(cells)

    def end_heading(self) -> None:
        """The names of the columns are complete: a new table, or the open one on another page."""
        if not self.heading:
            return
        columns = read_columns(self.heading)
        self.heading = []
        start, end = self.heading_at
        goes_on = (
            self.open is not None
            and columns is not None
            and columns.is_like(self.open.columns)
            and all(NOTE.match(self.folded[slice(*line)]) for line in self.between)
        )
        if goes_on:
            self._close_between()
        elif columns is None:
            self.open = None
        else:
            self.open = Table(columns, start, end, self.sheet or self.above)
            self.found.append(self.open)
        self.between, self.above = [], ""

    def _take_text(self, line: str, start: int, end: int) -> None:
        sheet = SHEET.match(line)
        if sheet is not None:
            self.open, self.sheet, self.above = None, sheet["name"], ""
            return
        self.above = line if len(line) <= _LONGEST_CAPTION else ""
        if self.open is None:
            return
        if _may_be_inside(line):
            self.between.append((start, end))
        else:
            self.open = None
        if self.open is not None and NOTE.match(line) and len(self.between) == 1:
            self._close_between()  # a note right below the last row

    def _take_row(self, cells: list[Span]) -> None:
        if self.open is None:
            return
        first = next((self.folded[a:b] for a, b in cells if a < b), "")
        if NOTE.match(first):
            self.between.append((cells[0][0], cells[-1][1]))
            return
        self._close_between()
        self.open.lines.append(cells)
        self.open.end = cells[-1][1]

    def _close_between(self) -> None:
        if self.open is not None and self.between:
            self.open.lines += [[span] for span in self.between]
            self.open.end = self.between[-1][1]
        self.between = []


def _may_be_inside(line: str) -> bool:
    """Can this line of text stand between two rows: a heading, a note, the foot of a page?"""
    if NOTE.match(line):
        return True
    if vocabulary.ANNEX.match(line) or vocabulary.CHROME.match(line) or "。" in line:
        return False
    marker = read_marker(line)
    if marker is None and _TITLE.search(line):
        return False
    if marker is not None:
        return marker.rank <= SUBSECTION and len(line) <= _LONGEST_TITLE
    return len(line) <= _LONGEST_CAPTION and not re.search(r"[,;:]", line)
