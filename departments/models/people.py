"""People, the roles they hold, and how far these reach."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from departments.models.department import Department
from departments.models.region import Region


class Role(models.TextChoices):
    OFFICE = "office", _("医改办工作人员")
    LIAISON = "liaison", _("部门联络员")
    LEADER = "leader", _("领导")
    ADMINISTRATOR = "administrator", _("系统管理员")
    AUDITOR = "auditor", _("审计员")


@dataclass(frozen=True)
class Scope:
    """What a person's roles reach, read from the database once per request."""

    roles: frozenset[str]
    office_regions: tuple[Region, ...]
    leader_regions: tuple[Region, ...]
    department_ids: frozenset[int]
    # Regions of one's own departments: their register and documents may be read, not their tasks.
    home_region_ids: frozenset[int]

    @property
    def regions(self) -> tuple[Region, ...]:
        """Regions whose whole subtree may be read."""
        return self.office_regions + self.leader_regions

    @property
    def sees_register(self) -> bool:
        return bool(self.roles & {Role.ADMINISTRATOR, Role.AUDITOR})

    def is_office_of(self, region: Region) -> bool:
        """Is this office staff of the region or of one above it?"""
        return any(region.path.startswith(own.path) for own in self.office_regions)


class People(UserManager["User"]):
    """`Zhang` and `zhang` are one account: the name is looked up in any case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    @transaction.atomic
    def create_superuser(self, *args: Any, **fields: Any) -> "User":
        """The first account of an empty database: an administrator, who makes all the others."""
        user = super().create_superuser(*args, **fields)
        Membership.objects.create(user=user, role=Role.ADMINISTRATOR)
        return user


class User(AbstractUser):
    """An account. Rights come from memberships alone, never from Django's own permissions."""

    name = models.CharField(_("姓名"), max_length=60)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    objects = People()

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        ordering = ["username"]
        constraints = [models.UniqueConstraint(Lower("username"), name="one_user_per_lower_name")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @cached_property
    def scope(self) -> Scope:
        """One query; cached on the instance, which lives for one request."""
        memberships = list(self.memberships.select_related("region", "department"))
        return Scope(
            roles=frozenset(row.role for row in memberships),
            office_regions=tuple(r.region for r in memberships if r.role == Role.OFFICE),
            leader_regions=tuple(r.region for r in memberships if r.role == Role.LEADER),
            department_ids=frozenset(
                r.department_id for r in memberships if r.role == Role.LIAISON
            ),
            home_region_ids=frozenset(
                r.department.region_id for r in memberships if r.role == Role.LIAISON
            ),
        )


class Membership(models.Model):
    """One role of one person, in a region (office, leader) or in a department (liaison)."""

    Role = Role

    user = models.ForeignKey(
        User, verbose_name=_("账号"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("角色"), max_length=14, choices=Role.choices)
    region = models.ForeignKey(
        Region,
        verbose_name=_("地区"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text=_("医改办工作人员、领导必填"),
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("部门"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text=_("部门联络员必填"),
    )

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            # Three, since a null never equals a null in a unique index.
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                condition=Q(region__isnull=False),
                name="one_membership_per_region",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "department"],
                condition=Q(department__isnull=False),
                name="one_membership_per_department",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(region=None, department=None),
                name="one_placeless_membership",
            ),
            models.CheckConstraint(
                name="membership_place_fits_role",
                condition=(
                    Q(role="liaison", department__isnull=False, region__isnull=True)
                    | Q(
                        role__in=["office", "leader"], department__isnull=True, region__isnull=False
                    )
                    | Q(
                        role__in=["administrator", "auditor"],
                        department__isnull=True,
                        region__isnull=True,
                    )
                ),
                violation_error_message=_(
                    "医改办工作人员和领导请选地区，部门联络员请选部门，管理员和审计员都不选。"
                ),
            ),
        ]

    def __str__(self) -> str:
        place = self.region or (self.department and self.department.full_name) or ""
        return f"{self.user} · {self.get_role_display()} {place}".strip()
