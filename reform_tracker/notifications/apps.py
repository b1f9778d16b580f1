import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "reform_tracker.notifications"
    label = "notifications"
    verbose_name = _("消息")

    def ready(self) -> None:
        """Jobs bind to our Celery application, in whatever process Django runs.

        Not in the package's own __init__, as the child that reads documents has no use for it.
        """
        importlib.import_module("reform_tracker.celery")
