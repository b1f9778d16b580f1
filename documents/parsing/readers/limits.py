"""What a file may be at most, checked before anything is unpacked or parsed."""

from __future__ import annotations

import io
import time
import zipfile

from documents.parsing.errors import UnreadableDocument

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 600_000
MAX_LINES = 30_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 2_000
MAX_PAGES = 500
MAX_SECONDS = 30.0
_SMALL_ENTRY = 1024 * 1024  # a short, very even XML part may pack better than 100 : 1


def check_size(data: bytes) -> None:
    if not data:
        raise UnreadableDocument("文件是空的，请检查后重新上传。")
    if len(data) > MAX_BYTES:
        raise UnreadableDocument("文件超过20 MB，请删去图片或拆分后再上传。")


def check_length(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise UnreadableDocument("文件文字超过60万字，请拆分后再上传。")
    if (
        text.count("\n") > MAX_LINES
        and sum(map(bool, map(str.strip, text.split("\n")))) > MAX_LINES
    ):
        raise UnreadableDocument("文件超过3万行，请删去无关内容或拆分后再上传。")
    if not text.strip():
        raise UnreadableDocument("文件中没有可读的文字，请检查后重新上传。")
    return text


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open an Office package whose declared sizes are within bounds."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableDocument("文件已损坏，无法打开，请重新另存后再上传。") from error
    if len(entries) > MAX_ENTRIES:
        raise UnreadableDocument("文件内部条目过多，无法安全读取，请另存为普通文档后再上传。")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise UnreadableDocument("文件解压后超过100 MB，无法安全读取，请精简内容后再上传。")
    for entry in entries:
        large = entry.file_size > _SMALL_ENTRY
        if large and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise UnreadableDocument("文件压缩比异常，无法安全读取，请另存为普通文档后再上传。")
        if entry.flag_bits & 0x1:
            raise UnreadableDocument("文件已加密，请解除密码保护后再上传。")
    return package


def read_part(package: zipfile.ZipFile, name: str) -> bytes | None:
    """One XML part, never more than it declares; None when it is not there."""
    try:
        entry = package.getinfo(name)
    except KeyError:
        return None
    try:
        with package.open(entry) as stream:
            part = stream.read(entry.file_size + 1)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableDocument("文件已损坏，无法打开，请重新另存后再上传。") from error
    except Exception as error:  # zlib.error and its like are not OSErrors
        raise UnreadableDocument("文件已损坏，无法打开，请重新另存后再上传。") from error
    if len(part) > entry.file_size:
        raise UnreadableDocument("文件大小与内容不符，无法安全读取，请重新另存后再上传。")
    refuse_doctype(part)
    return part


def refuse_doctype(part: bytes) -> None:
    """Office never writes a DOCTYPE; with one, text behind an entity is lost without an error."""
    plain = part[:65536].replace(b"\x00", b"")  # also in UTF-16
    if b"<!DOCTYPE" in plain.upper() or b"<!ENTITY" in part.upper():
        raise UnreadableDocument("文件含有不安全的XML声明，请用Word、WPS或Excel重新另存后再上传。")


class Clock:
    """Stops a reader that takes too long."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self._until:
            raise UnreadableDocument("文件过于复杂，读取超时，请另存为.docx或.txt后再上传。")
