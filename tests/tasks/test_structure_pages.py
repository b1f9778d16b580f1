"""The buttons that split, merge, move and number clauses, and rows made of selected words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.models import Clause
from tasks.services import intake
from tests.factories import ClauseFactory, DepartmentFactory, DocumentFactory

pytestmark = pytest.mark.django_db

FIRST = "1.健全医保。参保率稳定在95%以上。做好2024年6月底前的衔接。（市卫生局、市财政局负责）"
SECOND = "2.规范用药。做好药品配送。（市药监办负责）"
TEXT = f"通知\n一、医保\n{FIRST}\n{SECOND}\n落款\n"
ACTS = ["split", "merge", "move", "renumber", "place", "remove"]


def place(words):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words)}


@pytest.fixture
def document(xuzhou):
    return DocumentFactory(region=xuzhou, text=TEXT)


@pytest.fixture
def first(document, health, finance):
    named = [
        {"name": each.name, "role": role, "department": each.pk, "rule": "exact"}
        for each, role in ((health, "lead"), (finance, "cooperating"))
    ]
    return ClauseFactory(
        document=document,
        number="1",
        section=["一、医保"],
        title="健全医保",
        body="健全医保。参保率稳定在95%以上。做好2024年6月底前的衔接。",
        responsibilities=[
            {"raw": "（市卫生局、市财政局负责）", "mode": "normal", "departments": named}
        ],
        **place(FIRST),
    )


@pytest.fixture
def second(document, first):
    return ClauseFactory(
        document=document,
        number="2",
        section=["一、医保"],
        title="规范用药",
        body="规范用药。做好药品配送。",
        **place(SECOND),
    )


@pytest.fixture
def browser(signed_in, zhang):
    return signed_in(zhang)


def form_of(browser, clause):
    """Everything the page of the clause would send as it stands."""
    context = browser.get(f"/documents/{clause.document_id}/confirm/?clause={clause.pk}").context
    editor = context["editor"]
    values = {"seen": editor.seen, "outline": context["overview"].outline}
    for form in [editor.form, *[each for rows in editor.rows for each in rows]]:
        values |= {field.html_name: field.value() or "" for field in form}
    for rows in editor.rows:
        values |= {field.html_name: field.value() for field in rows.management_form}
    return {name: value for name, value in values.items() if not name.endswith("DELETE")}


def press(browser, clause, act, **sent):
    return browser.post(f"/clauses/{clause.pk}/{act}/", {**form_of(browser, clause), **sent})


def titles(document):
    return list(document.clauses.order_by("position").values_list("title", flat=True))


def test_splitting_saves_what_was_typed_and_shows_the_first_half(browser, document, first):
    at = TEXT.index("做好2024年")
    response = press(browser, first, "split", at=at, title="健全全民医保")
    assert response["Location"].endswith(f"?clause={first.pk}")
    assert titles(document) == ["健全全民医保", "做好2024年6月底前的衔接"]


def test_the_caret_in_the_typed_words_is_a_place_too(browser, document, first):
    body = "健全医保。\r\n参保率稳定在95%以上。新写的一句。"
    press(browser, first, "split", body=body, body_at=body.replace("\r", "").index("新写"))
    assert titles(document) == ["健全医保", "新写的一句"]
    assert document.clauses.first().body == "健全医保。\n参保率稳定在95%以上。"


def test_merging_moving_and_numbering(browser, document, first, second):
    response = press(browser, second, "merge", step="previous")
    assert response["Location"].endswith(f"?clause={first.pk}")
    assert titles(document) == ["健全医保"]
    press(browser, first, "split", at=TEXT.index("2.规范用药"))
    press(browser, first, "move", step="next")
    assert titles(document) == ["规范用药", "健全医保"]
    added = document.clauses.get(title="规范用药")
    press(browser, added, "renumber", number="5", through="section")
    numbers = document.clauses.order_by("position").values_list("number", flat=True)
    assert list(numbers) == ["5", "6"]


def test_to_another_section_with_the_filter_kept(browser, document, first, second):
    Clause.objects.filter(pk=second.pk).update(section=["二、医药"])
    response = browser.post(
        f"/clauses/{first.pk}/move/?look=1", {**form_of(browser, first), "to": "二、医药"}
    )
    assert response["Location"].endswith(f"?clause={first.pk}&look=1")
    first.refresh_from_db()
    assert first.section == ["二、医药"]


def test_an_added_clause_is_placed_and_taken_away(browser, document, first, second):
    browser.post(f"/documents/{document.pk}/add-clause/", {"after": second.pk})
    added = document.clauses.get(is_manual=True)
    page = browser.get(f"/documents/{document.pk}/confirm/?clause={added.pk}").content.decode()
    assert "删除这一条（手工添加）" in page
    where = place("做好药品配送。")
    sent = {"at": where["start"], "until": where["end"], "title": "药品配送"}
    press(browser, added, "place", **sent)
    added.refresh_from_db()
    assert (added.source, added.body, added.title) == (
        "做好药品配送。",
        "做好药品配送。",
        "药品配送",
    )
    response = browser.post(f"/clauses/{added.pk}/remove/")
    assert response["Location"].endswith(f"?clause={second.pk}")
    assert titles(document) == ["健全医保", "规范用药"]


class TestRefusals:
    def test_what_was_typed_stays_on_the_page(self, browser, first):
        response = press(browser, first, "split", title="新写的标题")
        text = response.content.decode()
        assert "请先在这一条的原文（标黄部分）里选择拆分的位置" in text
        assert "新写的标题" in text
        first.refresh_from_db()
        assert first.title == "健全医保"

    def test_from_there_one_goes_on_as_from_the_page_itself(self, browser, first, second):
        response = press(browser, first, "split")
        way = f"/documents/{first.document_id}/confirm/?clause={second.pk}"
        text = response.content.decode()
        assert text.count(f'="{way}"') == 4  # next, next to look at, list, source
        assert 'href="?' not in text

    def test_a_form_with_mistakes_splits_nothing(self, browser, document, first):
        response = press(browser, first, "split", at=TEXT.index("做好2024年"), title="")
        assert "还没有保存" in response.content.decode()
        assert document.clauses.count() == 1

    def test_a_colleagues_words_are_not_split_unawares(self, browser, document, first, zhang):
        form = form_of(browser, first)
        intake.correct_clause(clause=first, actor=zhang, values={"title": "同事改的"})
        address = f"/clauses/{first.pk}/split/"
        response = browser.post(address, {**form, "at": TEXT.index("做好2024年")})
        assert "这一条刚刚被别人改过" in response.content.decode()
        assert document.clauses.count() == 1

    def test_an_order_that_changed_is_shown_first(self, browser, document, first, second):
        form = form_of(browser, first)
        press(browser, second, "move", step="previous")
        response = browser.post(f"/clauses/{first.pk}/merge/", {**form, "step": "next"})
        assert "条款的顺序或条数刚刚被别人改过" in response.content.decode()
        again = {**form, "outline": response.context["overview"].outline, "step": "previous"}
        assert browser.post(f"/clauses/{first.pk}/merge/", again).status_code == 302

    @pytest.mark.parametrize("act", ["merge", "move"])
    def test_nonsense_moves_nothing(self, browser, document, first, second, act):
        for step in ("", "sideways"):
            response = press(browser, first, act, step=step)
            assert "不清楚往哪个方向" in response.content.decode()
        assert titles(document) == ["健全医保", "规范用药"]

    @pytest.mark.parametrize("act", ACTS)
    def test_what_is_in_the_ledger_is_left_alone(self, browser, first, act):
        form = form_of(browser, first)
        Clause.objects.update(status="published")
        response = browser.post(
            f"/clauses/{first.pk}/{act}/", {**form, "step": "next"}, follow=True
        )
        assert "这一条已经入账" in response.content.decode()

    @pytest.mark.parametrize("act", ACTS)
    def test_not_by_others_and_not_by_get(self, browser, signed_in, li, sun, first, act):
        address = f"/clauses/{first.pk}/{act}/"
        assert browser.get(address).status_code == 405
        assert signed_in(li).post(address).status_code == 403
        assert signed_in(sun).post(address).status_code == 404


class TestPassages:
    def ask(self, browser, clause, kind, words, row=0, **more):
        where = {**place(words), "kind": kind, "row": row, **more}
        return browser.get(f"/clauses/{clause.pk}/passage/", where)

    def test_selected_words_become_a_target(self, browser, first):
        text = self.ask(browser, first, "targets", "稳定在95%以上", row=3).content.decode()
        assert 'name="targets-3-indicator" value="参保率"' in text
        assert 'name="targets-3-value" value="95"' in text
        assert 'name="targets-3-text" value="稳定在95%以上"' in text
        assert '<option value="&gt;=" selected>' in text
        assert "targets-4" not in text

    def test_words_without_a_number_wait_to_be_filled_in(self, browser, first):
        text = self.ask(browser, first, "targets", "健全医保").content.decode()
        assert 'name="targets-0-text" value="健全医保"' in text

    def test_selected_names_become_departments(self, browser, first, health, finance):
        rows = self.ask(browser, first, "departments", "市卫生局、市财政局", row=2).context["rows"]
        assert [form.prefix for form in rows] == ["departments-2", "departments-3"]
        assert [form.initial["role"] for form in rows] == ["lead", "cooperating"]
        assert [form.initial["department"] for form in rows] == ["市卫生局", "市财政局"]

    def test_behind_one_that_leads_they_cooperate(self, browser, first, health):
        (row,) = self.ask(browser, first, "departments", "市卫生局", led="on").context["rows"]
        assert row.initial["role"] == "cooperating"

    def test_an_unknown_name_comes_with_what_can_be_done(self, browser, first, xuzhou):
        DepartmentFactory(region=xuzhou, name="市药监局")
        text = self.ask(browser, first, "departments", "市药监办").content.decode()
        assert "部门名录中没有“市药监办”" in text
        assert 'value="add:0"' in text

    def test_a_selected_date_becomes_a_time_limit(self, browser, first):
        text = self.ask(browser, first, "deadlines", "2024年6月底前").content.decode()
        assert 'name="deadlines-0-due_on" value="2024-06-30"' in text

    def test_what_comes_back_can_be_saved(self, browser, first):
        (row,) = self.ask(browser, first, "targets", "稳定在95%以上").context["rows"]
        sent = {f"targets-0-{name}": row[name].value() or "" for name in row.fields}
        sent |= {"targets-TOTAL_FORMS": "1", "targets-0-DELETE": ""}
        browser.post(f"/clauses/{first.pk}/", {**form_of(browser, first), **sent})
        first.refresh_from_db()
        (target,) = first.targets
        assert (target["indicator"], target["value"], target["unit"]) == ("参保率", 95, "%")

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"kind": "targets", "start": 0, "end": 99999, "row": 0},
            {"kind": "targets", "start": 9, "end": 9, "row": 0},
            {"kind": "targets", "start": 2, "end": 3, "row": 0},
            {"kind": "nonsense", "start": 0, "end": 5, "row": 0},
        ],
    )
    def test_no_words_no_rows(self, browser, first, sent):
        assert browser.get(f"/clauses/{first.pk}/passage/", sent).status_code == 400

    def test_only_the_office_asks(self, signed_in, li, sun, first):
        for person, status in ((li, 403), (sun, 404)):
            answer = self.ask(signed_in(person), first, "targets", "稳定在95%以上")
            assert answer.status_code == status


class TestPage:
    def look(self, browser, document, query=""):
        return browser.get(f"/documents/{document.pk}/confirm/{query}")

    def test_the_short_list_goes_from_one_doubt_to_the_next(self, browser, document, first, second):
        # The first has a number in no target; the second names nobody.
        sure = ClauseFactory(
            document=document, body="", responsibilities=first.responsibilities, title="清楚"
        )
        page = self.look(browser, document, "?look=1")
        assert [line.clause for line in page.context["lines"]] == [first, second]
        assert sure.title not in page.content.decode()
        saved = browser.post(
            f"/clauses/{first.pk}/?look=1", {**form_of(browser, first), "do": "save"}
        )
        assert saved["Location"].endswith(f"?clause={second.pk}&look=1")
        last = browser.post(
            f"/clauses/{second.pk}/?look=1", {**form_of(browser, second), "do": "save"}, follow=True
        )
        assert "需核对的都看过了" in last.content.decode()
        assert "确认入账 3 条" in last.content.decode()

    def test_the_clean_ones_enter_in_one_step(self, browser, document, first, second):
        sure = ClauseFactory(
            document=document, body="", responsibilities=first.responsibilities, title="清楚"
        )
        page = self.look(browser, document)
        assert "确认入账无疑问的 1 条" in page.content.decode()
        assert "全部入账 3 条" in page.content.decode()
        seen = page.context["overview"].seen
        done = browser.post(f"/documents/{document.pk}/publish/", {"seen": seen}, follow=True)
        assert "已入账1条任务" in done.content.decode()
        assert done.redirect_chain[-1][0] == f"/documents/{document.pk}/confirm/"
        assert [task.clause for task in document.tasks.all()] == [sure]

    def test_what_a_colleague_changed_meanwhile_does_not_enter(
        self, browser, document, zhang, health
    ):
        named = [{"name": health.name, "role": "lead", "department": health.pk, "rule": ""}]
        row = {"raw": "", "mode": "normal", "departments": named}
        clause = ClauseFactory(document=document, body="", responsibilities=[row])
        seen = self.look(browser, document).context["overview"].seen
        intake.correct_clause(clause=clause, actor=zhang, values={"title": "同事改的"})
        address = f"/documents/{document.pk}/publish/"
        held = browser.post(address, {"seen": seen}, follow=True)
        assert "又有改动，请再核对一遍" in held.content.decode()
        for nonsense in ("", "²:x", "abc", f"{clause.pk}"):
            browser.post(address, {"seen": nonsense})
        assert not document.tasks.exists()

    def test_every_kind_of_clause_stands_in_its_place(self, browser, document, first, second):
        Clause.objects.filter(pk=first.pk).update(is_container=True)
        Clause.objects.filter(pk=second.pk).update(status="dismissed")
        for clause, words in ((first, FIRST), (second, SECOND)):
            pieces = self.look(browser, document, f"?clause={clause.pk}").context["pieces"]
            assert "".join(piece.text for piece in pieces if piece.is_current) == words

    def test_one_that_was_added_shows_where_it_belongs(self, browser, document, first):
        browser.post(f"/documents/{document.pk}/add-clause/", {"after": first.pk})
        added = document.clauses.get(is_manual=True)
        page = self.look(browser, document, f"?clause={added.pk}")
        assert '<span class="place" data-current></span>' in page.content.decode()
        assert "这一条还没有标出原文" in page.content.decode()

    def test_the_section_can_be_corrected(self, browser, first):
        sent = {"section": "二、医药 / （一）供应/保障", "do": "save"}
        browser.post(f"/clauses/{first.pk}/", {**form_of(browser, first), **sent})
        first.refresh_from_db()
        assert first.section == ["二、医药", "（一）供应/保障"]

    def test_a_stroke_inside_a_heading_stays_when_nothing_was_touched(self, browser, first):
        Clause.objects.filter(pk=first.pk).update(section=["一、甲 / 乙"])
        browser.post(f"/clauses/{first.pk}/", {**form_of(browser, first), "title": "改过"})
        first.refresh_from_db()
        assert (first.title, first.section) == ("改过", ["一、甲 / 乙"])

    def test_structure_costs_as_many_queries_for_many_clauses_as_for_few(
        self, browser, document, first, second
    ):
        def cost():
            with CaptureQueriesContext(connection) as seen:
                press(browser, second, "move", step="previous")
                press(browser, second, "move", step="next")
            return len(seen)

        once = cost()
        for number in range(30):
            ClauseFactory(document=document, number=str(number), section=["二、医药"])
        assert cost() == once
