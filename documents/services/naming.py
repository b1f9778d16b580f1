"""Teaching the register a name met in a document; the same name elsewhere is known from then on."""

from typing import Any

from django.db import transaction

from departments.models import Department
from departments.services.register import add_alias, add_department
from documents.models import PolicyDocument
from documents.services.importing import resolve_again


@transaction.atomic
def register_name(*, document: PolicyDocument, name: str, actor: Any) -> Department:
    """Put the name on record as a department of the document's region."""
    _hold(document)
    department = add_department(region=document.region, name=name, actor=actor)
    resolve_again(document)
    return department


@transaction.atomic
def register_alias(
    *, document: PolicyDocument, name: str, department: Department, actor: Any
) -> Department:
    """Put the name on record as another name of a department. Raises Conflict, PermissionDenied."""
    _hold(document)
    add_alias(department=department, name=name, actor=actor)
    resolve_again(document)
    return department


def _hold(document: PolicyDocument) -> None:
    """The lock that correcting and publishing take too: none of them overwrites the others."""
    PolicyDocument.objects.select_for_update().get(pk=document.pk)
