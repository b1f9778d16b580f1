"""Lines of succession: who took over from whom, and who did the work on a given day."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from departments.models import Department, SuccessionLink


class Lines:
    """What followed what among these departments' regions, read in one query."""

    def __init__(self, departments: Iterable[Department]) -> None:
        regions = {department.region_id for department in departments}
        links = (
            SuccessionLink.objects.filter(
                Q(predecessor__region__in=regions) | Q(successor__region__in=regions)
            )
            .select_related("event", "predecessor__region", "successor__region")
            .order_by("event__effective_on", "pk")
        )
        self.heirs: dict[int, SuccessionLink] = {}
        self.sources: dict[int, list[SuccessionLink]] = {}
        for link in links:
            self.sources.setdefault(link.successor_id, []).append(link)
            if link.takes_over:
                self.heirs[link.predecessor_id] = link

    def last(self, department: Department) -> Department:
        """The body of today at the end of the line; the department itself when nobody followed."""
        while link := self.heirs.get(department.pk):
            department = link.successor
        return department

    def after(self, department: Department, on: dt.date) -> list[tuple[Department, str]]:
        """Whoever stood in the department's place on a later day, with the reason."""
        name = department.name
        while not department.held_on(on) and (link := self.heirs.get(department.pk)):
            department = link.successor
        if department.name == name:
            return []
        return [(department, _("“%s”的职能当时已由它承接") % name)]

    def before(self, department: Department, on: dt.date) -> list[tuple[Department, str]]:
        """Whoever did the work on a day before the department was there; those of its own field first."""
        found: dict[int, tuple[Department, str]] = {}
        waiting, seen = [department], {department.pk}
        while waiting:
            links = sorted(
                self.sources.get(waiting.pop(0).pk, []), key=lambda link: not link.takes_over
            )
            for link in links:
                source = link.predecessor
                if source.pk in seen:
                    continue
                seen.add(source.pk)
                if source.held_on(on):
                    found[source.pk] = (source, _in_charge(link, department))
                else:
                    waiting.append(source)
        return sorted(found.values(), key=lambda each: each[0].kind != department.kind)


def _in_charge(link: SuccessionLink, later: Department) -> str:
    if link.functions:
        return _("当时承担%s") % link.functions
    return _("后由“%s”承接") % later.name


def in_words(on: dt.date | None) -> str:
    """2018年5月10日"""
    return date_format(on, "Y年n月j日") if on else ""
