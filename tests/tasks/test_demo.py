"""`load_demo`: everything on show, once, on whatever day it is loaded."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command

from departments.models import User
from documents.models import Clause, PolicyDocument
from reform_tracker.lib.dates import quarter_end, today
from reform_tracker.notifications.models import Delivery, Message
from tasks.models import ProgressReport, Reminder, Review, Target, Task, TaskEvent
from tasks.models.states import DONE_STATES, State
from tasks.services import demo

pytestmark = pytest.mark.django_db

Status = ProgressReport.Status
NOW = "2026-11-23T10:00:00+08:00"


def counts() -> dict[str, int]:
    """Rows of every table of ours."""
    labels = ("departments", "documents", "tasks", "audit", "notifications")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model.__name__: model.objects.count() for model in models}


def versions() -> list[tuple]:
    return list(Task.objects.order_by("pk").values_list("pk", "version", "state", "progress"))


def check_history() -> None:
    """The demo's past is one that the services could have written."""
    # The row says what the last event says: on the day after, as_of reads the row itself.
    touched_today = TaskEvent.objects.filter(effective_on=today()).exclude(state="")
    yesterday = today() - dt.timedelta(1)
    quiet = Task.objects.exclude(pk__in=touched_today.values("task")).as_of(yesterday)
    assert quiet.count() > 200
    for task in quiet:
        assert (task.state, task.progress) == (task.state_then, task.progress_then), task
    assert not TaskEvent.objects.filter(effective_on__gt=today()).exists()
    assert not ProgressReport.objects.filter(submitted_on__gt=today()).exists()
    for task in Task.objects.prefetch_related("events"):
        at = [event.at for event in task.events.all() if event.kind != "published"]
        assert at == sorted(at)
        assert (task.completed_on is not None) == (task.state in DONE_STATES)
    for report in ProgressReport.objects.filter(status=Status.APPROVED).exclude(department=None):
        leads = report.task.responsibilities.filter(role="lead", department=report.department)
        assert leads.exists()


@pytest.fixture(autouse=True)
def a_monday_in_november():
    with time_machine.travel(NOW, tick=False):
        yield


def test_shows_every_page_something(capsys):
    call_command("load_demo")
    said = capsys.readouterr().out

    # Every account is there, with the password that was printed and never stored.
    for post in demo.POSTS:
        (line,) = [row for row in said.splitlines() if row.split()[:1] == [post.username]]
        user = User.objects.get(username=post.username)
        assert user.check_password(line.split()[1])
        assert line.startswith("  ")  # what preparation.py keeps of the output
        assert user.email == f"{post.username}@example.invalid"
        assert {row.role for row in user.memberships.all()} == {post.role}

    # Five notices and our own samples, of which something is left to confirm.
    assert PolicyDocument.objects.count() == 5 + len(demo.SAMPLE_FILES)
    by_region = Counter(Task.objects.values_list("region__code", "document__year_start"))
    assert by_region[("320300", 2012)] == 50
    assert by_region[("120000", 2018)] == 63
    assert by_region[("530000", 2014)] == 30
    assert by_region[("330682", 2012)] == 49
    assert by_region[("310107", 2016)] == 30
    assert Clause.objects.filter(status=Clause.Status.PENDING, is_container=False).exists()
    for document in PolicyDocument.objects.exclude(text=""):
        for clause in document.clauses.all():
            assert clause.title[:8] in document.text[clause.start : clause.end]

    # All kinds of reports, and rounds of review.
    reports = ProgressReport.objects.all()
    assert set(reports.values_list("status", flat=True)) >= {
        Status.DRAFT,
        Status.SUBMITTED,
        Status.SENT_BACK,
        Status.APPROVED,
    }
    assert reports.filter(filed_on_behalf=True).exists()
    assert reports.filter(nothing_new=True).exists()
    assert any(each.submitted_on > each.period.due_on for each in reports.exclude(period=None))
    assert {each.decision for each in Review.objects.all()} == {"approved", "sent_back"}

    # Lights of all colours, now and at the end of each year.
    now = Task.objects.with_light(today())
    assert set(now.values_list("light", flat=True)) == {"grey", "green", "yellow", "red", "blue"}
    live = now.in_year(2026)
    assert live.filter(is_overdue=True).exists()
    assert live.filter(is_near_due=True).exists()
    assert live.filter(is_lagging=True).exists()
    for year in (2012, 2018, 2024):
        then = Task.objects.in_year(year).with_light(quarter_end(year, 4))
        states = set(then.values_list("state_then", flat=True))
        assert {State.IN_PROGRESS, State.COMPLETED, State.WRITTEN_OFF} <= states
    verdicts = Target.objects.with_verdict(today()).values_list("verdict_then", flat=True)
    assert {"met", "not_met"} <= set(verdicts)

    # Reminders went out, and the office's inbox holds what was handed in.
    assert Reminder.objects.exists()
    office = Message.objects.filter(recipient__username="demo_office")
    assert {"report_submitted", "reminder_digest"} <= set(office.values_list("kind", flat=True))
    assert Delivery.objects.filter(message__in=office, status="pending").exists()
    check_history()


def test_a_second_run_changes_nothing_and_says_so(capsys):
    call_command("load_demo")
    before, rows = counts(), versions()
    passwords = dict(User.objects.values_list("username", "password"))
    capsys.readouterr()
    call_command("load_demo")
    said = capsys.readouterr().out
    assert "没有改动" in said and said.count("（沿用原密码）") == len(demo.POSTS)
    assert (counts(), versions()) == (before, rows)
    assert dict(User.objects.values_list("username", "password")) == passwords

    call_command("load_demo", "--reset-passwords")
    said = capsys.readouterr().out
    assert "（沿用原密码）" not in said
    after = dict(User.objects.values_list("username", "password"))
    assert all(after[name] != passwords[name] for name in after)
    assert versions() == rows


@pytest.mark.parametrize(
    "instant",
    [
        "2026-02-28T23:59:30+08:00",  # a Saturday, before anything of the year is due
        "2027-01-01T00:30:00+08:00",  # a holiday, between the live document's years
        "2031-06-02T09:00:00+08:00",  # everything long over
    ],
)
def test_loads_on_any_day(instant):
    with time_machine.travel(instant, tick=False):
        loaded = demo.load()
        assert len(loaded.documents) == 5 + len(demo.SAMPLE_FILES)
        assert not loaded.missing_samples
        check_history()
        assert not demo.load().documents
