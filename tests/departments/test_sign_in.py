"""Signing in and out, one's own password, and the first page of each role."""

import pytest
from django.urls import reverse

from departments.models import User
from reform_tracker.audit.models import AuditEntry
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def sign_in(client, username="zhang", password=PASSWORD, **extra):
    return client.post("/sign-in/", {"username": username, "password": password, **extra})


def test_one_signs_in_and_the_trail_says_so(client, zhang):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert AuditEntry.objects.get(action="signed_in").actor == zhang


def test_the_name_is_known_in_any_case(client, zhang):
    assert sign_in(client, username="ZHANG").status_code == 302


def test_pages_ask_a_stranger_to_sign_in_and_lead_back(client, db):
    response = client.get("/documents/")
    assert response["Location"] == "/sign-in/?next=/documents/"


def test_after_signing_in_one_is_led_back_but_never_to_another_host(client, zhang):
    assert sign_in(client, next="/documents/")["Location"] == "/documents/"
    client.post("/sign-out/")
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize("who", ["unknown", "wrong", "disabled"])
def test_a_failure_says_the_same_whatever_is_wrong_and_keeps_the_name(client, zhang, who):
    if who == "disabled":
        User.objects.filter(pk=zhang.pk).update(is_active=False)
    name = "nobody" if who == "unknown" else "zhang"
    page = sign_in(client, name, PASSWORD if who == "disabled" else "x").content.decode()
    assert "用户名或密码不对" in page
    assert f'value="{name}"' in page
    assert PASSWORD not in page


def test_five_failures_lock_the_account_however_the_name_is_written(client, zhang):
    for name in ["zhang", "Zhang", "ZHANG", "zhanG"]:
        assert sign_in(client, name, "x").status_code == 200
    locked = sign_in(client, "zHang", "x")
    assert locked.status_code == 429
    assert "请等 30 分钟后再试" in locked.content.decode()
    assert sign_in(client).status_code == 429  # the right password now comes too late


def test_signing_out_is_a_post_and_ends_the_session(signed_in, zhang):
    browser = signed_in(zhang)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.post("/sign-out/")["Location"] == "/sign-in/"
    assert browser.get("/documents/").status_code == 302
    assert AuditEntry.objects.get(action="signed_out").actor == zhang


def change(browser, new, old=PASSWORD, again=None):
    values = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return browser.post("/password/", values)


def test_one_changes_ones_own_password_and_stays_signed_in(signed_in, zhang):
    browser = signed_in(zhang)
    assert change(browser, "quite-another-word")["Location"] == "/"
    zhang.refresh_from_db()
    assert zhang.check_password("quite-another-word")
    assert browser.get("/password/").status_code == 200
    entry = AuditEntry.objects.get(action="password_changed")
    assert "quite" not in str(entry.detail)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"new": "short1"}, "密码太短，至少要10个字符。"),
        ({"new": "12345678901"}, "密码只包含数字"),
        ({"new": "quite-another-word", "again": "different-word-1"}, "输入的两个密码不一致"),
        ({"new": "quite-another-word", "old": "wrong"}, "旧密码不正确"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_chinese(signed_in, zhang, values, message):
    response = change(signed_in(zhang), **values)
    assert response.status_code == 200
    assert message in response.content.decode()
    zhang.refresh_from_db()
    assert zhang.check_password(PASSWORD)


def test_a_stranger_cannot_change_a_password(client, db):
    assert client.get("/password/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("zhang", "dashboard"),
        ("zhao", "dashboard"),
        ("li", "my_reports"),
        ("guo", "admin:index"),
        ("shen", "audit_trail"),
    ],
)
def test_each_role_has_its_own_first_page(signed_in, request, name, page):
    browser = signed_in(request.getfixturevalue(name))
    assert browser.get("/")["Location"] == reverse(page)


def test_an_account_without_a_role_is_told_whom_to_ask(signed_in, db):
    response = signed_in(UserFactory()).get("/")
    assert response.status_code == 200
    assert "请联系系统管理员" in response.content.decode()


def test_the_administration_has_no_sign_in_page_of_its_own(client, signed_in, guo, zhang):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/sign-in/?next=/admin/"
    assert signed_in(guo).get("/admin/").status_code == 200
    assert signed_in(zhang).get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    ("name", "offered", "hidden"),
    [
        (
            "zhang",
            ["首页概览", "任务台账", "政策文件", "待审核", "报告期", "提醒记录"],
            ["系统管理"],
        ),
        ("zhao", ["首页概览", "任务台账", "政策文件"], ["待审核", "报告期", "系统管理"]),
        ("li", ["任务台账", "我的填报"], ["首页概览", "政策文件", "待审核"]),
        ("guo", ["系统管理"], ["任务台账", "审计记录", "我的填报"]),
        ("shen", ["审计记录"], ["任务台账", "系统管理"]),
    ],
)
def test_the_menu_offers_what_the_role_may_enter(signed_in, request, name, offered, hidden):
    page = signed_in(request.getfixturevalue(name)).get("/password/").content.decode()
    assert [word for word in offered if f">{word}</a>" not in page] == []
    assert [word for word in hidden if f">{word}</a>" in page] == []
