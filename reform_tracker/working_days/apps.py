from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkingDaysConfig(AppConfig):
    name = "reform_tracker.working_days"
    verbose_name = _("放假安排")
