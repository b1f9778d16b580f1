"""Confirming a document: correcting clauses, settling names, entering them into the ledger."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department, DepartmentAlias
from documents.models import Clause
from reform_tracker.audit.models import AuditEntry
from tasks.models import Task
from tests.factories import ClauseFactory, DepartmentFactory, DocumentFactory

pytestmark = pytest.mark.django_db

TEXT = "通知\n1.巩固参保覆盖面。（市卫生局、市财局负责）\n2.签约服务。（市财局负责）\n"


def named(*rows):
    return [
        {"name": n, "role": r, "department": d and d.pk, "rule": "exact" if d else ""}
        for n, r, d in rows
    ]


def bracket(*rows, mode="normal"):
    return {"raw": "（…负责）", "mode": mode, "departments": named(*rows)}


@pytest.fixture
def document(xuzhou):
    return DocumentFactory(region=xuzhou, text=TEXT)


@pytest.fixture
def clause(document, health):
    """Names 市财局, which nobody on record is called."""
    return ClauseFactory(
        document=document,
        number="1",
        title="巩固参保覆盖面",
        start=3,
        end=26,
        responsibilities=[
            bracket(("市卫生局", "lead", health), ("市财局", "cooperating", None), mode="open")
        ],
        targets=[
            {
                "text": "95%以上",
                "indicator": "参保率",
                "comparison": ">=",
                "value": 95,
                "value_max": None,
                "unit": "%",
                "due_on": "2024-12-31",
            }
        ],
        deadlines=[{"text": "年底前", "due_on": "2024-12-31"}],
    )


@pytest.fixture
def second(document, clause):
    return ClauseFactory(
        document=document,
        number="2",
        title="签约服务",
        start=27,
        end=41,
        responsibilities=[bracket(("市财局", "lead", None))],
    )


@pytest.fixture
def browser(signed_in, zhang):
    return signed_in(zhang)


def typed(browser, clause) -> dict[str, str]:
    """Everything the form of the clause would send as it stands."""
    editor = browser.get(f"/documents/{clause.document_id}/confirm/?clause={clause.pk}").context[
        "editor"
    ]
    values = {"seen": editor.seen, "do": "save"}
    for form in [editor.form, *[each for rows in editor.rows for each in rows]]:
        for field in form:
            values[field.html_name] = field.value() or ""
    for rows in editor.rows:
        for field in rows.management_form:
            values[field.html_name] = field.value()
    return {name: value for name, value in values.items() if not name.endswith("DELETE")}


def save(browser, clause, **changes):
    values = {**typed(browser, clause), **{k.replace("__", "-"): v for k, v in changes.items()}}
    return browser.post(f"/clauses/{clause.pk}/", values)


def alias_of(name="市财局"):
    """The department on record under this other name, or None."""
    row = DepartmentAlias.objects.filter(name=name).first()
    return row and row.department


class TestPage:
    def test_the_clause_stands_marked_in_its_source(self, browser, clause, second):
        response = browser.get(f"/documents/{clause.document_id}/confirm/?clause={clause.pk}")
        marked = [piece.text for piece in response.context["pieces"] if piece.is_current]
        assert "".join(marked) == TEXT[3:26]
        assert "".join(piece.text for piece in response.context["pieces"]) == TEXT

    def test_it_begins_with_the_first_clause_that_needs_a_person(self, browser, document, second):
        ready = ClauseFactory(document=document, position=0)
        for query in ("", "?clause=999999", "?clause=abc"):
            response = browser.get(f"/documents/{document.pk}/confirm/{query}")
            assert response.context["line"].clause.number == "1"
            assert response.context["line"].clause != ready

    def test_it_counts_what_may_enter_and_what_may_not(self, browser, document, clause):
        ClauseFactory(document=document)
        ClauseFactory(document=document, status="published")
        ClauseFactory(document=document, status="dismissed")
        ClauseFactory(document=document, is_container=True)
        counts = browser.get(f"/documents/{document.pk}/confirm/").context["overview"].counts
        assert counts == {
            "total": 4,
            "ready": 1,
            "blocked": 1,
            "published": 1,
            "dismissed": 1,
            "group": 1,
        }

    def test_an_unknown_name_comes_with_the_nearest_on_record(self, browser, clause, finance):
        text = browser.get(f"/documents/{clause.document_id}/confirm/").content.decode()
        assert "部门名录中没有“市财局”" in text
        assert "就是“徐州市财政局”" in text

    def test_an_alias_is_asked_about_and_only_the_nearest_name_proposed(
        self, browser, clause, finance, xuzhou
    ):
        DepartmentFactory(region=xuzhou, name="市财务中心局")
        text = browser.get(f"/documents/{clause.document_id}/confirm/").content.decode()
        assert f'value="alias:1:{finance.pk}" data-confirm="把“市财局”登记为“徐州市财政局”' in text
        assert "名称相近：市财政局</span>" in text
        looks = re.findall(r'class="([^"]*)" name="do" value="(?:alias|add):', text)
        nearest, *others, new = ["btn-primary" in look.split() for look in looks]
        assert nearest
        assert new
        assert others
        assert not any(others)

    def test_who_and_when_stand_before_the_long_text(self, browser, clause):
        text = browser.get(f"/documents/{clause.document_id}/confirm/").content.decode()
        names = ['name="title"', "departments-0-name", "targets-0-value", "deadlines-0-due_on"]
        places = [text.index(name) for name in [*names, 'name="body"']]
        assert places == sorted(places)

    def test_it_is_for_the_office_of_the_region_alone(self, signed_in, li, zhao, sun, clause):
        address = f"/documents/{clause.document_id}/confirm/"
        assert signed_in(li).get(address).status_code == 403
        assert signed_in(zhao).get(address).status_code == 403
        assert signed_in(sun).get(address).status_code == 404

    def test_a_document_without_clauses_says_so(self, browser, document):
        text = browser.get(f"/documents/{document.pk}/confirm/").content.decode()
        assert "没有从这份文件中读出任务条款" in text

    def test_many_clauses_cost_as_many_queries_as_few(self, browser, document, clause, health):
        def cost():
            with CaptureQueriesContext(connection) as seen:
                browser.get(f"/documents/{document.pk}/confirm/?clause={clause.pk}")
            return len(seen)

        once = cost()
        for _ in range(10):
            ClauseFactory(
                document=document, responsibilities=[bracket(("市卫生局", "lead", health))]
            )
        assert cost() == once


class TestCorrecting:
    def test_saving_untouched_changes_nothing_and_goes_on(self, browser, clause, second):
        before = Clause.objects.filter(pk=clause.pk).values().get()
        response = save(browser, clause)
        assert response["Location"].endswith(f"?clause={second.pk}")
        assert Clause.objects.filter(pk=clause.pk).values().get() == before
        assert not AuditEntry.objects.filter(action="clause_corrected").exists()

    def test_a_doubt_about_a_department_lasts_as_long_as_the_department(
        self, browser, clause, finance
    ):
        named = clause.responsibilities[0]["departments"]
        named[0]["warning"] = "当时不叫此名，请核对"
        clause.save()
        save(browser, clause, departments__0__role="participant")
        clause.refresh_from_db()
        kept = clause.responsibilities[0]["departments"][0]
        assert (kept["role"], kept["warning"]) == ("participant", "当时不叫此名，请核对")
        save(browser, clause, departments__0__department="市财政局")
        clause.refresh_from_db()
        assert "warning" not in clause.responsibilities[0]["departments"][0]

    def test_every_field_can_be_corrected(self, browser, clause, finance, zhang):
        response = save(
            browser,
            clause,
            number="1-1",
            title="巩固参保",
            body="新的内容",
            departments__1__department="市财政局",
            departments__1__role="lead",
            targets__0__comparison="range",
            targets__0__value="1,095.5",
            targets__0__value_max="2000",
            deadlines__0__due_on="2024-06-30",
        )
        assert response.status_code == 302
        clause.refresh_from_db()
        assert (clause.number, clause.title, clause.body) == ("1-1", "巩固参保", "新的内容")
        (row,) = clause.responsibilities
        assert (row["raw"], row["mode"]) == ("（…负责）", "open")
        assert row["departments"][1] == {
            "name": "市财局",
            "role": "lead",
            "department": finance.pk,
            "rule": "chosen",
        }
        target = clause.targets[0]
        assert (target["comparison"], target["value"], target["value_max"]) == (
            "range",
            1095.5,
            2000,
        )
        assert clause.deadlines == [{"text": "年底前", "due_on": "2024-06-30"}]
        entry = AuditEntry.objects.get(action="clause_corrected")
        assert entry.actor == zhang
        assert "title" in entry.detail["fields"]

    def test_rows_are_added_and_taken_away(self, browser, clause, finance):
        save(
            browser,
            clause,
            departments__TOTAL_FORMS="4",
            departments__1__DELETE="on",
            departments__2__name="市财政局",
            departments__2__role="participant",
            departments__2__department="",
            departments__3__name="",
            departments__3__role="cooperating",
            targets__0__DELETE="on",
            targets__0__indicator="",
            deadlines__TOTAL_FORMS="2",
            deadlines__1__text="6月底",
            deadlines__1__due_on="2024-06-30",
        )
        clause.refresh_from_db()
        (row,) = clause.responsibilities
        assert [(d["name"], d["department"]) for d in row["departments"]] == [
            ("市卫生局", row["departments"][0]["department"]),
            ("市财政局", finance.pk),
        ]
        assert clause.targets == []
        assert [each["due_on"] for each in clause.deadlines] == ["2024-12-31", "2024-06-30"]

    def test_a_clause_that_named_nobody_gets_its_first_department(self, browser, document, health):
        bare = ClauseFactory(document=document)
        save(
            browser,
            bare,
            departments__TOTAL_FORMS="1",
            departments__0__name="市卫生局",
            departments__0__role="lead",
        )
        bare.refresh_from_db()
        assert bare.responsibilities[0]["departments"][0]["department"] == health.pk

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"title": " "}, "请填写任务标题"),
            ({"title": "长" * 301}, "300"),
            ({"departments__0__name": ""}, "请填写单位名称"),
            ({"departments__0__role": "boss"}, "boss"),
            ({"departments__1__department": "市没有局"}, "“市没有局”不在部门名录中"),
            ({"targets__0__value": "九十五"}, "请填数字"),
            ({"targets__0__value": "1" * 16}, "15"),
            ({"targets__0__comparison": "range"}, "请填写上限"),
            ({"targets__0__comparison": "range", "targets__0__value": ""}, "请填写下限"),
            (
                {"targets__0__comparison": "range", "targets__0__value_max": "90"},
                "上限不能小于下限",
            ),
            ({"targets__0__value_max": "99"}, "只有“区间”才填上限"),
            ({"targets__0__due_on": "1899-01-01"}, "1990年至2100年"),
            ({"targets__0__indicator": ""}, "请填写指标名称"),
            ({"deadlines__0__due_on": "2024-02-30"}, "日期不对"),
            ({"deadlines__0__due_on": ""}, "请填写日期"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
        self, browser, clause, changes, message
    ):
        response = save(browser, clause, body="刚刚写的内容", **changes)
        assert response.status_code == 200
        text = response.content.decode()
        assert message in text
        assert "is-invalid" in text
        assert "刚刚写的内容" in text
        clause.refresh_from_db()
        assert clause.body != "刚刚写的内容"

    def test_a_colleagues_change_is_not_overwritten_unawares(self, browser, clause):
        values = typed(browser, clause)
        save(browser, clause, title="同事改的标题")
        response = browser.post(f"/clauses/{clause.pk}/", {**values, "title": "我改的标题"})
        text = response.content.decode()
        assert "这一条刚刚被别人改过" in text
        assert "我改的标题" in text
        clause.refresh_from_db()
        assert clause.title == "同事改的标题"
        again = {**values, "title": "我改的标题", "seen": response.context["editor"].seen}
        assert browser.post(f"/clauses/{clause.pk}/", again).status_code == 302

    def test_a_mistake_in_between_does_not_hide_a_colleagues_change(self, browser, clause):
        values = typed(browser, clause)
        save(browser, clause, title="同事改的标题")
        response = browser.post(f"/clauses/{clause.pk}/", {**values, "title": ""})
        again = {**values, "title": "我改的标题", "seen": response.context["editor"].seen}
        assert (
            "这一条刚刚被别人改过" in browser.post(f"/clauses/{clause.pk}/", again).content.decode()
        )

    def test_a_broken_form_does_not_break_the_page(self, browser, clause):
        response = browser.post(f"/clauses/{clause.pk}/", {"do": "save", "title": "标题"})
        assert response.status_code == 200
        assert "还没有保存" in response.content.decode()

    def test_only_the_office_corrects_and_only_before_the_ledger(
        self, browser, signed_in, li, zhao, sun, clause
    ):
        values = typed(browser, clause)
        assert signed_in(li).post(f"/clauses/{clause.pk}/", values).status_code == 403
        assert signed_in(zhao).post(f"/clauses/{clause.pk}/", values).status_code == 403
        assert signed_in(sun).post(f"/clauses/{clause.pk}/", values).status_code == 404
        Clause.objects.update(status="published")
        response = browser.post(f"/clauses/{clause.pk}/", {**values, "title": "x"}, follow=True)
        assert "这一条已经入账" in response.content.decode()
        clause.refresh_from_db()
        assert clause.title == "巩固参保覆盖面"

    def test_its_address_leads_to_its_place_on_the_page(self, browser, clause):
        assert browser.get(f"/clauses/{clause.pk}/")["Location"].endswith(f"?clause={clause.pk}")


class TestNames:
    def test_an_alias_is_kept_and_known_everywhere(self, browser, clause, second, finance):
        response = save(browser, clause, do=f"alias:1:{finance.pk}", title="顺手改的")
        assert response["Location"].endswith(f"?clause={clause.pk}")
        assert alias_of() == finance
        clause.refresh_from_db(), second.refresh_from_db()
        assert clause.title == "顺手改的"
        for row in (
            clause.responsibilities[0]["departments"][1],
            second.responsibilities[0]["departments"][0],
        ):
            assert row["department"] == finance.pk

    def test_a_choice_counts_here_only(self, browser, clause, second, finance):
        save(browser, clause, do=f"pick:1:{finance.pk}")
        clause.refresh_from_db(), second.refresh_from_db()
        assert clause.responsibilities[0]["departments"][1]["department"] == finance.pk
        assert second.responsibilities[0]["departments"][0]["department"] is None
        assert alias_of() is None

    def test_a_new_department_is_added_deliberately_and_known_everywhere(
        self, browser, clause, second, xuzhou
    ):
        save(browser, clause, do="add:1")
        added = Department.objects.get(name="市财局")
        assert added.region == xuzhou
        second.refresh_from_db()
        assert second.responsibilities[0]["departments"][0]["department"] == added.pk
        assert AuditEntry.objects.filter(action="department_added").exists()

    def test_saving_alone_never_adds_a_department(self, browser, clause):
        before = Department.objects.count()
        save(browser, clause, departments__1__name="市新局")
        assert Department.objects.count() == before

    def test_what_was_typed_survives_when_another_field_is_wrong(self, browser, clause, finance):
        response = save(browser, clause, do=f"alias:1:{finance.pk}", title="", body="留着")
        text = response.content.decode()
        assert "留着" in text
        assert 'value="市财政局"' in text

    def test_a_foreign_department_or_row_does_nothing(self, browser, clause, nanjing):
        foreign = DepartmentFactory(region=nanjing, name="市财政局")
        before = Department.objects.count()
        for act in (f"alias:1:{foreign.pk}", f"pick:1:{foreign.pk}", "add:9", "alias", "pick:x:y"):
            save(browser, clause, do=act)
        clause.refresh_from_db()
        assert clause.responsibilities[0]["departments"][1]["department"] is None
        assert alias_of() is None
        assert Department.objects.count() == before

    def test_the_province_s_register_is_not_the_city_s_to_change(self, browser, clause, province):
        above = DepartmentFactory(region=province, name="省财政厅")
        response = save(browser, clause, do=f"alias:1:{above.pk}")
        assert "只有江苏省医改办的工作人员可以办理" in response.content.decode()
        assert alias_of() is None


class TestDismissing:
    def test_a_clause_is_set_aside_and_taken_back(self, browser, clause, second):
        response = browser.post(f"/clauses/{clause.pk}/dismiss/", {"dismissed": "yes"})
        assert response["Location"].endswith(f"?clause={second.pk}")
        clause.refresh_from_db()
        assert clause.status == "dismissed"
        page = browser.get(f"/documents/{clause.document_id}/confirm/?clause={clause.pk}")
        assert "恢复为待核对" in page.content.decode()
        browser.post(f"/clauses/{clause.pk}/dismiss/", {"dismissed": "no"})
        clause.refresh_from_db()
        assert clause.status == "pending"

    def test_not_by_others_and_not_by_get(self, browser, signed_in, li, sun, clause):
        address = f"/clauses/{clause.pk}/dismiss/"
        assert browser.get(address).status_code == 405
        assert signed_in(li).post(address, {"dismissed": "yes"}).status_code == 403
        assert signed_in(sun).post(address, {"dismissed": "yes"}).status_code == 404
        clause.refresh_from_db()
        assert clause.status == "pending"


class TestPublishing:
    def publish(self, browser, document):
        return browser.post(f"/documents/{document.pk}/publish/", follow=True)

    def test_what_may_enter_enters_and_the_rest_is_named_with_the_reason(
        self, browser, document, clause, health
    ):
        ClauseFactory(
            document=document,
            title="可以入账",
            responsibilities=[bracket(("市卫生局", "lead", health))],
        )
        response = self.publish(browser, document)
        text = response.content.decode()
        assert "已入账1条任务" in text
        assert "还有1条没有入账" in text
        assert "“市财局”不在部门名录中" in text
        assert response.context["line"].clause == clause
        assert Task.objects.get().title == "可以入账"

    def test_pressing_twice_makes_each_task_once(self, browser, document, clause, finance, zhang):
        save(browser, clause, do=f"alias:1:{finance.pk}")
        first = self.publish(browser, document)
        assert first.redirect_chain[-1][0] == f"/documents/{document.pk}/"
        second = self.publish(browser, document)
        assert "没有可以入账的条款" in second.content.decode()
        task = Task.objects.get()
        assert task.due_on == dt.date(2024, 12, 31)
        assert task.events.get().actor == zhang

    def test_the_corrected_words_are_the_task_s(self, browser, document, clause, finance):
        save(browser, clause, title="改过的标题", departments__1__department="市财政局")
        self.publish(browser, document)
        task = Task.objects.get()
        assert task.title == "改过的标题"
        assert [str(row) for row in task.responsibilities.all()] == [
            "市卫生局（牵头）",
            "市财局（配合）",
        ]

    def test_not_by_others_and_not_by_get(
        self, browser, signed_in, li, zhao, sun, document, second
    ):
        address = f"/documents/{document.pk}/publish/"
        assert browser.get(address).status_code == 405
        assert signed_in(li).post(address).status_code == 403
        assert signed_in(zhao).post(address).status_code == 403
        assert signed_in(sun).post(address).status_code == 404
        assert Task.objects.count() == 0


class TestAdding:
    def add(self, browser, document, **sent):
        return browser.post(f"/documents/{document.pk}/add-clause/", sent)

    def test_a_missed_clause_is_added_filled_in_and_becomes_a_task(
        self, browser, document, clause, health, zhang
    ):
        Clause.objects.filter(pk=clause.pk).update(section=["一、重点任务"])
        response = self.add(browser, document, after=clause.pk)
        added = document.clauses.last()
        assert response["Location"].endswith(f"?clause={added.pk}")
        assert (added.title, added.section) == ("", ["一、重点任务"])
        assert (added.start, added.end) == (clause.end, clause.end)
        assert added.position > clause.position
        entry = AuditEntry.objects.get(action="clause_added")
        assert (entry.actor, entry.detail) == (zhang, {"clause": added.pk})
        page = browser.get(response["Location"]).content.decode()
        assert "缺少任务标题" in page
        assert "（未填标题）" in page
        assert save(browser, added, title="").status_code == 200
        save(
            browser,
            added,
            title="漏读的任务",
            departments__TOTAL_FORMS="1",
            departments__0__name="市卫生局",
            departments__0__role="lead",
        )
        browser.post(f"/documents/{document.pk}/publish/")
        task = Task.objects.get()
        assert (task.title, task.lead_department) == ("漏读的任务", health)

    def test_a_second_click_leads_to_the_empty_one_there_is(self, browser, document, clause):
        first, second = (self.add(browser, document, after=clause.pk) for _ in range(2))
        assert first["Location"] == second["Location"]
        assert document.clauses.count() == 2

    def test_it_works_where_nothing_was_read_and_for_nonsense(self, browser, document):
        self.add(browser, document, after="²")
        (added,) = document.clauses.all()
        assert (added.position, added.start, added.section) == (0, 0, [])

    def test_not_by_others_and_not_by_get(self, browser, signed_in, li, zhao, sun, document):
        address = f"/documents/{document.pk}/add-clause/"
        assert browser.get(address).status_code == 405
        assert signed_in(li).post(address).status_code == 403
        assert signed_in(zhao).post(address).status_code == 403
        assert signed_in(sun).post(address).status_code == 404
        assert not document.clauses.exists()


class TestGroups:
    @pytest.fixture
    def group(self, document, health):
        named = [bracket(("市卫生局", "lead", health))]
        return ClauseFactory(
            document=document, title="分组", is_container=True, responsibilities=named
        )

    def test_a_group_becomes_a_task_like_the_others(self, browser, document, group):
        page = browser.get(f"/documents/{document.pk}/confirm/?clause={group.pk}")
        assert "这一条也是任务" in page.content.decode()
        response = browser.post(f"/clauses/{group.pk}/make-task/")
        assert response["Location"].endswith(f"?clause={group.pk}")
        assert AuditEntry.objects.filter(action="clause_made_task").count() == 1
        browser.post(f"/documents/{document.pk}/publish/")
        assert Task.objects.get().title == "分组"

    def test_twice_is_refused(self, browser, group):
        browser.post(f"/clauses/{group.pk}/make-task/")
        again = browser.post(f"/clauses/{group.pk}/make-task/", follow=True)
        assert "不用再改" in again.content.decode()
        assert AuditEntry.objects.filter(action="clause_made_task").count() == 1

    def test_not_by_others_and_not_by_get(self, browser, signed_in, li, sun, group):
        address = f"/clauses/{group.pk}/make-task/"
        assert browser.get(address).status_code == 405
        assert signed_in(li).post(address).status_code == 403
        assert signed_in(sun).post(address).status_code == 404
        group.refresh_from_db()
        assert group.is_container
