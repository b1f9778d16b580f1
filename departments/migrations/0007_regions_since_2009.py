"""Regions that changed their code since 2009, with who followed them, and pinyin for all.

One statement for thousands of rows: an update through the models would take seconds. Reads
fixtures/regions.csv and fixtures/region_names.csv as they are when the migration runs; a database that is past
this is brought up to date by the command `load_register`.
"""

import csv

from django.conf import settings
from django.db import migrations
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from departments.naming.pinyin import pinyin_of

LEVELS = ["country", "province", "prefecture", "county"]


def read(name):
    path = settings.BASE_DIR / "fixtures" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add_missing(apps, schema_editor):
    Region = apps.get_model("departments", "Region")
    rows = read("regions.csv")
    ids = dict(Region.objects.values_list("code", "pk"))
    for level in LEVELS:
        made = Region.objects.bulk_create(
            Region(
                code=row["code"],
                name=row["name"],
                level=level,
                parent_id=ids[row["parent"]] if row["parent"] else None,
            )
            for row in rows
            if row["level"] == level and row["code"] not in ids
        )
        ids.update((region.code, region.pk) for region in made)
        above = Region.objects.filter(pk=OuterRef("parent")).values("path")
        Region.objects.filter(level=level, path="", parent__isnull=False).update(
            path=Concat(Subquery(above), Cast(F("pk"), CharField()), Value("/"))
        )


def tell_times_and_names(apps, schema_editor):
    Region = apps.get_model("departments", "Region")
    RegionName = apps.get_model("departments", "RegionName")
    ids = dict(Region.objects.values_list("code", "pk"))
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE departments_region SET pinyin = %s, initials = %s, valid_from = %s,"
            " valid_to = %s, successor_id = %s WHERE id = %s",
            [
                (
                    row["pinyin"],
                    row["initials"],
                    row["valid_from"] or None,
                    row["valid_to"] or None,
                    ids.get(row["successor"]),
                    ids[row["code"]],
                )
                for row in read("regions.csv")
            ],
        )
    RegionName.objects.bulk_create(
        RegionName(region_id=ids[row["code"]], name=row["name"], valid_to=row["valid_to"])
        for row in read("region_names.csv")
    )
    # Regions an administrator added himself.
    for region in Region.objects.filter(pinyin=""):
        region.pinyin, region.initials = pinyin_of(region.name)
        region.save(update_fields=["pinyin", "initials"])


class Migration(migrations.Migration):
    dependencies = [("departments", "0006_regions_over_time")]

    operations = [
        migrations.RunPython(add_missing, migrations.RunPython.noop),
        migrations.RunPython(tell_times_and_names, migrations.RunPython.noop),
    ]
