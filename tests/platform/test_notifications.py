"""Sending: the message in the caller's transaction, the e-mail later, out of the outbox."""

import ast
import datetime as dt
import email
import email.policy
import smtplib
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone, translation

from reform_tracker.notifications import outbox
from reform_tracker.notifications.channels import CHANNELS, ChannelDown
from reform_tracker.notifications.models import Delivery, Message
from reform_tracker.notifications.sending import notify
from tests.factories import UserFactory
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
Status = Delivery.Status
MORNING = dt.datetime(2024, 12, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def words(settings, tmp_path):
    """A message of our own, so that these tests don't follow the wording of others."""
    folder = tmp_path / "messages"
    folder.mkdir()
    (folder / "hello.txt").write_text(
        "{% load i18n %}{% autoescape off %}医改任务提醒：{{ what }}\n\n"
        "请于{{ what }}前填报。<重要>\n{% endautoescape %}",
        encoding="utf-8",
    )
    first = {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [first]
    settings.SITE_URL = "http://ledger.example.org"


@pytest.fixture
def hello(li):
    def send(*people, **more):
        return notify(people or [li], "hello", url="/tasks/7/", what="第3项", **more)

    return send


class Broken:
    """A channel that fails the way it is told to; None: it works."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.tried = []
        self.takes = 0.0

    def send(self, delivery):
        self.tried.append(delivery.address)
        time.sleep(self.takes)
        if self.errors and (error := self.errors.pop(0)):
            raise error


@pytest.fixture
def channel(monkeypatch):
    def put(*errors) -> Broken:
        broken = Broken(*errors)
        monkeypatch.setitem(CHANNELS, Delivery.Channel.EMAIL, broken)
        return broken

    return put


# --- notify -----------------------------------------------------------------------------------


def test_one_message_and_one_queued_mail_per_person(hello, li, wang):
    messages = hello(li, wang, li)
    assert [message.recipient for message in messages] == [li, wang]
    assert messages[0].subject == "医改任务提醒：第3项"
    assert messages[0].body == "请于第3项前填报。<重要>"
    assert {d.address for d in Delivery.objects.all()} == {"li@example.org", "wang@example.org"}
    assert mail.outbox == []  # nothing leaves before the outbox is drained


def test_disabled_people_get_nothing_and_no_address_means_inbox_only(hello, li, wang):
    li.is_active = False
    wang.email = ""
    wang.save()
    assert [message.recipient for message in hello(li, wang)] == [wang]
    assert Message.objects.count() == 1
    assert Delivery.objects.count() == 0


def test_nobody_to_tell_costs_nothing(hello, li, django_assert_num_queries):
    li.is_active = False
    with django_assert_num_queries(0):
        assert hello(li) == []


def test_the_same_key_is_sent_once_per_person(hello, li, wang):
    assert len(hello(li, key="report-1")) == 1
    assert [message.recipient for message in hello(li, wang, key="report-1")] == [wang]
    assert hello(li, wang, key="report-1") == []
    assert Message.objects.count() == Delivery.objects.count() == 2


def test_without_a_key_every_message_is_a_new_one(hello):
    hello()
    hello()
    assert Message.objects.count() == 2


def test_rolled_back_with_the_act(hello):
    with pytest.raises(RuntimeError), transaction.atomic():
        hello()
        raise RuntimeError
    assert Message.objects.count() == Delivery.objects.count() == 0


def test_written_in_the_sites_language_not_in_the_actors(li):
    with translation.override("en"):
        (message,) = notify([li], "hello", what=dt.date(2024, 12, 2))
    assert "2024年12月2日" in message.subject


def test_ten_people_cost_as_much_as_one(hello, li, django_assert_num_queries):
    with django_assert_num_queries(3):
        hello(li)
    many = [UserFactory() for _ in range(10)]
    with django_assert_num_queries(3):
        hello(*many)


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_a_key_written_meanwhile_does_not_break_the_callers_transaction(hello, li):
    """The other one's row is not visible yet when ours is written; we wait for it, and go on."""
    other_wrote, we_may_finish = threading.Event(), threading.Event()

    def other():
        try:
            with transaction.atomic():
                hello(key="same")
                other_wrote.set()
                we_may_finish.wait(0.3)  # long enough for us to run into its lock
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    assert other_wrote.wait(5)
    with transaction.atomic():
        assert hello(key="same") == []
        assert len(hello(key="another")) == 1  # the transaction still works
    thread.join()
    assert Message.objects.filter(key="same").count() == 1
    assert Delivery.objects.filter(message__key="same").count() == 1


# --- The e-mail itself ------------------------------------------------------------------------


def sent_mail():
    """The one mail, as a mail program reads it from its bytes."""
    (message,) = mail.outbox
    return email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)


def test_what_arrives(hello, li):
    hello()
    assert outbox.deliver_pending() == {"sent": 1}
    received = sent_mail()
    assert received["Subject"] == "医改任务提醒：第3项"
    assert received["To"] == "li@example.org"
    assert received["Auto-Submitted"] == "auto-generated"
    text = received.get_content()
    assert text.startswith("请于第3项前填报。<重要>")
    assert "http://ledger.example.org/tasks/7/" in text
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts, delivery.error) == (Status.SENT, 1, "")
    assert delivery.sent_at is not None


def test_a_repeat_bears_the_same_message_id_and_another_mail_another(hello):
    hello()
    outbox.deliver_pending()
    first = mail.outbox[0].extra_headers["Message-ID"]
    Delivery.objects.update(status=Status.PENDING, try_after=timezone.now())
    outbox.deliver_pending()
    hello()
    outbox.deliver_pending()
    ids = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert ids[1] == first
    assert ids[2] != first
    assert first.endswith("@localhost>")


def test_a_line_break_in_a_title_cannot_add_a_header(li):
    notify([li], "hello", what="第3项\nBcc: everybody@example.org")
    outbox.deliver_pending()
    assert sent_mail()["Bcc"] is None
    assert sent_mail()["Subject"] == "医改任务提醒：第3项"


def test_mail_has_a_time_limit():
    assert 0 < project.EMAIL_TIMEOUT <= 30


# --- Outbox -----------------------------------------------------------------------------------


def test_sent_once(hello):
    hello()
    assert outbox.deliver_pending() == {"sent": 1}
    assert outbox.deliver_pending() == {}
    assert len(mail.outbox) == 1


def test_sent_outside_any_transaction(hello, channel, transactional_db):
    inside = []
    channel().send = lambda delivery: inside.append(connection.in_atomic_block)
    hello()
    outbox.deliver_pending()
    assert inside == [False]


def test_a_claimed_delivery_is_nobody_elses_until_the_lease_ends(hello, time_machine):
    time_machine.move_to(MORNING, tick=False)
    hello()
    assert outbox.claim() is not None
    assert outbox.claim() is None  # the first worker may still be sending
    time_machine.shift(outbox.LEASE)
    assert outbox.deliver_pending() == {"sent": 1}  # it died; its row came free by itself
    assert Delivery.objects.get().attempts == 2


def test_tried_again_after_1_5_15_60_minutes_then_hourly_for_a_day(hello, channel, time_machine):
    time_machine.move_to(MORNING, tick=False)
    hello()
    channel(*[smtplib.SMTPDataError(451, "later")] * 100)
    waits = []
    while Delivery.objects.get().status == Status.PENDING:
        before = timezone.now()
        time_machine.move_to(Delivery.objects.get().try_after, tick=False)
        waits.append((timezone.now() - before).total_seconds() / 60)
        outbox.deliver_pending()
    assert waits[:7] == [0, 1, 5, 15, 60, 60, 60]
    assert 23 * 60 <= sum(waits) <= 24 * 60
    delivery = Delivery.objects.get()
    assert delivery.status == Status.FAILED
    assert "451" in delivery.error
    assert outbox.deliver_pending() == {}


def test_one_bad_address_does_not_hold_up_the_others(hello, channel, li, wang):
    hello(li, wang)
    broken = channel(smtplib.SMTPRecipientsRefused({"li@example.org": (550, b"unknown")}), None)
    assert outbox.deliver_pending() == {"put off": 1, "sent": 1}
    assert broken.tried == ["li@example.org", "wang@example.org"]
    assert "550" in Delivery.objects.get(status=Status.PENDING).error


def test_mail_server_down_ends_the_run_and_spares_the_others_attempts(hello, channel, li, wang):
    hello(li, wang)
    broken = channel(ChannelDown("refused"))
    assert outbox.deliver_pending() == {"put off": 1}
    assert broken.tried == ["li@example.org"]
    assert Delivery.objects.get(address="wang@example.org").attempts == 0
    assert outbox.deliver_pending() == {"sent": 1}


@pytest.mark.parametrize(
    ("error", "down"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (smtplib.SMTPServerDisconnected("gone"), True),
        (smtplib.SMTPAuthenticationError(535, "no"), True),
        (smtplib.SMTPRecipientsRefused({}), False),
        (smtplib.SMTPDataError(554, "spam"), False),
        (ValueError("bad header"), False),
    ],
)
def test_which_errors_mean_that_the_server_is_down(hello, monkeypatch, error, down):
    def fail(self):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    hello()
    with pytest.raises(ChannelDown if down else type(error)):
        CHANNELS[Delivery.Channel.EMAIL].send(Delivery.objects.get())


def test_a_message_that_kills_its_worker_is_given_up_one_day(hello, channel, time_machine):
    time_machine.move_to(MORNING, tick=False)
    hello()
    untouched = channel()
    claims = 0
    while Delivery.objects.get().status == Status.PENDING:
        delivery = outbox.claim()
        claims += 1
        if delivery.attempts > len(outbox.RETRY_AFTER) + 1:
            outbox.attempt(delivery)
        time_machine.shift(outbox.LEASE)
        assert claims < 100
    assert untouched.tried == []
    assert Delivery.objects.get().status == Status.FAILED


def test_disabled_meanwhile(hello, li):
    hello()
    li.is_active = False
    li.save()
    assert outbox.deliver_pending() == {"failed": 1}
    assert mail.outbox == []
    assert "停用" in Delivery.objects.get().error


def test_late_failure_does_not_overwrite_a_success(hello, channel):
    hello()
    stale = outbox.claim()
    Delivery.objects.update(status=Status.SENT)
    stale.attempts = 1000
    outbox.attempt(stale)
    assert Delivery.objects.get().status == Status.SENT


def test_a_run_ends_in_time(hello, channel, li, wang):
    hello(li, wang)
    broken = channel()
    assert outbox.deliver_pending(seconds=0) == {}
    assert broken.tried == []


# --- Two workers at once ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_mail_once(hello, channel):
    people = [UserFactory() for _ in range(12)]
    hello(*people)
    broken = channel()
    results, errors = run_at_once(outbox.deliver_pending)
    assert errors == []
    assert sum(result["sent"] for result in results) == 12
    assert sorted(broken.tried) == sorted(person.email for person in people)


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_claim_they_would_send_twice(hello, channel, monkeypatch):
    """Negative control: the test above can fail."""
    hello(*[UserFactory() for _ in range(12)])
    broken = channel()
    broken.takes = 0.02
    monkeypatch.setattr(
        outbox, "claim", lambda: Delivery.objects.due(timezone.now()).order_by("pk").first()
    )
    run_at_once(outbox.deliver_pending)
    assert len(broken.tried) > 12


# --- The house rule ---------------------------------------------------------------------------


def published_in(source: str) -> list[str]:
    names = {"delay", "apply_async", "send_task"}
    return [
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in names
    ]


def test_nothing_is_published_to_the_broker_by_our_code():
    """A broker that is mute would hold the request, and a rollback would not call the job back."""
    sources = [
        path
        for app in ("reform_tracker", "departments", "documents", "tasks")
        for path in (Path(project.BASE_DIR) / app).rglob("*.py")
        if path.name != "jobs.py"
    ]
    assert len(sources) > 50
    guilty = [str(path) for path in sources if published_in(path.read_text(encoding="utf-8"))]
    assert guilty == []
    assert published_in("job.delay(1); app.send_task('x')") == ["delay", "send_task"]
