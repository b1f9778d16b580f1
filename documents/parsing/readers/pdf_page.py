"""What stands on a PDF's page, by pdfium: glyphs with their places, and the ruled lines.

Places are in points, x to the right, y downwards, and the page is turned so that most of its text
runs from left to right: a landscape table on an upright sheet reads like any other.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MAX_GLYPHS = 60_000  # a page of newsprint has ten thousand
MAX_OBJECTS = 60_000  # on a page; a table of a thousand cells is drawn with a few thousand
MAX_SEGMENTS = 20_000  # a drawing or a map has more: no table
_MAX_DEPTH = 4
_THIN = 3.0  # a filled box as thin as this is a line
_SHORTEST = 6.0

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class TooComplex(Exception):
    """The page holds more than any page of text does."""


@dataclass(slots=True)
class Glyph:
    text: str
    left: float
    right: float
    base: float  # the line it stands on
    size: float
    upright: bool = True  # runs the way most of the page does


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line: `at` is its y if level, else its x; it reaches from `start` to `end`."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    number: int
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0
    unmapped: int = 0  # glyphs that stand for no character
    has_image: bool = False


def read_page(document: pypdfium2.PdfDocument, index: int) -> Page:
    """The page's glyphs and rules. Raises TooComplex, or pdfium's own error for a broken page."""
    page = document[index]
    try:
        box = page.get_bbox()
        found = Page(index + 1)
        text_page = page.get_textpage()
        try:
            glyphs = list(_raw_glyphs(text_page, box, found))
        finally:
            text_page.close()
        turn = Counter(glyph[-1] for glyph in glyphs).most_common(1)
        direction = turn[0][0] if turn else 0
        found.glyphs = [_placed(glyph, direction) for glyph in glyphs]
        edges = [_turn(x, y, direction)[1] for x, y in (box[:2], box[2:])]
        found.top, found.bottom = min(edges), max(edges)
        paths = _Paths(direction, box)
        paths.collect(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)
        found.has_image = paths.has_image
        found.rules = paths.rules
        return found
    finally:
        page.close()


_Raw = tuple[str, float, float, float, float, float, float, int]


def _raw_glyphs(
    text_page: Any, box: tuple[float, float, float, float], page: Page
) -> Iterator[_Raw]:
    """Glyphs on the page as pdfium finds them, in the page's own coordinates."""
    count = pdfium.FPDFText_CountChars(text_page)
    if count > MAX_GLYPHS:
        raise TooComplex
    area = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(count):
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code in (0, 0xFFFE, 0xFFFF) or pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1:
            page.unmapped += 1
            continue
        if code in (0x0A, 0x0D):
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, index, area)
        pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
        if not (box[0] <= x.value <= box[2] and box[1] <= y.value <= box[3]):
            continue  # beside the sheet: nobody sees it
        angle = math.degrees(pdfium.FPDFText_GetCharAngle(text_page, index))
        quarter = round(angle / 90) % 4
        if abs(angle - 90 * round(angle / 90)) > 10:
            continue  # aslant: a watermark
        yield (
            *(chr(code), x.value, y.value),
            *(area.left, area.bottom, area.right, area.top, quarter),
        )


def _turn(x: float, y: float, direction: int) -> tuple[float, float]:
    """`direction`: quarters clockwise that the text is turned; y grows downwards afterwards."""
    return ((x, -y), (-y, -x), (-x, y), (y, x))[direction]


def _placed(raw: _Raw, direction: int) -> Glyph:
    text, x, y, left, bottom, right, top, own = raw
    start, base = _turn(x, y, direction)
    corners = (_turn(left, bottom, direction), _turn(right, top, direction))
    end = max(corner[0] for corner in corners)
    size = abs(corners[0][1] - corners[1][1])
    if own != direction:  # its box says more of it than its origin
        start = min(corner[0] for corner in corners)
        base = max(corner[1] for corner in corners)
        size = end - start
    return Glyph(text, start, max(end, start), base, size, own == direction)


class _Paths:
    """Collects the level and upright lines among a page's objects, also inside forms."""

    def __init__(self, direction: int, box: tuple[float, float, float, float]) -> None:
        self.direction, self.box = direction, box
        self.rules: list[Rule] = []
        self.has_image = False
        self._objects = self._segments = 0

    def collect(
        self, parent: Any, count: Any, get: Any, matrix: Matrix = _IDENTITY, depth: int = 0
    ) -> None:
        for index in range(count(parent)):
            self._objects += 1
            if self._objects > MAX_OBJECTS:
                raise TooComplex
            item = get(parent, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH and self._segments <= MAX_SEGMENTS:
                self._add(item, _product(_matrix_of(item), matrix))
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self.has_image = True
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                inner = _product(_matrix_of(item), matrix)
                forms = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
                self.collect(item, *forms, inner, depth + 1)
        if depth == 0 and self._segments > MAX_SEGMENTS:
            self.rules = []

    def _add(self, path: Any, matrix: Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        if not fill.value and not stroke.value:
            return
        for points in self._strokes(path, matrix):
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            width, height = max(xs) - min(xs), max(ys) - min(ys)
            if min(width, height) <= _THIN:
                self._line(min(xs), min(ys), max(xs), max(ys))
            elif stroke.value:
                for (x0, y0), (x1, y1) in pairwise(points):
                    if min(abs(x0 - x1), abs(y0 - y1)) <= _THIN:
                        self._line(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def _strokes(self, path: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
        """The points of each part of a path; parts with curves are no ruled lines."""
        number = pdfium.FPDFPath_CountSegments(path)
        self._segments += number
        if self._segments > MAX_SEGMENTS:
            return
        points: list[tuple[float, float]] = []
        curved = False
        x, y = ctypes.c_float(), ctypes.c_float()
        for index in range(number):
            segment = pdfium.FPDFPath_GetPathSegment(path, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                if len(points) > 1 and not curved:
                    yield points
                points, curved = [], False
            curved = curved or kind == pdfium.FPDF_SEGMENT_BEZIERTO
            points.append(_turn(*_apply(matrix, x.value, y.value), self.direction))
            if pdfium.FPDFPathSegment_GetClose(segment) and points:
                points.append(points[0])
        if len(points) > 1 and not curved:
            yield points

    def _line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if x1 - x0 >= max(_SHORTEST, y1 - y0):
            self.rules.append(Rule(True, (y0 + y1) / 2, x0, x1))
        elif y1 - y0 >= _SHORTEST:
            self.rules.append(Rule(False, (x0 + x1) / 2, y0, y1))


def _matrix_of(item: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, found):
        return _IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        *(a * g + b * i, a * h + b * j),
        *(c * g + d * i, c * h + d * j),
        *(e * g + f * i + k, e * h + f * j + m),
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
