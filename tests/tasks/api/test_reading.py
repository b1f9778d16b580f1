"""Lists and single rows: their form, their limits, and how far each person sees."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.models import Reminder, Target, TargetReading
from tests.factories import (
    ClauseFactory,
    DepartmentFactory,
    DocumentFactory,
    PeriodFactory,
    ReportFactory,
    ResponsibilityFactory,
    TargetFactory,
    TaskFactory,
)

LISTS = [
    "regions",
    "departments",
    "documents",
    "tasks",
    "targets",
    "progress-reports",
    "reporting-periods",
    "reminders",
]


def ids(response):
    assert response.status_code == 200, response.content
    return {row["id"] for row in response.json()["results"]}


@pytest.fixture
def rows(task, document, health, period, li, zhang):
    """One row of every kind in 徐州市."""
    target = TargetFactory(task=task)
    report = ReportFactory(task=task, department=health, period=period, author=li)
    reminder = Reminder.objects.create(
        task=task, stage="due_7", due_version=1, recipient=li, due_on=task.due_on
    )
    return {
        "regions": task.region_id,
        "departments": health.pk,
        "documents": document.pk,
        "tasks": task.pk,
        "targets": target.pk,
        "progress-reports": report.pk,
        "reporting-periods": period.pk,
        "reminders": reminder.pk,
    }


@pytest.mark.parametrize("name", LISTS)
def test_list_and_single_row(client_of, zhang, rows, name):
    client = client_of(zhang)
    page = client.get(f"/api/v1/{name}/").json()
    assert set(page) == {"count", "next", "previous", "results"}
    assert rows[name] in {row["id"] for row in page["results"]}
    row = client.get(f"/api/v1/{name}/{rows[name]}/").json()
    assert row["id"] == rows[name]
    assert set(page["results"][0]) <= set(row)


@pytest.mark.parametrize("name", LISTS)
def test_another_city_sees_nothing(client_of, sun, rows, name):
    client = client_of(sun)
    assert rows[name] not in ids(client.get(f"/api/v1/{name}/"))
    hidden = client.get(f"/api/v1/{name}/{rows[name]}/")
    missing = client.get(f"/api/v1/{name}/99999999/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json() == missing.json()


@pytest.mark.parametrize("name", LISTS)
def test_strangers_get_401_and_no_redirect(client, db, name):
    response = client.get(f"/api/v1/{name}/")
    assert response.status_code == 401
    assert "身份" in response.json()["detail"]


@pytest.mark.parametrize("name", LISTS)
def test_unknown_filters_are_named(client_of, zhang, name):
    response = client_of(zhang).get(f"/api/v1/{name}/?regoin=320300")
    assert response.status_code == 400
    assert list(response.json()) == ["regoin"]


@pytest.mark.parametrize("name", [*LISTS, "rollups"])
def test_session_of_the_browser_is_enough(signed_in, zhang, name):
    assert signed_in(zhang).get(f"/api/v1/{name}/").status_code == 200


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["put", "delete"])
def test_nothing_else_is_allowed(client_of, zhang, rows, name, method):
    response = getattr(client_of(zhang), method)(f"/api/v1/{name}/{rows[name]}/")
    assert response.status_code == 405


CHANGED = ("tasks", "progress-reports", "reporting-periods")


@pytest.mark.parametrize("name", [n for n in LISTS if n not in CHANGED])
def test_the_rest_is_read_only(client_of, zhang, rows, name):
    client = client_of(zhang)
    assert client.post(f"/api/v1/{name}/", {}, format="json").status_code == 405
    one = client.patch(f"/api/v1/{name}/{rows[name]}/", {"name": "x"}, format="json")
    assert one.status_code == 405


def test_pages(client_of, zhang, document):
    for _ in range(5):
        TaskFactory(document=document)
    client = client_of(zhang)
    first = client.get("/api/v1/tasks/?page_size=2").json()
    assert (first["count"], len(first["results"])) == (5, 2)
    last = client.get("/api/v1/tasks/?page_size=2&page=3").json()
    assert (last["next"], len(last["results"])) == (None, 1)
    assert client.get("/api/v1/tasks/?page_size=2&page=4").status_code == 404


@pytest.mark.parametrize("size", ["0", "-1", "many", "1.5"])
def test_senseless_page_sizes_are_refused(client_of, zhang, size):
    response = client_of(zhang).get(f"/api/v1/tasks/?page_size={size}")
    assert response.status_code == 400
    assert list(response.json()) == ["page_size"]


def test_at_most_200_rows_at_once(client_of, zhang, document):
    for _ in range(201):
        TaskFactory(document=document)
    page = client_of(zhang).get("/api/v1/tasks/?page_size=1000").json()
    assert (page["count"], len(page["results"])) == (201, 200)


def test_a_task(client_of, zhang, task):
    row = client_of(zhang).get(f"/api/v1/tasks/{task.pk}/").json()
    assert row["region"] == {"code": "320300", "name": "徐州市"}
    assert row["state"] == "not_started"
    assert (row["light"], row["flags"]) == ("red", ["overdue", "lagging"])
    assert row["light_reason"] == "逾期未完成"
    assert [(r["role"], r["department"]["name"]) for r in row["responsibilities"]] == [
        ("lead", "市卫生局"),
        ("cooperating", "市财政局"),
    ]
    then = client_of(zhang).get(f"/api/v1/tasks/{task.pk}/?as_of=2024-06-30").json()
    assert (then["light"], then["flags"]) == ("grey", ["lagging"])
    assert then["expected_progress"] == 49.6


def test_filters_of_tasks(client_of, zhang, task, health, document):
    done = TaskFactory(
        document=document, state="completed", progress=100, completed_on=dt.date(2024, 5, 1)
    )
    client = client_of(zhang)
    for query, expected in {
        "region=320300": {task.pk, done.pk},
        "region=320300&own_level=true": {task.pk, done.pk},
        "state=completed": {done.pk},
        "done=true": {done.pk},
        "done=false": {task.pk},
        f"department={health.pk}&role=lead": {task.pk},
        f"department={health.pk}&role=cooperating": set(),
        "flag=overdue": {task.pk},
        "light=green": {done.pk},
        "search=签约服务": {task.pk},
        "year=2023": set(),
        f"document={document.pk}": {task.pk, done.pk},
    }.items():
        assert ids(client.get(f"/api/v1/tasks/?{query}")) == expected, query
    assert client.get("/api/v1/tasks/?region=320100").status_code == 400
    assert list(client.get("/api/v1/tasks/?flag=late").json()) == ["flag"]
    assert list(client.get("/api/v1/tasks/?quarter=1").json()) == ["year"]


def test_a_lead_from_outside_the_city_can_be_filtered_by(client_of, zhang, document, province):
    """The number of such a department on the dashboard has a list behind it."""
    provincial = DepartmentFactory(region=province, name="省卫生厅")
    other = DepartmentFactory(region=province, name="省教育厅")
    led = TaskFactory(document=document, lead=provincial)
    client = client_of(zhang)
    assert ids(client.get(f"/api/v1/tasks/?department={provincial.pk}&role=lead")) == {led.pk}
    assert client.get(f"/api/v1/tasks/?department={other.pk}").status_code == 400


def test_liaisons_see_their_departments_tasks(client_of, li, task, document):
    other = TaskFactory(document=document)
    assert ids(client_of(li).get("/api/v1/tasks/")) == {task.pk}
    assert client_of(li).get(f"/api/v1/tasks/{other.pk}/").status_code == 404


def test_targets_with_reading_and_verdict(client_of, zhang, task, health, period):
    target = TargetFactory(task=task)
    open_target = TargetFactory(task=task)
    report = ReportFactory(task=task, department=health, period=period, status="approved")
    TargetReading.objects.create(
        target=target, report=report, value="94.99", read_on=period.ends_on
    )
    client = client_of(zhang)
    row = client.get(f"/api/v1/targets/{target.pk}/").json()
    assert row["reading"] == {"value": 94.99, "read_on": "2024-03-31"}
    assert row["verdict"] == "not_met"
    assert client.get(f"/api/v1/targets/{open_target.pk}/").json()["reading"] is None
    for query, expected in {
        "verdict=not_met": {target.pk},
        "verdict=undetermined": {open_target.pk},
        f"task={task.pk}": {target.pk, open_target.pk},
        "year=2024&quarter=1&verdict=not_met": {target.pk},
        "as_of=2024-03-30&verdict=not_met": set(),
        "region=320300": {target.pk, open_target.pk},
        "flag=overdue": {target.pk, open_target.pk},
        "year=2023": set(),
    }.items():
        assert ids(client.get(f"/api/v1/targets/?{query}")) == expected, query


def test_clauses_before_the_ledger_are_the_offices(client_of, zhang, zhao, li, sun, document):
    pending = ClauseFactory(document=document)
    published = ClauseFactory(document=document, status="published")
    task = TaskFactory(document=document, clause=published)
    address = f"/api/v1/documents/{document.pk}/clauses/"
    assert ids(client_of(zhang).get(address)) == {pending.pk, published.pk}
    for user in (zhao, li):
        assert ids(client_of(user).get(address)) == {published.pk}
    rows = client_of(zhang).get(address).json()["results"]
    assert {row["id"]: row["task"] for row in rows} == {pending.pk: None, published.pk: task.pk}
    assert client_of(sun).get(address).status_code == 404


def test_a_document_has_its_text_when_asked_for_alone(client_of, zhang, document):
    document.text = "一、总体要求"
    document.save()
    client = client_of(zhang)
    assert client.get(f"/api/v1/documents/{document.pk}/").json()["text"] == "一、总体要求"
    assert "text" not in client.get("/api/v1/documents/").json()["results"][0]


def test_filters_of_the_other_lists(client_of, qian, rows, nanjing, task, health, period):
    there = PeriodFactory(region=nanjing, year=2024)
    client = client_of(qian)
    for query, inside, outside in [
        ("reporting-periods/?region=320100", there.pk, period.pk),
        ("reporting-periods/?region=320000&year=2024&is_open=true", period.pk, None),
        ("regions/?region=320100", nanjing.pk, task.region_id),
        ("regions/?search=徐州&level=prefecture", task.region_id, nanjing.pk),
        ("departments/?region=320300&search=卫生", health.pk, None),
        ("documents/?region=320300&year=2024&search=徐政办发", task.document_id, None),
    ]:
        found = ids(client.get(f"/api/v1/{query}"))
        assert inside in found, query
        assert outside not in found, query


def test_filters_of_reports_and_reminders(client_of, zhang, rows, task, period, health):
    client = client_of(zhang)
    for name in ("progress-reports", "reminders"):
        base = f"/api/v1/{name}/?task={task.pk}&region=320300"
        assert ids(client.get(base)) == {rows[name]}
    more = f"&period={period.pk}&department={health.pk}&status=submitted"
    assert ids(client.get(f"/api/v1/progress-reports/?task={task.pk}{more}"))
    assert not ids(client.get("/api/v1/progress-reports/?status=approved"))
    assert not ids(client.get("/api/v1/reminders/?stage=urge"))


def test_drafts_and_rounds_stay_with_department_and_office(
    client_of, zhang, zhao, li, wang, task, health, period
):
    draft = ReportFactory(task=task, department=health, period=period, status="draft")
    approved = ReportFactory(task=task, department=health, period=period, status="approved")
    approved.reviews.create(reviewer=zhang, decision="sent_back", reason="请补充数据")
    for user, seen in [
        (li, {draft.pk, approved.pk}),
        (zhang, {approved.pk}),
        (zhao, {approved.pk}),
        (wang, set()),
    ]:
        assert ids(client_of(user).get("/api/v1/progress-reports/")) == seen
    for user, reasons in [(li, ["请补充数据"]), (zhang, ["请补充数据"]), (zhao, [])]:
        row = client_of(user).get(f"/api/v1/progress-reports/{approved.pk}/").json()
        assert [review["reason"] for review in row["reviews"]] == reasons


@pytest.mark.parametrize("name", LISTS)
def test_ten_rows_cost_what_a_hundred_do(
    client_of, zhang, xuzhou, li, name, django_assert_num_queries
):
    def add(count):
        for _ in range(count):
            department = DepartmentFactory(region=xuzhou)
            task = TaskFactory(document=DocumentFactory(region=xuzhou), lead=department)
            ResponsibilityFactory(task=task)
            TargetFactory(task=task)
            day = dt.date(2024, 1, 1) + dt.timedelta(Target.objects.count())
            period = PeriodFactory(region=xuzhou, starts_on=day, ends_on=day, due_on=day)
            report = ReportFactory(task=task, department=department, period=period)
            report.reviews.create(reviewer=zhang, decision="sent_back", reason="请补充")
            Reminder.objects.create(
                task=task, stage="due_7", due_version=1, recipient=li, due_on=task.due_on
            )

    client = client_of(zhang)
    add(10)
    client.get(f"/api/v1/{name}/?page_size=200")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/api/v1/{name}/?page_size=200")
    add(30)
    with django_assert_num_queries(len(few)):
        client.get(f"/api/v1/{name}/?page_size=200")
