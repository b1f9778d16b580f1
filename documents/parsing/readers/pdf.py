"""A PDF's text by pdfium: lines and ruled tables where they stand on the page.

pdfium is what Chromium shows PDFs with. It takes milliseconds for a page that the readers written
in Python take a tenth of a second for, and it is built for strangers' files.
"""

from __future__ import annotations

import re
from itertools import groupby

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers import limits
from documents.parsing.readers.bombs import refuse_bombs

_ENCRYPTED = "PDF已加密，请解除密码保护后再上传。"
_BROKEN = "PDF已损坏，无法读取，请重新导出后再上传。"
_SCANNED = "PDF中没有可读的文字，可能是扫描件，请先做文字识别（OCR），或上传原始Word文件。"
_TOO_COMPLEX = "PDF内容过于复杂，无法安全读取，请重新导出或另存为.docx后再上传。"
_GARBLED = "PDF的字体没有文字编码，读出来是乱码，请上传原始Word文件，或先做文字识别（OCR）。"
_FEWEST = 10  # characters a page of a real text document holds on average
_MOST_UNMAPPED = 0.2


def read_pdf(data: bytes) -> tuple[str, list[str]]:
    """Text and warnings. Raises UnreadableDocument."""
    refuse_bombs(data)
    import pypdfium2

    from documents.parsing.readers.pdf_body import Body
    from documents.parsing.readers.pdf_page import TooComplex, read_page

    clock = limits.Clock()
    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) > limits.MAX_PAGES:
            raise UnreadableDocument(f"PDF超过{limits.MAX_PAGES}页，请拆分后再上传。")
        pages = []
        for index in range(len(document)):
            clock.check()
            pages.append(read_page(document, index))
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower() or "security" in str(error).lower()
        raise UnreadableDocument(_ENCRYPTED if encrypted else _BROKEN) from error
    except TooComplex as error:
        raise UnreadableDocument(_TOO_COMPLEX) from error
    body = Body(pages)
    unmapped = sum(page.unmapped for page in pages)
    drawn = sum(not glyph.text.isspace() for page in pages for glyph in page.glyphs)
    if unmapped > _MOST_UNMAPPED * (drawn + unmapped) and unmapped > _FEWEST:
        raise UnreadableDocument(_GARBLED)
    text = body.text()
    if len(re.sub(r"\s", "", text)) < _FEWEST * max(1, len(pages)):
        raise UnreadableDocument(_SCANNED)
    warnings = []
    if unmapped:
        warnings.append(f"有{unmapped}个字的编码缺失，没有读出，请对照原文核对")
    if body.size < 0.95 * drawn - 20:
        # The layout is ours, the glyphs are pdfium's: a second count notices what got lost.
        warnings.append(f"页面上有{drawn}个字，读出{body.size}个，可能有缺失，请对照原文核对")
    if scanned := [page.number for page in pages if page.has_image and not page.glyphs]:
        warnings.append(
            f"第{_ranges(scanned)}页没有文字，可能是扫描的图片，没有读出，请对照原文补录"
        )
    return text, warnings


def _ranges(numbers: list[int]) -> str:
    """3、5—7"""
    runs = [
        [number for _, number in run]
        for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ]
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
