"""Plain text in whatever encoding Chinese offices save it: BOM, then strict UTF-8, then GB18030."""

from __future__ import annotations

import codecs
import re

from documents.parsing.errors import UnreadableDocument

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))
_MOST_BROKEN = 0.01  # a long text with a few bytes cut is still what it was
_GARBLED = "文字编码无法识别，请用记事本或WPS另存为UTF-8编码后再上传。"
# What a notice is written with; and what only the wrong encoding gives.
_USUAL = re.compile(r"[\t\n\r -~\u2010-\u203b\u3000-\u303f\u4e00-\u9fff\uff00-\uff60]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\uff61-\uff9f\ufffd]")


def looks_binary(data: bytes) -> bool:
    """Text holds no NUL and hardly any control characters."""
    if data.startswith(tuple(bom for bom, _ in _BOMS)) or _unmarked(data):
        return False
    sample = data[:65536]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return b"\x00" in sample or controls > 0.02 * len(sample)


def decode(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    if encoding := _unmarked(data):
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    mended = data.decode("utf-8", errors="replace")
    if mended.count("\ufffd") <= _MOST_BROKEN * len(mended):
        return mended
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return _guess(data)
    if len(_PRIVATE.findall(text)) <= _MOST_BROKEN * len(text):
        return text
    try:
        other = data.decode("big5")  # its bytes are mostly valid GB18030, for signs nobody uses
    except UnicodeDecodeError:
        return text
    return text if _PRIVATE.search(other) else other


def _unmarked(data: bytes) -> str:
    """UTF-16 without its mark, told by the NULs beside figures and line ends; '' if it is not."""
    sample = data[:8192]
    if sample.count(0) < 2 or sample.count(0) > 0.6 * len(sample):
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, errors="replace")
        if len(_USUAL.findall(text)) > 0.95 * len(text):
            return encoding
    return ""


def _guess(data: bytes) -> str:
    """Big5 and cut GB18030; what nobody can read is refused."""
    from charset_normalizer import from_bytes

    best = from_bytes(
        data[:200_000], cp_isolation=["big5", "gb18030", "utf_16_le", "utf_16_be"]
    ).best()
    if best is not None:
        return data.decode(best.encoding, errors="replace")
    text = data.decode("gb18030", errors="replace")
    if text.count("\ufffd") > 0.01 * len(text):
        raise UnreadableDocument(_GARBLED)
    return text
