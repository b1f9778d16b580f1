"""Tables of a PDF: cells from the ruled lines, texts from the glyphs inside them.

A table that goes on over the page becomes one again: a repeated heading is dropped, a row that the
page broke is put together, a merged cell counts for every row it spans on either side.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from documents.parsing.readers.grid import ACROSS
from documents.parsing.readers.pdf_lines import first_piece, joined, lines_of
from documents.parsing.readers.pdf_page import Glyph, Rule

_NEAR = 3.5  # points: two lines this close are one, drawn double or cell by cell
_MAX_RULES = 4_000  # after joining; more is a drawing
_MAX_CELLS = 20_000


@dataclass(slots=True)
class Cell:
    """A cell and the grid places it covers, `bottom` and `right` not included."""

    top: int
    bottom: int
    left: int
    right: int
    text: str = ""


@dataclass(slots=True)
class Table:
    xs: list[float]
    ys: list[float]
    cells: list[Cell] = field(default_factory=list)

    @property
    def top(self) -> float:
        return self.ys[0]

    @property
    def bottom(self) -> float:
        return self.ys[-1]

    def holds(self, glyph: Glyph) -> bool:
        middle = (glyph.left + glyph.right) / 2
        height = glyph.base - 0.35 * glyph.size
        return self.xs[0] <= middle <= self.xs[-1] and self.top <= height <= self.bottom

    def rows(self) -> list[list[str]]:
        """Texts row by row; a merged cell stands in every row it spans, once in each."""
        rows = [[""] * (len(self.xs) - 1) for _ in range(len(self.ys) - 1)]
        for cell in self.cells:
            for row in range(cell.top, cell.bottom):
                rows[row][cell.left] = cell.text
        return rows

    def written(self) -> list[list[str]]:
        """The rows as grid.row_lines takes them."""
        rows = self.rows()
        for cell in self.cells:
            for row in range(cell.top, cell.bottom):
                for column in range(cell.left + 1, cell.right):
                    rows[row][column] = ACROSS
        return rows

    def cell_at(self, row: int, column: int) -> Cell | None:
        for cell in self.cells:
            if cell.top <= row < cell.bottom and cell.left <= column < cell.right:
                return cell
        return None


def find_tables(rules: Iterable[Rule]) -> list[Table]:
    """Every grid of at least two cells, from top to bottom."""
    level = _joined_rules([rule for rule in rules if rule.level])
    upright = _joined_rules([rule for rule in rules if not rule.level])
    if len(level) + len(upright) > _MAX_RULES:
        return []
    tables = []
    for group_level, group_upright in _crossing(level, upright):
        table = _grid(group_level, group_upright)
        if table is not None and len(table.cells) > 1:
            tables.append(table)
    tables.sort(key=lambda table: (table.top, table.xs[0]))
    return _without_nested(tables)


def _without_nested(tables: list[Table]) -> list[Table]:
    """A grid inside a cell of another one is part of that cell's text."""
    return [
        table
        for table in tables
        if not any(
            other is not table
            and other.top <= table.top
            and table.bottom <= other.bottom
            and other.xs[0] <= table.xs[0]
            and table.xs[-1] <= other.xs[-1]
            for other in tables
        )
    ]


def _joined_rules(rules: list[Rule]) -> list[Rule]:
    """Lines drawn in pieces, cell by cell, as one."""
    found: list[Rule] = []
    rules.sort(key=lambda rule: rule.at)
    group: list[Rule] = []
    for rule in [*rules, None]:
        if rule is not None and (not group or rule.at - group[-1].at <= _NEAR / 2):
            group.append(rule)
            continue
        found += _one_line(group)
        group = [rule] if rule is not None else []
    return found


def _one_line(group: list[Rule]) -> Iterable[Rule]:
    if not group:
        return
    at = sum(rule.at for rule in group) / len(group)
    group.sort(key=lambda rule: rule.start)
    start, end = group[0].start, group[0].end
    for rule in group[1:]:
        if rule.start - end <= _NEAR:
            end = max(end, rule.end)
        else:
            yield Rule(rule.level, at, start, end)
            start, end = rule.start, rule.end
    yield Rule(group[0].level, at, start, end)


def _crossing(level: list[Rule], upright: list[Rule]) -> Iterable[tuple[list[Rule], list[Rule]]]:
    """Groups of lines that touch each other."""
    parent = list(range(len(level) + len(upright)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for j, post in enumerate(upright, len(level)):
        for i, bar in enumerate(level):
            if (
                bar.start - _NEAR <= post.at <= bar.end + _NEAR
                and post.start - _NEAR <= bar.at <= post.end + _NEAR
            ):
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, bar in enumerate(level):
        groups.setdefault(root(i), ([], []))[0].append(bar)
    for j, post in enumerate(upright, len(level)):
        groups.setdefault(root(j), ([], []))[1].append(post)
    return groups.values()


def _grid(level: list[Rule], upright: list[Rule]) -> Table | None:
    if not level or not upright:
        return None
    # Offices leave the outer sides open: the level lines' ends close them.
    xs = _places([post.at for post in upright] + [e for bar in level for e in (bar.start, bar.end)])
    ys = _places(
        [bar.at for bar in level] + [e for post in upright for e in (post.start, post.end)]
    )
    if (len(xs) - 1) * (len(ys) - 1) > _MAX_CELLS or len(xs) < 2 or len(ys) < 2:
        return None
    table = Table(xs, ys)
    walls = _walls(upright, xs, ys)
    floors = _walls(level, ys, xs)
    table.cells = _cells(len(ys) - 1, len(xs) - 1, walls, floors)
    return table


def _places(values: list[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def _walls(rules: list[Rule], across: list[float], along: list[float]) -> set[tuple[int, int]]:
    """(i, k): a line stands at across[i] beside the stretch from along[k] to along[k + 1]."""
    found = set()
    for rule in rules:
        place = min(range(len(across)), key=lambda i: abs(across[i] - rule.at))
        for k, (start, end) in enumerate(pairwise(along)):
            if rule.start <= (start + end) / 2 <= rule.end:
                found.add((place, k))
    return found


def _cells(
    rows: int, columns: int, walls: set[tuple[int, int]], floors: set[tuple[int, int]]
) -> list[Cell]:
    """Rectangles of grid places with no line between them, read row by row."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            right = column + 1
            while right < columns and (right, row) not in walls and (row, right) not in taken:
                right += 1
            bottom = row + 1
            while bottom < rows and not any(
                (bottom, c) in floors or (bottom, c) in taken for c in range(column, right)
            ):
                bottom += 1
            taken |= {(r, c) for r in range(row, bottom) for c in range(column, right)}
            cells.append(Cell(row, bottom, column, right))
    return cells


# --- texts --------------------------------------------------------------------------------------


def fill(table: Table, glyphs: Iterable[Glyph]) -> None:
    """Put the texts into the cells they stand in."""
    owner = {
        (row, column): index
        for index, cell in enumerate(table.cells)
        for row in range(cell.top, cell.bottom)
        for column in range(cell.left, cell.right)
    }
    held: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        column = bisect_right(table.xs, (glyph.left + glyph.right) / 2) - 1
        row = bisect_right(table.ys, glyph.base - 0.35 * glyph.size) - 1
        place = min(row, len(table.ys) - 2), min(column, len(table.xs) - 2)
        held.setdefault(owner[place], []).append(glyph)
    for index, inside in held.items():
        cell = table.cells[index]
        cell.text = _cell_text(inside, table.xs[cell.left], table.xs[cell.right])


def _cell_text(glyphs: list[Glyph], left: float, right: float) -> str:
    """A line that filled its cell goes on in the next one; a shorter one was ended on purpose."""
    lines = lines_of(glyphs)
    if not lines:
        return ""
    padding = min(max(1.0, min(line.left for line in lines) - left), 8.0)
    text = lines[0].text
    for before, line in pairwise(lines):
        room = right - left - 2 * padding - (before.right - before.left)
        ended = before.text[-1] not in _OPEN and room > first_piece(line)
        text = f"{text}\n{line.text}" if ended else joined(text, line.text)
    return text.strip()


_OPEN = "、，,（(《“：:；;。"  # nobody ends a name there
# --- over the page ------------------------------------------------------------------------------


def continues(above: Table, below: Table) -> bool:
    """Are these the same columns?"""
    return len(above.xs) == len(below.xs) and all(
        abs(a - b) <= 2 * _NEAR for a, b in zip(above.xs, below.xs, strict=True)
    )


def join(above: Table, below: Table) -> Table:
    """One table of both. Its ys only count rows any more."""
    skipped = _repeated_heading(above, below)
    rows = len(above.ys) - 1
    broken = _is_broken_row(above, below, skipped)
    shift = rows - skipped - (1 if broken else 0)
    merged = _merged_columns(above) | _merged_columns(below)
    cells = list(above.cells)
    for cell in below.cells:
        if cell.bottom <= skipped:
            continue
        top, bottom = max(cell.top, skipped) + shift, cell.bottom + shift
        before = above.cell_at(rows - 1, cell.left) if cell.top <= skipped else None
        if before is not None and _is_one_cell(before, cell, broken, merged):
            before.text = joined(before.text, cell.text) if before.text else cell.text
            before.bottom = bottom
        else:
            cells.append(Cell(top, bottom, cell.left, cell.right, cell.text))
    return Table(below.xs, [float(y) for y in range(shift + len(below.ys))], cells)


def _repeated_heading(above: Table, below: Table) -> int:
    """How many rows at the top of `below` repeat those of `above`."""
    first, again = above.rows(), below.rows()
    count = 0
    while count < min(len(first), len(again)) and first[count] == again[count]:
        count += 1
    return count


def _is_broken_row(above: Table, below: Table, skipped: int) -> bool:
    """Is the first row of `below` the rest of the last row of `above`?

    It has no number of its own where the rows are numbered; else it has no text in the cells that
    were finished above, or goes on in the middle of a sentence.
    """
    rows, rest = above.rows(), below.rows()[skipped:]
    if not rows or not rest or not any(rest[0]) or not _same_cells(above, below, skipped):
        return False
    first, last = rest[0], rows[-1]
    merged = _merged_columns(above) | _merged_columns(below)
    numbers = _number_column(rows + rest)
    if numbers is not None and (first[numbers] or numbers not in merged):
        return not first[numbers]
    own = [i for i, text in enumerate(last) if text and i not in merged]
    ended = [i for i in own if not first[i]]
    cut = any(first[i] and last[i][-1] not in "。；！？;.!?）)”》" for i in own)
    return bool(ended) and (cut or 2 * len(ended) >= len(own))


def _same_cells(above: Table, below: Table, skipped: int) -> bool:
    def shape(table: Table, row: int) -> set[tuple[int, int]]:
        return {(c.left, c.right) for c in table.cells if c.top <= row < c.bottom}

    return shape(above, len(above.ys) - 2) == shape(below, skipped)


def _merged_columns(table: Table) -> set[int]:
    return {cell.left for cell in table.cells if cell.bottom - cell.top > 1}


def _number_column(rows: list[list[str]]) -> int | None:
    """The first column that counts the rows."""
    for column in range(min(3, len(rows[0]))):
        figures = sum(row[column].strip("（）().、").isdigit() for row in rows)
        if figures >= 2 and figures >= 0.4 * len(rows):
            return column
    return None


def _is_one_cell(before: Cell, cell: Cell, broken: bool, merged: set[int]) -> bool:
    """Did the page break cut one cell in two?"""
    if (before.left, before.right) != (cell.left, cell.right):
        return False
    return broken or (cell.left in merged and not (before.text and cell.text))
