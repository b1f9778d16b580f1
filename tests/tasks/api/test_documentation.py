"""The schema and its readable page, and the token to use them with."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reform_tracker.audit.models import AuditEntry


def test_the_schema_lists_every_address(client_of, zhang):
    response = client_of(zhang).get("/api/schema/?format=json")
    assert response.status_code == 200
    paths = response.json()["paths"]
    for name in [
        "regions/",
        "departments/",
        "documents/",
        "documents/{document}/clauses/",
        "tasks/",
        "targets/",
        "progress-reports/{id}/send-back/",
        "reporting-periods/",
        "reminders/",
        "rollups/",
    ]:
        assert f"/api/v1/{name}" in paths


def test_strangers_see_neither_schema_nor_page(client, db):
    assert client.get("/api/schema/").status_code == 401
    page = client.get("/api/docs/")
    assert page.status_code == 302
    assert page.url.startswith("/sign-in/")


def test_the_page_loads_nothing_from_outside(signed_in, zhang):
    browser = signed_in(zhang)
    page = browser.get("/api/docs/")
    assert page.status_code == 200
    for text in (page.content.decode(), browser.get("/api/docs/?script=").content.decode()):
        assert "http://" not in text.replace("http://testserver", "")
        assert "https://" not in text


def token_of(username, **options):
    out = StringIO()
    call_command("issue_token", username, stdout=out, **options)
    return out.getvalue().strip()


def test_a_token_is_issued_once(client, zhang, task):
    key = token_of("Zhang")
    assert token_of("zhang") == key
    answer = client.get("/api/v1/tasks/", headers={"Authorization": f"Token {key}"})
    assert answer.json()["count"] == 1


def test_a_renewed_token_replaces_the_old_one(client, zhang):
    old = token_of("zhang")
    new = token_of("zhang", renew=True)
    answers = [
        client.get("/api/v1/tasks/", headers={"Authorization": f"Token {key}"}).status_code
        for key in (old, new)
    ]
    assert answers == [401, 200]
    assert AuditEntry.objects.filter(action="token_issued").count() == 2


def test_no_token_for_unknown_or_disabled_accounts(zhang):
    zhang.is_active = False
    zhang.save()
    for name in ("zhang", "nobody"):
        with pytest.raises(CommandError):
            token_of(name)
