"""The rows of a table as tasks or targets: what each says, and what it takes over from above.

A row is one of these: a heading inside the table, a task, more of the task above (another of its
indicators or measures, or the rest of a row that the paper's end cut in two), or nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from documents.parsing.departments import is_body
from documents.parsing.folding import fold
from documents.parsing.markers import read_marker
from documents.parsing.tables.cells import Span, Text, joined, on_one_line
from documents.parsing.tables.figures import is_figure
from documents.parsing.tables.finding import NOTE, Table

NUMBER = re.compile(
    r"^\(?(?:[A-Za-z]{0,3}-?\d{1,4}(?:[.\-]\d{1,3}){0,2}|[一二三四五六七八九十]{1,3}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫIVX]{1,5}|[①-⑳])\)?[、.]?$"
)
_CHINESE = re.compile(r"^\(?[一二三四五六七八九十]{1,3}\)?[、.]?$")
_COUNTS = re.compile(r"^(?:\(?\d{1,2}\)?|[甲乙丙丁])$")  # a line that numbers the columns
_LONGEST_HEADING = 60
_LONGEST_TITLE = 30
_UNMARKED = 99  # the rank of a heading without a number
_ENDS = ("。", ";", "!", "?", "\u2028")
_NAMES_APART = re.compile(r"[、,;\s]")
_IDLE = re.compile(r"[-—/\\\s.]*|无")


@dataclass(frozen=True, slots=True)
class Indicator:
    """指标名称 · 单位 · 目标值: one figure of a task, or of the document."""

    name: Text
    value: Text
    unit: str
    year: int | None  # the column says 2024年目标值


@dataclass(slots=True)
class Row:
    """One task. `who` by the role of the column its names stand in."""

    start: int
    end: int
    sections: tuple[str, ...]
    number: str
    title: Text
    texts: list[Text] = field(default_factory=list)  # besides the title
    who: dict[str, list[Text]] = field(default_factory=dict)
    due: list[Text] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    taken_over: bool = False  # nobody is named: as in the row above


@dataclass(frozen=True, slots=True)
class Rows:
    tasks: list[Row]
    targets: list[Indicator]  # of a table that sets them for nobody in particular


def read_rows(text: str, folded: str, table: Table) -> Rows:
    reader = _Reader(text, folded, table)
    for cells in table.lines:
        reader.take(cells)
    return Rows(reader.rows, reader.targets)


class _Reader:
    def __init__(self, text: str, folded: str, table: Table) -> None:
        self.text, self.folded = text, folded
        self.columns = table.columns
        self.title_at = self._heading_column(table)
        self.number_at = self._count_column(table)
        self.rows: list[Row] = []
        self.targets: list[Indicator] = []
        self.headings: dict[int, str] = {}  # inside the table, by rank
        self.kinds: dict[int, str] = {}  # the last words of the columns that say 领域, 类别
        self.counted_in_figures = self._counted_in_figures(table)
        self.lost_merges = False  # empty cells below a full one mean the same

    def _counted_in_figures(self, table: Table) -> bool:
        at = self.number_at
        return at is not None and any(
            len(cells) > at and self.folded[slice(*cells[at])].strip("().、").isdigit()
            for cells in table.lines
        )

    def _heading_column(self, table: Table) -> int | None:
        """Without a column called 任务 the first of several texts heads its row if it is short."""
        columns = self.columns
        if columns.title is not None or len(columns.texts) < 2:
            return columns.title
        first = [
            self.folded[slice(*cells[columns.texts[0]])]
            for cells in table.lines
            if len(cells) > columns.texts[0]
        ]
        short = sum(len(words) <= _LONGEST_TITLE and "。" not in words for words in first)
        return columns.texts[0] if 2 * short > len(first) else None

    def _count_column(self, table: Table) -> int | None:
        """A first column without a name counts the rows if there are numbers in it."""
        if self.columns.number is not None or not self.columns.names or self.columns.names[0]:
            return self.columns.number
        first = [self.folded[slice(*cells[0])] for cells in table.lines if len(cells) > 1]
        counted = sum(bool(NUMBER.match(words)) for words in first)
        return 0 if counted and 2 * counted > len(list(filter(None, first))) else None

    # --- what kind of line ----------------------------------------------------------------------

    def take(self, cells: list[Span]) -> None:
        written = [(at, self.folded[a:b]) for at, (a, b) in enumerate(cells) if a < b]
        words = list(dict.fromkeys(word for _, word in written))
        if not words or NOTE.match(words[0]):
            return
        if len(words) > 2 and all(_COUNTS.match(word) for word in words):
            return
        if len(words) == 1 and self._opens_section(cells, written[0][0], words[0]):
            self._open_section(self.text[slice(*cells[written[0][0]])], words[0])
            return
        if len(cells) > 1:
            if self._is_counted_heading(cells, words):
                shown = [self.text[a:b] for a, b in cells if a < b]
                mark, name = (on_one_line(word) for word in dict.fromkeys(shown))
                mark = mark.rstrip("、.") if fold(mark[:1]) == "(" else mark.strip("、.") + "、"
                self._open_section(mark + name, fold(mark + name))
            else:
                self._take_row(cells)

    def _opens_section(self, cells: list[Span], at: int, words: str) -> bool:
        """One cell only: a heading, unless it goes on with a cell of the row above."""
        if len(cells) == 1:
            return True
        if len(words) > _LONGEST_HEADING or "。" in words or NUMBER.match(words):
            return False
        if read_marker(words) is not None or not self.rows:
            return True
        heads = {self.number_at, self.title_at, *self.columns.sections, 0}
        return at in heads and len(words) > 1

    def _is_counted_heading(self, cells: list[Span], words: list[str]) -> bool:
        """一 | 深化医药卫生体制改革 | | |: a heading whose number stands in the first column."""
        number = self._at(cells, self.number_at)
        if len(words) != 2 or not number or not _CHINESE.match(joined(self.folded, number)):
            return False
        return self.counted_in_figures

    def _open_section(self, shown: str, folded: str) -> None:
        folded = on_one_line(folded)
        marker = read_marker(folded)
        if len(folded) > _LONGEST_HEADING or NUMBER.match(folded):
            return
        rank = marker.rank if marker is not None else _UNMARKED
        self.headings = {up: name for up, name in self.headings.items() if up < rank}
        self.headings[rank] = on_one_line(shown)

    # --- a row ----------------------------------------------------------------------------------

    def _at(self, cells: list[Span], at: int | None) -> Text:
        if at is None or at >= len(cells) or cells[at][0] == cells[at][1]:
            return ()
        return (cells[at],)

    def _all_at(self, cells: list[Span], places: list[int]) -> list[Text]:
        """The cells of these columns that say something, each once."""
        found = {joined(self.folded, cell): cell for at in places if (cell := self._at(cells, at))}
        return [cell for words, cell in found.items() if not _IDLE.fullmatch(words)]

    def _take_row(self, cells: list[Span]) -> None:
        columns = self.columns
        row = self._row(cells)
        if not columns.has_tasks:
            self.targets += row.indicators
            return
        last = self.rows[-1] if self.rows else None
        if last is not None and self._goes_on(row, last):
            self._continue(row, last)
            return
        if not (row.title or row.texts):
            return
        if last is not None:
            self._take_over(row, last)
        if not row.title and self.title_at is not None and last is not None and row.texts:
            row.title = last.title
        if row.number and not NUMBER.match(row.number):
            return
        self.rows.append(row)

    def _row(self, cells: list[Span]) -> Row:
        columns = self.columns
        title = self._at(cells, self.title_at)
        texts = self._all_at(cells, [at for at in columns.texts if at != self.title_at])
        number = self._at(cells, self.number_at)
        indicators = []
        for column in columns.values:
            value = self._at(cells, column.column)
            name = self._at(cells, columns.indicator)
            if not value:
                continue
            if columns.indicator is None and not is_figure(self._words(value)):
                texts.append(value)  # 2025年目标 beside the task, in words
            elif name or title:
                unit = self._words(self._at(cells, columns.unit)) or column.unit
                indicators.append(Indicator(name or title, value, unit, column.year))
        return Row(
            start=cells[0][0],
            end=cells[-1][1],
            sections=self._sections(cells),
            number=on_one_line(joined(self.folded, number)),
            title=title,
            texts=[text for text in texts if not title or self._words(text) != self._words(title)],
            who={
                role: names
                for role, places in columns.who.items()
                if (names := self._all_at(cells, places))
            },
            due=self._all_at(cells, columns.due),
            indicators=indicators,
        )

    def _sections(self, cells: list[Span]) -> tuple[str, ...]:
        for at in self.columns.sections:
            if cell := self._at(cells, at):
                if self.kinds.get(at) != joined(self.text, cell):
                    self.kinds = {up: name for up, name in self.kinds.items() if up < at}
                self.kinds[at] = joined(self.text, cell)
        kinds = [on_one_line(name) for _, name in sorted(self.kinds.items())]
        return (*(name for _, name in sorted(self.headings.items())), *kinds)

    def _words(self, text: Text) -> str:
        return joined(self.folded, text)

    # --- what belongs to the row above ----------------------------------------------------------

    def _goes_on(self, row: Row, last: Row) -> bool:
        if row.number:
            same = row.number == last.number and self._words(row.title) == self._words(last.title)
            return same and row.sections == last.sections and self._says_same(row, last)
        if row.title and self._words(row.title) != self._words(last.title):
            return False
        if row.title or not row.texts:
            # Another figure of the same task, or more of its names.
            return not row.texts or self._says_same(row, last, also_texts=True)
        if self.number_at is None and self.title_at is None:
            return not (row.who or row.due) and self._is_cut(row, last)
        return not (row.who or row.due) or self._is_cut(row, last)

    def _says_same(self, row: Row, last: Row, also_texts: bool = False) -> bool:
        """The same names and time limit as above, as merged cells have them."""
        one, other = ([*map(self._words, _cells_of(each))] for each in (row, last))
        if also_texts and [*map(self._words, row.texts)] != [*map(self._words, last.texts)]:
            return False
        return not one or one == other

    def _is_cut(self, row: Row, last: Row) -> bool:
        """Did the paper end in the middle of the row above, of its text and of its names?"""
        words = self._words(last.texts[-1] if last.texts else last.title)
        if words.endswith(_ENDS):
            return False
        shared = [role for role in row.who if role in last.who]
        return all(self._names_cut(last.who[role][-1], row.who[role][0]) for role in shared)

    def _names_cut(self, above: Text, below: Text) -> bool:
        first = _NAMES_APART.split(self._words(above))[-1]
        second = _NAMES_APART.split(self._words(below))[0]
        return not is_body(first) or not is_body(second)

    def _continue(self, row: Row, last: Row) -> None:
        last.end = row.end
        last.indicators += row.indicators
        known = {self._words(text) for text in last.texts}
        new = [text for text in row.texts if self._words(text) not in known]
        if not row.number and not row.title:
            if new and self._is_cut(row, last):
                if last.texts:
                    last.texts[-1] += new.pop(0)
                else:
                    last.title += new.pop(0)
            for role, names in row.who.items():
                last.who[role] = _put_together(last.who.get(role, []), names)
            last.due = _put_together(last.due, row.due)
        last.texts += new

    def _take_over(self, row: Row, last: Row) -> None:
        """In a copy that lost its merged cells they are empty below the first row."""
        below = not row.number and not row.title
        if below:
            row.number, row.title = last.number, last.title
            self.lost_merges = True
        if row.sections != last.sections and not below:
            return
        if not row.who and last.who:
            row.who, row.taken_over = last.who, True
        elif not row.who.keys() & {"lead", "responsible"} and "lead" in last.who:
            row.who = {"lead": last.who["lead"], **row.who}
        if not row.due and (below or row.taken_over):
            row.due = last.due


def _cells_of(row: Row) -> list[Text]:
    return [*(text for names in row.who.values() for text in names), *row.due]


def _put_together(above: list[Text], below: list[Text]) -> list[Text]:
    return [*above[:-1], above[-1] + below[0], *below[1:]] if above and below else above or below
