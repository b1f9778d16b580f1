"""Celery doors of the outbox. Beat calls them; nothing in a request ever does."""

from celery import shared_task

from reform_tracker.notifications import outbox


@shared_task
def deliver_pending() -> None:
    outbox.deliver_pending()
