from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0004_kinds_and_levels'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='department',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_from__lte', models.F('valid_to')), _connector='OR'), name='department_dates_in_order', violation_error_message='起始日期不能晚于截止日期。'),
        ),
        migrations.AddConstraint(
            model_name='departmentalias',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_from__lte', models.F('valid_to')), _connector='OR'), name='alias_dates_in_order', violation_error_message='起始日期不能晚于截止日期。'),
        ),
    ]
