"""`resolve_department`: whom a name stands for; nothing is ever created."""

import json

import pytest
from django.core.management import CommandError, call_command

from departments.models import Department, DepartmentAlias

pytestmark = pytest.mark.django_db


def resolved(capsys, name, *options):
    call_command("resolve_department", name, "--region", "320300", *options)
    return json.loads(capsys.readouterr().out)


def test_a_known_name_gives_the_department_and_the_rule(capsys, health):
    answer = resolved(capsys, "市卫生局", "--on", "2012-06-15")
    assert answer == {
        "department": {"id": health.pk, "name": "市卫生局"},
        "rule": "exact",
        "candidates": [],
    }


def test_an_alias_is_said_to_be_one(capsys, health):
    DepartmentAlias.objects.create(department=health, name="市卫健委")
    assert resolved(capsys, "市卫健委")["rule"] == "alias"


def test_an_unknown_name_gives_candidates_and_creates_nothing(capsys, health):
    before = Department.objects.count()
    answer = resolved(capsys, "市卫计局")
    assert answer["department"] is None
    assert answer["candidates"][0]["name"] == "徐州市卫生局"
    assert Department.objects.count() == before


def test_an_unknown_region_is_said(db):
    with pytest.raises(CommandError, match="没有代码为999999的地区"):
        call_command("resolve_department", "市卫生局", "--region", "999999")
