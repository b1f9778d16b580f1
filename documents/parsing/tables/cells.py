"""The cells of a table in the clean text: one row a line, its cells between tabs.

Readers deliver tables so: a cell merged downwards stands in every row it spans, one merged across
stands in its first column, and a line's end inside a cell is a CELL_BREAK.
"""

from __future__ import annotations

import re

# Readers write it for a line's end inside a cell; the stored text has a plain line end there.
CELL_BREAK = "\u2028"

Span = tuple[int, int]
# What a cell says. It stands in several places when the paper's end cut its row in two.
Text = tuple[Span, ...]

_ANY_BREAK = re.compile(rf"\s*{CELL_BREAK}\s*")


def is_row(line: str) -> bool:
    return "\t" in line


def split_row(folded: str, start: int, end: int) -> list[Span]:
    """Offsets of the cells of a line, without the space around them."""
    cells, begin = [], start
    for cell in folded[start:end].split("\t"):
        left = begin + len(cell) - len(cell.lstrip())
        cells.append((left, left + len(cell.strip())))
        begin += len(cell) + 1
    return cells


def joined(text: str, parts: Text) -> str:
    """The words of a cell; the two halves of a row cut in two are put together."""
    return "".join(text[start:end] for start, end in parts)


def on_one_line(words: str) -> str:
    """建设城市 / 医疗集团 in a narrow column is one heading."""
    return _ANY_BREAK.sub("", words.replace("\n", CELL_BREAK))
