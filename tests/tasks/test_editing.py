"""Correcting a task in the ledger: what is kept, what is refused, what the history says."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from reform_tracker.lib.verdicts import Conflict
from tasks.models import Target, Task
from tasks.models.states import State
from tasks.services.editing import Answerable, WantedTarget, edit_task
from tests.factories import DepartmentFactory, ReportFactory, TargetFactory, TaskFactory

NEW_DATE = dt.date(2025, 3, 31)


def edit(task, actor, version=1, **changes):
    values = {"title": task.title, "due_on": task.due_on}
    return edit_task(task=task, actor=actor, version=version, **values | changes)


class TestService:
    def test_a_new_date_keeps_the_original_and_moves_the_reminders(self, task, zhang):
        edit(task, zhang, due_on=NEW_DATE)
        task.refresh_from_db()
        assert (task.due_on, task.original_due_on) == (NEW_DATE, dt.date(2024, 12, 31))
        assert (task.due_version, task.version) == (2, 2)
        note = task.events.get().note
        assert "完成时限由“2024-12-31”改为“2025-03-31”" in note

    def test_other_words_leave_the_date_version_alone(self, task, zhang):
        edit(task, zhang, title="新标题", responsible_leader="王副市长", remarks="市委交办")
        task.refresh_from_db()
        assert (task.due_version, task.title, task.remarks) == (1, "新标题", "市委交办")
        assert "责任领导由“空”改为“王副市长”" in task.events.get().note

    def test_saving_without_a_change_leaves_no_trace(self, task, zhang):
        edit(task, zhang)
        task.refresh_from_db()
        assert task.version == 1
        assert not task.events.exists()

    def test_what_one_did_not_see_is_not_overwritten(self, task, zhang):
        edit(task, zhang, title="甲的标题")
        with pytest.raises(Conflict, match="别人改过"):
            edit(task, zhang, version=1, title="乙的标题")
        task.refresh_from_db()
        assert task.title == "甲的标题"

    def test_a_date_before_the_start_is_refused(self, task, zhang):
        with pytest.raises(ValidationError) as refused:
            edit(task, zhang, due_on=dt.date(2023, 12, 31))
        assert "due_on" in refused.value.message_dict

    def test_an_empty_title_is_refused(self, task, zhang):
        with pytest.raises(ValidationError) as refused:
            edit(task, zhang, title="  ")
        assert "title" in refused.value.message_dict

    def test_departments_are_replaced_in_order(self, task, health, finance, zhang):
        edit(
            task,
            zhang,
            responsibilities=[Answerable(finance, "lead"), Answerable(health, "cooperating")],
        )
        assert [str(row) for row in task.responsibilities.all()] == [
            "市财政局（牵头）",
            "市卫生局（配合）",
        ]
        assert "市卫生局（牵头）、市财政局（配合）" in task.events.get().note

    def test_the_documents_wording_stays(self, task, health, finance, xuzhou, zhang):
        task.responsibilities.filter(department=health).update(name_as_written="市卫计委")
        third = DepartmentFactory(region=xuzhou, name="市民政局")
        edit(
            task,
            zhang,
            responsibilities=[Answerable(health, "lead"), Answerable(third, "participant")],
        )
        names = task.responsibilities.values_list("name_as_written", flat=True)
        assert list(names) == ["市卫计委", "市民政局"]

    @pytest.mark.parametrize(
        ("roles", "why"),
        [
            ([("health", "lead"), ("health", "cooperating")], "只能列一次"),
            ([("health", "cooperating")], "牵头单位"),
            ([("foreign", "lead")], "名录"),
        ],
    )
    def test_lists_that_make_no_sense(self, request, nanjing, task, health, zhang, roles, why):
        known = {"health": health, "foreign": DepartmentFactory(region=nanjing, name="市民政局")}
        with pytest.raises(ValidationError, match=why):
            edit(task, zhang, responsibilities=[Answerable(known[n], r) for n, r in roles])
        assert task.responsibilities.count() == 2

    def test_a_department_with_a_report_in_review_is_not_dropped(
        self, task, health, finance, period, zhang
    ):
        ReportFactory(task=task, department=finance, period=period)
        with pytest.raises(Conflict, match="市财政局还有待审核"):
            edit(task, zhang, responsibilities=[Answerable(health, "lead")])

    @pytest.mark.parametrize("who", ["li", "zhao", "sun", "guo"])
    def test_only_the_office(self, request, task, who):
        with pytest.raises(PermissionDenied):
            edit(task, request.getfixturevalue(who), title="新")

    def test_not_after_write_off(self, task, zhang):
        Task.objects.update(state=State.WRITTEN_OFF)
        with pytest.raises(Conflict, match="已销号"):
            edit(task, zhang, title="新")


class TestTargets:
    def wanted(self, target, **changes):
        values = {"indicator": target.indicator, "comparison": ">=", "value": Decimal(95)}
        return WantedTarget(pk=target.pk, unit="%", text=target.text, **values | changes)

    def test_a_correction_is_told_and_changes_the_verdict(self, task, zhang):
        target = TargetFactory(task=task)
        edit(task, zhang, targets=[self.wanted(target, value=Decimal("98.5"))])
        note = task.events.get().note
        assert note == "目标指标“基本医保参保率”的目标值由“95”改为“98.5”"
        target.refresh_from_db()
        assert target.verdict(Decimal("98")) == Target.Verdict.NOT_MET

    def test_the_same_list_is_no_change(self, task, zhang):
        edit(task, zhang, targets=[self.wanted(TargetFactory(task=task))])
        assert not task.events.exists()

    def test_added_and_removed_are_told(self, task, zhang):
        TargetFactory(task=task)
        edit(task, zhang, targets=[WantedTarget("床位数", "~", Decimal(6), unit="张")])
        assert task.events.get().note == (
            "删除目标指标“基本医保参保率 达到95%以上”；增加目标指标“床位数 6张左右”"
        )

    def test_another_tasks_target_is_not_touched(self, task, zhang):
        foreign = TargetFactory(task=TaskFactory(document=task.document))
        with pytest.raises(Conflict, match="不在这条任务"):
            edit(task, zhang, targets=[self.wanted(foreign, value=Decimal(1))])
        foreign.refresh_from_db()
        assert foreign.target_value == 95

    def test_a_target_with_readings_is_not_removed_and_nothing_else_changes(self, task, zhang):
        target = TargetFactory(task=task)
        report = ReportFactory(task=task)
        report.readings.create(target=target, value=94, read_on=dt.date(2024, 3, 31))
        with pytest.raises(ValidationError, match="不能删除"):
            edit(task, zhang, title="新标题", targets=[])
        task.refresh_from_db()
        assert task.title != "新标题"
        assert task.targets.exists()


class TestPage:
    def typed(self, browser, task, **changes):
        """The form as the browser would send it, with some fields changed."""
        page = browser.get(reverse("edit_task", args=[task.pk]))
        form, rows, targets = (page.context[name] for name in ("form", "rows", "targets"))
        data = {bound.name: bound.value() or "" for bound in form}
        data["due_on"] = str(data["due_on"])
        for line in [rows.management_form, *rows, targets.management_form, *targets]:
            for bound in line:
                if bound.name == "DELETE":
                    continue  # an unticked box is not sent
                data[bound.html_name] = "" if bound.value() is None else bound.value()
        return data | changes

    def test_saving(self, signed_in, zhang, task):
        browser = signed_in(zhang)
        data = self.typed(browser, task, title="新标题", due_on="2025-03-31")
        answer = browser.post(reverse("edit_task", args=[task.pk]), data)
        assert answer.headers["Location"] == task.get_absolute_url()
        task.refresh_from_db()
        assert (task.title, task.due_version) == ("新标题", 2)
        assert task.responsibilities.count() == 2

    def test_line_ends_of_the_browser_are_no_change(self, signed_in, zhang, task):
        Task.objects.update(body="第一行\n第二行\n")
        TargetFactory(task=task)
        browser = signed_in(zhang)
        data = self.typed(browser, task, body="第一行\r\n第二行")
        browser.post(reverse("edit_task", args=[task.pk]), data)
        assert not task.events.exists()

    def test_number_and_body(self, signed_in, zhang, task):
        browser = signed_in(zhang)
        data = self.typed(browser, task, number="12", body="改正后的内容")
        browser.post(reverse("edit_task", args=[task.pk]), data)
        task.refresh_from_db()
        assert (task.number, task.body) == ("12", "改正后的内容")
        assert "编号由“" in task.events.get().note

    def test_correcting_adding_and_removing_targets(self, signed_in, zhang, task):
        wrong = TargetFactory(task=task)
        extra = TargetFactory(task=task, indicator="多读的指标")
        browser = signed_in(zhang)
        added = {"indicator": "签约率", "comparison": ">=", "value": "40", "unit": "%"}
        changes = {
            "targets-0-value": "98",
            "targets-1-DELETE": "on",
            "targets-TOTAL_FORMS": "3",
            **{f"targets-2-{name}": value for name, value in added.items()},
        }
        data = self.typed(browser, task, **changes)
        answer = browser.post(reverse("edit_task", args=[task.pk]), data)
        assert answer.headers["Location"] == task.get_absolute_url()
        first, second = task.targets.all()
        assert (first.pk, first.target_value) == (wrong.pk, 98)
        assert (second.indicator, second.text) == ("签约率", "不低于40%")
        assert extra.pk not in (first.pk, second.pk)

    def test_an_impossible_range_is_said_at_its_field(self, signed_in, zhang, task):
        TargetFactory(task=task)
        browser = signed_in(zhang)
        changes = {"targets-0-comparison": "range", "targets-0-value_max": "90"}
        data = self.typed(browser, task, title="未丢失的标题", **changes)
        text = browser.post(reverse("edit_task", args=[task.pk]), data).content.decode()
        assert "上限不能小于下限" in text
        assert "未丢失的标题" in text
        assert task.targets.get().comparison == ">="

    def test_what_was_reported_on_stays(self, signed_in, zhang, task):
        target = TargetFactory(task=task)
        report = ReportFactory(task=task)
        report.readings.create(target=target, value=94, read_on=dt.date(2024, 3, 31))
        browser = signed_in(zhang)
        address = reverse("edit_task", args=[task.pk])
        assert "可以修改，不能删除" in browser.get(address).content.decode()
        data = self.typed(browser, task, **{"targets-0-DELETE": "on"})
        assert "已有填报的完成值，不能删除" in browser.post(address, data).content.decode()
        assert task.targets.get() == target

    def test_adding_a_department(self, signed_in, zhang, task, xuzhou):
        third = DepartmentFactory(region=xuzhou, name="市民政局")
        browser = signed_in(zhang)
        data = self.typed(browser, task, **{"departments-2-department": third.pk})
        browser.post(reverse("edit_task", args=[task.pk]), data)
        assert str(task.responsibilities.last()) == "市民政局（配合）"

    def test_a_conflict_keeps_what_was_typed(self, signed_in, zhang, task):
        browser = signed_in(zhang)
        data = self.typed(browser, task, title="乙的标题")
        edit(task, zhang, title="甲的标题")
        page = browser.post(reverse("edit_task", args=[task.pk]), data)
        text = page.content.decode()
        assert "别人改过" in text
        assert "乙的标题" in text
        task.refresh_from_db()
        assert task.title == "甲的标题"

    def test_an_impossible_date_is_said_at_its_field(self, signed_in, zhang, task):
        browser = signed_in(zhang)
        data = self.typed(browser, task, due_on="2020-01-01", title="未丢失的标题")
        page = browser.post(reverse("edit_task", args=[task.pk]), data)
        assert "不能早于开始日期" in str(page.context["form"].errors["due_on"])
        assert "未丢失的标题" in page.content.decode()

    def test_a_list_without_lead_is_said_on_the_form(self, signed_in, zhang, task):
        browser = signed_in(zhang)
        data = self.typed(browser, task, **{"departments-0-role": "cooperating"})
        page = browser.post(reverse("edit_task", args=[task.pk]), data)
        assert "请至少指定一个牵头单位" in page.content.decode()

    @pytest.mark.parametrize(("who", "status"), [("sun", 404), ("li", 403), ("zhao", 403)])
    def test_who_may_not(self, request, signed_in, task, who, status):
        browser = signed_in(request.getfixturevalue(who))
        address = reverse("edit_task", args=[task.pk])
        assert browser.get(address).status_code == status
        assert browser.post(address, {"title": "新"}).status_code == status

    def test_the_cost_does_not_grow_with_the_departments(
        self, signed_in, zhang, task, xuzhou, django_assert_max_num_queries
    ):
        for number in range(30):
            DepartmentFactory(region=xuzhou, name=f"市第{number}局")
        browser = signed_in(zhang)
        with django_assert_max_num_queries(16):
            browser.get(reverse("edit_task", args=[task.pk]))
