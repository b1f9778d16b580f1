"""Clean text in, a whole ParsedDocument out: head, outline, then the tasks one by one."""

from __future__ import annotations

from documents.parsing import vocabulary
from documents.parsing.clauses import ClauseReader, heading_as_written
from documents.parsing.cleaning import clean
from documents.parsing.deadlines import find_time_limits
from documents.parsing.folding import fold
from documents.parsing.head import Head, read_head
from documents.parsing.markers import SUBSECTION
from documents.parsing.model import ParsedDocument, ParsedTarget
from documents.parsing.numbering import holes
from documents.parsing.paragraphs import split_paragraphs
from documents.parsing.selection import over_tables_of, select_tasks
from documents.parsing.structure import Node, Outline, read_outline
from documents.parsing.tables import CELL_BREAK, find_tables
from documents.parsing.tables.merging import merge
from documents.parsing.tables.reading import TableReader
from documents.parsing.targets import find_targets


def parse_text(text: str) -> ParsedDocument:
    """Read one policy document from its text. Never raises, whatever the text."""
    cleaned = clean(text)
    folded = fold(cleaned)
    shown = cleaned.replace(CELL_BREAK, "\n")
    head = read_head(cleaned)
    tables = find_tables(folded)
    outline = read_outline(shown, folded, tables)
    split_paragraphs(outline, shown, folded, over_tables_of(outline, folded, tables))
    chosen = select_tasks(outline, folded, tables)
    rows, figures = TableReader(shown, folded, head).read(tables, _paths(outline))
    tasks = merge(ClauseReader(shown, folded, head, holes(chosen)).read(chosen), rows)
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
        text=shown,
        targets=(
            *_document_targets(shown, folded, head, outline, chosen),
            *figures,
        ),
        tasks=tuple(tasks),
        warnings=tuple(warnings),
    )


def _paths(outline: Outline) -> list[tuple[str, ...]]:
    return [
        tuple(heading_as_written(node) for node in above if node.rank <= SUBSECTION)
        for above in outline.above_tables
    ]


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
