"""A confirmed clause becomes a task: once, whole, and only with departments that are on record."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.models import Clause
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from tasks.models import Task
from tasks.services import intake
from tests.factories import ClauseFactory, DocumentFactory


def answering(*rows):
    """Responsibilities of one bracket; each row: name, role, department or None."""
    named = [
        {"name": name, "role": role, "department": department and department.pk, "rule": ""}
        for name, role, department in rows
    ]
    return [{"raw": "（…负责）", "mode": "normal", "departments": named}]


@pytest.fixture
def clause(document, health, finance):
    return ClauseFactory(
        document=document,
        number="3",
        section=["二、重点任务", "（一）健全全民医保"],
        title="巩固参保覆盖面",
        responsibilities=answering(
            ("市卫生局", "lead", health), ("财政局", "cooperating", finance)
        ),
        targets=[
            {
                "text": "稳定在95%以上",
                "indicator": "参保率",
                "comparison": ">=",
                "value": 33.333333,
                "value_max": None,
                "unit": "%",
                "due_on": "2024-12-31",
            }
        ],
        deadlines=[
            {"text": "6月底前", "due_on": "2024-06-30"},
            {"text": "9月底前", "due_on": "2024-09-30"},
        ],
    )


def test_a_clause_becomes_a_task_with_everything_it_says(document, clause, zhang, health):
    done = intake.publish(document=document, actor=zhang)

    (task,) = Task.objects.all()
    assert done.tasks == [task]
    assert (task.number, task.title) == ("3", "巩固参保覆盖面")
    assert task.section == "二、重点任务 / （一）健全全民医保"
    # The latest of several time limits is the task's; the document was signed on 15 January.
    assert task.due_on == task.original_due_on == dt.date(2024, 9, 30)
    assert task.start_on == dt.date(2024, 1, 15)
    rows = task.responsibilities.values_list("name_as_written", "role", "department__name")
    assert list(rows) == [("市卫生局", "lead", "市卫生局"), ("财政局", "cooperating", "市财政局")]
    assert task.lead_department == health
    assert task.targets.get().target_value == Decimal("33.333333")
    clause.refresh_from_db()
    assert clause.status == Clause.Status.PUBLISHED
    assert task.events.get().state == Task.State.NOT_STARTED
    assert AuditEntry.objects.get(action="clauses_published").actor == zhang


def test_a_clause_without_a_time_limit_is_due_at_the_end_of_the_documents_last_year(xuzhou, zhang):
    plan = DocumentFactory(region=xuzhou, year_start=2021, year_end=2025, issued_on=None)
    ClauseFactory(document=plan)
    (task,) = intake.publish(document=plan, actor=zhang).tasks
    assert (task.start_on, task.due_on) == (dt.date(2021, 1, 1), dt.date(2025, 12, 31))


def test_publishing_twice_makes_each_task_once(document, clause, zhang):
    intake.publish(document=document, actor=zhang)
    again = intake.publish(document=document, actor=zhang)
    assert again.tasks == []
    assert Task.objects.count() == 1


def test_a_clause_with_an_unknown_department_is_held_back(document, clause, health, zhang):
    clause.responsibilities = answering(
        ("市卫生局", "lead", health), ("市药监办", "cooperating", None)
    )
    clause.save()
    done = intake.publish(document=document, actor=zhang)
    assert done.tasks == []
    ((held, problems),) = done.held_back
    assert held == clause
    assert "市药监办" in problems[0]
    clause.refresh_from_db()
    assert clause.status == Clause.Status.PENDING


def test_a_time_limit_before_the_work_starts_is_held_back(document, clause, zhang):
    clause.deadlines = [{"text": "到2023年底", "due_on": "2023-12-31"}]
    clause.save()
    assert intake.publish(document=document, actor=zhang).tasks == []


def test_groups_and_dismissed_clauses_never_become_tasks(document, clause, zhang):
    ClauseFactory(document=document, is_container=True)
    intake.set_dismissed(clause=clause, actor=zhang, dismissed=True)
    assert intake.publish(document=document, actor=zhang).tasks == []
    intake.set_dismissed(clause=clause, actor=zhang, dismissed=False)
    assert len(intake.publish(document=document, actor=zhang).tasks) == 1


def test_only_the_chosen_clauses_are_published(document, clause, zhang):
    other = ClauseFactory(document=document)
    (task,) = intake.publish(document=document, actor=zhang, clauses=[other.pk]).tasks
    assert task.clause == other


def test_another_citys_office_may_not_publish(document, clause, sun):
    with pytest.raises(PermissionDenied):
        intake.publish(document=document, actor=sun)
    assert not Task.objects.exists()


def test_a_correction_is_kept_and_recorded(document, clause, zhang):
    intake.correct_clause(clause=clause, actor=zhang, values={"title": "稳定参保覆盖面"})
    clause.refresh_from_db()
    assert clause.title == "稳定参保覆盖面"
    entry = AuditEntry.objects.get(action="clause_corrected")
    assert entry.detail == {"clause": clause.pk, "fields": ["title"]}


def test_a_published_clause_is_no_longer_corrected(document, clause, zhang):
    intake.publish(document=document, actor=zhang)
    with pytest.raises(Conflict):
        intake.correct_clause(clause=clause, actor=zhang, values={"title": "晚了"})
    with pytest.raises(Conflict):
        intake.set_dismissed(clause=clause, actor=zhang, dismissed=True)


def test_publishing_costs_the_same_for_ten_and_a_hundred_clauses(
    document, zhang, django_assert_max_num_queries
):
    assert zhang.scope.roles  # read once for both
    ClauseFactory.create_batch(10, document=document)
    with CaptureQueriesContext(connection) as ten:
        intake.publish(document=document, actor=zhang)
    ClauseFactory.create_batch(90, document=document)
    # SQLite takes a long INSERT in two pieces.
    with django_assert_max_num_queries(len(ten) + (connection.vendor == "sqlite")):
        intake.publish(document=document, actor=zhang)


def test_only_what_was_seen_is_published(document, clause, zhang):
    other = ClauseFactory(document=document)
    (task,) = intake.publish(
        document=document, actor=zhang, seen={other.pk: intake.fingerprint(other)}
    ).tasks
    assert task.clause == other


def test_what_changed_since_it_was_seen_is_held_back(document, clause, zhang):
    seen = {clause.pk: intake.fingerprint(clause)}
    intake.correct_clause(clause=clause, actor=zhang, values={"title": "同事改的"})
    done = intake.publish(document=document, actor=zhang, seen=seen)
    assert done.tasks == []
    ((held, problems),) = done.held_back
    assert (held, "又有改动" in problems[0]) == (clause, True)


def test_looking_without_a_change_is_recorded_once(document, clause, zhang):
    for _ in range(2):
        intake.correct_clause(clause=clause, actor=zhang, values={}, checked=True)
    clause.refresh_from_db()
    assert clause.is_checked
    entry = AuditEntry.objects.get(action="clause_checked")
    assert (entry.actor, entry.detail) == (zhang, {"clause": clause.pk})
