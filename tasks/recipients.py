"""Who is told about a task, by role."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from departments.models import Membership, Region, User
from tasks.models import Responsibility, Task

Role = Membership.Role


def office_staff(region: Region) -> list[User]:
    """Staff of the region's own office, or of the nearest office above it."""
    return _nearest(region, Role.OFFICE)


def liaisons_of(departments: Iterable[int]) -> dict[int, list[User]]:
    """Department id → its liaisons with a living account; none for a department that has none."""
    found: dict[int, list[User]] = {}
    rows = Membership.objects.filter(
        role=Role.LIAISON, user__is_active=True, department__in=departments
    )
    for row in rows.select_related("user").order_by("user"):
        found.setdefault(row.department_id, []).append(row.user)
    return found


@dataclass(frozen=True)
class Answering:
    """A department that answers for a task, and the ids of its liaisons: none, if unreachable."""

    role: str
    name: str
    liaisons: frozenset[int]


def answering_by_task(tasks: QuerySet[Task]) -> dict[int, list[Answering]]:
    """Task id → who answers for it, in the document's order; two queries, however many tasks."""
    rows = Responsibility.objects.filter(task__in=tasks.values("pk"))
    by_department: dict[int | None, set[int]] = {}
    for department, user in Membership.objects.filter(
        role=Role.LIAISON, user__is_active=True, department__in=rows.values("department")
    ).values_list("department_id", "user_id"):
        by_department.setdefault(department, set()).add(user)
    found: dict[int, list[Answering]] = {}
    for task, role, department, name in rows.order_by("position").values_list(
        "task_id", "role", "department_id", "name_as_written"
    ):
        people = frozenset(by_department.get(department, ()))
        found.setdefault(task, []).append(Answering(role, name, people))
    return found


def by_region(regions: Iterable[Region], role: str) -> dict[int, set[int]]:
    """Region id → ids of those who hold the role there or in the nearest region above.

    One query, however many regions; the same people as `office_staff` and `leaders` give.
    """
    lines = {region.pk: _line(region) for region in regions}
    holders: dict[int | None, set[int]] = {}
    for region, user in Membership.objects.filter(
        role=role, region__in={pk for line in lines.values() for pk in line}, user__is_active=True
    ).values_list("region_id", "user_id"):
        holders.setdefault(region, set()).add(user)
    return {
        region: next((holders[pk] for pk in line if pk in holders), set())
        for region, line in lines.items()
    }


def _nearest(region: Region, role: str) -> list[User]:
    ids = _line(region)
    rows = Membership.objects.filter(
        role=role, region__in=ids, user__is_active=True
    ).select_related("user")
    people: dict[int | None, list[User]] = {}
    for row in rows:
        people.setdefault(row.region_id, []).append(row.user)
    return next((people[pk] for pk in ids if pk in people), [])


def _line(region: Region) -> list[int]:
    """Ids from the region itself up to the root."""
    return [int(part) for part in reversed(region.path.strip("/").split("/"))]
