"""Say of every department on record what its field and level are, and which aliases are full names.

Told from the name; an administrator corrects what the name does not say. Full names are those
fixtures/register.json marks as such.
"""

import json

from django.conf import settings
from django.db import migrations

from departments.naming.kinds import kind_of, level_of


def tell(apps, schema_editor):
    Department = apps.get_model("departments", "Department")
    departments = list(Department.objects.select_related("region"))
    for department in departments:
        department.kind = kind_of(department.name)
        department.level = level_of(department.name, department.region.level)
    Department.objects.bulk_update(departments, ["kind", "level"], batch_size=500)


def mark_full_names(apps, schema_editor):
    DepartmentAlias = apps.get_model("departments", "DepartmentAlias")
    path = settings.BASE_DIR / "fixtures" / "register.json"
    for code, known in json.loads(path.read_text(encoding="utf-8")).items():
        names = [entry["official"] for entry in known["departments"] if "official" in entry]
        own = DepartmentAlias.objects.filter(department__region__code=code)
        own.filter(name__in=names).update(kind="official")


class Migration(migrations.Migration):
    dependencies = [("departments", "0003_names_over_time")]

    operations = [
        migrations.RunPython(tell, migrations.RunPython.noop),
        migrations.RunPython(mark_full_names, migrations.RunPython.noop),
    ]
