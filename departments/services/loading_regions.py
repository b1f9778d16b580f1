"""Bringing the table of regions on record up to date with fixtures/, without doubling."""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from departments.models import Region, RegionName
from departments.naming.pinyin import pinyin_of
from departments.services.regions import place_new, place_under_parent

FIELDS = ["name", "level", "parent", "valid_from", "valid_to", "successor", "pinyin", "initials"]


@dataclass(frozen=True)
class Loaded:
    """How many rows were new, and how many were changed."""

    new: int = 0
    changed: int = 0


def read_regions(path: Path) -> list[dict[str, str]]:
    """Rows of regions.csv: code, name, level, parent (a code, or empty for the country), pinyin, the
    days it was valid, and the code of who followed it; or of region_names.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_regions(rows: list[dict[str, str]]) -> Loaded:
    """Add missing regions; give those on record the name, place and time of the table."""
    by_code = {region.code: region for region in Region.objects.all()}
    new: set[int] = set()
    moved = []
    for level in Region.Level.values:
        wanted = [row for row in rows if row["level"] == level]
        for row in wanted:
            region = by_code.get(row["code"])
            if region and region.parent_id != _pk(by_code, row["parent"]):
                moved.append(region)
        made = Region.objects.bulk_create(
            Region(
                code=row["code"],
                name=row["name"],
                level=level,
                parent=by_code[row["parent"]] if row["parent"] else None,
                pinyin=row.get("pinyin", ""),
                initials=row.get("initials", ""),
                valid_from=_day(row.get("valid_from")),
                valid_to=_day(row.get("valid_to")),
            )
            for row in wanted
            if row["code"] not in by_code
        )
        by_code.update((region.code, region) for region in made)
        new |= {region.pk for region in made}
        place_new(level)
    changed = [by_code[row["code"]] for row in rows if _follow(by_code[row["code"]], row, by_code)]
    Region.objects.bulk_update(changed, FIELDS, batch_size=200)
    for region in moved:
        place_under_parent(Region.objects.select_related("parent").get(pk=region.pk))
    return Loaded(len(new), len({region.pk for region in changed} - new))


def _follow(region: Region, row: dict[str, str], by_code: dict[str, Region]) -> bool:
    """Take over what the row says; did that change anything?"""
    wanted = {
        "name": row["name"],
        "level": row["level"],
        "parent_id": _pk(by_code, row["parent"]),
        "valid_from": _day(row.get("valid_from")),
        "valid_to": _day(row.get("valid_to")),
        "successor_id": _pk(by_code, row.get("successor")),
    }
    if row.get("pinyin"):
        wanted |= {"pinyin": row["pinyin"], "initials": row["initials"]}
    elif not region.pinyin or region.name != row["name"]:
        wanted["pinyin"], wanted["initials"] = pinyin_of(row["name"])
    different = {name: value for name, value in wanted.items() if getattr(region, name) != value}
    for name, value in different.items():
        setattr(region, name, value)
    return bool(different)


def _pk(by_code: dict[str, Region], code: str | None) -> int | None:
    return by_code[code].pk if code else None


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@transaction.atomic
def load_region_names(rows: list[dict[str, str]]) -> Loaded:
    """Add the names regions bore before under the same code."""
    regions = {r.code: r for r in Region.objects.filter(code__in=[row["code"] for row in rows])}
    known = set(RegionName.objects.values_list("region__code", "name"))
    missing = [row for row in rows if (row["code"], row["name"]) not in known]
    RegionName.objects.bulk_create(
        RegionName(region=regions[row["code"]], name=row["name"], valid_to=_day(row["valid_to"]))
        for row in missing
    )
    return Loaded(len(missing))
