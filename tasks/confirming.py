"""A document on its way into the ledger: which clauses may enter, which still need a person."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from documents.models import Clause, PolicyDocument
from tasks.services.intake import blocking_problems


class Standing(StrEnum):
    READY = "ready"
    BLOCKED = "blocked"
    PUBLISHED = "published"
    DISMISSED = "dismissed"
    GROUP = "group"


@dataclass(frozen=True)
class Line:
    """One clause of the list, with what still keeps it from the ledger."""

    clause: Clause
    standing: Standing
    problems: list[str]


@dataclass(frozen=True)
class Overview:
    """All clauses of a document with their standing."""

    lines: list[Line]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Clauses per standing, and `total`: those that are tasks or may become one."""
        found = Counter(line.standing.value for line in self.lines)
        counts = {standing.value: found[standing.value] for standing in Standing}
        return {**counts, "total": len(self.lines) - counts["group"]}

    def line(self, pk: str) -> Line | None:
        """The clause asked for by its id, else the first that needs a person, else the first at all."""
        for line in self.lines:
            if str(line.clause.pk) == pk:
                return line
        wanted = (Standing.BLOCKED, Standing.READY)
        return next(
            (line for standing in wanted for line in self.lines if line.standing == standing),
            self.lines[0] if self.lines else None,
        )

    def beside(self, line: Line, step: int) -> Line | None:
        """The clause before (-1) or after (1) this one, groups left out."""
        lines = [each for each in self.lines if each.standing != Standing.GROUP or each is line]
        index = lines.index(line) + step
        return lines[index] if 0 <= index < len(lines) else None


def overview(document: PolicyDocument) -> Overview:
    """Read in one query, however many clauses there are."""
    lines = []
    for clause in document.clauses.select_related("task"):
        clause.document = document
        pending = clause.status == Clause.Status.PENDING and not clause.is_container
        problems = blocking_problems(clause) if pending else []
        lines.append(Line(clause, _standing(clause, problems), problems))
    return Overview(lines)


def _standing(clause: Clause, problems: list[str]) -> Standing:
    if clause.status == Clause.Status.PUBLISHED:
        return Standing.PUBLISHED
    if clause.status == Clause.Status.DISMISSED:
        return Standing.DISMISSED
    if clause.is_container:
        return Standing.GROUP
    return Standing.BLOCKED if problems else Standing.READY
