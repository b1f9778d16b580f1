"""Tasks that are paragraphs without a number: several below a bare heading, each with its names."""

from __future__ import annotations

import re
from itertools import pairwise

from documents.parsing.markers import ITEM, SECTION, SUBSECTION
from documents.parsing.segments import find_segments, is_side_line
from documents.parsing.structure import Node, Outline, heading_of

_BULLET = re.compile(r"[●○■□◆◇★☆▲▪•·\-—*]{1,2}\s?")
_SHORTEST = 8


def split_paragraphs(outline: Outline, text: str, folded: str, over_tables: set[int]) -> None:
    """Where most bare headings hold several named paragraphs, each of these is a task of its own.

    Elsewhere two responsibilities below a heading are those of one task. `over_tables`: the ids of
    nodes that are headings of tables.
    """
    found = {}
    for node in outline.nodes():
        is_leaf = not node.children and id(node) not in over_tables
        if node.rank in (SECTION, SUBSECTION) and node.segments and is_leaf:
            cuts = _cuts(node, folded)
            if cuts is not None:
                found[id(node)] = (node, cuts)
    several = sum(len(cuts) > 2 for _, cuts in found.values())
    if not several or 2 * several < len(found):
        return
    for node, cuts in found.values():
        node.end, node.segments = cuts[0], []
        node.children = [_child(node, a, b, text, folded) for a, b in pairwise(cuts)]


def _cuts(node: Node, folded: str) -> list[int] | None:
    """Where the paragraphs below a bare heading begin, and the end; None without such a heading."""
    first = folded.find("\n", node.body, node.end)
    if first < 0 or "。" in folded[node.body : first]:
        return None
    if any(segment.start < first - node.body for segment in node.segments):
        return None
    cuts = [first + 1]
    ends = {node.body + segment.end for segment in node.segments}
    position = first + 1
    for line in folded[first + 1 : node.end].split("\n"):
        begin, position = position, position + len(line) + 1
        closed = any(cuts[-1] < end <= begin for end in ends)
        if closed and not is_side_line(line) and begin - cuts[-1] >= _SHORTEST:
            cuts.append(begin)
    return [*cuts, node.end + 1]


def _child(node: Node, start: int, stop: int, text: str, folded: str) -> Node:
    bullet = _BULLET.match(folded, start)
    body = bullet.end() if bullet is not None else start
    child = Node(ITEM, None, start, body, stop - 1, node)
    child.segments = find_segments(folded[body : child.end])
    child.heading = heading_of(text, folded, child)
    return child
