from django.db import migrations, models
from django.db.models import F


def mark_manual(apps, schema_editor):
    """What was read from a text covers some of it; only what was typed in covers none."""
    clauses = apps.get_model("documents", "Clause").objects.filter(start=F("end"))
    clauses.exclude(document__text="").update(is_manual=True)


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_number_per_region"),
    ]

    operations = [
        migrations.AddField(
            model_name="clause",
            name="is_checked",
            field=models.BooleanField(default=False, verbose_name="已核对"),
        ),
        migrations.AddField(
            model_name="clause",
            name="is_manual",
            field=models.BooleanField(default=False, verbose_name="手工添加"),
        ),
        migrations.RunPython(mark_manual, migrations.RunPython.noop),
    ]
