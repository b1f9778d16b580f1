"""Glyphs to lines of text: what stands on one base line, with blanks where there are gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from documents.parsing.readers.pdf_page import Glyph

_GAP = 0.55  # of a character's size: a wider gap was meant as one
_LETTERSPACED = 4  # characters at least


@dataclass(slots=True)
class Line:
    text: str
    left: float
    right: float
    base: float
    size: float


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines from top to bottom; glyphs that run another way come as lines of their own."""
    glyphs = list(glyphs)
    upright = [glyph for glyph in glyphs if glyph.upright]
    lines = [_line(row) for row in _rows(upright)]
    other = [glyph for glyph in glyphs if not glyph.upright]
    if other:
        # A heading turned aside in a narrow cell: in the order it was written.
        text = "".join(glyph.text for glyph in other)
        first = other[0]
        lines.append(Line(text, first.left, first.right, first.base, first.size))
        lines.sort(key=lambda line: line.base)
    return [line for line in lines if line.text.strip()]


def _rows(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Glyphs of one line together; a raised figure belongs to the line it is raised from."""
    rows: list[list[Glyph]] = []
    base = size = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.base):
        if rows and glyph.base - base <= 0.45 * max(size, glyph.size):
            rows[-1].append(glyph)
            if glyph.size > 1.2 * size:
                base, size = glyph.base, glyph.size
        else:
            rows.append([glyph])
            base, size = glyph.base, glyph.size
    return rows


def _line(row: list[Glyph]) -> Line:
    row.sort(key=lambda glyph: glyph.left)
    drawn = _without_doubles([glyph for glyph in row if not glyph.text.isspace()])
    if not drawn:
        return Line("", row[0].left, row[0].right, row[0].base, row[0].size)
    size = median(_width(glyph) for glyph in drawn)
    gaps = [max(0.0, after.left - before.right) for before, after in pairwise(drawn)]
    wide = _GAP * size
    if len(drawn) >= _LETTERSPACED and median(gaps) > 0.3 * size:
        wide = 1.6 * median(gaps)  # 文 件: set wide, not words
    blanks = [glyph.left for glyph in row if glyph.text.isspace()]
    if len(drawn) >= _LETTERSPACED and len(blanks) >= 0.8 * len(drawn):
        blanks = []  # a blank behind every character says nothing
    pieces = [drawn[0].text]
    for (before, after), gap in zip(pairwise(drawn), gaps, strict=True):
        narrow = before.text.isascii() and after.text.isascii()
        limit = min(wide, 0.15 * size) if narrow and _holds(blanks, before, after) else wide
        pieces.append(" " * (gap > limit) + after.text)
    base = max(drawn, key=lambda glyph: glyph.size).base
    return Line("".join(pieces), drawn[0].left, max(g.right for g in drawn), base, size)


def _width(glyph: Glyph) -> float:
    """A character's size: the box of a whole character is as wide as high."""
    return glyph.size if glyph.text.isascii() else max(glyph.right - glyph.left, 0.5 * glyph.size)


def _holds(blanks: list[float], before: Glyph, after: Glyph) -> bool:
    return any(before.left < place < after.left + 0.1 for place in blanks)


def _without_doubles(row: list[Glyph]) -> list[Glyph]:
    """Bold made by printing twice, a hair apart, is one character."""
    kept: list[Glyph] = []
    for glyph in row:
        # One glyph as wide as two characters stands for both: ——
        one = glyph.right - glyph.left < 1.5 * glyph.size
        same = [k for k in kept[-3:] if one and k.text == glyph.text]
        if not any(abs(k.left - glyph.left) < 0.25 * _width(glyph) for k in same):
            kept.append(glyph)
    return kept


# --- columns ------------------------------------------------------------------------------------

_FEWEST_LINES = 8
_CROSSING = 0.3  # of the lines, at most: titles over both columns


def in_columns(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """The glyphs in reading order: a page set in two columns gives its parts one by one.

    A title over both columns, and what follows below them, are parts of their own.
    """
    strip = _gutter(glyphs)
    if strip is None:
        return [glyphs]
    gutter = (strip[0] + strip[1]) / 2
    parts: list[list[Glyph]] = []
    left: list[Glyph] = []
    right: list[Glyph] = []
    for row in _rows([glyph for glyph in glyphs if glyph.upright]):
        if _crosses(row, strip) or (not left and not right and _alone(row, gutter)):
            parts += [part for part in (left, right) if part]
            parts.append(row)
            left, right = [], []
        else:
            left += [glyph for glyph in row if glyph.right <= gutter + 1]
            right += [glyph for glyph in row if glyph.right > gutter + 1]
    return parts + [part for part in (left, right) if part]


def _crosses(row: list[Glyph], strip: tuple[float, float]) -> bool:
    """Is something written over the strip, or so close to both its sides that it is one line?"""
    middle = (strip[0] + strip[1]) / 2
    before = max((g.right for g in row if g.left < middle and not g.text.isspace()), default=None)
    after = min((g.left for g in row if g.left >= middle and not g.text.isspace()), default=None)
    if before is None:
        return False
    return before > middle + 1 or (after is not None and after - before < strip[1] - strip[0] - 3)


def _alone(row: list[Glyph], gutter: float) -> bool:
    """Does the row stand on one side only, close to the gutter, as the end of a title does?"""
    inner = min(min(abs(glyph.left - gutter), abs(glyph.right - gutter)) for glyph in row)
    both = any(g.right <= gutter for g in row) and any(g.left >= gutter for g in row)
    return not both and inner < 2 * max(glyph.size for glyph in row)


def _gutter(glyphs: list[Glyph]) -> tuple[float, float] | None:
    """The white strip between two columns of running text, if there is one."""
    drawn = [glyph for glyph in glyphs if glyph.upright and not glyph.text.isspace()]
    if len(drawn) < 2 * _FEWEST_LINES:
        return None
    size = median(glyph.size for glyph in drawn)
    rows = [_stretches(row, 0.8 * size) for row in _rows(drawn)]
    first, last = min(glyph.left for glyph in drawn), max(glyph.right for glyph in drawn)
    strip = _strip(rows, first + 0.38 * (last - first), first + 0.62 * (last - first))
    if strip is None or strip[1] - strip[0] < 0.6 * size:
        return None
    # Running text fills its column up to the strip, and begins at it or an indent behind it.
    left = [b - a for row in rows for a, b in row if -2.5 * size < b - strip[0] < 3]
    right = [b - a for row in rows for a, b in row if -3 < a - strip[1] < 2.5 * size]
    fewest = 0.6 * min(strip[0] - first, last - strip[1])
    if min(sum(width > fewest for width in side) for side in (left, right)) < _FEWEST_LINES:
        return None
    return strip


def _stretches(row: list[Glyph], gap: float) -> list[tuple[float, float]]:
    """From where to where the row is written on, without a gap as wide as that."""
    found: list[tuple[float, float]] = []
    for glyph in sorted(row, key=lambda glyph: glyph.left):
        if found and glyph.left - found[-1][1] < gap:
            found[-1] = found[-1][0], max(found[-1][1], glyph.right)
        else:
            found.append((glyph.left, glyph.right))
    return found


def _strip(
    rows: list[list[tuple[float, float]]], first: float, last: float
) -> tuple[float, float] | None:
    """The widest strip between two places that hardly any row writes over."""
    places = range(round(first), round(last) + 1)
    over = [sum(any(a < x < b for a, b in row) for row in rows) for x in places]
    most = min(over) + 0.05 * len(rows)
    if most > _CROSSING * len(rows):
        return None
    widest: tuple[int, int] | None = None
    start = None
    for x, count in zip([*places, places.stop], [*over, len(rows) + 1], strict=True):
        if count <= most:
            start = x if start is None else start
        elif start is not None:
            if widest is None or x - start > widest[1] - widest[0]:
                widest = start, x
            start = None
    return widest


# --- paragraphs ---------------------------------------------------------------------------------

# What a line begins with and cannot be divided: a character, a figure or a word, and the marks
# that may not stand at a line's beginning.
_PIECE = re.compile(r"[（《“(]*(?:[!-~]+|.(?:[（《“(]+[!-~]*)?)[、，。；：！？）》”％%,.;:!?)]*")


def first_piece(line: Line) -> float:
    """The room it would have taken on the line above, with a little to spare."""
    piece = _PIECE.match(line.text)
    text = piece[0] if piece else ""
    return line.size * (0.6 + sum(0.55 if char.isascii() else 1 for char in text))


_ASCII_WORD = re.compile(r"[A-Za-z]")


def joined(before: str, after: str) -> str:
    """Two lines of one paragraph; English words stay apart."""
    blank = _ASCII_WORD.match(before[-1:]) and _ASCII_WORD.match(after[:1])
    return before + (" " if blank else "") + after
