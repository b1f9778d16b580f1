"""The administrator's site: accounts, regions, departments, and namesakes told apart."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.models import Membership
from tests.factories import DepartmentFactory, MembershipFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(signed_in, guo):
    return signed_in(guo)


def offered(browser, field, term, model="membership"):
    answer = browser.get(
        reverse("admin:autocomplete"),
        {"app_label": "departments", "model_name": model, "field_name": field, "term": term},
    )
    return [row["text"] for row in answer.json()["results"]]


def test_namesakes_are_offered_with_their_region(browser, finance, nanjing):
    DepartmentFactory(region=nanjing, name="市财政局")
    DepartmentFactory(region=nanjing, name="各区人民政府")
    labels = ["江苏省 南京市财政局", "江苏省 徐州市财政局"]
    assert set(labels) <= set(offered(browser, "department", "财政局"))
    assert offered(browser, "department", "南京 财政局") == ["江苏省 南京市财政局"]
    assert offered(browser, "department", "南京市财政局") == ["江苏省 南京市财政局"]
    assert offered(browser, "department", "各区人民") == ["各区人民政府（江苏省 南京市）"]


def test_regions_are_offered_with_the_one_above(browser, xuzhou, nanjing):
    for city in (xuzhou, nanjing):
        RegionFactory(name="鼓楼区", level="county", parent=city)
    labels = {"南京市 鼓楼区", "徐州市 鼓楼区"}
    assert labels <= set(offered(browser, "region", "鼓楼"))
    assert labels <= set(offered(browser, "parent", "鼓楼", "region"))


def test_the_chosen_department_keeps_its_region(browser, wang):
    page = browser.get(reverse("admin:departments_user_change", args=[wang.pk])).content.decode()
    assert re.search(r"selected>江苏省 徐州市财政局</option>", page)
    membership = Membership.objects.get(user=wang)
    assert str(membership) == "王联络员 · 部门联络员 徐州市财政局"


def test_the_list_shows_roles_with_places_in_as_many_queries(browser, wang, zhang, guo, health):
    def page():
        with CaptureQueriesContext(connection) as seen:
            text = browser.get(reverse("admin:departments_user_changelist")).content.decode()
        return text, len(seen)

    text, cost = page()
    for words in ("部门联络员 江苏省 徐州市财政局", "医改办工作人员 江苏省 徐州市", "系统管理员"):
        assert words in text
    for _ in range(20):
        MembershipFactory(user=UserFactory(), role="liaison", department=health)
    assert page()[1] == cost


def test_only_accounts_regions_and_departments(browser):
    page = browser.get("/admin/").content.decode()
    links = set(re.findall(r'href="/admin/([a-z]+/[a-z]+)/"', page))
    assert links == {"departments/user", "departments/region", "departments/department"}
    assert "令牌" not in page
    assert browser.get("/admin/authtoken/tokenproxy/").status_code == 404


def test_adding_an_account_is_explained_in_chinese(browser):
    page = browser.get(reverse("admin:departments_user_add")).content.decode()
    assert "并在“任职”中选定角色" in page
    assert "After you" not in page
