"""The board of a period: five different things, by department and region; numbers and their rows."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks.models import Task
from tasks.report_figures import by_department, by_period, rows_of
from tasks.rollups import rollup
from tests.factories import (
    DepartmentFactory,
    DocumentFactory,
    EventFactory,
    MembershipFactory,
    PeriodFactory,
    ReportFactory,
    ResponsibilityFactory,
    TaskFactory,
    UserFactory,
)

MAY = dt.date(2024, 5, 6)
IN_TIME, LATE = dt.date(2024, 4, 8), dt.date(2024, 4, 9)
EMPTY = dict.fromkeys(
    ["due", "filed", "late", "unfiled", "nothing_new", "sent_back", "awaiting_review"], 0
)


@pytest.fixture(autouse=True)
def may():
    with time_machine.travel(dt.datetime(2024, 5, 6, 10, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def report(period, health):
    def make(task, **values):
        usual = {"department": health, "period": period, "status": "approved"}
        return ReportFactory(task=task, **usual | {"submitted_on": IN_TIME} | values)

    return make


@pytest.fixture
def quarter(document, health, finance, period, report):
    """市卫生局 leads six tasks and 市财政局 two, one of them together; two are led by nobody known."""
    own = [TaskFactory(document=document, lead=health) for _ in range(5)]
    both = TaskFactory(document=document, lead=health)
    ResponsibilityFactory(task=both, department=finance, role="lead")
    TaskFactory(document=document, lead=finance)
    stray = [TaskFactory(document=document) for _ in range(2)]
    for task in stray:
        ResponsibilityFactory(task=task, department=None, name_as_written="市某单位")
    report(own[0])
    report(own[1], submitted_on=LATE, nothing_new=True, narrative="")
    report(own[2], status="submitted")
    report(own[3], status="sent_back")
    report(both, department=finance, status="submitted", submitted_on=LATE)
    report(stray[0], department=None, filed_on_behalf=True)
    return period


def figures(**counts):
    return EMPTY | counts


class TestFigures:
    def test_of_the_region_every_task_counts_once(self, quarter):
        assert by_period([quarter], MAY)[quarter.pk] == figures(
            due=9, filed=5, late=2, unfiled=4, nothing_new=1, sent_back=1, awaiting_review=2
        )

    def test_of_a_department_what_it_leads(self, quarter, health, finance):
        # A report of one lead is the task's, but not the other lead's.
        assert by_department(quarter, MAY) == [
            (
                health,
                figures(
                    due=6, filed=3, late=1, unfiled=3, nothing_new=1, sent_back=1, awaiting_review=1
                ),
            ),
            (finance, figures(due=2, filed=1, late=1, unfiled=1, awaiting_review=1)),
        ]

    def test_they_are_those_of_the_rollups(self, quarter):
        (cell,) = rollup(Task.objects.all(), by=[], as_of=MAY).cells
        own = by_period([quarter], MAY)[quarter.pk]
        assert cell.reports == {
            "due": own["due"],
            "on_time": own["filed"] - own["late"],
            "late": own["late"],
            "missing": own["unfiled"],
        }
        told = {
            cell.department: cell.reports
            for cell in rollup(Task.objects.all(), by=["department"], as_of=MAY).cells
        }
        for department, counts in by_department(quarter, MAY):
            assert told[department]["missing"] == counts["unfiled"]
            assert told[department]["due"] == counts["due"]

    def test_every_number_has_exactly_its_rows(self, quarter):
        def rows(standing, department=None):
            return rows_of(quarter, MAY, standing, department).count()

        for standing, count in by_period([quarter], MAY)[quarter.pk].items():
            assert rows(standing) == count, standing
        for department, counts in by_department(quarter, MAY):
            for standing, count in counts.items():
                assert rows(standing, department) == count, (department, standing)

    def test_a_cooperating_department_owes_nothing(self, period, task, finance, report):
        report(task, department=finance, nothing_new=True)
        assert by_period([period], MAY)[period.pk] == figures(due=1, unfiled=1)

    def test_a_draft_is_not_filed(self, period, task, report):
        report(task, status="draft", submitted_on=None)
        assert by_period([period], MAY)[period.pk] == figures(due=1, unfiled=1)

    def test_a_correction_decides_whether_there_is_something_new(self, period, task, report):
        report(task, status="superseded", nothing_new=True)
        report(task, submitted_on=LATE)
        assert by_period([period], MAY)[period.pk] == figures(due=1, filed=1)

    def test_what_was_written_off_before_the_end_owes_nothing(self, period, task):
        EventFactory(task=task, effective_on=dt.date(2024, 3, 1), state="written_off", progress=100)
        assert by_period([period], MAY)[period.pk] == EMPTY

    def test_a_period_that_still_runs_is_read_as_if_it_ended(self, xuzhou, task):
        running = PeriodFactory(
            region=xuzhou,
            name="2024年第二季度",
            starts_on=dt.date(2024, 4, 1),
            ends_on=dt.date(2024, 6, 30),
            due_on=dt.date(2024, 7, 5),
        )
        assert by_period([running], MAY)[running.pk] == figures(due=1, unfiled=1)
        (row,) = rows_of(running, MAY, "unfiled")
        assert row.outcome == "pending"

    def test_one_query_for_many_periods(self, quarter, nanjing, django_assert_num_queries):
        periods = [quarter, *(PeriodFactory(region=nanjing, kind="custom", name="x") for _ in "1")]
        with django_assert_num_queries(1):
            assert by_period(periods, MAY)[periods[1].pk] == EMPTY


class TestThePage:
    def numbers(self, page):
        """The links of the board with the numbers they carry."""
        text = page.content.decode()
        return re.findall(r'<a href="([^"]+/reports/[^"]+)">(\d+)</a>', text)

    def test_each_number_leads_to_that_many_rows(self, quarter, signed_in, zhang):
        browser = signed_in(zhang)
        links = self.numbers(browser.get(reverse("period", args=[quarter.pk])))
        assert len(links) == 7 + 7 + 5  # the second department has two zeros
        for url, count in links:
            page = browser.get(url.replace("&amp;", "&"))
            assert page.context["page"].paginator.count == int(count), url

    def test_what_nobody_known_leads_is_said(self, quarter, signed_in, zhang):
        page = signed_in(zhang).get(reverse("period", args=[quarter.pk]))
        assert "另有2项任务的牵头单位不在名录内" in page.content.decode()

    def test_missing_is_called_so_once_the_deadline_has_passed(self, quarter, signed_in, zhang):
        browser, address = signed_in(zhang), reverse("period", args=[quarter.pk])
        assert "逾期未报" in browser.get(address).content.decode()
        type(quarter).objects.update(due_on=dt.date(2024, 5, 6))
        text = browser.get(address).content.decode()
        assert "逾期未报" not in text
        assert "未报" in text

    def test_the_rows_say_how_each_report_stands(self, quarter, signed_in, zhang, health):
        address = reverse("period_reports", args=[quarter.pk])
        text = signed_in(zhang).get(f"{address}?standing=due&department={health.pk}")
        text = text.content.decode()
        for words in ("按期报送", "迟报", "逾期未报", "零报告", "已退回", "待审核", "去审核"):
            assert words in text
        assert "徐州市卫生局 · 应报 6 项" in text

    @pytest.mark.parametrize("query", ["standing=nonsense", "department=x", "department=999999"])
    def test_what_is_not_there_is_not_found(self, quarter, signed_in, zhang, query):
        address = reverse("period_reports", args=[quarter.pk])
        assert signed_in(zhang).get(f"{address}?{query}").status_code == 404

    def test_an_office_above_sees_the_regions_below(
        self, quarter, signed_in, province, xuzhou, nanjing, task
    ):
        above = UserFactory(username="above")
        MembershipFactory(user=above, role="office", region=province)
        own = PeriodFactory(region=province)
        theirs = PeriodFactory(region=nanjing)
        TaskFactory(
            document=DocumentFactory(region=nanjing), lead=DepartmentFactory(region=nanjing)
        )
        PeriodFactory(
            region=nanjing,
            kind="month",
            name="2024年1月",
            ends_on=dt.date(2024, 1, 31),
            due_on=dt.date(2024, 2, 5),
        )
        browser = signed_in(above)
        page = browser.get(reverse("period", args=[own.pk]))
        rows = {
            row.subject.name: [number.count for number in row.numbers]
            for row in page.context["regions"]
        }
        assert rows == {
            "南京市": [1, 0, 0, 1, 0, 0, 0],
            "徐州市": [10, 5, 2, 5, 1, 1, 2],
        }
        for url, count in self.numbers(page):
            rows = browser.get(url.replace("&amp;", "&")).context["page"]
            assert rows.paginator.count == int(count), url
        assert reverse("period", args=[theirs.pk]) in page.content.decode()

    def test_the_city_sees_no_region_beside_it(self, quarter, signed_in, zhang, nanjing):
        PeriodFactory(region=nanjing)
        page = signed_in(zhang).get(reverse("period", args=[quarter.pk]))
        assert page.context["regions"] == []

    def test_ten_tasks_and_a_hundred_cost_the_same(self, quarter, signed_in, zhang, document):
        browser = signed_in(zhang)

        def cost(address):
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(address).status_code == 200
            return len(seen)

        pages = [
            reverse("period", args=[quarter.pk]),
            reverse("period_reports", args=[quarter.pk]),
            reverse("periods"),
        ]
        few = [cost(address) for address in pages]
        for _ in range(60):
            TaskFactory(document=document, lead=DepartmentFactory(region=document.region))
        assert [cost(address) for address in pages] == few
        assert max(few) < 25

    def test_another_regions_period_is_not_found(self, quarter, signed_in, sun):
        browser = signed_in(sun)
        for name in ("period", "period_reports"):
            assert browser.get(reverse(name, args=[quarter.pk])).status_code == 404
        for name in ("urge_period", "lock_period", "change_period", "allow_late_filing"):
            assert browser.post(reverse(name, args=[quarter.pk])).status_code == 404

    def test_locking_on_the_page(self, period, signed_in, zhang):
        browser, address = signed_in(zhang), reverse("period", args=[period.pk])
        page = browser.post(
            reverse("switch_period", args=[period.pk]), {"is_open": "0"}, follow=True
        )
        assert "锁定" in page.content.decode()
        page = browser.post(reverse("lock_period", args=[period.pk]), follow=True)
        assert "2024年第一季度已锁定。" in page.content.decode()
        assert "2024年5月6日锁定" in page.content.decode()
        page = browser.post(
            reverse("switch_period", args=[period.pk]),
            {"is_open": "1"},
            headers={"referer": address},
            follow=True,
        )
        assert "不能重新开放" in page.content.decode()
