"""Recording that a department was renamed, merged or split, and taking such a record back.

Tasks are not touched here: who goes on with the open ones follows from the line (services.lines).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department, Region, SuccessionEvent, SuccessionLink, User
from departments.permissions import can_change_register
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import ONE_DAY
from reform_tracker.lib.verdicts import Conflict, require


@dataclass(frozen=True)
class Move:
    """From whom to whom; with `functions` and not `takes_over` only these moved."""

    predecessor: Department
    successor: Department
    takes_over: bool = True
    functions: str = ""


@transaction.atomic
def record_succession(
    *,
    region: Region,
    kind: str,
    effective_on: dt.date,
    moves: Sequence[Move],
    actor: User | None,
    source: str = "",
    note: str = "",
) -> SuccessionEvent:
    """Put one act of a reform on record; whoever is taken over ends on the day before.

    Raises ValidationError where a department would get a second heir or a line would lead back.
    """
    event = SuccessionEvent(
        region=region, kind=kind, effective_on=effective_on, source=source, note=note
    )
    event.full_clean()
    event.save()
    for move in moves:
        link = SuccessionLink(
            event=event,
            predecessor=move.predecessor,
            successor=move.successor,
            takes_over=move.takes_over,
            functions=move.functions,
        )
        link.full_clean()
        link.save()
    settle(event=event, actor=actor)
    return event


@transaction.atomic
def settle(*, event: SuccessionEvent, actor: User | None, was: dt.date | None = None) -> None:
    """Let the departments' dates follow the event's links. `was`: its date before it was corrected.

    A date somebody has entered otherwise stays.
    """
    if actor is not None:
        require(can_change_register(actor, event.region))
    links = list(event.links.select_related("predecessor", "successor"))
    ids = {pk for link in links for pk in (link.predecessor_id, link.successor_id)}
    departments = {row.pk: row for row in Department.objects.select_for_update().filter(pk__in=ids)}
    last_day = event.effective_on - ONE_DAY
    for link in links:
        before, after = departments[link.predecessor_id], departments[link.successor_id]
        if link.takes_over and before.valid_to in (None, was and was - ONE_DAY):
            before.valid_to = last_day
            before.full_clean()
        if event.kind == SuccessionEvent.Kind.RENAMED and after.valid_from in (None, was):
            after.valid_from = event.effective_on
            after.full_clean()
    Department.objects.bulk_update(departments.values(), ["valid_from", "valid_to"])
    record(
        actor=actor,
        action="succession_recorded",
        subject=event,
        detail={
            "on": event.effective_on.isoformat(),
            "links": [f"{link.predecessor} → {link.successor}" for link in links],
        },
    )


@transaction.atomic
def undo_succession(*, event: SuccessionEvent, actor: User | None) -> None:
    """Take the record back: whoever had ended by it goes on. Conflict once others build on it."""
    if actor is not None:
        require(can_change_register(actor, event.region))
    links = list(event.links.select_related("predecessor", "successor"))
    heirs = {link.successor_id for link in links if link.takes_over}
    later = SuccessionLink.objects.filter(
        predecessor__in=heirs, takes_over=True, event__effective_on__gte=event.effective_on
    ).exclude(event=event)
    if built := later.select_related("predecessor").first():
        raise Conflict(_("“%s”之后又有沿革，请先撤销后面的那一次。") % built.predecessor)
    ended = [link.predecessor_id for link in links if link.takes_over]
    Department.objects.filter(pk__in=ended, valid_to=event.effective_on - ONE_DAY).update(
        valid_to=None
    )
    record(
        actor=actor,
        action="succession_undone",
        subject=event,
        detail={
            "on": event.effective_on.isoformat(),
            "links": [f"{link.predecessor} → {link.successor}" for link in links],
        },
    )
    event.delete()
