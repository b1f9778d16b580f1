"""The order of a document's clauses, and where each hangs in it; tasks stand where theirs stands."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from documents.models import Clause, PolicyDocument
from reform_tracker.lib.verdicts import Conflict
from tasks.models import Task


class Reordered(Conflict):
    """The clauses are not in the order the person saw any more."""


def outline_of(clauses: Iterable[Clause]) -> str:
    """Fingerprint of which clauses there are, in which order, and which hang below which."""
    text = " ".join(f"{clause.pk}<{clause.parent_id or 0}" for clause in clauses)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass
class Order:
    """The clauses of one document in order, held by the lock on the document."""

    document: PolicyDocument
    clauses: list[Clause]

    @classmethod
    def of(cls, document: PolicyDocument, seen: str | None = None) -> "Order":
        """`seen`: the outline the person saw; one changed since raises Reordered."""
        clauses = list(document.clauses.order_by("position"))
        for clause in clauses:
            clause.document = document
        if seen is not None and seen != outline_of(clauses):
            raise Reordered(_("条款的顺序或条数刚刚被别人改过，没有改动。请看过新的列表再操作。"))
        return cls(document, clauses)

    def own(self, clause: Clause) -> Clause:
        """The same clause, among these."""
        return next(each for each in self.clauses if each.pk == clause.pk)

    def beside(self, clause: Clause, step: int) -> Clause | None:
        """The clause before (-1) or after (1) it, whatever its level."""
        index = self.clauses.index(clause) + step
        return self.clauses[index] if 0 <= index < len(self.clauses) else None

    def siblings(self, clause: Clause) -> list[Clause]:
        return [each for each in self.clauses if each.parent_id == clause.parent_id]

    def children(self, clause: Clause) -> list[Clause]:
        return [each for each in self.clauses if each.parent_id == clause.pk]

    def family(self, clause: Clause) -> list[Clause]:
        """The clause and all that hang below it, in order."""
        ids = {clause.pk}
        for each in self.clauses:
            if each.parent_id in ids:
                ids.add(each.pk)
        return [each for each in self.clauses if each.pk in ids]

    def put(self, block: list[Clause], index: int) -> None:
        """Take these out and put them in at `index`, counted as the order is now."""
        index -= sum(each in block for each in self.clauses[:index])
        rest = [each for each in self.clauses if each not in block]
        self.clauses = [*rest[:index], *block, *rest[index:]]

    def put_before(self, block: list[Clause], clause: Clause) -> None:
        self.put(block, self.clauses.index(clause))

    def put_after(self, block: list[Clause], clause: Clause) -> None:
        """Behind the clause and all that hang below it."""
        self.put(block, self.clauses.index(self.family(clause)[-1]) + 1)

    def next_position(self) -> int:
        last = self.document.clauses.aggregate(last=Max("position"))["last"]
        return 0 if last is None else last + 1

    def store(self) -> None:
        """Deal the positions out anew; two never meet on one, which the database would refuse."""
        places = sorted(each.position for each in self.clauses)
        dealt = zip(self.clauses, places, strict=True)
        moved = {each: place for each, place in dealt if each.position != place}
        if not moved:
            return
        ids = [each.pk for each in moved]
        away = self.next_position()
        self.document.clauses.filter(pk__in=ids).update(position=F("position") + away)
        for each, place in moved.items():
            each.position = place
        Clause.objects.bulk_update(moved, ["position"], batch_size=200)
        tasks = Task.objects.filter(document=self.document, clause__in=ids)
        if tasks.exists():
            stand = Clause.objects.filter(pk=OuterRef("clause")).values("position")
            tasks.update(position=F("position") + away)
            tasks.update(position=Subquery(stand))
