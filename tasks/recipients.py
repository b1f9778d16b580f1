"""Who is told about a task, by role."""

from departments.models import Membership, Region, User
from tasks.models import Responsibility, Task

Role = Membership.Role


def office_staff(region: Region) -> list[User]:
    """Staff of the region's own office, or of the nearest office above it."""
    return _nearest(region, Role.OFFICE)


def leaders(region: Region) -> list[User]:
    """Leaders of the region, or of the nearest region above it that has one."""
    return _nearest(region, Role.LEADER)


def liaisons(task: Task, role: str | None = None) -> list[User]:
    """Liaisons of the departments that answer for the task, or only of those in one role."""
    rows = Responsibility.objects.filter(task=task, department__isnull=False)
    if role:
        rows = rows.filter(role=role)
    people = User.objects.filter(
        is_active=True,
        memberships__role=Role.LIAISON,
        memberships__department__in=rows.values("department"),
    )
    return list(people.distinct())


def _nearest(region: Region, role: str) -> list[User]:
    ids = [int(part) for part in region.path.strip("/").split("/")]
    rows = Membership.objects.filter(
        role=role, region__in=ids, user__is_active=True
    ).select_related("user")
    by_region: dict[int | None, list[User]] = {}
    for row in rows:
        by_region.setdefault(row.region_id, []).append(row.user)
    return next((by_region[pk] for pk in reversed(ids) if pk in by_region), [])
