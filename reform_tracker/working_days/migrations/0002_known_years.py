from django.db import migrations


def fill(apps, schema_editor):
    """The years the package knows on the day of installing; load_calendar adds later ones."""
    from reform_tracker.working_days.filling import write_missing_years

    models = (apps.get_model("working_days", name) for name in ("CalendarYear", "SpecialDay"))
    write_missing_years(*models)


class Migration(migrations.Migration):
    dependencies = [("working_days", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
