"""What a file may be at most, checked before anything is unpacked or parsed.

Those of zip archives are shared with the ledger's workbooks: reform_tracker.lib.archives.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterable, Iterator

from documents.parsing.errors import UnreadableDocument
from reform_tracker.lib import archives

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 400_000  # a hundred notices
MAX_LINES = 20_000
MAX_PAGES = 500
MAX_SECONDS = 30.0


def check_size(data: bytes) -> None:
    if not data:
        raise UnreadableDocument("文件是空的，请检查后重新上传。")
    if len(data) > MAX_BYTES:
        raise UnreadableDocument("文件超过20 MB，请删去图片或拆分后再上传。")


def check_length(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise UnreadableDocument(_TOO_LONG)
    if (
        text.count("\n") > MAX_LINES
        and sum(map(bool, map(str.strip, text.split("\n")))) > MAX_LINES
    ):
        raise UnreadableDocument("文件超过2万行，请删去无关内容或拆分后再上传。")
    if not text.strip():
        raise UnreadableDocument("文件中没有可读的文字，请检查后重新上传。")
    return text


_TOO_LONG = "文件文字超过40万字，请拆分后再上传。"


def counted(pieces: Iterable[str]) -> Iterator[str]:
    """The same pieces; stops a reader as soon as it delivers more than anybody may send."""
    left = MAX_CHARACTERS
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise UnreadableDocument(_TOO_LONG)
        yield piece


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open an Office package whose declared sizes are within bounds."""
    try:
        return archives.open_archive(data)
    except archives.BadArchive as error:
        raise UnreadableDocument(str(error)) from error


def read_part(package: zipfile.ZipFile, name: str) -> bytes | None:
    """One XML part, never more than it declares; None when it is not there."""
    try:
        return archives.read_part(package, name)
    except archives.BadArchive as error:
        raise UnreadableDocument(str(error)) from error


def check_tree(part: bytes) -> None:
    """Refuses XML whose tree would fill the memory."""
    try:
        archives.check_tree(part)
    except archives.BadArchive as error:
        raise UnreadableDocument(str(error)) from error


class Clock:
    """Stops a reader that takes too long."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self._until:
            raise UnreadableDocument("文件过于复杂，读取超时，请另存为.docx或.txt后再上传。")
