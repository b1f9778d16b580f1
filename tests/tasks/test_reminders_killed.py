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
from tasks.services import reminders
from tasks.services.reminders import send_due
from tests.factories import MembershipFactory, TaskFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = dt.date(2024, 12, 2)
LONG_AGO = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def mail_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def killed(seconds: float, work) -> bool:
    """Do `work(begin)` in a process of its own, and kill it so long after it called `begin`.

    Returns whether it was still at work.
    """
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(lambda: os.write(writing, b"!"))
        finally:
            os._exit(0)  # no clean-up of the test run in its copy
    os.close(writing)
    os.read(reading, 1)  # returns at once when the child ends without having begun
    os.close(reading)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def after_first(module, name: str, begin):
    """Let `module.name` call `begin` when it has run; before that templates are being read."""
    honest = getattr(module, name)

    def announced(*args):
        result = honest(*args)
        begin()
        return result

    setattr(module, name, announced)  # in the child alone


def remind(begin):
    after_first(reminders, "send_digest", begin)
    send_due(MONDAY)


def deliver(begin):
    after_first(outbox, "attempt", begin)
    outbox.deliver_pending()


def message_ids(folder) -> Counter[bytes]:
    """How often each mail was written; Django's file backend puts several into one file."""
    text = b"".join(path.read_bytes() for path in folder.iterdir())
    return Counter(re.findall(rb"^Message-ID: (<.+>)$", text, flags=re.MULTILINE))


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.benchmark)])
def test_killed_again_and_again(document, health, mail_files, kills):
    chance = random.Random(kills)
    people = kills * 2 if kills < 100 else kills
    for number in range(people):
        user = UserFactory(username=f"liaison{number}")
        MembershipFactory(user=user, role="liaison", department=health)
    for _ in range(2):
        TaskFactory(document=document, lead=health, due_on=dt.date(2024, 11, 29))

    hits = Counter()
    for number in range(kills * 5):
        work = (remind, deliver)[number % 2]
        hits[work] += killed(chance.uniform(0, 0.03), work)
        # The lease of a worker that died runs out.
        Delivery.objects.filter(status="pending").update(try_after=LONG_AGO)
        if hits.total() == kills:
            break
    print(f"{hits[remind]} kills while reminding, {hits[deliver]} while delivering;")
    done = Message.objects.count(), Delivery.objects.filter(status="sent").count()
    print(f"{done[0]} of {people} messages and {done[1]} mails were done by those killed")
    # Otherwise it was not put to the test.
    assert hits.total() >= kills / 2
    assert done[0] >= kills / 8

    send_due(MONDAY)
    outbox.deliver_pending()
    assert Reminder.objects.count() == people * 2
    assert TaskEvent.objects.filter(kind="reminded").count() == people * 2
    assert set(Counter(Message.objects.values_list("recipient", flat=True)).values()) == {1}
    assert Message.objects.count() == people
    assert Delivery.objects.filter(status="sent").count() == people
    mails = message_ids(mail_files)
    assert len(mails) == people
    print(f"{sum(mails.values()) - people} mails went out twice")
    assert sum(mails.values()) - people <= hits[deliver]
