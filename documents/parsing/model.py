"""What the parser hands over: frozen values, no Django, no behaviour beyond printing themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Role = Literal["lead", "cooperating", "participant"]
Mode = Literal["normal", "respective", "open"]
Comparison = Literal[">=", "<=", "=", "~", ">", "<", "range"]


@dataclass(frozen=True, slots=True)
class ParsedDepartment:
    """One body named in a responsibility, in the document's own wording."""

    name: str
    role: Role

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "role": self.role}


@dataclass(frozen=True, slots=True)
class ParsedResponsibility:
    """One responsibility parenthesis or line."""

    raw: str
    mode: Mode
    departments: tuple[ParsedDepartment, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "raw": self.raw,
            "mode": self.mode,
            "departments": [department.to_dict() for department in self.departments],
        }


@dataclass(frozen=True, slots=True)
class ParsedTarget:
    """A measurable commitment: what is measured, how it compares, by when."""

    text: str
    indicator: str
    comparison: Comparison
    value: Decimal
    value_max: Decimal | None
    unit: str
    due_on: date | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "indicator": self.indicator,
            "comparison": self.comparison,
            "value": plain_number(self.value),
            "value_max": None if self.value_max is None else plain_number(self.value_max),
            "unit": self.unit,
            "due_on": iso(self.due_on),
        }


@dataclass(frozen=True, slots=True)
class ParsedDeadline:
    """An explicit time limit, with the words that state it."""

    text: str
    due_on: date

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "due_on": iso(self.due_on)}


@dataclass(frozen=True, slots=True)
class ParsedTask:
    """One clause: a numbered item, a numbered sub-item or a row of an annex table."""

    number: str
    parent: int | None
    container: bool
    section: tuple[str, ...]
    title: str
    body: str
    start: int
    end: int
    responsibilities: tuple[ParsedResponsibility, ...] = ()
    targets: tuple[ParsedTarget, ...] = ()
    deadlines: tuple[ParsedDeadline, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def due_on(self) -> date | None:
        """The latest time limit the text states, or None."""
        return max((deadline.due_on for deadline in self.deadlines), default=None)

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "parent": self.parent,
            "container": self.container,
            "section": list(self.section),
            "title": self.title,
            "body": self.body,
            "start": self.start,
            "end": self.end,
            "responsibilities": [item.to_dict() for item in self.responsibilities],
            "targets": [item.to_dict() for item in self.targets],
            "deadlines": [item.to_dict() for item in self.deadlines],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A whole notice. `text` is the cleaned text that every start and end refers to."""

    title: str
    document_number: str | None
    issuer: str | None
    region: str | None
    issued_on: date | None
    published_on: date | None
    year_start: int | None
    year_end: int | None
    text: str
    targets: tuple[ParsedTarget, ...] = ()
    tasks: tuple[ParsedTask, ...] = field(default=())
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "document": {
                "title": self.title,
                "document_number": self.document_number,
                "issuer": self.issuer,
                "region": self.region,
                "issued_on": iso(self.issued_on),
                "published_on": iso(self.published_on),
                "year_start": self.year_start,
                "year_end": self.year_end,
                "targets": [target.to_dict() for target in self.targets],
            },
            "tasks": [task.to_dict() for task in self.tasks],
            "warnings": list(self.warnings),
        }


def plain_number(value: Decimal) -> int | float:
    """A number as JSON writes it: whole numbers without a decimal point."""
    return int(value) if value == value.to_integral_value() else float(value)


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
