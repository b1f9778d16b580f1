"""`resolve_department`: whom a name stands for; nothing is ever created."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from departments.models import Department, DepartmentAlias, SuccessionEvent
from departments.services.succession import Move, record_succession
from tests.factories import DepartmentFactory

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


@pytest.fixture
def renamed(xuzhou, health):
    """市卫生局 until the end of 2018, 市卫生健康委 since."""
    return record_succession(
        region=xuzhou,
        kind=SuccessionEvent.Kind.RENAMED,
        effective_on=dt.date(2019, 1, 1),
        moves=[Move(health, DepartmentFactory(region=xuzhou, name="市卫生健康委"))],
        actor=None,
    )


def test_the_date_decides_and_says_so(capsys, renamed):
    before = Department.objects.count(), DepartmentAlias.objects.count()
    then = resolved(capsys, "市卫健委", "--on", "2019-06-01")
    assert then["department"]["name"] == "市卫生健康委"
    assert then["rule"] == "short form"
    assert then["reason"] == "“市卫健委”是“市卫生健康委”的通用写法"
    assert "warning" not in then
    earlier = resolved(capsys, "市卫健委", "--on", "2012-06-01")
    assert "2019年1月1日起" in earlier["warning"]
    assert earlier["candidates"][0] == {
        "name": "徐州市卫生局",
        "reason": "后由“市卫生健康委”承接",
    }
    assert (Department.objects.count(), DepartmentAlias.objects.count()) == before


def test_a_date_that_is_none_is_refused(health):
    with pytest.raises(CommandError, match="--on"):
        call_command("resolve_department", "市卫生局", "--region", "320300", "--on", "2012-13-01")
