"""The register of departments and the other names they are known by."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models.dated import Dated, dates_in_order, valid_on
from departments.models.kinds import NO_DEPARTMENTS, Kind
from departments.models.region import Region, within


class DepartmentQuerySet(models.QuerySet["Department"]):
    def visible_to(self, user) -> "DepartmentQuerySet":
        """Departments of the regions one's roles reach, and one's own."""
        scope = user.scope
        if scope.sees_register:
            return self
        return self.filter(
            within(scope.regions, "region__")
            | Q(region__in=scope.home_region_ids)
            | Q(pk__in=scope.department_ids)
        )

    def valid_on(self, on: dt.date) -> "DepartmentQuerySet":
        """Those that existed on the day."""
        return self.filter(valid_on(on))


class Department(Dated):
    """A body that can answer for a task: an office, but also 各区人民政府 or a company.

    `name` is the wording used inside its own region (市卫生局); `full_name` names the region too.
    A body lives under one standard name, from `valid_from` to `valid_to`; whoever is renamed, merged
    or split ends, and a `SuccessionEvent` leads to the next one. So what was done under a name stays
    under it, and the line leads to the body of today.
    """

    Kind = Kind

    class Level(models.TextChoices):
        COUNTRY = "country", _("国家级")
        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("地市级")
        COUNTY = "county", _("县级")
        TOWN = "town", _("乡级")

    region = models.ForeignKey(
        Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="departments"
    )
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices, default=Kind.OTHER)
    # Its region's as a rule; 各区人民政府 of a city are the level below.
    level = models.CharField(
        _("级别"),
        max_length=12,
        choices=Level.choices,
        blank=True,
        help_text=_("通常与地区相同；“各级医院”等不分级别的不填。"),
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门")
        verbose_name_plural = _("部门")
        ordering = ["region", "name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="one_department_per_name"),
            dates_in_order("department_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        return full_name(self.name, self.region)

    @property
    def is_department(self) -> bool:
        """An office of party or government, not a whole government, a hospital or a company."""
        return self.kind not in NO_DEPARTMENTS


class DepartmentAlias(Dated):
    """Another name of the same department, with the time it was used.

    Without dates it holds as long as the department does.
    """

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("全称")
        SHORT = "short", _("简称")
        ALIAS = "alias", _("其他写法")

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("别名"), max_length=80)
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices, default=Kind.ALIAS)

    class Meta:
        verbose_name = _("部门别名")
        verbose_name_plural = _("部门别名")
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="one_alias_per_name"),
            dates_in_order("alias_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


def full_name(name: str, region: Region) -> str:
    """徐州市卫生局 for 市卫生局 of 徐州市; a name that already says where stays as it is."""
    if region.level == Region.Level.COUNTRY or name.startswith(region.name):
        return name
    if not name.startswith(region.level_word):
        return name
    return region.name + name.removeprefix(region.level_word)
