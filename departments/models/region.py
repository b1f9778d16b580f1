"""Administrative regions as a tree: country, province, prefecture, county."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.naming.reading import Place


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, regions: Iterable["Region"]) -> "RegionQuerySet":
        """The regions and everything below them."""
        return self.filter(within(regions))

    def leading_to(self, paths: Iterable[str]) -> "RegionQuerySet":
        """The regions with these paths and all above them: a short list to choose from."""
        ids = {int(part) for path in paths for part in path.strip("/").split("/")}
        return self.filter(pk__in=ids)

    def visible_to(self, user) -> "RegionQuerySet":
        """What the person's roles reach; administrators and auditors see the whole tree."""
        scope = user.scope
        if scope.sees_register:
            return self
        return self.filter(within(scope.regions) | Q(pk__in=scope.home_region_ids))


def within(regions: Iterable["Region"], prefix: str = "") -> Q:
    """Condition “in the subtree of one of these”, by path of ids; `prefix` is a lookup path.

    Never by code: codes change (上虞 330682 → 330604) and say nothing of the tree.
    """
    paths = [Q(**{f"{prefix}path__startswith": region.path}) for region in regions]
    return reduce(or_, paths, Q(pk__in=[]))


class Region(models.Model):
    class Level(models.TextChoices):
        COUNTRY = "country", _("全国")
        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("地市级")
        COUNTY = "county", _("县级")

    code = models.CharField(_("行政区划代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("级别"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    # "/1/12/345/": the ids from the root down to this row; written by services.regions.
    path = models.CharField(_("路径"), max_length=60, db_index=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("地区")
        verbose_name_plural = _("地区")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A region cannot lie below itself: the tree would lose its root."""
        if self.path and self.parent and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": _("上级地区不能是本地区或本地区的下级。")})

    @property
    def level_word(self) -> str:
        """What its departments' names begin with: 省, 市, 区, 县, 州, or 自治区."""
        return Place(self.name).level_words[0]
