"""The names one region's departments answer to, each with the days it held."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from departments.models import Department, DepartmentAlias, Region
from departments.models.dated import holds
from departments.models.department import full_name
from departments.naming.reading import LEVEL_WORD, Place, alike, field_of, plain, tidy

ByWording = dict[str, list["KnownName"]]


@dataclass(frozen=True)
class KnownName:
    """One name of one department and the time it was called so; an open end is None."""

    department: Department
    name: str
    kind: str = ""  # of the alias; empty for the standard name
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def held_on(self, on: dt.date | None) -> bool:
        return holds(self.valid_from, self.valid_to, on)

    def days_from(self, on: dt.date | None) -> int:
        """How far the day lies outside the name's time; 0 inside it. Without a day, the latest wins."""
        if on is None:
            return (dt.date.max - (self.valid_to or dt.date.max)).days
        if self.valid_from and on < self.valid_from:
            return (self.valid_from - on).days
        if self.valid_to and on > self.valid_to:
            return (on - self.valid_to).days
        return 0


class KnownNames:
    """A region's names by exact wording, by alias, and by the forms short names come to."""

    def __init__(
        self,
        region: Region,
        above: tuple[str, ...],
        departments: list[Department],
        aliases: dict[int, list[DepartmentAlias]],
    ) -> None:
        self.region = region
        self.place = Place(region.name, above)
        self.departments = departments
        self.exact: ByWording = {}
        self.alias: ByWording = {}
        for department in departments:
            standard = KnownName(
                department,
                department.name,
                valid_from=department.valid_from,
                valid_to=department.valid_to,
            )
            self._put(self.exact, standard, department.full_name)
            for alias in aliases.get(department.pk, []):
                self._put(self.alias, _of_alias(alias, department), full_name(alias.name, region))

    def _put(self, by_wording: ByWording, known: KnownName, whole: str) -> None:
        """市卫生局 and 徐州市卫生局."""
        for wording in {tidy(known.name): None, tidy(whole): None}:
            by_wording.setdefault(wording, []).append(known)

    # Most names are found by their wording: the looser forms are worked out when first asked for.
    @cached_property
    def plain(self) -> ByWording:
        return self._by(plain)

    @cached_property
    def alike(self) -> ByWording:
        return self._by(alike)

    @cached_property
    def field(self) -> ByWording:
        return self._by(field_of)

    def _by(self, form: Callable[[str], str]) -> ByWording:
        found: ByWording = {}
        for known in self.all():
            forms = found.setdefault(form(self.core(tidy(known.name)) or tidy(known.name)), [])
            if known not in forms:
                forms.append(known)
        return found

    def core(self, name: str) -> str | None:
        """The name without this region's place or level in front; None when it says neither."""
        inner = self.place.without_inner_place(name)
        if (core := self.place.without_place(inner)) is not None:
            return core
        if (core := self.place.without_level(inner)) is not None:
            return core
        return inner if inner != name else None

    def all(self) -> Iterable[KnownName]:
        """Every name, the standard ones first."""
        for by_wording in (self.exact, self.alias):
            for known in by_wording.values():
                yield from known


def _of_alias(alias: DepartmentAlias, department: Department) -> KnownName:
    """Within the department's own time: without dates of its own it holds as long as that does."""
    begun = [day for day in (alias.valid_from, department.valid_from) if day]
    ended = [day for day in (alias.valid_to, department.valid_to) if day]
    return KnownName(
        department,
        alias.name,
        alias.kind,
        max(begun, default=None),
        min(ended, default=None),
    )


def says_level(name: str) -> str:
    """The word of a name that says whose department it is: 市; empty for 卫生局."""
    found = LEVEL_WORD.match(name)
    return found[0] if found else ""


def departments_of(known: Iterable[KnownName]) -> list[Department]:
    """Each department once, in the order given."""
    return list({each.department.pk: each.department for each in known}.values())
