"""From a confirmed clause to a task in the ledger. Nothing enters the ledger any other way."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from departments.permissions import can_run_office
from documents.models import Clause, PolicyDocument
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, Verdict, conflict, require
from tasks.models import Responsibility, Target, Task, TaskEvent


@dataclass(frozen=True)
class Publication:
    """What `publish` did: the new tasks, and the clauses that were held back with their reasons."""

    tasks: list[Task] = field(default_factory=list)
    held_back: list[tuple[Clause, list[str]]] = field(default_factory=list)


def blocking_problems(clause: Clause) -> list[str]:
    """Why the clause cannot become a task yet, in words for the user; empty when it can."""
    problems = []
    if not clause.title.strip():
        problems.append(_("缺少任务标题，请填写。"))
    unknown = [
        named["name"]
        for row in clause.responsibilities
        for named in row["departments"]
        if named["department"] is None
    ]
    if unknown:
        names = "、".join(f"“{name}”" for name in dict.fromkeys(unknown))
        problems.append(_("%s不在部门名录中，请选择对应部门或加入名录。") % names)
    due_on = due_date(clause)
    if due_on and due_on < start_date(clause.document):
        problems.append(
            _("完成时限%(due)s早于开始日期%(start)s，请核对。")
            % {"due": due_on, "start": start_date(clause.document)}
        )
    return problems


def start_date(document: PolicyDocument) -> dt.date:
    """Work starts when the document is signed, but within its years."""
    first = dt.date(document.year_start, 1, 1)
    last = dt.date(document.year_end, 12, 31)
    issued = document.issued_on
    return issued if issued and first <= issued <= last else first


def due_date(clause: Clause) -> dt.date | None:
    """The latest time limit the clause states, or None."""
    stated = [row["due_on"] for row in clause.deadlines if row.get("due_on")]
    return dt.date.fromisoformat(max(stated)) if stated else None


def to_confirm(document: PolicyDocument) -> QuerySet[Clause]:
    """Clauses that may still become tasks; a mere grouping never does."""
    return document.clauses.filter(status=Clause.Status.PENDING, is_container=False)


@transaction.atomic
def publish(
    *,
    document: PolicyDocument,
    actor: Any,
    clauses: Iterable[int] | None = None,
    seen: Mapping[int, str] | None = None,
) -> Publication:
    """Turn pending clauses into tasks, all in one transaction.

    `clauses`: ids; None takes every pending one. `seen`: ids with the fingerprint of what the
    person saw; takes these alone. Clauses with a blocking problem, or changed since they were
    seen, are held back and reported. `actor` None is the command line.
    """
    # The document's row is the lock: two people publishing at once make each task once.
    document = locked_document(document.pk)
    if actor is not None:
        require(can_run_office(actor, document.region))
    pending = to_confirm(document)
    if clauses is not None:
        pending = pending.filter(pk__in=list(clauses))
    if seen is not None:
        pending = pending.filter(pk__in=list(seen))
    ready: list[Clause] = []
    held_back: list[tuple[Clause, list[str]]] = []
    for clause in pending.select_related("document"):
        problems = blocking_problems(clause)
        if seen is not None and seen[clause.pk] != fingerprint(clause):
            problems = [_("页面打开后，这一条又有改动，请再核对一遍。"), *problems]
        if problems:
            held_back.append((clause, problems))
        else:
            ready.append(clause)
    tasks = Task.objects.bulk_create([_task_of(clause, document) for clause in ready])
    _add_rows(tasks, ready)
    for clause in ready:
        clause.status = Clause.Status.PUBLISHED
    Clause.objects.bulk_update(ready, ["status"])
    TaskEvent.objects.bulk_create(_published(task, actor) for task in tasks)
    record(actor=actor, action="clauses_published", subject=document, detail={"tasks": len(tasks)})
    return Publication(tasks, held_back)


def _task_of(clause: Clause, document: PolicyDocument) -> Task:
    start_on = start_date(document)
    due_on = due_date(clause) or dt.date(document.year_end, 12, 31)
    return Task(
        document=document,
        clause=clause,
        region_id=document.region_id,
        year_start=document.year_start,
        year_end=document.year_end,
        position=clause.position,
        number=clause.number,
        section=" / ".join(clause.section)[:300],
        title=clause.title,
        body=clause.body,
        start_on=start_on,
        due_on=due_on,
        original_due_on=due_on,
    )


def _add_rows(tasks: list[Task], clauses: list[Clause]) -> None:
    responsibilities, targets = [], []
    for task, clause in zip(tasks, clauses, strict=True):
        named = [d for row in clause.responsibilities for d in row["departments"]]
        for position, row in enumerate(named):
            responsibilities.append(
                Responsibility(
                    task=task,
                    position=position,
                    role=row["role"],
                    name_as_written=row["name"][:80],
                    department_id=row["department"],
                )
            )
        for position, row in enumerate(clause.targets):
            targets.append(_target_of(task, position, row))
    Responsibility.objects.bulk_create(responsibilities)
    Target.objects.bulk_create(targets)


def _target_of(task: Task, position: int, row: dict[str, Any]) -> Target:
    return Target(
        task=task,
        position=position,
        text=row["text"][:200],
        indicator=row["indicator"][:200],
        comparison=row["comparison"],
        target_value=_number(row["value"]),
        value_max=_number(row["value_max"]),
        unit_of_measure=(row["unit"] or "")[:20],
        due_on=row["due_on"],
    )


def _number(value: Any) -> Decimal | None:
    """JSON numbers through their text, so that 33.333333 stays what it says."""
    return None if value is None else Decimal(str(value))


def _published(task: Task, actor: Any) -> TaskEvent:
    return TaskEvent(
        task=task,
        actor=actor,
        kind=TaskEvent.Kind.PUBLISHED,
        # A plan of next year is in the ledger today: later acts must not be dated before it.
        effective_on=min(task.start_on, today()),
        state=task.state,
        progress=task.progress,
    )


EDITABLE = ("number", "section", "title", "body", "responsibilities", "targets", "deadlines")


def can_change_clause(actor: Any, clause: Clause) -> Verdict:
    """The office may correct what was read until the clause is in the ledger."""
    verdict = can_run_office(actor, clause.document.region)
    if verdict and clause.status == Clause.Status.PUBLISHED:
        return conflict(_("这一条已经入账，请在任务页面修改。"))
    return verdict


class ChangedMeanwhile(Conflict):
    """The clause is not what the person saw any more."""


def fingerprint(clause: Clause) -> str:
    """Of what a person may correct, names as written only: a register that grew changes nothing."""
    words = {name: getattr(clause, name) for name in EDITABLE if name != "responsibilities"}
    named = [
        [[each["name"], each["role"]] for each in row["departments"]]
        for row in clause.responsibilities
    ]
    place = [clause.start, clause.end]
    text = json.dumps([words, named, place], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def correct_clause(
    *,
    clause: Clause,
    actor: Any,
    values: Mapping[str, Any],
    seen: str | None = None,
    checked: bool = False,
) -> Clause:
    """Write down what a person corrected. `values`: any of EDITABLE, in the clause's own form.

    `seen`: the fingerprint of what the person saw; one changed since raises ChangedMeanwhile.
    `checked`: the person has compared all of it with the source; that settles its doubts.
    """
    clause = locked_clause(clause)
    require(can_change_clause(actor, clause))
    refuse_stale(clause, seen)
    changed = [
        name for name in EDITABLE if name in values and getattr(clause, name) != values[name]
    ]
    for name in changed:
        setattr(clause, name, values[name])
    was_checked, may_enter = clause.is_checked, not blocking_problems(clause)
    clause.is_checked = may_enter and (checked or was_checked)
    if changed:
        record_clause(clause, actor, "clause_corrected", fields=changed)
    elif clause.is_checked and not was_checked:
        record_clause(clause, actor, "clause_checked")
    clause.save(update_fields=[*changed, "is_checked"])
    return clause


def refuse_stale(clause: Clause, seen: str | None) -> None:
    """Raise ChangedMeanwhile when the clause is no longer what `seen` stands for."""
    if seen is not None and seen != fingerprint(clause):
        raise ChangedMeanwhile(
            _("这一条刚刚被别人改过。请与原文核对，再次保存将以您填写的内容为准。")
        )


@transaction.atomic
def set_dismissed(*, clause: Clause, actor: Any, dismissed: bool) -> Clause:
    """Say that a clause is not a task, or take that back; it stays on record either way."""
    clause = locked_clause(clause)
    require(can_change_clause(actor, clause))
    clause.status = Clause.Status.DISMISSED if dismissed else Clause.Status.PENDING
    clause.save(update_fields=["status"])
    record_clause(clause, actor, "clause_dismissed" if dismissed else "clause_restored")
    return clause


@transaction.atomic
def make_task_clause(*, clause: Clause, actor: Any) -> Clause:
    """Let a clause read as a mere grouping become a task of its own."""
    clause = locked_clause(clause)
    require(can_change_clause(actor, clause))
    if not clause.is_container:
        raise Conflict(_("这一条已经作为任务核对，不用再改。"))
    clause.is_container = False
    clause.save(update_fields=["is_container"])
    record_clause(clause, actor, "clause_made_task")
    return clause


def can_remove_document(actor: Any, document: PolicyDocument) -> Verdict:
    """The office may take a wrong import back as long as nothing of it is in the ledger."""
    verdict = can_run_office(actor, document.region)
    if verdict and Task.objects.filter(document=document).exists():
        return conflict(_("这份文件的条款已经入账，不能删除。"))
    return verdict


@transaction.atomic
def remove_document(*, document: PolicyDocument, actor: Any) -> None:
    """Delete a document with its clauses and its file; the trail keeps that it was there."""
    document = locked_document(document.pk)
    require(can_remove_document(actor, document))
    detail = {"clauses": document.clauses.count(), "sha256": document.sha256}
    record(actor=actor, action="document_removed", subject=document, detail=detail)
    file = document.source_file
    if file:
        # Not before the rows are gone for good: a file cannot be rolled back.
        storage, name = file.storage, file.name
        transaction.on_commit(lambda: storage.delete(name))
    document.delete()


def locked_document(pk: int) -> PolicyDocument:
    """The document, held until the transaction ends; Conflict when it is gone."""
    document = PolicyDocument.objects.select_for_update().filter(pk=pk).first()
    if document is None:
        raise Conflict(_("这份文件刚刚被删除了。"))
    return document


def locked_clause(clause: Clause) -> Clause:
    """The document first, as `publish` does: a clause is never corrected while it is published."""
    locked_document(clause.document_id)
    rows = Clause.objects.select_for_update(of=("self",)).select_related("document__region")
    found = rows.filter(pk=clause.pk).first()
    if found is None:
        raise Conflict(_("这一条刚刚被合并或删除了，请在左边的列表中查看。"))
    return found


def record_clause(clause: Clause, actor: Any, action: str, **detail: Any) -> None:
    """A clause's trail is kept with its document."""
    record(
        actor=actor,
        action=action,
        subject=clause.document,
        detail={"clause": clause.pk, **detail},
    )
