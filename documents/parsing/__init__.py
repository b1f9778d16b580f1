"""Reads policy documents: files or text in, frozen values out. No Django in here."""

from documents.parsing.document import parse_text
from documents.parsing.errors import UnreadableDocument
from documents.parsing.model import (
    ParsedDeadline,
    ParsedDepartment,
    ParsedDocument,
    ParsedResponsibility,
    ParsedTarget,
    ParsedTask,
)
from documents.parsing.readers import parse_file

__all__ = [
    "ParsedDeadline",
    "ParsedDepartment",
    "ParsedDocument",
    "ParsedResponsibility",
    "ParsedTarget",
    "ParsedTask",
    "UnreadableDocument",
    "parse_file",
    "parse_text",
]
