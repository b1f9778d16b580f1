"""The register of departments: resolving a name as written, adding one deliberately."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db import transaction
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from departments.models import Department, DepartmentAlias, Region, RegionName, User
from departments.models.dated import overlapping, valid_on
from departments.models.department import DepartmentQuerySet
from departments.naming.kinds import kind_of, level_of
from departments.naming.reading import (
    alike,
    field_of,
    is_department_at_large,
    plain,
    tidy,
    without_bracket,
)
from departments.permissions import can_run_office
from departments.services.candidates import nearest
from departments.services.known_names import KnownName, KnownNames, departments_of, says_level
from departments.services.lines import Lines, in_words
from reform_tracker.audit.models import record
from reform_tracker.lib.verdicts import Conflict, require

# No department on record has a longer name; a sentence in a name's place is nobody.
LONGEST = 80


@dataclass(frozen=True)
class Resolution:
    """What a name stands for, by which rule and why, or the nearest names on record.

    `warning`: it is found, but a person should look, as the dates do not fit.
    """

    department: Department | None
    rule: str = ""
    candidates: list[tuple[Department, str]] = field(default_factory=list)
    reason: str = ""
    warning: str = ""


class Register:
    """The departments a name in a document of one region can mean, as they were on its date.

    They are the region's own and those of the regions above it: a city's notice may name 省卫生厅.
    Read in three queries, and one more each once a name is met whose time is not the document's, and
    once one is met that nobody knows.
    `on` None asks for no particular time: the latest body of a name is meant.
    """

    def __init__(self, region: Region, on: dt.date | None = None) -> None:
        self.on = on
        ids = [int(part) for part in region.path.strip("/").split("/")]
        regions = Region.objects.in_bulk(ids)
        departments: dict[int, list[Department]] = {pk: [] for pk in ids}
        for department in Department.objects.filter(region__in=ids).order_by("name"):
            department.region = regions[department.region_id]
            departments[department.region_id].append(department)
        aliases: dict[int, list[DepartmentAlias]] = {}
        for alias in DepartmentAlias.objects.filter(department__region__in=ids).order_by("id"):
            aliases.setdefault(alias.department_id, []).append(alias)
        # The nearest region first: 市财政局 is the city's own before anybody else's.
        nearest_first = [regions[pk] for pk in reversed(ids) if pk in regions]
        self.levels = [
            KnownNames(
                each,
                tuple(above.name for above in nearest_first[place + 1 :]),
                departments[each.pk],
                aliases,
            )
            for place, each in enumerate(nearest_first)
        ]
        self.departments = [d for level in self.levels for d in level.departments]
        self._answers: dict[str, Resolution] = {}

    @cached_property
    def lines(self) -> Lines:
        """Who followed whom among these departments; read when first asked for."""
        return Lines(self.departments)

    def resolve(self, name: str) -> Resolution:
        """The department on record under this name, else candidates. Creates nothing.

        Rules, nearest region first: among the names of the document's date `exact` (own or full
        name), `alias`, `short form` (市人社局, 卫生局) and, where one body only is like it, `near form`;
        then the first three among the names of another time, with a warning; then `field`.
        """
        name = tidy(name)
        if not 0 < len(name) <= LONGEST:
            return Resolution(None)
        if name not in self._answers:
            self._answers[name] = self._resolve(name)
        return self._answers[name]

    def _resolve(self, name: str) -> Resolution:
        for rules, held in _ORDER:
            for level in self.levels_meant(name):
                for rule, find in rules.items():
                    if answer := self._answer(name, level, rule, find(self, level, name), held):
                        return answer
        return (
            self._in_parts(name)
            or self._under_a_former_name(name)
            or Resolution(None, "", nearest(self, name))
        )

    def _answer(
        self, name: str, level: KnownNames, rule: str, known: list[KnownName], held: bool
    ) -> Resolution | None:
        """The one department meant by these names, if one is; several of them are for a person."""
        fitting = [each for each in known if each.held_on(self.on) is held]
        if not fitting:
            return None
        closest = min(each.days_from(self.on) for each in fitting)
        fitting = [each for each in fitting if each.days_from(self.on) == closest]
        several = departments_of(fitting)
        if len(several) > 1:
            why = _("“%s”可以指不止一个部门") % name
            return Resolution(None, "", [(each, why) for each in several[:5]])
        found = fitting[0]
        answer = Resolution(found.department, rule, reason=self._reason(name, rule, found))
        return answer if held else self._out_of_time(answer, found)

    def _out_of_time(self, answer: Resolution, known: KnownName) -> Resolution:
        """The answer with a warning: the name was not in use on the document's date."""
        department, on = known.department, self.on
        assert on is not None  # noqa: S101 - without a date every name holds
        words = {"name": known.name, "on": in_words(on)}
        if known.valid_from and on < known.valid_from:
            words["day"] = in_words(known.valid_from)
            warning = _("名录中“%(name)s”自%(day)s起使用，文件日期%(on)s在此之前，请核对。") % words
            candidates = self.lines.before(department, on)
        else:
            words["day"] = in_words(known.valid_to)
            warning = _("名录中“%(name)s”使用至%(day)s，文件日期%(on)s在此之后，请核对。") % words
            candidates = self.lines.after(department, on)
        return replace(answer, warning=warning, candidates=candidates)

    def _in_parts(self, name: str) -> Resolution | None:
        """原市卫生局, and two names in one: 市发展改革委(市物价局) is the first of them."""
        if name.startswith("原") and len(name) > 3:
            at_any_time = self._at_any_time(name[1:])
            if at_any_time:
                why = _("“原”字表示旧称：%s") % at_any_time.department
                return replace(at_any_time, reason=why)
        if parts := without_bracket(name):
            for part in parts:
                answer = self.resolve(part)
                if answer.department:
                    why = _("按其中的“%s”对应") % part
                    return replace(answer, rule="short form", reason=why)
        return None

    def _under_a_former_name(self, name: str) -> Resolution | None:
        """襄樊市卫生局 of 2009 is 襄阳市卫生局: the region bore another name."""
        for region, former in self.former_names:
            if name.startswith(former):
                answer = self.resolve(region.name + name.removeprefix(former))
                if answer.department:
                    words = {"former": former, "region": region.name}
                    why = _("“%(former)s”是%(region)s的曾用名") % words
                    return replace(answer, rule="short form", reason=why)
        return None

    @cached_property
    def former_names(self) -> list[tuple[Region, str]]:
        """What these regions were called on the document's date; asked for a date only."""
        if self.on is None:
            return []
        regions = {level.region.pk: level.region for level in self.levels}
        rows = RegionName.objects.filter(valid_on(self.on), region__in=regions)
        return [(regions[row.region_id], row.name) for row in rows]

    def _at_any_time(self, name: str) -> Resolution | None:
        for level in self.levels_meant(name):
            for rule, find in _RULES.items():
                several = departments_of(find(self, level, name))
                if len(several) == 1:
                    return Resolution(several[0], "alias" if rule == "exact" else rule)
        return None

    def levels_meant(self, name: str) -> list[KnownNames]:
        """Where to look: 市财政局 in a county-level city's notice is that city's, never the
        prefecture's, even when the city has no such department on record yet."""
        word = says_level(name)
        for level in self.levels:
            if word and word in level.place.level_words:
                others = [each for each in self.levels if word not in each.place.level_words]
                return [level, *others]
        return self.levels

    def core(self, level: KnownNames, name: str) -> str | None:
        """The name without its place, if it can be this level's. A name that does not say whose
        it is belongs to the document's own region, or to the province when it is a 厅."""
        core = level.core(name)
        if core is None and not says_level(name):
            own = level is self.levels[0]
            of_province = level.region.level == Region.Level.PROVINCE and name.endswith("厅")
            return name if own or of_province else None
        return core

    def _reason(self, name: str, rule: str, known: KnownName) -> str:
        words = {"name": name, "known": known.name, "department": known.department.name}
        if rule == "exact":
            return _("与名录中的名称一致")
        if rule == "alias":
            kind = DepartmentAlias.Kind(known.kind or DepartmentAlias.Kind.ALIAS).label
            return _("“%(known)s”是“%(department)s”的%(kind)s") % (words | {"kind": kind})
        if rule == "short form":
            return _("“%(name)s”是“%(known)s”的通用写法") % words
        if rule == "near form":
            return _("没有叫“%(name)s”的部门，当时名称相近的只有“%(department)s”") % words
        return _("“%(name)s”泛指主管部门，当时为“%(department)s”") % words


def _exact(register: Register, level: KnownNames, name: str) -> list[KnownName]:
    return level.exact.get(name, [])


def _alias(register: Register, level: KnownNames, name: str) -> list[KnownName]:
    return level.alias.get(name, [])


def _short_form(register: Register, level: KnownNames, name: str) -> list[KnownName]:
    core = register.core(level, name)
    return level.plain.get(plain(core), []) if core else []


def _near_form(register: Register, level: KnownNames, name: str) -> list[KnownName]:
    core = register.core(level, name)
    return level.alike.get(alike(core), []) if core else []


def _field(register: Register, level: KnownNames, name: str) -> list[KnownName]:
    core = register.core(level, name)
    if not core or not is_department_at_large(core):
        return []
    # 卫生部门 is whichever office of that field there was: 卫生局, 卫生计生委, 卫生健康委.
    field = field_of(core)
    offices = [known for each, known in level.field.items() if each.startswith(field)]
    return [one for known in offices for one in known if one.name.endswith(("局", "厅", "委"))]


Find = Callable[[Register, KnownNames, str], list[KnownName]]
_RULES: dict[str, Find] = {"exact": _exact, "alias": _alias, "short form": _short_form}
# Each with whether it asks for names of the document's date or of another time.
_ORDER: list[tuple[dict[str, Find], bool]] = [
    (_RULES, True),
    ({"near form": _near_form}, True),
    (_RULES, False),
    ({"field": _field}, True),
]


@transaction.atomic
def add_department(*, region: Region, name: str, actor: User | None) -> Department:
    """Put a new department on record, deliberately. Its field and level are told from the name.

    A name or alias the region knows already returns the department there is.
    """
    if actor is not None:
        require(can_run_office(actor, region))
    name = tidy(name)
    if known := _known_as(region, name).first():
        return known
    department, created = Department.objects.get_or_create(
        region=region,
        name=name,
        defaults={"kind": kind_of(name), "level": level_of(name, region.level)},
    )
    if created:
        record(actor=actor, action="department_added", subject=department)
    return department


@transaction.atomic
def add_alias(*, department: Department, name: str, actor: User | None) -> DepartmentAlias:
    """Record that the department is also written this way.

    Conflict when the name already stands for another department of the region at the same time.
    """
    if actor is not None:
        require(can_run_office(actor, department.region))
    name = tidy(name)
    known = bearer_of(name, department, department.valid_from, department.valid_to)
    if known:
        raise Conflict(taken(name, known))
    alias, created = DepartmentAlias.objects.get_or_create(department=department, name=name)
    if created:
        record(actor=actor, action="alias_added", subject=department, detail={"name": name})
    return alias


def bearer_of(
    name: str, besides: Department, first: dt.date | None, last: dt.date | None
) -> Department | None:
    """Another department of the region that bears the name at some time between these days."""
    others = _known_as(besides.region, name).exclude(pk=besides.pk)
    return others.filter(overlapping(first, last)).first()


def taken(name: str, bearer: Department) -> str:
    """Why the name cannot be given to another department."""
    words = {"name": name, "department": bearer.name}
    return _("“%(name)s”已经是“%(department)s”的名称，不能再指别的部门。") % words


def _known_as(region: Region, name: str) -> DepartmentQuerySet:
    """The region's own departments under this name or alias, the name itself first."""
    own = Department.objects.filter(Q(name=name) | Q(aliases__name=name), region=region).distinct()
    return own.order_by(Case(When(name=name, then=0), default=1), "pk")
