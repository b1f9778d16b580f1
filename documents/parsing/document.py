"""Clean text in, a whole ParsedDocument out: outline, then tasks, then what each task says."""

from __future__ import annotations

import re

from documents.parsing import vocabulary
from documents.parsing.cleaning import clean, fold
from documents.parsing.deadlines import TimeLimit, find_time_limits, stated_limits
from documents.parsing.head import Head, read_head
from documents.parsing.markers import (
    CHAPTER,
    DETAIL,
    ITEM,
    PART,
    SECTION,
    SUBITEM,
    SUBSECTION,
    chinese_ordinal,
)
from documents.parsing.model import (
    ParsedDeadline,
    ParsedDocument,
    ParsedResponsibility,
    ParsedTarget,
    ParsedTask,
)
from documents.parsing.responsibilities import Segment, is_side_line, read_segment
from documents.parsing.selection import select_tasks
from documents.parsing.structure import Node, Outline, read_outline
from documents.parsing.targets import find_targets


def parse_text(raw: str) -> ParsedDocument:
    """Read one policy document from its text. Never raises for any text."""
    text = clean(raw)
    folded = fold(text)
    head = read_head(text)
    outline = read_outline(text, folded)
    chosen = select_tasks(outline, folded)
    tasks = _Tasks(text, folded, head, outline).build(chosen)
    warnings = list(head.warnings)
    if not tasks:
        warnings.append("未识别到任务条款，请核对文件内容，或手工录入任务")
    return ParsedDocument(
        title=head.title,
        document_number=head.document_number,
        issuer=head.issuer,
        region=head.region,
        issued_on=head.issued_on,
        published_on=head.published_on,
        year_start=head.year_start,
        year_end=head.year_end,
        text=text,
        targets=tuple(_document_targets(text, folded, head, outline, chosen)),
        tasks=tuple(tasks),
        warnings=tuple(warnings),
    )


def _document_targets(
    text: str, folded: str, head: Head, outline: Outline, chosen: list[Node]
) -> list[ParsedTarget]:
    """Targets of 主要目标 sections, which bind the whole document and no single task."""
    taken = {id(node) for node in chosen}
    found: list[ParsedTarget] = []
    for node in outline.nodes():
        if id(node) in taken or any(id(up) in taken for up in node.ancestors()):
            continue
        headed = [node, *node.ancestors()]
        if any(vocabulary.GOAL_SECTION.search(up.heading) for up in headed):
            limits = find_time_limits(folded[node.body : node.end], head.own_year)
            found += find_targets(folded[node.body : node.end], limits, text[node.body : node.end])
    return found


class _Tasks:
    def __init__(self, text: str, folded: str, head: Head, outline: Outline) -> None:
        self.text = text
        self.folded = folded
        self.head = head
        self.outline = outline

    def build(self, chosen: list[Node]) -> list[ParsedTask]:
        places = {id(node): index for index, node in enumerate(chosen)}
        return [self._task(node, places) for node in chosen]

    def _task(self, node: Node, places: dict[int, int]) -> ParsedTask:
        own = self.folded[node.body : node.end]
        shown = self.text[node.body : node.end]
        below = [child for child in node.children if id(child) in places]
        container = bool(below) and not node.segments
        segments = node.segments or ([] if container else self._inherited(node))
        responsibilities = [self._responsibility(segment, shown) for segment in segments]
        body = _body(shown, own, node.segments)
        plain = _without_segments(own, node.segments)
        limits = find_time_limits(plain, self.head.own_year)
        targets = find_targets(plain, [limit for limit in limits], shown)
        deadlines = _deadlines(plain, shown, limits, targets)
        deadlines += self._stated(own, shown, node.segments)
        parent = next((places[id(up)] for up in node.ancestors() if id(up) in places), None)
        return ParsedTask(
            number="" if node.number is None else str(node.number),
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
            found += _as_deadlines(inside, shown[segment.start : segment.end], self.head.own_year)
        position = 0
        for line in own.split("\n"):
            if is_side_line(line) and not any(s.start <= position < s.end for s in segments):
                found += _as_deadlines(line, shown[position : position + len(line)], self.head.own_year)
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
        hole = _hole_before(node)
        if hole:
            found.append(hole)
        return found


def _as_deadlines(folded: str, shown: str, year: int | None) -> list[ParsedDeadline]:
    return [
        ParsedDeadline(shown[limit.start : limit.end], limit.due_on)
        for limit in stated_limits(folded, year)
    ]


def _deadlines(
    plain: str, shown: str, limits: list[TimeLimit], targets: list[ParsedTarget]
) -> list[ParsedDeadline]:
    """Sure limits always; a year alone at the head of a clause only beside a number to reach."""
    kept = []
    for limit in limits:
        if not limit.sure and not _target_in_clause(plain, shown, limit, targets):
            continue
        kept.append(ParsedDeadline(shown[limit.start : limit.end], limit.due_on))
    return kept


def _target_in_clause(
    plain: str, shown: str, limit: TimeLimit, targets: list[ParsedTarget]
) -> bool:
    stop = re.compile(r"[,。;!?\n]").search(plain, limit.end)
    clause = shown[limit.end : stop.start() if stop else len(plain)]
    return any(target.text in clause for target in targets)


def _body(shown: str, own: str, segments: list[Segment]) -> str:
    """The text without side lines and without the responsibilities at its end."""
    end = len(own)
    for segment in reversed([s for s in segments if s.start >= 0]):
        if own[segment.end : end].strip("。;; \n"):
            break
        end = segment.start
    lines = shown[:end].split("\n")
    kept = [line for index, line in enumerate(lines) if index == 0 or not is_side_line(fold(line))]
    return "\n".join(kept).strip()


def _without_segments(own: str, segments: list[Segment]) -> str:
    """The text with its responsibilities and side lines blanked out, offsets kept."""
    plain = own
    for segment in segments:
        if segment.start >= 0:
            blank = "。" + " " * (segment.end - segment.start - 1)
            plain = plain[: segment.start] + blank + plain[segment.end :]
    lines = plain.split("\n")
    return "\n".join(
        " " * len(line) if index and is_side_line(line) else line for index, line in enumerate(lines)
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
    from documents.parsing.departments import is_body

    return [
        f"责任部门“{department.name}”不像单位名称，请核对"
        for responsibility in responsibilities
        for department in responsibility.departments
        if not is_body(fold(department.name))
    ]


def _hole_before(node: Node) -> str:
    """A jump in the numbering: 3 after 1."""
    if node.parent is None or node.number is None:
        return ""
    earlier = [s for s in node.parent.children if s.start < node.start and s.rank == node.rank]
    if not earlier or earlier[-1].number is None:
        return ""
    if node.number > earlier[-1].number + 1:
        return f"编号不连续：{earlier[-1].number}之后为{node.number}，原文可能有缺漏"
    return ""


__all__ = ["DETAIL", "ITEM", "SUBITEM", "parse_text"]
