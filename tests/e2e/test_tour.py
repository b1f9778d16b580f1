"""The README's tour, played in a browser on the demo, role by role.

The demo is loaded once and stays for the whole file: every test finds what it needs in the
database, changes rows of its own, and leaves the rest as it was. The clock stands at a Monday of
the demo's last quarter, so that a weekend or another year changes nothing.
"""

import io
import re
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from departments.models import Department, User
from documents.models import Clause, PolicyDocument
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.dates import ONE_DAY, today
from reform_tracker.notifications.models import Message
from tasks.models import ProgressReport, Reminder, ReportingPeriod, Review, Task
from tasks.models.states import DONE_STATES, OPEN_STATES, SET_ASIDE_STATES, State
from tasks.services.reminders import plan, send_due

NOW = "2026-11-23T10:00:00+08:00"
XUZHOU = "320300"
Status = ProgressReport.Status

NOTICE = """徐州市人民政府办公室关于印发徐州市医改2026年第四季度补充任务（演示）的通知
徐政办演〔2026〕9号
各县（市）、区人民政府，市各有关部门：
（本文件由系统开发者自拟，仅供演示和测试使用，不是正式公文。）
现将《徐州市医改2026年第四季度补充任务（演示）》印发给你们，请认真组织实施。
徐州市人民政府办公室
2026年11月2日
徐州市医改2026年第四季度补充任务（演示）
一、方便群众就医
1.推广诊间结算。二级以上公立医院全部开通诊间结算，到2026年12月20日，诊间结算率达到60%以上。（市卫生健康委、市医保局负责）
2.建设智慧急救平台。整合急救调度资源，到2026年底，急救呼叫满足率达到95%以上。（市急救调度中心、市财政局负责）
二、规范药品供应
3.畅通基层用药衔接。2026年12月25日前，县域医共体用药目录统一率达到100%。（市医保局、市卫生健康委负责）
"""


# --- The stage ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo in the database, and its passwords as `load_demo` prints them."""
    said = io.StringIO()
    quick = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    with django_db_blocker.unblock(), time_machine.travel(NOW):
        with override_settings(**quick):
            call_command("load_demo", stdout=said)
        accounts = [line.split() for line in said.getvalue().splitlines() if line[:2] == "  "]
        yield {name: password for name, password, *_ in accounts}
        call_command("flush", verbosity=0, interactive=False)
        connections.close_all()


@pytest.fixture
def transactional_db(demo):
    """In place of pytest-django's, which empties every table after each test."""


@pytest.fixture
def enter(demo):
    """`enter(page, username)` signs in with the form and the printed password."""

    def sign_in(page: Page, username: str) -> None:
        page.context.clear_cookies()
        page.goto("/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(demo[username])
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda address: "sign-in" not in address)

    return sign_in


def menu(page: Page, name: str) -> None:
    """Choose from the main menu, which a phone folds away."""
    toggle = page.get_by_role("button", name="菜单", exact=True)
    if toggle.is_visible():
        toggle.click()
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def figures(page: Page) -> Page:
    page.wait_for_selector("#figures:not([hidden])")
    return page


def choose(page: Page, label: str, option: str) -> None:
    """Another region or year of the dashboard, which applies at once: once its script runs."""
    figures(page)
    with page.expect_navigation():
        page.get_by_label(label, exact=True).select_option(label=option)
    figures(page)


def listed(page: Page) -> int:
    """Rows of the task list, counted on each of its pages."""
    page.get_by_role("link", name="50", exact=True).click()
    page.wait_for_url(re.compile("page_size=50"))
    number = page.locator("tbody[id^=task-]").count()
    for following in range(2, 20):
        onward = page.get_by_role("link", name="下一页")
        if not onward.count():
            break
        onward.click()
        page.wait_for_url(re.compile(rf"[?&]page={following}\b"))
        number += page.locator("tbody[id^=task-]").count()
    return number


def xuzhou(year: int):
    return Task.objects.filter(
        region__code=XUZHOU, year_start__lte=year, year_end__gte=year
    ).order_by("pk")


def accept_questions(page: Page) -> list[str]:
    """Answers every „really?“ with yes; gives the questions as they come."""
    asked: list[str] = []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    return asked


# --- 医改办工作人员 ---------------------------------------------------------------------------


def test_every_number_of_the_dashboard_is_a_list(page, enter):
    enter(page, "demo_national")
    figures(page)
    choose(page, "地区", "徐州市")
    choose(page, "年度", "2012年")
    expect(page.locator(".headline")).to_contain_text("徐州市2012年")
    numbers = {
        "tasks": xuzhou(2012).count(),
        "states.written_off": xuzhou(2012).filter(state=State.WRITTEN_OFF).count(),
        "overdue": xuzhou(2012).filter(state__in=OPEN_STATES, due_on__lt=today()).count(),
    }
    assert numbers["tasks"] == 50
    dashboard = page.url
    for name, expected in numbers.items():
        page.goto(dashboard)
        number = figures(page).locator(f"#key-figures a[data-count='{name}']")
        expect(number).to_have_text(str(expected))
        number.click()
        expect(page.locator(".total strong")).to_have_text(str(expected))
        if expected:
            assert listed(page) == expected
    menu(page, "首页概览")
    choose(page, "地区", "云南省")
    tasks = Task.objects.filter(region__code="530000").count()
    expect(page.locator("dl a[data-count=tasks]")).to_have_text(str(tasks))


def test_a_notice_becomes_tasks(page, enter, tmp_path):
    file = tmp_path / "补充任务.txt"
    file.write_text(NOTICE, encoding="utf-8")
    asked = accept_questions(page)
    enter(page, "demo_office")
    menu(page, "政策文件")
    page.get_by_role("link", name="导入政策文件").click()
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="导入").click()

    # Stored, and nothing of it in the ledger yet.
    expect(page.get_by_text("从文件中读出3条任务")).to_be_visible()
    document = PolicyDocument.objects.get(document_number="徐政办演〔2026〕9号")
    assert document.region.code == XUZHOU
    assert not document.tasks.exists()

    # The clause that needs a person is open: its source beside its fields.
    counts = page.locator(".confirm-counts")
    expect(counts).to_contain_text("可入账 2 条")
    expect(counts).to_contain_text("需处理 1 条")
    clause = document.clauses.get(number="2")
    marked = page.locator(".source-pane mark.current")
    assert "".join(marked.all_inner_texts()) == document.text[clause.start : clause.end]
    pane = page.locator(".source-pane").bounding_box()
    mark = marked.first.bounding_box()
    assert pane["y"] <= mark["y"] < pane["y"] + pane["height"]
    assert mark["x"] < page.locator("#clause").bounding_box()["x"]
    expect(page.get_by_label("任务标题")).to_have_value("建设智慧急救平台")
    expect(page.locator("[name=targets-0-value]")).to_have_value("95")

    # The unknown department.
    row = page.locator(".clause-row.unknown")
    expect(row).to_contain_text("部门名录中没有“市急救调度中心”")
    row.get_by_role("button", name="加入部门名录").click()
    expect(page.get_by_text("已加入部门名录")).to_be_visible()
    added = Department.objects.get(name="市急救调度中心")
    assert added.region.code == XUZHOU
    expect(counts).to_contain_text("可入账 3 条")

    page.get_by_role("button", name="确认入账 3 条").click()
    expect(page.get_by_text("已入账3条任务")).to_be_visible()
    assert [question[:2] for question in asked] == ["把“", "将 "]
    leads = {task.title: task.lead_department.name for task in document.tasks.all()}
    assert leads == {
        "推广诊间结算": "市卫生健康委",
        "建设智慧急救平台": "市急救调度中心",
        "畅通基层用药衔接": "市医保局",
    }

    menu(page, "任务台账")
    page.get_by_text("更多筛选").click()
    page.get_by_label("政策文件").select_option(str(document.pk))
    page.get_by_role("button", name="查询").click()
    expect(page.locator("tbody[id^=task-]")).to_have_count(3)
    for title, lead in leads.items():
        expect(page.locator("tbody", has_text=title)).to_contain_text(lead)

    # The same notice does not enter twice.
    page.goto("/documents/import/")
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("link", name="查看已有的文件")).to_be_visible()
    assert Clause.objects.filter(document__title=document.title).count() == 3


def test_two_clicks_write_down_progress(any_page, enter, no_overflow):
    page = any_page
    running = xuzhou(2026).filter(state=State.IN_PROGRESS).exclude(progress__in=[25, 50, 75, 100])
    task = running[0] if page.viewport_size["width"] > 500 else running[1]
    before = task.reports.count()
    enter(page, "demo_office")
    menu(page, "任务台账")
    page.get_by_label("年度").select_option("2026")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url(re.compile(r"\?year=2026$"))
    row = page.locator(f"#task-{task.pk}")
    row.get_by_role("link", name="更新").click()
    row.get_by_role("button", name="75%").click()
    expect(row).to_contain_text("已保存（代填）")
    expect(row.locator(".progress-number")).to_have_text("75%")
    assert page.url.endswith("?year=2026")
    no_overflow(page)
    task.refresh_from_db()
    assert task.progress == 75
    assert task.reports.count() == before + 1
    report = task.reports.latest("pk")
    assert (report.filed_on_behalf, report.author.username) == (True, "demo_office")


def test_a_wrong_number_keeps_what_was_typed(page, enter):
    task = xuzhou(2026).filter(state=State.IN_PROGRESS).last()
    enter(page, "demo_office")
    page.goto("/tasks/?year=2026")
    row = page.locator(f"#task-{task.pk}")
    row.get_by_role("link", name="更新").click()
    row.get_by_label("进度（%）").fill("120")
    row.get_by_label("进展说明").fill("已完成设备招标")
    row.get_by_role("button", name="保存").click()
    expect(row.locator(".invalid-feedback")).to_contain_text("100")
    expect(row.get_by_label("进度（%）")).to_have_value("120")
    expect(row.get_by_label("进度（%）")).to_be_focused()
    expect(row.get_by_label("进展说明")).to_have_value("已完成设备招标")
    before = task.progress
    task.refresh_from_db()
    assert task.progress == before

    row.get_by_label("进度（%）").fill(str(before))
    row.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("已保存（代填）")
    assert task.reports.latest("pk").narrative == "已完成设备招标"


def test_a_program_is_no_document(page, enter, tmp_path):
    file = tmp_path / "通知.exe"
    file.write_bytes(b"MZ\x90\x00" + bytes(200))
    stored = PolicyDocument.objects.count()
    enter(page, "demo_office")
    page.goto("/documents/import/")
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="导入").click()
    expect(page.locator(".invalid-feedback")).to_contain_text("不支持的文件类型")
    expect(page.locator(".invalid-feedback")).to_contain_text("docx")
    assert PolicyDocument.objects.count() == stored


def test_the_ledger_is_the_list(page, enter, tmp_path):
    enter(page, "demo_office")
    menu(page, "任务台账")
    page.get_by_label("年度").select_option("2024")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url(re.compile(r"\?year=2024$"))
    cells = page.locator("tbody[id^=task-]")
    shown = list(
        zip(
            cells.locator(".title-cell a").all_inner_texts(),
            cells.locator("[data-label=牵头单位]").all_inner_texts(),
            strict=True,
        )
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="导出台账").click()
    file = download.value
    assert file.suggested_filename == "医改任务台账_徐州市_2024年_截至2026年11月23日.xlsx"
    file.save_as(tmp_path / "ledger.xlsx")
    book = load_workbook(tmp_path / "ledger.xlsx")
    sheet = book["台账"]
    titles = [cell.value for cell in sheet[3]]
    rows = [
        SimpleNamespace(**dict(zip(titles, values, strict=True)))
        for values in sheet.iter_rows(min_row=4, values_only=True)
    ]
    tasks = {task.title: task for task in xuzhou(2024)}
    assert len(rows) == len(tasks) == len(shown) > 10
    for row, (title, leads) in zip(rows, shown, strict=True):
        task = tasks[title]
        assert title in row.重点任务
        named = task.responsibilities.filter(role="lead").order_by("position")
        assert row.牵头单位 == "、".join(dict.fromkeys(one.name_as_written for one in named))
        assert row.牵头单位 == leads.strip() != ""
        assert row.完成时限.date() == task.due_on
        assert row.是否销号 == ("是" if task.state == State.WRITTEN_OFF else "否")
    *_, total = book["汇总"].iter_rows(values_only=True)
    assert total[0].startswith("合计")
    assert total[1] == len(tasks)


def test_reports_are_sent_back_and_approved(page, enter):
    waiting = ProgressReport.objects.filter(
        status=Status.SUBMITTED, task__region__code=XUZHOU
    ).order_by("pk")
    back, good = waiting[0], waiting[1]
    enter(page, "demo_office")
    menu(page, "待审核")
    expect(page.locator("article")).to_have_count(waiting.count())
    card = page.locator(f"#report-{back.pk}")
    expect(card).to_contain_text("上次通过")
    expect(card).to_contain_text(back.narrative)

    card.get_by_role("button", name="退回修改").click()
    expect(card.locator(".invalid-feedback")).to_be_visible()
    card.get_by_label("退回原因").fill("请附验收文件。")
    card.get_by_role("button", name="退回修改").click()
    expect(page.get_by_text("已退回填报人")).to_be_visible()
    back.refresh_from_db()
    assert back.status == Status.SENT_BACK
    assert back.reviews.get(decision=Review.Decision.SENT_BACK).reason == "请附验收文件。"
    told = Message.objects.filter(recipient=back.author, kind="report_sent_back").latest("pk")
    assert "请附验收文件。" in told.body

    page.locator(f"#report-{good.pk}").get_by_role("button", name="通过").click()
    expect(page.get_by_text("已通过：")).to_be_visible()
    good.refresh_from_db()
    assert good.status == Status.APPROVED
    expect(page.locator(f"#report-{good.pk}")).to_have_count(0)


# --- 部门联络员 -------------------------------------------------------------------------------


def owed_by_health() -> tuple[ReportingPeriod, set[int]]:
    """The running quarter, and the tasks 市卫生健康委 reports on in it."""
    period = ReportingPeriod.objects.get(region__code=XUZHOU, year=2026, name="2026年第四季度")
    settled = [*SET_ASIDE_STATES, State.WRITTEN_OFF]
    tasks = xuzhou(2026).filter(responsibilities__department__name="市卫生健康委")
    return period, set(tasks.exclude(state__in=settled).values_list("pk", flat=True))


def my_reports(page: Page) -> None:
    """The liaison's first page; of her two departments the one that exists today."""
    page.get_by_role("link", name="市卫生健康委").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("市卫生健康委")


def test_a_liaison_files_a_report(page, enter):
    period, owed = owed_by_health()
    filed = ProgressReport.objects.filter(period=period, department__name="市卫生健康委")
    new = owed - set(filed.values_list("task", flat=True))
    task = xuzhou(2026).filter(pk__in=new).exclude(state__in=DONE_STATES).first()
    # She must report on what her department leads; on the rest she may.
    leads = task.responsibilities.filter(role="lead", department__name="市卫生健康委").exists()
    last = task.reports.filter(status=Status.APPROVED, department__name="市卫生健康委").first()
    before = last.progress if last else task.progress
    enter(page, "demo_health")
    my_reports(page)
    expect(page.locator("h2")).to_contain_text("2026年第四季度")
    expect(page.locator("h2")).to_contain_text(f"{period.due_on.year}年{period.due_on.month}月")
    expect(page.locator(".task-table tbody")).to_have_count(len(owed))

    row = page.locator(".task-table tbody", has_text=task.title)
    expect(row).to_contain_text("待填报" if leads else "可填（配合）")
    row.get_by_role("link", name="填报").click()
    expect(page.get_by_label("进度（%）")).to_have_value(str(before))
    page.get_by_label("进度（%）").fill("120")
    page.get_by_label("进展情况").fill("已召开专题会议。")
    page.get_by_role("button", name="报送审核").click()
    expect(page.locator(".invalid-feedback").first).to_contain_text("100")
    expect(page.get_by_label("进展情况")).to_have_value("已召开专题会议。")

    progress = min(99, before + 3)
    page.get_by_label("进度（%）").fill(str(progress))
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存，尚未报送")).to_be_visible()
    draft = filed.get(task=task)
    assert (draft.status, draft.progress) == (Status.DRAFT, progress)

    row.get_by_role("link", name="继续填报").click()
    expect(page.get_by_label("进展情况")).to_have_value("已召开专题会议。")
    page.get_by_role("button", name="报送审核").click()
    expect(page.get_by_text("已报送，等待医改办审核")).to_be_visible()
    expect(row).to_contain_text("待审核")
    draft.refresh_from_db()
    assert draft.status == Status.SUBMITTED


def test_a_report_that_came_back_says_why(page, enter):
    report = ProgressReport.objects.filter(
        status=Status.SENT_BACK, author__username="demo_health"
    ).first()
    reason = report.reviews.latest("pk").reason
    assert reason
    enter(page, "demo_health")
    my_reports(page)
    row = page.locator(".task-table tbody", has_text=report.task.title)
    expect(row).to_contain_text(f"退回原因：{reason}")
    row.get_by_role("link", name="修改重报").click()
    notice = page.locator(".alert-warning").first
    expect(notice).to_contain_text("被退回")
    expect(notice).to_contain_text(reason)
    assert notice.bounding_box()["y"] < page.get_by_label("进度（%）").bounding_box()["y"]
    page.get_by_label("进展情况").fill("已补充完成数据和佐证材料名称。")
    page.get_by_role("button", name="报送审核").click()
    expect(page.get_by_text("已报送，等待医改办审核")).to_be_visible()
    report.refresh_from_db()
    assert report.status == Status.SUBMITTED


def test_reminders_reach_the_inbox(page, enter):
    liaison = User.objects.get(username="demo_health")
    days = (today() + ONE_DAY * number for number in range(1, 60))
    day = next(day for day in days if any(digest.recipient == liaison for digest in plan(day)))
    unread = Message.objects.filter(recipient=liaison, read_at=None).count()
    send_due(day)
    digest = Message.objects.filter(recipient=liaison, kind="reminder_digest").latest("pk")
    reminded = list(Reminder.objects.filter(message=digest).select_related("task"))
    assert reminded

    enter(page, "demo_health")
    page.get_by_role("link", name=re.compile("消息")).locator("visible=true").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{unread + 1} 条未读")
    item = page.locator("li.message").first
    expect(item).to_contain_text(digest.subject)
    for reminder in reminded:
        expect(item).to_contain_text(reminder.task.title)
    item.get_by_role("button", name="打开").click()
    for reminder in reminded:
        expect(page.get_by_text(reminder.task.title).first).to_be_visible()
    digest.refresh_from_db()
    assert digest.read_at


# --- 领导 ------------------------------------------------------------------------------------


def test_a_leader_asks_what_is_red(page, enter):
    red = xuzhou(2026).with_light(today()).filter(light="red")
    assert red.exists()
    enter(page, "demo_leader")
    choose(figures(page), "年度", "2026年")
    number = page.locator("#key-figures a[data-count='lights.red']")
    expect(number).to_have_text(str(red.count()))
    number.click()
    assert listed(page) == red.count()
    for task in red:
        row = page.locator(f"#task-{task.pk}")
        expect(row).to_contain_text("红灯")
        expect(row).to_contain_text(re.compile("逾期|落后"))
        expect(row).to_contain_text(task.leads[0].name_as_written)
        expect(row.get_by_role("link", name="更新")).to_have_count(0)
    page.locator(f"#task-{red[0].pk} .title-cell a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(red[0].title)
    expect(page.locator("main form")).to_have_count(0)


# --- 系统管理员、审计员 -----------------------------------------------------------------------


def test_an_administrator_sees_every_account(page, enter):
    enter(page, "demo_admin")
    expect(page.get_by_role("heading", level=1)).to_contain_text("账号、地区与部门")
    page.locator("#content").get_by_role("link", name="账号", exact=True).click()
    expect(page.locator("#result_list tbody tr")).to_have_count(User.objects.count())
    page.get_by_role("link", name="demo_office").click()
    expect(page.locator("[name=memberships-0-role]")).to_have_value("office")


def test_an_auditor_sees_who_did_what(page, enter):
    enter(page, "demo_office")
    page.goto("/tasks/?year=2012")
    with page.expect_download():
        page.get_by_role("link", name="导出台账").click()
    enter(page, "demo_auditor")
    page.get_by_label("操作人").fill("demo_office")
    page.get_by_role("button", name="查询").click()
    acts = AuditEntry.objects.filter(actor__username="demo_office")
    rows = page.locator("main tbody tr")
    expect(rows.nth(0)).to_contain_text("导出台账")
    expect(rows.nth(0)).to_contain_text("演示·张干事")
    expect(rows.nth(0)).to_contain_text("2026-11-23")
    expect(rows.nth(1)).to_contain_text("登录")
    assert acts.count() <= 50 and rows.count() == acts.count()
    expect(page.locator("main form[method=post]")).to_have_count(0)
    page.allow("answer 403")
    assert page.goto("/tasks/").status == 403


# --- Every size ------------------------------------------------------------------------------


def test_it_fits_and_can_be_read(any_page, enter, no_overflow, accessible):
    page = any_page
    task = xuzhou(2026).filter(state=State.IN_PROGRESS).first()
    pending = PolicyDocument.objects.filter(
        region__code=XUZHOU, clauses__status=Clause.Status.PENDING
    ).first()
    period, owed = owed_by_health()
    places = {
        "demo_office": [
            "/dashboard/",
            "/tasks/?year=2026",
            f"/tasks/{task.pk}/",
            f"/documents/{pending.pk}/confirm/",
            "/reviews/",
        ],
        "demo_health": [
            f"/tasks/{min(owed)}/report/?period={period.pk}",
            "/my-reports/",
            "/inbox/",
        ],
    }
    for person, addresses in places.items():
        enter(page, person)
        for address in addresses:
            assert page.goto(address).ok
            if address == "/dashboard/":
                figures(page)
            no_overflow(page)
            accessible(page)
