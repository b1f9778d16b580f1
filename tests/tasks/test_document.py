"""A document with its tasks, as each role sees it."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.models import Clause, PolicyDocument
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from tasks.services import intake
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


class TestRemoving:
    @pytest.fixture
    def stored(self, document):
        """A document with its file, a clause and one nested in it."""
        document.source_file.save("通知.txt", ContentFile("正文".encode()))
        outer = ClauseFactory(document=document)
        ClauseFactory(document=document, parent=outer)
        return document

    def test_a_wrong_import_is_removed_with_all_of_it(
        self, signed_in, zhang, stored, django_capture_on_commit_callbacks
    ):
        browser = signed_in(zhang)
        for address in (f"/documents/{stored.pk}/", f"/documents/{stored.pk}/confirm/"):
            text = browser.get(address).content.decode()
            assert "删除这份文件" in text
            assert 'data-confirm="删除“' in text
        storage, name = stored.source_file.storage, stored.source_file.name
        with django_capture_on_commit_callbacks(execute=True):
            response = browser.post(f"/documents/{stored.pk}/delete/", follow=True)
        assert f"已删除《{stored.title}》" in response.content.decode()
        assert not PolicyDocument.objects.exists()
        assert not Clause.objects.exists()
        assert not storage.exists(name)
        entry = AuditEntry.objects.get(action="document_removed")
        assert (entry.actor, entry.subject) == (zhang, stored.title)
        assert entry.detail["clauses"] == 2

    def test_the_second_click_finds_nothing(self, signed_in, zhang, stored):
        browser = signed_in(zhang)
        browser.post(f"/documents/{stored.pk}/delete/")
        assert browser.post(f"/documents/{stored.pk}/delete/").status_code == 404

    def test_not_once_a_clause_is_in_the_ledger(self, signed_in, zhang, stored, task):
        browser = signed_in(zhang)
        assert "删除这份文件" not in page(browser, stored).content.decode()
        response = browser.post(f"/documents/{stored.pk}/delete/", follow=True)
        assert "已经入账，不能删除" in response.content.decode()
        assert PolicyDocument.objects.filter(pk=stored.pk).exists()
        assert stored.source_file.storage.exists(stored.source_file.name)

    def test_what_is_done_to_one_just_removed_is_refused(self, stored, zhang):
        clause = stored.clauses.first()
        intake.remove_document(document=PolicyDocument.objects.get(), actor=zhang)
        with pytest.raises(Conflict):
            intake.publish(document=stored, actor=zhang)
        with pytest.raises(Conflict):
            intake.correct_clause(clause=clause, actor=zhang, values={"title": "晚了"})

    def test_not_by_others_and_not_by_get(self, signed_in, zhang, li, zhao, sun, stored):
        address = f"/documents/{stored.pk}/delete/"
        assert signed_in(zhang).get(address).status_code == 405
        for reader in (li, zhao):
            browser = signed_in(reader)
            assert "删除这份文件" not in page(browser, stored).content.decode()
            assert browser.post(address).status_code == 403
        assert signed_in(sun).post(address).status_code == 404
        assert PolicyDocument.objects.filter(pk=stored.pk).exists()
