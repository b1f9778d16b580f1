"""The task list: who sees what, filters in the address, two clicks to record progress."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks.models import ProgressReport, Task
from tasks.models.states import State
from tasks.services.progress import record_progress
from tests.factories import DocumentFactory, ResponsibilityFactory, TaskFactory

LIST = "/tasks/"
HTMX = {"HX-Request": "true"}


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


class TestList:
    @pytest.mark.parametrize("who", ["zhang", "li", "wang", "zhao", "qian"])
    def test_who_sees_the_task(self, request, signed_in, task, who):
        assert task.title in text_of(signed_in(request.getfixturevalue(who)).get(LIST))

    def test_another_citys_office_does_not(self, signed_in, sun, task):
        assert task.title not in text_of(signed_in(sun).get(LIST))

    @pytest.mark.parametrize("who", ["guo", "shen"])
    def test_who_has_neither_region_nor_department_is_told_so(self, request, signed_in, task, who):
        assert signed_in(request.getfixturevalue(who)).get(LIST).status_code == 403

    def test_only_regions_that_have_tasks_are_offered(self, signed_in, qian, task, nanjing):
        offered = signed_in(qian).get(LIST).context["filter"].form["region"].field.widget.choices
        names = [str(name) for _, name in offered]
        assert "徐州市" in names and "江苏省" in names
        assert "南京市" not in names

    def test_a_stranger_signs_in_first(self, client, task):
        assert client.get(LIST).status_code == 302

    def test_the_section_tells_equal_numbers_apart(self, signed_in, zhang, task):
        assert "一、健全医疗服务体系" in text_of(signed_in(zhang).get(LIST))

    def test_total_row_and_moved_date(self, signed_in, zhang, task):
        Task.objects.update(due_on=dt.date(2099, 3, 31))
        text = text_of(signed_in(zhang).get(LIST))
        assert "共 <strong>1</strong> 项任务" in text
        for words in ("市卫生局", "2099-03-31", "原定 2024-12-31", "未启动", "灰灯", "0%"):
            assert words in text

    def test_an_open_task_of_2024_is_red_and_says_why(self, signed_in, zhang, task):
        text = text_of(signed_in(zhang).get(LIST))
        assert "红灯" in text
        assert "逾期未完成" in text

    def test_filters_narrow_the_list_and_stay_in_the_form(self, signed_in, zhang, task, document):
        TaskFactory(document=document, title="另一项")
        text = text_of(signed_in(zhang).get(LIST, {"search": "家庭医生", "year": "2024"}))
        assert task.title in text
        assert "另一项" not in text
        assert 'value="家庭医生"' in text
        assert '<option value="2024" selected>' in text

    def test_no_quarter_is_chosen_by_itself(self, signed_in, zhang, task):
        form = signed_in(zhang).get(LIST).context["filter"].form
        assert form["quarter"].value() is None
        assert form.fields["quarter"].choices[0][0] == ""

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ({"year": "abc"}, "输入整数"),
            ({"quarter": "1"}, "请同时选择年度"),
            ({"region": "320100"}, "选择"),
        ],
    )
    def test_a_wrong_filter_says_so_at_its_field_and_lists_nothing(
        self, signed_in, zhang, nanjing, task, query, words
    ):
        page = signed_in(zhang).get(LIST, query)
        text = text_of(page)
        assert "筛选条件有误" in text
        assert any(words in str(errors) for errors in page.context["filter"].errors.values())
        assert "invalid-feedback" in text
        assert task.title not in text

    def test_the_export_has_the_same_filters_but_not_the_page(self, signed_in, zhang, task):
        text = text_of(signed_in(zhang).get(LIST, {"year": "2024", "page": "1", "page_size": "50"}))
        assert f'href="{reverse("ledger")}?year=2024"' in text

    def test_pages_of_25_50_and_100(self, signed_in, zhang, document):
        for _ in range(60):
            TaskFactory(document=document)
        browser = signed_in(zhang)
        assert len(browser.get(LIST).context["rows"]) == 25
        assert len(browser.get(LIST, {"page": "3"}).context["rows"]) == 10
        assert len(browser.get(LIST, {"page_size": "100"}).context["rows"]) == 60
        assert len(browser.get(LIST, {"page_size": "1000"}).context["rows"]) == 25
        text = text_of(browser.get(LIST, {"year": "2024"}))
        assert "?year=2024&amp;page=2" in text

    def test_a_hundred_rows_cost_what_ten_do(self, signed_in, zhang, xuzhou, health, finance):
        document = DocumentFactory(region=xuzhou)
        browser = signed_in(zhang)
        costs = []
        for number in (10, 90):
            for _ in range(number):
                row = TaskFactory(document=document, lead=health)
                ResponsibilityFactory(task=row, department=finance, role="cooperating")
            with CaptureQueriesContext(
                connection,
            ) as queries:
                page = browser.get(LIST, {"page_size": "100"})
            assert page.context["page"].paginator.count in (10, 100)
            costs.append(len(queries))
        assert costs[0] == costs[1]
        assert costs[0] < 20

    def test_a_past_day_shows_but_does_not_change_the_past(self, signed_in, zhang, task):
        text = text_of(signed_in(zhang).get(LIST, {"year": "2024", "quarter": "1"}))
        assert "以下为截至2024年3月31日的情况" in text
        assert "data-opens" not in text

    @pytest.mark.parametrize(("who", "offered"), [("zhang", True), ("li", False), ("zhao", False)])
    def test_the_quick_update_is_the_offices(self, request, signed_in, task, who, offered):
        text = text_of(signed_in(request.getfixturevalue(who)).get(LIST))
        assert ("data-opens" in text) is offered

    @pytest.mark.parametrize("state", [State.WRITTEN_OFF, State.SUSPENDED])
    def test_not_for_what_is_written_off_or_set_aside(self, signed_in, zhang, task, state):
        Task.objects.update(state=state)
        assert "data-opens" not in text_of(signed_in(zhang).get(LIST))


class TestQuickUpdate:
    @pytest.fixture
    def address(self, task):
        return reverse("update_progress", args=[task.pk])

    def test_a_preset_is_one_click(self, signed_in, zhang, task, period, address):
        answer = signed_in(zhang).post(
            address, {"preset": "75", "progress": "0", "version": "1"}, headers=HTMX
        )
        text = text_of(answer)
        assert f'id="task-{task.pk}"' in text
        assert "<html" not in text
        assert "已保存（代填）" in text
        task.refresh_from_db()
        assert (task.progress, task.state) == (75, State.IN_PROGRESS)
        assert ProgressReport.objects.get().filed_on_behalf

    @pytest.mark.parametrize("typed", ["60", "60%", "\uff16\uff10\uff05", " 60 % "])
    def test_a_number_as_people_type_it(self, signed_in, zhang, task, address, typed):
        signed_in(zhang).post(address, {"progress": typed, "narrative": "已印发"}, headers=HTMX)
        task.refresh_from_db()
        assert task.progress == 60
        assert task.events.get().note == "已印发"

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("120", "进度不能超过100%"),
            ("-5", "进度不能小于0%"),
            ("六十", "0到100之间的整数"),
            ("", "请填写进度"),
        ],
    )
    def test_an_error_stays_beside_the_row_with_what_was_typed(
        self, signed_in, zhang, task, address, typed, words
    ):
        answer = signed_in(zhang).post(
            address, {"progress": typed, "narrative": "已签约三千户"}, headers=HTMX
        )
        text = text_of(answer)
        assert words in text
        assert f'value="{typed}"' in text
        assert "已签约三千户" in text
        task.refresh_from_db()
        assert task.progress == 0

    def test_somebody_was_faster(self, signed_in, zhang, task, address):
        record_progress(task=task, actor=zhang, progress=50)
        answer = signed_in(zhang).post(address, {"progress": "30", "version": "1"}, headers=HTMX)
        text = text_of(answer)
        assert "别人改过" in text
        assert 'value="30"' in text
        # What is there now is shown, and the next click knows of it.
        assert "50%" in text
        assert 'name="version" value="2"' in text
        task.refresh_from_db()
        assert task.progress == 50

    def test_the_second_click_of_the_same_page_is_refused(self, signed_in, zhang, task, address):
        browser = signed_in(zhang)
        for _ in range(2):
            browser.post(address, {"preset": "75", "version": "1"}, headers=HTMX)
        assert ProgressReport.objects.count() == 1

    def test_without_script_one_returns_to_the_same_row(self, signed_in, zhang, task, address):
        answer = signed_in(zhang).post(
            address, {"preset": "25", "next": "/tasks/?year=2024&page=2"}
        )
        assert answer.headers["Location"] == f"/tasks/?year=2024&page=2#task-{task.pk}"

    def test_never_to_another_site(self, signed_in, zhang, task, address):
        answer = signed_in(zhang).post(address, {"preset": "25", "next": "https://example.org/"})
        assert answer.headers["Location"] == task.get_absolute_url()

    def test_without_script_an_error_shows_the_task_page(self, signed_in, zhang, task, address):
        text = text_of(signed_in(zhang).post(address, {"progress": "120", "narrative": "保留"}))
        assert "进度不能超过100%" in text
        assert 'value="120"' in text
        assert 'value="保留"' in text

    @pytest.mark.parametrize(
        ("who", "status"), [("li", 403), ("zhao", 403), ("sun", 404), ("guo", 404)]
    )
    def test_who_may_not(self, request, signed_in, task, address, who, status):
        browser = signed_in(request.getfixturevalue(who))
        assert browser.post(address, {"preset": "75"}).status_code == status
        task.refresh_from_db()
        assert task.progress == 0

    def test_looking_changes_nothing(self, signed_in, zhang, address):
        assert signed_in(zhang).get(address).status_code == 405
