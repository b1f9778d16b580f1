"""A PDF's text by pdfplumber, page by page, with tables as rows; pdfium cross-checks the length."""

from __future__ import annotations

import io
import re
from typing import Any

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers import limits
from documents.parsing.readers.bombs import refuse_bombs
from documents.parsing.readers.grid import row_lines

_ENCRYPTED = "PDF已加密，请解除密码保护后再上传。"
_BROKEN = "PDF已损坏，无法读取，请重新导出后再上传。"
_SCANNED = "PDF中没有可读的文字，可能是扫描件，请先做文字识别（OCR），或上传原始Word文件。"
_PAGE_NUMBER = re.compile(r"^\s*[-—–]?\s*\d{1,4}\s*[-—–]?\s*$")
_FEWEST = 10  # characters a page of a real text document holds on average
_MANY_LINES = 8  # ruled lines on a page that may hold a table


def read_pdf(data: bytes) -> tuple[str, list[str]]:
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    refuse_bombs(data)
    clock = limits.Clock()
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > limits.MAX_PAGES:
                raise UnreadableDocument(f"PDF超过{limits.MAX_PAGES}页，请拆分后再上传。")
            pages = []
            for page in pdf.pages:
                clock.check()
                pages.append(_page_text(page))
                page.close()
    except UnreadableDocument:
        raise
    except (PDFEncryptionError, PDFPasswordIncorrect) as error:
        raise UnreadableDocument(_ENCRYPTED) from error
    except Exception as error:  # pdfminer raises whatever a broken file provokes
        caused = f"{error!r} {error.__cause__!r} {error.__context__!r}"
        message = _ENCRYPTED if "Password" in caused or "Encrypt" in caused else _BROKEN
        raise UnreadableDocument(message) from error
    text = "\n".join(pages)
    if len(re.sub(r"\s", "", text)) < _FEWEST * max(1, len(pages)):
        raise UnreadableDocument(_SCANNED)
    return text, _cross_check(data, text)


def _page_text(page: Any) -> str:
    tables = page.find_tables() if len(page.lines) + len(page.rects) >= _MANY_LINES else []
    rows: list[str] = []
    outside = page
    for table in tables:
        cells = [[_flat(cell) for cell in row] for row in table.extract()]
        if max((len(row) for row in cells), default=0) < 3:
            continue
        rows += row_lines(cells)
        box = table.bbox
        outside = outside.filter(lambda item, box=box: not _within(item, box))
    lines = (outside.extract_text() or "").split("\n")
    if lines and _PAGE_NUMBER.match(lines[-1]):
        lines.pop()
    if lines and _PAGE_NUMBER.match(lines[0]):
        lines.pop(0)
    return "\n".join([*lines, *rows])


def _flat(cell: str | None) -> str:
    return re.sub(r"\s*\n\s*", "", cell or "")


def _within(item: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    middle_x = (item.get("x0", 0) + item.get("x1", 0)) / 2
    middle_y = (item.get("top", 0) + item.get("bottom", 0)) / 2
    return box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3]


def _cross_check(data: bytes, text: str) -> list[str]:
    """pdfplumber can drop a paragraph set in an odd font; a second reader notices."""
    try:
        import pypdfium2

        pdf = pypdfium2.PdfDocument(data)
        try:
            other = sum(
                len(re.sub(r"\s", "", page.get_textpage().get_text_bounded())) for page in pdf
            )
        finally:
            pdf.close()
    except Exception:  # a second opinion, never a reason to fail
        return []
    own = len(re.sub(r"\s", "", text))
    if other > 1.05 * own + 20:
        return [f"两种方式读取的字数不一致（{own}与{other}），可能有段落缺失，请对照原文核对"]
    return []
