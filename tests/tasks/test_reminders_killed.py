"""The reminding process is killed (SIGKILL) at random moments: nothing missing, nothing doubled."""

import datetime as dt
import os
import random
import re
import signal
import time
from collections import Counter

import pytest
from django.db import connections

from reform_tracker.notifications import outbox
from reform_tracker.notifications.models import Delivery, Message
from tasks.models import Reminder, TaskEvent
from tasks.services.reminders import send_due
from tests.factories import MembershipFactory, TaskFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = dt.date(2024, 12, 2)


@pytest.fixture
def mail_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def killed_after(seconds: float, work) -> bool:
    """Do the work in a process of its own and kill it; was it still at work by then?"""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)  # no clean-up of the test run in its copy
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def message_ids(folder) -> Counter[bytes]:
    """How often each mail was written; Django's file backend puts several into one file."""
    text = b"".join(path.read_bytes() for path in folder.iterdir())
    return Counter(re.findall(rb"^Message-ID: (<.+>)$", text, flags=re.MULTILINE))


@pytest.mark.parametrize("kills", [12, pytest.param(200, marks=pytest.mark.benchmark)])
def test_killed_again_and_again(document, health, mail_files, kills):
    chance = random.Random(kills)
    people = kills * 2
    for number in range(people):
        user = UserFactory(username=f"liaison{number}")
        MembershipFactory(user=user, role="liaison", department=health)
    for _ in range(2):
        TaskFactory(document=document, lead=health, due_on=dt.date(2024, 11, 29))

    def remind_and_deliver():
        send_due(MONDAY)
        outbox.deliver_pending()

    hits = 0
    for _ in range(kills * 5):
        hits += killed_after(chance.uniform(0.005, 0.06), remind_and_deliver)
        # The lease of a worker that died runs out.
        Delivery.objects.filter(status="pending").update(
            try_after=dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
        )
        if hits == kills:
            break
    # Otherwise it was not put to the test.
    assert hits > kills / 3
    remind_and_deliver()

    assert (
        Reminder.objects.count() == TaskEvent.objects.filter(kind="reminded").count() == people * 2
    )
    assert set(Counter(Message.objects.values_list("recipient", flat=True)).values()) == {1}
    assert Message.objects.count() == Delivery.objects.filter(status="sent").count() == people
    mails = message_ids(mail_files)
    assert len(mails) == people
    assert sum(mails.values()) - people <= hits
