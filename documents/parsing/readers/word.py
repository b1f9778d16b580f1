"""A .docx file's text: paragraphs with the numbers Word draws before them, tables as rows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from documents.parsing.errors import UnreadableDocument
from documents.parsing.markers import chinese_ordinal
from documents.parsing.readers import limits
from documents.parsing.readers.grid import Cell, fill_grid, row_lines

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK}
_MAX_DEPTH_ERROR = "文档结构异常，无法读取，请用Word或WPS重新另存后再上传。"


def read_word(package: zipfile.ZipFile) -> str:
    document = _parse(limits.read_part(package, "word/document.xml") or b"")
    numbering = _Numbering.load(package)
    body = document.find(f"{_W}body")
    if body is None:
        raise UnreadableDocument(_MAX_DEPTH_ERROR)
    return "\n".join(_blocks(body, numbering))


def _parse(part: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(_MAX_DEPTH_ERROR) from error


def _blocks(parent: etree._Element, numbering: _Numbering) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield numbering.before(child) + _paragraph(child)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, numbering)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _blocks(child, numbering)


def _paragraph(paragraph: etree._Element) -> str:
    """The paragraph's runs; deleted text and the fallback copy of a text box are left out."""
    pieces: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        tag = element.tag
        if tag in _SKIPPED:
            walk.skip_subtree()
        elif tag == f"{_W}t":
            pieces.append(element.text or "")
        elif tag == f"{_W}tab":
            pieces.append("\t")
        elif tag in (f"{_W}br", f"{_W}cr") or (tag == f"{_W}p" and element is not paragraph):
            pieces.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            pieces.append("-")
    return "".join(pieces)


def _table(table: etree._Element, numbering: _Numbering) -> Iterator[str]:
    rows: list[list[Cell]] = []
    open_merge: dict[int, str] = {}  # column -> text of the cell that is merged downwards
    for row in table.iterchildren(f"{_W}tr"):
        cells: list[Cell] = []
        column = 0
        for cell in row.iterchildren(f"{_W}tc"):
            span, merge = _merge_of(cell)
            text = " ".join(t.strip() for t in _blocks(cell, numbering) if t.strip())
            if merge == "continue":
                text = open_merge.get(column, text)
            elif merge == "restart":
                open_merge[column] = text
            else:
                open_merge.pop(column, None)
            cells.append(Cell(text, span))
            column += span
        rows.append(cells)
    yield from row_lines(fill_grid(rows))


def _merge_of(cell: etree._Element) -> tuple[int, str]:
    """How many columns the cell spans, and whether it starts or continues a merge downwards."""
    properties = cell.find(f"{_W}tcPr")
    if properties is None:
        return 1, ""
    span = properties.find(f"{_W}gridSpan")
    merge = properties.find(f"{_W}vMerge")
    width = _integer(span.get(f"{_W}val")) if span is not None else 1
    if merge is None:
        return max(1, min(width, 200)), ""
    return max(1, min(width, 200)), merge.get(f"{_W}val") or "continue"


def _integer(value: str | None, default: int = 1) -> int:
    return (
        int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else default
    )


# --- numbers drawn by Word ----------------------------------------------------------------------


@dataclass(slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class _Numbering:
    """Counts the automatic numbers (一、 （一） 1.) that stand nowhere in the paragraphs' text."""

    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def load(cls, package: zipfile.ZipFile) -> _Numbering:
        numbering = cls()
        part = limits.read_part(package, "word/numbering.xml")
        if part is None:
            return numbering
        root = _parse(part)
        for abstract in root.iterchildren(f"{_W}abstractNum"):
            name = abstract.get(f"{_W}abstractNumId") or ""
            for level in abstract.iterchildren(f"{_W}lvl"):
                depth = _integer(level.get(f"{_W}ilvl"), 0)
                numbering.levels[name, depth] = _Level(
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    _integer(_value(level, "start", "1")),
                )
        for number in root.iterchildren(f"{_W}num"):
            numbering.abstract_of[number.get(f"{_W}numId") or ""] = _value(
                number, "abstractNumId", ""
            )
        styles = limits.read_part(package, "word/styles.xml")
        if styles is not None:
            numbering._load_styles(_parse(styles))
        return numbering

    def _load_styles(self, root: etree._Element) -> None:
        for style in root.iterchildren(f"{_W}style"):
            properties = style.find(f"{_W}pPr/{_W}numPr")
            if properties is not None:
                place = (
                    _value(properties, "numId", ""),
                    _integer(_value(properties, "ilvl", "0"), 0),
                )
                self.styles[style.get(f"{_W}styleId") or ""] = place

    def before(self, paragraph: etree._Element) -> str:
        """The number Word draws before this paragraph, and the count moves on."""
        place = self._place(paragraph)
        if place is None:
            return ""
        number, depth = place
        abstract = self.abstract_of.get(number, "")
        level = self.levels.get((abstract, depth))
        if level is None or level.form in ("bullet", "none"):
            return ""
        counts = self.counts.setdefault(abstract, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [known for known in counts if known > depth]:
            del counts[deeper]
        text = level.text
        for index in range(depth + 1):
            drawn = self.levels.get((abstract, index))
            if drawn is not None:
                text = text.replace(
                    f"%{index + 1}", _draw(drawn.form, counts.get(index, drawn.start))
                )
        return text

    def _place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return None
        own = properties.find(f"{_W}numPr")
        if own is not None:
            number = _value(own, "numId", "")
            return None if number in ("", "0") else (number, _integer(_value(own, "ilvl", "0"), 0))
        style = properties.find(f"{_W}pStyle")
        return None if style is None else self.styles.get(style.get(f"{_W}val") or "")


def _value(parent: etree._Element, name: str, default: str) -> str:
    child = parent.find(f"{_W}{name}")
    return default if child is None else child.get(f"{_W}val") or default


def _draw(form: str, count: int) -> str:
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
        "taiwaneseCounting",
    ):
        return chinese_ordinal(count) if 0 < count < 100 else str(count)
    if form.startswith("decimalEnclosedCircle") and 1 <= count <= 20:
        return chr(ord("①") + count - 1)
    if form == "lowerLetter" and 1 <= count <= 26:
        return chr(ord("a") + count - 1)
    return str(count)
