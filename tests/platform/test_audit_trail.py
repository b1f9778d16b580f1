"""The trail as auditors read it."""

import ast
import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reform_tracker.audit.labels import (
    ACTIONS,
    FILTER_VALUES,
    FILTERS,
    STEPS,
    detail_lines,
    subject_label,
)
from reform_tracker.audit.models import AuditEntry, record
from tasks.filters import TaskFilter
from tasks.models import Reminder, Responsibility, TaskEvent
from tasks.models.conditions import Flag, Light

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(signed_in, shen):
    return signed_in(shen)


def found(browser, query=""):
    return [row["entry"].action for row in browser.get(f"/audit/{query}").context["rows"]]


def test_acts_are_shown_in_words(browser, zhang, document):
    record(actor=zhang, action="document_imported", subject=document, detail={"clauses": 3})
    page = browser.get("/audit/").content.decode()
    for words in ("张干事", "导入文件", document.title, "政策文件", "条款数：3"):
        assert words in page


def test_it_is_filtered_by_person_action_and_day(browser, zhang, sun, document):
    record(actor=zhang, action="document_imported", subject=document)
    record(actor=sun, action="clauses_published", subject=document)
    record(actor=None, action="reminders_sent", subject=document)
    old = record(actor=zhang, action="clause_corrected", subject=document)
    # Half past midnight in Shanghai, when it is still the old year in Greenwich.
    early = timezone.make_aware(dt.datetime(2024, 1, 1, 0, 30))
    AuditEntry.objects.filter(pk=old.pk).update(at=early)

    assert found(browser, "?person=sun") == ["clauses_published"]
    assert found(browser, "?person=张干") == ["clause_corrected", "document_imported"]
    assert found(browser, "?person=系统") == ["reminders_sent"]
    assert found(browser, "?action=document_imported") == ["document_imported"]
    assert found(browser, "?first=2024-01-01&last=2024-01-01") == ["clause_corrected"]
    assert found(browser, "?last=2023-12-31") == []


@pytest.mark.parametrize(
    "query", ["?first=昨天", "?first=2024-02-01&last=2024-01-01", "?action=x", "?last=9999-12-31"]
)
def test_a_criterion_that_makes_no_sense_is_said(browser, query):
    response = browser.get(f"/audit/{query}")
    assert response.status_code == 200
    assert response.context["form"].errors


def test_only_auditors_read_it_and_nobody_writes(signed_in, browser, zhang, li, zhao, guo):
    for person in (zhang, li, zhao, guo):
        assert signed_in(person).get("/audit/").status_code == 403
        assert not AuditEntry.objects.visible_to(person).exists()
    assert browser.post("/audit/").status_code == 405


def test_fifty_acts_cost_as_many_queries_as_one(browser, zhang, document):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            browser.get("/audit/")
        return len(seen)

    record(actor=zhang, action="document_imported", subject=document)
    once = cost()
    for _ in range(30):
        record(actor=zhang, action="document_imported", subject=document)
    assert cost() == once


def test_a_kind_of_thing_that_is_gone_keeps_its_code():
    assert subject_label("old.thing") == "old.thing"
    assert subject_label("nonsense") == "nonsense"


def test_what_was_changed_is_named_as_on_the_page():
    clause = {"clause": 5, "fields": ["title", "targets"], "note": ""}
    assert detail_lines(clause, "documents.policydocument") == [
        "条款：5",
        "修改项：任务标题、目标指标",
    ]
    assert detail_lines({"fields": ["is_active"]}, "departments.user") == ["修改项：有效"]
    assert detail_lines({"fields": ["x"]}, "old.thing") == ["修改项：x"]


def test_what_was_counted_listed_or_chosen_is_said_in_words():
    digest = {"on": "2026-11-23", "steps": {"supervise": 24, "due_7": 1}, "tasks": [144, 162]}
    assert detail_lines(digest, "departments.user") == [
        "日期：2026-11-23",
        "步骤：督办24项、到期前7天提醒1项",
        "任务编号：144、162",
    ]
    assert detail_lines({"tasks": 12, "reports": 39}, "documents.policydocument") == [
        "任务数：12",
        "报告数：39",
    ]
    assert detail_lines({"periods": ["2025年1月", "2025年2月"]}, "departments.region") == [
        "报告期：2025年1月、2025年2月"
    ]
    asked = {"year": "2024", "state": "in_progress", "light": "red", "done": "false"}
    assert detail_lines({"file": "台账.xlsx", "filters": asked}, "departments.user") == [
        "文件：台账.xlsx",
        "筛选条件：年度“2024”、状态“推进中”、亮灯“红灯”、是否已完成“否”",
    ]


def test_every_step_and_filter_has_a_name():
    assert set(STEPS) == set(Reminder.Stage.values)
    assert set(FILTERS) == set(TaskFilter.base_filters)
    choices = {*Flag.values, *Light.values, *Responsibility.Role.values}
    assert choices <= set(FILTER_VALUES)


def test_every_action_written_anywhere_has_a_chinese_label():
    assert written_actions() - set(ACTIONS) == set()


def written_actions() -> set[str]:
    """Codes given to `record(action=…)` in the source, and those of task events."""
    codes = {kind.value for kind in TaskEvent.Kind}
    for folder in ("departments", "documents", "tasks", "reform_tracker"):
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _called(node) == "record":
                    codes |= _codes(node)
    return codes


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _codes(node: ast.Call) -> set[str]:
    given = [word.value for word in node.keywords if word.arg == "action"]
    return {
        part.value
        for value in given
        for part in ast.walk(value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
