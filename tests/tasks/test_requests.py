"""申请 and their decision: 延期, 变更, 中止, 撤销. Write-off stands in test_write_off.py."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.models import User
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from reform_tracker.notifications.models import Message
from tasks.models import Reminder, Task, TaskRequest
from tasks.models.states import State
from tasks.services import requests as services
from tasks.services.editing import edit_task
from tasks.services.progress import move_task
from tasks.services.reminders import send_due
from tasks.services.requests import (
    approve_request,
    make_request,
    refuse_request,
    withdraw_request,
)
from tests.conftest import person
from tests.factories import MembershipFactory, RequestFactory, ResponsibilityFactory, TaskFactory
from tests.threads import run_at_once

DUE = dt.date(2024, 12, 31)
LATER = dt.date(2025, 3, 31)
Kind = TaskRequest.Kind
Status = TaskRequest.Status


def on(day):
    return time_machine.travel(dt.datetime(day.year, day.month, day.day, 1, 30, tzinfo=dt.UTC))


@pytest.fixture(autouse=True)
def in_november():
    with on(dt.date(2024, 11, 5)) as clock:
        yield clock


@pytest.fixture
def ask(task, li):
    """`ask()` makes Li's request to have the task due in March; other values by keyword."""

    def made(**other):
        values = {
            "task": task,
            "kind": Kind.EXTENSION,
            "actor": li,
            "reason": "招标流标，需重新组织。",
            "progress_so_far": "已完成方案和选址。",
            "new_due_on": LATER,
        }
        return make_request(**values | other)

    return made


class TestAskingForAnExtension:
    def test_the_office_is_told_and_the_history_says_it(self, ask, task, zhang, health):
        asked = ask()
        assert (asked.status, asked.department, asked.filed_on_behalf) == ("waiting", health, False)
        assert (asked.due_on, asked.new_due_on, asked.days_later) == (DUE, LATER, 90)
        message = Message.objects.get()
        assert (message.recipient, message.kind) == (zhang, "request_made")
        assert "推迟90天" in message.body
        event = task.events.get()
        assert event.kind == "request_made"
        assert "由2024-12-31延至2025-03-31" in event.note
        assert AuditEntry.objects.filter(action="request_made").count() == 1

    def test_the_date_does_not_move_by_asking(self, ask, task):
        ask()
        task.refresh_from_db()
        assert (task.due_on, task.due_version, task.version) == (DUE, 1, 1)

    def test_on_the_last_day_it_can_still_be_asked(self, ask, in_november):
        in_november.move_to(dt.datetime(2024, 12, 31, 15, 59, tzinfo=dt.UTC))
        assert ask().is_waiting

    def test_after_it_it_cannot_and_one_is_told_what_to_do(self, ask, in_november):
        # Midnight at Shanghai.
        in_november.move_to(dt.datetime(2024, 12, 31, 16, 0, tzinfo=dt.UTC))
        with pytest.raises(Conflict, match=r"2024-12-31已过.*请与医改办联系"):
            ask()
        assert not TaskRequest.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("reason", "  "),
            ("progress_so_far", ""),
            ("new_due_on", None),
            ("new_due_on", DUE),
            ("new_due_on", DUE - dt.timedelta(1)),
            ("reason", "字" * 2001),
        ],
    )
    def test_what_is_missing_is_said_at_its_field(self, ask, field, value):
        with pytest.raises(ValidationError) as refused:
            ask(**{field: value})
        assert field in refused.value.message_dict

    def test_one_at_a_time(self, ask):
        ask()
        with pytest.raises(Conflict, match="李联络员于11-05 09:30提出的延期申请正在等待"):
            ask(kind=Kind.SUSPENSION)

    def test_the_database_itself_keeps_it_to_one(self, ask, task):
        ask()
        with pytest.raises(IntegrityError), transaction.atomic():
            RequestFactory(task=task)

    @pytest.mark.parametrize("who", ["wang", "zhao", "sun", "guo", "shen"])
    def test_only_the_lead_and_the_office(self, request, ask, who):
        with pytest.raises(PermissionDenied):
            ask(actor=request.getfixturevalue(who))

    def test_the_office_asks_on_behalf_and_it_is_marked(self, ask, zhang, health):
        asked = ask(actor=zhang)
        assert (asked.filed_on_behalf, asked.department) == (True, health)
        assert "医改办代办" in asked.task.events.get().note
        # Nobody is asked to look at what he wrote himself.
        assert not Message.objects.filter(recipient=zhang).exists()

    def test_a_second_lead_may_ask_too(self, ask, task, finance, wang):
        ResponsibilityFactory(task=task, department=finance, role="lead")
        assert ask(actor=wang).department == finance


class TestGrantingAnExtension:
    def test_the_date_moves_and_the_original_stays(self, ask, task, zhang, li):
        approve_request(asked=ask(), actor=zhang, opinion="同意，请抓紧。")
        task.refresh_from_db()
        assert (task.due_on, task.original_due_on) == (LATER, DUE)
        assert (task.extension_count, task.due_version, task.version) == (1, 2, 2)
        event = task.events.last()
        assert event.kind == "request_approved"
        assert "由2024-12-31延至2025-03-31" in event.note
        assert "同意，请抓紧。" in event.note
        message = Message.objects.get(recipient=li)
        assert message.subject == f"延期申请已同意：“{task.title}”"
        assert not Message.objects.unread().filter(recipient=zhang).exists()

    def test_every_extension_is_counted(self, ask, task, zhang):
        approve_request(asked=ask(), actor=zhang)
        approve_request(asked=ask(new_due_on=dt.date(2025, 6, 30)), actor=zhang)
        task.refresh_from_db()
        assert (task.extension_count, task.original_due_on) == (2, DUE)

    def test_a_date_corrected_by_hand_is_no_extension(self, task, zhang):
        edit_task(task=task, actor=zhang, version=1, title=task.title, due_on=LATER)
        task.refresh_from_db()
        assert task.extension_count == 0

    def test_the_reminders_begin_anew(self, ask, task, zhang, li):
        eve = dt.date(2024, 12, 30)
        assert li in {digest.recipient for digest in send_due(eve).sent}
        approve_request(asked=ask(), actor=zhang)
        assert send_due(eve).sent == []
        send_due(LATER - dt.timedelta(7))
        steps = Reminder.objects.filter(recipient=li).order_by("id")
        assert list(steps.values_list("stage", "due_version")) == [("due_1", 1), ("due_7", 2)]

    def test_asked_in_time_it_may_be_granted_after_the_date(self, ask, task, zhang, in_november):
        asked = ask()
        in_november.move_to(dt.datetime(2025, 1, 10, 2, tzinfo=dt.UTC))
        approve_request(asked=asked, actor=zhang)
        task.refresh_from_db()
        assert task.due_on == LATER

    def test_not_over_a_date_moved_since(self, ask, task, zhang):
        asked = ask()
        edit_task(task=task, actor=zhang, version=1, title=task.title, due_on=dt.date(2025, 1, 31))
        with pytest.raises(Conflict, match="2025-01-31"):
            approve_request(asked=asked, actor=zhang)
        refuse_request(asked=asked, actor=zhang, opinion="时限已另行调整。")

    def test_not_of_a_task_set_aside_since(self, ask, task, zhang):
        asked = ask()
        move_task(task=task, state=State.SUSPENDED, actor=zhang, reason="等待文件")
        with pytest.raises(Conflict, match="已中止"):
            approve_request(asked=asked, actor=zhang)

    def test_the_second_click_learns_who_and_when(self, ask, zhang, xuzhou):
        asked = ask()
        approve_request(asked=asked, actor=zhang)
        other = person("chen", "陈干事", "office", region=xuzhou)
        with pytest.raises(Conflict, match="张干事于11-05 09:30办理（已同意）"):
            refuse_request(asked=asked, actor=other, opinion="不同意")
        asked.refresh_from_db()
        assert asked.status == Status.APPROVED

    def test_nobody_decides_on_his_own(self, ask, li, xuzhou):
        """Li reports for a department and sits in the office too."""
        MembershipFactory(user=li, role="office", region=xuzhou)
        asked = ask(actor=User.objects.get(pk=li.pk))
        assert not asked.filed_on_behalf
        with pytest.raises(PermissionDenied, match="自己"):
            approve_request(asked=asked, actor=User.objects.get(pk=li.pk))

    def test_but_on_what_the_office_filed_on_behalf(self, ask, zhang, task, li):
        approve_request(asked=ask(actor=zhang), actor=zhang)
        task.refresh_from_db()
        assert task.extension_count == 1
        assert Message.objects.get().recipient == li

    @pytest.mark.parametrize("who", ["li", "wang", "zhao", "sun", "guo", "shen"])
    def test_only_the_office_of_the_region(self, request, ask, who):
        with pytest.raises(PermissionDenied):
            approve_request(asked=ask(), actor=request.getfixturevalue(who))


class TestRefusing:
    def test_the_reason_is_kept_and_told(self, ask, task, zhang, li):
        asked = refuse_request(asked=ask(), actor=zhang, opinion=" 请按期完成 ")
        asked.refresh_from_db()
        assert (asked.status, asked.opinion, asked.decided_by) == ("refused", "请按期完成", zhang)
        task.refresh_from_db()
        assert (task.due_on, task.extension_count, task.due_version) == (DUE, 0, 1)
        assert "请按期完成" in Message.objects.get(recipient=li).body
        assert "请按期完成" in task.events.last().note

    def test_without_a_reason_nothing_happens(self, ask, zhang):
        asked = ask()
        with pytest.raises(ValidationError) as refused:
            refuse_request(asked=asked, actor=zhang, opinion=" ")
        assert "opinion" in refused.value.message_dict
        asked.refresh_from_db()
        assert asked.is_waiting

    def test_another_may_be_asked_for_afterwards(self, ask, zhang):
        refuse_request(asked=ask(), actor=zhang, opinion="理由不充分")
        assert ask().is_waiting
        assert TaskRequest.objects.count() == 2


class TestWithdrawing:
    def test_the_department_takes_it_back(self, ask, li, zhang):
        asked = withdraw_request(asked=ask(), actor=li)
        assert asked.status == Status.WITHDRAWN
        assert not Message.objects.unread().filter(recipient=zhang).exists()

    @pytest.mark.parametrize("who", ["wang", "zhang", "zhao", "sun"])
    def test_nobody_else_does(self, request, ask, who):
        with pytest.raises(PermissionDenied):
            withdraw_request(asked=ask(), actor=request.getfixturevalue(who))

    def test_not_once_decided(self, ask, li, zhang):
        asked = ask()
        approve_request(asked=asked, actor=zhang)
        with pytest.raises(Conflict, match="张干事"):
            withdraw_request(asked=asked, actor=li)


class TestSettingAside:
    @pytest.mark.parametrize(
        ("kind", "then"), [(Kind.SUSPENSION, "suspended"), (Kind.CANCELLATION, "cancelled")]
    )
    def test_granted_the_task_is_moved(self, ask, task, zhang, kind, then):
        approve_request(asked=ask(kind=kind), actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.extension_count, task.due_on) == (then, 0, DUE)
        assert task.events.last().state == then

    @pytest.mark.parametrize("kind", [Kind.SUSPENSION, Kind.CANCELLATION, Kind.CHANGE])
    def test_refused_it_stays(self, ask, task, zhang, kind):
        refuse_request(asked=ask(kind=kind), actor=zhang, opinion="继续推进")
        task.refresh_from_db()
        assert task.state == State.NOT_STARTED

    def test_a_change_is_made_by_the_office_itself(self, ask, task, zhang):
        approve_request(asked=ask(kind=Kind.CHANGE), actor=zhang)
        task.refresh_from_db()
        assert (task.state, task.version) == (State.NOT_STARTED, 1)


class TestPages:
    def test_from_the_form_to_the_list_to_the_ledger(self, signed_in, task, li, zhang):
        filing, office = signed_in(li), signed_in(zhang)
        address = reverse("make_request", args=[task.pk]) + "?kind=extension"
        assert address in filing.get(task.get_absolute_url()).content.decode()
        answer = filing.post(
            address, {"new_due_on": "2025-03-31", "reason": "流标", "progress_so_far": "已选址"}
        )
        assert answer.headers["Location"] == f"{task.get_absolute_url()}#requests"
        asked = TaskRequest.objects.get()
        text = office.get(reverse("requests")).content.decode()
        for words in (task.title, "2024-12-31", "2025-03-31", "推迟90天", "流标", "已选址"):
            assert words in text
        answer = office.post(reverse("approve_request", args=[asked.pk]))
        assert answer.headers["Location"] == reverse("requests")
        assert "没有待办理的申请" in office.get(reverse("requests")).content.decode()
        for page in (task.get_absolute_url(), reverse("tasks")):
            text = filing.get(page).content.decode()
            assert "2025-03-31" in text
            assert "原定 2024-12-31" in text
            assert "延期1次" in text
        row = office.get(reverse("api-task-detail", args=[task.pk])).json()
        assert (row["original_due_on"], row["extension_count"]) == ("2024-12-31", 1)

    def test_a_double_click_makes_one(self, signed_in, task, li):
        browser = signed_in(li)
        address = reverse("make_request", args=[task.pk])
        values = {"new_due_on": "2025-03-31", "reason": "流标", "progress_so_far": "已选址"}
        browser.post(address, values)
        assert "正在等待医改办办理" in browser.post(address, values).content.decode()
        assert TaskRequest.objects.count() == 1

    def test_too_late_one_is_told_instead_of_asked(self, signed_in, task, li, in_november):
        in_november.move_to(dt.datetime(2025, 1, 2, 2, tzinfo=dt.UTC))
        text = signed_in(li).get(reverse("make_request", args=[task.pk])).content.decode()
        assert "请与医改办联系" in text
        assert "提交申请" not in text

    def test_what_was_typed_stays(self, signed_in, task, li):
        text = (
            signed_in(li)
            .post(reverse("make_request", args=[task.pk]), {"reason": "流标", "new_due_on": ""})
            .content.decode()
        )
        assert "流标</textarea>" in text

    def test_refusing_without_a_reason_is_asked_for_it(self, signed_in, ask, zhang):
        asked = ask()
        answer = signed_in(zhang).post(reverse("refuse_request", args=[asked.pk]))
        assert "请写明不同意的原因" in answer.content.decode()
        asked.refresh_from_db()
        assert asked.is_waiting

    def test_the_second_decider_is_told_with_his_words(self, signed_in, ask, zhang, xuzhou):
        asked = ask()
        approve_request(asked=asked, actor=person("chen", "陈干事", "office", region=xuzhou))
        answer = signed_in(zhang).post(
            reverse("refuse_request", args=[asked.pk]), {"opinion": "再等等"}
        )
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "陈干事于11-05 09:30办理（已同意）" in text
        assert "再等等" in text

    def test_a_change_agreed_to_leads_to_its_making(self, signed_in, ask, task, zhang):
        asked = ask(kind=Kind.CHANGE)
        answer = signed_in(zhang).post(reverse("approve_request", args=[asked.pk]))
        assert answer.headers["Location"] == reverse("edit_task", args=[task.pk])

    def test_an_unknown_kind_is_not_found(self, signed_in, task, li):
        address = reverse("make_request", args=[task.pk])
        assert signed_in(li).get(address, {"kind": "party"}).status_code == 404

    def test_another_citys_office_sees_none(self, signed_in, ask, sun):
        ask()
        assert "没有待办理的申请" in signed_in(sun).get(reverse("requests")).content.decode()

    def test_ten_cost_what_two_do(self, signed_in, document, health, li, zhang):
        browser = signed_in(zhang)
        costs = []
        for number in (2, 8):
            for _ in range(number):
                RequestFactory(
                    task=TaskFactory(document=document, lead=health), department=health, author=li
                )
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(reverse("requests")).status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1]


@pytest.fixture
def waiting(transactional_db, ask, zhang, xuzhou):
    """A request, and two people of the same office who open it at the same moment."""
    person("chen", "陈干事", "office", region=xuzhou)
    return ask()


def decide(asked):
    """Alternately approve and refuse, each by another person of the office."""
    turn = iter([("zhang", True), ("chen", False), ("zhang", False), ("chen", True)])
    lock = threading.Lock()

    def work():
        with lock:
            who, accepts = next(turn)
        actor = User.objects.get(username=who)
        if accepts:
            return approve_request(asked=asked, actor=actor)
        return refuse_request(asked=asked, actor=actor, opinion="请按期完成")

    return work


@pytest.mark.django_db(transaction=True)
def test_of_deciders_at_once_one_decides(waiting):
    results, errors = run_at_once(decide(waiting), workers=4)
    assert len(results) == 1
    assert [type(error) for error in errors] == [Conflict] * 3
    who = results[0].decided_by.name
    assert all(f"已由{who}于11-05 09:30办理" in str(error) for error in errors)
    assert Message.objects.filter(kind="request_decided").count() == 1
    task = Task.objects.get()
    assert task.extension_count == (results[0].status == Status.APPROVED)


@pytest.mark.needs_postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_several_would_decide(waiting, monkeypatch):
    """The control: what the test above would miss if it could not fail."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    looked = threading.Barrier(4)
    honest = services.can_decide

    def slow(actor, asked):
        verdict = honest(actor, asked)
        looked.wait(5)
        return verdict

    monkeypatch.setattr(services, "can_decide", slow)
    results, _errors = run_at_once(decide(waiting), workers=4)
    assert len(results) > 1


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_clicks_make_one_request(transactional_db, ask, zhang):
    results, errors = run_at_once(ask, workers=20)
    assert len(results) == 1
    assert {type(error) for error in errors} == {Conflict}
    assert TaskRequest.objects.count() == 1
    assert Message.objects.filter(kind="request_made").count() == 1
