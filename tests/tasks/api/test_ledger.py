"""The ledger over the API: the page's file, with the API's manners."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

URL = "/api/v1/ledger.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cells(response):
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    return [value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row]


@pytest.mark.parametrize("accept", ["*/*", XLSX])
def test_the_file(client_of, zhang, task, accept):
    response = client_of(zhang).get(f"{URL}?region=320300&year=2024", HTTP_ACCEPT=accept)
    assert response.status_code == 200
    assert response["Content-Type"] == XLSX
    assert ".xlsx" in unquote(response["Content-Disposition"])
    assert any(task.title in str(value) for value in cells(response))


def test_another_city_gets_none_of_it(client_of, sun, task):
    response = client_of(sun).get(URL)
    assert not any(task.title in str(value) for value in cells(response))


@pytest.mark.parametrize(
    ("query", "named"),
    [("regoin=320300", "regoin"), ("region=320100", "region"), ("page=1", "page")],
)
def test_wrong_filters_are_named(client_of, zhang, query, named):
    response = client_of(zhang).get(f"{URL}?{query}")
    assert response.status_code == 400
    assert list(response.json()) == [named]


def test_strangers_get_401(client, db):
    assert client.get(URL).status_code == 401
