"""The doors to the reminders: the hourly job and the command."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from reform_tracker.notifications.models import Message
from tasks import jobs
from tasks.models import Reminder
from tasks.services import reminders
from tests.factories import TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(document, health, li, zhang):
    """Led by Li's department, due on Friday 29 November 2024."""
    return TaskFactory(document=document, lead=health, due_on=dt.date(2024, 11, 29))


@pytest.mark.parametrize(
    ("clock", "sends"),
    [
        ("2024-12-02T07:59:00+08:00", False),
        ("2024-12-02T08:00:00+08:00", True),
        ("2024-12-02T17:59:00+08:00", True),
        ("2024-12-02T18:00:00+08:00", False),
        ("2024-12-01T23:30:00+00:00", False),  # 7:30 in Shanghai
        ("2024-12-02T01:00:00+00:00", True),
        ("2024-12-01T10:00:00+08:00", False),  # Sunday
    ],
)
def test_the_job_keeps_office_hours(task, time_machine, clock, sends):
    time_machine.move_to(dt.datetime.fromisoformat(clock), tick=False)
    jobs.send_due_reminders()
    assert Message.objects.exists() is sends


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ("2024-12-02T03:00:00+08:00", "2024-12-02"),
        ("2024-12-02T16:59:00+08:00", "2024-12-02"),
        ("2024-12-02T17:30:00+08:00", "2024-12-03"),  # the day's last run was at 17:05
        ("2024-11-29T18:00:00+08:00", "2024-12-02"),
        ("2024-12-31T20:00:00+08:00", "2025-01-02"),
    ],
)
def test_next_sending_day(clock, day):
    moment = dt.datetime.fromisoformat(clock)
    assert reminders.next_sending_day(moment) == dt.date.fromisoformat(day)


def command(*arguments):
    out = io.StringIO()
    call_command("send_due_reminders", *arguments, stdout=out)
    return out.getvalue()


def test_dry_run_shows_and_changes_nothing(task):
    out = command("--on", "2024-12-02", "--dry-run")
    assert "李联络员 <li@example.org>  催办1项" in out
    assert f"{task.title}  2024-11-29  已逾期3天" in out
    assert "2人，2项" in out
    assert Reminder.objects.count() == Message.objects.count() == 0


def test_command_sends_once(task):
    assert "已发送：2人，2项" in command("--on", "2024-12-02")
    assert "已发送：0人，0项" in command("--on", "2024-12-02")
    assert Message.objects.count() == 2


def test_command_on_a_day_off_says_when(task):
    assert "2024-11-30不是工作日" in command("--on", "2024-11-30")
    assert "2024-12-02" in command("--on", "2024-11-30")
    assert Message.objects.count() == 0


def test_command_without_a_date_means_today(task, time_machine):
    time_machine.move_to(dt.datetime(2024, 12, 2, 20, tzinfo=dt.UTC), tick=False)  # 3 December here
    assert "2024-12-03 已发送" in command()


def test_a_day_to_come_is_only_tried(task, time_machine):
    time_machine.move_to(dt.datetime(2024, 11, 20, 10, tzinfo=dt.UTC), tick=False)
    with pytest.raises(CommandError, match="2024-12-02还没有到，不能提前发送"):
        command("--on", "2024-12-02")
    assert Message.objects.count() == 0
    assert "试运行，未发送：2人，2项" in command("--on", "2024-12-02", "--dry-run")


def test_the_day_itself_is_called_so(task, time_machine):
    time_machine.move_to(dt.datetime(2024, 11, 29, 2, tzinfo=dt.UTC), tick=False)
    assert "今天到期" in command("--dry-run")


@pytest.mark.parametrize("wrong", ["2024-13-01", "明天", ""])
def test_a_day_that_is_none_is_refused_in_chinese(task, wrong):
    with pytest.raises(CommandError, match=f"日期“{wrong}”无效，请按年-月-日填写"):
        command("--on", wrong)
