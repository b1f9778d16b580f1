"""Bringing the register on record up to date with fixtures/, without doubling."""

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from departments.models import (
    Department,
    DepartmentAlias,
    Region,
    SuccessionEvent,
    SuccessionLink,
)
from departments.naming.kinds import kind_of, level_of
from departments.naming.reading import tidy
from departments.services.loading_regions import Loaded

Entries = dict[str, list[dict[str, Any]]]


def read_register(path: Path) -> Entries:
    """Region code → departments, each with `name`, `aliases` and what else is known (README)."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {code: known["departments"] for code, known in content.items()}


def read_events(path: Path) -> Entries:
    """Region code → what became of whom: `kind`, `effective_on`, `source`, `links` (README)."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {code: known.get("events", []) for code, known in content.items()}


@transaction.atomic
def load_register(register: Entries) -> Loaded:
    """Add departments and aliases not on record yet; what offices added or renamed stays."""
    regions = {region.code: region for region in Region.objects.filter(code__in=register)}
    new = changed = 0
    for code, entries in register.items():
        names = _NamesOnRecord(regions[code])
        for entry in entries:
            department = names.department_of(entry)
            if department is None:
                department = _add(regions[code], entry)
                names.add(department)
                _complete(department, entry, names)
                new += 1
            else:
                changed += _complete(department, entry, names)
    return Loaded(new, changed)


@transaction.atomic
def load_events(events: Entries) -> Loaded:
    """Add what is not on record of who followed whom; a line an office drew itself stays."""
    regions = {region.code: region for region in Region.objects.filter(code__in=events)}
    new = 0
    for code, rows in events.items():
        names = _NamesOnRecord(regions[code])
        links = SuccessionLink.objects.filter(predecessor__region=regions[code])
        pairs = set(links.values_list("predecessor", "successor"))
        ended = set(links.filter(takes_over=True).values_list("predecessor", flat=True))
        for row in rows:
            fresh = []
            for link in row["links"]:
                source, heir = names.by_name(link["from"]), names.by_name(link["to"])
                takes_over = link.get("takes_over", True)
                if (source.pk, heir.pk) in pairs or (takes_over and source.pk in ended):
                    continue
                pairs.add((source.pk, heir.pk))
                if takes_over:
                    ended.add(source.pk)
                fresh.append(
                    SuccessionLink(
                        predecessor=source,
                        successor=heir,
                        takes_over=takes_over,
                        functions=link.get("functions", ""),
                    )
                )
            if fresh:
                new += 1
                event = SuccessionEvent.objects.create(
                    region=regions[code],
                    kind=row["kind"],
                    effective_on=row["effective_on"],
                    source=row.get("source", ""),
                    note=row.get("note", ""),
                )
                for each in fresh:
                    each.event = event
                SuccessionLink.objects.bulk_create(fresh)
    return Loaded(new)


def _add(region: Region, entry: dict[str, Any]) -> Department:
    name = tidy(entry["name"])
    return Department.objects.create(
        region=region,
        name=name,
        kind=entry.get("kind") or kind_of(name),
        level=entry.get("level") or level_of(name, region.level),
        valid_from=_day(entry, "valid_from"),
        valid_to=_day(entry, "valid_to"),
    )


def _complete(department: Department, entry: dict[str, Any], names: "_NamesOnRecord") -> bool:
    """Put the entry's other names and dates where nothing stands yet. Did that change anything?"""
    first, last = department.valid_from, department.valid_to
    if not (first or last or department.pk in names.in_lines):
        department.valid_from = first = _day(entry, "valid_from")
        department.valid_to = last = _day(entry, "valid_to")
    dated = bool(first or last) and (first, last) != names.dates[department.pk]
    if dated:
        department.save(update_fields=["valid_from", "valid_to"])
        names.dates[department.pk] = first, last
    official = tidy(entry.get("official", ""))
    missing = {
        name: DepartmentAlias.Kind.OFFICIAL if name == official else DepartmentAlias.Kind.ALIAS
        for name in _names(entry)
        if not names.stands(name, first, last)
    }
    DepartmentAlias.objects.bulk_create(
        DepartmentAlias(department=department, name=name, kind=kind)
        for name, kind in missing.items()
    )
    for name in missing:
        names.put(name, department)
    return dated or bool(missing)


def _names(entry: dict[str, Any]) -> list[str]:
    official = [entry["official"]] if entry.get("official") else []
    names = [entry["name"], *official, *entry.get("aliases", [])]
    return list(dict.fromkeys(tidy(name) for name in names))


def _day(entry: dict[str, Any], name: str) -> dt.date | None:
    return dt.date.fromisoformat(entry[name]) if entry.get(name) else None


class _NamesOnRecord:
    """A region's names, and whose they are at what time: one name may stand for two bodies, one
    after the other."""

    def __init__(self, region: Region) -> None:
        self.own: dict[str, list[Department]] = {}
        self.others: dict[str, list[Department]] = {}
        self.dates: dict[int, tuple[dt.date | None, dt.date | None]] = {}
        links = SuccessionLink.objects.filter(predecessor__region=region)
        self.in_lines = {
            pk for pair in links.values_list("predecessor", "successor") for pk in pair
        }
        for department in Department.objects.filter(region=region).prefetch_related("aliases"):
            self.add(department)
            for alias in department.aliases.all():
                self.put(alias.name, department)

    def add(self, department: Department) -> None:
        self.own[department.name] = [department]
        self.dates[department.pk] = department.valid_from, department.valid_to

    def put(self, name: str, department: Department) -> None:
        self.others.setdefault(name, []).append(department)

    def by_name(self, name: str) -> Department:
        """The department a fixture's event speaks of."""
        name = tidy(name)
        return (self.own.get(name) or self.others[name])[0]

    def department_of(self, entry: dict[str, Any]) -> Department | None:
        """The entry's department as it is on record, under its name or another of its own time.

        Two that share no more than an alias are two: 市食药监局 was this body's name and that one's.
        """
        first, last = _day(entry, "valid_from"), _day(entry, "valid_to")
        standard = tidy(entry["name"])
        found = self.own.get(standard, [])
        for name in _names(entry):
            found = found + self.own.get(name, [])
        found = found + self.others.get(standard, [])
        return next(iter(self._of_the_time(found, first, last)), None)

    def stands(self, name: str, first: dt.date | None, last: dt.date | None) -> bool:
        """Is the name somebody's at some time between these days?"""
        known = self.own.get(name, []) + self.others.get(name, [])
        return any(True for _ in self._of_the_time(known, first, last))

    def _of_the_time(
        self, departments: list[Department], first: dt.date | None, last: dt.date | None
    ) -> Iterable[Department]:
        for department in departments:
            begun, ended = self.dates[department.pk]
            if (begun is None or last is None or begun <= last) and (
                ended is None or first is None or first <= ended
            ):
                yield department
