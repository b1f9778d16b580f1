"""Celery doors: take ids or nothing, call one service."""

from celery import shared_task

from documents.services import uploads


@shared_task
def read_uploads() -> None:
    """Every two seconds; a file is claimed before it is read, so that runs never meet."""
    uploads.work_off()
