"""Annex tables in the layouts offices use, and as copying leaves them."""

from datetime import date

import pytest

from documents.parsing import parse_text

HEAD = "示范市人民政府办公室关于印发示范市2022年重点任务分解表的通知\n示政办发〔2022〕6号\n2022年3月2日\n附件\n"


def rows(*lines):
    table = "\n".join("\t".join(line) if isinstance(line, tuple) else line for line in lines)
    return parse_text(HEAD + table).tasks


def departments(task):
    return [(d.name, d.role) for r in task.responsibilities for d in r.departments]


def targets(task):
    return [(t.indicator, t.comparison, float(t.value), t.unit) for t in task.targets]


# --- the heading --------------------------------------------------------------------------------


def test_a_heading_on_two_lines():
    (task,) = rows(
        ("序号", "重点任务", "工作内容及目标", "责任分工", "责任分工", "完成时限"),
        ("序号", "重点任务", "工作内容及目标", "牵头部门", "配合部门", "完成时限"),
        ("1", "建设分中心", "建成分中心2个。", "市卫健委、市发改委", "市财政局", "10月底前"),
    )
    assert departments(task) == [
        ("市卫健委", "lead"),
        ("市发改委", "lead"),
        ("市财政局", "cooperating"),
    ]
    assert (task.title, task.body, task.due_on) == (
        "建设分中心",
        "建成分中心2个。",
        date(2022, 10, 31),
    )


def test_the_second_line_of_a_heading_names_only_the_parted_columns():
    (task,) = rows(
        ("序号", "重点任务", "责任分工", "", "完成时限"),
        ("", "", "牵头部门", "配合部门", ""),
        ("1", "建设分中心", "市卫健委", "市财政局", "10月底前"),
    )
    assert departments(task) == [("市卫健委", "lead"), ("市财政局", "cooperating")]


@pytest.mark.parametrize(("first", "second"), [("牵头单位", "责任单位"), ("责任单位", "配合单位")])
def test_the_responsible_beside_a_leading_or_a_cooperating_column(first, second):
    (task,) = rows(
        ("序号", "工作任务", first, second, "完成时间"),
        ("1", "建设分中心", "市卫健委", "市财政局、市民政局", "年底前"),
    )
    assert departments(task) == [
        ("市卫健委", "lead"),
        ("市财政局", "cooperating"),
        ("市民政局", "cooperating"),
    ]


def test_a_column_to_the_left_of_the_tasks_is_their_section_whatever_it_is_called():
    one, two = rows(
        ("专项行动", "序号", "主要任务", "2025年目标", "责任分工"),
        ("控烟行动", "1", "建设无烟机关。加强宣传。", "吸烟率控制在20%以下", "市卫健委牵头，市教育局配合"),
        ("健身行动", "2", "建设步道。", "新建步道30公里", "市体育局"),
    )  # fmt: skip
    assert (one.section, two.section) == (("控烟行动",), ("健身行动",))
    assert (one.title, one.body) == (
        "建设无烟机关",
        "建设无烟机关。加强宣传。\n吸烟率控制在20%以下",
    )
    assert targets(one) == [("吸烟率", "<=", 20, "%")]
    assert departments(one) == [("市卫健委", "lead"), ("市教育局", "cooperating")]


def test_a_person_in_charge_is_no_department():
    (task,) = rows(
        ("序号", "重点任务", "责任领导", "责任单位", "备注"),
        ("1", "建设分中心", "王某", "市卫健委", "续建"),
    )
    assert departments(task) == [("市卫健委", "lead")]


# --- the rows -----------------------------------------------------------------------------------

HEADING = ("序号", "重点任务", "具体内容", "牵头单位", "配合单位", "完成时限")


def test_headings_between_the_rows_are_their_sections():
    one, two, three = rows(
        HEADING,
        "一、完善网络",
        ("1", "建设分中心", "建成分中心。", "市卫健委", "市财政局", "年底前"),
        ("二、改善服务", "", "", "", "", ""),
        ("2", "推行预约", "全面预约。", "市卫健委", "", "年底前"),
        "药品供应",
        ("3", "保障供应", "保障供应。", "市药监局", "", "年底前"),
        "注：1.列首位的为牵头单位。",
    )
    assert one.section == ("一、完善网络",)
    assert two.section[-1] == "二、改善服务"
    assert three.section[-1] == "药品供应"


def test_the_next_sheet_starts_anew():
    first, second = rows(
        "示范市2022年重点任务台账（医疗）",
        ("填报单位：市医改办", "", "", "", "", "2022年3月"),
        HEADING,
        "一、完善网络",
        ("1", "建设分中心", "建成分中心。", "市卫健委", "市财政局", "年底前"),
        "示范市2022年重点任务台账（医保）",
        ("填报单位：市医改办", "", "", "", "", "2022年3月"),
        HEADING,
        ("1", "推进支付改革", "扩大范围。", "市医保局", "市财政局", "年底前"),
    )
    assert (first.section, second.section) == (("一、完善网络",), ())
    assert (first.number, second.number) == ("1", "1")


def test_rows_that_lost_their_merged_cells():
    one, two = rows(
        HEADING,
        ("1", "建设分中心", "建成分中心。", "市卫健委", "市财政局", "年底前"),
        ("", "", "配齐设备。", "", "", ""),
        ("", "", "落实经费。", "市财政局", "市卫健委", ""),
    )
    assert (one.number, one.title, one.body) == ("1", "建设分中心", "建成分中心。\n配齐设备。")
    assert departments(one) == [("市卫健委", "lead"), ("市财政局", "cooperating")]
    assert (two.number, two.title, two.body) == ("1", "建设分中心", "落实经费。")
    assert departments(two) == [("市财政局", "lead"), ("市卫健委", "cooperating")]
    assert two.due_on == one.due_on


def test_a_task_over_several_indicators_is_one_task():
    one, two = rows(
        ("序号", "工作任务", "主要举措", "年度指标", "年度指标", "牵头部门", "完成时限"),
        ("序号", "工作任务", "主要举措", "指标名称", "目标值", "牵头部门", "完成时限"),
        ("1", "做优签约", "扩大签约。", "签约率", "45%以上", "区卫健局", "2022.12"),
        ("1", "做优签约", "扩大签约。", "续约率（%）", "85", "区卫健局", "2022.12"),
        ("1", "做优签约", "扩大签约。", "下沉专家（人次）", "≥1200", "区卫健局", "2022.12"),
        ("1", "做优签约", "扩大签约。", "满意度", "持续提升", "区卫健局", "2022.12"),
        ("2", "控制费用", "加强监管。", "平均住院日", "不超过8.2天", "区卫健局", "2022.12"),
    )
    assert targets(one) == [
        ("签约率", ">=", 45, "%"),
        ("续约率", ">=", 85, "%"),
        ("下沉专家", ">=", 1200, "人次"),
    ]
    assert [t.text for t in one.targets] == ["45%以上", "85", "≥1200"]
    assert targets(two) == [("平均住院日", "<=", 8.2, "天")]


def test_a_table_of_indicators_for_nobody_sets_targets_of_the_document():
    document = parse_text(
        HEAD
        + "1.推进改革。完善政策。（市卫健委负责）\n附件2\n序号\t指标\t单位\t2021年实际\t2025年目标值\n"
        "1\t健康素养水平\t%\t30\t40\n2\t全科医生数\t人\t3.1\t4以上"
    )
    assert [(t.indicator, float(t.value), t.unit, t.due_on) for t in document.targets] == [
        ("健康素养水平", 40, "%", date(2025, 12, 31)),
        ("全科医生数", 4, "人", date(2025, 12, 31)),
    ]
    assert len(document.tasks) == 1


def test_measures_counted_inside_a_cell_stay_in_it():
    (task,) = rows(
        HEADING,
        ("1", "建设分中心", "1.建成分中心。2.配齐设备。", "市卫健委", "市财政局", "年底前"),
    )
    assert task.body == "1.建成分中心。2.配齐设备。"


# --- body and annex -----------------------------------------------------------------------------

BODY = "一、重点任务\n1.建设分中心。建成分中心2个。\n2.推行预约。全面预约。\n附件\n"


def test_an_annex_that_repeats_the_tasks_adds_who_answers_for_them():
    one, two = rows(
        BODY + "\t".join(HEADING),
        ("1", "建设分中心", "建成分中心2个。", "市卫健委", "市财政局", "6月底前"),
        ("2", "推行预约", "全面预约", "市卫健委", "", "年底前"),
    )
    assert one.section == ("一、重点任务",)
    assert departments(one) == [("市卫健委", "lead"), ("市财政局", "cooperating")]
    assert one.due_on == date(2022, 6, 30)
    assert departments(two) == [("市卫健委", "lead")]
    assert not any("未注明" in warning for warning in one.warnings)


def test_a_row_of_its_own_under_a_title_of_the_body_is_kept():
    tasks = rows(
        BODY + "\t".join(HEADING),
        ("1", "建设分中心", "另建分中心5个。", "市卫健委", "市财政局", "6月底前"),
    )
    assert len(tasks) == 3


# --- one cell a line ----------------------------------------------------------------------------


def test_a_table_copied_one_cell_per_line():
    one, two, three = rows(
        "序号", "工作任务", "具体举措", "责任单位", "配合单位", "完成时限",
        "一、优化布局",
        "1", "完善规划", "修编专项规划，同步规划、同步建设。", "统筹解决用房。",
        "建设发展局", "规划分局、社会事业局", "2022年12月底前",
        "2", "新建机构", "新建机构3家。", "社会事业局", "/", "年底前",
        "二、培养人才",
        "序号", "工作任务", "具体举措", "责任单位", "配合单位", "完成时限",
        "3", "扩大总量", "公开招聘人员。", "组织部、", "社会事业局", "财政局", "教育局", "持续推进",
        "联系电话：0000000",
    )  # fmt: skip
    assert (one.title, one.section) == ("完善规划", ("一、优化布局",))
    assert one.body == "修编专项规划，同步规划、同步建设。统筹解决用房。"
    assert departments(one) == [
        ("建设发展局", "lead"),
        ("规划分局", "cooperating"),
        ("社会事业局", "cooperating"),
    ]
    assert departments(two) == [("社会事业局", "lead")]
    assert (three.section, three.number) == (("二、培养人才",), "3")
    assert departments(three)[0] == ("组织部", "lead")
    assert len(departments(three)) == 4


def test_lines_that_do_not_fill_their_row_lie_where_they_fit():
    one, two = rows(
        "序号", "重点任务", "具体内容", "牵头单位", "配合单位", "完成时限",
        "1", "规范诊疗", "开展处方点评。", "推行临床路径。", "市卫健委", "立行立改",
        "2", "发放补助", "市财政局", "2022.10",
        "抄送：市委办公室。",
    )  # fmt: skip
    assert departments(one) == [("市卫健委", "lead")]
    assert one.body == "开展处方点评。推行临床路径。"
    assert (two.title, departments(two), two.due_on) == (
        "发放补助",
        [("市财政局", "lead")],
        date(2022, 10, 31),
    )


# --- copies with tabs, bars and broken cells ------------------------------------------------------


def test_a_row_that_the_line_ends_of_its_cells_broke():
    one, two = rows(
        HEADING,
        "1\t健全网络\t1.新建站点3个。",
        "2.更新车辆10辆。\t市卫健委\t市财政局",
        "市公安局\t6月底前",
        ("2", "保障供应", "保障供应。", "市卫健委", "", "年底前"),
    )
    assert one.body == "1.新建站点3个。\n2.更新车辆10辆。"
    assert departments(one)[1:] == [("市财政局", "cooperating"), ("市公安局", "cooperating")]
    assert [(t.comparison, float(t.value), t.unit) for t in one.targets] == [
        (">=", 3, "个"),
        (">=", 10, "辆"),
    ]
    assert two.number == "2"


def test_a_table_with_bars():
    one, two = rows(
        "| 序号 | 重点任务 | 主要内容 | 牵头单位 | 配合单位 |",
        "|:---:|---|---|---|---|",
        "| | **一、分级诊疗** | | | |",
        "| 1 | 推进签约 | 签约率达到40%。 | 市卫健委 | |",
        "| 2 | 建设中心 | 建成中心。完善制度 | 市卫健委 | 市财政局 |",
    )
    assert (one.section, one.title) == (("一、分级诊疗",), "推进签约")
    assert departments(two) == [("市卫健委", "lead"), ("市财政局", "cooperating")]


def test_notes_below_a_table_are_no_tasks_however_many_lines_they_have():
    tasks = rows(
        HEADING,
        ("1", "建设分中心", "建成分中心。", "市卫健委", "", "年底前"),
        "注：1.列首位的为牵头单位。",
        "2.每月底前报送进展情况。",
        "填表人：　　审核人：",
    )
    assert len(tasks) == 1


def test_an_empty_cell_means_the_office_above_and_asks_for_a_look():
    one, two, three = rows(
        HEADING,
        ("1", "建设分中心", "建成分中心。", "市卫健委", "市财政局", "6月底前"),
        ("2", "配齐设备", "配齐设备。", "", "", "7月底前"),
        ("3", "招聘人员", "招聘人员。", "", "市人社局", "8月底前"),
    )
    assert departments(two) == departments(one)
    assert any("上一行" in warning for warning in two.warnings)
    assert departments(three) == [("市卫健委", "lead"), ("市人社局", "cooperating")]


def test_a_table_given_twice_gives_its_rows_once():
    table = (HEADING, ("1", "建设分中心", "建成分中心。", "市卫健委", "", "年底前"))
    assert len(rows(*table, "重点任务分解表", *table)) == 1


# --- the count ----------------------------------------------------------------------------------


def test_of_two_counts_the_one_beside_the_tasks_is_theirs():
    tasks = rows(
        ("序号", "领域", "序号", "任务", "责任单位"),
        ("一", "医疗", "1", "推进互认", "市卫健委"),
        ("一", "医疗", "2", "改善体验", "市卫健委"),
        ("二", "医保", "3", "推进结算", "市医保局"),
    )
    assert [(task.number, task.section) for task in tasks] == [
        ("1", ("医疗",)),
        ("2", ("医疗",)),
        ("3", ("医保",)),
    ]


def test_a_count_whose_column_has_no_name():
    one, two = rows(
        ("", "重点任务", "具体工作", "责任单位"),
        ("1", "完善机制", "制定办法。", "市卫健委"),
        ("2", "完善机制", "修订标准。", "市财政局"),
    )
    assert (one.number, two.number) == ("1", "2")


def test_without_a_count_the_numbers_in_the_cells_are_the_rows():
    one, two = rows(
        ("重点任务", "具体工作", "责任单位"),
        ("一、完善机制", "1.制定办法。", "市卫健委"),
        ("一、完善机制", "2.修订标准。", "市财政局"),
    )
    assert [(task.number, task.title) for task in (one, two)] == [
        ("1", "完善机制"),
        ("2", "完善机制"),
    ]


def test_a_list_by_offices_names_them_in_its_headings():
    one, two = rows(
        ("序号", "工作任务", "完成时限"),
        "一、市委编办（1项）",
        ("1", "推进备案", "6月底前"),
        "二、机制建设",
        ("2", "健全机制", "年底前"),
    )
    assert departments(one) == [("市委编办", "lead")]
    assert departments(two) == []
