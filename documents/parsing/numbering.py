"""Holes in the numbering: 3 after 1, within a list and from one list to the next."""

from __future__ import annotations

from collections.abc import Iterable

from documents.parsing.markers import ITEM, SUBSECTION
from documents.parsing.structure import Node

# Levels whose count may run on through the sections, or begin anew in each.
_RUNNING = (SUBSECTION, ITEM)


def holes(nodes: Iterable[Node]) -> dict[int, str]:
    """What to say about a node, by its id, where the count jumps or goes back."""
    found: dict[int, str] = {}
    last: dict[int, int] = {}  # the last number of a level in the whole document
    for node in nodes:
        if node.number is None:
            continue
        before = node.before.number if node.before is not None else None
        # 2.1 after 1.3 begins anew without a heading between.
        allowed = {1} if node.before is None or node.rank > ITEM else set()
        if before is not None:
            allowed.add(before + 1)
        elif node.rank in _RUNNING and node.rank in last:
            before = last[node.rank]
            allowed.add(before + 1)
        if before is not None and node.number not in allowed:
            found[id(node)] = f"编号不连续：{before}之后为{node.number}，原文可能有缺漏，请核对原文"
        last[node.rank] = node.number
    return found
