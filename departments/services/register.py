"""The register of departments: resolving a name as written, adding one deliberately."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department, DepartmentAlias, Region, User
from departments.permissions import can_run_office
from reform_tracker.audit.models import record
from reform_tracker.lib.verdicts import require


@dataclass(frozen=True)
class Resolution:
    """What a name stands for, by which rule, or the nearest names on record."""

    department: Department | None
    rule: str = ""
    candidates: list[tuple[Department, str]] = field(default_factory=list)


class Register:
    """The departments a name in a document of one region can mean, read in two queries.

    They are the region's own and those of the regions above it: a city's notice may name 省卫生厅.
    """

    def __init__(self, region: Region) -> None:
        ids = [int(part) for part in region.path.strip("/").split("/")]
        depth = {pk: level for level, pk in enumerate(ids)}
        departments = Department.objects.filter(region__in=ids).select_related("region")
        # The nearest region wins: 市财政局 is the city's own before the province's.
        self.departments = sorted(departments, key=lambda d: (-depth[d.region_id], d.name))
        by_id = {d.pk: d for d in self.departments}
        self.exact: dict[str, Department] = {}
        for department in self.departments:
            self.exact.setdefault(department.name, department)
            self.exact.setdefault(department.full_name, department)
        self.alias: dict[str, Department] = {}
        aliases = DepartmentAlias.objects.filter(department__in=by_id).order_by("id")
        for alias in sorted(
            aliases, key=lambda a: -depth[by_id[a.department_id].region_id]
        ):
            self.alias.setdefault(alias.name, by_id[alias.department_id])

    def resolve(self, name: str) -> Resolution:
        """The department on record under this name, else candidates. Creates nothing."""
        name = name.strip()
        if found := self.exact.get(name):
            return Resolution(found, "exact")
        if found := self.alias.get(name):
            return Resolution(found, "alias")
        known = {**self.alias, **self.exact}
        near = get_close_matches(name, known, n=5, cutoff=0.5)
        seen: dict[int, tuple[Department, str]] = {}
        for match in near:
            department = known[match]
            seen.setdefault(department.pk, (department, _("名称相近:%s") % match))
        return Resolution(None, "", list(seen.values()))


@transaction.atomic
def add_department(*, region: Region, name: str, actor: User | None) -> Department:
    """Put a new department on record, deliberately; the same name again returns the one there is."""
    if actor is not None:
        require(can_run_office(actor, region))
    department, created = Department.objects.get_or_create(region=region, name=name.strip())
    if created:
        record(actor=actor, action="department_added", subject=department)
    return department


@transaction.atomic
def add_alias(*, department: Department, name: str, actor: User | None) -> DepartmentAlias:
    """Record that the department is also written this way."""
    if actor is not None:
        require(can_run_office(actor, department.region))
    alias, created = DepartmentAlias.objects.get_or_create(
        department=department, name=name.strip()
    )
    if created:
        record(actor=actor, action="alias_added", subject=department, detail={"name": name})
    return alias
