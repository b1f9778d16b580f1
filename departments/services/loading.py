"""Bringing the regions and the register on record up to date with fixtures/, without doubling."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from departments.models import Department, DepartmentAlias, Region
from departments.services.regions import place_new, place_under_parent
from departments.services.register import tidy


@dataclass(frozen=True)
class Loaded:
    """How many rows were new, and how many were changed."""

    new: int = 0
    changed: int = 0


def read_regions(path: Path) -> list[dict[str, str]]:
    """Rows of regions.csv: code, name, level, parent (a code, or empty for the country)."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_register(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Region code → departments, each with `name` and `aliases`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {code: known["departments"] for code, known in content.items()}


@transaction.atomic
def load_regions(rows: list[dict[str, str]]) -> Loaded:
    """Add missing regions; give those on record the name, level and parent of the table."""
    by_code = {region.code: region for region in Region.objects.all()}
    new, changed, moved = 0, [], []
    for level in Region.Level.values:
        wanted = [row for row in rows if row["level"] == level]
        missing = [row for row in wanted if row["code"] not in by_code]
        for row in wanted:
            region = by_code.get(row["code"])
            if region is None:
                continue
            parent = by_code[row["parent"]].pk if row["parent"] else None
            if region.parent_id != parent:
                moved.append(region)
            if (region.name, region.level, region.parent_id) != (row["name"], level, parent):
                region.name, region.level, region.parent_id = row["name"], level, parent
                changed.append(region)
        made = Region.objects.bulk_create(
            Region(
                code=row["code"],
                name=row["name"],
                level=level,
                parent=by_code[row["parent"]] if row["parent"] else None,
            )
            for row in missing
        )
        by_code.update((region.code, region) for region in made)
        new += len(made)
        place_new(level)
    Region.objects.bulk_update(changed, ["name", "level", "parent"])
    for region in moved:
        place_under_parent(Region.objects.select_related("parent").get(pk=region.pk))
    return Loaded(new, len(changed))


@transaction.atomic
def load_register(register: dict[str, list[dict[str, Any]]]) -> Loaded:
    """Add departments and aliases not on record yet; what offices added or renamed stays."""
    regions = {region.code: region for region in Region.objects.filter(code__in=register)}
    created: set[int] = set()
    changed = 0
    for code, entries in register.items():
        known = _names_on_record(regions[code])
        for entry in entries:
            department = next((known[name] for name in _names(entry) if name in known), None)
            if department is None:
                department = Department.objects.create(
                    region=regions[code], name=tidy(entry["name"])
                )
                created.add(department.pk)
                known[department.name] = department
            missing = [name for name in _names(entry) if name not in known]
            DepartmentAlias.objects.bulk_create(
                DepartmentAlias(department=department, name=name) for name in missing
            )
            known.update(dict.fromkeys(missing, department))
            changed += bool(missing) and department.pk not in created
    return Loaded(len(created), changed)


def _names(entry: dict[str, Any]) -> list[str]:
    return [tidy(name) for name in (entry["name"], *entry["aliases"])]


def _names_on_record(region: Region) -> dict[str, Department]:
    departments = Department.objects.filter(region=region).prefetch_related("aliases")
    known = {alias.name: each for each in departments for alias in each.aliases.all()}
    return known | {each.name: each for each in departments}
