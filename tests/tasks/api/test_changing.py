"""Changes through the API: the services' rules, told in the API's words."""

import datetime as dt

import pytest
from django.test import Client

from tasks.models import ProgressReport, Task
from tests.factories import ReportFactory, ResponsibilityFactory, TargetFactory, TaskFactory

REPORTS = "/api/v1/progress-reports/"


@pytest.fixture
def body(task, health, period):
    return {
        "task": task.pk,
        "department": health.pk,
        "period": period.pk,
        "progress": 40,
        "narrative": "已印发实施方案。",
    }


@pytest.fixture
def submitted(task, health, period, li):
    return ReportFactory(task=task, department=health, period=period, author=li)


# --- Reports of the department ------------------------------------------------------------


def test_from_draft_to_approval(client_of, li, zhang, task, body):
    target = TargetFactory(task=task)
    body["readings"] = [{"target": target.pk, "value": "94.99"}]
    created = client_of(li).post(REPORTS, body, format="json")
    assert created.status_code == 201, created.json()
    draft = created.json()
    assert (draft["status"], draft["progress"], draft["version"]) == ("draft", 40, 1)
    assert [row["value"] for row in draft["readings"]] == [94.99]
    address = f"{REPORTS}{draft['id']}/"
    changed = client_of(li).patch(address, {"progress": 50, "problems": "人手不足"}, format="json")
    assert changed.status_code == 200, changed.json()
    assert (changed.json()["progress"], changed.json()["narrative"]) == (50, body["narrative"])
    handed_in = client_of(li).post(f"{address}submit/")
    assert handed_in.json()["status"] == "submitted", handed_in.json()
    accepted = client_of(zhang).post(f"{address}approve/")
    assert accepted.json()["status"] == "approved", accepted.json()
    task.refresh_from_db()
    assert (task.progress, task.state) == (50, "in_progress")


def test_the_same_post_twice_is_one_draft(client_of, li, body):
    client = client_of(li)
    first = client.post(REPORTS, body, format="json")
    second = client.post(REPORTS, body, format="json")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert ProgressReport.objects.count() == 1


def test_an_empty_draft_is_not_handed_in(client_of, li, body):
    """The form's rule holds for other offices' systems too."""
    api = client_of(li)
    draft = api.post(REPORTS, {**body, "narrative": " "}, format="json").json()
    refused = api.post(f"{REPORTS}{draft['id']}/submit/", {}, format="json")
    assert (refused.status_code, list(refused.json())) == (400, ["narrative"])
    assert api.get(f"{REPORTS}{draft['id']}/").json()["status"] == "draft"


def test_without_a_period_the_current_one_is_meant(client_of, li, body, period):
    del body["period"]
    created = client_of(li).post(REPORTS, body, format="json").json()
    assert created["period"] == {"id": period.pk, "name": period.name}


def test_no_period_at_all(client_of, li, body, period):
    period.delete()
    del body["period"]
    response = client_of(li).post(REPORTS, body, format="json")
    assert response.status_code == 409
    assert "报告期" in response.json()["detail"]


def test_sent_back_and_handed_in_again(client_of, li, zhang, submitted):
    address = f"{REPORTS}{submitted.pk}/"
    without_reason = client_of(zhang).post(f"{address}send-back/", {}, format="json")
    assert without_reason.status_code == 400
    assert list(without_reason.json()) == ["reason"]
    back = client_of(zhang).post(f"{address}send-back/", {"reason": "请补充"}, format="json")
    assert back.json()["status"] == "sent_back", back.json()
    assert client_of(li).patch(address, {"progress": 60}, format="json").status_code == 200
    assert client_of(li).post(f"{address}submit/").json()["status"] == "submitted"


@pytest.mark.parametrize("act", ["approve", "send-back"])
def test_the_second_decision_is_refused(client_of, zhang, submitted, act):
    client = client_of(zhang)
    address = f"{REPORTS}{submitted.pk}/"
    assert client.post(f"{address}approve/").status_code == 200
    again = client.post(f"{address}{act}/", {"reason": "再看"}, format="json")
    assert again.status_code == 409
    assert "张干事" in again.json()["detail"]


@pytest.mark.parametrize("act", ["approve", "send-back"])
def test_who_may_not_decide(client_of, li, wang, sun, zhao, submitted, act):
    address = f"{REPORTS}{submitted.pk}/{act}/"
    told = {"reason": "请补充"}
    by_author = client_of(li).post(address, told, format="json")
    assert by_author.status_code == 403
    assert "医改办" in by_author.json()["detail"]
    for user in (wang, sun, zhao):  # another department, another city, a leader
        assert client_of(user).post(address, told, format="json").status_code == 404
    assert client_of(li).get(address).status_code == 405


def test_a_report_refiled_since_it_was_read(client_of, zhang, submitted):
    stale = {"version": submitted.version + 1}
    response = client_of(zhang).post(f"{REPORTS}{submitted.pk}/approve/", stale, format="json")
    assert response.status_code == 409


@pytest.mark.parametrize("status", ["submitted", "approved", "superseded"])
def test_what_was_handed_in_is_not_edited(client_of, li, submitted, status):
    ProgressReport.objects.filter(pk=submitted.pk).update(status=status)
    address = f"{REPORTS}{submitted.pk}/"
    for response in (
        client_of(li).patch(address, {"progress": 1}, format="json"),
        client_of(li).post(f"{address}submit/"),
    ):
        assert response.status_code == 409
    assert ProgressReport.objects.count() == 1


def test_an_older_version_of_the_draft(client_of, li, body):
    draft = client_of(li).post(REPORTS, body, format="json").json()
    stale = {"progress": 70, "version": draft["version"] - 1}
    response = client_of(li).patch(f"{REPORTS}{draft['id']}/", stale, format="json")
    assert response.status_code == 409
    assert ProgressReport.objects.get().progress == 40


def test_only_for_ones_own_department(client_of, li, wang, zhang, sun, zhao, body, finance):
    for user in (wang, zhang, zhao):  # cooperating department, office, leader
        response = client_of(user).post(REPORTS, body, format="json")
        assert response.status_code == 403, response.json()
        assert response.json()["detail"] == "只能为本部门填报。"
    outside = client_of(sun).post(REPORTS, body, format="json")
    assert outside.status_code == 400  # the task looks like a missing one
    assert set(outside.json()) == {"task", "department", "period"}


def test_a_missing_task_and_one_out_of_scope_look_alike(client_of, li, body, document):
    hidden = TaskFactory(document=document)
    told = [
        client_of(li).post(REPORTS, {**body, "task": pk}, format="json").json()["task"][0]
        for pk in (hidden.pk, 99999999)
    ]
    assert told[0].replace(str(hidden.pk), "") == told[1].replace("99999999", "")


def test_readings_of_another_task_are_refused(client_of, li, body, document, health):
    other = TargetFactory(task=TaskFactory(document=document, lead=health))
    body["readings"] = [{"target": other.pk, "value": 1}]
    assert client_of(li).post(REPORTS, body, format="json").status_code == 409
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("progress", 101),
        ("progress", -1),
        ("progress", "many"),
        ("progress", None),
        ("readings", [{"target": 99999999, "value": 1}]),
        ("readings", "none"),
        ("period", "x"),
        ("task", None),
    ],
)
def test_wrong_values_are_named(client_of, li, body, field, value):
    response = client_of(li).post(REPORTS, {**body, field: value}, format="json")
    assert response.status_code == 400
    assert list(response.json()) == [field]


READ_ONLY_IN_REPORTS = [
    f.name
    for f in ProgressReport._meta.get_fields()
    if f.name
    not in (
        "task",
        "department",
        "period",
        "progress",
        "narrative",
        "problems",
        "next_steps",
        "nothing_new",
        "readings",
        "version",
    )
]


@pytest.mark.parametrize("field", [*READ_ONLY_IN_REPORTS, "narative"])
def test_no_other_field_can_be_sent(client_of, li, body, field):
    created = client_of(li).post(REPORTS, body, format="json").json()
    for response in (
        client_of(li).post(REPORTS, {**body, field: "approved"}, format="json"),
        client_of(li).patch(f"{REPORTS}{created['id']}/", {field: "approved"}, format="json"),
    ):
        assert response.status_code == 400
        assert list(response.json()) == [field]
    assert ProgressReport.objects.get().status == "draft"


# --- Tasks, by the office -----------------------------------------------------------------


def patch(client, task, **body):
    return client.patch(f"/api/v1/tasks/{task.pk}/", body, format="json")


def test_the_office_records_progress(client_of, zhang, task, period):
    target = TargetFactory(task=task)
    response = patch(
        client_of(zhang),
        task,
        version=task.version,
        progress=30,
        narrative="电话了解：已签约三成。",
        readings=[{"target": target.pk, "value": 30}],
    )
    assert response.status_code == 200, response.json()
    row = response.json()
    assert (row["progress"], row["state"]) == (30, "in_progress")
    assert row["version"] > task.version
    report = ProgressReport.objects.get()
    assert (report.filed_on_behalf, report.status, report.author) == (True, "approved", zhang)


def test_a_stale_version_changes_nothing(client_of, zhang, task):
    for change in ({"progress": 30}, {"state": "in_progress"}):
        response = patch(client_of(zhang), task, version=task.version + 1, **change)
        assert response.status_code == 409
        assert "刷新" in response.json()["detail"]
    task.refresh_from_db()
    assert (task.progress, task.state) == (0, "not_started")


def test_the_version_must_be_told(client_of, zhang, task):
    response = patch(client_of(zhang), task, progress=30)
    assert response.status_code == 400
    assert list(response.json()) == ["version"]


def test_moving_a_task(client_of, zhang, task):
    moved = patch(client_of(zhang), task, version=task.version, state="in_progress")
    assert moved.json()["state"] == "in_progress", moved.json()
    without_reason = patch(
        client_of(zhang), task, version=moved.json()["version"], state="suspended"
    )
    assert without_reason.status_code == 400
    assert list(without_reason.json()) == ["reason"]
    suspended = patch(
        client_of(zhang),
        task,
        version=moved.json()["version"],
        state="suspended",
        reason="上级政策调整",
    )
    assert suspended.json()["state"] == "suspended"


def test_moves_that_do_not_exist(client_of, zhang, task):
    response = patch(client_of(zhang), task, version=task.version, state="written_off")
    assert response.status_code == 409
    assert "未启动" in response.json()["detail"]


def test_who_may_not_change_a_task(client_of, li, zhao, sun, task):
    for user in (li, zhao):
        response = patch(client_of(user), task, version=task.version, progress=30)
        assert response.status_code == 403
        assert "医改办" in response.json()["detail"]
    assert patch(client_of(sun), task, version=task.version, progress=30).status_code == 404


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({}, ["progress"]),
        ({"progress": 30, "reason": "x"}, ["reason"]),
        ({"state": "in_progress", "narrative": "x"}, ["narrative"]),
        ({"state": "done"}, ["state"]),
        ({"progress": 130}, ["progress"]),
    ],
)
def test_changes_that_make_no_sense(client_of, zhang, task, change, named):
    response = patch(client_of(zhang), task, version=task.version, **change)
    assert response.status_code == 400
    assert list(response.json()) == named


@pytest.mark.parametrize(
    "field",
    [f.name for f in Task._meta.get_fields() if f.name not in ("progress", "state", "version")],
)
def test_no_other_column_can_be_sent(client_of, zhang, task, field):
    response = patch(client_of(zhang), task, version=task.version, progress=30, **{field: "1"})
    assert response.status_code == 400
    assert list(response.json()) == [field]
    task.refresh_from_db()
    assert task.progress == 0


def test_a_form_is_no_json(client_of, zhang, task):
    response = client_of(zhang).patch(
        f"/api/v1/tasks/{task.pk}/", {"progress": 3}, format="multipart"
    )
    assert response.status_code == 415


def test_a_session_needs_the_csrf_token(zhang, task):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(zhang, backend="django.contrib.auth.backends.ModelBackend")
    response = browser.patch(
        f"/api/v1/tasks/{task.pk}/",
        {"version": task.version, "progress": 30},
        content_type="application/json",
    )
    assert response.status_code == 403


def test_a_removed_role_or_account_ends_at_once(client_of, zhang, task):
    client = client_of(zhang)
    assert client.get("/api/v1/tasks/").json()["count"] == 1
    zhang.memberships.all().delete()
    assert client.get("/api/v1/tasks/").json()["count"] == 0
    zhang.is_active = False
    zhang.save()
    assert client.get("/api/v1/tasks/").status_code == 401


def test_a_lead_reports_what_a_cooperating_department_cannot_change(
    client_of, wang, zhang, task, finance, period
):
    ResponsibilityFactory(task=task, department=finance)
    report = ReportFactory(
        task=task,
        department=finance,
        period=period,
        author=wang,
        submitted_on=dt.date(2024, 4, 1),
    )
    assert client_of(zhang).post(f"{REPORTS}{report.pk}/approve/").status_code == 200
