"""A ParsedDocument as JSON and back: how the child process hands over what it read.

JSON and not pickle, because the child has read a stranger's file and is not to be trusted with
the choice of what the parent constructs.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from documents.parsing.model import (
    ParsedDeadline,
    ParsedDepartment,
    ParsedDocument,
    ParsedResponsibility,
    ParsedTarget,
    ParsedTask,
)


def pack(document: ParsedDocument) -> bytes:
    return json.dumps(asdict(document), default=str, ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def unpack(data: bytes) -> ParsedDocument:
    """Raises ValueError, KeyError or TypeError when `data` is not what `pack` wrote."""
    read: dict[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    return ParsedDocument(
        **{
            **read,
            "issued_on": _day(read["issued_on"]),
            "published_on": _day(read["published_on"]),
            "targets": tuple(_target(item) for item in read["targets"]),
            "tasks": tuple(_task(item) for item in read["tasks"]),
            "warnings": tuple(read["warnings"]),
        }
    )


def _task(read: dict[str, Any]) -> ParsedTask:
    return ParsedTask(
        **{
            **read,
            "section": tuple(read["section"]),
            "responsibilities": tuple(_responsibility(item) for item in read["responsibilities"]),
            "targets": tuple(_target(item) for item in read["targets"]),
            "deadlines": tuple(
                ParsedDeadline(item["text"], date.fromisoformat(item["due_on"]))
                for item in read["deadlines"]
            ),
            "warnings": tuple(read["warnings"]),
        }
    )


def _responsibility(read: dict[str, Any]) -> ParsedResponsibility:
    departments = tuple(ParsedDepartment(**item) for item in read["departments"])
    return ParsedResponsibility(read["raw"], read["mode"], departments)


def _target(read: dict[str, Any]) -> ParsedTarget:
    upper = read["value_max"]
    return ParsedTarget(
        **{
            **read,
            "value": Decimal(read["value"]),
            "value_max": None if upper is None else Decimal(upper),
            "due_on": _day(read["due_on"]),
        }
    )


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
