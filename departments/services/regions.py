"""Placing regions in the tree, and knowing one by its name.

With loading_regions.py, the only place that writes `Region.path`.
"""

import datetime as dt

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Length, Substr

from departments.models import Region, RegionName
from reform_tracker.lib.dates import today


@transaction.atomic
def place_under_parent(region: Region) -> None:
    """Make the path of the region, and of all below it, follow its parent.

    Raises ValidationError (field `parent`) when the parent lies below the region itself.
    """
    region.clean()
    old = region.path
    new = f"{region.parent.path if region.parent else '/'}{region.pk}/"
    if old == new:
        return
    if old:
        rest = Substr("path", len(old) + 1, Length(F("path")))
        Region.objects.filter(path__startswith=old).exclude(pk=region.pk).update(
            path=Concat(Value(new), rest)
        )
    region.path = new
    region.save(update_fields=["path"])


def place_new(level: str) -> None:
    """Write the paths of regions of one level that have none, in one statement.

    For bulk loading, from the top level down: the level above must be placed already.
    """
    above = Region.objects.filter(pk=OuterRef("parent")).values("path")
    Region.objects.filter(level=level, path="").update(
        path=Concat(Coalesce(Subquery(above), Value("/")), Cast(F("pk"), CharField()), Value("/"))
    )


def region_named(name: str | None, on: dt.date | None = None) -> Region | None:
    """The region a document of that day names (徐州市, 上海市普陀区, 襄樊市), or None when unknown or
    ambiguous. `on` decides between a region and the one that follows it under the same name."""
    if not name:
        return None
    endings = [name[start:] for start in range(len(name) - 1)]
    above = "parent__parent"
    named = [(r, r.name) for r in Region.objects.filter(name__in=endings).select_related(above)]
    former = RegionName.objects.filter(name__in=endings).select_related(f"region__{above}")
    named += [(row.region, row.name) for row in former]
    # 上海市普陀区: what stands before the name must be a region above it, as there are two 普陀区.
    named = [(r, n) for r, n in named if _stands_below(r, name.removesuffix(n))]
    longest = max((len(n) for _, n in named), default=0)
    fitting = list({r.pk: r for r, n in named if len(n) == longest}.values())
    if len(fitting) > 1:
        day = on or today()
        fitting = [r for r in fitting if r.held_on(day)]
    return fitting[0] if len(fitting) == 1 else None


def _stands_below(region: Region, above: str) -> bool:
    """Does `above` (浙江省绍兴市, 上海市, or nothing) end in the name of a region above it?"""
    if not above:
        return True
    parent = region.parent
    ancestors = [parent, parent.parent] if parent else []
    return any(ancestor and above.endswith(ancestor.name) for ancestor in ancestors)
