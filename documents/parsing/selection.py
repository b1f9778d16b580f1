"""Which nodes of the outline are tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.parsing import vocabulary
from documents.parsing.markers import ITEM, SECTION, SUBITEM, SUBSECTION
from documents.parsing.structure import Node, Outline
from documents.parsing.tables import Table

_IDLE = re.compile(r"[\s。,;:、]+")
# Related documents and menu entries that happen to be numbered.
_LINK = re.compile(
    r"^(?:.{0,40}关于.{4,60}的(?:通知|意见|决定|公告|函|批复|通告)|.{0,30}(?:解读|答记者问))$"
)


@dataclass(frozen=True, slots=True)
class _Family:
    """Nodes under one heading: how many name somebody, and whether any names or nests anything."""

    named: int
    is_busy: bool


def _families(outline: Outline) -> dict[int, _Family]:
    """Counted once for each list of siblings, by its parent's id: counted for every one of them
    a list of twenty thousand lines takes a quarter of a minute."""
    groups = {id(None): outline.roots}
    groups |= {id(node): node.children for node in outline.nodes() if node.children}
    return {
        parent: _Family(
            named=sum(bool(node.segments) for node in group),
            is_busy=any(node.segments or node.children for node in group),
        )
        for parent, group in groups.items()
    }


def select_tasks(outline: Outline, folded: str, tables: list[Table]) -> list[Node]:
    """Numbered items and sub-items outside the framing sections; containers come with them."""
    over_tables = over_tables_of(outline, folded, tables)
    has_rows = any(table.columns.has_tasks and table.lines for table in tables)
    nodes = [node for node in outline.nodes() if id(node) not in over_tables]
    named = any(node.segments for node in nodes)
    families = _families(outline)
    chosen = [node for node in nodes if _is_task(node, named, families, folded)]
    if has_rows:
        # What the letter over a table of tasks counts without a heading tells how to go about it.
        chosen = [node for node in chosen if _is_headed(node) or _names_somebody(node)]
    elif not chosen:
        chosen = [node for node in nodes if _is_bare_section_task(node, folded)]
    chosen = _without_repeats(chosen, folded)
    return _without_nameless_sections(_without_strays(chosen))


def over_tables_of(outline: Outline, folded: str, tables: list[Table]) -> set[int]:
    """The ids of headings over rows that are tasks: they are no tasks themselves."""
    return {
        id(node)
        for table, above in zip(tables, outline.above_tables, strict=True)
        if table.columns.has_tasks
        for node in above
        if "。" not in folded[node.body : node.end]
    }


def _without_strays(nodes: list[Node]) -> list[Node]:
    """Where tasks stand under headings, a numbered list outside them (an annex that explains
    terms, related pages) holds none, unless it names who is responsible."""
    headed = {id(node) for node in nodes if node.rank < ITEM or _is_headed(node)}
    if not headed:
        return nodes
    return [node for node in nodes if id(node) in headed or _names_somebody(node)]


def _is_headed(node: Node) -> bool:
    return any(up.rank < ITEM for up in node.ancestors())


def _names_somebody(node: Node) -> bool:
    """The node, what it is nested in or what is nested in it."""
    return any(each.segments for each in (node, *node.ancestors(), *node.all_below()))


_WHOLE_BODY = 3  # repeated tasks
_ENOUGH, _NEARLY_ALL = 5, 0.8


def _without_nameless_sections(nodes: list[Node]) -> list[Node]:
    """In a notice that names departments for (nearly) every task, a whole section that names none
    says how to go about it, whatever its heading; unless the heading calls it tasks."""
    sections: dict[int, list[Node]] = {}
    tops: dict[int, Node] = {}
    for node in nodes:
        top = next(iter(reversed(list(node.ancestors()))), node)
        tops[id(top)] = top
        sections.setdefault(id(top), []).append(node)
    named = {key: sum(map(_names_somebody, group)) for key, group in sections.items()}
    busy = [len(group) for key, group in sections.items() if named[key]]
    total = sum(named.values())
    if total < _ENOUGH or total < _NEARLY_ALL * sum(busy):
        return nodes
    return [
        node
        for key, group in sections.items()
        if named[key] or vocabulary.TASK_SECTION.search(tops[key].heading)
        for node in group
    ]


def _is_task(node: Node, named: bool, families: dict[int, _Family], folded: str) -> bool:
    if not node.heading:
        return False
    if node.rank >= ITEM:
        return _is_item_task(node, folded)
    if any(below.rank in (ITEM, SUBITEM, SUBSECTION) for below in node.children):
        return False
    return _is_leaf_section_task(node, named, families[id(node.parent)])


def _is_item_task(node: Node, folded: str) -> bool:
    if node.segments or any(below.segments for below in node.all_below()):
        return True
    if any(_frames(up) for up in node.ancestors()):
        return False
    if folded.startswith("第", node.start):
        return False  # the articles of a regulation are no tasks unless somebody is named
    if node.rank > ITEM and any(up.rank == ITEM for up in node.ancestors()):
        return True
    if not any(up.rank < ITEM for up in node.ancestors()):
        # A number outside every section is a task only if it is a text, not a link in a list.
        return "。" in folded[node.body : node.end] and not _LINK.match(node.heading)
    return not _LINK.match(node.heading)


def _is_leaf_section_task(node: Node, named: bool, family: _Family) -> bool:
    """(一)… without numbered items below is a task where its section is one of tasks."""
    if node.segments:
        return True
    if node.rank == SECTION and not node.children and not _frames(node):
        # 一、二、三、 are the tasks, but hardly 十、加强组织领导 without a name.
        return family.named >= 2 and not vocabulary.CALLS_TO_ORDER.search(node.heading)
    if node.rank != SUBSECTION or _frames(node) or any(_frames(up) for up in node.ancestors()):
        return False
    if named:
        return family.is_busy
    return True


def _is_bare_section_task(node: Node, folded: str) -> bool:
    """A notice that counts its tasks 一、二、三、 only."""
    if node.rank != SECTION or node.children or _frames(node) or not node.heading:
        return False
    if vocabulary.CALLS_TO_ORDER.search(node.heading):
        return False
    return "。" in folded[node.body : node.end]


def _frames(node: Node) -> bool:
    """总体要求, 保障措施 …: a section that holds no tasks."""
    if node.rank > SUBSECTION:
        return False
    heading = node.heading
    return bool(vocabulary.FRAMING.search(heading)) and not vocabulary.TASK_SECTION.search(heading)


def _without_repeats(nodes: list[Node], folded: str) -> list[Node]:
    """A page that gives its body twice, or a table of contents before it, gives each task once."""
    copies: dict[tuple[int | None, int, str], list[Node]] = {}
    for node in nodes:
        key = (node.number, node.rank, _IDLE.sub("", folded[node.body : node.end]))
        copies.setdefault(key, []).append(node)
    repeated = sum(len(group) > 1 for group in copies.values())
    doubled = repeated >= _WHOLE_BODY and 2 * repeated >= len(copies)
    kept: set[int] = set()
    for group in copies.values():
        # Under another heading the same words are another task, unless the whole body repeats.
        headings = {"" if doubled or node.parent is None else node.parent.heading for node in group}
        for heading in headings - {""} or {""}:
            same = [n for n in group if not heading or (n.parent and n.parent.heading == heading)]
            kept.add(id(max(same, key=_depth)))
    nodes = [node for node in nodes if id(node) in kept]
    full = {
        (node.number, _IDLE.sub("", node.heading)): node
        for node in nodes
        if len(_IDLE.sub("", folded[node.body : node.end])) > len(_IDLE.sub("", node.heading)) + 5
    }
    return [node for node in nodes if not _is_contents_entry(node, full, folded)]


def _depth(node: Node) -> int:
    return sum(1 for _ in node.ancestors())


def _is_contents_entry(node: Node, full: dict[tuple[int | None, str], Node], folded: str) -> bool:
    text = re.sub(r"[.…·]*\d{0,3}$", "", _IDLE.sub("", folded[node.body : node.end]))
    later = full.get((node.number, text))
    return (
        later is not None and later is not node and later.start > node.start and not node.segments
    )
