"""The ladder 提醒 → 催办 → 督办 → 约谈建议, and the digests that carry it.

The task is due on Friday 29 November 2024.
"""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from departments.models import Membership
from reform_tracker.audit.models import AuditEntry
from reform_tracker.notifications.models import Delivery, Message
from reform_tracker.working_days.calendar import calendar
from tasks.models import Reminder, Task, TaskEvent
from tasks.services import reminders
from tasks.services.reminder_ladder import Audience, Stage, latest_due
from tasks.services.reminders import Reason, plan, send_due
from tests.factories import (
    MembershipFactory,
    ResponsibilityFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DUE = dt.date(2024, 11, 29)  # a Friday
DAY = dt.timedelta(days=1)
MONDAY = dt.date(2024, 12, 2)  # the working day after


@pytest.fixture
def task(task):
    """Led by 市卫生局 (Li), with 市财政局 (Wang) cooperating; due on 29 November 2024."""
    Task.objects.filter(pk=task.pk).update(due_on=DUE, original_due_on=DUE)
    task.refresh_from_db()
    return task


@pytest.fixture
def cast(task, li, wang, zhang, zhao):
    """Everybody who can be told of the task."""
    return {person.username: person for person in (li, wang, zhang, zhao)}


def planned(on):
    """{user name: stages} of a day."""
    return {
        digest.recipient.username: [str(step.stage) for step in digest.steps] for digest in plan(on)
    }


def sent(on):
    return {
        digest.recipient.username: [str(step.stage) for step in digest.steps]
        for digest in send_due(on).sent
    }


# --- The ladder -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-31, {}),
        (-30, {"li": ["due_30"], "wang": ["due_30"]}),
        (-8, {"li": ["due_30"], "wang": ["due_30"]}),
        (-7, {"li": ["due_7"], "wang": ["due_7"]}),
        (-1, {"li": ["due_1"], "wang": ["due_1"]}),
        (0, {"li": ["due_1"], "wang": ["due_1"]}),
        (3, {"li": ["urge"], "zhang": ["urge"]}),
        (14, {"li": ["urge"], "zhang": ["urge"]}),
        (17, {"li": ["urge"], "zhang": ["supervise"], "zhao": ["supervise"]}),
        (42, {"li": ["urge"], "zhang": ["supervise"], "zhao": ["supervise"]}),
        (45, {"li": ["urge"], "zhang": ["interview"], "zhao": ["supervise"]}),
        (2000, {"li": ["urge"], "zhang": ["interview"], "zhao": ["supervise"]}),
    ],
)
def test_a_task_first_seen_on_a_day_gives_each_person_one_step(cast, days, expected):
    """However late it is seen, only the step that fits the day: never the whole ladder at once."""
    assert planned(DUE + days * DAY) == expected


def test_the_whole_ladder_when_the_job_runs_every_day(cast):
    got = {}
    for number in range(-40, 61):
        for person, stages in sent(DUE + number * DAY).items():
            got.setdefault(person, []).extend((number, stage) for stage in stages)
    assert got == {
        "li": [(-30, "due_30"), (-7, "due_7"), (-1, "due_1"), (3, "urge")],
        "wang": [(-30, "due_30"), (-7, "due_7"), (-1, "due_1")],
        # The 15th day is a Saturday: caught up on Monday.
        "zhang": [(3, "urge"), (17, "supervise"), (45, "interview")],
        "zhao": [(17, "supervise")],
    }


def test_nothing_on_a_day_off_but_on_a_make_up_day(cast):
    assert planned(DUE + 1 * DAY) == {}  # Saturday
    saturday = dt.date(2024, 10, 12)  # a working Saturday after National Day
    Task.objects.update(due_on=saturday + 7 * DAY)
    assert planned(saturday) == {"li": ["due_7"], "wang": ["due_7"]}


@pytest.mark.parametrize(
    ("due_on", "on", "stage"),
    [
        # Due on a Sunday: the day before is a Saturday, so the last warning goes out on Friday.
        (dt.date(2024, 12, 1), dt.date(2024, 11, 29), Stage.DUE_1),
        (dt.date(2024, 12, 1), dt.date(2024, 11, 28), Stage.DUE_7),
        # Due on the last day of National Day: nobody works from 1 to 7 October.
        (dt.date(2024, 10, 7), dt.date(2024, 9, 30), Stage.DUE_1),
        (dt.date(2024, 10, 7), dt.date(2024, 9, 29), Stage.DUE_30),
        # The day before is a working day.
        (DUE, dt.date(2024, 11, 27), Stage.DUE_7),
    ],
)
def test_the_last_warning_comes_before_the_date(due_on, on, stage):
    assert latest_due(due_on, on, {Audience.RESPONSIBLE}, calendar()) == stage


def test_urging_waits_for_a_working_day():
    eve = dt.date(2024, 9, 30)
    assert latest_due(eve, dt.date(2024, 10, 7), {Audience.LEAD}, calendar()) is None
    assert latest_due(eve, dt.date(2024, 10, 8), {Audience.LEAD}, calendar()) == Stage.URGE


@pytest.mark.parametrize(
    "state",
    ["completed", "awaiting_write_off", "written_off", "suspended", "cancelled", "carried_over"],
)
def test_stops_when_there_is_nothing_to_do(cast, state):
    Task.objects.update(state=state)
    assert planned(MONDAY) == {}


def test_a_moved_date_begins_a_new_ladder(cast, task):
    assert "li" in sent(MONDAY)
    Task.objects.update(due_on=MONDAY + 7 * DAY, due_version=2)
    assert sent(MONDAY) == {"li": ["due_7"], "wang": ["due_7"]}
    assert sent(MONDAY + 8 * DAY) == {"li": ["urge"], "zhang": ["urge"]}
    assert Reminder.objects.filter(recipient=cast["li"], stage="urge").count() == 2


def test_a_new_liaison_gets_the_step_of_the_day(cast, health):
    sent(MONDAY)
    MembershipFactory(user=UserFactory(username="new"), role="liaison", department=health)
    assert sent(MONDAY) == {"new": ["urge"]}


def test_disabled_accounts_get_nothing(cast):
    for name in ("li", "zhang"):
        cast[name].is_active = False
        cast[name].save()
    assert planned(MONDAY) == {}


def test_no_office_of_its_own_means_the_next_one_above(cast, province, zhang):
    Membership.objects.filter(user=zhang).delete()
    MembershipFactory(user=UserFactory(username="above"), role="office", region=province)
    assert planned(MONDAY) == {"li": ["urge"], "above": ["urge"]}


def test_somebody_with_two_roles_gets_one_step(cast, xuzhou):
    MembershipFactory(user=cast["li"], role="office", region=xuzhou)
    assert planned(MONDAY)["li"] == ["urge"]
    (digest,) = [d for d in plan(MONDAY) if d.recipient == cast["li"]]
    assert digest.steps[0].reason == Reason.OWN
    assert planned(DUE + 45 * DAY)["li"] == ["interview"]


# --- Sending ----------------------------------------------------------------------------------


def test_one_digest_per_person_with_everything_behind_it(cast, task, document, health):
    TaskFactory(document=document, lead=health, title="到期项", due_on=MONDAY + 5 * DAY)
    send_due(MONDAY)
    (message,) = Message.objects.filter(recipient=cast["li"])
    assert message.kind == "reminder_digest"
    assert message.subject == "医改任务提醒：催办1项、到期提醒1项"
    assert "李联络员，您好" in message.body
    assert "截至2024年12月2日" in message.body
    assert task.title in message.body
    assert "完成时限：2024年11月29日（已逾期3天）" in message.body
    assert "完成时限：2024年12月7日（还有5天）" in message.body
    assert f"/tasks/{task.pk}/" in message.body
    assert message.body.index("催办") < message.body.index("到期提醒")
    assert Delivery.objects.get(message=message).address == "li@example.org"
    rows = Reminder.objects.filter(recipient=cast["li"])
    assert {row.stage for row in rows} == {"urge", "due_7"}
    assert {row.message for row in rows} == {message}
    event = TaskEvent.objects.get(task=task, kind="reminded", note__contains="李联络员")
    assert (event.actor, event.note, event.state) == (None, "催办（逾期）：李联络员", "")
    entry = AuditEntry.objects.get(action="reminders_sent", subject_id=cast["li"].pk)
    assert entry.detail["steps"] == {"urge": 1, "due_7": 1}


def test_the_office_sees_that_it_is_a_copy(cast):
    send_due(MONDAY)
    message = Message.objects.get(recipient=cast["zhang"])
    assert "催办（抄送）1项" in message.subject
    assert "无联络员" not in message.body


def test_the_office_is_told_when_nobody_can_be_urged(cast):
    cast["li"].delete()
    send_due(MONDAY)
    message = Message.objects.get()
    assert message.subject == "医改任务提醒：催办（需电话通知）1项"
    assert "责任单位在系统内无联络员，请电话通知" in message.body
    assert "请电话通知：市卫生局" in message.body
    assert "系统已提醒" not in message.body


def test_the_office_warns_by_telephone_whoever_has_no_liaison(cast):
    cast["wang"].delete()
    day = DUE - 7 * DAY
    assert planned(day) == {"li": ["due_7"], "zhang": ["due_7"]}
    send_due(day)
    message = Message.objects.get(recipient=cast["zhang"])
    assert message.subject == "医改任务提醒：到期提醒（需电话通知）1项"
    assert "责任单位在系统内无联络员，请电话通知" in message.body
    assert "请电话通知：市财政局" in message.body
    assert "电话" not in Message.objects.get(recipient=cast["li"]).body
    # The leading department has its liaison: the office's copy of the urging asks for no call.
    send_due(MONDAY)
    urged = Message.objects.filter(recipient=cast["zhang"]).first()
    assert "催办（抄送）1项" in urged.subject
    assert "电话" not in urged.body


def test_a_department_unknown_to_the_register_is_warned_by_telephone(cast, task):
    ResponsibilityFactory(task=task, department=None, name_as_written="各有关单位")
    (step,) = [s for d in plan(DUE - DAY) if d.recipient == cast["zhang"] for s in d.steps]
    assert (step.reason, step.unreachable) == (Reason.CALL, "各有关单位")


def test_one_of_two_leads_without_a_liaison_is_called(cast, task):
    ResponsibilityFactory(task=task, role="lead")
    assert planned(MONDAY) == {"li": ["urge"], "zhang": ["urge"]}
    (digest,) = [d for d in plan(MONDAY) if d.recipient == cast["zhang"]]
    assert digest.steps[0].reason == Reason.CALL


def test_a_second_run_sends_nothing(cast):
    assert sent(MONDAY)
    before = Message.objects.count(), Reminder.objects.count(), TaskEvent.objects.count()
    assert sent(MONDAY) == {}
    assert (Message.objects.count(), Reminder.objects.count(), TaskEvent.objects.count()) == before


def test_new_steps_on_the_same_day_are_a_further_digest(cast, document, health):
    sent(MONDAY)
    TaskFactory(document=document, lead=health, due_on=DUE)
    assert sent(MONDAY) == {"li": ["urge"], "zhang": ["urge"]}
    assert Message.objects.filter(recipient=cast["li"]).count() == 2


def test_tasks_overdue_for_years_are_one_digest(cast, document, health):
    for _ in range(130):
        TaskFactory(document=document, lead=health, due_on=dt.date(2018, 12, 31))
    result = send_due(MONDAY)
    assert Message.objects.count() == len(result.sent) == 3
    message = Message.objects.get(recipient=cast["zhang"])
    assert "约谈建议130项" in message.subject
    assert message.body.count("完成时限：2018年12月31日") == 100
    assert "另有30项" in message.body
    assert Reminder.objects.filter(recipient=cast["zhang"], stage="interview").count() == 130


def test_what_changed_between_planning_and_sending_is_left_out(cast, task):
    digests = plan(MONDAY)
    Task.objects.update(state="suspended")
    assert [reminders.send_digest(digest) for digest in digests] == [None, None]
    assert Message.objects.count() == 0


def test_disabled_between_planning_and_sending(cast):
    (digest, _) = plan(MONDAY)
    digest.recipient.is_active = False
    digest.recipient.save()
    assert reminders.send_digest(digest) is None
    assert Reminder.objects.count() == 0


@pytest.mark.parametrize("crash_in", ["notify", "record"])
def test_a_crash_loses_nothing_and_doubles_nothing(cast, monkeypatch, crash_in):
    """The second person's transaction dies half-way; the next run sends what is missing."""
    honest, calls = getattr(reminders, crash_in), []

    def crash(*args, **kwargs):
        calls.append(1)
        result = honest(*args, **kwargs)
        if len(calls) == 2:
            raise SystemExit
        return result

    monkeypatch.setattr(reminders, crash_in, crash)
    with pytest.raises(SystemExit):
        send_due(MONDAY)
    assert Reminder.objects.count() == Message.objects.count() == Delivery.objects.count() == 1
    assert TaskEvent.objects.filter(kind="reminded").count() == 1
    send_due(MONDAY)
    assert Reminder.objects.count() == Message.objects.count() == Delivery.objects.count() == 2
    assert TaskEvent.objects.filter(kind="reminded").count() == 2


def test_one_persons_failure_does_not_hold_up_the_others(cast, monkeypatch):
    honest = reminders.notify

    def fail_for_li(users, *args, **kwargs):
        if users[0].username == "li":
            raise ValueError("bad template")
        return honest(users, *args, **kwargs)

    monkeypatch.setattr(reminders, "notify", fail_for_li)
    result = send_due(MONDAY)
    assert [person.username for person in result.failed] == ["li"]
    assert [digest.recipient.username for digest in result.sent] == ["zhang"]
    with pytest.raises(CommandError, match="李联络员"):
        call_command("send_due_reminders", on=MONDAY, stdout=io.StringIO())


def test_faster_worker_is_not_a_failure(cast, monkeypatch):
    def beaten(digest):
        with transaction.atomic():
            raise IntegrityError

    monkeypatch.setattr(reminders, "send_digest", beaten)
    result = send_due(MONDAY)
    assert (result.sent, result.failed) == ([], [])


# --- Cost -------------------------------------------------------------------------------------


def test_planning_costs_the_same_for_a_hundred_tasks(
    cast, document, health, django_assert_num_queries
):
    def more(count):
        for _ in range(count):
            task = TaskFactory(document=document, lead=health, due_on=DUE)
            ResponsibilityFactory(task=task, role="cooperating")

    more(10)
    # One of them reads the calendar.
    with django_assert_num_queries(8):
        assert len(plan(MONDAY)[0].steps) == 11
    more(90)
    with django_assert_num_queries(8):
        assert len(plan(MONDAY)[0].steps) == 101


def test_sending_a_digest_costs_the_same_for_a_hundred_tasks(
    cast, document, health, django_assert_max_num_queries
):
    for _ in range(100):
        TaskFactory(document=document, lead=health, due_on=DUE)
    (digest, _) = plan(MONDAY)
    with django_assert_max_num_queries(13):
        reminders.send_digest(digest)
