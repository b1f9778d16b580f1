"""Reads policy documents: files or text in, frozen values out. No Django in here."""

from documents.parsing.document import parse_text
from documents.parsing.errors import Busy, UnreadableDocument
from documents.parsing.model import (
    ParsedDeadline,
    ParsedDepartment,
    ParsedDocument,
    ParsedResponsibility,
    ParsedTarget,
    ParsedTask,
)
from documents.parsing.readers import is_quick, parse_file, refuse_at_a_glance

__all__ = [
    "Busy",
    "ParsedDeadline",
    "ParsedDepartment",
    "ParsedDocument",
    "ParsedResponsibility",
    "ParsedTarget",
    "ParsedTask",
    "UnreadableDocument",
    "is_quick",
    "parse_file",
    "parse_text",
    "refuse_at_a_glance",
]
