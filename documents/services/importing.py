"""From an uploaded file to a stored document with clauses awaiting confirmation."""

import hashlib
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from departments.models import Region
from departments.permissions import can_run_office
from departments.services.regions import region_named
from departments.services.register import Register
from documents.models import Clause, PolicyDocument
from documents.parsing import ParsedDocument, UnreadableDocument, parse_file
from documents.services.registers import register_of
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import require

YEARS = range(1990, 2101)


class AlreadyImported(Exception):
    """The file, or a document with this number, is on record: `document` is the one there."""

    def __init__(self, document: PolicyDocument, message: str) -> None:
        super().__init__(message)
        self.document = document
        self.message = message


def read(data: bytes, filename: str) -> ParsedDocument:
    """Parse an upload. Raises UnreadableDocument with a message for the user; stores nothing."""
    refuse_large(len(data))
    return parse_file(data, filename=filename)


def refuse_large(size: int) -> None:
    """Raises UnreadableDocument when a file has more bytes than anybody may send."""
    if size > settings.DOCUMENT_MAX_BYTES:
        limit = settings.DOCUMENT_MAX_BYTES // 1024 // 1024
        raise UnreadableDocument(_("文件超过%dMB，请拆分或另存为较小的文件再上传。") % limit)


def import_document(
    *, data: bytes, filename: str, actor: Any, region: Region | None = None
) -> PolicyDocument:
    """Store the file, its text and its clauses, all or nothing.

    `region`: overrides the one the document names; ValidationError (field `region`) when neither
    is known. Raises UnreadableDocument, AlreadyImported; `actor` None is the command line.
    """
    digest = hashlib.sha256(data).hexdigest()
    refuse_known_file(digest)
    parsed = read(data, filename)
    region = region or region_named(parsed.region, parsed.issued_on)
    if region is None:
        raise ValidationError({"region": _("没能从文件中认出发文地区，请选择地区后重试。")})
    if actor is not None:
        require(can_run_office(actor, region))
    title = (parsed.title or PurePath(filename).stem)[:300]
    _refuse_known_notice(title, parsed.document_number, region)
    try:
        with transaction.atomic():
            return _store(parsed, title, region, data, filename, digest, actor)
    except IntegrityError:
        # Somebody else imported the same in the meantime: the unique indexes decided.
        refuse_known_file(digest)
        _refuse_known_notice(title, parsed.document_number, region)
        raise


def refuse_known_file(digest: str) -> None:
    """Raises AlreadyImported when these very bytes are on record."""
    _refuse(PolicyDocument.objects.filter(sha256=digest), _("这个文件已经导入过"))


def _refuse_known_notice(title: str, number: str | None, region: Region) -> None:
    """The same number is the same notice; so is the same title where either has no number."""
    if number:
        # Within the region: 通政办发 is what both 南通市 and 通州区 write.
        same = PolicyDocument.objects.filter(region=region, document_number=number)
        _refuse(same, _("文号%s的文件已经导入过") % number)
    titled = PolicyDocument.objects.filter(region=region, title=title)
    if number:
        titled = titled.filter(document_number=None)
    _refuse(titled, _("同一地区、同一标题的文件已经导入过"))


def _refuse(rows: QuerySet[PolicyDocument], why: str) -> None:
    if document := rows.first():
        raise AlreadyImported(document, f"{why}：《{document.title}》，没有重复导入。")


def _store(
    parsed: ParsedDocument,
    title: str,
    region: Region,
    data: bytes,
    filename: str,
    digest: str,
    actor: Any,
) -> PolicyDocument:
    facts = parsed.to_dict()
    head = facts["document"]
    this_year = today().year
    years = sorted(
        year if year in YEARS else this_year
        for year in (head["year_start"] or this_year, head["year_end"] or this_year)
    )
    document = PolicyDocument(
        region=region,
        title=title,
        document_number=head["document_number"] or None,
        issuing_authority=(head["issuer"] or "")[:120],
        issued_on=head["issued_on"],
        published_on=head["published_on"],
        year_start=years[0],
        year_end=years[1],
        source_name=PurePath(filename).name[:200],
        sha256=digest,
        text=parsed.text,
        targets=head["targets"],
        warnings=facts["warnings"],
        created_by=actor,
    )
    document.source_file.save(filename, ContentFile(data), save=False)
    document.save()
    store_clauses(document, facts["tasks"])
    record(
        actor=actor,
        action="document_imported",
        subject=document,
        detail={"clauses": len(facts["tasks"]), "sha256": digest},
    )
    return document


def store_clauses(document: PolicyDocument, items: list[dict[str, Any]]) -> list[Clause]:
    """Clauses of the parser's items (contracts/parse-output.md), names resolved where known."""
    register = register_of(document)
    clauses: list[Clause] = []
    for position, item in enumerate(items):
        clauses.append(
            Clause(
                document=document,
                position=position,
                number=str(item["number"] or "")[:20],
                section=item["section"],
                title=item["title"][:300],
                body=item["body"],
                start=item["start"],
                end=item["end"],
                is_container=item["container"],
                responsibilities=[resolved(row, register) for row in item["responsibilities"]],
                targets=item["targets"],
                deadlines=item["deadlines"],
                warnings=item["warnings"],
            )
        )
    clauses = Clause.objects.bulk_create(clauses)
    nested = []
    for clause, item in zip(clauses, items, strict=True):
        if item["parent"] is not None:
            clause.parent = clauses[item["parent"]]
            nested.append(clause)
    Clause.objects.bulk_update(nested, ["parent"])
    return clauses


def resolved(row: dict[str, Any], register: Register) -> dict[str, Any]:
    """A responsibility with the register's id beside each name, or null where unknown."""
    departments = []
    for named in row["departments"]:
        answer = register.resolve(named["name"])
        found = {
            "department": answer.department.pk if answer.department else None,
            "rule": answer.rule,
        }
        # The body was not called so on the document's date: the page asks a person to look.
        doubt = {"warning": answer.warning} if answer.warning else {}
        departments.append({**named, **found, **doubt})
    return {**row, "departments": departments}


def resolve_again(document: PolicyDocument) -> int:
    """Look up names still unknown once more, after the register grew; returns how many were found."""
    register = register_of(document)
    found = 0
    changed = []
    for clause in document.clauses.filter(status=Clause.Status.PENDING):
        touched = False
        for row in clause.responsibilities:
            for named in row["departments"]:
                if named["department"] is None:
                    answer = register.resolve(named["name"])
                    if answer.department:
                        named["department"], named["rule"] = answer.department.pk, answer.rule
                        found, touched = found + 1, True
        if touched:
            changed.append(clause)
    Clause.objects.bulk_update(changed, ["responsibilities"])
    return found
