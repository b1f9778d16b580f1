"""The dashboard: who sees it, and that every number on it has exactly that many rows behind it."""

import datetime as dt
import json
import re
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks.models import TargetReading, Task
from tests.factories import (
    DepartmentFactory,
    DocumentFactory,
    EventFactory,
    RegionFactory,
    ReportFactory,
    ResponsibilityFactory,
    TargetFactory,
    TaskFactory,
)

URL = "/dashboard/"
NOON = dt.datetime(2024, 8, 15, 4, tzinfo=dt.UTC)

# (state, progress, due) of the tasks of each document: every light and flag is there.
STANDINGS = [
    ("not_started", 0, dt.date(2024, 12, 31)),
    ("in_progress", 10, dt.date(2024, 12, 31)),
    ("in_progress", 45, dt.date(2024, 12, 31)),
    ("in_progress", 80, dt.date(2024, 12, 31)),
    ("in_progress", 60, dt.date(2024, 6, 30)),
    ("in_progress", 90, dt.date(2024, 8, 20)),
    ("completed", 100, dt.date(2024, 7, 31)),
    ("awaiting_write_off", 100, dt.date(2024, 7, 31)),
    ("written_off", 100, dt.date(2024, 3, 31)),
    ("suspended", 20, dt.date(2024, 12, 31)),
    ("cancelled", 0, dt.date(2024, 12, 31)),
]


@pytest.fixture
def august():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def world(august, province, xuzhou, nanjing, health, finance):
    """A province and its two cities, a county, plans of one and of two years, leads of the city
    and of the province."""
    county = RegionFactory(code="320321", name="丰县", level="county", parent=xuzhou)
    provincial = DepartmentFactory(region=province, name="省卫生厅")
    leads = [health, finance, provincial]
    for region, first, last in [
        (xuzhou, 2024, 2024),
        (xuzhou, 2023, 2024),
        (county, 2024, 2024),
        (nanjing, 2024, 2024),
        (province, 2024, 2025),
    ]:
        document = DocumentFactory(region=region, year_start=first, year_end=last)
        for number, (state, progress, due) in enumerate(STANDINGS):
            add_task(document, state, progress, due, leads, number)


def add_task(document, state, progress, due, leads, number):
    done = state in ("completed", "awaiting_write_off", "written_off")
    task = TaskFactory(
        document=document,
        state=state,
        progress=progress,
        due_on=due,
        completed_on=dt.date(2024, 7, 1) if done else None,
        lead=leads[number % 3],
    )
    if number % 4 == 0:  # a second lead, and the first one named twice
        ResponsibilityFactory(task=task, department=leads[(number + 1) % 3], role="lead")
        ResponsibilityFactory(task=task, department=leads[number % 3], role="lead")
    for day, then, reached in [
        (dt.date(2024, 1, 10), "not_started", 0),
        (dt.date(2024, 5, 31), "in_progress", progress // 2),
        (dt.date(2024, 7, 1), state, progress),
    ]:
        EventFactory(task=task, effective_on=day, state=then, progress=reached)
    target = TargetFactory(task=task)
    if number % 3:
        report = ReportFactory(task=task, status="approved")
        report.readings.create(
            target=target, value=90 + 3 * (number % 3), read_on=dt.date(2024, 3, 31)
        )


# --- Every number has its rows --------------------------------------------------------------

# The rollups that dashboard.js asks for, with the fragment that shows each.
SECTIONS = {
    "dashboard_figures.html": {"by": "year", "year": 2024},
    "dashboard_quarters.html": {"by": "year,quarter", "year": 2024},
    "dashboard_departments.html": {"by": "year,department", "year": 2024},
    "dashboard_years.html": {"by": "region,year"},
}
NUMBER = re.compile(r'<a [^>]*data-count="([^"]+)" data-filter="([^"]*)"( data-list="targets")?')


def numbers_of(template):
    """(where it stands in a cell, filter, list) of every linked number of a fragment."""
    source = get_template(f"tasks/{template}").template.source
    found = NUMBER.findall(source)
    assert len(found) == source.count("<a ") > 0
    return found


def value(cell, path):
    total = 0
    for part in path.split("+"):
        here = cell
        for name in part.split("."):
            here = here[name]
        total += here
    return total


def link(cell, region, extra, targets):
    """What `listOf` of dashboard.js makes; tests/e2e/test_dashboard.py follows the real ones."""
    query = {"region": cell["region"]["code"] if cell["region"] else region}
    if cell["region"]:
        query["own_level"] = "true"
    query["year"] = cell["year"]
    if cell["quarter"]:
        query["quarter"] = cell["quarter"]
    if cell["department"]:
        query |= {"department": cell["department"]["id"], "role": "lead"}
    # The API's lists filter as the pages do, and are quicker to count.
    return f"/api/v1/{'targets' if targets else 'tasks'}/?{urlencode(query)}&{extra}&page_size=1"


@pytest.mark.parametrize(
    ("who", "template"), [*(("qian", name) for name in SECTIONS), ("zhang", "dashboard_years.html")]
)
def test_every_number_lists_exactly_that_many_rows(world, signed_in, request, who, template):
    browser = signed_in(request.getfixturevalue(who))
    region = {"zhang": "320300", "qian": "320000"}[who]
    answer = browser.get("/api/v1/rollups/", {**SECTIONS[template], "region": region}).json()
    assert answer["cells"]
    seen = set()
    for cell in answer["cells"]:
        for path, extra, targets in numbers_of(template):
            address = link(cell, region, extra, targets)
            listed = browser.get(address).json()["count"]
            assert listed == value(cell, path), address
            seen.add(listed)
    assert seen - {0, 1}, "a world of nothing but zeros proves nothing"


def test_the_overdue_list_is_the_overdue_number(world, signed_in, zhang):
    browser = signed_in(zhang)
    asked = {"region": "320300", "year": 2024}
    (cell,) = browser.get("/api/v1/rollups/", {**asked, "by": "year"}).json()["cells"]
    late = browser.get(
        "/api/v1/tasks/", {**asked, "flag": "overdue", "ordering": "due_on", "page_size": 20}
    ).json()
    assert late["count"] == cell["overdue"] > 0


# --- The page -------------------------------------------------------------------------------


@pytest.fixture
def plans(august, province, xuzhou, nanjing):
    """徐州市 has tasks of 2023 and 2024, 南京市 of 2024, the province a plan for 2024–2025."""
    for region, first, last in [
        (xuzhou, 2023, 2024),
        (nanjing, 2024, 2024),
        (province, 2024, 2025),
    ]:
        TaskFactory(document=DocumentFactory(region=region, year_start=first, year_end=last))


def test_office_and_leaders_see_it(plans, signed_in, zhang, zhao, qian):
    for user in (zhang, zhao, qian):
        assert signed_in(user).get(URL).status_code == 200


@pytest.mark.parametrize("who", ["li", "guo", "shen"])
def test_others_are_told_why_not(signed_in, request, who):
    response = signed_in(request.getfixturevalue(who)).get(URL)
    assert response.status_code == 403
    assert "供医改办工作人员和领导查看" in response.content.decode()


def test_strangers_sign_in_first(client, db):
    assert client.get(URL).url == "/sign-in/?next=/dashboard/"


def test_only_reading(signed_in, zhang, task):
    assert signed_in(zhang).post(URL).status_code == 405


def test_own_region_and_the_latest_year_that_has_begun(plans, signed_in, zhang, qian):
    context = signed_in(zhang).get(URL).context
    assert (context["region"].name, context["year"], context["years"]) == (
        "徐州市",
        2024,
        [2024, 2023],
    )
    # The plan for 2024–2025 does not make next year's empty page the first one sees.
    context = signed_in(qian).get(URL).context
    assert (context["region"].name, context["year"]) == ("江苏省", 2024)
    assert context["years"] == [2025, 2024, 2023]


def test_a_plan_that_lies_ahead_is_better_than_nothing(august, signed_in, zhang, xuzhou):
    TaskFactory(document=DocumentFactory(region=xuzhou, year_start=2025, year_end=2026))
    assert signed_in(zhang).get(URL).context["year"] == 2025


def test_filters_live_in_the_address(plans, signed_in, qian):
    context = signed_in(qian).get(f"{URL}?region=320300&year=2023").context
    assert (context["region"].name, context["year"]) == ("徐州市", 2023)
    # Another region may not have the year: its own latest one then.
    context = signed_in(qian).get(f"{URL}?region=320100&year=2023").context
    assert (context["region"].name, context["year"]) == ("南京市", 2024)
    assert signed_in(qian).get(f"{URL}?year=abc").context["year"] == 2024


def test_another_city_is_not_found(plans, signed_in, zhang):
    for code in ("320100", "320000", "999999"):
        assert signed_in(zhang).get(f"{URL}?region={code}").status_code == 404


def test_nothing_there_yet(signed_in, zhang, zhao):
    office = signed_in(zhang).get(URL).content.decode()
    assert "请先导入政策文件" in office
    assert reverse("import_document") in office
    leader = signed_in(zhao).get(URL).content.decode()
    assert "请联系医改办导入政策文件" in leader
    assert "dashboard.js" not in leader


def test_regions_to_choose_have_tasks_or_are_ones_own(plans, signed_in, qian, province):
    RegionFactory(code="320400", name="常州市", parent=province)
    names = [region.name for region in signed_in(qian).get(URL).context["regions"]]
    assert names == ["江苏省", "南京市", "徐州市"]


def test_the_page_costs_the_same_for_many_tasks(
    plans, signed_in, zhang, document, django_assert_max_num_queries
):
    browser = signed_in(zhang)
    for _ in range(50):
        TaskFactory(document=document)
    with django_assert_max_num_queries(9):
        browser.get(URL)


# --- Targets --------------------------------------------------------------------------------


def test_targets_with_their_verdict(world, signed_in, zhang):
    page = signed_in(zhang).get("/targets/?region=320300&year=2024&verdict=met")
    verdicts = {verdict for _, verdict in page.context["rows"]}
    assert verdicts == {"met"}
    assert "达标" in page.content.decode()


def test_targets_of_another_city_stay_there(world, signed_in, sun):
    page = signed_in(sun).get("/targets/")
    assert page.context["page"].paginator.count == len(STANDINGS)
    assert signed_in(sun).get("/targets/?region=320300").context["page"].paginator.count == 0


def test_liaisons_see_their_departments_targets(world, signed_in, wang, finance):
    page = signed_in(wang).get("/targets/")
    own = Task.objects.of_department(finance.pk).count()
    assert page.context["page"].paginator.count == own > 0


def test_target_queries_do_not_grow(signed_in, zhang, document, django_assert_num_queries):
    def add(count):
        for _ in range(count):
            TargetFactory(task=TaskFactory(document=document))

    browser = signed_in(zhang)
    add(5)
    browser.get("/targets/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/targets/")
    add(40)
    with django_assert_num_queries(len(few)):
        browser.get("/targets/")


def test_what_a_figure_alone_would_not_say_is_written_beside_it(signed_in, zhang, world):
    text = signed_in(zhang).get(URL).content.decode()
    assert "跨几个年度的计划，在其中每个年度都计入。" in text
    assert 'data-nobody="未明确牵头单位"' in text
    assert "完成（含待销号、已销号）" in text


def test_a_ratio_among_the_targets_is_read_as_one_to_so_many(signed_in, zhang, task, health):
    target = TargetFactory(task=task, indicator="医护比", text="1:1.25", unit_of_measure="1:N")
    report = ReportFactory(task=task, department=health, status="approved")
    TargetReading.objects.create(
        target=target, report=report, value="0.81", read_on=dt.date(2024, 3, 31)
    )
    text = signed_in(zhang).get("/targets/").content.decode()
    assert ">1:0.81<" in text
    assert "1:N" not in text


def test_htmx_copies_no_style_attributes_which_the_content_policy_forbids(signed_in, zhang):
    """It would carry a text field's dragged size over a swap, and fill the console with errors."""
    text = signed_in(zhang).get("/tasks/").content.decode()
    config = json.loads(re.search(r"name=\"htmx-config\" content='([^']+)'", text)[1])
    assert config["attributesToSettle"] == ["class", "width", "height"]
