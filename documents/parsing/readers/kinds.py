"""What a file is, judged by its content; the name only settles what content cannot."""

from __future__ import annotations

import re
from pathlib import PurePath

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers import limits
from documents.parsing.readers.text import decode, looks_binary

SUPPORTED = "请上传.docx、.pdf、.txt、.html或.xlsx文件。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b",
    b"MZ", b"\x7fELF", b"RIFF", b"ID3", b"OggS",
)  # fmt: skip
_HTML = re.compile(
    r"<!doctype\s+html|<html[\s>]|<body[\s>]|<(?:div|p|table|span|meta|head|article|section"
    r"|h[1-6])[\s>]",
    re.IGNORECASE,
)


def read_text(data: bytes, filename: str) -> tuple[str, list[str]]:
    """The file's text and warnings about its reading; raises UnreadableDocument."""
    limits.check_size(data)
    text, warnings = _read(data, PurePath(filename).suffix.lower())
    return limits.check_length(text), warnings


def is_plain_text(data: bytes) -> bool:
    """Neither a package, a PDF, a web page nor anything else that a library would take apart."""
    if data.startswith((b"PK", _OLE, b"{\\rtf", *_FOREIGN)) or b"%PDF-" in data[:1024]:
        return False
    if looks_binary(data):
        return False
    text = decode(data)
    return "<?xml" not in text[:4096] and not _is_html(text)


def _is_html(text: str) -> bool:
    start = text[:4096].lstrip()
    tagged = start.startswith("<") and _HTML.search(start) is not None
    return tagged or len(_HTML.findall(text[:20000])) >= 3


def _read(data: bytes, suffix: str) -> tuple[str, list[str]]:
    if b"%PDF-" in data[:1024]:
        from documents.parsing.readers.pdf import read_pdf

        return read_pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _read_package(data), []
    if data.startswith(b"PK"):
        raise UnreadableDocument("文件已损坏或是空的压缩包，" + SUPPORTED)
    if data.startswith(_OLE):
        raise UnreadableDocument(_about_ole(data, suffix))
    if data.startswith(b"{\\rtf"):
        raise UnreadableDocument(
            "这是RTF文件，系统不能直接读取，请用Word或WPS另存为.docx后再上传。"
        )
    if data.startswith(_FOREIGN) or looks_binary(data):
        raise UnreadableDocument("不支持的文件类型，" + SUPPORTED)
    return _read_plain(decode(data)), []


def _read_plain(text: str) -> str:
    start = text[:4096].lstrip()
    if start.startswith("<?xml") and not _HTML.search(start):
        raise UnreadableDocument(
            "这是XML文件，系统不能直接读取，请用Word或WPS另存为.docx后再上传。"
        )
    if _is_html(text):
        from documents.parsing.readers.html import read_html

        return read_html(limits.check_length(text))
    return text


def _read_package(data: bytes) -> str:
    with limits.open_zip(data) as package:
        names = set(package.namelist())
        if "word/document.xml" in names:
            from documents.parsing.readers.word import read_word

            return read_word(package)
        if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
            from documents.parsing.readers.excel import read_excel

            return read_excel(package, data)
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableDocument("这是演示文稿，系统不能直接读取，请将正文另存为.docx后再上传。")
    raise UnreadableDocument("压缩包不能直接读取，请解压后逐个上传。" + SUPPORTED)


def _about_ole(data: bytes, suffix: str) -> str:
    """The old Office container: a legacy file, or a modern one under a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "文件已加密，请解除密码保护后再上传。"
    if suffix == ".xls" or "Workbook".encode("utf-16-le") in data:
        return "这是旧版Excel文件(.xls)，系统不能直接读取，请用Excel或WPS另存为.xlsx后再上传。"
    return "这是旧版Word文件(.doc)，系统不能直接读取，请用Word或WPS另存为.docx后再上传。"
