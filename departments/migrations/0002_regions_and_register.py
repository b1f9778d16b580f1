"""Put the national regions and a first register of departments on record.

A fresh database knows every province, city and county and the departments of the five regions
whose notices come with the product. Reads fixtures/ as they are when the migration runs; a
database that exists already is brought up to date by the command `load_register`.
"""

import csv
import json

from django.conf import settings
from django.db import migrations
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

LEVELS = ["country", "province", "prefecture", "county"]


def load(apps, schema_editor):
    Region = apps.get_model("departments", "Region")
    if Region.objects.exists():
        return
    folder = settings.BASE_DIR / "fixtures"
    with (folder / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = {}
    for level in LEVELS:
        made = Region.objects.bulk_create(
            Region(
                code=row["code"],
                name=row["name"],
                level=level,
                parent_id=ids[row["parent"]] if row["parent"] else None,
            )
            for row in rows
            if row["level"] == level
        )
        ids.update((region.code, region.pk) for region in made)
        place(Region, level)
    register = json.loads((folder / "register.json").read_text(encoding="utf-8"))
    load_register(apps, register, ids)


def place(Region, level):
    """Write the paths of one level in one statement; the level above has its own already."""
    own = Concat(Cast(F("pk"), CharField()), Value("/"))
    if level == LEVELS[0]:
        Region.objects.filter(level=level).update(path=Concat(Value("/"), own))
        return
    above = Region.objects.filter(pk=OuterRef("parent")).values("path")
    Region.objects.filter(level=level).update(path=Concat(Subquery(above), own))


def load_register(apps, register, ids):
    Department = apps.get_model("departments", "Department")
    DepartmentAlias = apps.get_model("departments", "DepartmentAlias")
    departments, aliases = [], []
    for code, known in register.items():
        for entry in known["departments"]:
            department = Department(region_id=ids[code], name=entry["name"])
            departments.append(department)
            aliases += [(department, alias) for alias in entry["aliases"]]
    Department.objects.bulk_create(departments)
    DepartmentAlias.objects.bulk_create(
        DepartmentAlias(department=department, name=name) for department, name in aliases
    )


class Migration(migrations.Migration):
    dependencies = [("departments", "0001_initial")]

    # Taking the rows away again could take others' rows with them: going back leaves them.
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
