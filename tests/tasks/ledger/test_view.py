"""`/ledger.xlsx`: the list's filters, the reader's scope, a file with a Chinese name."""

import io
from urllib.parse import unquote

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from reform_tracker.audit.models import AuditEntry
from tasks.models import ProgressReport
from tests.factories import DocumentFactory, ReportFactory, TaskFactory

pytestmark = pytest.mark.django_db

URL = "/ledger.xlsx"


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def titles(response) -> list[str]:
    """The tasks in the ledger, without their numbers."""
    sheet = load_workbook(io.BytesIO(content(response)))["台账"]
    return [row[2].value.split(". ", 1)[1] for row in sheet.iter_rows(min_row=4)]


@pytest.fixture
def elsewhere(nanjing):
    return TaskFactory(document=DocumentFactory(region=nanjing), title="南京市的任务")


def test_the_office_gets_its_regions_tasks(task, elsewhere, zhang, signed_in):
    response = signed_in(zhang).get(reverse("ledger"))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")
    assert titles(response) == [task.title]


def test_is_saved_under_a_name_that_says_what_it_is(task, zhang, signed_in):
    response = signed_in(zhang).get(URL, {"year": 2024, "as_of": "2024-06-30"})
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition.partition("''")[2]) == (
        "医改任务台账_徐州市_2024年_截至2024年6月30日.xlsx"
    )


def test_a_quarter_ends_when_it_ends(task, zhang, signed_in):
    response = signed_in(zhang).get(URL, {"year": 2024, "quarter": 1})
    sheet = load_workbook(io.BytesIO(content(response)))["台账"]
    assert sheet["A1"].value.endswith("（2024年第一季度）")
    assert sheet["J2"].value == "截至日期：2024年3月31日"


def test_leaders_and_the_province_see_what_their_list_shows(task, elsewhere, zhao, qian, signed_in):
    assert titles(signed_in(zhao).get(URL)) == [task.title]
    assert sorted(titles(signed_in(qian).get(URL))) == sorted([task.title, elsewhere.title])
    assert titles(signed_in(qian).get(URL, {"region": "320100"})) == [elsewhere.title]


def test_a_liaison_gets_the_departments_own_tasks(task, document, finance, li, wang, signed_in):
    other = TaskFactory(document=document, lead=finance, title="财政局自己的任务")
    assert titles(signed_in(li).get(URL)) == [task.title]
    assert titles(signed_in(wang).get(URL)) == [task.title, other.title]
    response = signed_in(li).get(URL)
    assert "市卫生局" in unquote(response["Content-Disposition"])


def test_another_departments_report_is_not_told(task, health, li, wang, zhang, signed_in):
    ReportFactory(
        task=task,
        department=health,
        status=ProgressReport.Status.APPROVED,
        narrative="仅医改办和本部门可见",
    )

    def told(person) -> str:
        response = signed_in(person).get(URL)
        return load_workbook(io.BytesIO(content(response)))["台账"]["J4"].value

    assert "本部门可见" in told(li)
    assert "本部门可见" in told(zhang)
    assert "本部门可见" not in told(wang)


def test_another_citys_office_gets_none_of_it(task, elsewhere, sun, signed_in):
    assert titles(signed_in(sun).get(URL)) == [elsewhere.title]


@pytest.mark.parametrize("role", ["guo", "shen"])
def test_who_has_neither_region_nor_department_gets_no_ledger(role, task, request, signed_in):
    assert signed_in(request.getfixturevalue(role)).get(URL).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"region": "320100"},
        {"region": "999999"},
        {"quarter": "1"},
        {"as_of": "2024-02-30"},
        {"state": "'; drop"},
        {"department": "0"},
    ],
)
def test_a_filter_that_makes_no_sense_leads_back_to_the_list(
    query, task, elsewhere, zhang, signed_in
):
    browser = signed_in(zhang)
    response = browser.get(URL, query)
    assert response.status_code == 302
    assert response.url.startswith(reverse("tasks") + "?")
    assert not AuditEntry.objects.filter(action="ledger_exported").exists()
    page = browser.get(response.url)
    assert "没有导出台账" in page.content.decode()


def test_page_numbers_in_the_address_do_not_matter(task, zhang, signed_in):
    assert titles(signed_in(zhang).get(URL, {"page": 7, "page_size": 25})) == [task.title]


def test_every_export_leaves_an_audit_row(task, xuzhou, zhang, signed_in):
    signed_in(zhang).get(URL, {"year": 2024, "flag": "overdue", "csrf": "x"})
    entry = AuditEntry.objects.get(action="ledger_exported")
    assert (entry.actor, entry.subject_id) == (zhang, xuzhou.pk)
    assert entry.detail["filters"] == {"year": "2024", "flag": "overdue"}


def test_posting_is_refused(zhang, signed_in):
    assert signed_in(zhang).post(URL).status_code == 405


def test_strangers_are_sent_to_sign_in(client):
    response = client.get(URL)
    assert response.status_code == 302 and reverse("sign_in") in response.url
