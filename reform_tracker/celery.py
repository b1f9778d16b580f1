"""The Celery application; every app keeps its jobs in its own `jobs.py`."""

import logging
import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reform_tracker.settings")

app = Celery("reform_tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@signals.after_setup_logger.connect
def hush(logger: logging.Logger, **options: Any) -> None:
    """Runs every two seconds that went well would bury every other line of the log."""
    from django.conf import settings

    def worth_a_line(line: logging.LogRecord) -> bool:
        if line.levelno > logging.INFO:
            return True
        text = line.getMessage()
        return not any(job in text for job in settings.QUIET_JOBS)

    for handler in logger.handlers:
        handler.addFilter(worth_a_line)
