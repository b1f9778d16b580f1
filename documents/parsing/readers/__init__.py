"""From a file to its text. The type is judged by content, not by the name alone."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from documents.parsing.document import parse_text
from documents.parsing.model import ParsedDocument
from documents.parsing.readers.kinds import read_text


def parse_file(path_or_bytes: str | PathLike[str] | bytes, *, filename: str) -> ParsedDocument:
    """Read and parse one file; raises UnreadableDocument with a message for the user."""
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else Path(path_or_bytes).read_bytes()
    return parse_text(read_text(data, filename))
