"""Placing regions in the tree; with loading.py, the only place that writes `Region.path`."""

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Length, Substr

from departments.models import Region


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
