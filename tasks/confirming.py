"""A document on its way into the ledger: which clauses may enter, which still need a person."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from documents.models import Clause, PolicyDocument
from tasks.confidence import LABELS, Confidence, confidence, doubts_about
from tasks.services.clause_order import outline_of
from tasks.services.intake import blocking_problems, fingerprint


class Standing(StrEnum):
    READY = "ready"
    BLOCKED = "blocked"
    PUBLISHED = "published"
    DISMISSED = "dismissed"
    GROUP = "group"


@dataclass(frozen=True)
class Line:
    """One clause of the list, with what still keeps it from the ledger and what is doubtful."""

    clause: Clause
    standing: Standing
    problems: list[str]
    doubts: list[str] = field(default_factory=list)

    @property
    def confidence(self) -> Confidence:
        return confidence(self.clause, self.doubts)

    @property
    def confidence_label(self) -> str:
        return str(LABELS[self.confidence])

    @property
    def needs_look(self) -> bool:
        """Does it wait for a person: to be settled, or to be compared with the source?"""
        if self.standing == Standing.READY:
            return self.confidence == Confidence.LOOK
        return self.standing == Standing.BLOCKED


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

    @cached_property
    def to_look(self) -> list[Line]:
        """Those that wait for a person, in the document's order."""
        return [line for line in self.lines if line.needs_look]

    @cached_property
    def clean(self) -> list[Line]:
        """Those that may enter the ledger as they are: read without a doubt, or checked."""
        ready = (line for line in self.lines if line.standing == Standing.READY)
        return [line for line in ready if not line.needs_look]

    @property
    def seen(self) -> str:
        """The clean ones with their fingerprints, for a form to carry; `read_seen` reads it."""
        return " ".join(f"{line.clause.pk}:{fingerprint(line.clause)}" for line in self.clean)

    @property
    def doubtful(self) -> int:
        """How many may enter although something about them is doubtful."""
        return self.counts["ready"] - len(self.clean)

    @cached_property
    def outline(self) -> str:
        return outline_of(line.clause for line in self.lines)

    @cached_property
    def sections(self) -> list[list[str]]:
        """The headings clauses stand under, each once, in the document's order."""
        return list(map(list, dict.fromkeys(tuple(line.clause.section) for line in self.lines)))

    def line(self, pk: str) -> Line | None:
        """The clause asked for by its id, else the first that needs a person, else the first at all.

        First what cannot enter as it is, then what is doubtful.
        """
        for line in self.lines:
            if str(line.clause.pk) == pk:
                return line
        ready = [line for line in self.lines if line.standing == Standing.READY]
        blocked = [line for line in self.to_look if line.standing == Standing.BLOCKED]
        return next(iter([*blocked, *self.to_look, *ready, *self.lines]), None)

    def shown(self, line: Line | None, only_look: bool) -> list[Line]:
        """The list: all of it, or those that wait for a person and the one that is open."""
        if not only_look:
            return self.lines
        return [each for each in self.lines if each.needs_look or each is line]

    def beside(self, line: Line, step: int, only_look: bool = False) -> Line | None:
        """The clause before (-1) or after (1) this one, groups left out."""
        shown = self.shown(line, only_look)
        lines = [each for each in shown if each.standing != Standing.GROUP or each is line]
        index = lines.index(line) + step
        return lines[index] if 0 <= index < len(lines) else None

    def next_to_look(self, line: Line | None) -> Line | None:
        """The next that waits for a person, from the top again after the last."""
        others = [each for each in self.to_look if each is not line]
        after = line.clause.position if line else -1
        behind = [each for each in others if each.clause.position > after]
        return next(iter([*behind, *others]), None)

    def next_to_confirm(self, line: Line) -> Line | None:
        """The next that may still become a task."""
        waiting = (Standing.READY, Standing.BLOCKED)
        behind = self.lines[self.lines.index(line) + 1 :]
        return next((each for each in behind if each.standing in waiting), None)


def read_seen(text: str) -> dict[int, str]:
    """Ids of clauses with the fingerprints a page carried; nonsense stands for no clause."""
    pairs = (each.partition(":") for each in text.split())
    return {int(pk): seen for pk, _colon, seen in pairs if pk.isascii() and pk.isdecimal()}


def overview(document: PolicyDocument) -> Overview:
    """Read in one query, however many clauses there are."""
    lines = []
    for clause in document.clauses.select_related("task"):
        clause.document = document
        pending = clause.status == Clause.Status.PENDING and not clause.is_container
        problems = blocking_problems(clause) if pending else []
        doubts = doubts_about(clause) if pending else []
        lines.append(Line(clause, _standing(clause, problems), problems, doubts))
    return Overview(lines)


def _standing(clause: Clause, problems: list[str]) -> Standing:
    if clause.status == Clause.Status.PUBLISHED:
        return Standing.PUBLISHED
    if clause.status == Clause.Status.DISMISSED:
        return Standing.DISMISSED
    if clause.is_container:
        return Standing.GROUP
    return Standing.BLOCKED if problems else Standing.READY
