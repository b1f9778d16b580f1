"""Every route × method × role in one table. A route without a row fails the last test.

The cast: zhang runs 徐州市's office, sun that of 南京市; li reports for the department that leads the
task, wang for one that cooperates, zhou for one that has no part in it; zhao leads the city; guo
administers; shen audits; idle has no role; a stranger is not signed in.

A cell is the answer's status. 302 of a stranger is the way to the sign-in page.
"""

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from documents.models import Upload
from reform_tracker.notifications.sending import notify
from tasks.models import Reminder
from tests.factories import (
    ClauseFactory,
    DepartmentFactory,
    MembershipFactory,
    ReportFactory,
    RequestFactory,
    TargetFactory,
    UserFactory,
)

ROLES = ["stranger", "zhang", "sun", "li", "wang", "zhou", "zhao", "guo", "shen", "idle"]
# What a form needs to pass its first checks; other routes are posted to with nothing.
POSTED = {
    "update_progress": {"progress": "50"},
    "change_state": {"state": "in_progress"},
    "send_back_report": {"reason": "请补充数据。"},
    "refuse_request": {"opinion": "请按期完成。"},
    "api-report-send-back": {"reason": "请补充数据。"},
    "api-task-detail": {"progress": 50, "version": 1},
    "api-period-detail": {"is_open": False},
}

TABLE = """
healthz                GET    200 200 200 200 200 200 200 200 200 200
healthz                POST   405 405 405 405 405 405 405 405 405 405
readyz                 GET    200 200 200 200 200 200 200 200 200 200
readyz                 POST   405 405 405 405 405 405 405 405 405 405
sign_in                GET    200 302 302 302 302 302 302 302 302 302
sign_in                POST   200 302 302 302 302 302 302 302 302 302
sign_out               GET    302 405 405 405 405 405 405 405 405 405
sign_out               POST   302 302 302 302 302 302 302 302 302 302
change_password        GET    302 200 200 200 200 200 200 200 200 200
change_password        POST   302 200 200 200 200 200 200 200 200 200
inbox                  GET    302 200 200 200 200 200 200 200 200 200
inbox                  POST   302 405 405 405 405 405 405 405 405 405
open_message           GET    302 405 405 405 405 405 405 405 405 405
open_message           POST   302 404 404 302 404 404 404 404 404 404
mark_all_read          GET    302 405 405 405 405 405 405 405 405 405
mark_all_read          POST   302 302 302 302 302 302 302 302 302 302
audit_trail            GET    302 403 403 403 403 403 403 403 200 403
audit_trail            POST   302 405 405 405 405 405 405 405 405 405
documents              GET    302 200 200 200 200 200 200 403 403 403
documents              POST   302 405 405 405 405 405 405 405 405 405
import_document        GET    302 200 200 403 403 403 403 403 403 403
import_document        POST   302 200 200 403 403 403 403 403 403 403
upload                 GET    302 200 404 404 404 404 404 404 404 404
upload                 POST   302 200 404 404 404 404 404 404 404 404
document_source        GET    302 404 404 404 404 404 404 404 404 404
document_source        POST   302 405 405 405 405 405 405 405 405 405
home                   GET    302 302 302 302 302 302 302 302 302 200
home                   POST   302 405 405 405 405 405 405 405 405 405
dashboard              GET    302 200 200 403 403 403 200 403 403 403
dashboard              POST   302 405 405 405 405 405 405 405 405 405
targets                GET    302 200 200 200 200 200 200 403 403 403
targets                POST   302 405 405 405 405 405 405 405 405 405
tasks                  GET    302 200 200 200 200 200 200 403 403 403
tasks                  POST   302 405 405 405 405 405 405 405 405 405
task                   GET    302 200 404 200 200 404 200 404 404 404
task                   POST   302 405 405 405 405 405 405 405 405 405
update_progress        GET    302 405 405 405 405 405 405 405 405 405
update_progress        POST   302 200 404 403 403 404 403 404 404 404
change_state           GET    302 405 405 405 405 405 405 405 405 405
change_state           POST   302 302 404 403 403 404 403 404 404 404
edit_task              GET    302 200 404 403 403 404 403 404 404 404
edit_task              POST   302 200 404 403 403 404 403 404 404 404
file_report            GET    302 200 404 200 200 404 403 404 404 404
file_report            POST   302 200 404 200 200 404 403 404 404 404
make_request           GET    302 200 404 200 403 404 403 404 404 404
make_request           POST   302 200 404 200 403 404 403 404 404 404
requests               GET    302 200 200 403 403 403 403 403 403 403
requests               POST   302 405 405 405 405 405 405 405 405 405
approve_request        GET    302 405 405 405 405 405 405 405 405 405
approve_request        POST   302 302 404 403 403 404 403 404 404 404
refuse_request         GET    302 405 405 405 405 405 405 405 405 405
refuse_request         POST   302 302 404 403 403 404 403 404 404 404
withdraw_request       GET    302 405 405 405 405 405 405 405 405 405
withdraw_request       POST   302 403 404 302 403 404 403 404 404 404
my_reports             GET    302 403 403 200 200 200 403 403 403 403
my_reports             POST   302 405 405 405 405 405 405 405 405 405
reviews                GET    302 200 200 403 403 403 403 403 403 403
reviews                POST   302 405 405 405 405 405 405 405 405 405
approve_report         GET    302 405 405 405 405 405 405 405 405 405
approve_report         POST   302 302 404 403 404 404 404 404 404 404
send_back_report       GET    302 405 405 405 405 405 405 405 405 405
send_back_report       POST   302 302 404 403 404 404 404 404 404 404
periods                GET    302 200 200 403 403 403 403 403 403 403
periods                POST   302 405 405 405 405 405 405 405 405 405
open_year              GET    302 405 405 405 405 405 405 405 405 405
open_year              POST   302 200 200 403 403 403 403 403 403 403
add_period             GET    302 405 405 405 405 405 405 405 405 405
add_period             POST   302 200 200 403 403 403 403 403 403 403
change_deadlines       GET    302 405 405 405 405 405 405 405 405 405
change_deadlines       POST   302 200 200 403 403 403 403 403 403 403
settle_deadlines       GET    302 405 405 405 405 405 405 405 405 405
settle_deadlines       POST   302 302 302 403 403 403 403 403 403 403
period                 GET    302 200 404 403 403 403 403 404 404 404
period                 POST   302 405 405 405 405 405 405 405 405 405
period_reports         GET    302 200 404 403 403 403 403 404 404 404
period_reports         POST   302 405 405 405 405 405 405 405 405 405
urge_period            GET    302 405 405 405 405 405 405 405 405 405
urge_period            POST   302 302 404 403 403 403 403 404 404 404
lock_period            GET    302 405 405 405 405 405 405 405 405 405
lock_period            POST   302 302 404 403 403 403 403 404 404 404
change_period          GET    302 405 405 405 405 405 405 405 405 405
change_period          POST   302 200 404 403 403 403 403 404 404 404
allow_late_filing      GET    302 405 405 405 405 405 405 405 405 405
allow_late_filing      POST   302 302 404 403 403 403 403 404 404 404
switch_period          GET    302 405 405 405 405 405 405 405 405 405
switch_period          POST   302 302 404 403 403 403 403 404 404 404
document               GET    302 200 404 200 200 200 200 404 404 404
document               POST   302 405 405 405 405 405 405 405 405 405
confirm_document       GET    302 200 404 403 403 403 403 404 404 404
confirm_document       POST   302 405 405 405 405 405 405 405 405 405
publish_document       GET    302 405 405 405 405 405 405 405 405 405
publish_document       POST   302 302 404 403 403 403 403 404 404 404
remove_document        GET    302 405 405 405 405 405 405 405 405 405
remove_document        POST   302 302 404 403 403 403 403 404 404 404
add_clause             GET    302 405 405 405 405 405 405 405 405 405
add_clause             POST   302 302 404 403 403 403 403 404 404 404
clause                 GET    302 302 404 403 403 403 403 404 404 404
clause                 POST   302 200 404 403 403 403 403 404 404 404
dismiss_clause         GET    302 405 405 405 405 405 405 405 405 405
dismiss_clause         POST   302 302 404 403 403 403 403 404 404 404
make_task_clause       GET    302 405 405 405 405 405 405 405 405 405
make_task_clause       POST   302 302 404 403 403 403 403 404 404 404
split_clause           GET    302 405 405 405 405 405 405 405 405 405
split_clause           POST   302 200 404 403 403 403 403 404 404 404
merge_clause           GET    302 405 405 405 405 405 405 405 405 405
merge_clause           POST   302 200 404 403 403 403 403 404 404 404
move_clause            GET    302 405 405 405 405 405 405 405 405 405
move_clause            POST   302 200 404 403 403 403 403 404 404 404
renumber_clauses       GET    302 405 405 405 405 405 405 405 405 405
renumber_clauses       POST   302 302 404 403 403 403 403 404 404 404
place_clause           GET    302 405 405 405 405 405 405 405 405 405
place_clause           POST   302 200 404 403 403 403 403 404 404 404
remove_clause          GET    302 405 405 405 405 405 405 405 405 405
remove_clause          POST   302 302 404 403 403 403 403 404 404 404
passage                GET    302 400 404 403 403 403 403 404 404 404
passage                POST   302 405 405 405 405 405 405 405 405 405
reminders              GET    302 200 200 403 403 403 200 403 403 403
reminders              POST   302 405 405 405 405 405 405 405 405 405
ledger                 GET    302 200 200 200 200 200 200 403 403 403
ledger                 POST   302 405 405 405 405 405 405 405 405 405
api-region-list        GET    401 200 200 200 200 200 200 200 200 200
api-region-list        POST   401 405 405 405 405 405 405 405 405 405
api-region-detail      GET    401 200 404 200 200 200 200 200 200 404
api-region-detail      POST   401 405 405 405 405 405 405 405 405 405
api-region-detail      PATCH  401 405 405 405 405 405 405 405 405 405
api-region-detail      DELETE 401 405 405 405 405 405 405 405 405 405
api-department-list    GET    401 200 200 200 200 200 200 200 200 200
api-department-list    POST   401 405 405 405 405 405 405 405 405 405
api-department-detail  GET    401 200 404 200 200 200 200 200 200 404
api-department-detail  POST   401 405 405 405 405 405 405 405 405 405
api-department-detail  PATCH  401 405 405 405 405 405 405 405 405 405
api-department-detail  DELETE 401 405 405 405 405 405 405 405 405 405
api-document-list      GET    401 200 200 200 200 200 200 200 200 200
api-document-list      POST   401 405 405 405 405 405 405 405 405 405
api-document-detail    GET    401 200 404 200 200 200 200 404 404 404
api-document-detail    POST   401 405 405 405 405 405 405 405 405 405
api-document-detail    PATCH  401 405 405 405 405 405 405 405 405 405
api-document-detail    DELETE 401 405 405 405 405 405 405 405 405 405
api-task-list          GET    401 200 200 200 200 200 200 200 200 200
api-task-list          POST   401 405 405 405 405 405 405 405 405 405
api-task-detail        GET    401 200 404 200 200 404 200 404 404 404
api-task-detail        POST   401 405 405 405 405 405 405 405 405 405
api-task-detail        PATCH  401 409 404 403 403 404 403 404 404 404
api-task-detail        DELETE 401 405 405 405 405 405 405 405 405 405
api-target-list        GET    401 200 200 200 200 200 200 200 200 200
api-target-list        POST   401 405 405 405 405 405 405 405 405 405
api-target-detail      GET    401 200 404 200 200 404 200 404 404 404
api-target-detail      POST   401 405 405 405 405 405 405 405 405 405
api-target-detail      PATCH  401 405 405 405 405 405 405 405 405 405
api-target-detail      DELETE 401 405 405 405 405 405 405 405 405 405
api-report-list        GET    401 200 200 200 200 200 200 200 200 200
api-report-list        POST   401 400 400 400 400 400 400 400 400 400
api-report-detail      GET    401 200 404 200 404 404 404 404 404 404
api-report-detail      POST   401 405 405 405 405 405 405 405 405 405
api-report-detail      PATCH  401 409 404 409 404 404 404 404 404 404
api-report-detail      DELETE 401 405 405 405 405 405 405 405 405 405
api-report-approve     GET    401 405 405 405 405 405 405 405 405 405
api-report-approve     POST   401 200 404 403 404 404 404 404 404 404
api-report-send-back   GET    401 405 405 405 405 405 405 405 405 405
api-report-send-back   POST   401 200 404 403 404 404 404 404 404 404
api-report-submit      GET    401 405 405 405 405 405 405 405 405 405
api-report-submit      POST   401 409 404 409 404 404 404 404 404 404
api-period-list        GET    401 200 200 200 200 200 200 200 200 200
api-period-list        POST   401 400 400 400 400 400 400 400 400 400
api-period-detail      GET    401 200 404 200 200 200 200 404 404 404
api-period-detail      POST   401 405 405 405 405 405 405 405 405 405
api-period-detail      PATCH  401 200 404 403 403 403 403 404 404 404
api-period-detail      DELETE 401 405 405 405 405 405 405 405 405 405
api-period-figures     GET    401 200 404 403 403 403 403 404 404 404
api-period-figures     POST   401 405 405 405 405 405 405 405 405 405
api-period-urge        GET    401 405 405 405 405 405 405 405 405 405
api-period-urge        POST   401 409 404 403 403 403 403 404 404 404
api-period-late-filings GET   401 405 405 405 405 405 405 405 405 405
api-period-late-filings POST  401 409 404 403 403 403 403 404 404 404
api-reminder-list      GET    401 200 200 200 200 200 200 200 200 200
api-reminder-list      POST   401 405 405 405 405 405 405 405 405 405
api-reminder-detail    GET    401 200 404 200 404 404 200 404 404 404
api-reminder-detail    POST   401 405 405 405 405 405 405 405 405 405
api-reminder-detail    PATCH  401 405 405 405 405 405 405 405 405 405
api-reminder-detail    DELETE 401 405 405 405 405 405 405 405 405 405
api-clauses            GET    401 200 404 200 200 200 200 404 404 404
api-clauses            POST   401 405 405 405 405 405 405 405 405 405
api-ledger             GET    401 200 200 200 200 200 200 200 200 200
api-ledger             POST   401 405 405 405 405 405 405 405 405 405
api-rollups            GET    401 200 200 200 200 200 200 200 200 200
api-rollups            POST   401 405 405 405 405 405 405 405 405 405
schema                 GET    401 200 200 200 200 200 200 200 200 200
schema                 POST   401 405 405 405 405 405 405 405 405 405
api-docs               GET    302 200 200 200 200 200 200 200 200 200
api-docs               POST   302 405 405 405 405 405 405 405 405 405
"""


def _rows():
    rows = [line.split() for line in TABLE.strip().splitlines()]
    return [
        pytest.param(route, method, [int(status) for status in statuses], id=f"{method} {route}")
        for route, method, *statuses in rows
    ]


@pytest.fixture
def things(task, period, document, health, finance, li, zhang, sun, wang, zhao, guo, shen, xuzhou):
    """One of each, and the people; `ids` tells which id each route is asked for."""
    bystander = UserFactory(username="zhou", name="周联络员")
    office = DepartmentFactory(region=xuzhou, name="市民政局")
    MembershipFactory(user=bystander, role="liaison", department=office)
    report = ReportFactory(task=task, department=health, period=period, author=li)
    (message,) = notify([li], "report_approved", report=report, reason="")
    target = TargetFactory(task=task)
    reminder = Reminder.objects.create(
        task=task, stage="due_7", due_version=1, recipient=li, due_on=dt.date(2024, 12, 31)
    )
    clause = ClauseFactory(document=document, position=99)
    asked = RequestFactory(task=task, department=health, author=li)
    ids = {
        "open_message": message.pk,
        "upload": Upload.objects.create(created_by=zhang, name="通知.docx", sha256="0").pk,
        "document_source": document.pk,
        "document": document.pk,
        "confirm_document": document.pk,
        "publish_document": document.pk,
        "remove_document": document.pk,
        "add_clause": document.pk,
        "clause": clause.pk,
        "dismiss_clause": clause.pk,
        "make_task_clause": clause.pk,
        "split_clause": clause.pk,
        "merge_clause": clause.pk,
        "move_clause": clause.pk,
        "renumber_clauses": clause.pk,
        "place_clause": clause.pk,
        "remove_clause": clause.pk,
        "passage": clause.pk,
        "switch_period": period.pk,
        "approve_request": asked.pk,
        "refuse_request": asked.pk,
        "withdraw_request": asked.pk,
        "period": period.pk,
        "period_reports": period.pk,
        "urge_period": period.pk,
        "lock_period": period.pk,
        "change_period": period.pk,
        "allow_late_filing": period.pk,
        "approve_report": report.pk,
        "send_back_report": report.pk,
        "api-region-detail": xuzhou.pk,
        "api-department-detail": health.pk,
        "api-document-detail": document.pk,
        "api-clauses": document.pk,
        "api-target-detail": target.pk,
        "api-report-detail": report.pk,
        "api-report-approve": report.pk,
        "api-report-send-back": report.pk,
        "api-report-submit": report.pk,
        "api-period-detail": period.pk,
        "api-period-figures": period.pk,
        "api-period-urge": period.pk,
        "api-period-late-filings": period.pk,
        "api-reminder-detail": reminder.pk,
    }
    people = {
        "zhang": zhang,
        "sun": sun,
        "li": li,
        "wang": wang,
        "zhou": bystander,
        "zhao": zhao,
        "guo": guo,
        "shen": shen,
        "idle": UserFactory(username="idle", name="吴无角色"),
    }
    return ids, people, task


def _url(route, ids, task):
    if "<" not in PATTERNS[route]:
        return reverse(route)
    return reverse(route, args=[ids.get(route, task.pk)])


def ask(route, method, ids, people, task):
    """The status each role gets; every question sees the same rows."""
    url = _url(route, ids, task)
    statuses = []
    for role in ROLES:
        browser = Client(raise_request_exception=False)
        with transaction.atomic():
            if role != "stranger":
                browser.force_login(
                    people[role], backend="django.contrib.auth.backends.ModelBackend"
                )
            send = getattr(browser, method.lower())
            is_api = route.startswith("api-")
            kind = {"content_type": "application/json"} if is_api and method != "GET" else {}
            data = POSTED.get(route, {}) if method != "GET" else {}
            statuses.append(send(url, data, **kind).status_code)
            transaction.set_rollback(True)
    return statuses


def _patterns(resolver, prefix="", namespace=""):
    for item in resolver.url_patterns:
        path = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from _patterns(item, path, inner)
        elif isinstance(item, URLPattern):
            yield f"{namespace}{item.name}", path.replace("(?P<", "<")


PATTERNS = dict(_patterns(get_resolver()))


@pytest.mark.parametrize(("route", "method", "expected"), _rows())
def test_who_gets_what(things, route, method, expected):
    got = dict(zip(ROLES, ask(route, method, *things), strict=True))
    assert got == dict(zip(ROLES, expected, strict=True))


def test_every_route_stands_in_the_table():
    """Both methods of each; the administrator's site answers for itself below."""
    stand = {tuple(line.split()[:2]) for line in TABLE.strip().splitlines()}
    routes = {name for name in PATTERNS if not name.startswith("admin:") and name != "None"}
    missing = {(name, method) for name in routes for method in ("GET", "POST")} - stand
    assert not missing
    assert not {name for name, _ in stand} - routes


@pytest.mark.parametrize("role", ["zhang", "li", "zhao", "shen"])
def test_the_administrators_site_is_closed_to_all_others(request, signed_in, role):
    browser = signed_in(request.getfixturevalue(role))
    names = [name for name, path in PATTERNS.items() if name.startswith("admin:")]
    addresses = [reverse(name) for name in names if "<" not in PATTERNS[name]]
    assert len(addresses) > 10
    let_in = [url for url in addresses if browser.get(url).status_code == 200]
    # The page that says “you are signed out”, and the texts of the site's scripts.
    assert set(let_in) <= {reverse("admin:jsi18n")}


def test_the_administrators_site_is_open_to_him(signed_in, guo):
    assert signed_in(guo).get(reverse("admin:departments_user_changelist")).status_code == 200


def test_the_administrators_site_names_its_icon(signed_in, guo):
    assert "img/icon.svg" in signed_in(guo).get(reverse("admin:index")).content.decode()
