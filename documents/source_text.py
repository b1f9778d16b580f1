"""The text of a document cut into pieces, each belonging to the clause it was read from."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from documents.models import Clause


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `clause` is the innermost clause it belongs to, or None.

    An empty piece marks where the current clause belongs when it covers none of the text.
    """

    text: str
    clause: Clause | None
    is_current: bool
    # The first piece of the current clause: the page scrolls to it.
    opens_current: bool = False


def pieces(text: str, clauses: Iterable[Clause], current: Clause | None) -> list[Piece]:
    """The whole text in order, nothing left out, cut where a clause begins or ends.

    A sub-item lies within its parent; places outside the text are ignored.
    """
    placed = [c for c in clauses if 0 <= c.start < c.end <= len(text)]
    gap = current.start if current and text and 0 <= current.start == current.end else None
    cuts = {0, len(text), *(c.start for c in placed), *(c.end for c in placed)}
    if gap is not None and gap <= len(text):
        cuts.add(gap)
    # Outer clauses first, so that the last one covering a stretch is the innermost.
    placed.sort(key=lambda c: (c.start, -c.end))
    found: list[Piece] = []
    opened = False
    for start, end in pairwise(sorted(cuts)):
        if start == gap:
            found.append(Piece("", current, True, True))
        owner = None
        for clause in placed:
            if clause.start <= start and end <= clause.end:
                owner = clause
        is_current = bool(current and current.start <= start and end <= current.end)
        found.append(Piece(text[start:end], owner, is_current, is_current and not opened))
        opened = opened or is_current
    if text and gap == len(text):
        found.append(Piece("", current, True, True))
    return found


def counterpart(text: str, other: str, at: int) -> int:
    """Where `other` stands at the words that begin at text[at:].

    One is the other with something left out or corrected: a clause's body and its source.
    """
    if (place := text.find(other)) >= 0:
        return min(max(at - place, 0), len(other))
    if (place := other.find(text)) >= 0:
        return place + at
    for block in SequenceMatcher(None, text, other).get_matching_blocks():
        if at < block.a + block.size:
            return block.b + max(at - block.a, 0)
    return len(other)
