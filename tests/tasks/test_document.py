"""A document with its tasks, as each role sees it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ClauseFactory, TaskFactory

pytestmark = pytest.mark.django_db


def page(browser, document):
    return browser.get(f"/documents/{document.pk}/")


def test_it_shows_head_targets_and_tasks_with_their_light(signed_in, zhang, document, task):
    document.targets = [{"indicator": "参保率", "text": "稳定在95%以上", "due_on": "2024-12-31"}]
    document.save()
    text = page(signed_in(zhang), document).content.decode()
    for words in (
        document.document_number,
        "参保率：稳定在95%以上",
        task.title,
        "市卫生局",
        "红灯",
    ):
        assert words in text
    assert f'href="/tasks/{task.pk}/"' in text


def test_only_the_office_is_led_to_confirming(signed_in, zhang, zhao, li, document):
    ClauseFactory(document=document)
    assert "核对入账（还有 1 条）" in page(signed_in(zhang), document).content.decode()
    for reader in (zhao, li):
        assert "/confirm/" not in page(signed_in(reader), document).content.decode()


def test_a_liaison_sees_the_tasks_of_his_own_department_only(
    signed_in, li, document, task, finance
):
    other = TaskFactory(document=document, lead=finance)
    text = page(signed_in(li), document).content.decode()
    assert task.title in text
    assert other.title not in text


def test_another_office_finds_nothing(signed_in, sun, document):
    assert page(signed_in(sun), document).status_code == 404


def test_the_province_reads_it_too(signed_in, qian, document, task):
    assert task.title in page(signed_in(qian), document).content.decode()


def test_the_text_is_shown_as_text(signed_in, zhang, document):
    document.text = "<script>alert(1)</script>正文"
    document.save()
    text = page(signed_in(zhang), document).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_many_tasks_cost_as_many_queries_as_one(signed_in, zhang, document, task, health):
    browser = signed_in(zhang)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            page(browser, document)
        return len(seen)

    once = cost()
    for _ in range(10):
        TaskFactory(document=document, lead=health)
    assert cost() == once
