"""PDF streams that unpack to far more than a page of text needs, found before a library opens them."""

from __future__ import annotations

import re
import zlib

from documents.parsing.errors import UnreadableDocument

# A page full of ruled tables takes a few hundred kB; fonts and pictures are larger and are skipped.
MAX_STREAM = 3 * 1024 * 1024
MAX_STREAMS = 60 * 1024 * 1024

_STREAM = re.compile(rb"stream\r?\n")
_SKIPPED = re.compile(rb"/Image|/Length[123]\b|/FontFile|/CIDFontType|/Type1C|/OpenType")
# The same packing twice is how a few kB become gigabytes; no program writes it.
_PACKED_TWICE = re.compile(rb"/Fl(?:ateDecode)?\s*/Fl(?:ateDecode)?\b")
_NESTED = (b"[" * 100, b"<<" * 100)
_BLANKS = b" \t\r\n\f\0"
_REFUSED = "PDF内容过于复杂，无法安全读取，请重新导出或另存为.docx后再上传。"


def refuse_bombs(data: bytes) -> None:
    """Raises UnreadableDocument when a page's content unpacks beyond what a notice can need."""
    dense = data.translate(None, _BLANKS)
    if any(opened in dense for opened in _NESTED) or _PACKED_TWICE.search(data):
        raise UnreadableDocument(_REFUSED)
    del dense
    total = 0
    for match in _STREAM.finditer(data):
        dictionary = data[max(0, match.start() - 300) : match.start()].rpartition(b"obj")[2]
        if b"Fl" not in dictionary or _SKIPPED.search(dictionary):
            continue
        total += _unpacked(data, match.end())
        if total > MAX_STREAMS:
            raise UnreadableDocument(_REFUSED)


def _unpacked(data: bytes, start: int) -> int:
    """How long the stream is unpacked; a broken one counts for what it gives."""
    end = data.find(b"endstream", start)
    try:
        size = len(
            zlib.decompressobj().decompress(data[start : end if end > 0 else None], MAX_STREAM + 1)
        )
    except zlib.error:
        return 0
    if size > MAX_STREAM:
        raise UnreadableDocument(_REFUSED)
    return size
