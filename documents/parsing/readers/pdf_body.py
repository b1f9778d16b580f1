"""The pages of a PDF put together: without page numbers and running heads, in whole paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from documents.parsing.markers import read_marker
from documents.parsing.readers import pdf_tables
from documents.parsing.readers.grid import is_data, row_lines
from documents.parsing.readers.pdf_lines import Line, first_piece, in_columns, joined, lines_of
from documents.parsing.readers.pdf_page import Glyph, Page
from documents.parsing.readers.pdf_tables import Table


@dataclass(slots=True)
class Column:
    """Lines that stand below each other, between the same sides."""

    lines: list[Line]
    alone: bool  # one of several columns side by side keeps its own sides


@dataclass(slots=True)
class Sheet:
    """A page's content in reading order."""

    top: float
    bottom: float
    blocks: list[Column | Table] = field(default_factory=list)

    def lines(self) -> list[Line]:
        return [line for block in self.blocks if isinstance(block, Column) for line in block.lines]

    def remove(self, lines: Iterable[Line]) -> None:
        gone = {id(line) for line in lines}
        for block in self.blocks:
            if isinstance(block, Column):
                block.lines = [line for line in block.lines if id(line) not in gone]
        self.blocks = [b for b in self.blocks if isinstance(b, Table) or b.lines]


class Body:
    """The text of all pages. `size`: how many characters were found a place for."""

    def __init__(self, pages: list[Page]) -> None:
        self._sheets = [_sheet(page) for page in pages]
        self.size = sum(_size(sheet) for sheet in self._sheets)

    def text(self) -> str:
        """A paragraph a line, a table's row a line with tabs."""
        _remove_furniture(self._sheets)
        return "\n".join(_written(_joined_blocks(self._sheets)))


def _size(sheet: Sheet) -> int:
    cells = [cell.text for b in sheet.blocks if isinstance(b, Table) for cell in b.cells]
    texts = [*cells, *(line.text for line in sheet.lines())]
    return sum(len(text) - text.count(" ") for text in texts)


# --- one page -----------------------------------------------------------------------------------


def _sheet(page: Page) -> Sheet:
    sheet = Sheet(page.top, page.bottom)
    rest = page.glyphs
    tables = pdf_tables.find_tables(page.rules)
    for table in tables:
        inside = [glyph for glyph in rest if table.holds(glyph)]
        pdf_tables.fill(table, inside)
        if not is_data(table.rows()):
            continue  # a frame around running text
        above = [g for g in rest if not table.holds(g) and g.base <= table.top + 0.3 * g.size]
        _add_columns(sheet, above)
        sheet.blocks.append(table)
        taken = {id(glyph) for glyph in (*inside, *above)}
        rest = [glyph for glyph in rest if id(glyph) not in taken]
    _add_columns(sheet, rest)
    return sheet


def _add_columns(sheet: Sheet, glyphs: list[Glyph]) -> None:
    parts = in_columns(glyphs) if glyphs else []
    for part in parts:
        lines = lines_of(part)
        if lines:
            sheet.blocks.append(Column(lines, alone=len(parts) == 1))


# --- page numbers and running heads ------------------------------------------------------------

_EDGE_LINES = 3
_PAGE_NUMBER = re.compile(
    r"^(?:[-—–－·•~～]*\d{1,4}[-—–－·•~～]*|第\d{1,4}页(?:[,，/]?共\d{1,4}页)?|共\d{1,4}页|\d{1,4}/\d{1,4}"
    r"|[Pp]age\d{1,4}(?:of\d{1,4})?|-?[ivxⅠ-Ⅻ]{1,5}-?)$"
)
# What a browser prints above and below a page.
_BROWSER = re.compile(
    r"^(?:https?://|file://)\S+|^\d{4}[/-]\d{1,2}[/-]\d{1,2}\s?(?:[上下]午)?\d{1,2}:\d\d"
    r"|^\d{1,2}/\d{1,2}/\d{2,4},\d{1,2}:\d\d"
)


def _remove_furniture(sheets: list[Sheet]) -> None:
    """Lines that come again at the same height of many pages, and page numbers anywhere there."""
    edges = [_edge_lines(sheet) for sheet in sheets]
    seen: Counter[tuple[str, int]] = Counter()
    for sheet, lines in zip(sheets, edges, strict=True):
        places = {place for line in lines for place in _places(sheet, line)}
        seen.update(places)
    often = max(2, round(0.3 * len(sheets)))
    sizes = [line.size for sheet in sheets for line in sheet.lines()]
    usual = median(sizes) if sizes else 0.0
    for sheet, lines in zip(sheets, edges, strict=True):
        marks = [line for line in lines if _is_page_mark(sheet, line)]
        again = [
            line
            for line in lines
            if _in_margin(sheet, line)
            and max(seen[place] for place in _places(sheet, line)) >= often
        ]
        rest = [line for line in sheet.lines() if line not in again and line not in marks]
        again = [line for line in again if _is_set_off(line, rest, usual)]
        sheet.remove([*marks, *again])


def _is_set_off(line: Line, rest: list[Line], usual: float) -> bool:
    """In letters of another size, or further from the text than its lines from each other."""
    if abs(line.size - usual) > 0.1 * usual or not rest:
        return True
    leading = _leading(sorted(rest, key=lambda other: other.base))
    return min(abs(other.base - line.base) for other in rest) > 1.3 * leading


def _edge_lines(sheet: Sheet) -> list[Line]:
    lines = sorted(sheet.lines(), key=lambda line: line.base)
    if len(lines) <= 2 * _EDGE_LINES:
        return lines
    return lines[:_EDGE_LINES] + lines[-_EDGE_LINES:]


def _places(sheet: Sheet, line: Line) -> list[tuple[str, int]]:
    """The line's words, figures left open, with its height on the page, in steps that overlap."""
    words = re.sub(r"\d+", "#", re.sub(r"\s", "", line.text))
    from_top = line.base - sheet.top
    from_bottom = sheet.bottom - line.base
    near = (from_top, 0) if from_top < from_bottom else (from_bottom, 100_000)
    step = int(near[0] / 4)
    return [(words, near[1] + step), (words, near[1] + step + 1)]


def _in_margin(sheet: Sheet, line: Line) -> bool:
    """In the outer part of the page?"""
    height = sheet.bottom - sheet.top
    return min(line.base - sheet.top, sheet.bottom - line.base) < 0.16 * height


def _is_page_mark(sheet: Sheet, line: Line) -> bool:
    words = re.sub(r"\s", "", line.text)
    if not _in_margin(sheet, line):
        return False
    if _BROWSER.match(words):
        return True
    lines = sheet.lines()
    outer = not any(o.base < line.base - line.size for o in lines) or not any(
        o.base > line.base + line.size for o in lines
    )
    return outer and bool(_PAGE_NUMBER.match(words))


# --- paragraphs ---------------------------------------------------------------------------------

_CONTINUED = re.compile(r"^[(（]?(?:续(?:上)?表|接上[页表])[一二三四五六七八九十\d]{0,3}[)）]?$")


def _joined_blocks(sheets: list[Sheet]) -> list[Column | Table]:
    """All blocks in order, a table that goes on over the page as one."""
    blocks: list[Column | Table] = []
    for sheet in sheets:
        first = True
        for block in sheet.blocks:
            if isinstance(block, Column):
                block.lines = [
                    line for line in block.lines if not _CONTINUED.match(line.text.strip())
                ]
                if not block.lines:
                    continue
            before = blocks[-1] if blocks else None
            if (
                first
                and isinstance(block, Table)
                and isinstance(before, Table)
                and pdf_tables.continues(before, block)
            ):
                blocks[-1] = pdf_tables.join(before, block)
            else:
                blocks.append(block)
            first = False
    return blocks


@dataclass(slots=True)
class Sides:
    left: float
    right: float
    shared: bool = True  # several lines reach as far to the right: that is where they break


def _written(blocks: list[Column | Table]) -> list[str]:
    """The blocks as lines; a blank one speaks against joining what stands around it."""
    columns = [block for block in blocks if isinstance(block, Column)]
    alone = [line for column in columns if column.alone for line in column.lines]
    page_sides = _sides(alone)
    indents = _has_indents(columns, page_sides)
    usual = _leading(alone)
    written: list[str] = []
    before: Line | None = None
    before_sides = page_sides
    for block in blocks:
        if isinstance(block, Table):
            written += ["", *row_lines(block.written()), ""]
            before = None
            continue
        sides = page_sides if block.alone else _sides(block.lines)
        leading = usual if block.alone else _leading(block.lines)
        for index, line in enumerate(block.lines):
            if before is None:
                written.append(line.text)
            elif _goes_on(before, before_sides, line, sides, indents, leading if index else None):
                written[-1] = joined(written[-1], line.text)
            else:
                if (
                    indents
                    and _is_indented(line, sides)
                    and before_sides.right - before.right > 3 * line.size
                ):
                    written.append("")
                written.append(line.text)
            before, before_sides = line, sides
    return written


def _sides(lines: list[Line]) -> Sides:
    """Where the text's lines begin and end: places that many of them share."""
    if not lines:
        return Sides(0, 0)
    few = len(lines) // 15
    lefts, rights = sorted(line.left for line in lines), sorted(line.right for line in lines)
    shared = sum(right > rights[-1 - few] - 20 for right in rights) >= 3
    return Sides(lefts[few], rights[-1 - few], shared)


def _leading(lines: list[Line]) -> float:
    """The distance of lines within a paragraph: paragraphs may stand further apart."""
    steps = sorted(b.base - a.base for a, b in pairwise(lines) if b.base > a.base)
    return steps[len(steps) // 4] if steps else 0.0


def _has_indents(columns: list[Column], page_sides: Sides) -> bool:
    """Do paragraphs begin with an indent here? Told by what follows lines that ended early."""
    indented = starts = 0
    for column in columns:
        sides = page_sides if column.alone else _sides(column.lines)
        early = 0.25 * (sides.right - sides.left)
        for before, line in pairwise(column.lines):
            if sides.right - before.right > early:
                starts += 1
                indented += _is_indented(line, sides)
    return indented > 0.6 * starts


def _is_indented(line: Line, sides: Sides) -> bool:
    return line.left - sides.left > 0.8 * line.size


def _goes_on(
    before: Line,
    before_sides: Sides,
    line: Line,
    sides: Sides,
    indents: bool,
    leading: float | None,
) -> bool:
    """Is `line` the next line of the paragraph that `before` belongs to?"""
    needed = first_piece(line)
    if indents and before.text[-1] not in "。：；":
        needed = max(needed, 4 * line.size)  # set ragged; only an indent begins a paragraph
    if before_sides.right - before.right > needed:
        return False
    if abs(before.size - line.size) > 0.15 * max(before.size, line.size):
        return False
    if leading is not None and line.base - before.base > 1.3 * leading:
        return False
    if indents:
        return not _is_indented(line, sides)
    if not before_sides.shared:
        return False
    # 二、三级医院 may begin a line; behind the end of a sentence it is a heading's number.
    return read_marker(line.text[:20]) is None or before.text[-1] not in "。；：）.;:)！？!?"
