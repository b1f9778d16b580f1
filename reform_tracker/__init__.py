"""The project and its platform; it knows nothing of tasks, documents or departments."""

from reform_tracker.celery import app as celery_app

__all__ = ["celery_app"]
