"""Beat, broker, worker, database and mail for real, on a Monday morning."""

import datetime as dt
import email
import email.policy
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from documents.models import PolicyDocument, Upload
from documents.services import uploads
from reform_tracker.celery import app
from reform_tracker.notifications.models import Delivery, Message
from tasks.models import Reminder
from tests.documents.test_uploads import WORD
from tests.factories import TaskFactory
from tests.servers import servers

pytestmark = [pytest.mark.needs_broker, pytest.mark.django_db(transaction=True)]

REMIND = "tasks.jobs.send_due_reminders"
READ = "documents.jobs.read_uploads"
DELIVER = "reform_tracker.notifications.jobs.deliver_pending"


def test_beat_names_jobs_that_exist():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled == {REMIND, DELIVER, READ}
    assert scheduled <= set(app.tasks)


def test_the_queue_never_holds_a_caller_for_ever():
    options = app.conf.broker_transport_options
    assert 0 < options["socket_timeout"] <= 5
    assert 0 < options["socket_connect_timeout"] <= 5
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.task_time_limit


def database_of_this_test() -> str:
    """The address of the database this test sees, for other processes."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(servers.database_url)._replace(path=f"/{name}"))


class Processes:
    """Worker and beat, stopped when the test ends; what they say is kept in `log`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "celery.log"
        self.running: list[subprocess.Popen] = []

    def start(self, moment: str, *arguments: str) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.celery_at", moment, *arguments],
                cwd=settings.BASE_DIR,
                env=servers.environment(
                    DATA_DIR=str(self.folder), DATABASE_URL=database_of_this_test(), EMAIL_URL=""
                ),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def finished(self, job: str) -> int:
        """How many runs of the job the worker has ended well."""
        return sum(job in line and "succeeded" in line for line in self.said().splitlines())

    def wait_until(self, condition, seconds: float = 25) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def stop(self) -> None:
        for process in self.running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


@pytest.fixture
def processes(tmp_path):
    app.control.purge()
    started = Processes(tmp_path)
    yield started
    started.stop()
    app.control.purge()


# Seven seconds to the hour's fifth minute: room for beat to start on a slow machine.
def test_a_reminder_arrives_once_from_beat_to_inbox_and_mail(processes, document, health, li):
    """Beat asks at 9:05; asking three more times changes nothing."""
    task = TaskFactory(document=document, lead=health, due_on=dt.date(2024, 11, 29))
    processes.start(
        "2024-12-02T09:00:00+08:00", "worker", "--concurrency", "2", "--loglevel", "INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    )  # fmt: skip
    processes.start("2024-12-02T09:04:53+08:00", "beat", "--loglevel", "INFO")
    processes.wait_until(lambda: processes.finished(REMIND) == 1)
    assert Message.objects.get().recipient == li

    for _ in range(3):
        app.send_task(REMIND)
        app.send_task(DELIVER)
    processes.wait_until(
        lambda: processes.finished(REMIND) == 4 and processes.finished(DELIVER) >= 3
    )
    assert "Traceback" not in processes.said()
    reminder = Reminder.objects.get()
    assert (reminder.task, reminder.stage, reminder.recipient) == (task, "urge", li)
    assert Message.objects.get() == reminder.message
    assert Delivery.objects.get().status == Delivery.Status.SENT
    (file,) = (processes.folder / "mail").iterdir()
    received = email.message_from_bytes(
        file.read_bytes().split(b"\n" + b"-" * 79)[0], policy=email.policy.default
    )
    assert received["Subject"] == "医改任务提醒：催办1项"
    assert received["To"] == "li@example.org"
    assert task.title in received.get_content()


def test_an_upload_that_a_dead_worker_left_is_read_by_the_next(processes, zhang, xuzhou):
    upload = uploads.receive(data=WORD, filename="通知.docx", actor=zhang)
    assert uploads.claim() == upload  # by a worker that was killed, long ago
    Upload.objects.update(claimed_until=dt.datetime(2024, 12, 1, tzinfo=dt.UTC))
    processes.start(
        "2024-12-02T07:00:00+08:00", "worker", "--concurrency", "1", "--loglevel", "INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    )  # fmt: skip
    processes.start("2024-12-02T07:00:00+08:00", "beat", "--loglevel", "INFO")
    processes.wait_until(lambda: Upload.objects.get().status == Upload.Status.DONE, 40)
    document = PolicyDocument.objects.get()
    assert document == Upload.objects.get().document
    assert document.clauses.count() == 1
    assert not processes.finished(READ)  # every two seconds, and not a line about it
