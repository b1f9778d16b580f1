"""Layouts and wordings of notices of other places, each reduced to what is particular to it."""

from datetime import date

import pytest

from documents.parsing import parse_text

HEAD = "示范市人民政府办公室关于印发示范市2022年重点任务的通知\n示政办发〔2022〕6号\n2022年3月2日\n一、重点任务\n"


def only_task(text):
    (task,) = parse_text(HEAD + "1.推进改革。" + text).tasks
    return task


def departments(task):
    return [(d.name, d.role) for r in task.responsibilities for d in r.departments]


def targets(text):
    return [
        (t.comparison, float(t.value), t.unit) for t in only_task(text + "（市卫健委负责）").targets
    ]


def deadlines(text):
    return [d.due_on for d in only_task(text + "（市卫健委负责）").deadlines]


# --- responsibilities ---------------------------------------------------------------------------


@pytest.mark.parametrize("brackets", ["[]", "［］", "【】", "（）", "〔〕"])
def test_brackets_of_every_kind(brackets):
    task = only_task(f"抓好落实。{brackets[0]}责任单位：市卫健委、财政局{brackets[1]}")
    assert departments(task) == [("市卫健委", "lead"), ("市财政局", "cooperating")]
    assert task.body.endswith("抓好落实。")


def test_all_counties_written_with_tortoise_shell_brackets_are_one_body():
    task = only_task("抓好落实。（责任单位：市医保局，各县〔市、区〕人民政府）")
    assert [name for name, _ in departments(task)] == ["市医保局", "各县〔市、区〕人民政府"]


def test_blanks_inside_a_name_and_between_names():
    assert [n for n, _ in departments(only_task("落实。（市卫 生 局、市财政局负责）"))] == [
        "市卫生局",
        "市财政局",
    ]
    assert [n for n, _ in departments(only_task("落实。（市卫生局 市财政局负责）"))] == [
        "市卫生局",
        "市财政局",
    ]


def test_a_person_in_the_bracket_is_no_department():
    task = only_task("落实。（责任单位：市发改委；配合单位：市财政局；责任领导：王某某）")
    assert departments(task) == [("市发改委", "lead"), ("市财政局", "cooperating")]


@pytest.mark.parametrize(
    "written",
    [
        "落实。\n★牵头单位：市卫健委\n★配合单位：市医保局",
        "落实。\n市级责任单位：市卫健委、市医保局",
        "落实。（市卫健委、市医保局，排在第一位的为牵头部门，下同）",
        "落实。责任单位：市卫健委，市医保局。完成时限：年底前。",
    ],
)
def test_other_ways_to_say_who(written):
    assert departments(only_task(written)) == [("市卫健委", "lead"), ("市医保局", "cooperating")]


@pytest.mark.parametrize(("heading", "second"), [("牵头单位", "lead"), ("责任单位", "cooperating")])
def test_a_column_of_leaders_and_a_column_of_responsible(heading, second):
    text = f"序号\t工作领域\t重点任务\t具体内容\t{heading}\n1\t医保改革\t扩面\t完成扩面。\t市医保局、市税务局"
    (task,) = parse_text(HEAD + text).tasks
    assert departments(task) == [("市医保局", "lead"), ("市税务局", second)]
    assert (task.title, task.section[-1]) == ("扩面", "医保改革")


# --- targets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("每千常住人口预留床位1.5张。", [("=", 1.5, "张")]),
        ("每万名居民有2—3名合格的医生。", [("range", 2, "名")]),
        ("免费为农村妇女进行筛查3000人。", [(">=", 3000, "人")]),
        ("支付比例分别达到80%、75%和70%左右。", [(">=", 80, "%"), (">=", 75, "%"), ("~", 70, "%")]),
        ("起付线降至上年人均可支配收入的50%。", [("<=", 50, "%")]),
        ("床位不少于编制床位的5%。", [(">=", 5, "%")]),
        ("建成小镇5个、基地十个。", [(">=", 5, "个"), (">=", 10, "个")]),
        ("建成三级水平实验室1个、二级水平实验室12个。", [(">=", 1, "个"), (">=", 12, "个")]),
        ("电子病历应用水平分别达到3级和4级。", []),
        ("新生儿死亡率≤3‰，基层诊疗量占比≥65%。", [("<=", 3, "‰"), (">=", 65, "%")]),
        ("护士与床位比不低于0.6:1。", [(">=", 0.6, "N:1")]),
        ("报销比例在70%的基础上提高5个百分点。", [(">=", 5, "个百分点")]),
        ("在报销比例不低于70%的基础上，完善政策。", [(">=", 70, "%")]),
        ("限额由200元/人提高至300元/人。", [(">=", 300, "元")]),
        ("集采药品落地350种。", [(">=", 350, "种")]),
    ],
)
def test_numbers_that_commit(text, found):
    assert targets(text) == found


# --- deadlines ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "due"),
    [("2022年三季度", date(2022, 9, 30)), ("上半年", date(2022, 6, 30)), ("第四季度完成", date(2022, 12, 31))],
)  # fmt: skip
def test_a_part_of_the_year_in_the_bracket(limit, due):
    task = only_task(f"落实。（牵头单位：市卫健委；配合单位：市医保局；完成时限：{limit}）")
    assert [d.due_on for d in task.deadlines] == [due]
    assert departments(task) == [("市卫健委", "lead"), ("市医保局", "cooperating")]


def test_a_counted_list_is_left_open():
    task = only_task("落实。（市卫健委、市医保局等11个部门负责）")
    assert task.responsibilities[0].mode == "open"
    assert departments(task) == [("市卫健委", "lead"), ("市医保局", "cooperating")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2023年，覆盖率达到60%以上。", [date(2023, 12, 31)]),
        ("2023年，二级医院全部达标，预约率达50%。", [date(2023, 12, 31)]),
        ("2023年，改革进入新的阶段。", []),
        ("力争三年内达标率达到60%。", []),
        ("补偿资金上半年拨付到位。", [date(2022, 6, 30)]),
        ("2022年一季度出台管理办法。", [date(2022, 3, 31)]),
        ("每季度通报进度，总结上半年工作。", []),
    ],
)
def test_limits_of_time(text, found):
    assert deadlines(text) == found


# --- the page -----------------------------------------------------------------------------------


def test_signs_that_are_whole_markers():
    text = HEAD + "⒈推进改革。\n⑴建立机制。（市卫健委负责）\n⑵加强监管。（市医保局负责）"
    tasks = [task for task in parse_text(text).tasks if not task.container]
    assert [(task.number, task.title) for task in tasks] == [("1", "建立机制"), ("2", "加强监管")]


def test_a_page_whose_line_ends_became_blanks():
    lines = [
        "示范区人民政府办公室关于印发示范区2018年改革任务分解表的通知", "示政办发〔2018〕21号",
        "各镇人民政府，区政府各部门：", "《示范区2018年改革任务分解表》已经区政府同意，现印发给你们，请认真组织实施。",
        "示范区人民政府办公室", "2018年5月9日", "一、总体要求", "坚持保基本、强基层、建机制，统筹推进各项改革。", "二、重点任务",
        "（一）分级诊疗制度建设", "1.完善医联体建设。以区人民医院为龙头组建医联体3个。（区卫生计生局、区编办负责）",
        "2.做实签约服务。贫困人口签约率达到100%。（区卫生计生局、区民政局负责）", "（二）现代医院管理制度建设",
        "3.控制医疗费用。医疗费用增幅控制在9%以内。（区卫生计生局、区财政局负责）", "三、保障措施", "各部门要高度重视。",
    ]  # fmt: skip
    on_one_line, as_written = parse_text(" ".join(lines)), parse_text("\n".join(lines))
    assert [t.title for t in on_one_line.tasks] == [
        "完善医联体建设",
        "做实签约服务",
        "控制医疗费用",
    ]
    assert on_one_line.to_dict()["document"] == as_written.to_dict()["document"]
    assert [t.section for t in on_one_line.tasks] == [t.section for t in as_written.tasks]


def test_a_page_on_one_line_with_tabs_sub_items_and_labels():
    lines = [
        "索引号：\t001/2022\t文号：\t示政办发〔2022〕6号", "示范市人民政府办公室文件", "示政办发〔2022〕6号",
        "示范市人民政府办公室关于印发示范市2022年改革方案的通知", "各区人民政府，市政府各部门：", "现将方案印发给你们，请认真执行。",
        "示范市人民政府办公室", "2022年3月2日", "一、重点任务", "1.推进医联体建设。",
        "（1）组建联合体。以市人民医院为龙头组建联合体3个。", "牵头单位：市卫健委", "配合单位：市财政局", "完成时限：6月底",
        "（2）完善考核。建立考核办法。", "牵头单位：市卫健委", "配合单位：市医保局", "完成时限：年底",
        "2.推进签约服务。签约率达到60%以上。", "牵头单位：市卫健委", "配合单位：市民政局", "完成时限：年底",
        "二、保障措施", "（一）加强领导。各单位要高度重视。", "（二）强化督查。定期通报进展。", "（三）营造氛围。加强宣传引导。",
        "（四）严格考核。纳入年度考核。", "（五）落实经费。统筹安排资金。",
    ]  # fmt: skip
    tasks = [task for task in parse_text(" ".join(lines)).tasks if not task.container]
    assert [(task.number, task.title) for task in tasks] == [
        ("1", "组建联合体"),
        ("2", "完善考核"),
        ("2", "推进签约服务"),
    ]
    assert departments(tasks[1]) == [("市卫健委", "lead"), ("市医保局", "cooperating")]
    assert tasks[0].due_on == date(2022, 6, 30)


def test_a_page_turned_in_mid_sentence():
    lines = [
        "1.推进改革。" + "完善政策，健全机制，" * 2 + "统筹推进各项改革",
        "",
        "— 2 —",
        "",
        "工作。（市卫健委负责）",
    ]
    filler = [
        f"{n}." + "完善各项政策，健全各项机制，统筹推进改革工作，" * 1 + "抓好落实工作。"
        for n in range(2, 30)
    ]
    task = parse_text(HEAD + "\n".join([*lines, *filler])).tasks[0]
    assert task.body.endswith("统筹推进各项改革工作。")


def test_wrapped_lines_are_measured_as_they_are_set():
    """Figures are half as wide as characters: a full line may hold more of them."""
    body = (
        "加强乡村医生队伍建设，订单定向培养医学生150人，乡村医生补助由每月300元增加到500元，"
        "退出村医生活补助每月200元。责任单位：市卫生健康委、市教育局、市财政局"
    )
    pieces, line, width = [], "", 0.0
    for char in "".join(f"{n}.推进第{n}项改革。{body}\n" for n in range(1, 9)):
        if char == "\n":
            pieces.append(line)
            line, width = "", 0.0
            continue
        width += 0.5 if char < "\x7f" else 1
        if width > 30:
            pieces.append(line)
            line, width = "", 0.5 if char < "\x7f" else 1
        line += char
    tasks = parse_text(HEAD + "\n".join(pieces)).tasks
    assert len(tasks) == 8
    for task in tasks:
        assert [name for name, _ in departments(task)] == ["市卫生健康委", "市教育局", "市财政局"]
        assert [float(target.value) for target in task.targets] == [150, 500, 200]


def test_the_number_behind_its_label_with_another_field_on_the_line():
    text = "发文字号：示政办发〔2021〕45号　　发布日期：2021-08-12\n示范省人民政府办公厅\n关于印发示范省2021年重点任务的通知\n"
    document = parse_text(text)
    assert document.document_number == "示政办发〔2021〕45号"
    assert document.title == "示范省人民政府办公厅关于印发示范省2021年重点任务的通知"


def test_a_plan_title_on_two_lines_with_its_year():
    text = (
        "示范县深化改革2020年下半年\n重点工作实施方案\n一、重点任务\n1.推进改革。（县卫健局负责）"
    )
    assert parse_text(text).title == "示范县深化改革2020年下半年重点工作实施方案"
