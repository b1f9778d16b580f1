"""An empty database is opened by `createsuperuser`: the account must be able to make the others."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from departments.models import User
from departments.permissions import can_administer, can_run_office

pytestmark = pytest.mark.django_db


def test_the_first_account_may_administer(signed_in, xuzhou, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "wo-shi-guanliyuan-1")
    call_command("createsuperuser", interactive=False, username="guo", name="郭管理员")
    first = User.objects.get(username="guo")
    assert can_administer(first)
    assert signed_in(first).get(reverse("admin:departments_user_add")).status_code == 200
    # No business decisions: rights come from roles, not from Django's flag.
    assert not can_run_office(first, xuzhou)


def test_the_first_account_signs_in_and_makes_the_next_one(client, xuzhou, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "wo-shi-guanliyuan-1")
    call_command("createsuperuser", interactive=False, username="guo", name="郭管理员")
    client.post("/sign-in/", {"username": "guo", "password": "wo-shi-guanliyuan-1"})
    assert client.get("/")["Location"] == reverse("admin:index")
    rows = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    role = {"memberships-0-role": "office", "memberships-0-region": xuzhou.pk}
    words = {"username": "zhang", "name": "张干事", "usable_password": "true"}
    secret = {"password1": "wo-shi-ganshi-123", "password2": "wo-shi-ganshi-123"}
    added = client.post(reverse("admin:departments_user_add"), words | secret | rows | role)
    assert added.status_code == 302
    assert can_run_office(User.objects.get(username="zhang"), xuzhou)
