"""The rollups as other offices' systems read them: their form is a contract."""

import datetime as dt

import pytest

from tests.factories import DocumentFactory, TaskFactory

URL = "/api/v1/rollups/"


def test_the_form_of_a_cell(client_of, zhang, task, health, document):
    by = "region,year,quarter,department,document"
    answer = client_of(zhang).get(f"{URL}?by={by}&year=2024&quarter=4").json()
    assert set(answer) == {"as_of", "frozen", "cells"}
    assert (answer["as_of"], answer["frozen"]) == ("2024-12-31", False)
    assert answer["cells"] == [
        {
            "region": {"code": "320300", "name": "徐州市"},
            "year": 2024,
            "quarter": 4,
            "department": {
                "id": health.pk,
                "name": "市卫生局",
                "full_name": "徐州市卫生局",
            },
            "document": {
                "id": document.pk,
                "title": document.title,
                "document_number": "徐政办发〔2024〕1号",
            },
            "tasks": 1,
            "states": {
                "not_started": 1,
                "in_progress": 0,
                "completed": 0,
                "awaiting_write_off": 0,
                "written_off": 0,
                "suspended": 0,
                "cancelled": 0,
                "carried_over": 0,
            },
            "lights": {"grey": 0, "green": 0, "yellow": 1, "red": 0, "blue": 0},
            "overdue": 0,
            "lagging": 1,
            "completion_rate": 0.0,
            "write_off_rate": 0.0,
            "on_time_rate": None,
            "mean_progress": 0.0,
            "targets": {"total": 0, "met": 0, "not_met": 0, "undetermined": 0},
            "reports": {"due": 0, "on_time": 0, "late": 0, "missing": 0},
        }
    ]


def test_by_region_and_year_unless_asked_otherwise(client_of, qian, task, nanjing):
    TaskFactory(document=DocumentFactory(region=nanjing))
    cells = client_of(qian).get(URL).json()["cells"]
    assert [(c["region"]["code"], c["year"], c["department"]) for c in cells] == [
        ("320100", 2024, None),
        ("320300", 2024, None),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("by=year", [2]),
        ("by=year&region=320000", [2]),
        ("by=year&region=320300", [1]),
        ("by=&year=2023", []),
        ("by=", [2]),
    ],
)
def test_filters(client_of, qian, task, nanjing, query, expected):
    TaskFactory(document=DocumentFactory(region=nanjing))
    cells = client_of(qian).get(f"{URL}?{query}").json()["cells"]
    assert [c["tasks"] for c in cells] == expected


def test_of_one_department_or_document(client_of, zhang, task, health, finance, document):
    other = TaskFactory(document=DocumentFactory(region=document.region), lead=health)
    client = client_of(zhang)
    for query, expected in {
        f"department={health.pk}": 2,
        f"document={document.pk}": 1,
        f"document={other.document_id}&department={health.pk}": 1,
    }.items():
        assert client.get(f"{URL}?by=year&{query}").json()["cells"][0]["tasks"] == expected
    # 市财政局 cooperates, it does not lead.
    assert client.get(f"{URL}?by=year&department={finance.pk}").json()["cells"] == []


def test_nobody_sees_another_citys_figures(client_of, sun, guo, task):
    assert client_of(sun).get(URL).json()["cells"] == []
    assert client_of(guo).get(URL).json()["cells"] == []
    assert client_of(sun).get(f"{URL}?region=320300").status_code == 400
    assert client_of(sun).get(f"{URL}?document={task.document_id}").status_code == 400


def test_strangers_get_401(client, db):
    assert client.get(URL).status_code == 401


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("by=town", "by"),
        ("by=region,quarter", "year"),
        ("quarter=2", "year"),
        ("year=18", "year"),
        ("year=2024&quarter=5", "quarter"),
        ("as_of=2024-13-01", "as_of"),
        ("region=999999", "region"),
        ("regoin=320300", "regoin"),
        ("department=x", "department"),
    ],
)
def test_wrong_questions_are_named(client_of, zhang, query, named):
    response = client_of(zhang).get(f"{URL}?{query}")
    assert response.status_code == 400
    assert list(response.json()) == [named]


def test_as_of_a_past_day(client_of, zhang, document):
    TaskFactory(document=document, due_on=dt.date(2024, 6, 30))
    client = client_of(zhang)
    assert client.get(f"{URL}?as_of=2024-06-30").json()["cells"][0]["overdue"] == 0
    late = client.get(f"{URL}?as_of=2024-07-01").json()
    assert (late["as_of"], late["cells"][0]["overdue"]) == ("2024-07-01", 1)
