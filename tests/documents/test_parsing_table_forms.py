"""The same table as workbook, Word file, web page and copied text gives an office the same tasks."""

import datetime as dt

import openpyxl
import pytest

from documents.parsing import parse_text
from documents.parsing.readers.kinds import read_text
from tests.documents.grids import FORMS, LEFT, UP, across, as_workbook, fill_sheet, packed

TITLE = "示范市2024年重点任务分解表"


@pytest.fixture(params=FORMS)
def read(request):
    """Reads a table in one of the forms."""

    def read_as(grid, lines=(TITLE,)):
        text, _ = read_text(FORMS[request.param](lines, grid), request.param)
        return parse_text(text)

    return read_as


def workbook(grid, lines=(TITLE,)):
    text, _ = read_text(as_workbook(lines, grid), "表.xlsx")
    return parse_text(text)


def who(task):
    short = {"lead": "牵头", "cooperating": "配合", "participant": "参与"}
    named = [d for entry in task.responsibilities for d in entry.departments]
    return [f"{d.name}{short[d.role]}" for d in named]


def figures(task):
    return [(t.indicator, t.comparison, float(t.value), t.unit) for t in task.targets]


def test_headings_over_two_lines_merged_offices_and_sections(read):
    document = read(
        [
            ["序号", "重点任务", "工作内容", "责任分工", LEFT, "完成时限"],
            [UP, UP, UP, "牵头部门", "配合部门", UP],
            across("一、优化布局", 6),
            [1, "建设分中心", "建成分中心2个。", "市卫健委", "市财政局\n市民政局", "10月底前"],
            [2, "改造站点", "改造站点30个。", UP, "市住建局", "第三季度"],
            across("二、培养人才", 6),
            [3, "招聘骨干", "招聘骨干60名。", "市人社局", "无", "持续推进"],
            across("注：列首位的为牵头部门。", 6),
        ],
        ["附件1", TITLE, "填报单位：市医改办"],
    )
    one, two, three = document.tasks
    assert document.title == TITLE
    assert [task.section for task in document.tasks] == [
        ("一、优化布局",),
        ("一、优化布局",),
        ("二、培养人才",),
    ]
    assert who(one) == ["市卫健委牵头", "市财政局配合", "市民政局配合"]
    assert who(two) == ["市卫健委牵头", "市住建局配合"]
    assert who(three) == ["市人社局牵头"]
    assert [task.due_on for task in document.tasks] == [
        dt.date(2024, 10, 31),
        dt.date(2024, 9, 30),
        None,
    ]


def test_every_row_stands_where_its_offsets_say(read):
    document = read(
        [
            ["序号", "重点任务", "具体措施", "责任单位"],
            [1, "建设平台", "1.完成立项。\n2.投入使用。", "市数据局\n市财政局"],
        ]
    )
    (task,) = document.tasks
    place = document.text[task.start : task.end]
    assert task.body == "1.完成立项。\n2.投入使用。"
    assert place.startswith("1\t建设平台\t") and task.body in place
    assert who(task) == ["市数据局牵头", "市财政局配合"]


def test_a_heading_on_three_lines_with_figures_by_year(read):
    document = read(
        [
            ["序号", "工作任务", "目标任务", LEFT, LEFT, "责任单位", LEFT],
            [UP, UP, "指标", "目标值", LEFT, "牵头", "配合"],
            [UP, UP, UP, "2024年", "2025年", UP, UP],
            [1, "扩大签约", "签约率（%）", "≥45", "50以上", "市卫健委", "市医保局"],
            [2, "控制费用", "次均费用增幅", "5%以内", "不超过4%", "市医保局", "无"],
        ]
    )
    one, two = document.tasks
    assert figures(one) == [("签约率", ">=", 45, "%"), ("签约率", ">=", 50, "%")]
    assert [t.due_on for t in one.targets] == [dt.date(2024, 12, 31), dt.date(2025, 12, 31)]
    assert [t.comparison for t in two.targets] == ["<=", "<="]
    assert who(one) == ["市卫健委牵头", "市医保局配合"]


def test_a_task_over_several_lines_of_indicators(read):
    one, two = read(
        [
            ["序号", "重点任务", "主要措施", "指标名称", "单位", "目标值", "责任单位"],
            [1, "加强基层", "改善就医环境。", "达标机构占比", "%", "≥80", "区卫健局、区财政局"],
            [UP, UP, UP, "新建社区医院", "家", "2", UP],
            [UP, UP, UP, "群众满意度", "—", "持续提升", UP],
            [2, "提升急救", "优化站点布局。", "院前反应时间", "分钟", "12以内", "区卫健局"],
        ]
    ).tasks
    assert figures(one) == [("达标机构占比", ">=", 80, "%"), ("新建社区医院", ">=", 2, "家")]
    assert figures(two) == [("院前反应时间", "<=", 12, "分钟")]
    assert who(one) == ["区卫健局牵头", "区财政局配合"]


def test_measures_of_one_counted_task_and_rows_with_offices_of_their_own(read):
    first, second, third = read(
        [
            ["序号", "任务名称", "工作举措", "主责单位", "配合单位", "时限要求"],
            [1, "强化服务", "健全网络。", "市卫健委", "市财政局", "2024-09"],
            [UP, UP, "加强考核。", UP, UP, UP],
            [2, "推动下沉", "组织医师下乡。", "市卫健委", "市人社局", "年底前"],
            [UP, UP, "落实养老保障。", "市人社局", "市财政局", "年底前"],
        ]
    ).tasks
    assert (first.number, first.body) == ("1", "健全网络。\n加强考核。")
    assert (second.title, second.body) == ("推动下沉", "组织医师下乡。")
    assert (third.title, third.body) == ("推动下沉", "落实养老保障。")
    assert who(third) == ["市人社局牵头", "市财政局配合"]


def test_fields_merged_over_their_rows_where_the_count_begins_anew(read):
    tasks = read(
        [
            ["领\n域", "序号", "工作任务", "目标要求", "牵头单位", "完成时限"],
            ["医疗服务", 1, "开展便民门诊", "开诊率达到90%", "市卫健委", "2024.6"],
            [UP, 2, "推进床旁结算", "占比不低于60%", "市卫健委", "2024.9"],
            ["医疗保障", 1, "清理欠费", "及时清算。", "市医保局", "2024.8"],
        ]
    ).tasks
    assert [(task.section, task.number) for task in tasks] == [
        (("医疗服务",), "1"),
        (("医疗服务",), "2"),
        (("医疗保障",), "1"),
    ]


def test_headings_whose_number_stands_in_the_first_column(read):
    one, two = read(
        [
            ["序号", "工作任务", "工作目标", "责任单位"],
            ["一", "能力建设", "", ""],
            [1, "建设中心", "建成中心4个。", "市卫健委"],
            ["二", "（一）药品供应", "", ""],
            [1, "扩大集采", "集采药品达到500种。", "市医保局"],
        ]
    ).tasks
    assert (one.section, two.section) == (("一、能力建设",), ("二、（一）药品供应",))


def test_names_broken_over_lines_are_put_together_and_whole_ones_kept_apart(read):
    (task,) = read(
        [
            ["序号", "工作项目", "主办单位", "协办单位", "参与单位"],
            [
                1,
                "发展服务",
                "省卫生计生委\n省民政厅",
                "省发展改革\n委\n省财政厅",
                "省残联 省红十字会",
            ],
        ]
    ).tasks
    assert who(task) == [
        "省卫生计生委牵头",
        "省民政厅牵头",
        "省发展改革委配合",
        "省财政厅配合",
        "省残联参与",
        "省红十字会参与",
    ]


def test_a_cell_merged_over_both_columns_counts_once(read):
    (task,) = read(
        [
            ["序号", "重点任务", "具体内容", "牵头单位", "配合单位"],
            [1, "普及健康知识，素养水平达到20%", LEFT, "县卫健局", LEFT],
        ]
    ).tasks
    assert (task.title, task.body) == ("普及健康知识，素养水平达到20%",) * 2
    assert who(task) == ["县卫健局牵头"]
    assert len(task.targets) == 1


def test_the_heading_on_every_page_and_a_row_that_the_page_cut(read):
    heading = ["序号", "重点任务", "具体措施", "牵头单位", "配合单位", "完成时限"]
    one, two = read(
        [
            heading,
            [1, "推进备案", "简化程序，", "市卫健委", "市人社局、市", "2024年"],
            heading,
            ["", "", "实行备案管理。", "", "委编办", "10月底"],
            [2, "公布目录", "公布目录。", "市发改委", "市卫健委", "年底"],
        ]
    ).tasks
    assert one.body == "简化程序，实行备案管理。"
    assert who(one) == ["市卫健委牵头", "市人社局配合", "市委编办配合"]
    assert one.due_on == dt.date(2024, 10, 31)
    assert two.number == "2"


def test_people_telephones_and_progress_are_nobodys_task(read):
    (task,) = read(
        [
            ["序号", "任务分解", "责任单位及责任人", "联系电话", "进展情况", "备注"],
            ["1", "2", "3", "4", "5", "6"],
            [1, "出台办法", "县医保局（甲某）", "0000000", "已完成60%", "市级重点"],
        ]
    ).tasks
    assert who(task) == ["县医保局牵头"]
    assert (task.title, task.targets) == ("出台办法", ())


def test_quarters_below_the_schedule_are_no_time_limits(read):
    (task,) = read(
        [
            ["序号", "重点任务", "进度安排", LEFT, "责任单位", LEFT, "完成时限"],
            [UP, UP, "上半年", "下半年", "市级", "县级", UP],
            [1, "建设中心", "完成选址", "验收运行", "市卫健委", "各县卫健局", "2024.11"],
        ]
    ).tasks
    assert who(task) == ["市卫健委牵头", "各县卫健局配合"]
    assert [d.due_on for d in task.deadlines] == [dt.date(2024, 11, 30)]


def test_lists_of_people_and_sheets_to_be_marked_are_no_tasks(read):
    people = [["序号", "姓名", "单位", "职务"], [1, "甲某", "市卫健委", "主任"]]
    marks = [["序号", "考核内容", "考核标准", "分值"], [1, "组织领导", "成立专班", "10"]]
    assert read(people).tasks == ()
    assert read(marks).tasks == ()


def test_two_columns_are_a_table_under_their_names():
    for form in ("表.xlsx", "表.docx", "表.html"):
        grid = [["重点任务", "责任单位"], ["1.建设步道。新建步道30公里。", "区体育局、区住建局"]]
        text, _ = read_text(FORMS[form]([TITLE], grid), form)
        (task,) = parse_text(text).tasks
        assert (task.number, task.title) == ("1", "建设步道")
        assert who(task) == ["区体育局牵头", "区住建局配合"]


# --- workbooks ----------------------------------------------------------------------------------


def test_sheets_are_the_fields_of_their_tasks_hidden_ones_are_left_out():
    book = openpyxl.Workbook()
    heading = ["序号", "任务", "责任处室", "完成时限"]
    for name, task in (("医疗服务", "完善规范"), ("基层卫生", "培训骨干"), ("草稿", "不应读取")):
        sheet = book.create_sheet(name)
        fill_sheet(sheet, [TITLE], [heading, [1, task, "医政处", dt.date(2024, 9, 1)]])
        sheet.cell(3, 4).number_format = 'yyyy"年"m"月"'
    book["草稿"].sheet_state = "hidden"
    document = parse_text(read_text(packed(book), "表.xlsx")[0])
    assert [(task.title, task.section) for task in document.tasks] == [
        ("完善规范", ("医疗服务",)),
        ("培训骨干", ("基层卫生",)),
    ]
    assert document.tasks[0].due_on == dt.date(2024, 9, 30)
    assert document.title == TITLE


def test_a_sheet_that_begins_in_its_second_column_with_nothing_merged():
    one, two = workbook(
        [
            ["", "序号", "类别", "任务事项", "牵头单位", "责任单位"],
            ["", 1, "能力建设", "建设中心", "县卫健局", "县财政局"],
            ["", 2, "", "培养骨干", "县卫健局", "县人社局"],
        ]
    ).tasks
    assert (one.section, two.section) == (("能力建设",), ("能力建设",))
    assert who(two) == ["县卫健局牵头", "县人社局配合"]


def test_a_notice_in_the_sheet_above_its_table():
    document = workbook(
        [["序号", "重点任务", "责任单位"], [1, "建设中心", "市卫健委"]],
        [
            "示范市人民政府办公室\n关于印发示范市2024年任务清单的通知",
            "示政办发〔2024〕6号",
            "各县（市、区）人民政府：",
            "一、提高认识。各地要加强领导。\n二、抓好落实。每月报送进展。",
            "2024年3月2日",
        ],
    )
    assert document.title == "示范市人民政府办公室关于印发示范市2024年任务清单的通知"
    assert document.document_number == "示政办发〔2024〕6号"
    assert [task.title for task in document.tasks] == ["建设中心"]
