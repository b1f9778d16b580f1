"""A web page's text: blocks become lines, data tables rows with tabs, scripts and forms nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from lxml import etree, html

from documents.parsing.errors import UnreadableDocument
from documents.parsing.markers import read_marker
from documents.parsing.readers import limits
from documents.parsing.readers.grid import Cell, fill_grid, is_data, row_lines

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
}  # fmt: skip
_SILENT = {
    "script", "style", "noscript", "template", "head", "select", "option", "button", "textarea", "svg", "iframe",
    "object", "embed", "input", "audio", "video", "canvas", "math", "frameset", "noframes", "rt", "rp", "xml",
}  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_KEPT = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NUMBERED = re.compile(r"^\s*(?:[(（]?[\d一二三四五六七八九十]{1,3}[)）.、．]|第)")
_MOST_TAGS = 300_000  # a page of 60,000 characters has some thousands
_FRAMES = "网页由框架组成，正文在另一个页面里，请单独打开正文页面，另存后再上传。"
_BROKEN = "网页文件已损坏，无法读取，请复制正文存为.txt后再上传。"


def read_html(page: str) -> str:
    # Twenty pages' worth of styles and scripts around one page of text are usual.
    if page.count("<") > _MOST_TAGS:
        raise UnreadableDocument("网页过于复杂，无法安全读取，请复制正文存为.txt后再上传。")
    try:
        # huge_tree: without it a page nested deep loses its text without an error.
        parser = html.HTMLParser(huge_tree=True)
        root = html.document_fromstring(_XML_DECLARATION.sub("", page), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(_BROKEN) from error
    text = "".join(limits.counted(_Page().pieces(root)))
    if not text.strip() and next(root.iter("frame", "iframe"), None) is not None:
        raise UnreadableDocument(_FRAMES)
    return text


class _Page:
    """The text in reading order, walked without recursion: pages can be nested deep."""

    def __init__(self) -> None:
        self._places: dict[html.HtmlElement, int] = {}  # how far each ordered list is counted
        self._kept: list[html.HtmlElement] = []  # elements whose line ends are meant

    def pieces(self, root: html.HtmlElement) -> Iterator[str]:
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event in ("comment", "pi"):
                yield self._shown(element.tail)
                continue
            tag = element.tag
            if event == "start":
                if tag in _SILENT or _is_hidden(element):
                    walk.skip_subtree()
                elif tag == "table" and _is_data(element):
                    yield "\n" + _table(element) + "\n"
                    walk.skip_subtree()
                else:
                    if tag == "pre" or _KEPT.search(element.get("style") or ""):
                        self._kept.append(element)
                    if tag in _BLOCKS or tag == "br":
                        yield "\n"
                    yield self._list_number(element) + self._shown(element.text)
            else:
                if self._kept and self._kept[-1] is element:
                    self._kept.pop()
                if tag in _BLOCKS:
                    yield "\n"
                if element is not root:
                    yield self._shown(element.tail)

    def _shown(self, text: str | None) -> str:
        return (text or "") if self._kept else unwrapped(text or "")

    def _list_number(self, element: html.HtmlElement) -> str:
        """The number a browser draws before an item of an ordered list."""
        parent = element.getparent()
        if element.tag != "li" or parent is None or parent.tag != "ol":
            return ""
        first = parent.get("start") or "1"
        before = int(first) - 1 if re.fullmatch(r"[0-9]{1,4}", first) else 0
        self._places[parent] = self._places.get(parent, before) + 1
        if _NUMBERED.match("".join(islice(element.itertext(), 20))[:20].lstrip()):
            return ""
        return f"{self._places[parent]}."


_LINE_END = re.compile(r"[ \t\r\f]*\n[ \t\r\f\n]*")
_ENDED = "。；：;:！？!?）)"


def unwrapped(text: str) -> str:
    """Line ends inside a text are no more than blanks to a browser, and none in Chinese.

    But some sites keep a whole notice in one element, with line ends that a style sheet we do not
    have makes visible: what looks like a paragraph's beginning stays one.
    """
    if "\n" not in text:
        return text
    lines = _LINE_END.split(text)
    pieces = [lines[0]]
    for before, after in pairwise(lines):
        last, first = before[-1:], after[:1]
        if first == "\u3000" or (last and last in _ENDED and read_marker(after[:20]) is not None):
            pieces.append("\n")
        elif not last or not first or last.isascii() or first.isascii():
            pieces.append(" ")
        pieces.append(after)
    return "".join(pieces)


def _is_hidden(element: html.HtmlElement) -> bool:
    return bool(_HIDDEN.search(element.get("style") or "")) or element.get("hidden") is not None


# --- tables ---------------------------------------------------------------------------------------


def _is_data(table: html.HtmlElement) -> bool:
    """Old sites lay whole pages out in tables; a table of data holds no table and has columns."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = (_cells_of(row) for row in table.iter("tr"))
    return is_data(["".join(cell.itertext()) for cell in row] for row in rows)


def _cells_of(row: html.HtmlElement) -> list[html.HtmlElement]:
    return [child for child in row if child.tag in ("td", "th") and not _is_hidden(child)]


def _table(table: html.HtmlElement) -> str:
    rows = (
        [
            Cell(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan"))
            for cell in _cells_of(row)
        ]
        for row in table.iter("tr")
        if not _is_hidden(row)
    )
    return "\n".join(row_lines(fill_grid(rows)))


def _span(cell: html.HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(int(value), 200) if value.isdigit() and value.isascii() and int(value) > 0 else 1


def _cell_text(cell: html.HtmlElement) -> str:
    return "".join(_Page().pieces(cell))
