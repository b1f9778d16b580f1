"""The page of the office and the leaders: what was sent to whom, and what goes out next."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reform_tracker.notifications.models import Delivery
from tasks.models import Task
from tasks.services.reminders import send_due
from tests.factories import DepartmentFactory, MembershipFactory, TaskFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/reminders/"
DUE = dt.date(2024, 11, 29)  # a Friday
MONDAY = dt.date(2024, 12, 2)


@pytest.fixture(autouse=True)
def monday_morning(time_machine):
    time_machine.move_to(dt.datetime(2024, 12, 2, 1, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def task(task):
    Task.objects.filter(pk=task.pk).update(due_on=DUE)
    task.refresh_from_db()
    return task


@pytest.fixture
def page(signed_in):
    def read(user, **query) -> str:
        answer = signed_in(user).get(PAGE, query)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_address():
    assert reverse("reminders") == PAGE


@pytest.mark.parametrize("who", ["li", "guo", "shen"])
def test_only_for_office_and_leaders(signed_in, request, who):
    assert signed_in(request.getfixturevalue(who)).get(PAGE).status_code == 403


def test_strangers_sign_in_first(client):
    assert client.get(PAGE).status_code == 302


def test_only_reading(signed_in, zhang):
    assert signed_in(zhang).post(PAGE).status_code == 405


def test_preview_says_what_goes_out_to_whom_and_why(page, task, li, zhang):
    text = page(zhang)
    assert "下一次将发送：2024年12月2日 星期一" in text
    assert "<strong>2</strong> 人发送 <strong>2</strong> 项" in text
    assert "李联络员" in text and "市卫生局" in text
    assert "催办（抄送）1项" in text
    assert "完成时限2024年11月29日，已逾期3天" in text
    assert task.title in text
    assert "还没有发出过提醒" in text


def test_nothing_to_send_is_said(page, zhang):
    assert "没有需要发送的提醒" in page(zhang)


def test_after_sending_it_is_in_the_log_and_no_longer_to_come(page, task, li, zhang):
    send_due(MONDAY)
    text = page(zhang)
    assert "没有需要发送的提醒" in text
    assert "催办（逾期）" in text
    assert text.count(f'data-label="任务"><a href="/tasks/{task.pk}/">') == 2


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({}, "待发送"),
        ({"status": "sent"}, "已发送"),
        ({"attempts": 1, "error": "451 later"}, "未成功，将自动重试"),
        ({"status": "failed", "error": "550 unknown"}, "发送失败"),
    ],
)
def test_whether_the_mail_arrived(page, task, li, zhang, outcome, words):
    send_due(MONDAY)
    Delivery.objects.update(**outcome)
    cells = page(zhang).split('data-label="邮件">')[1:]
    assert len(cells) == 2
    for cell in cells:
        assert words in cell.split("</td>")[0]
        assert outcome.get("error", "") in cell


def test_no_address_is_said(page, task, li, zhang):
    li.email = zhang.email = ""
    li.save()
    zhang.save()
    assert page(zhang).count("（无邮箱，仅站内消息）") == 2
    send_due(MONDAY)
    assert page(zhang).count("无邮箱，仅站内消息") == 2


def test_filter_by_stage(page, task, document, health, li, zhang):
    other = TaskFactory(document=document, lead=health, due_on=MONDAY + dt.timedelta(days=5))
    send_due(MONDAY)
    text = page(zhang, stage="due_7")
    assert other.title in text
    assert task.title not in text
    assert "没有发出过这一步骤的提醒" in page(zhang, stage="interview")


def test_a_stage_that_does_not_exist_is_said_and_hides_nothing(page, task, li, zhang):
    send_due(MONDAY)
    text = page(zhang, stage="nonsense")
    assert "invalid-feedback" in text
    assert task.title in text


def test_another_region_sees_nothing_of_it(page, task, li, zhang, sun):
    assert task.title not in page(sun)  # to come
    send_due(MONDAY)
    assert task.title not in page(sun)  # sent


def test_leaders_above_see_it(page, task, li, zhang, qian):
    send_due(MONDAY)
    assert task.title in page(qian)


def test_long_lists_are_cut_and_counted(page, document, zhang, xuzhou):
    for number in range(25):
        department = DepartmentFactory(region=xuzhou)
        MembershipFactory(
            user=UserFactory(username=f"liaison{number}"), role="liaison", department=department
        )
        TaskFactory(document=document, lead=department, due_on=DUE)
    text = page(zhang)
    assert "另有 6 人" in text  # 25 liaisons and Zhang, 20 shown
    assert "催办（抄送）另有 15 项" in text
    send_due(MONDAY)
    assert "共 50 条" not in page(zhang)  # one page
    assert page(zhang).count('data-label="任务"') == 50


@pytest.mark.parametrize("state", ["to come", "sent"])
def test_ten_rows_and_a_hundred_cost_the_same(signed_in, document, xuzhou, zhang, state):
    browser = signed_in(zhang)

    def more(count):
        department = DepartmentFactory(region=xuzhou)
        MembershipFactory(user=UserFactory(), role="liaison", department=department)
        for _ in range(count):
            TaskFactory(document=document, lead=department, due_on=DUE)
        if state == "sent":
            send_due(MONDAY)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(PAGE)
        return len(captured)

    more(10)
    few = queries()
    more(90)
    # One fewer where all fifty recipients shown sit in the office and in no department.
    assert queries() <= few


def test_a_year_without_a_calendar_is_said(signed_in, zhang, time_machine):
    time_machine.move_to(dt.datetime(2090, 3, 1, 2, tzinfo=dt.UTC), tick=False)
    text = signed_in(zhang).get(reverse("reminders")).content.decode()
    assert "2090年的放假安排还没有录入，提醒暂按周一至周五" in text
    time_machine.move_to(dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC), tick=False)
    assert "还没有录入" not in signed_in(zhang).get(reverse("reminders")).content.decode()
