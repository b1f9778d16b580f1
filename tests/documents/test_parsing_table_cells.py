"""What a cell of an annex table says: by when, how much, who, and what the row is called."""

import pytest

from documents.parsing import parse_text
from tests.documents.test_parsing_tables import HEADING, departments, rows


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("2022.5", ["2022-05-31"]),
        ("2022-09", ["2022-09-30"]),
        ("2022/10/31", ["2022-10-31"]),
        ("202211", ["2022-11-30"]),
        ("11月20日", ["2022-11-20"]),
        ("11", ["2022-11-30"]),
        ("第三季度", ["2022-09-30"]),
        ("上半年", ["2022-06-30"]),
        ("1—10月", ["2022-10-31"]),
        ("2022年3月—2023年6月", ["2023-06-30"]),
        ("2022—2024年", ["2024-12-31"]),
        ("4月底前出台方案，12月底前完成", ["2022-04-30", "2022-12-31"]),
        ("6月底前出台，并持续推进", ["2022-06-30"]),
        ("2022年起持续推进", []),
        ("每季度末", []),
        ("长期坚持", []),
        ("立行立改", []),
        ("年度任务", []),
    ],
)
def test_what_a_cell_says_of_the_time(words, due):
    (task,) = rows(HEADING, ("1", "建设分中心", "建成分中心。", "市卫健委", "无", words))
    assert [d.due_on.isoformat() for d in task.deadlines] == due


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("签约率", "≥58", "%", (">=", 58, "%")),
        ("签约率（%）", "85", "", (">=", 85, "%")),
        ("新增科室", "3—5个", "", ("range", 3, "个")),
        ("平均住院日", "8.2", "天", ("<=", 8.2, "天")),
        ("平均住院日", "不超过8.2天", "", ("<=", 8.2, "天")),
        ("管理费用率", "低于9%", "", ("<", 9, "%")),
        ("预期寿命", "78.5左右", "岁", ("~", 78.5, "岁")),
        ("孕产妇死亡率", "≤10", "1/10万", ("<=", 10, "/10万")),
        ("追回资金", "1500万元以上", "", (">=", 15_000_000, "元")),
        ("总规模", "150", "亿元", (">=", 15_000_000_000, "元")),
        ("免费筛查", "1.6万人次", "", (">=", 16_000, "人次")),
        ("人员支出占比", "较上年提高1.5个百分点", "", (">=", 1.5, "个百分点")),
    ],
)
def test_what_a_cell_says_of_the_figure(name, value, unit, expected):
    (task,) = rows(
        ("序号", "重点任务", "指标名称", "单位", "目标值", "牵头单位"),
        ("1", "做好服务", name, unit, value, "市卫健委"),
    )
    (target,) = task.targets
    assert (target.comparison, float(target.value), target.unit) == expected
    assert target.text in value


@pytest.mark.parametrize("value", ["持续提升", "—", "按省要求"])
def test_a_value_without_a_figure_is_no_target(value):
    (task,) = rows(
        ("序号", "重点任务", "指标名称", "目标值", "牵头单位"),
        ("1", "做好服务", "满意度", value, "市卫健委"),
    )
    assert task.targets == ()


LEADS_ALONE = [("市卫健委", "lead"), ("市财政局", "cooperating")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("市卫健委、市财政局", LEADS_ALONE),
        ("牵头：市卫健委\u2028配合：市财政局", LEADS_ALONE),
        ("牵头单位：市卫健委 配合单位：市财政局", LEADS_ALONE),
        ("市卫健委（牵头），市财政局", LEADS_ALONE),
        ("市卫健委牵头 市财政局配合", LEADS_ALONE),
        ("市卫健委为牵头单位，市财政局为配合单位", LEADS_ALONE),
        ("1.市卫健委\u20282.市财政局", LEADS_ALONE),
        ("市卫健\u2028委、市财政\u2028局", LEADS_ALONE),
        ("市卫健委市财政局", LEADS_ALONE),
        ("市卫健委、市财政局（共同牵头）", [("市卫健委", "lead"), ("市财政局", "lead")]),
        ("市委\u2028宣传部", [("市委宣传部", "lead")]),
        ("市人力社\u2028保局", [("市人力社保局", "lead")]),
    ],
)
def test_what_a_cell_says_of_the_offices(words, expected):
    (task,) = rows(("序号", "重点任务", "责任单位", "完成时限"), ("1", "做好服务", words, "年底前"))
    assert departments(task) == expected


def test_beside_a_column_of_those_who_cooperate_all_others_lead():
    (task,) = rows(
        ("序号", "重点任务", "责任单位", "配合单位"),
        ("1", "做好服务", "市卫健委、市科技局", "市财政局"),
    )
    assert departments(task) == [
        ("市卫健委", "lead"),
        ("市科技局", "lead"),
        ("市财政局", "cooperating"),
    ]


def test_without_a_column_of_offices_the_text_says_who():
    (task,) = rows(
        ("序号", "重点任务", "具体内容"),
        ("1", "完善筹资", "补助标准不低于610元。（市医保局牵头，市财政局配合）"),
    )
    assert departments(task) == [("市医保局", "lead"), ("市财政局", "cooperating")]
    assert task.body == "补助标准不低于610元。"


# --- what a row is called -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cell", "title", "number"),
    [
        ("工作内容", "制定实施意见。明确分工。", "制定实施意见", "1"),
        ("工作任务", "3.推进创新。打造基地。", "推进创新", "3"),
        ("任务", "健全体系\u2028完善监测机制；加强储备", "健全体系", "1"),
        ("重点任务", "健全机制：成立专班，定期会商研究解决重大问题。", "健全机制", "1"),
        ("任务清单", "（二）组织培训", "组织培训", "2"),
    ],
)
def test_a_cell_that_holds_heading_and_text(name, cell, title, number):
    (task,) = rows((name, "牵头单位", "完成时限"), (cell, "市卫健委", "年底前"))
    assert (task.title, task.number) == (title, number)


def test_goals_beside_the_measures_belong_to_the_text():
    (task,) = rows(
        ("序号", "改革任务", "主要内容", "工作目标", "牵头单位"),
        ("1", "推进联动", "建立机制。", "会商不少于4次。", "县医改办"),
    )
    assert task.body == "建立机制。\n会商不少于4次。"


def test_problems_and_their_mending():
    (task,) = rows(
        ("序号", "存在问题", "整改措施", "责任单位", "整改时限"),
        ("1", "储备不足", "补充品种。", "县医院", "7月底"),
    )
    assert (task.title, task.body) == ("储备不足", "补充品种。")


def test_when_a_task_starts_is_no_limit_and_what_it_belongs_to_no_title():
    text = (
        "示范市2025年医改重点任务台账\n"
        "序号\t改革事项\t重点任务\t具体举措\t牵头单位\t启动时间\t完成时限\n"
        "1\t健全服务体系\t建设县域医共体\t统一人员管理。\t市卫健委\t2025年1月\t2025年11月底\n"
        "2\t健全服务体系\t建设专科联盟\t统一诊疗规范。\t市卫健委\t2025年2月\t2025年12月底\n"
    )
    first, _ = parse_text(text).tasks
    assert (first.title, first.section[-1]) == ("建设县域医共体", "健全服务体系")
    assert [limit.due_on.isoformat() for limit in first.deadlines] == ["2025-11-30"]


def test_an_annex_that_counts_as_the_text_does_says_who_answers_for_it():
    said = [
        "完善价格机制。定期评估价格。",
        "改革支付方式。推进按病种付费。",
        "加强监管。开展飞行检查。",
    ]
    items = "\n".join(f"{count}.{words}" for count, words in enumerate(said, 1))
    rows = "\n".join(
        f"{count}\t{name}\t市医保局\t2024年{count}月底"
        for count, name in enumerate(["价格动态调整", "按病种付费", "飞行检查"], 1)
    )
    text = f"示范市2024年医保改革工作方案\n一、重点任务\n{items}\n附件\n任务分工表\n序号\t重点任务\t牵头单位\t完成时限\n{rows}\n"
    tasks = parse_text(text).tasks
    assert [task.title for task in tasks] == ["完善价格机制", "改革支付方式", "加强监管"]
    assert all(task.responsibilities[0].departments[0].name == "市医保局" for task in tasks)
