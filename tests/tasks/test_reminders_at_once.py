"""Several workers send reminders at the same moment; nothing is lost or doubled."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection

from reform_tracker.notifications.models import Message
from tasks.models import Reminder, TaskEvent
from tasks.services import reminders
from tasks.services.reminders import plan, send_due
from tests.factories import MembershipFactory, TaskFactory, UserFactory
from tests.threads import run_at_once

DUE = dt.date(2024, 11, 29)  # a Friday
MONDAY = dt.date(2024, 12, 2)


@pytest.fixture
def many(transactional_db, document, health):
    """Six liaisons of the leading department, three overdue tasks."""
    for number in range(6):
        MembershipFactory(
            user=UserFactory(username=f"liaison{number}"), role="liaison", department=health
        )
    for _ in range(3):
        TaskFactory(document=document, lead=health, due_on=DUE)


def messages_each():
    return sorted(
        Message.objects.filter(recipient__username=f"liaison{number}").count()
        for number in range(6)
    )


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_digest_once(many):
    results, errors = run_at_once(lambda: send_due(MONDAY))
    assert errors == []
    assert [result.failed for result in results] == [[], [], [], []]
    assert sum(len(result.sent) for result in results) == 6
    assert messages_each() == [1] * 6
    assert Reminder.objects.count() == 18
    assert TaskEvent.objects.filter(kind="reminded").count() == 18


def without_lock(monkeypatch, digests):
    """Everybody looks before anybody writes: what two workers without the lock can do."""
    looked = threading.Barrier(4)
    honest = reminders._still_due

    def slow(digest):
        steps = list(honest(digest))
        looked.wait(5)
        return steps

    monkeypatch.setattr(reminders, "_lock_person", lambda person: person)
    monkeypatch.setattr(reminders, "_still_due", slow)
    return lambda: reminders.send_digest(digests[0])


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_the_unique_rows_hold_even_without_the_lock(many, monkeypatch):
    # Also without the message's own key, so that only the reminder's constraint is left.
    monkeypatch.setattr(reminders.Digest, "message_key", property(lambda digest: str(id(digest))))
    results, errors = run_at_once(without_lock(monkeypatch, plan(MONDAY)))
    assert len(results) == 1
    assert [type(error) for error in errors] == [IntegrityError] * 3
    assert sum(messages_each()) == 1


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_without_lock_and_unique_rows_everything_is_sent_four_times(many, monkeypatch):
    """Negative control: the two tests above can fail."""
    monkeypatch.setattr(reminders.Digest, "message_key", property(lambda digest: str(id(digest))))
    (constraint,) = Reminder._meta.constraints
    with connection.schema_editor() as editor:
        editor.remove_constraint(Reminder, constraint)
    try:
        results, errors = run_at_once(without_lock(monkeypatch, plan(MONDAY)))
        assert (len(results), errors) == (4, [])
        assert sum(messages_each()) == 4
    finally:
        Reminder.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Reminder, constraint)
