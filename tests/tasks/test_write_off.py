"""销号: asked by the lead, verified item by item, granted or refused, and reopened (回头看)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reform_tracker.lib.verdicts import Conflict
from reform_tracker.notifications.models import Message
from tasks.models import Task, TaskRequest
from tasks.models.states import State
from tasks.services.progress import move_task, record_progress
from tasks.services.requests import (
    approve_request,
    make_request,
    refuse_request,
    withdraw_request,
)
from tasks.write_off_checks import Item, write_off_checks
from tests.factories import ReportFactory, RequestFactory, TargetFactory, TaskFactory

NOVEMBER = dt.date(2024, 11, 5)
ALL = Item.values


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(dt.datetime(2024, 11, 5, 1, 30, tzinfo=dt.UTC)) as clock:
        yield clock


@pytest.fixture
def done(task, zhang):
    """The task, completed in November."""
    return move_task(task=task, state=State.COMPLETED, actor=zhang)


@pytest.fixture
def ask(done, li):
    def made(actor=li):
        return make_request(task=done, kind="write_off", actor=actor, reason="已全面完成。")

    return made


def check(task, item):
    return next(row for row in write_off_checks([task], NOVEMBER)[task.pk] if row.item == item)


class TestAsking:
    def test_the_task_awaits_write_off(self, ask, task, zhang):
        asked = ask()
        task.refresh_from_db()
        assert (task.state, task.progress) == (State.AWAITING_WRITE_OFF, 100)
        assert asked.is_waiting
        assert Message.objects.get().recipient == zhang

    @pytest.mark.parametrize("state", [s for s in State if s != State.COMPLETED])
    def test_only_what_is_completed(self, task, li, state):
        Task.objects.update(state=state)
        with pytest.raises(Conflict, match="才能申请销号"):
            make_request(task=task, kind="write_off", actor=li, reason="完成")

    def test_waiting_it_is_not_counted_as_written_off(self, ask, task):
        ask()
        row = Task.objects.with_light(NOVEMBER).get()
        assert (row.state_then, row.light) == (State.AWAITING_WRITE_OFF, "green")

    @pytest.mark.parametrize("state", ["awaiting_write_off", "written_off"])
    def test_naming_the_state_is_no_write_off(self, signed_in, done, zhang, state):
        browser = signed_in(zhang)
        browser.post(reverse("change_state", args=[done.pk]), {"state": state, "reason": "急"})
        answer = browser.patch(
            reverse("api-task-detail", args=[done.pk]),
            {"state": state, "version": done.version},
            content_type="application/json",
        )
        assert answer.status_code == 409
        assert "逐项核验" in answer.json()["detail"]
        done.refresh_from_db()
        assert done.state == State.COMPLETED

    def test_the_office_does_not_pass_the_request_by(self, ask, task, zhang):
        ask()
        for state in (State.WRITTEN_OFF, State.COMPLETED, State.IN_PROGRESS):
            with pytest.raises(Conflict, match="待办申请"):
                move_task(task=task, state=state, actor=zhang, reason="急")


class TestVerifying:
    def test_all_verified_it_is_written_off(self, ask, task, zhang, li):
        asked = approve_request(asked=ask(), actor=zhang, checked=ALL)
        task.refresh_from_db()
        assert (task.state, task.completed_on) == (State.WRITTEN_OFF, NOVEMBER)
        assert len(asked.checks) == len(ALL)
        assert task.events.last().state == State.WRITTEN_OFF
        assert "已同意" in Message.objects.get(recipient=li).subject

    @pytest.mark.parametrize("left_out", ALL)
    def test_every_item_must_be_ticked(self, ask, task, zhang, left_out):
        asked = ask()
        with pytest.raises(ValidationError) as refused:
            approve_request(asked=asked, actor=zhang, checked=[i for i in ALL if i != left_out])
        assert str(Item(left_out).label) in str(refused.value.message_dict["checked"])
        task.refresh_from_db()
        assert task.state == State.AWAITING_WRITE_OFF

    def test_a_target_missed_is_explained(self, ask, done, health, zhang):
        target = TargetFactory(task=done)
        report = ReportFactory(task=done, department=health, status="approved", progress=100)
        report.readings.create(target=target, value=Decimal("94.99"), read_on=NOVEMBER)
        row = check(done, Item.TARGETS)
        assert row.met is False
        assert "94.99%，未达标" in row.detail
        asked = ask()
        with pytest.raises(ValidationError) as refused:
            approve_request(asked=asked, actor=zhang, checked=ALL)
        assert "opinion" in refused.value.message_dict
        approve_request(asked=asked, actor=zhang, checked=ALL, opinion="统计口径调整，予以认可。")
        asked.refresh_from_db()
        assert [row["met"] for row in asked.checks] == [True, False, True, None]

    def test_a_target_reached_is_met(self, done, health):
        target = TargetFactory(task=done)
        report = ReportFactory(task=done, department=health, status="approved", progress=100)
        report.readings.create(target=target, value=Decimal("95"), read_on=NOVEMBER)
        assert check(done, Item.TARGETS).met is True

    def test_a_target_without_a_figure_is_not_met(self, done):
        TargetFactory(task=done)
        assert check(done, Item.TARGETS).met is False

    def test_a_report_missing_is_named(self, done, period):
        row = check(done, Item.REPORTS)
        assert row.met is False
        assert "2024年第一季度未报送" in row.detail

    def test_filed_and_reviewed_it_is_complete(self, done, period, health):
        report = ReportFactory(task=done, department=health, period=period)
        assert check(done, Item.REPORTS).detail == "有报告待审核"
        report.status = "approved"
        report.save()
        assert check(done, Item.REPORTS).met is True

    def test_progress_below_100_is_never_written_off(self, ask, zhang):
        asked = ask()
        Task.objects.update(progress=90)
        with pytest.raises(Conflict, match="90%"):
            approve_request(asked=asked, actor=zhang, checked=ALL, opinion="同意")

    @pytest.mark.parametrize("who", ["li", "zhao", "sun"])
    def test_only_the_office(self, request, ask, who):
        with pytest.raises(PermissionDenied):
            approve_request(asked=ask(), actor=request.getfixturevalue(who), checked=ALL)


class TestRefusing:
    def test_back_to_completed_with_the_reason_kept(self, ask, task, zhang, li):
        refuse_request(asked=ask(), actor=zhang, opinion="缺少验收材料")
        task.refresh_from_db()
        assert (task.state, task.progress) == (State.COMPLETED, 100)
        assert task.requests.get().opinion == "缺少验收材料"
        assert "缺少验收材料" in Message.objects.get(recipient=li).body

    def test_withdrawn_it_is_completed_too(self, ask, task, li):
        withdraw_request(asked=ask(), actor=li)
        task.refresh_from_db()
        assert task.state == State.COMPLETED

    def test_it_may_be_asked_for_again(self, ask, zhang, task):
        refuse_request(asked=ask(), actor=zhang, opinion="缺少验收材料")
        approve_request(asked=ask(), actor=zhang, checked=ALL)
        assert list(task.requests.order_by("id").values_list("status", flat=True)) == [
            "refused",
            "approved",
        ]


def test_reopening_keeps_the_whole_history(ask, task, zhang):
    approve_request(asked=ask(), actor=zhang, checked=ALL)
    with pytest.raises(ValidationError, match="原因"):
        move_task(task=task, state=State.IN_PROGRESS, actor=zhang)
    move_task(task=task, state=State.IN_PROGRESS, actor=zhang, reason="回头看发现反弹")
    task.refresh_from_db()
    assert (task.state, task.completed_on) == (State.IN_PROGRESS, None)
    states = task.events.order_by("id").values_list("state", flat=True)
    assert list(states) == ["completed", "awaiting_write_off", "written_off", "in_progress"]
    assert task.events.last().kind == "reopened"
    assert task.events.last().note.endswith("回头看发现反弹")
    assert task.requests.get().status == "approved"
    record_progress(task=task, actor=zhang, progress=100)
    assert make_request(task=task, kind="write_off", actor=zhang, reason="已整改").is_waiting


class TestPages:
    def test_the_list_shows_what_to_verify_and_keeps_the_ticks(self, signed_in, ask, task, zhang):
        TargetFactory(task=task)
        asked, office = ask(), signed_in(zhang)
        text = office.get(reverse("requests")).content.decode()
        for words in ("进度达到100%", "未填报，无法判定", "没有缺报", "佐证材料"):
            assert words in text
        answer = office.post(
            reverse("approve_request", args=[asked.pk]), {"checked": ["progress", "targets"]}
        )
        text = answer.content.decode()
        assert "请逐项核验并打勾" in text
        assert text.count(" checked>") == 2
        office.post(
            reverse("approve_request", args=[asked.pk]),
            {"checked": ALL, "opinion": "指标待年报公布，予以销号。"},
        )
        task.refresh_from_db()
        assert task.state == State.WRITTEN_OFF
        assert "核验情况" in office.get(task.get_absolute_url()).content.decode()

    def test_refusing_needs_no_ticks(self, signed_in, ask, task, zhang):
        asked = ask()
        signed_in(zhang).post(reverse("refuse_request", args=[asked.pk]), {"opinion": "缺材料"})
        task.refresh_from_db()
        assert task.state == State.COMPLETED

    def test_ten_cost_what_two_do(self, signed_in, document, health, li, zhang, period):
        browser = signed_in(zhang)
        costs = []
        for number in (2, 8):
            for _ in range(number):
                row = TaskFactory(
                    document=document, lead=health, state="awaiting_write_off", progress=100
                )
                TargetFactory(task=row)
                RequestFactory(task=row, kind="write_off", department=health, author=li)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(reverse("requests")).status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1]
        assert TaskRequest.objects.count() == 10
