"""Filters of the list, the API and the ledger: what each one finds, and what it refuses."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine

from tasks.filters import TaskFilter
from tasks.models import Task
from tests.factories import (
    DepartmentFactory,
    DocumentFactory,
    EventFactory,
    ResponsibilityFactory,
    TaskFactory,
)


@pytest.fixture(autouse=True)
def in_july():
    with time_machine.travel(dt.datetime(2024, 7, 1, 2, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def found(qian):
    """`found(year=2024)` gives the titles Qian's list shows, in its order."""

    def titles(**query):
        bound = TaskFilter(
            query, queryset=Task.objects.visible_to(qian), request=SimpleNamespace(user=qian)
        )
        assert bound.is_valid(), bound.errors
        return [task.title for task in bound.qs]

    return titles


@pytest.fixture
def refused(qian):
    def errors(**query):
        bound = TaskFilter(
            query, queryset=Task.objects.visible_to(qian), request=SimpleNamespace(user=qian)
        )
        return dict(bound.errors)

    return errors


@pytest.fixture
def tasks(province, xuzhou, nanjing, document, health, finance):
    """One task of the province, two of Xuzhou, one of Nanjing for 2023–2024."""
    TaskFactory(document=DocumentFactory(region=province), title="省级任务")
    TaskFactory(document=document, title="甲", lead=health, progress=60, state="in_progress")
    second = TaskFactory(
        document=document, title="乙", lead=finance, due_on=dt.date(2024, 6, 28), progress=10
    )
    ResponsibilityFactory(task=second, department=health, role="cooperating")
    plan = DocumentFactory(
        region=nanjing,
        year_start=2023,
        year_end=2024,
        title="两年规划",
        document_number="宁政发3号",
    )
    TaskFactory(document=plan, title="丙", body="签约服务费")


class TestFinding:
    def test_without_filters_everything_one_may_see(self, tasks, found):
        assert sorted(found()) == sorted(["省级任务", "甲", "乙", "丙"])

    def test_a_region_takes_its_subtree(self, tasks, found):
        assert len(found(region="320000")) == 4
        assert sorted(found(region="320300")) == ["乙", "甲"]

    def test_or_only_its_own_level(self, tasks, found):
        assert found(region="320000", own_level="true") == ["省级任务"]

    def test_a_plan_counts_in_each_of_its_years(self, tasks, found):
        assert found(year="2023") == ["丙"]
        assert len(found(year="2024")) == 4
        assert found(year="2022") == []

    def test_department_and_role(self, tasks, found, health):
        assert sorted(found(department=health.pk)) == ["乙", "甲"]
        assert found(department=health.pk, role="lead") == ["甲"]
        assert found(department=health.pk, role="cooperating") == ["乙"]

    def test_state_light_and_flag(self, tasks, found):
        assert found(state="in_progress") == ["甲"]
        assert found(flag="overdue") == ["乙"]
        assert found(light="red") == ["乙"]
        assert found(flag="overdue", light="green") == []

    def test_done_or_not(self, tasks, found):
        Task.objects.filter(title="甲").update(state="awaiting_write_off")
        assert found(done="true") == ["甲"]
        assert "甲" not in found(done="false")
        assert len(found(done="")) == 4

    def test_document(self, tasks, found, document):
        assert sorted(found(document=document.pk)) == ["乙", "甲"]

    @pytest.mark.parametrize(
        ("words", "title"),
        [
            ("签约", "丙"),
            ("两年规划 签约", "丙"),
            ("宁政发3号", "丙"),
            ("市财政局", "乙"),
            ("甲", "甲"),
        ],
    )
    def test_words(self, tasks, found, words, title):
        assert found(search=words) == [title]

    def test_all_words_must_occur(self, tasks, found):
        assert found(search="签约 市财政局") == []

    def test_signs_are_taken_as_they_stand(self, tasks, found):
        assert found(search="%") == []
        assert found(search="_") == []


class TestThen:
    """A quarter shows how things stood at its end; the present quarter, how they stand."""

    def test_a_past_quarter(self, tasks, found):
        task = Task.objects.get(title="甲")
        EventFactory(task=task, effective_on=dt.date(2024, 3, 1), state="in_progress", progress=20)
        EventFactory(task=task, effective_on=dt.date(2024, 5, 1), state="completed", progress=100)
        assert found(year="2024", quarter="1", state="in_progress") == ["甲"]
        assert found(year="2024", quarter="2", state="completed") == ["甲"]
        assert found(as_of="2024-04-30", state="in_progress") == ["甲"]

    def test_the_day_is_never_after_the_quarter(self, qian):
        query = {"year": "2024", "quarter": "1", "as_of": "2024-05-01"}
        bound = TaskFilter(query, Task.objects.none(), request=SimpleNamespace(user=qian))
        assert bound.is_valid()
        assert bound.on == dt.date(2024, 3, 31)

    def test_a_running_quarter_is_today(self, qian):
        query = {"year": "2024", "quarter": "3"}
        bound = TaskFilter(query, Task.objects.none(), request=SimpleNamespace(user=qian))
        assert bound.is_valid()
        assert bound.on == dt.date(2024, 7, 1)


class TestOrdering:
    def test_by_date_and_back(self, tasks, found):
        assert found(ordering="due_on")[0] == "乙"
        assert found(ordering="-due_on")[-1] == "乙"

    def test_by_progress(self, tasks, found):
        assert found(ordering="-progress")[0] == "甲"

    def test_ties_keep_one_order(self, document, found):
        for _ in range(30):
            TaskFactory(document=document)
        by_pk = Task.objects.order_by("pk").values_list("title", flat=True)
        assert found(ordering="progress") == list(by_pk)


class TestRefusing:
    @pytest.mark.parametrize(
        "query",
        [
            {"region": "999999"},
            {"year": "abc"},
            {"year": "2018.5"},
            {"year": "1066"},
            {"year": "2024", "quarter": "5"},
            {"quarter": "1"},
            {"as_of": "gestern"},
            {"department": "0"},
            {"role": "lead"},
            {"state": "fertig"},
            {"flag": "x"},
            {"light": "purple"},
            {"document": "abc"},
            {"search": "字" * 101},
            {"ordering": "password"},
        ],
    )
    def test_what_makes_no_sense(self, tasks, refused, query):
        named = set(query) | {"year", "department"}
        errors = refused(**query)
        assert errors
        assert set(errors) <= named

    def test_one_mistake_is_said_once(self, tasks, refused):
        assert len(refused(year="abc", quarter="1")["year"]) == 1

    def test_a_department_out_of_sight_is_unknown(self, tasks, sun, health):
        bound = TaskFilter(
            {"department": health.pk},
            Task.objects.visible_to(sun),
            request=SimpleNamespace(user=sun),
        )
        assert "department" in bound.errors

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("as_of", "9999-12-31"),
            ("done", "banana"),
            ("own_level", "banana"),
            ("year", "9" * 5000),
        ],
    )
    def test_nonsense_is_refused_not_ignored(self, qian, name, value):
        bound = TaskFilter({name: value}, Task.objects.all(), request=SimpleNamespace(user=qian))
        assert not bound.is_valid()
        assert name in bound.errors


def test_departments_of_the_same_name_are_told_apart(tasks, qian, nanjing):
    DepartmentFactory(region=nanjing, name="市卫生局")
    bound = TaskFilter({}, Task.objects.none(), request=SimpleNamespace(user=qian))
    labels = [str(label) for _, label in bound.form.fields["department"].choices]
    assert {"徐州市卫生局", "南京市卫生局"} <= set(labels)
