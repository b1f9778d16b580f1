"""Celery doors: take ids or nothing, call one service."""

from celery import shared_task

from tasks.services import reminders


@shared_task
def send_due_reminders() -> None:
    """Hourly in office hours; steps are unique rows, so a second run sends nothing twice."""
    reminders.send_in_office_hours()
