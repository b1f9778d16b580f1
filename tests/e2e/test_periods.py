"""A quarter's filing, as the office sees it: opened, looked at, urged, closed, one let in late."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from reform_tracker.lib.dates import today
from reform_tracker.notifications.models import Message
from reform_tracker.working_days.filling import fill_missing_years
from tasks.models import LateFiling, ReportingPeriod
from tests.factories import (
    DocumentFactory,
    PeriodFactory,
    ReportFactory,
    ResponsibilityFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quarter(xuzhou, health, finance, zhang, li):
    """Over since last month and late since yesterday: 市卫生局 filed one of two, 市财政局 none."""
    fill_missing_years()
    on = today()
    document = DocumentFactory(region=xuzhou, year_start=on.year - 1, year_end=on.year + 1)
    period = PeriodFactory(
        region=xuzhou,
        kind="custom",
        name="专项调度",
        year=on.year,
        starts_on=on - dt.timedelta(90),
        ends_on=on - dt.timedelta(30),
        due_on=on - dt.timedelta(1),
    )
    for number in range(3):
        task = TaskFactory(document=document, lead=finance if number == 2 else health)
        ResponsibilityFactory(task=task, role="cooperating", department=finance)
        if number == 0:
            ReportFactory(
                task=task,
                department=health,
                period=period,
                author=li,
                nothing_new=True,
                submitted_on=period.due_on,
            )
    return period


def test_a_year_is_opened_with_the_deadline_chosen_last(
    any_page: Page, sign_in, no_overflow, accessible, xuzhou, zhang
):
    page = any_page
    fill_missing_years()
    sign_in(page, "zhang")
    page.goto("/periods/")
    for year in ("2025", "2026"):
        form = page.locator("form", has_text="建立报告期")
        form.get_by_label("年度").fill(year)
        form.get_by_label("填报周期").select_option("month")
        if year == "2025":
            form.get_by_label("报送期限").select_option("working_days")
            form.get_by_label("第几日").fill("3")
        else:
            # Another kind has its own; back to months, the script puts in what was chosen last.
            expect(form.get_by_label("第几日")).to_have_value("3")
        form.get_by_role("button", name="建立报告期").click()
        expect(page.get_by_text(f"徐州市{year}年：新建12个报告期")).to_be_visible()
    rules = set(ReportingPeriod.objects.values_list("filing_rule", "filing_days"))
    assert rules == {("working_days", 3)}
    no_overflow(page)
    accessible(page)


def test_from_the_board_to_the_exception(
    any_page: Page, sign_in, no_overflow, accessible, quarter, task
):
    page = any_page
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "zhang")
    page.goto("/periods/")
    page.get_by_role("link", name="专项调度").click()
    no_overflow(page)
    accessible(page)
    figures = page.locator(".board-figures")
    expect(figures).to_have_text(
        re.compile(
            r"应报\s*3\s*已报\s*1\s*迟报\s*0\s*逾期未报\s*2\s*零报告\s*1\s*已退回\s*0\s*待审核\s*1"
        )
    )
    figures.get_by_role("link", name="2").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("徐州市 · 未报 2 项")
    expect(page.locator("tbody tr")).to_have_count(2)
    no_overflow(page)
    page.get_by_role("link", name="返回徐州市专项调度").click()

    page.get_by_role("button", name="催报未报部门（2个）").click()
    expect(page.get_by_text("请电话催报：市财政局")).to_be_visible()
    assert Message.objects.get(kind="reports_urged").recipient.username == "li"
    expect(page.get_by_role("button", name="催报未报部门（0个）")).to_be_disabled()

    page.get_by_role("button", name="关闭填报").click()
    expect(page.get_by_role("button", name="锁定")).to_be_disabled()
    expect(page.get_by_text("还有1份报告待审核，请先审核再锁定")).to_be_visible()
    page.get_by_label("部门 必填").select_option(label="江苏省 徐州市卫生局")
    page.get_by_label("补报截止日期").fill(f"{today():%Y-%m-%d}")
    page.get_by_label("原因").fill("联络员调整，正在交接")
    page.get_by_role("button", name="允许补报").click()
    expect(page.get_by_text("联络员调整，正在交接")).to_be_visible()
    assert LateFiling.objects.get().department.name == "市卫生局"
    no_overflow(page)
    accessible(page)

    sign_in(page, "li")
    page.goto("/my-reports/")
    expect(page.locator("h2")).to_contain_text("专项调度")
    expect(page.get_by_role("link", name="填报", exact=True).last).to_be_visible()
