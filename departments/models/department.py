"""The register of departments and the other names they are known by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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


class Department(models.Model):
    """A body that can answer for a task: an office, but also 各区人民政府 or a company.

    `name` is the wording used inside its own region (市卫生局); `full_name` names the region too.
    """

    region = models.ForeignKey(
        Region, verbose_name=_("地区"), on_delete=models.PROTECT, related_name="departments"
    )
    name = models.CharField(_("名称"), max_length=80)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门")
        verbose_name_plural = _("部门")
        ordering = ["region", "name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="one_department_per_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        return full_name(self.name, self.region)


class DepartmentAlias(models.Model):
    """Another name the same department goes by: short form, old name, a common misspelling."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("别名"), max_length=80)

    class Meta:
        verbose_name = _("部门别名")
        verbose_name_plural = _("部门别名")
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="one_alias_per_name")
        ]

    def __str__(self) -> str:
        return self.name


def full_name(name: str, region: Region) -> str:
    """徐州市卫生局 for 市卫生局 of 徐州市; a name that already says where stays as it is."""
    if name.startswith(region.name) or not name.startswith(region.level_word):
        return name
    return region.name + name.removeprefix(region.level_word)
