"""What a file is, judged by its content; the name only settles what content cannot."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePath

from documents.parsing.errors import UnreadableDocument
from documents.parsing.readers import limits
from documents.parsing.readers.text import decode, looks_binary

SUPPORTED = "请上传.docx、.doc、.pdf、.txt、.html、.xlsx或.xls文件。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_FOREIGN = (
    *_IMAGES,
    *(b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\x7fELF", b"RIFF", b"ID3", b"OggS"),
)
_MIME = re.compile(rb"^\s*(?:MIME-Version:|From:[^\r\n]{0,80}<?Saved by)", re.IGNORECASE)
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
    if looks_binary(data) or _MIME.match(data):
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
        return _read_package(data)
    if data.startswith(b"PK"):
        raise UnreadableDocument("文件已损坏或是空的压缩包，" + SUPPORTED)
    if data.startswith(_OLE):
        return _read_ole(data, suffix)
    refuse_foreign(data, suffix)
    if _MIME.match(data):
        return _read_plain(_page_in_archive(data)), []
    # Pictures inside a page are long lines of letters to everybody who looks for text.
    return _read_plain(decode(_PICTURE.sub(b"", data))), []


def refuse_foreign(data: bytes, suffix: str) -> None:
    """Raises UnreadableDocument for a file that its first bytes show to be of no use here."""
    if data.startswith((b"PK", _OLE)) or b"%PDF-" in data[:1024]:
        return
    if data.startswith(b"{\\rtf"):
        raise UnreadableDocument(
            "这是RTF文件，系统不能直接读取，请用Word或WPS另存为.docx后再上传。"
        )
    if data.startswith(_IMAGES):
        raise UnreadableDocument(
            "不支持的文件类型：这是图片，请先做文字识别（OCR），或上传原始Word文件。"
        )
    if data.startswith(_FOREIGN) or looks_binary(data):
        raise UnreadableDocument(f"不支持的文件类型{_named(suffix)}，" + SUPPORTED)


def _named(suffix: str) -> str:
    return f"（{suffix}）" if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""


def _read_plain(text: str) -> str:
    start = text[:4096].lstrip()
    if start.startswith("<?xml") and not _HTML.search(start):
        raise UnreadableDocument(
            "这是XML文件，系统不能直接读取，请用Word或WPS另存为.docx后再上传。"
        )
    if _is_html(text):
        from documents.parsing.readers.html import read_html

        return read_html(text)
    return text


_MOST_PARTS = 2_000  # a page has some dozens of pictures
_PICTURE = re.compile(rb"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=\s]{1000,}")


def _page_in_archive(data: bytes) -> str:
    """The page of an .mht file, which browsers and Word save with its pictures in one."""
    import email
    import email.policy

    if data.count(b"\n--") > _MOST_PARTS or data.lower().count(b"multipart/") > 20:
        raise UnreadableDocument(_NO_PAGE)
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                return decode(_PICTURE.sub(b"", content))
    raise UnreadableDocument(_NO_PAGE)


_NO_PAGE = "网页存档中没有找到正文，请在浏览器中另存为“网页，仅HTML”后再上传。"


# --- packages -------------------------------------------------------------------------------------


def _read_package(data: bytes) -> tuple[str, list[str]]:
    with limits.open_zip(data) as package:
        names = set(package.namelist())
        if any(name.startswith("word/") for name in names):
            from documents.parsing.readers.word import main_part, read_word

            if (part := main_part(package)) is not None:
                return read_word(package, part)
        if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
            from documents.parsing.readers.excel import read_excel

            return read_excel(data)
        raise UnreadableDocument(_about_package(package, names))


def _about_package(package: zipfile.ZipFile, names: set[str]) -> str:
    if any(name.startswith("ppt/") for name in names):
        return "这是演示文稿，系统不能直接读取，请将正文另存为.docx后再上传。"
    if "OFD.xml" in names:
        return "这是OFD版式文件，系统不能直接读取，请用WPS或OFD阅读器另存为.docx或PDF后再上传。"
    kind = limits.read_part(package, "mimetype") or b""
    if b"opendocument.spreadsheet" in kind:
        return "这是ODS表格文件，系统不能直接读取，请用WPS或Excel另存为.xlsx后再上传。"
    if b"opendocument" in kind:
        return "这是ODT文档，系统不能直接读取，请用WPS或Word另存为.docx后再上传。"
    return "压缩包不能直接读取，请解压后逐个上传。" + SUPPORTED


# --- the old Office container ------------------------------------------------------------------


def _stream(name: str) -> bytes:
    """How the container's directory writes a name."""
    return name.encode("utf-16-le") + b"\x00\x00"


def _read_ole(data: bytes, suffix: str) -> tuple[str, list[str]]:
    """.doc, .xls and WPS's own .wps and .et; or a modern file under a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableDocument("文件已加密，请解除密码保护后再上传。")
    if _stream("WordDocument") in data:
        from documents.parsing.readers.old_word import read_old_word

        return read_old_word(data)
    if any(_stream(name) in data for name in ("Workbook", "Book", "ET_Workbook")):
        from documents.parsing.readers.excel import read_excel

        return read_excel(data)
    if suffix in (".xls", ".et") or "Workbook".encode("utf-16-le") in data:
        raise UnreadableDocument(
            f"这是旧版Excel文件({suffix or '.xls'})，系统不能读取，请用Excel或WPS另存为.xlsx后再上传。"
        )
    if _stream("PowerPoint Document") in data:
        raise UnreadableDocument("这是演示文稿，系统不能直接读取，请将正文另存为.docx后再上传。")
    raise UnreadableDocument(
        f"这是旧版Word或WPS文件({suffix or '.doc'})，系统不能读取，请用Word或WPS另存为.docx后再上传。"
    )
