"""A provincial department that answers for a city's task: its liaison sees that task, and with it
what it takes to work on it, and nothing else of the city."""

import pytest
from django.urls import reverse

from tests.conftest import Role, person
from tests.factories import DepartmentFactory, PeriodFactory, ResponsibilityFactory, TaskFactory


@pytest.fixture
def han(province, task):
    drugs = DepartmentFactory(region=province, name="省药监局")
    ResponsibilityFactory(task=task, department=drugs, role="lead")
    return person("han", "韩联络员", Role.LIAISON, department=drugs)


def test_the_list_can_be_narrowed_to_the_tasks_own_region_and_document(signed_in, han, task):
    TaskFactory(document=task.document, title="别人的任务")
    query = {"region": "320300", "document": task.document.pk}
    page = signed_in(han).get(reverse("tasks"), query)
    assert page.context["is_valid"]
    assert [row.task for row in page.context["rows"]] == [task]


def test_the_period_of_the_tasks_region_is_open_to_him(signed_in, han, task, period, nanjing):
    PeriodFactory(region=nanjing)
    answer = signed_in(han).get(reverse("api-period-list")).json()
    assert [row["id"] for row in answer["results"]] == [period.pk]


def test_a_form_that_is_far_too_large_is_refused_in_chinese(signed_in, zhang, task):
    form = {"progress": "50", "narrative": "字" * 2_000_000}
    page = signed_in(zhang).post(reverse("update_progress", args=[task.pk]), form)
    assert page.status_code == 400
    assert "提交的内容过大" in page.content.decode()
