"""Figures of the rollups, checked one by one, then against a slow reference in plain Python."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from departments.models import Region
from tasks.models import Target, TargetReading, Task
from tasks.models.states import DONE_STATES, State
from tasks.rollups import rollup, years
from tests.factories import (
    DepartmentFactory,
    DocumentFactory,
    EventFactory,
    PeriodFactory,
    RegionFactory,
    ReportFactory,
    ResponsibilityFactory,
    TargetFactory,
    TaskFactory,
)
from tests.tasks.rollup_reference import reference

NOON = dt.datetime(2024, 11, 20, 4, tzinfo=dt.UTC)
TODAY = dt.date(2024, 11, 20)


@pytest.fixture(autouse=True)
def november():
    """It is 20 November 2024: the fourth quarter runs."""
    with time_machine.travel(NOON, tick=False):
        yield


def only(**arguments):
    """The one cell of a rollup over all tasks."""
    (cell,) = rollup(Task.objects.all(), **arguments).cells
    return cell


def reading(target, value, *, on=dt.date(2024, 3, 31), status="approved", **report):
    row = ReportFactory(task=target.task, status=status, **report)
    return TargetReading.objects.create(target=target, report=row, value=value, read_on=on)


def test_nothing_to_count(db):
    result = rollup(Task.objects.all())
    assert result.cells == []
    assert result.as_of == TODAY
    assert result.frozen is False


def test_states_lights_and_rates(document):
    for state, progress in [
        ("not_started", 0),
        ("in_progress", 80),
        ("in_progress", 90),
        ("cancelled", 5),
        ("carried_over", 5),
        ("suspended", 10),
    ]:
        TaskFactory(document=document, state=state, progress=progress)
    for state in ("completed", "awaiting_write_off", "written_off"):
        task = TaskFactory(document=document, state=state, progress=100)
        EventFactory(task=task, effective_on=dt.date(2024, 6, 1), state=state, progress=100)
    cell = only()
    assert cell.region.name == "徐州市"
    assert (cell.year, cell.quarter, cell.department, cell.document) == (2024, None, None, None)
    assert cell.tasks == 9
    assert cell.states == {
        "not_started": 1,
        "in_progress": 2,
        "completed": 1,
        "awaiting_write_off": 1,
        "written_off": 1,
        "suspended": 1,
        "cancelled": 1,
        "carried_over": 1,
    }
    assert sum(cell.lights.values()) == 9
    assert cell.lights["blue"] == 1
    assert cell.completion_rate == 0.4286  # 3 / 7
    assert cell.write_off_rate == 0.1429
    assert cell.on_time_rate == 1.0
    assert cell.mean_progress == 68.6  # 480 / 7


def test_rates_are_null_when_there_is_nothing_to_divide_by(document):
    TaskFactory(document=document, state="cancelled")
    cell = only()
    assert cell.completion_rate is None
    assert cell.write_off_rate is None
    assert cell.on_time_rate is None
    assert cell.mean_progress is None


def test_on_time_is_done_by_the_due_date_among_done_and_overdue(document):
    due = dt.date(2024, 6, 30)
    for done_on in (dt.date(2024, 6, 30), dt.date(2024, 7, 1)):
        task = TaskFactory(document=document, due_on=due, state="completed")
        EventFactory(task=task, effective_on=done_on, state="completed", progress=100)
    TaskFactory(document=document, due_on=due, state="in_progress")
    TaskFactory(document=document)
    assert only().on_time_rate == 0.3333


def test_a_task_of_several_years_counts_in_each(xuzhou):
    plan = DocumentFactory(region=xuzhou, year_start=2023, year_end=2025)
    TaskFactory(document=plan)
    TaskFactory(document=DocumentFactory(region=xuzhou))
    counts = {c.year: c.tasks for c in rollup(Task.objects.all()).cells}
    assert counts == {2023: 1, 2024: 2, 2025: 1}
    assert years(Task.objects.all()) == [2025, 2024, 2023]
    assert only(by=()).tasks == 2
    assert only(by=(), year=2023).tasks == 1


def test_a_task_counts_in_its_own_region_only(province, xuzhou, nanjing):
    for region in (province, xuzhou, xuzhou, nanjing):
        TaskFactory(document=DocumentFactory(region=region))
    counts = [(c.region.code, c.tasks) for c in rollup(Task.objects.all()).cells]
    assert counts == [("320000", 1), ("320100", 1), ("320300", 2)]


def test_by_department_counts_each_lead_once(document, health, finance):
    shared = TaskFactory(document=document, lead=health)
    ResponsibilityFactory(task=shared, department=finance, role="lead")
    ResponsibilityFactory(task=shared, department=health, role="lead")
    cooperating = TaskFactory(document=document, lead=health)
    ResponsibilityFactory(task=cooperating, department=finance, role="cooperating")
    TaskFactory(document=document)
    TargetFactory(task=shared)
    cells = {c.department: c for c in rollup(Task.objects.all(), by=("department",)).cells}
    assert {d.name: c.tasks for d, c in cells.items()} == {"市卫生局": 2, "市财政局": 1}
    assert cells[health].targets["total"] == cells[finance].targets["total"] == 1


def test_by_document(xuzhou):
    first, second = DocumentFactory(region=xuzhou), DocumentFactory(region=xuzhou)
    TaskFactory(document=first)
    cells = rollup(Task.objects.all(), by=("document", "year")).cells
    assert [(c.document, c.tasks) for c in cells] == [(first, 1)]
    assert second not in [c.document for c in cells]


def test_each_quarter_is_told_as_it_stood_at_its_end(document):
    task = TaskFactory(document=document, state="completed", progress=100)
    for day, state, progress in [
        (dt.date(2024, 1, 15), "not_started", 0),
        (dt.date(2024, 3, 31), "in_progress", 25),
        (dt.date(2024, 9, 30), "completed", 100),
    ]:
        EventFactory(task=task, effective_on=day, state=state, progress=progress)
    result = rollup(Task.objects.all(), by=("year", "quarter"), year=2024)
    told = [(c.quarter, c.on, c.states["completed"], c.mean_progress) for c in result.cells]
    assert told == [
        (1, dt.date(2024, 3, 31), 0, 25.0),
        (2, dt.date(2024, 6, 30), 0, 25.0),
        (3, dt.date(2024, 9, 30), 1, 100.0),
        (4, TODAY, 1, 100.0),
    ]
    assert result.as_of == TODAY


def test_quarters_that_have_not_begun_are_left_out(task):
    result = rollup(
        Task.objects.all(), by=("year", "quarter"), year=2024, as_of=dt.date(2024, 5, 2)
    )
    assert [(c.quarter, c.on) for c in result.cells] == [
        (1, dt.date(2024, 3, 31)),
        (2, dt.date(2024, 5, 2)),
    ]
    assert rollup(Task.objects.all(), by=("quarter",), year=2025).cells == []


def test_one_quarter_without_telling_quarters_apart(task):
    result = rollup(Task.objects.all(), year=2024, quarter=2)
    assert result.as_of == dt.date(2024, 6, 30)
    assert [(c.year, c.quarter, c.on) for c in result.cells] == [(2024, 2, result.as_of)]
    early = rollup(Task.objects.all(), year=2024, quarter=2, as_of=dt.date(2024, 5, 1))
    assert early.as_of == dt.date(2024, 5, 1)


@pytest.mark.parametrize(
    "wrong", [{"by": ("town",)}, {"by": ("quarter",)}, {"by": ("region",), "quarter": 2}]
)
def test_questions_without_an_answer(db, wrong):
    with pytest.raises(ValueError):
        rollup(Task.objects.all(), **wrong)


# --- Targets ------------------------------------------------------------------------------

VERDICTS = [
    (">=", "95", None, "94.99", "not_met"),
    (">=", "95", None, "95", "met"),
    (">=", "33.333333", None, "33.333333", "met"),
    (">=", "33.333333", None, "33.333332", "not_met"),
    ("<=", "6.5", None, "6.500001", "not_met"),
    ("<=", "6.5", None, "6.5", "met"),
    (">", "95", None, "95", "not_met"),
    (">", "95", None, "95.000001", "met"),
    ("<", "10", None, "10", "not_met"),
    ("=", "0.3", None, "0.3", "met"),
    ("=", "8", None, "8.01", "not_met"),
    ("~", "6.2", None, "5.89", "met"),
    ("~", "6.2", None, "6.51", "met"),
    ("~", "6.2", None, "6.510001", "not_met"),
    ("~", "-10", None, "-9.5", "met"),
    ("~", "-10", None, "-9.4", "not_met"),
    ("range", "1", "2", "2", "met"),
    ("range", "1", "2", "2.000001", "not_met"),
    ("range", "0.1", "0.3", "0.3", "met"),
    (">=", None, None, "5", "undetermined"),
    (">=", "5", None, None, "undetermined"),
]


@pytest.mark.parametrize(("comparison", "goal", "most", "value", "verdict"), VERDICTS)
def test_verdicts_are_exact(task, comparison, goal, most, value, verdict):
    target = TargetFactory(task=task, comparison=comparison, target_value=goal, value_max=most)
    if value is not None:
        reading(target, value)
    counts = {"met": 0, "not_met": 0, "undetermined": 0} | {verdict: 1}
    assert only().targets == {"total": 1, **counts}
    target.refresh_from_db()
    read = Decimal(value) if value is not None else None
    assert target.verdict(read) == verdict


VALUES = st.decimals(min_value=-1000, max_value=1000, places=6)


class VerdictsInSql(TestCase):
    """SQL and Python never disagree on a verdict, on the edge least of all."""

    @given(
        st.sampled_from([c for c in Target.Comparison.values if c != "range"]),
        VALUES,
        st.sampled_from(["0", "0.000001", "-0.000001", "5%", "-5%", "5.1%"]),
    )
    @settings(max_examples=60, deadline=None)
    def test_same_as_python(self, comparison, goal, distance):
        task = TaskFactory()
        target = TargetFactory(task=task, comparison=comparison, target_value=goal)
        if distance.endswith("%"):
            away = abs(goal) * Decimal(distance[:-1]) / 100
        else:
            away = Decimal(distance)
        value = (goal + away).quantize(Decimal("0.000001"))
        reading(target, value, on=dt.date(2024, 3, 31))
        row = Target.objects.with_verdict(TODAY).get(pk=target.pk)
        assert row.reading_then == value
        assert row.verdict_then == target.verdict(value)


def test_the_latest_approved_reading_counts(task):
    target = TargetFactory(task=task, target_value=95)
    reading(target, 96, on=dt.date(2024, 3, 31), period=PeriodFactory(region=task.region))
    later = PeriodFactory(
        region=task.region,
        starts_on=dt.date(2024, 4, 1),
        ends_on=dt.date(2024, 6, 30),
        due_on=dt.date(2024, 7, 5),
    )
    reading(target, 90, on=dt.date(2024, 6, 30), period=later)
    reading(target, 99, on=dt.date(2024, 9, 30), status="submitted")
    assert only().targets["not_met"] == 1
    assert only(as_of=dt.date(2024, 5, 1)).targets["met"] == 1
    assert only(as_of=dt.date(2024, 1, 31)).targets["undetermined"] == 1


def test_reopening_a_task_today_changes_no_figure_of_the_past(document):
    task = TaskFactory(document=document, due_on=dt.date(2024, 9, 30), state="in_progress")
    EventFactory(task=task, effective_on=dt.date(2024, 9, 20), state="completed", progress=100)
    EventFactory(task=task, effective_on=TODAY, state="in_progress", progress=60)
    assert only(as_of=dt.date(2024, 10, 31)).on_time_rate == 1.0
    assert only(as_of=TODAY).on_time_rate == 0.0


# --- Reports ------------------------------------------------------------------------------


@pytest.fixture
def second(xuzhou):
    return PeriodFactory(
        region=xuzhou,
        name="2024年第二季度",
        starts_on=dt.date(2024, 4, 1),
        ends_on=dt.date(2024, 6, 30),
        due_on=dt.date(2024, 7, 8),
    )


def test_reports_on_time_late_missing(task, health, period, second):
    ReportFactory(task=task, department=health, period=period, submitted_on=period.due_on)
    assert only().reports == {"due": 2, "on_time": 1, "late": 0, "missing": 1}
    ReportFactory(task=task, department=health, period=second, submitted_on=dt.date(2024, 7, 9))
    assert only().reports == {"due": 2, "on_time": 1, "late": 1, "missing": 0}
    quarters = rollup(Task.objects.all(), by=("quarter",), year=2024).cells
    assert [c.reports["due"] for c in quarters] == [1, 1, 0, 0]
    # Both were filed in the days after their quarter: its own cell tells so.
    assert [c.reports["on_time"] for c in quarters] == [1, 0, 0, 0]
    assert [c.reports["late"] for c in quarters] == [0, 1, 0, 0]
    at_its_end = rollup(Task.objects.all(), year=2024, quarter=1, as_of=period.ends_on).cells
    assert at_its_end[0].reports == {"due": 1, "on_time": 0, "late": 0, "missing": 0}


def test_nothing_is_missing_before_the_deadline(task, period):
    on_deadline = only(as_of=period.due_on)
    assert on_deadline.reports == {"due": 1, "on_time": 0, "late": 0, "missing": 0}
    assert only(as_of=period.due_on + dt.timedelta(1)).reports["missing"] == 1
    assert only(as_of=dt.date(2024, 3, 30)).reports["due"] == 0


@pytest.mark.parametrize("status", ["draft", "sent_back"])
def test_drafts_and_returned_reports_are_not_filed(task, health, period, status):
    ReportFactory(task=task, department=health, period=period, status=status)
    assert only().reports["missing"] == 1


def test_a_correction_does_not_make_the_report_late(task, health, period):
    ReportFactory(task=task, department=health, period=period, status="superseded")
    ReportFactory(
        task=task,
        department=health,
        period=period,
        status="approved",
        submitted_on=dt.date(2024, 8, 1),
    )
    assert only().reports == {"due": 1, "on_time": 1, "late": 0, "missing": 0}


def test_the_leads_report_is_the_official_one(task, health, finance, period):
    ReportFactory(task=task, department=finance, period=period)
    assert only().reports["missing"] == 1
    ReportFactory(task=task, department=None, period=period, filed_on_behalf=True)
    assert only().reports["on_time"] == 1


def test_each_lead_owes_its_own_report(task, health, finance, period):
    task.responsibilities.filter(department=finance).update(role="lead")
    ReportFactory(task=task, department=finance, period=period)
    cells = rollup(Task.objects.all(), by=("department",)).cells
    assert {c.department: c.reports["on_time"] for c in cells} == {health: 0, finance: 1}
    assert only().reports["on_time"] == 1


@pytest.mark.parametrize("state", ["suspended", "cancelled", "carried_over", "written_off"])
def test_no_report_is_owed_once_set_aside_or_written_off(task, period, second, state):
    EventFactory(task=task, effective_on=dt.date(2024, 5, 5), state=state, progress=0)
    assert only().reports["due"] == 1


def test_no_report_is_owed_for_the_time_before_the_task(document, period, second):
    TaskFactory(document=document, start_on=dt.date(2024, 4, 2))
    assert only().reports["due"] == 1


# --- All together -------------------------------------------------------------------------


def test_query_count_does_not_grow(document, health, period, django_assert_num_queries):
    def add(count):
        for _ in range(count):
            task = TaskFactory(document=document, lead=health)
            reading(TargetFactory(task=task), 95)

    add(10)
    by = ("region", "year", "quarter", "department", "document")
    # The calendar, three kinds of figures, the names of three dimensions.
    with django_assert_num_queries(7):
        assert len(rollup(Task.objects.all(), by=by, year=2024).cells) == 4
    add(90)
    with django_assert_num_queries(7):
        assert rollup(Task.objects.all(), by=by, year=2024).cells[0].tasks == 100


STATES = st.sampled_from(State.values)
DAYS = st.dates(dt.date(2023, 1, 1), dt.date(2025, 6, 30))
TASKS = st.fixed_dictionaries(
    {
        "place": st.integers(0, 2),
        "span": st.sampled_from([(2024, 2024), (2023, 2024), (2023, 2023), (2024, 2025)]),
        "due_on": st.dates(dt.date(2023, 3, 1), dt.date(2025, 12, 31)),
        "roles": st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from(["lead", "cooperating"])), max_size=3
        ),
        "standings": st.lists(st.tuples(DAYS, STATES, st.integers(0, 100)), max_size=4),
        "completed_on": st.none() | DAYS,
        "readings": st.lists(
            st.tuples(DAYS, st.sampled_from(["94.99", "95", "96"]), st.booleans()), max_size=3
        ),
        "reports": st.lists(
            st.tuples(
                st.integers(0, 3),
                st.none() | st.integers(0, 2),
                DAYS,
                st.sampled_from(["submitted", "sent_back", "draft", "superseded"]),
                st.booleans(),
            ),
            max_size=3,
            unique_by=lambda report: report[:2],
        ),
    }
)


class AgainstReference(TestCase):
    """Random worlds: every cell of every way to ask is what plain Python counts."""

    def build(self, rows):
        regions = [
            RegionFactory(code=code, name=name, level=Region.Level.PREFECTURE)
            for code, name in [("320100", "甲市"), ("320200", "乙市"), ("320300", "丙市")]
        ]
        departments = [DepartmentFactory(region=regions[0]) for _ in range(3)]
        periods = [
            PeriodFactory(
                region=region,
                year=2024,
                starts_on=dt.date(2024, 3 * q - 2, 1),
                ends_on=dt.date(2024, 3 * q, 30),
                due_on=dt.date(2024, 3 * q, 30) + dt.timedelta(8),
            )
            for region in regions
            for q in (1, 2, 3, 4)
        ]
        for row in rows:
            self.add(row, regions, departments, periods)

    def add(self, row, regions, departments, periods):
        first, last = row["span"]
        region = regions[row["place"]]
        document = DocumentFactory(region=region, year_start=first, year_end=last)
        # The row is what the last event said, as the services keep it.
        standings = sorted(row["standings"], key=lambda s: s[0])
        past = [s for s in standings if s[0] <= TODAY]
        state, progress = past[-1][1:] if past else (State.NOT_STARTED, 0)
        task = TaskFactory(
            document=document,
            due_on=row["due_on"],
            start_on=min(dt.date(first, 1, 1), row["due_on"]),
            state=state,
            progress=progress,
            completed_on=row["completed_on"] if state in DONE_STATES else None,
        )
        for day, then, reached in past:
            EventFactory(task=task, effective_on=day, state=then, progress=reached)
        for department, role in row["roles"]:
            ResponsibilityFactory(task=task, department=departments[department], role=role)
        target = TargetFactory(task=task)
        for day, value, approved in row["readings"]:
            status = "approved" if approved else "superseded"
            # One approved report per department and period: each reading has its own department.
            department = DepartmentFactory(region=region)
            reading(target, value, on=day, status=status, department=department)
        own = [p for p in periods if p.region_id == region.pk]
        for number, department, day, status, behalf in row["reports"]:
            ReportFactory(
                task=task,
                period=own[number],
                department=None if department is None else departments[department],
                submitted_on=day,
                status=status,
                filed_on_behalf=behalf,
            )

    @given(
        st.lists(TASKS, max_size=5),
        st.sets(st.sampled_from(["region", "year", "quarter", "department", "document"])),
        st.sampled_from([None, 2023, 2024]),
        st.sampled_from([None, 1, 2, 3, 4]),
        st.none() | DAYS,
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_same_as_reference(self, rows, by, year, quarter, as_of):
        if not year and (quarter or "quarter" in by - {"year"}):
            year = 2024  # a quarter needs its year
        self.build(rows)
        asked = {"by": tuple(by), "year": year, "quarter": quarter, "as_of": as_of}
        assert rollup(Task.objects.all(), **asked).cells == reference(**asked)
