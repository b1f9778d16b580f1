"""Administrative regions as a tree: country, province, prefecture, county."""

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models.dated import Dated, dates_in_order, valid_on
from departments.naming.reading import Place


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, regions: Iterable["Region"]) -> "RegionQuerySet":
        """The regions and everything below them."""
        return self.filter(within(regions))

    def valid_on(self, on: dt.date) -> "RegionQuerySet":
        """Those that existed on the day."""
        return self.filter(valid_on(on))

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


class Region(Dated):
    """A place under one code. Who gets another code (上虞市 330682, 上虞区 330604 since 2013) ends, and
    `successor` leads to the next; so a region has one parent, and what was done there stays there.

    The national table says in which year a code changed, not on which day: both are valid then.
    """

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
    successor = models.ForeignKey(
        "self",
        verbose_name=_("现为"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="predecessors",
        help_text=_("撤销、改设后由哪个地区承接；仍然存在的不填。"),
    )
    pinyin = models.CharField(_("拼音"), max_length=120, blank=True, db_index=True)
    initials = models.CharField(_("拼音首字母"), max_length=30, blank=True)
    # "/1/12/345/": the ids from the root down to this row; written by services.regions.
    path = models.CharField(_("路径"), max_length=60, db_index=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("地区")
        verbose_name_plural = _("地区")
        ordering = ["code"]
        constraints = [
            dates_in_order("region_dates_in_order"),
            models.CheckConstraint(
                name="no_region_succeeds_itself",
                condition=Q(successor=None) | ~Q(successor=F("pk")),
                violation_error_message=_("“现为”不能是本地区。"),
            ),
        ]

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


class RegionName(Dated):
    """A name the region bore before under the same code: 襄樊市, 襄阳市 since 2010."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(_("曾用名"), max_length=60)

    class Meta:
        verbose_name = _("地区曾用名")
        verbose_name_plural = _("地区曾用名")
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="one_former_name_per_region"),
            dates_in_order("region_name_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name
