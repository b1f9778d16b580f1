"""From a file to its text. The type is judged by content, not by the name alone."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from pathlib import Path

from documents.parsing.document import parse_text
from documents.parsing.errors import UnreadableDocument
from documents.parsing.isolation import parse_isolated
from documents.parsing.model import ParsedDocument
from documents.parsing.readers import limits
from documents.parsing.readers.kinds import is_plain_text, read_text, refuse_foreign

# Plain text up to this size needs no child: its reading is linear and takes well under a second.
SMALL_TEXT = 256 * 1024


def parse_file(path_or_bytes: str | PathLike[str] | bytes, *, filename: str) -> ParsedDocument:
    """Read and parse one file; raises UnreadableDocument with a message for the user."""
    data = _bytes_of(path_or_bytes)
    limits.check_size(data)
    if is_quick(data):
        return parse_here(data, filename)
    return parse_isolated(data, filename)


def refuse_at_a_glance(data: bytes, filename: str) -> None:
    """Raises UnreadableDocument for a program, a picture and the like, without reading them."""
    limits.check_size(data)
    refuse_foreign(data, Path(filename).suffix.lower())


def is_quick(data: bytes) -> bool:
    """Is it read in well under a second, and without a child?"""
    return len(data) <= SMALL_TEXT and is_plain_text(data)


def parse_here(data: bytes, filename: str) -> ParsedDocument:
    """The same in this process and without its limits: for small texts, and for the child."""
    text, warnings = read_text(data, filename)
    document = parse_text(text)
    if warnings:
        document = replace(document, warnings=(*document.warnings, *warnings))
    return document


def _bytes_of(source: str | PathLike[str] | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    path = Path(source)
    if path.is_file() and path.stat().st_size > limits.MAX_BYTES:
        limits.check_size(b"\0" * (limits.MAX_BYTES + 1))
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument("文件无法打开，请检查文件是否存在后重试。") from error
