"""A web page's text: blocks become lines, data tables rows with tabs, scripts and forms nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree, html

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers.grid import Cell, fill_grid, row_lines

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_SILENT = {
    "script", "style", "noscript", "template", "head", "select", "option", "button", "textarea", "svg", "iframe",
    "object", "embed", "input", "audio", "video", "canvas", "math",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NUMBERED = re.compile(r"^\s*(?:[(（]?[\d一二三四五六七八九十]{1,3}[)）.、．]|第)")


def read_html(text: str) -> str:
    try:
        # huge_tree: without it a page nested deep loses its text without an error.
        parser = html.HTMLParser(huge_tree=True)
        root = html.document_fromstring(_XML_DECLARATION.sub("", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            "网页文件已损坏，无法读取，请复制正文存为.txt后再上传。"
        ) from error
    return "".join(_pieces(root))


def _pieces(root: html.HtmlElement) -> Iterator[str]:
    """The text in reading order, walked without recursion: pages can be nested deep."""
    places: dict[html.HtmlElement, int] = {}  # how far each ordered list has been counted
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event in ("comment", "pi"):
            yield element.tail or ""
            continue
        tag = element.tag
        if event == "start":
            if tag in _SILENT or _is_hidden(element):
                walk.skip_subtree()
                continue
            if tag == "table" and _is_data(element):
                yield "\n" + _table(element) + "\n"
                walk.skip_subtree()
                continue
            if tag in _BLOCKS or tag == "br":
                yield "\n"
            yield _list_number(element, places) + (element.text or "")
        else:
            if tag in _BLOCKS:
                yield "\n"
            yield element.tail or ""


def _is_hidden(element: html.HtmlElement) -> bool:
    return bool(_HIDDEN.search(element.get("style") or "")) or element.get("hidden") is not None


def _list_number(element: html.HtmlElement, places: dict[html.HtmlElement, int]) -> str:
    """The number a browser draws before an item of an ordered list."""
    parent = element.getparent()
    if element.tag != "li" or parent is None or parent.tag != "ol":
        return ""
    places[parent] = places.get(parent, 0) + 1
    if _NUMBERED.match("".join(islice(element.itertext(), 20))[:20]):
        return ""
    return f"{places[parent]}."


def _is_data(table: html.HtmlElement) -> bool:
    """Old sites lay whole pages out in tables; a table of data holds no table and has columns."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    return any(len(_cells_of(row)) >= 3 for row in table.iter("tr"))


def _cells_of(row: html.HtmlElement) -> list[html.HtmlElement]:
    return [child for child in row if child.tag in ("td", "th")]


def _table(table: html.HtmlElement) -> str:
    rows = [
        [
            Cell(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan"))
            for cell in _cells_of(row)
        ]
        for row in table.iter("tr")
    ]
    return "\n".join(row_lines(fill_grid(rows)))


def _span(cell: html.HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(int(value), 200) if value.isdigit() and value.isascii() and int(value) > 0 else 1


def _cell_text(cell: html.HtmlElement) -> str:
    pieces = [piece.strip() for piece in _pieces_of_cell(cell)]
    return " ".join(piece for piece in pieces if piece)


def _pieces_of_cell(cell: html.HtmlElement) -> Iterator[str]:
    """Lines of a cell, so that names on lines of their own stay apart."""
    line: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if (
            element is not cell
            and (element.tag in _BLOCKS or element.tag == "br")
            and event == "start"
        ):
            yield "".join(line)
            line = []
        if event == "start":
            line.append(element.text or "")
        elif element is not cell:
            if element.tag in _BLOCKS:
                yield "".join(line)
                line = []
            line.append(element.tail or "")
    yield "".join(line)
