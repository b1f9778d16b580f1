"""Rows of tables as tasks, and the targets of tables that set them for the whole document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from documents.parsing.clauses import (
    binding_deadlines,
    body_of,
    stated_deadlines,
    unknown_names,
    without_segments,
)
from documents.parsing.deadlines import find_time_limits
from documents.parsing.departments import is_body
from documents.parsing.folding import fold
from documents.parsing.head import Head
from documents.parsing.markers import ITEM, read_marker
from documents.parsing.model import ParsedDeadline, ParsedResponsibility, ParsedTarget, ParsedTask
from documents.parsing.responsibilities import read_segment
from documents.parsing.segments import find_segments
from documents.parsing.tables.cells import CELL_BREAK, Text, joined, on_one_line
from documents.parsing.tables.dates import read_due
from documents.parsing.tables.figures import read_figure
from documents.parsing.tables.finding import Table
from documents.parsing.tables.names import read_names
from documents.parsing.tables.rows import Indicator, Row, read_rows
from documents.parsing.targets import find_targets
from documents.parsing.vocabulary import LEVEL

_STOP = re.compile(r"[。\n]")
_AFTER_STOP = re.compile(r"[。;!?\n]\s*")
_LONGEST_LINE = 40
_LONGEST_OFFICE = 20
_ASIDE = re.compile(r"(?:牵头)?(?:的?任务)?\(.{1,12}\)$")
_LONGEST_HEADING, _SHORT = 80, 20
# 健全应急机制:修订预案… in a cell that holds heading and text
_RUN_IN = re.compile(r"([^,。;:!?()\d]{4,20}):(?=.{12})")
_PLAIN_NAME = re.compile(r"表|清单|台账|附件|分工|方案|20\d\d|^[Ss]heet\d*$|^\d+$")


@dataclass(slots=True)
class _Said:
    """What the texts of a row say."""

    bodies: list[str] = field(default_factory=list)
    targets: list[ParsedTarget] = field(default_factory=list)
    deadlines: list[ParsedDeadline] = field(default_factory=list)
    responsibilities: list[ParsedResponsibility] = field(default_factory=list)


class TableReader:
    """`text` is the clean text as people see it, `folded` the same for the rules."""

    def __init__(self, text: str, folded: str, head: Head) -> None:
        self.text, self.folded = text, folded
        self.head = head

    def read(
        self, tables: list[Table], paths: list[tuple[str, ...]]
    ) -> tuple[list[ParsedTask], list[ParsedTarget]]:
        """The tasks of all tables in order, and the document's targets.

        `paths` has for each table the headings of the text that it stands under.
        """
        tasks: list[ParsedTask] = []
        targets: list[ParsedTarget] = []
        captions = self._telling_captions(tables)
        for table, path in zip(tables, paths, strict=True):
            rows = read_rows(self.text, self.folded, table)
            targets += self._figures(rows.targets)
            inside = any(row.sections for row in rows.tasks)
            above = path or (() if inside or not captions else (table.caption,))
            for place, row in enumerate(rows.tasks, 1):
                tasks.append(self._task(row, table, above, place))
        return tasks, targets

    def _telling_captions(self, tables: list[Table]) -> bool:
        """Do the lines above several tables tell their fields apart: 医疗服务, 医疗保障 …?"""
        names = [table.caption for table in tables if table.columns.has_tasks]
        return (
            len(names) > 1
            and all(names)
            and len(set(names)) == len(names)
            and not any(_PLAIN_NAME.search(name) for name in names)
        )

    def _task(self, row: Row, table: Table, above: tuple[str, ...], place: int) -> ParsedTask:
        said = _Said()
        title = self._title(row, said)
        for text in row.texts:
            self._read(text, said, named=bool(row.who))
        targets = said.targets + self._figures(row.indicators)
        deadlines = said.deadlines
        for cell in row.due:
            words = joined(self.folded, cell), joined(self.text, cell)
            deadlines = deadlines + read_due(*words, self.year)
        named = read_names(self.text, self.folded, row.who, table.columns, self.head.region)
        responsibilities = [named] if named else said.responsibilities
        if not responsibilities and not table.columns.who:
            responsibilities = self._by_section(row)
        return ParsedTask(
            number=_number(row.number) or self._counted(row) or str(place),
            parent=None,
            container=False,
            section=(*above, *row.sections),
            title=title,
            body="\n".join(said.bodies),
            start=row.start,
            end=row.end,
            responsibilities=tuple(responsibilities),
            targets=tuple(targets),
            deadlines=tuple(deadlines),
            warnings=tuple(self._warnings(row, responsibilities)),
        )

    # --- the texts ------------------------------------------------------------------------------

    def _title(self, row: Row, said: _Said) -> str:
        """The heading's cell; of a cell that holds the whole text its first sentence.

        Reads that cell as well where it is more than a heading.
        """
        cell = row.title or row.texts[0]
        folded, shown = self._words(cell)
        behind = _marker(folded)
        if row.title and row.texts and _is_heading(folded):
            return on_one_line(shown[behind:]).strip(" 。；;:：")
        stop = _first_stop(folded, behind)
        named = bool(row.who)
        if row.title:
            self._read(cell, said, named, 0 if row.texts or _counts_on(folded, behind) else behind)
        elif len(row.texts) == 1:
            self._read(cell, said, named, 0 if _counts_on(folded, behind) else behind)
            row.texts = []
        segments = [] if named else find_segments(folded)
        stop = min([stop, *(segment.start for segment in segments if segment.start > behind)])
        return on_one_line(shown[behind:stop]).strip(" 。；;:：")

    def _read(self, cell: Text, said: _Said, named: bool, behind: int = 0) -> None:
        """`named`: other cells say who is responsible."""
        folded, shown = self._words(cell)
        folded, shown = folded[behind:], shown[behind:]
        segments = [] if named else find_segments(folded)
        for segment in segments:
            raw = shown[segment.start : segment.end]
            found = read_segment(raw, segment.content, self.head.region)
            said.responsibilities += [found] if found.departments else []
            said.deadlines += stated_deadlines(folded[segment.start : segment.end], raw, self.year)
        plain = without_segments(folded, segments)
        limits = find_time_limits(plain, self.year)
        targets = find_targets(plain, limits, shown)
        said.targets += targets
        said.deadlines += binding_deadlines(plain, shown, limits, targets)
        said.bodies.append(body_of(shown, folded, segments))

    def _words(self, cell: Text) -> tuple[str, str]:
        return (
            joined(self.folded, cell).replace(CELL_BREAK, "\n"),
            joined(self.text, cell).replace(CELL_BREAK, "\n"),
        )

    @property
    def year(self) -> int | None:
        return self.head.own_year

    # --- the other cells ------------------------------------------------------------------------

    def _figures(self, indicators: list[Indicator]) -> list[ParsedTarget]:
        """Without those of the years gone by, which stand beside the ones to come."""
        first = self.head.year_start
        found: list[ParsedTarget] = []
        for item in indicators:
            if item.year and first and item.year < first and len(indicators) > 1:
                continue
            name, value = joined(self.folded, item.name), joined(self.folded, item.value)
            found += read_figure(name, value, item.unit, item.year, joined(self.text, item.value))
        return found

    def _by_section(self, row: Row) -> list[ParsedResponsibility]:
        """一、市委编办(2项): a list by offices names them in the headings between its rows."""
        heading = row.sections[-1] if row.sections else ""
        folded = fold(heading)
        office = _ASIDE.sub("", folded[_marker(folded) :])
        if len(office) > _LONGEST_OFFICE or not LEVEL.match(office) or not is_body(office):
            return []
        return [read_segment(heading, f"责任单位:{office}", self.head.region)]

    def _warnings(self, row: Row, responsibilities: list[ParsedResponsibility]) -> list[str]:
        found = []
        if row.taken_over:
            found.append("责任单位栏为空，已按上一行（合并单元格）补入，请核对")
        if not responsibilities:
            found.append("未注明责任部门")
        return found + unknown_names(responsibilities)

    def _counted(self, row: Row) -> str:
        """The number that the heading's cell begins with, or its text where that heads several."""
        found = ""
        for cell in (row.title, *row.texts[:1]):
            folded = joined(self.folded, cell)
            marker = read_marker(folded)
            if marker is None or marker.number is None or _counts_on(folded, marker.length):
                continue
            if not found or marker.rank >= ITEM:
                found = str(marker.number)
            if marker.rank >= ITEM:
                break
        return found


def _is_heading(folded: str) -> bool:
    """And no text: a sentence with its full stop belongs to what is to be done."""
    if "。" in folded.rstrip("。"):
        return False
    return len(folded) <= (_SHORT if folded.endswith("。") else _LONGEST_HEADING)


def _marker(folded: str) -> int:
    marker = read_marker(folded)
    return marker.length if marker is not None else 0


def _counts_on(folded: str, behind: int) -> bool:
    """1.…;2.…: the figure at the beginning counts what is in the cell, not the rows."""
    first = read_marker(folded)
    if first is None or first.number is None:
        return False
    places = [match.end() for match in _AFTER_STOP.finditer(folded, behind)]
    following = (read_marker(folded[place : place + 12]) for place in places)
    return any(m and (m.rank, m.number) == (first.rank, first.number + 1) for m in following)


def _first_stop(folded: str, behind: int) -> int:
    """Where the first sentence ends, or the short line above a text."""
    run_in = _RUN_IN.match(folded, behind)
    if run_in is not None:
        return run_in.end(1)
    stop = _STOP.search(folded, behind)
    if stop is None:
        return len(folded)
    if stop[0] == "\n" and stop.start() - behind > _LONGEST_LINE:
        stop = re.compile("。").search(folded, behind)
    return stop.start() if stop else len(folded)


def _number(written: str) -> str:
    """(1) and 1、 are 1; 1-2 is 1.2."""
    bare = written.strip("()、. ★☆")
    return bare.lstrip("0").replace("-", ".") if bare[:1].isdigit() else bare
