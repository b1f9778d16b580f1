"""The administrator's site: accounts, regions, departments, and namesakes told apart."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.models import Department, Membership, SuccessionEvent
from departments.services.succession import Move, record_succession
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


class TestRegister:
    """Names with their time, and what became of whom."""

    def department_form(self, department, names=(), **values):
        start = department.aliases.count()
        rows = {
            "aliases-TOTAL_FORMS": len(names) + start,
            "aliases-INITIAL_FORMS": start,
            "aliases-MIN_NUM_FORMS": 0,
            "aliases-MAX_NUM_FORMS": 1000,
        }
        for number, alias in enumerate(department.aliases.all()):
            rows |= {f"aliases-{number}-id": alias.pk, f"aliases-{number}-name": alias.name}
            rows |= {f"aliases-{number}-kind": alias.kind}
        for number, row in enumerate(names, start=start):
            rows |= {f"aliases-{number}-{name}": value for name, value in row.items()}
        own = {
            "region": department.region_id,
            "name": department.name,
            "kind": department.kind,
            "level": department.level,
        }
        return own | values | rows

    def test_a_name_is_entered_with_its_time(self, browser, health):
        url = reverse("admin:departments_department_change", args=[health.pk])
        name = {"name": "市卫生行政主管局", "kind": "alias", "valid_to": "2012-12-31"}
        assert browser.post(url, self.department_form(health, [name])).status_code == 302
        assert str(health.aliases.get().valid_to) == "2012-12-31"
        assert "市卫生行政主管局" in AuditEntry.objects.get(action="changed").detail["note"]

    def test_a_name_that_is_anothers_at_that_time_is_refused(self, browser, health, finance):
        url = reverse("admin:departments_department_change", args=[health.pk])
        name = {"name": "市财政局", "kind": "alias"}
        answer = browser.post(url, self.department_form(health, [name]))
        assert "已经是“市财政局”的名称" in answer.content.decode()
        assert not health.aliases.exists()
        finance.valid_to = dt.date(2014, 12, 31)
        finance.save()
        name["valid_from"] = "2015-01-01"
        assert browser.post(url, self.department_form(health, [name])).status_code == 302
        assert health.aliases.get().name == "市财政局"

    def test_dates_out_of_order_are_refused_in_chinese(self, browser, health):
        url = reverse("admin:departments_department_change", args=[health.pk])
        values = {"valid_from": "2015-01-01", "valid_to": "2014-01-01"}
        answer = browser.post(url, self.department_form(health, **values))
        assert "起始日期不能晚于截止日期。" in answer.content.decode()

    def test_field_and_level_are_told_from_the_name(self, browser, xuzhou):
        form = {"region": xuzhou.pk, "name": " 市医学 装备局", "kind": "other", "level": ""}
        rows = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
        for name, kind in ((" 市疾控 局", "disease_control"), ("各镇（街道）", "government")):
            values = form | {"name": name} | rows
            url = reverse("admin:departments_department_add")
            assert browser.post(url, values).status_code == 302
            assert Department.objects.latest("pk").kind == kind
        assert Department.objects.latest("pk").level == "town"
        assert Department.objects.latest("pk").name == "各镇(街道)"

    def event_form(self, xuzhou, links, on="2019-01-01", start=0):
        rows = {
            "links-TOTAL_FORMS": len(links),
            "links-INITIAL_FORMS": start,
            "links-MIN_NUM_FORMS": 1,
            "links-MAX_NUM_FORMS": 1000,
        }
        for number, link in enumerate(links):
            rows |= {f"links-{number}-{name}": value for name, value in link.items()}
        return {"region": xuzhou.pk, "kind": "renamed", "effective_on": on, "source": ""} | rows

    def test_a_renaming_is_recorded_corrected_and_taken_back(self, browser, xuzhou, health, guo):
        heir = DepartmentFactory(region=xuzhou, name="市卫生健康委")
        link = {"predecessor": health.pk, "successor": heir.pk, "takes_over": "on"}
        add = reverse("admin:departments_successionevent_add")
        assert browser.post(add, self.event_form(xuzhou, [link])).status_code == 302
        event = SuccessionEvent.objects.get()
        health.refresh_from_db()
        assert health.valid_to == dt.date(2018, 12, 31)
        entry = AuditEntry.objects.get(action="succession_recorded")
        assert (entry.actor, entry.detail["links"]) == (guo, ["市卫生局 → 市卫生健康委"])

        page = browser.get(reverse("admin:departments_department_change", args=[health.pk]))
        change = reverse("admin:departments_successionevent_change", args=[event.pk])
        assert (
            f'href="{change}">2019年1月1日 更名：市卫生局 → 市卫生健康委<' in page.content.decode()
        )

        link |= {"id": event.links.get().pk, "event": event.pk}
        form = self.event_form(xuzhou, [link], on="2019-03-01", start=1)
        assert browser.post(change, form).status_code == 302
        health.refresh_from_db()
        assert health.valid_to == dt.date(2019, 2, 28)

        delete = reverse("admin:departments_successionevent_delete", args=[event.pk])
        assert browser.post(delete, {"post": "yes"}).status_code == 302
        health.refresh_from_db()
        assert health.valid_to is None
        assert AuditEntry.objects.filter(action="succession_undone", actor=guo).exists()

    def test_a_second_heir_and_a_circle_are_refused_in_chinese(self, browser, xuzhou, health):
        heir = DepartmentFactory(region=xuzhou, name="市卫生健康委")
        link = {"predecessor": health.pk, "successor": heir.pk, "takes_over": "on"}
        add = reverse("admin:departments_successionevent_add")
        browser.post(add, self.event_form(xuzhou, [link]))
        page = browser.post(add, self.event_form(xuzhou, [link])).content.decode()
        assert "一个部门只能由一个部门整体承接。" in page
        back = {"predecessor": heir.pk, "successor": health.pk, "takes_over": "on"}
        page = browser.post(add, self.event_form(xuzhou, [back])).content.decode()
        assert "承接关系不能首尾相接" in page
        assert SuccessionEvent.objects.count() == 1

    def test_events_are_listed_in_as_many_queries(self, browser, xuzhou):
        def page():
            with CaptureQueriesContext(connection) as seen:
                text = browser.get(reverse("admin:departments_successionevent_changelist"))
            assert text.status_code == 200
            return len(seen)

        def rename(number):
            pair = [DepartmentFactory(region=xuzhou, name=f"市{n}{number}局") for n in "甲乙"]
            record_succession(
                region=xuzhou,
                kind="renamed",
                effective_on=dt.date(2019, 1, 1),
                moves=[Move(*pair)],
                actor=None,
            )

        rename(0)
        cost = page()
        for number in range(1, 15):
            rename(number)
        assert page() == cost

    def test_departments_of_today_and_those_that_ended(self, browser, xuzhou, health, finance):
        health.valid_to = dt.date(2014, 6, 30)
        health.save()

        def listed(standing):
            url = reverse("admin:departments_department_changelist")
            return browser.get(url, {"standing": standing, "q": "徐州"}).content.decode()

        assert ">市财政局<" in listed("now") and ">市卫生局<" not in listed("now")
        assert ">市卫生局<" in listed("ended") and ">市财政局<" not in listed("ended")


class TestRegions:
    def form(self, region, **values):
        rows = {"former_names-TOTAL_FORMS": 0, "former_names-INITIAL_FORMS": 0}
        names = ("code", "name", "level", "pinyin", "initials")
        own = {name: getattr(region, name) for name in names} | {"parent": region.parent_id}
        return own | rows | values

    def test_found_by_pinyin_and_told_from_the_one_before(self, browser, xuzhou, province):
        RegionFactory(code="990101", name="彭城市", parent=province, valid_to=dt.date(2012, 12, 31))
        url = reverse("admin:departments_region_change", args=[xuzhou.pk])
        assert browser.post(url, self.form(xuzhou, pinyin="")).status_code == 302
        assert "江苏省 徐州市" in offered(browser, "region", "xuzhou")
        assert "江苏省 徐州市" in offered(browser, "region", "xzs")
        assert offered(browser, "region", "彭城") == ["江苏省 彭城市（至2012年）"]

    def test_a_new_name_is_read_anew_unless_the_administrator_says_how(self, browser, xuzhou):
        url = reverse("admin:departments_region_change", args=[xuzhou.pk])
        browser.post(url, self.form(xuzhou, name="长乐市"))
        xuzhou.refresh_from_db()
        assert (xuzhou.pinyin, xuzhou.initials) == ("changleshi", "cls")
        browser.post(url, self.form(xuzhou, pinyin="zhangleshi", initials="zls"))
        xuzhou.refresh_from_db()
        assert xuzhou.pinyin == "zhangleshi"

    def test_who_followed_is_entered(self, browser, xuzhou, nanjing):
        url = reverse("admin:departments_region_change", args=[xuzhou.pk])
        values = {"valid_to": "2025-12-31", "successor": nanjing.pk}
        assert browser.post(url, self.form(xuzhou, **values)).status_code == 302
        xuzhou.refresh_from_db()
        assert xuzhou.successor == nanjing
        answer = browser.post(url, self.form(xuzhou, successor=xuzhou.pk))
        assert "不能是本地区" in answer.content.decode()
