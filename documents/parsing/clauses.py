"""One clause after the other: what a chosen node or table row says, as a ParsedTask."""

from __future__ import annotations

import re

from documents.parsing.deadlines import TimeLimit, find_time_limits, stated_limits
from documents.parsing.departments import is_body
from documents.parsing.folding import fold
from documents.parsing.head import Head
from documents.parsing.markers import (
    CHAPTER,
    PART,
    SECTION,
    SUBSECTION,
    chinese_ordinal,
)
from documents.parsing.model import (
    ParsedDeadline,
    ParsedResponsibility,
    ParsedTarget,
    ParsedTask,
)
from documents.parsing.responsibilities import read_segment
from documents.parsing.segments import Segment, is_side_line
from documents.parsing.structure import Node
from documents.parsing.targets import find_targets


class ClauseReader:
    def __init__(self, text: str, folded: str, head: Head, holes: dict[int, str]) -> None:
        self.text = text
        self.folded = folded
        self.head = head
        self.holes = holes  # what is wrong with a node's number, by the node's id

    def read(self, chosen: list[Node]) -> list[ParsedTask]:
        """The tasks of the outline, in the document's order."""
        places = {id(node): index for index, node in enumerate(chosen)}
        return [self._task(node, places) for node in chosen]

    def _task(self, node: Node, places: dict[int, int]) -> ParsedTask:
        own = self.folded[node.body : node.end]
        shown = self.text[node.body : node.end]
        below = [child for child in node.children if id(child) in places]
        container = bool(below) and not node.segments
        segments = node.segments or ([] if container else self._inherited(node))
        responsibilities = [self._responsibility(segment, shown) for segment in segments]
        body = body_of(shown, own, node.segments)
        plain = without_segments(own, node.segments)
        limits = find_time_limits(plain, self.head.own_year)
        targets = find_targets(plain, limits, shown)
        deadlines = binding_deadlines(plain, shown, limits, targets)
        deadlines += self._stated(own, shown, node.segments)
        parent = next((places[id(up)] for up in node.ancestors() if id(up) in places), None)
        return ParsedTask(
            number=self._number(node),
            parent=parent,
            container=container,
            section=self._section(node, places),
            title=node.heading,
            body=body,
            start=node.start,
            end=node.end,
            responsibilities=tuple(responsibilities),
            targets=tuple(targets),
            deadlines=tuple(deadlines),
            warnings=tuple(self._warnings(node, segments, responsibilities, container)),
        )

    def _number(self, node: Node) -> str:
        """The figure as the document writes it: 1 of 1. and of (1), 一 of (一) and of 第一条."""
        written = _FIGURE.search(self.folded, node.start, node.body)
        if written is not None or node.number is None:
            return written[0] if written else ""
        return chinese_ordinal(node.number) if node.rank <= SUBSECTION else str(node.number)

    def _inherited(self, node: Node) -> list[Segment]:
        """A sub-item, or an item under a heading that names departments, takes over theirs."""
        for up in node.ancestors():
            if up.segments:
                return [Segment(-1, -1, s.content, s.own_line, s.repaired) for s in up.segments]
        return []

    def _responsibility(self, segment: Segment, shown: str) -> ParsedResponsibility:
        raw = shown[segment.start : segment.end] if segment.start >= 0 else f"({segment.content})"
        return read_segment(raw, segment.content, self.head.region)

    def _section(self, node: Node, places: dict[int, int]) -> tuple[str, ...]:
        path = [up for up in node.ancestors() if up.rank <= SUBSECTION and id(up) not in places]
        return tuple(heading_as_written(up) for up in reversed(path))

    def _stated(self, own: str, shown: str, segments: list[Segment]) -> list[ParsedDeadline]:
        """Time limits inside a responsibility parenthesis or on a 完成时限 line."""
        found: list[ParsedDeadline] = []
        for segment in segments:
            if segment.start < 0:
                continue
            inside = own[segment.start : segment.end]
            found += stated_deadlines(
                inside, shown[segment.start : segment.end], self.head.own_year
            )
        position = 0
        for line in own.split("\n"):
            if is_side_line(line) and not any(s.start <= position < s.end for s in segments):
                found += stated_deadlines(
                    line, shown[position : position + len(line)], self.head.own_year
                )
            position += len(line) + 1
        return found

    def _warnings(
        self,
        node: Node,
        segments: list[Segment],
        responsibilities: list[ParsedResponsibility],
        container: bool,
    ) -> list[str]:
        found = [node.mended] if node.mended else []
        found += [segment.repaired for segment in segments if segment.repaired]
        if not segments and not container:
            found.append("未注明责任部门")
        found += unknown_names(responsibilities)
        if id(node) in self.holes:
            found.append(self.holes[id(node)])
        return found


def stated_deadlines(folded: str, shown: str, year: int | None) -> list[ParsedDeadline]:
    return [
        ParsedDeadline(shown[limit.start : limit.end], limit.due_on)
        for limit in stated_limits(folded, year)
    ]


def binding_deadlines(
    plain: str, shown: str, limits: list[TimeLimit], targets: list[ParsedTarget]
) -> list[ParsedDeadline]:
    """Sure limits always; a year alone at the head of a clause only beside a number to reach."""
    kept = []
    for limit in limits:
        if not limit.sure and not _target_in_clause(plain, shown, limit, targets):
            continue
        kept.append(ParsedDeadline(shown[limit.start : limit.end], limit.due_on))
    return kept


_CLAUSE_STOP = re.compile(r"[,。;!?\n]")
_SENTENCE_STOP = re.compile(r"[。;!?\n]")


def _target_in_clause(
    plain: str, shown: str, limit: TimeLimit, targets: list[ParsedTarget]
) -> bool:
    # 2018年,…: set off by a comma the year governs its sentence, otherwise its clause.
    apart = plain.startswith(",", limit.end)
    stop = (
        _SENTENCE_STOP.search(plain, limit.end) if apart else _CLAUSE_STOP.search(plain, limit.end)
    )
    clause = shown[limit.end : stop.start() if stop else len(plain)]
    return any(target.text in clause for target in targets)


def body_of(shown: str, own: str, segments: list[Segment]) -> str:
    """The text without side lines and without the responsibilities at its end."""
    end = len(own)
    for segment in reversed([s for s in segments if s.start >= 0]):
        if own[segment.end : end].strip("。; \n"):
            break
        end = segment.start
    first = _ends_heading(own, segments)
    if first is not None and first.end <= end:
        shown = shown[: first.start] + shown[first.end :]
        end -= first.end - first.start
    lines = shown[:end].split("\n")
    kept = [line for index, line in enumerate(lines) if index == 0 or not is_side_line(fold(line))]
    return "\n".join(kept).strip()


def _ends_heading(own: str, segments: list[Segment]) -> Segment | None:
    """(一)建设分中心(甲负责), its text below: the responsibility at the end of a bare heading."""
    line_end = own.find("\n")
    first = next((segment for segment in segments if segment.start >= 0), None)
    if first is None or line_end < 0 or "。" in own[:line_end]:
        return None
    return first if first.start > 0 and first.end == line_end else None


def without_segments(own: str, segments: list[Segment]) -> str:
    """The text with its responsibilities and side lines blanked out, offsets kept."""
    pieces, begin = [], 0
    for segment in segments:
        if segment.start >= 0:
            pieces += [own[begin : segment.start], "。" + " " * (segment.end - segment.start - 1)]
            begin = segment.end
    plain = "".join([*pieces, own[begin:]])
    lines = plain.split("\n")
    return "\n".join(
        " " * len(line) if index and is_side_line(line) else line
        for index, line in enumerate(lines)
    )


def heading_as_written(node: Node) -> str:
    """A heading with its marker, in the form official documents give that level."""
    if node.number is None:
        return node.heading
    words = chinese_ordinal(node.number)
    if node.rank == CHAPTER:
        return f"第{words}章 {node.heading}"
    if node.rank == PART:
        return f"第{words}节 {node.heading}"
    if node.rank == SECTION:
        return f"{words}、{node.heading}"
    if node.rank == SUBSECTION:
        return f"({words}){node.heading}"
    return f"{node.number}.{node.heading}"


def unknown_names(responsibilities: list[ParsedResponsibility]) -> list[str]:
    return [
        f"责任部门“{department.name}”不像单位名称，请核对"
        for responsibility in responsibilities
        for department in responsibility.departments
        if not is_body(fold(department.name))
    ]


_FIGURE = re.compile(r"\d+(?=\D*$)|[一二三四五六七八九十百]+")
