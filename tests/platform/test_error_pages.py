"""Errors come as pages of ours, in Chinese, whoever meets them."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

pytestmark = pytest.mark.django_db


def test_an_address_that_is_not_there(client, signed_in, zhang):
    for browser in (client, signed_in(zhang)):
        response = browser.get("/nothing/")
        assert response.status_code == 404
        assert "没有找到这个页面" in response.content.decode()


def test_an_address_of_the_api_that_is_not_there_is_answered_in_json(client, signed_in, zhang):
    for browser in (client, signed_in(zhang)):
        response = browser.get("/api/v1/nothing/")
        assert response.status_code == 404
        assert response.json() == {"detail": "没有这个接口地址，请核对。"}


def test_a_page_one_may_not_enter_says_why(signed_in, li):
    response = signed_in(li).get("/documents/import/")
    assert response.status_code == 403
    assert "只有医改办工作人员可以办理" in response.content.decode()


def test_a_page_left_open_too_long(zhang):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(zhang, backend="django.contrib.auth.backends.ModelBackend")
    response = browser.post("/sign-out/")
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_a_crash_needs_nothing_to_say_so():
    assert "系统出错了" in render_to_string("500.html")
