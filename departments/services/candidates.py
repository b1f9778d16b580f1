"""Whom an unknown name may mean: departments on record, nearest first, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from departments.models import Department
from departments.naming.kinds import kind_of
from departments.naming.reading import field_of, plain
from departments.services.known_names import KnownName, KnownNames

if TYPE_CHECKING:
    from departments.services.register import Register

MOST = 5
Candidate = tuple[Department, str]


def nearest(register: Register, name: str) -> list[Candidate]:
    """Five at most. A body of the day, or who had taken its place by then, before one of another
    time."""
    found: dict[int, Candidate] = {}
    for step in (_elsewhere, _but_for_the_ending, _of_the_field, _spelled_alike):
        for department, reason in step(register, name):
            for each, why in (*_of_the_day(register, department), (department, reason)):
                found.setdefault(each.pk, (each, why))
    ranked = sorted(found.values(), key=lambda each: not each[0].held_on(register.on))
    return ranked[:MOST]


def _of_the_day(register: Register, department: Department) -> list[Candidate]:
    """Who stood in the department's place on the document's date, if it was not there itself."""
    on = register.on
    if on is None or department.valid_to is None or on <= department.valid_to:
        return []
    return register.lines.after(department, on)


def _elsewhere(register: Register, name: str) -> Iterator[Candidate]:
    """The same name at another level: the prefecture's 市卫生局 for a county-level city's."""
    meant = register.levels_meant(name)
    core = next((core for level in register.levels if (core := level.core(name))), name)
    for level in register.levels:
        known = level.plain.get(plain(core), [])
        if level is not meant[0] or level.core(name) is None:
            for each in known:
                yield each.department, _("名称相近：同名，属于%s") % level.region.name


def _but_for_the_ending(register: Register, name: str) -> Iterator[Candidate]:
    """市人社厅 for 市人社局; 市药监局 for the 市食品药品监管局 of another time."""
    for level in register.levels_meant(name):
        core = level.core(name) or name
        for each in level.field.get(field_of(core), []):
            yield each.department, _("名称相近：%s") % each.name


def _of_the_field(register: Register, name: str) -> Iterator[Candidate]:
    """Whoever had the field that day: 市卫生局 for 市卫计局."""
    kind = kind_of(name)
    if kind == Department.Kind.OTHER:
        return
    level: KnownNames = register.levels_meant(name)[0]
    own = [d for d in level.departments if d.kind == kind and d.held_on(register.on)]
    own.sort(key=lambda each: -SequenceMatcher(None, name, each.name).ratio())
    for department in own:
        yield department, _("类别相同：%s") % department.get_kind_display()


def _spelled_alike(register: Register, name: str) -> Iterator[Candidate]:
    known: dict[str, KnownName] = {}
    for level in register.levels:
        for by_wording in (level.exact, level.alias):
            for wording, names in by_wording.items():
                known.setdefault(wording, names[0])
    for wording in get_close_matches(name, known, n=MOST, cutoff=0.5):
        yield known[wording].department, _("名称相近：%s") % wording
