"""Where a clause begins and ends, and where it stands: split, merge, move, renumber, place.

Each is one transaction: the document is locked, a page that shows what is no longer so is refused
(`seen`: fingerprint of the clause, `outline`: that of the order), and the act is recorded. What is
in the ledger stays as it is.
"""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from departments.permissions import can_run_office
from documents.models import Clause, PolicyDocument
from reform_tracker.lib.verdicts import ALLOWED, Conflict, Verdict, conflict, require
from tasks.services.clause_halves import halves, united
from tasks.services.clause_order import Order
from tasks.services.intake import (
    can_change_clause,
    locked_clause,
    locked_document,
    record_clause,
    refuse_stale,
    to_confirm,
)

CONTENT = [
    *("number", "section", "title", "body", "responsibilities", "targets", "deadlines"),
    *("warnings", "start", "end", "is_checked", "is_manual"),
]


@transaction.atomic
def add_clause(*, document: PolicyDocument, actor: Any, after: Clause | None = None) -> Clause:
    """An empty clause for a task that was not read from the document.

    `after`: the clause it follows, whose section it takes; otherwise it comes last. One added
    before and still empty is given back instead: a second click adds nothing.
    """
    document = locked_document(document.pk)
    require(can_run_office(actor, document.region))
    if empty := to_confirm(document).filter(title="", body="").first():
        return empty
    order = Order.of(document)
    place = after.end if after else 0
    clause = Clause.objects.create(
        document=document,
        position=order.next_position(),
        section=after.section if after else [],
        parent_id=after.parent_id if after else None,
        start=place,
        end=place,
        is_manual=True,
    )
    order.clauses.append(clause)
    if after:
        order.put_after([clause], order.own(after))
        order.store()
    record_clause(clause, actor, "clause_added")
    return clause


@transaction.atomic
def split_clause(
    *,
    clause: Clause,
    actor: Any,
    at: int | None = None,
    body_at: int | None = None,
    seen: str | None = None,
) -> Clause:
    """Cut a clause in two and return the second, which follows the first.

    `at`: where in the document's text; or `body_at`: where in the clause's own words. Departments,
    targets and time limits go with the half whose words state them.
    """
    clause = locked_clause(clause)
    require(_can_rework(actor, clause))
    refuse_stale(clause, seen)
    order = Order.of(clause.document)
    first = order.own(clause)
    second = halves(first, at, body_at)
    below = order.children(first)
    if astride := next((each for each in below if each.start < second.start < each.end), None):
        raise Conflict(_("这个位置在下级条款“%s”里，请先打开那一条再拆分。") % astride)
    later = [child for child in below if second.start <= child.start and second.start < second.end]
    second.position = order.next_position()
    second.save()
    first.save(update_fields=CONTENT)
    order.clauses.append(second)
    earlier = [each for child in below if child not in later for each in order.family(child)]
    order.put([second], order.clauses.index((earlier or [first])[-1]) + 1)
    _hang_below(second, later)
    order.store()
    record_clause(first, actor, "clause_split", other=second.pk)
    return second


@transaction.atomic
def merge_clause(*, clause: Clause, actor: Any, step: int, outline: str | None = None) -> Clause:
    """Make one of a clause and the next (1) or previous (-1); the earlier of the two stays."""
    clause = locked_clause(clause)
    require(_can_rework(actor, clause))
    order = Order.of(clause.document, outline)
    this = order.own(clause)
    other = order.beside(this, step)
    if other is None:
        raise Conflict(_("前面没有条款可以合并。") if step < 0 else _("后面没有条款可以合并。"))
    first, second = (this, other) if step > 0 else (other, this)
    require(_can_merge(first, second, other, order))
    united(first, second)
    first.save(update_fields=CONTENT)
    _hang_below(first, order.children(second))
    record_clause(first, actor, "clauses_merged", other=second.pk)
    second.delete()
    return first


@transaction.atomic
def move_clause(*, clause: Clause, actor: Any, step: int, outline: str | None = None) -> Clause:
    """One place up (-1) or down (1), with all that hang below it.

    At the edge of its section it goes into the next one; a sub-item at the edge of its item goes
    out of it.
    """
    clause = locked_clause(clause)
    require(_can_rework(actor, clause))
    order = Order.of(clause.document, outline)
    this = order.own(clause)
    _require_free(order.family(this))
    siblings = order.siblings(this)
    index = siblings.index(this) + step
    if 0 <= index < len(siblings):
        neighbour = siblings[index]
        if neighbour.section != this.section:
            _set_section(order.family(this), this.section, neighbour.section)
        else:
            _put_beside(order, this, neighbour, step)
    elif this.parent_id:
        parent = next(each for each in order.clauses if each.pk == this.parent_id)
        _put_beside(order, this, parent, step)
        this.parent_id = parent.parent_id
        this.save(update_fields=["parent"])
    else:
        raise Conflict(_("已经是第一条。") if step < 0 else _("已经是最后一条。"))
    order.store()
    record_clause(this, actor, "clause_moved")
    return this


@transaction.atomic
def move_to_section(
    *, clause: Clause, actor: Any, section: str, outline: str | None = None
) -> Clause:
    """Put a clause, with all that hang below it, under another heading of the document.

    `section`: its headings joined by " / ". There it stands where the text has it; from elsewhere in the text, first or last.
    """
    clause = locked_clause(clause)
    require(_can_rework(actor, clause))
    order = Order.of(clause.document, outline)
    this = order.own(clause)
    if section == " / ".join(this.section):
        raise Conflict(_("这一条已经在这个章节里。"))
    family = order.family(this)
    _require_free(family)
    there = [
        each
        for each in order.clauses
        if " / ".join(each.section) == section and each.parent_id is None and each not in family
    ]
    if not there:
        raise Conflict(_("这份文件里没有这个章节，请重新选择。"))
    before = [each for each in there if each.start <= this.start]
    if before:
        order.put_after(family, before[-1])
    else:
        order.put_before(family, there[0])
    this.parent_id = None
    this.save(update_fields=["parent"])
    _set_section(family, this.section, there[0].section)
    order.store()
    record_clause(this, actor, "clause_moved", section=section)
    return this


@transaction.atomic
def renumber_after(
    *, clause: Clause, actor: Any, throughout: bool = False, outline: str | None = None
) -> int:
    """Let those behind a clause count on from its number; how many got another one.

    They are those of its section and level, `throughout`: of all later sections too. What is
    dismissed is not counted.
    """
    clause = locked_clause(clause)
    require(_can_rework(actor, clause))
    order = Order.of(clause.document, outline)
    this = order.own(clause)
    count = re.fullmatch(r"(.*?)(\d{1,9})(\D*)", this.number)
    if count is None:
        raise Conflict(_("这一条的编号里没有数字，请先把编号填成数字（例如3），再顺次编号。"))
    siblings = order.siblings(this)
    following = [
        each
        for each in siblings[siblings.index(this) + 1 :]
        if (throughout or each.section == this.section) and each.status != Clause.Status.DISMISSED
    ]
    changed = []
    for number, each in enumerate(following, int(count[2]) + 1):
        wanted = f"{count[1]}{number}{count[3]}"[:20]
        if each.number == wanted:
            continue
        if each.status == Clause.Status.PUBLISHED:
            raise Conflict(_("后面的“%s”已经入账，编号不能再改，没有改动。请逐条填写编号。") % each)
        each.number = wanted
        changed.append(each)
    Clause.objects.bulk_update(changed, ["number"])
    if changed:
        record_clause(this, actor, "clauses_renumbered", clauses=len(changed))
    return len(changed)


@transaction.atomic
def place_clause(
    *, clause: Clause, actor: Any, start: int, end: int, seen: str | None = None
) -> Clause:
    """Say which words of the document a clause stands for; an empty one takes them over."""
    clause = locked_clause(clause)
    require(_can_rework(actor, clause))
    refuse_stale(clause, seen)
    text = clause.document.text
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise Conflict(_("请先在原文里选中这一条的文字。"))
    clause.start, clause.end = start, end
    clause.body = clause.body or text[start:end].strip()
    clause.save(update_fields=["start", "end", "body"])
    record_clause(clause, actor, "clause_placed")
    return clause


def can_remove_clause(actor: Any, clause: Clause) -> Verdict:
    """Only what a person added; what was read from the document stays on record."""
    verdict = can_change_clause(actor, clause)
    if verdict and not clause.is_manual:
        return conflict(_("这一条是从文件中读出的，不能删除。不是任务的，请点“不作为任务”。"))
    return verdict


@transaction.atomic
def remove_clause(*, clause: Clause, actor: Any) -> None:
    """Take a clause that was added by hand away again."""
    clause = locked_clause(clause)
    require(can_remove_clause(actor, clause))
    for child in clause.children.all():
        child.parent_id = clause.parent_id
        child.save(update_fields=["parent"])
    record_clause(clause, actor, "clause_removed", name=str(clause))
    clause.delete()


def _require_free(family: list[Clause]) -> None:
    for each in family:
        if each.status == Clause.Status.PUBLISHED:
            raise Conflict(_("下级条款“%s”已经入账，不能移动。") % each)


def _can_rework(actor: Any, clause: Clause) -> Verdict:
    """The structure is changed of what may still be corrected and is to become a task."""
    verdict = can_change_clause(actor, clause)
    if verdict and clause.status == Clause.Status.DISMISSED:
        return conflict(_("这一条已标为不作为任务，请先恢复。"))
    return verdict


def _can_merge(first: Clause, second: Clause, other: Clause, order: Order) -> Verdict:
    words = {"clause": other}
    if other.status == Clause.Status.PUBLISHED:
        return conflict(_("“%(clause)s”已经入账，不能合并。") % words)
    if other.status == Clause.Status.DISMISSED:
        return conflict(_("“%(clause)s”已标为不作为任务，请先恢复再合并。") % words)
    if first.is_container or second.is_container:
        group = first if first.is_container else second
        return conflict(
            _("“%s”只是把几条归在一起，不能合并。它本身是任务的，请先点“这一条也是任务”。") % group
        )
    if second.parent_id not in (first.parent_id, first.pk):
        return conflict(_("“%(clause)s”不在同一层级，不能合并，请先上移或下移。") % words)
    obstacle = _between(first, second, order)
    if obstacle:
        return conflict(_("两条在原文中隔着“%s”，不能合并。") % obstacle)
    return ALLOWED


def _between(first: Clause, second: Clause, order: Order) -> Clause | None:
    """A clause whose words stand between theirs: one stretch of text cannot stand for both."""
    if not first.source or not second.source:
        return None
    begin, end = min(first.end, second.end), max(first.start, second.start)
    inside = (each for each in order.clauses if begin <= each.start < each.end <= end)
    return next(inside, None)


def _put_beside(order: Order, clause: Clause, neighbour: Clause, step: int) -> None:
    put = order.put_before if step < 0 else order.put_after
    put(order.family(clause), neighbour)


def _set_section(family: list[Clause], old: list[str], new: list[str]) -> None:
    """For the clause and all below it; headings of their own stay behind the new ones."""
    for each in family:
        if each.section[: len(old)] == old:
            each.section = [*new, *each.section[len(old) :]]
            each.save(update_fields=["section"])


def _hang_below(parent: Clause, children: list[Clause]) -> None:
    for child in children:
        child.parent_id = parent.pk
        child.save(update_fields=["parent"])
