"""The register as a document means it: its region's departments on its date."""

import datetime as dt

from departments.services.register import Register
from documents.models import PolicyDocument


def register_of(document: PolicyDocument) -> Register:
    """Names in the document are looked up as departments were called when it was written."""
    return Register(document.region, written_on(document))


def written_on(document: PolicyDocument) -> dt.date:
    """The date of signature; without one the middle of its first year, when such notices appear."""
    issued = document.issued_on
    if isinstance(issued, str):  # as the parser gives it, before the row is read back
        issued = dt.date.fromisoformat(issued)
    return issued or dt.date(document.year_start, 7, 1)
