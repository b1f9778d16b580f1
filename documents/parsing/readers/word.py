"""A .docx file's text: paragraphs with the numbers Word draws before them, tables as rows.

Read from the XML itself: the library for it leaves out drawn numbers, text boxes and insertions.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers import limits
from documents.parsing.readers.grid import Cell, fill_grid, is_data, row_lines
from documents.parsing.readers.word_numbering import Numbering, W, integer

_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATION = re.compile(rb"<Relationship\b[^>]*officeDocument\"[^>]*>")
_TARGET = re.compile(rb'Target="/?([^"]+)"')
_BROKEN = "文档结构异常，无法读取，请用Word或WPS重新另存后再上传。"

# What a reader of the page does not see, or sees at another place.
_SKIPPED = {
    f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}rt", f"{W}instrText", f"{W}delText",
    f"{_ALTERNATIVES}Fallback",
}  # fmt: skip
# Wrappers around paragraphs, rows, cells.
_WRAPPERS = {
    f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}smartTag", f"{W}ins", f"{W}moveTo",
    f"{_ALTERNATIVES}AlternateContent", f"{_ALTERNATIVES}Choice",
}  # fmt: skip
_CONTENTS = re.compile(r"^(?:toc\s?\d|目录\s?\d)$", re.IGNORECASE)


def main_part(package: zipfile.ZipFile) -> str | None:
    """The name of the part that holds the text, if this is a Word file."""
    names = set(package.namelist())
    if "word/document.xml" in names:
        return "word/document.xml"
    relations = limits.read_part(package, "_rels/.rels") or b""
    for relation in _RELATION.findall(relations):
        target = _TARGET.search(relation)
        name = target[1].decode("utf-8", "replace") if target else ""
        if name.startswith("word/") and name in names:
            return name
    return None


def read_word(package: zipfile.ZipFile, part: str) -> tuple[str, list[str]]:
    """Text and warnings."""
    root = _parse(limits.read_part(package, part))
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise UnreadableDocument(_BROKEN)
    folder = part.rpartition("/")[0]
    styles = _parse(limits.read_part(package, f"{folder}/styles.xml"))
    numbering = _parse(limits.read_part(package, f"{folder}/numbering.xml"))
    reader = _Reader(Numbering.of(numbering, styles), _names(styles))
    text = limits.check_length("\n".join(limits.counted(reader.blocks(body))))
    return text, _warnings(body)


def _parse(part: bytes | None) -> etree._Element | None:
    if part is None:
        return None
    limits.check_tree(part)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        # A “strict” file says the same under another name.
        return etree.fromstring(part.replace(_STRICT, W[1:-1].encode()), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(_BROKEN) from error


def _names(styles: etree._Element | None) -> dict[str, str]:
    if styles is None:
        return {}
    return {
        style.get(f"{W}styleId") or "": _value(style, "name")
        for style in styles.iterchildren(f"{W}style")
    }


def _warnings(body: etree._Element) -> list[str]:
    found = []
    notes = sum(1 for _ in body.iter(f"{W}footnoteReference", f"{W}endnoteReference"))
    if notes:
        found.append(f"文件有{notes}条脚注或尾注，没有读入正文，请对照原文核对")
    if next(body.iter(f"{W}altChunk"), None) is not None:
        found.append("文件中嵌有另一份文件，没有读出，请对照原文核对")
    return found


@dataclass(slots=True)
class _Reader:
    numbering: Numbering
    style_names: dict[str, str]
    carried: str = field(default="")  # text of a paragraph whose end was deleted

    def blocks(self, parent: etree._Element, in_cell: bool = False) -> Iterator[str]:
        """Paragraphs and table rows, a line each."""
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child, in_cell)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag in _WRAPPERS and not _is_contents(child):
                yield from self.blocks(child, in_cell)

    def _paragraph(self, paragraph: etree._Element, in_cell: bool) -> Iterator[str]:
        if len(paragraph) == 0:
            yield ""
            return
        properties = paragraph[0] if paragraph[0].tag == f"{W}pPr" else None
        if properties is not None and self._is_contents_line(properties):
            return
        text, boxes = _runs(paragraph)
        if properties is not None and _is_mark_deleted(properties):
            self.carried += text  # with the mark gone it is one paragraph with the next
        else:
            text, self.carried = self.carried + text, ""
            # Word numbers empty lines too; a number alone says something only in a table.
            number = self.numbering.before(paragraph)
            yield number + text if text.strip() or in_cell else ""
        for box in boxes:
            yield from self.blocks(box)

    def _is_contents_line(self, properties: etree._Element) -> bool:
        name = self.style_names.get(_value(properties, "pStyle"), "")
        return bool(_CONTENTS.match(name))

    def _table(self, table: etree._Element) -> Iterator[str]:
        rows = [row for row in _inside(table, f"{W}tr") if not _is_row_deleted(row)]
        if not is_data(
            ["".join(map(str, cell.itertext(f"{W}t"))) for cell in _inside(row, f"{W}tc")]
            for row in rows
        ):
            # Two columns and fewer lay text out: the paragraphs stay what they are.
            for row in rows:
                for cell in _inside(row, f"{W}tc"):
                    if _merge_of(cell)[1] != "continue":
                        yield from self.blocks(cell, in_cell=True)
            return
        yield from row_lines(fill_grid(self._cells(rows)))

    def _cells(self, rows: list[etree._Element]) -> list[list[Cell]]:
        found: list[list[Cell]] = []
        merged: dict[int, str] = {}  # column -> text of the cell that is merged downwards
        for row in rows:
            before = _before(row)
            cells = [Cell("", before)] if before else []
            column = before
            for cell in _inside(row, f"{W}tc"):
                span, merge = _merge_of(cell)
                text = "\n".join(self.blocks(cell, in_cell=True))
                if merge == "continue":
                    text = merged.get(column, text)
                elif merge == "restart":
                    merged[column] = text
                else:
                    merged.pop(column, None)
                cells.append(Cell(text, span))
                column += span
            found.append(cells)
        return found


def _runs(paragraph: etree._Element) -> tuple[str, list[etree._Element]]:
    """The paragraph's text as it is printed, and the text boxes that hang on it."""
    pieces: list[str] = []
    boxes: list[etree._Element] = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        tag = element.tag
        if tag in _SKIPPED or (tag == f"{W}r" and _is_hidden(element)):
            walk.skip_subtree()
        elif tag == f"{W}txbxContent":
            boxes.append(element)
            walk.skip_subtree()
        elif tag in (f"{W}t", f"{_MATH}t"):
            pieces.append(element.text or "")
        elif tag == f"{W}tab":
            pieces.append("\t")
        elif tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif tag == f"{W}noBreakHyphen":
            pieces.append("-")
    return "".join(pieces), boxes


def _inside(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those in a content control."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _is_hidden(run: etree._Element) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val") not in ("0", "false", "off")


def _is_mark_deleted(properties: etree._Element) -> bool:
    look = properties.find(f"{W}rPr")
    return look is not None and any(
        look.find(f"{W}{mark}") is not None for mark in ("del", "moveFrom")
    )


def _is_row_deleted(row: etree._Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _is_contents(control: etree._Element) -> bool:
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and "Contents" in (gallery.get(f"{W}val") or "")


def _before(row: etree._Element) -> int:
    """Columns that the row leaves out at its beginning."""
    properties = row.find(f"{W}trPr")
    left = integer(_value(properties, "gridBefore"), 0) if properties is not None else 0
    return min(left, 200)


def _merge_of(cell: etree._Element) -> tuple[int, str]:
    """How many columns the cell spans, and whether it starts or continues a merge downwards."""
    properties = cell.find(f"{W}tcPr")
    if properties is None:
        return 1, ""
    width = max(1, min(integer(_value(properties, "gridSpan"), 1), 200))
    merge = properties.find(f"{W}vMerge")
    return width, "" if merge is None else merge.get(f"{W}val") or "continue"


def _value(parent: etree._Element, name: str) -> str:
    child = parent.find(f"{W}{name}")
    return "" if child is None else child.get(f"{W}val") or ""
