"""Recording that one department followed another, and taking it back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from departments.models import Department, SuccessionEvent, SuccessionLink
from departments.services.succession import Move, record_succession, settle, undo_succession
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db

Kind = SuccessionEvent.Kind
ON = dt.date(2019, 1, 1)
EVE = dt.date(2018, 12, 31)


@pytest.fixture
def commission(xuzhou):
    return DepartmentFactory(region=xuzhou, name="市卫生健康委")


def rename(health, commission, actor=None, on=ON):
    return record_succession(
        region=health.region,
        kind=Kind.RENAMED,
        effective_on=on,
        moves=[Move(health, commission)],
        source="徐委发〔2018〕1号",
        actor=actor,
    )


def dates(department):
    department.refresh_from_db()
    return department.valid_from, department.valid_to


def test_one_ends_and_the_other_begins(health, commission, zhang):
    event = rename(health, commission, zhang)
    assert dates(health) == (None, EVE)
    assert dates(commission) == (ON, None)
    entry = AuditEntry.objects.get(action="succession_recorded")
    assert (entry.actor, entry.subject_id) == (zhang, event.pk)
    assert entry.detail["links"] == ["市卫生局 → 市卫生健康委"]


def test_who_only_hands_over_a_function_goes_on(xuzhou, health, finance):
    record_succession(
        region=xuzhou,
        kind=Kind.TRANSFERRED,
        effective_on=ON,
        moves=[Move(health, finance, takes_over=False, functions="医疗救助资金")],
        actor=None,
    )
    assert dates(health) == (None, None)
    assert dates(finance) == (None, None)


def test_dates_somebody_entered_stay(health, commission):
    health.valid_to = dt.date(2019, 3, 5)
    health.save()
    commission.valid_from = dt.date(2019, 3, 6)
    commission.save()
    rename(health, commission)
    assert dates(health) == (None, dt.date(2019, 3, 5))
    assert dates(commission) == (dt.date(2019, 3, 6), None)


def test_a_corrected_date_takes_the_departments_along(health, commission):
    event = rename(health, commission)
    event.effective_on = dt.date(2019, 2, 1)
    event.save()
    settle(event=event, actor=None, was=ON)
    assert dates(health) == (None, dt.date(2019, 1, 31))
    assert dates(commission) == (dt.date(2019, 2, 1), None)


def test_one_heir_and_no_circle(xuzhou, health, commission, finance):
    rename(health, commission)
    for successor in (finance, health):
        with pytest.raises(ValidationError), transaction.atomic():
            rename(health, successor)
    with pytest.raises(ValidationError, match="首尾相接"), transaction.atomic():
        rename(commission, health)
    # The database holds it too, whoever writes.
    event = SuccessionEvent.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SuccessionLink.objects.create(event=event, predecessor=health, successor=finance)
    with pytest.raises(IntegrityError), transaction.atomic():
        SuccessionLink.objects.create(event=event, predecessor=finance, successor=finance)
    assert SuccessionLink.objects.count() == 1


def test_taken_back_the_first_goes_on(health, commission, zhang):
    undo_succession(event=rename(health, commission), actor=zhang)
    assert dates(health) == (None, None)
    assert not SuccessionEvent.objects.exists()
    assert AuditEntry.objects.filter(action="succession_undone", actor=zhang).count() == 1


def test_not_once_others_build_on_it(xuzhou, health, commission):
    first = rename(health, commission)
    later = DepartmentFactory(region=xuzhou, name="市健康局")
    second = rename(commission, later, on=dt.date(2023, 1, 1))
    with pytest.raises(Conflict, match="市卫生健康委"):
        undo_succession(event=first, actor=None)
    assert dates(health) == (None, EVE)
    undo_succession(event=second, actor=None)
    undo_succession(event=first, actor=None)
    assert dates(health) == (None, None)


def test_the_region_s_office_and_the_administrator_may(health, commission, li, sun, zhao, guo):
    for person in (li, sun, zhao):
        with pytest.raises(PermissionDenied), transaction.atomic():
            rename(health, commission, person)
        assert dates(health) == (None, None)
    event = rename(health, commission, guo)
    with pytest.raises(PermissionDenied):
        undo_succession(event=event, actor=sun)


def test_departments_are_asked_for_by_the_day(xuzhou, health, commission):
    rename(health, commission)
    names = ["市卫生局", "市卫生健康委"]
    for on, name in ((EVE, "市卫生局"), (ON, "市卫生健康委")):
        there = Department.objects.filter(region=xuzhou, name__in=names).valid_on(on)
        assert [department.name for department in there] == [name]
