from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('departments', '0007_regions_since_2009'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_from__lte', models.F('valid_to')), _connector='OR'), name='region_dates_in_order', violation_error_message='起始日期不能晚于截止日期。'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('successor', None), models.Q(('successor', models.F('pk')), _negated=True), _connector='OR'), name='no_region_succeeds_itself', violation_error_message='“现为”不能是本地区。'),
        ),
    ]
