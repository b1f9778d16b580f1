"""The administrator's site: accounts, regions, departments, and namesakes told apart."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.models import Membership
from reform_tracker.audit.models import AuditEntry
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


def inline(rows, start=0):
    """Fields of the roles' rows below an account."""
    data = {
        "memberships-TOTAL_FORMS": len(rows) + start,
        "memberships-INITIAL_FORMS": start,
        "memberships-MIN_NUM_FORMS": 0,
        "memberships-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows, start=start):
        data |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return data


def test_a_role_that_is_granted_stands_in_the_trail(browser, guo):
    clerk = UserFactory(username="clerk", name="新干事")
    url = reverse("admin:departments_user_change", args=[clerk.pk])
    form = {"username": "clerk", "name": "新干事", "email": clerk.email, "is_active": "on"}
    answer = browser.post(url, form | inline([{"role": "administrator", "user": clerk.pk}]))
    assert answer.status_code == 302
    assert Membership.objects.get(user=clerk).role == "administrator"
    entry = AuditEntry.objects.get(action="changed", subject_id=clerk.pk)
    assert entry.actor == guo
    assert "系统管理员" in entry.detail["note"]


def test_a_password_that_is_reset_stands_in_the_trail_without_its_words(browser):
    clerk = UserFactory(username="clerk", name="新干事")
    url = reverse("admin:auth_user_password_change", args=[clerk.pk])
    words = "longer-than-ten-7"
    answer = browser.post(url, {"password1": words, "password2": words, "usable_password": "true"})
    assert answer.status_code == 302
    clerk.refresh_from_db()
    assert clerk.check_password(words)
    entry = AuditEntry.objects.get(action="changed", subject_id=clerk.pk)
    assert "密码" in entry.detail["note"]
    assert words not in str(entry.detail)


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
