"""What stands in the ledger: the tasks of the list, in words an office can print."""

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from tasks.ledger.columns import columns
from tasks.ledger.export import Heading, ledger_bytes
from tasks.models import ProgressReport, TargetReading, Task
from tests.factories import (
    DepartmentFactory,
    DocumentFactory,
    EventFactory,
    MembershipFactory,
    PeriodFactory,
    ReportFactory,
    ResponsibilityFactory,
    TargetFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

Status = ProgressReport.Status
HEADINGS = [
    "序号", "领域", "重点任务", "工作目标/指标", "牵头单位", "配合单位", "责任领导", "联络员",
    "完成时限", "进展情况（截至2024年6月30日）", "完成状态", "亮灯", "存在问题", "下一步措施",
    "佐证材料", "是否销号", "备注", "文件依据",
]  # fmt: skip
ON = dt.date(2024, 6, 30)


def book(region, on=ON, tasks=None, **heading):
    chosen = Task.objects.in_region(region) if tasks is None else tasks
    data = ledger_bytes(chosen.with_light(on), Heading(on=on, region=region, **heading))
    return load_workbook(io.BytesIO(data))


def rows(region, on=ON, **also) -> list[dict]:
    sheet = book(region, on, **also)["台账"]
    titles = [cell.value.split("（")[0] for cell in sheet[3]]
    return [
        dict(zip(titles, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(min_row=4)
    ]


@pytest.fixture
def reported(task, health, period):
    """Half done by the end of March, in the words of 市卫生局."""
    report = ReportFactory(
        task=task,
        department=health,
        period=period,
        status=Status.APPROVED,
        progress=50,
        narrative="已签约12万人。",
        problems="村医不足。",
        next_steps="加强培训。",
    )
    EventFactory(task=task, state="in_progress", progress=50, effective_on=period.ends_on)
    Task.objects.filter(pk=task.pk).update(state="in_progress", progress=50)
    return report


class TestHead:
    def test_has_the_default_columns_in_order(self):
        assert [column.title for column in columns(ON)] == HEADINGS

    def test_says_whose_it_is_and_as_of_when(self, task, xuzhou):
        sheet = book(xuzhou, year=2024, quarter=2)["台账"]
        assert sheet["A1"].value == "徐州市深化医药卫生体制改革任务台账（2024年第二季度）"
        assert sheet["A2"].value == "填报单位：徐州市医改办"
        assert sheet["J2"].value == "截至日期：2024年6月30日"

    def test_a_departments_ledger_bears_its_name(self, task, health):
        heading = Heading(on=ON, department=health, year=2024)
        assert heading.title == "徐州市卫生局深化医药卫生体制改革任务台账（2024年）"
        assert heading.unit == "徐州市卫生局"

    def test_the_file_is_named_after_place_time_and_day(self, xuzhou):
        heading = Heading(on=dt.date(2012, 12, 31), region=xuzhou, year=2012)
        assert heading.file_name == "医改任务台账_徐州市_2012年_截至2012年12月31日.xlsx"


class TestRows:
    def test_tells_of_a_task_what_is_known_on_the_day(self, task, xuzhou, li, reported):
        task.responsible_leader, task.remarks = "分管副市长", "省定任务"
        task.save()
        target = TargetFactory(task=task)
        TargetReading.objects.create(
            target=target, report=reported, value="94.99", read_on=dt.date(2024, 3, 31)
        )
        (row,) = rows(xuzhou)
        assert row == {
            "序号": 1,
            "领域": "一、健全医疗服务体系",
            "重点任务": f"{task.number}. 扩大家庭医生签约服务覆盖面",
            "工作目标/指标": "基本医保参保率 达到95%以上（完成94.99%，未达标）",
            "牵头单位": "市卫生局",
            "配合单位": "市财政局",
            "责任领导": "分管副市长",
            "联络员": "李联络员",
            "完成时限": dt.datetime(2024, 12, 31),
            "进展情况": "进度50%。已签约12万人。",
            "完成状态": "推进中",
            "亮灯": "绿灯\n达到序时进度",
            "存在问题": "村医不足。",
            "下一步措施": "加强培训。",
            "佐证材料": None,
            "是否销号": "否",
            "备注": "省定任务",
            "文件依据": "《示范市深化医药卫生体制改革2024年重点工作任务》（徐政办发〔2024〕1号）",
        }

    def test_a_ratio_is_read_as_one_to_so_many(self, task, xuzhou, reported):
        target = TargetFactory(task=task, indicator="医护比", text="1:1.25", unit_of_measure="1:N")
        TargetReading.objects.create(
            target=target, report=reported, value="0.81", read_on=dt.date(2024, 3, 31)
        )
        (row,) = rows(xuzhou)
        assert row["工作目标/指标"] == "医护比 1:1.25（完成1:0.81，未达标）"

    def test_of_an_earlier_day_it_knows_nothing_later(self, task, xuzhou, reported):
        (row,) = rows(xuzhou, on=dt.date(2024, 3, 30))
        assert (row["进展情况"], row["完成状态"], row["存在问题"]) == ("进度0%。", "未启动", None)

    def test_the_light_is_a_word_with_its_reason_and_a_colour(self, task, xuzhou):
        sheet = book(xuzhou, on=dt.date(2025, 1, 1))["台账"]
        assert sheet["L4"].value == "红灯\n逾期未完成"
        assert sheet["L4"].fill.fgColor.rgb == "FFFDE8E6"
        assert sheet["K4"].value == "未启动\n（逾期）"

    def test_only_approved_reports_of_a_lead_speak(self, task, xuzhou, finance, health, period):
        ReportFactory(
            task=task, department=finance, period=period, status=Status.APPROVED, narrative="配合"
        )
        for status in (Status.DRAFT, Status.SENT_BACK, Status.SUPERSEDED):
            later = PeriodFactory(
                region=xuzhou, kind="custom", starts_on=dt.date(2024, 2, len(status))
            )
            ReportFactory(
                task=task, department=health, period=later, status=status, narrative=status
            )
        (row,) = rows(xuzhou)
        assert row["进展情况"] == "进度0%。"

    def test_what_the_office_filed_on_behalf_counts(self, task, xuzhou):
        ReportFactory(
            task=task,
            department=None,
            status=Status.APPROVED,
            filed_on_behalf=True,
            narrative="电话了解：已启动。",
        )
        (row,) = rows(xuzhou)
        assert row["进展情况"].endswith("电话了解：已启动。")

    def test_the_latest_period_speaks_not_the_last_approval(self, task, xuzhou, reported, health):
        second = PeriodFactory(
            region=xuzhou,
            name="2024年第二季度",
            starts_on=dt.date(2024, 4, 1),
            ends_on=dt.date(2024, 6, 30),
            due_on=dt.date(2024, 7, 5),
        )
        newer = ReportFactory(
            task=task,
            department=health,
            period=second,
            status=Status.APPROVED,
            narrative="第二季度。",
            submitted_on=dt.date(2024, 7, 3),
        )
        ReportFactory(
            task=task,
            department=None,
            status=Status.APPROVED,
            filed_on_behalf=True,
            narrative="补记四月。",
            submitted_on=dt.date(2024, 4, 9),
        )
        (row,) = rows(xuzhou)
        assert row["进展情况"] == f"进度50%。{newer.narrative}"

    def test_a_zero_report_is_said_in_words(self, task, xuzhou, health, period):
        ReportFactory(
            task=task,
            department=health,
            period=period,
            status=Status.APPROVED,
            narrative="",
            nothing_new=True,
        )
        (row,) = rows(xuzhou)
        assert row["进展情况"] == "进度0%。本期无新进展。"

    def test_written_off_says_so(self, task, xuzhou):
        EventFactory(task=task, state="written_off", progress=100, effective_on=ON)
        (row,) = rows(xuzhou)
        assert (row["是否销号"], row["亮灯"]) == ("是", "蓝灯\n已销号")

    def test_a_date_that_was_moved_stays_visible(self, task, xuzhou):
        Task.objects.filter(pk=task.pk).update(due_on=dt.date(2025, 3, 31))
        (row,) = rows(xuzhou)
        assert row["完成时限"] == dt.datetime(2025, 3, 31)
        assert row["备注"] == "原定完成时限：2024年12月31日"

    def test_and_so_does_how_often(self, task, xuzhou):
        Task.objects.filter(pk=task.pk).update(due_on=dt.date(2025, 3, 31), extension_count=2)
        (row,) = rows(xuzhou)
        assert row["备注"] == "原定完成时限：2024年12月31日（延期2次）"

    def test_a_text_that_begins_with_the_title_is_not_doubled(self, task, xuzhou):
        Task.objects.filter(pk=task.pk).update(body=f"{task.title}。签约率达到40%。")
        (row,) = rows(xuzhou)
        assert row["重点任务"] == f"{task.number}. {task.title}。签约率达到40%。"

    def test_several_targets_stand_on_lines_of_their_own(self, task, xuzhou):
        TargetFactory(task=task)
        TargetFactory(task=task, indicator="建档率", text="不低于60%")
        (row,) = rows(xuzhou)
        assert row["工作目标/指标"] == "1. 基本医保参保率 达到95%以上\n2. 建档率 不低于60%"

    def test_sections_are_merged_as_long_as_they_last(self, document, xuzhou):
        for section in ["一", "一", "二", "一"]:
            TaskFactory(document=document, section=section)
        merged = book(xuzhou)["台账"].merged_cells.ranges
        assert [str(each) for each in merged if each.min_row > 3] == ["B4:B5", "R4:R5"]

    def test_sections_of_two_documents_are_not_merged_whatever_they_are_called(
        self, document, xuzhou
    ):
        other = DocumentFactory(region=xuzhou, title="另一份")
        for each in [document, document, other, other]:
            TaskFactory(document=each, section="一")
        merged = book(xuzhou)["台账"].merged_cells.ranges
        found = sorted(str(each) for each in merged if each.min_row > 3)
        assert found == ["B4:B5", "B6:B7", "R4:R5", "R6:R7"]

    def test_a_long_title_of_the_document_does_not_set_the_height_of_its_rows(
        self, document, xuzhou
    ):
        TaskFactory.create_batch(4, document=document)
        short = book(xuzhou)["台账"].row_dimensions[4].height
        document.title = "关于印发深化医药卫生体制改革工作任务的通知" * 2
        document.save()
        assert book(xuzhou)["台账"].row_dimensions[4].height == short

    @pytest.mark.parametrize("text", ["=1+1", "+市财政局", "-5%", "@甲", "=SUM(A1)", "甲\x0b乙"])
    def test_nothing_a_user_types_runs_or_breaks_the_file(
        self, text, task, xuzhou, reported, health
    ):
        task.title = task.body = task.section = task.remarks = task.responsible_leader = text
        task.save()
        ProgressReport.objects.update(narrative=text, problems=text, next_steps=text)
        task.responsibilities.update(name_as_written=text)
        sheet = book(xuzhou)["台账"]
        shown = text.replace("\x0b", "")
        for column in "BEFGMNQ":
            cell = sheet[f"{column}4"]
            assert (cell.data_type, cell.value) == ("s", shown)
        assert sheet["J4"].value == f"进度50%。{shown}"


class TestSize:
    def lots(self, document, department, count):
        person = UserFactory()
        MembershipFactory(user=person, role="liaison", department=department)
        for number in range(count):
            task = TaskFactory(document=document, lead=department, section=f"第{number // 4}节")
            ResponsibilityFactory(
                task=task, department=DepartmentFactory(region=document.region), role="cooperating"
            )
            TargetFactory(task=task)
            ReportFactory(task=task, department=department, status=Status.APPROVED)

    def test_ten_rows_and_a_hundred_cost_the_same(
        self, document, health, xuzhou, django_assert_num_queries
    ):
        # Calendar, tasks, three prefetches, liaisons; then two rollups of four each, and names.
        queries = 15
        self.lots(document, health, 10)
        with django_assert_num_queries(queries):
            assert book(xuzhou)["台账"].max_row == 13
        self.lots(document, health, 90)
        with django_assert_num_queries(queries):
            assert book(xuzhou)["台账"].max_row == 103


class TestSummary:
    def test_its_figures_are_the_rollups(self, task, xuzhou, health, finance, document):
        TaskFactory(document=document, lead=finance)
        both = TaskFactory(document=document, lead=health)
        ResponsibilityFactory(task=both, department=finance, role="lead")
        EventFactory(task=both, state="written_off", progress=100, effective_on=ON)
        TargetFactory(task=task)
        sheet = book(xuzhou, year=2024)["汇总"]
        titles = [cell.value for cell in sheet[3]]
        table = {
            row[0].value: dict(zip(titles, [cell.value for cell in row], strict=True))
            for row in sheet.iter_rows(min_row=4, max_row=6)
        }
        assert list(table) == ["徐州市卫生局", "徐州市财政局", "合计（按任务）"]
        assert [table[name]["任务数"] for name in table] == [2, 2, 3]
        assert [table[name]["已销号"] for name in table] == [1, 1, 1]
        assert table["合计（按任务）"]["销号率"] == 0.3333
        assert table["徐州市卫生局"]["无法判定"] == 1
        assert len(sheet._charts) == 1

    def test_the_completion_rate_stands_beside_what_it_is_made_of(self, document, xuzhou, health):
        states = ["completed", "awaiting_write_off", "written_off", "in_progress", "cancelled"]
        for state in states:
            task = TaskFactory(document=document, lead=health)
            EventFactory(task=task, state=state, progress=100, effective_on=ON)
        sheet = book(xuzhou, year=2024)["汇总"]
        titles = [cell.value for cell in sheet[3]]
        place = titles.index("完成合计（含待销号、已销号）")
        assert titles[place + 1] == "完成率"
        total = [cell.value for cell in sheet[5]]
        # Three of four: what was cancelled is not asked for.
        assert (total[titles.index("已完成")], *total[place : place + 2]) == (1, 3, 0.75)

    def test_counts_only_the_tasks_of_the_ledger(self, task, xuzhou, document, finance):
        TaskFactory(document=document, lead=finance, due_on=dt.date(2024, 5, 1))
        late = Task.objects.with_light(ON).filter(is_overdue=True)
        data = ledger_bytes(late, Heading(on=ON, region=xuzhou))
        sheet = load_workbook(io.BytesIO(data))["汇总"]
        assert [sheet.cell(row, 2).value for row in (4, 5)] == [1, 1]
        assert sheet["A4"].value == "徐州市财政局"

    def test_an_empty_ledger_is_still_a_ledger(self, xuzhou):
        assert rows(xuzhou) == []
