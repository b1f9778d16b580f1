"""The outline of a notice: which lines are headings, items and sub-items, and what hangs below.

A node's own text is one piece of the clean text, from its marker to the last line that belongs to
it and before its first child, so offsets need no bookkeeping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from documents.parsing import vocabulary
from documents.parsing.markers import (
    DETAIL,
    ITEM,
    SECTION,
    SUBITEM,
    SUBSECTION,
    Marker,
    chinese_ordinal,
    read_marker,
)
from documents.parsing.segments import Segment, find_segments, is_side_line
from documents.parsing.tables import Table, is_row

_SENTENCE_END = re.compile(r"[。;!?]")


@dataclass(slots=True)
class Node:
    rank: int
    number: int | None
    start: int  # of the marker
    body: int  # behind the marker
    end: int
    parent: Node | None
    before: Node | None = None  # the sibling of the same rank in front of it
    children: list[Node] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)  # offsets within the node's own text
    closed: bool = False
    mended: str = ""
    heading: str = ""

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def all_below(self) -> Iterator[Node]:
        for child in self.children:
            yield child
            yield from child.all_below()


@dataclass(frozen=True, slots=True)
class Outline:
    roots: list[Node]
    above_tables: list[tuple[Node, ...]]  # of each table the headings it stands under

    def nodes(self) -> Iterator[Node]:
        for root in self.roots:
            yield root
            yield from root.all_below()


class _Builder:
    def __init__(self, text: str, folded: str, tables: list[Table]) -> None:
        self.text = text
        self.folded = folded
        self.tables = {table.start: table.end for table in tables}
        self.roots: list[Node] = []
        self.path: list[Node] = []
        self.above_tables: list[tuple[Node, ...]] = []
        self.unnumbered = _unnumbered_headings(folded)
        self.explaining = False  # behind the notice the page explains it
        self.head: set[str] = set()  # lines above the first heading
        self.last_marker = max(
            (
                m.start()
                for m in re.finditer(r"^(?=.{0,6}[、.)])", folded, re.M)
                if read_marker(folded[m.start() : m.start() + 12])
            ),
            default=0,
        )

    def build(self) -> Outline:
        position = below_table = 0
        for line in self.folded.split("\n"):
            end = position + len(line)
            if position in self.tables:
                below_table = self.tables[position]
                self.above_tables.append(tuple(self.path))
            if line and position >= below_table:
                self._line(line, position, end)
            position = end + 1
        return Outline(self.roots, self.above_tables)

    def _line(self, line: str, start: int, end: int) -> None:
        if is_row(line):
            return  # of a table that says nothing of tasks
        if vocabulary.ANNEX.match(line) or _is_table_title(line) or _BOX.match(line):
            self.path, self.explaining = [], False
            return
        if self.explaining or (self.roots and _EXPLAINS.match(line)):
            self.path, self.explaining = [], True
            return
        if vocabulary.CHROME.match(line) and "。" not in line:
            self.path = []
            return
        marker = read_marker(line)
        if line in self.head:
            self.path = []  # the page stands twice: its second copy begins
        elif marker is not None:
            self._open(marker, line, start, end)
        elif start in self.unnumbered:
            heading = Node(SECTION, None, start, start, end, None)
            self.roots.append(heading)
            self.path = [heading]
        elif self.path:
            self._continue(line, end)
        elif not self.roots:
            self.head.add(line)

    def _open(self, marker: Marker, line: str, start: int, end: int) -> None:
        rank, mended = marker.rank, ""
        if marker.lost_number:
            # () with its figure lost: a heading of the second level, unless sub-items are being
            # counted and the line is a whole text.
            counting = self.path and self.path[-1].rank == SUBITEM
            if counting and (len(line) > 40 or line.endswith(")")):
                rank = SUBITEM
        while self.path and self.path[-1].rank >= rank:
            self.path.pop()
        parent = self.path[-1] if self.path else None
        siblings = parent.children if parent is not None else self.roots
        before = next((s for s in reversed(siblings) if s.rank == rank), None)
        number = marker.number
        if number is None:
            number = ((before.number if before else 0) or 0) + 1
            figure = chinese_ordinal(number) if rank == SUBSECTION else str(number)
            mended = f"编号缺失，已按前后顺序补为{figure}，请核对编号"
        elif marker.lost_bracket:
            mended = "编号缺左括号，已按文意补全，请核对编号"
        node = Node(rank, number, start, start + marker.length, end, parent, before, mended=mended)
        siblings.append(node)
        self.path.append(node)
        self._close_if_named(node, line)

    def _continue(self, line: str, end: int) -> None:
        """A line without a marker: more of the open item, who is responsible, or neither."""
        node = self.path[-1]
        if is_side_line(line) or _is_lone_parenthesis(line):
            if node.rank >= ITEM or not node.children:
                node.end = end
            return
        if node.closed and not self._is_bare_heading(node):
            # Behind its responsibility an item is over; only a paragraph that names its own
            # responsibility as well still belongs to it.
            if self._ends_named(line):
                node.end = end
            else:
                self.path = [n for n in self.path if n.rank < ITEM]
                for n in self.path:
                    n.closed = True
            return
        if vocabulary.CLOSING.match(line) and end > self.last_marker and self._has_sentence(node):
            node.closed = True  # the notice speaks to everyone again
            return
        if (
            not _SENTENCE_END.search(line)
            and len(line) < 20
            and node.end > node.body
            and self._has_sentence(node)
        ):
            # A short line without a full stop below a finished paragraph: page furniture.
            node.closed = True
            return
        node.end = end
        self._close_if_named(node, line)

    def _is_bare_heading(self, node: Node) -> bool:
        """(一)建设分中心(甲负责): the text follows below."""
        own = self.folded[node.body : node.end]
        return "\n" not in own and "。" not in own and len(own) <= _LONGEST_NAMED_HEADING

    def _has_sentence(self, node: Node) -> bool:
        return "。" in self.folded[node.body : node.end]

    def _close_if_named(self, node: Node, line: str) -> None:
        if self._ends_named(line):
            node.closed = True

    def _ends_named(self, line: str) -> bool:
        tail = line.rstrip("。; ")
        if not tail.endswith((")", "】", "]", "〕")) and not re.search(
            r"责任|牵头|负责", tail[-200:]
        ):
            return False
        segments = find_segments(tail)
        return bool(segments) and not tail[segments[-1].end :].strip("。; ")


# 专栏1 重点工程: a box of its own
_BOX = re.compile(r"^专栏\s?[\d一二三四五六七八九十]{1,3}(?!\d)")
_EXPLAINS = re.compile(r"^[^。,;]{0,60}(?:解读|起草说明|编制说明|答记者问|图解)$")
_NO_HEADING = re.compile(
    r"[。,;:!?()\d\t|]|(?:政府|办公室|办公厅|委员会|局|厅|委|方案|计划|要点|安排|清单|分工|意见|通知|办法|目录|规划|表)$"
)
_FEWEST_HEADINGS = 2


def _unnumbered_headings(folded: str) -> set[int]:
    """Offsets of short lines above a count, where no section of the notice has a number."""
    found: set[int] = set()
    position, above = 0, ""
    for line in folded.split("\n"):
        marker = read_marker(line)
        if marker is not None and marker.rank <= SECTION:
            return set()
        heads = 2 <= len(above) <= 30 and not _NO_HEADING.search(above)
        if marker is not None and heads and not vocabulary.CHROME.match(above):
            found.add(position - len(above) - 1)
        above = "" if marker is not None else line
        position += len(line) + 1
    return found if len(found) >= _FEWEST_HEADINGS else set()


_LONGEST_NAMED_HEADING = 120
_TABLE_TITLE = re.compile(r"^[^。,;:]{4,60}(?:表|清单|台账)(?:\([^()]{1,16}\))?$")


def _is_table_title(line: str) -> bool:
    return bool(_TABLE_TITLE.match(line)) and read_marker(line) is None


def _is_lone_parenthesis(line: str) -> bool:
    if not line.startswith(("(", "【", "[", "〔")) or len(line) > 400:
        return False
    segments = find_segments(line)
    return bool(segments) and segments[0].start == 0 and not line[segments[-1].end :].strip("。; ")


def read_outline(text: str, folded: str, tables: list[Table]) -> Outline:
    """The headings and items of the text; the lines of `tables` are none."""
    outline = _Builder(text, folded, tables).build()
    for node in outline.nodes():
        _absorb_details(node, folded)
    for node in outline.nodes():
        own = folded[node.body : node.end]
        node.segments = find_segments(own)
        node.heading = heading_of(text, folded, node)
    _share_group_lines(outline)
    return outline


def _absorb_details(node: Node, folded: str) -> None:
    """①…;②…; that break off one sentence are steps in the text of what they stand in."""
    details = [child for child in node.children if child.rank == DETAIL]
    if not details or len(details) < len(node.children):
        return
    if all(folded[child.body : child.end].endswith((";", ",")) for child in details[:-1]):
        node.end = details[-1].end
        node.children = []


def heading_of(text: str, folded: str, node: Node) -> str:
    """The heading sentence: up to the first full stop, the line's end or the responsibility."""
    line_end = folded.find("\n", node.body, node.end)
    stop = node.end if line_end < 0 else line_end
    full_stop = _first_stop(folded, node.body, stop)
    if full_stop >= 0:
        stop = full_stop
    run_in = _RUN_IN.match(folded, node.body, stop)
    if run_in is not None and not _INTRODUCES.search(run_in[1]):
        stop = run_in.end(1)
    if node.segments and node.body + node.segments[0].start < stop:
        stop = node.body + node.segments[0].start
    if node.segments and node.segments[0].start == 0:
        stop = node.end
    return text[node.body : stop].strip(" 。；;:：")


_CLOSER = {"(": ")", "“": "”", "《": "》"}
_LONGEST_ASIDE = 60


def _first_stop(folded: str, start: int, end: int) -> int:
    """The first full stop outside brackets and quotation marks, or the blank that stands for it."""
    blank = _heading_blank(folded, start, end)
    if blank >= 0:
        return blank
    index = start
    while index < end:
        char = folded[index]
        if char in _CLOSER:
            closing = folded.find(_CLOSER[char], index, min(end, index + _LONGEST_ASIDE))
            index = closing if closing > 0 else index  # one that is never closed hides nothing
        elif char == "。":
            return index
        index += 1
    return -1


_WORDS_APART = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_LONGEST_HEADING = 40


def _heading_blank(folded: str, start: int, end: int) -> int:
    """一、总体要求 坚持…: a heading set off by the only blank of its line, a sentence behind it."""
    blanks = list(_WORDS_APART.finditer(folded, start, end))
    if len(blanks) != 1 or not 4 <= blanks[0].start() - start <= _LONGEST_HEADING:
        return -1
    blank = blanks[0].start()
    stop = folded.find("。", start, end)
    if _SENTENCE_END.search(folded, start, blank) or end - blank <= _LONGEST_HEADING:
        return -1
    # 推进医疗 联合体建设。…: a short sentence in which a blank went astray
    return -1 if 0 <= stop - start <= 30 else blank


# 1.健全机制:成立专班…。 but not 到2020年,实现以下目标:… nor 重点任务包括:…
_RUN_IN = re.compile(
    r"((?:[^,。;:!?()\d\n]|\([^()]{1,8}\)){4,20}(?:,[^,。;:!?()\d\n]{4,14})?):(?=[^\n])"
)
_INTRODUCES = re.compile(
    r"(?:包括|如下|分别为?|(?<!行)为|[是即括]|内容|要求|目标|任务|措施|原则|以下.{0,6}|主要有|通过|做到|工作|事项|方面)$"
)


def _share_group_lines(outline: Outline) -> None:
    """A responsibility line below a group of items holds for every item of it that has none."""
    groups: dict[int, list[Node]] = {}
    for node in outline.nodes():
        if node.rank >= SUBSECTION and node.parent is not None:
            groups.setdefault(id(node.parent), []).append(node)
    for group in groups.values():
        for index, node in enumerate(group):
            if node.segments and not node.children and node.segments[0].start >= 0:
                _share_upwards(group[:index], node, is_last=index == len(group) - 1)


def _share_upwards(earlier: list[Node], node: Node, is_last: bool) -> None:
    lines = [segment for segment in node.segments if segment.own_line]
    own = [segment for segment in node.segments if not segment.own_line]
    nameless: list[Node] = []
    for sibling in reversed(earlier):
        if sibling.children or any(segment.own_line for segment in sibling.segments):
            break  # a group of its own, or the line that closes the group before
        if not sibling.segments:
            nameless.append(sibling)
    # Within its paragraph the responsibility is the item's own, unless it closes a count of
    # sub-items that name nobody: (1)…;(2)…。(甲、乙负责)
    parent_named = node.parent is not None and bool(node.parent.segments)
    closes = is_last and node.rank >= SUBITEM and len(nameless) == len(earlier) and not parent_named
    if not nameless or not (lines or closes):
        return
    shared = lines or own
    for sibling in nameless:
        sibling.segments = [Segment(-1, -1, s.content, True, s.repaired) for s in shared]
    if lines and own:
        node.segments = own  # it names somebody itself; the line is for the others
