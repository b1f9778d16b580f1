"""A notice is confirmed with the keyboard alone: looked at, put right, entered into the ledger.

The notices are of our own writing and go through the parser as an upload does.
"""

import time

import pytest
from playwright.sync_api import Page, expect

from documents.models import Clause, PolicyDocument
from documents.services.importing import import_document
from tasks.models import Task
from tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = """徐州市医改2030年重点工作任务（{name}）
徐政办演〔2030〕{number}号
（本文件由系统开发者自拟，仅供测试使用，不是正式公文。）
2030年1月12日
一、方便群众就医
"""
UNTIDY = HEAD.format(name="待理顺", number=8) + (
    "1.推广诊间结算。到2030年12月20日，诊间结算率达到60%以上。（市卫生局、市财政局负责）\n"
    "2.建设急救网络。合理布局急救站点，急救人员培训覆盖率达到80%以上。"
    "推进信息共享。开通共享平台。（市卫生局、市财政局负责）\n"
    "3.畅通用药衔接。用药目录统一率达到100%。（市财政局负责）\n"
    "6.加强宣传引导。\n"
)
SIZE = 60


def clean_notice() -> str:
    """Sixty tasks that read without a doubt."""
    items = (
        f"{number}.完善第{number}类服务机制。健全协同制度，优化办理流程，加强队伍建设。"
        f"到2030年12月20日，第{number}类服务覆盖率达到{30 + number}%以上。（市卫生局、市财政局负责）\n"
        for number in range(1, SIZE + 1)
    )
    return HEAD.format(name="示例", number=9) + "".join(items)


@pytest.fixture
def notice(xuzhou, health, finance, zhang):
    """`notice(text)` imports it."""

    def read(text: str) -> PolicyDocument:
        return import_document(data=text.encode(), filename="通知.txt", actor=zhang, region=xuzhou)

    return read


class Keys:
    """Presses keys on the page and counts them; waits for the page each leads to."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def go(self, key: str) -> None:
        """A key that leads to another page."""
        with self.page.expect_navigation():
            self.press(key)

    def select(self, words: str) -> None:
        """In the source, from the beginning of the clause on: the words, as a person would."""
        shown = "".join(self.page.locator("mark.current").all_inner_texts())
        at = shown.index(words)
        self.press("o")
        self.press(*["ArrowRight"] * at)
        self.press(*["Shift+ArrowRight"] * (len(words) - 1))
        assert self.page.evaluate("getSelection().toString()") == words


@pytest.fixture
def keys(page) -> Keys:
    page.on("dialog", lambda dialog: dialog.accept())
    return Keys(page)


def titles(document: PolicyDocument) -> list[str]:
    return list(document.clauses.order_by("position").values_list("title", flat=True))


def is_current(page: Page, title: str) -> None:
    expect(page.get_by_label("任务标题")).to_have_value(title)


def test_a_clean_notice_of_sixty_tasks_is_looked_through_and_entered(
    page, keys, sign_in, notice, capsys
):
    document = notice(clean_notice())
    assert document.clauses.count() == SIZE
    sign_in(page, "zhang")
    page.goto(f"/documents/{document.pk}/confirm/")
    expect(page.get_by_role("button", name=f"确认入账 {SIZE} 条")).to_be_visible()
    begun = time.monotonic()
    for number in range(2, SIZE + 1):
        keys.go("j")
        is_current(page, f"完善第{number}类服务机制")
    keys.go("g")
    expect(page.get_by_text(f"已入账{SIZE}条任务")).to_be_visible()
    seconds = time.monotonic() - begun
    assert Task.objects.count() == SIZE
    # One key for each clause and one for all: of five minutes most is left for reading.
    assert keys.pressed == SIZE
    assert seconds < 150
    with capsys.disabled():
        print(f"\n{SIZE} tasks: {keys.pressed} keys, {seconds:.1f} s of the machine's own time")


def test_an_untidy_notice_is_put_right_without_the_mouse(page, keys, sign_in, notice):
    document = notice(UNTIDY)
    # A target that was not read, whatever the rules make of it.
    document.clauses.filter(number="2").update(targets=[])
    sign_in(page, "zhang")
    page.goto(f"/documents/{document.pk}/confirm/")
    # The page opens at the first that needs a look; the short list holds these alone.
    is_current(page, "建设急救网络")
    expect(page.locator(".alert-warning")).to_contain_text("“80%”不在任何指标中")
    expect(page.locator(".clause-list .confidence-look")).to_have_count(2)
    keys.go("f")
    expect(page.locator(".clause-link")).to_have_count(2)

    # The target, by selecting its words in the source.
    keys.select("达到80%以上")
    keys.press("t")
    expect(page.locator("[name=targets-0-indicator]")).to_be_focused()
    expect(page.locator("[name=targets-0-indicator]")).to_have_value("急救人员培训覆盖率")
    expect(page.locator("[name=targets-0-value]")).to_have_value("80")
    expect(page.locator("[name=targets-0-unit]")).to_have_value("%")
    keys.press("Control+A")
    page.keyboard.type("急救培训覆盖率")
    keys.go("Control+Enter")
    (target,) = document.clauses.get(number="2").targets
    assert (target["indicator"], target["comparison"], target["value"]) == (
        "急救培训覆盖率",
        ">=",
        80,
    )

    # Behind a hole in the numbering, nobody named: who answers for it is typed.
    is_current(page, "加强宣传引导")
    expect(page.locator(".alert-warning")).to_contain_text("编号不连续")
    keys.press("u")
    expect(page.locator("[name=departments-0-name]")).to_be_focused()
    page.keyboard.type("市卫生局")
    keys.go("Control+Enter")
    expect(page.get_by_text("需核对的都看过了")).to_be_visible()
    assert document.clauses.last().responsibilities[0]["departments"][0]["department"]
    keys.go("j")
    is_current(page, "建设急救网络")

    # Two items in one: cut where the second begins, and its number counts on.
    keys.select("推进")
    keys.go("b")
    assert titles(document)[1:3] == ["建设急救网络", "推进信息共享"]
    first, second = document.clauses.order_by("position")[1:3]
    assert first.source.endswith("80%以上。")
    assert second.source.startswith("推进信息共享")
    assert (len(first.targets), second.targets) == (1, [])
    keys.go("r")
    numbers = document.clauses.order_by("position").values_list("number", flat=True)
    assert list(numbers) == ["1", "2", "3", "4", "5"]

    # One too many: put together again, moved, and moved back while typing in a field.
    keys.go("m")
    assert titles(document)[1:3] == ["建设急救网络", "畅通用药衔接"]
    keys.go("Shift+J")
    assert titles(document)[1:3] == ["畅通用药衔接", "建设急救网络"]
    keys.go("Shift+K")
    keys.press("e")
    expect(page.get_by_label("任务标题")).to_be_focused()
    page.keyboard.type("jkm?")
    assert titles(document)[1:3] == ["建设急救网络", "畅通用药衔接"]
    expect(page.get_by_label("任务标题")).to_have_value("建设急救网络jkm?")
    keys.press("Backspace", "Backspace", "Backspace", "Backspace")
    keys.go("Control+Enter")
    is_current(page, "畅通用药衔接")

    # All of it enters with one key; the list of keys is one key away.
    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("保存并看下一条")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.go("g")
    expect(page.get_by_text("已入账4条任务")).to_be_visible()


def test_names_and_dates_are_taken_from_the_source_with_the_mouse(page, sign_in, notice, xuzhou):
    """A press on a button keeps the selection; a drag over another clause opens nothing."""
    DepartmentFactory(region=xuzhou, name="市医保局")
    document = notice(UNTIDY + "7.完善结算服务。市医保局于2030年9月底前完成改造。\n")
    clause = document.clauses.get(number="7")
    Clause.objects.filter(pk=clause.pk).update(responsibilities=[], deadlines=[])
    sign_in(page, "zhang")
    page.goto(f"/documents/{document.pk}/confirm/?clause={clause.pk}")
    select = """words => {
      const walker = document.createTreeWalker(document.querySelector("[data-source]"), 4);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.data.indexOf(words);
        if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
      }
    }"""
    buttons = page.get_by_role("group", name="选中的文字").get_by_role("button")
    expect(buttons.first).to_be_disabled()
    page.evaluate(select, "市医保局")
    page.get_by_role("button", name="设为责任单位").click()
    expect(page.locator("[name=departments-0-name]")).to_have_value("市医保局")
    expect(page.locator("[name=departments-0-role]")).to_have_value("lead")
    page.evaluate(select, "2030年9月底前")
    page.get_by_role("button", name="设为完成时限").click()
    expect(page.locator("[name=deadlines-0-due_on]")).to_have_value("2030-09-30")

    address = page.url
    link = page.locator(".piece[data-opens]").last
    box = link.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 8, steps=5)
    page.mouse.up()
    assert page.url == address
    assert page.evaluate("getSelection().toString()")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存“")).to_be_visible()
    clause.refresh_from_db()
    assert clause.deadlines == [{"text": "2030年9月底前", "due_on": "2030-09-30"}]
    assert [row["departments"][0]["name"] for row in clause.responsibilities] == ["市医保局"]


def test_the_page_fits_and_can_be_read(any_page, sign_in, notice, no_overflow, accessible):
    page = any_page
    document = notice(UNTIDY)
    sign_in(page, "zhang")
    page.goto(f"/documents/{document.pk}/confirm/")
    no_overflow(page)
    accessible(page)
    page.get_by_role("button", name="调整条款").click()
    expect(page.get_by_role("button", name="上移")).to_be_visible()
    no_overflow(page)
    accessible(page)
    page.keyboard.press("Escape")
    page.goto(f"/documents/{document.pk}/confirm/?look=1")
    accessible(page)
