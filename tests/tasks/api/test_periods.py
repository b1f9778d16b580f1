"""Reporting periods through the API: opened, changed, closed; figures, urging, exceptions."""

import datetime as dt

import pytest
import time_machine

from tasks.models import LateFiling, ReportingPeriod
from tests.factories import PeriodFactory

PERIODS = "/api/v1/reporting-periods/"
MAY = dt.datetime(2024, 5, 6, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def may():
    with time_machine.travel(MAY, tick=False):
        yield


@pytest.fixture
def body():
    return {
        "region": "320300",
        "kind": "quarter",
        "starts_on": "2024-04-01",
        "ends_on": "2024-06-30",
    }


@pytest.fixture
def office(client_of, zhang):
    return client_of(zhang)


def test_one_is_opened(office, body, xuzhou):
    answer = office.post(PERIODS, body, format="json")
    assert answer.status_code == 201, answer.json()
    period = ReportingPeriod.objects.get()
    assert answer.json() == {
        "id": period.pk,
        "region": {"code": "320300", "name": "徐州市"},
        "kind": "quarter",
        "name": "2024年第二季度",
        "year": 2024,
        "starts_on": "2024-04-01",
        "ends_on": "2024-06-30",
        "due_on": "2024-07-05",
        "stated_due_on": None,
        "filing_rule": "next_month",
        "filing_days": 5,
        "is_open": True,
        "is_locked": False,
    }
    assert office.get(f"{PERIODS}{period.pk}/").json() == answer.json()


def test_twice_is_a_conflict(office, body):
    office.post(PERIODS, body, format="json")
    again = office.post(PERIODS, body, format="json")
    assert again.status_code == 409
    assert "时间重叠" in again.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "decade"}, "kind"),
        ({"kind": "custom"}, "name"),
        ({"ends_on": "2024-07-30"}, "starts_on"),
        ({"due_on": "2024-06-01"}, "due_on"),
        ({"filing_days": 29}, "filing_days"),
        ({"filing_rule": "weekly"}, "filing_rule"),
        ({"is_open": False}, "is_open"),
        ({"region": "320100"}, "region"),
    ],
)
def test_what_makes_no_sense_is_named(office, body, nanjing, change, field):
    answer = office.post(PERIODS, body | change, format="json")
    assert answer.status_code == 400
    assert set(answer.json()) == {field}
    assert not ReportingPeriod.objects.exists()


@pytest.mark.parametrize("who", ["li", "zhao"])
def test_others_of_the_region_may_not(request, client_of, body, period, task, who):
    client = client_of(request.getfixturevalue(who))
    assert client.post(PERIODS, body, format="json").status_code == 403
    address = f"{PERIODS}{period.pk}/"
    assert client.patch(address, {"is_open": False}, format="json").status_code == 403
    assert client.get(f"{address}figures/").status_code == 403
    assert client.post(f"{address}urge/").status_code == 403


def test_name_and_deadline(office, period):
    answer = office.patch(
        f"{PERIODS}{period.pk}/", {"name": "一季度", "due_on": "2024-05-11"}, format="json"
    )
    assert answer.status_code == 200, answer.json()
    # Saturday 11 May is worked, after 劳动节.
    assert (answer.json()["name"], answer.json()["due_on"]) == ("一季度", "2024-05-11")


def test_closing_opening_locking(office, period):
    def patch(**values):
        return office.patch(f"{PERIODS}{period.pk}/", values, format="json")

    assert patch(is_locked=True).status_code == 409
    assert patch(is_open=False).json()["is_open"] is False
    assert patch(is_open=False).status_code == 409
    assert patch(name="一季度").status_code == 409
    assert patch(is_locked=True).json()["is_locked"] is True
    assert patch(is_open=True).status_code == 409


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "name"),
        ({"is_open": False, "name": "一季度"}, "is_open"),
        ({"is_locked": False}, "is_locked"),
        ({"starts_on": "2024-01-01"}, "starts_on"),
    ],
)
def test_one_act_at_a_time(office, period, values, field):
    answer = office.patch(f"{PERIODS}{period.pk}/", values, format="json")
    assert (answer.status_code, set(answer.json())) == (400, {field})


def test_figures_are_the_boards(office, period, task, health):
    told = office.get(f"{PERIODS}{period.pk}/figures/").json()
    figures = {
        "due": 1,
        "filed": 0,
        "late": 0,
        "unfiled": 1,
        "nothing_new": 0,
        "sent_back": 0,
        "awaiting_review": 0,
    }
    assert told == {
        "figures": figures,
        "departments": [{"department": {"id": health.pk, "name": "市卫生局"}, "figures": figures}],
    }


def test_urging_once_a_day(office, period, task, health, li):
    answer = office.post(f"{PERIODS}{period.pk}/urge/")
    assert answer.status_code == 200
    assert answer.json() == [
        {"department": {"id": health.pk, "name": "市卫生局"}, "reports": 1, "people": 1}
    ]
    assert office.post(f"{PERIODS}{period.pk}/urge/").status_code == 409


def test_an_exception(office, period, task, health):
    address = f"{PERIODS}{period.pk}/late-filings/"
    values = {"department": health.pk, "until": "2024-05-10", "reason": "交接中"}
    assert office.post(address, values, format="json").status_code == 409
    office.patch(f"{PERIODS}{period.pk}/", {"is_open": False}, format="json")
    answer = office.post(address, values, format="json")
    assert answer.status_code == 201, answer.json()
    assert answer.json()["until"] == "2024-05-10"
    assert LateFiling.objects.get().department == health
    assert office.post(address, values | {"until": "x"}, format="json").status_code == 400


def test_another_regions_is_like_a_missing_one(office, nanjing):
    there = PeriodFactory(region=nanjing)
    for path in ("", "figures/", "urge/", "late-filings/"):
        send = office.get if path in ("", "figures/") else office.post
        assert send(f"{PERIODS}{there.pk}/{path}").status_code == 404
    assert office.patch(f"{PERIODS}{there.pk}/", {"is_open": False}).status_code == 404
