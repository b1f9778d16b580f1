"""The register of departments: resolving a name as written, adding one deliberately."""

import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department, DepartmentAlias, Region, User
from departments.models.department import full_name
from departments.permissions import can_run_office
from reform_tracker.audit.models import record
from reform_tracker.lib.verdicts import Conflict, require

# Characters a short name in a document may begin with to say whose department it is.
LEVEL_WORDS = ("自治区", "省", "市", "州", "区", "县", "旗")


@dataclass(frozen=True)
class Resolution:
    """What a name stands for, by which rule, or the nearest names on record."""

    department: Department | None
    rule: str = ""
    candidates: list[tuple[Department, str]] = field(default_factory=list)


class Register:
    """The departments a name in a document of one region can mean, read in three queries.

    They are the region's own and those of the regions above it: a city's notice may name 省卫生厅.
    """

    def __init__(self, region: Region) -> None:
        ids = [int(part) for part in region.path.strip("/").split("/")]
        regions = Region.objects.in_bulk(ids)
        departments: dict[int, list[Department]] = {pk: [] for pk in ids}
        for department in Department.objects.filter(region__in=ids).order_by("name"):
            department.region = regions[department.region_id]
            departments[department.region_id].append(department)
        aliases: dict[int, list[str]] = {}
        rows = DepartmentAlias.objects.filter(department__region__in=ids).order_by("id")
        for pk, name in rows.values_list("department", "name"):
            aliases.setdefault(pk, []).append(name)
        # The nearest region first: 市财政局 is the city's own before anybody else's.
        self.levels = [
            _Level(regions[pk], departments[pk], aliases) for pk in reversed(ids) if pk in regions
        ]
        self.departments = [d for level in self.levels for d in level.departments]

    def resolve(self, name: str) -> Resolution:
        """The department on record under this name, else candidates. Creates nothing.

        Rules, nearest region first: `exact` (own or full name), `alias`, and for a name without
        a level word, such as 卫生局, `short form`.
        """
        name = tidy(name)
        for level in self.levels_meant(name):
            if found := level.exact.get(name):
                return Resolution(found, "exact")
            if found := level.alias.get(name):
                return Resolution(found, "alias")
        own = self.levels[0]
        short = own.region.level_word + name
        if found := own.exact.get(short) or own.alias.get(short):
            return Resolution(found, "short form")
        return Resolution(None, "", self.candidates(name))

    def levels_meant(self, name: str) -> list["_Level"]:
        """Where to look: 市财政局 in a county-level city's notice is that city's, never the
        prefecture's, even when the city has no such department on record yet."""
        word = next((word for word in LEVEL_WORDS if name.startswith(word)), "")
        for level in self.levels:
            if word and level.region.level_word == word:
                others = [each for each in self.levels if each.region.level_word != word]
                return [level, *others]
        return self.levels

    def candidates(self, name: str) -> list[tuple[Department, str]]:
        """Departments under names like this one, nearest first, with the reason."""
        known: dict[str, Department] = {}
        for level in self.levels:
            for each, department in [*level.exact.items(), *level.alias.items()]:
                known.setdefault(each, department)
        seen: dict[int, tuple[Department, str]] = {}
        for match in get_close_matches(name, known, n=5, cutoff=0.5):
            department = known[match]
            seen.setdefault(department.pk, (department, _("名称相近：%s") % match))
        return list(seen.values())


class _Level:
    """One region's departments by the names they answer to."""

    def __init__(
        self, region: Region, departments: list[Department], aliases: dict[int, list[str]]
    ) -> None:
        self.region = region
        self.departments = departments
        self.exact: dict[str, Department] = {}
        self.alias: dict[str, Department] = {}
        for department in departments:
            for name in (department.name, department.full_name):
                self.exact.setdefault(tidy(name), department)
            for name in aliases.get(department.pk, []):
                self.alias.setdefault(tidy(name), department)
                self.alias.setdefault(tidy(full_name(name, region)), department)


def tidy(name: str) -> str:
    """One width of characters and no blanks: documents break names over lines."""
    return "".join(unicodedata.normalize("NFKC", name).split())


@transaction.atomic
def add_department(*, region: Region, name: str, actor: User | None) -> Department:
    """Put a new department on record, deliberately.

    A name or alias the region knows already returns the department there is.
    """
    if actor is not None:
        require(can_run_office(actor, region))
    name = tidy(name)
    if known := _known_as(region, name):
        return known
    department, created = Department.objects.get_or_create(region=region, name=name)
    if created:
        record(actor=actor, action="department_added", subject=department)
    return department


@transaction.atomic
def add_alias(*, department: Department, name: str, actor: User | None) -> DepartmentAlias:
    """Record that the department is also written this way.

    Conflict when the name already stands for another department of the region.
    """
    if actor is not None:
        require(can_run_office(actor, department.region))
    name = tidy(name)
    known = _known_as(department.region, name)
    if known and known != department:
        raise Conflict(
            _("“%(name)s”已经是“%(department)s”的名称，不能再指别的部门。")
            % {"name": name, "department": known.name}
        )
    alias, created = DepartmentAlias.objects.get_or_create(department=department, name=name)
    if created:
        record(actor=actor, action="alias_added", subject=department, detail={"name": name})
    return alias


def _known_as(region: Region, name: str) -> Department | None:
    """The region's own department under this name or alias, if any."""
    own = Department.objects.filter(region=region)
    return own.filter(name=name).first() or own.filter(aliases__name=name).order_by("id").first()
