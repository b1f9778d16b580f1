"""Who is responsible, in which role: the wordings of official notices."""

import pytest

from documents.parsing import parse_text


def read(ending, body="推进改革。完善政策。"):
    (task,) = parse_text(f"一、主要任务\n1.{body}{ending}").tasks
    return task


def roles(task, index=0):
    return [(d.name, d.role) for d in task.responsibilities[index].departments]


LEAD, COOP, PART = "lead", "cooperating", "participant"


@pytest.mark.parametrize(
    ("ending", "mode", "expected"),
    [
        ("(市卫生局负责)", "normal", [("市卫生局", LEAD)]),
        ("(市卫生局、市财政局负责)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("（市卫生局、市财政局负责）。", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("(市卫生局,市编办负责)", "normal", [("市卫生局", LEAD), ("市编办", COOP)]),
        ("(责任单位:市卫生局、市财政局)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("【责任单位：市卫生局、市财政局】", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("(市卫生局、市财政局)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("(由市卫生局牵头,市财政局配合)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        (
            "(市卫生局、市发改委牵头,市财政局配合)",
            "normal",
            [("市卫生局", LEAD), ("市发改委", LEAD), ("市财政局", COOP)],
        ),
        (
            "(市卫生局牵头,市财政局、市民政局按职责分工负责)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP), ("市民政局", COOP)],
        ),
        (
            "(市卫生局、市财政局按职责分工负责)",
            "respective",
            [("市卫生局", LEAD), ("市财政局", LEAD)],
        ),
        ("(市卫生局、市财政局分别负责)", "respective", [("市卫生局", LEAD), ("市财政局", LEAD)]),
        (
            "(市卫生局、市财政局等部门分别负责)",
            "respective",
            [("市卫生局", LEAD), ("市财政局", LEAD)],
        ),
        ("(市卫生局、市财政局等部门负责)", "open", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("(市卫生局、市财政局等负责)", "open", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("(市卫生局会同市财政局负责)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        (
            "(市财政局、市税务局分别负责,某某保监局参与)",
            "respective",
            [("市财政局", LEAD), ("市税务局", LEAD), ("某某保监局", PART)],
        ),
        (
            "(牵头单位:市卫生局;配合单位:市财政局、市民政局)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP), ("市民政局", COOP)],
        ),
        ("(牵头单位:市卫生局;配合单位:无)", "normal", [("市卫生局", LEAD)]),
        (
            "(主办单位:市卫生局,协办单位:市财政局)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP)],
        ),
        ("(责任单位:市财政局、市卫生局(牵头))", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        (
            "(市卫生局、市财政局负责,列第一位者为牵头部门,下同)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP)],
        ),
        (
            "(市卫生局、市财政局分别负责,分别负责为各部门按职责分别牵头,下同)",
            "respective",
            [("市卫生局", LEAD), ("市财政局", LEAD)],
        ),
        ("(市卫生局牵头抓总,市财政局协同推进)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("(市卫生局负责牵头,市财政局负责配合)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        (
            "(责任单位:市卫生局,市财政局、市民政局配合)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP), ("市民政局", COOP)],
        ),
        (
            "(责任单位:市卫生局,市公安局参与)",
            "normal",
            [("市卫生局", LEAD), ("市公安局", PART)],
        ),
        ("(市卫生局牵头,市财政局支持)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("(市卫生局牵头会同市财政局负责)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        ("(市卫生局统筹,市财政局落实)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        (
            "(市卫生局、市财政局依职责分工负责)",
            "respective",
            [("市卫生局", LEAD), ("市财政局", LEAD)],
        ),
        (
            "(市卫生局牵头落实,市财政局做好资金保障)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP)],
        ),
        ("(市卫生局、市财政局共同牵头)", "normal", [("市卫生局", LEAD), ("市财政局", LEAD)]),
        (
            "(市财政局负责资金保障,市卫生局负责组织实施)",
            "respective",
            [("市财政局", LEAD), ("市卫生局", LEAD)],
        ),
        (
            "(市卫生局牵头,市财政局负责资金保障)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP)],
        ),
        (
            "(市卫生局(排第一位的为牵头单位,下同)、市财政局负责)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP)],
        ),
        ("(责任单位:★市卫生局、市财政局)", "normal", [("市卫生局", LEAD), ("市财政局", COOP)]),
        (
            "(牵头单位:市卫生局配合单位:市财政局完成时限:2025年底)",
            "normal",
            [("市卫生局", LEAD), ("市财政局", COOP)],
        ),
        (
            "(市卫生局负责。以下任务均需各区人民政府落实,不再列出)",
            "normal",
            [("市卫生局", LEAD)],
        ),
    ],
)
def test_a_responsibility_in_brackets(ending, mode, expected):
    task = read(ending)
    assert task.responsibilities[0].mode == mode
    assert sorted(roles(task)) == sorted(expected)
    assert task.body == "推进改革。完善政策。"


@pytest.mark.parametrize(
    ("ending", "names"),
    [
        ("(省卫生厅、招标采购局、物价局负责)", ["省卫生厅", "省招标采购局", "省物价局"]),
        ("(责任单位:市卫生局、人力社保局)", ["市卫生局", "市人力社保局"]),
        ("(市委组织部、宣传部、市财政局负责)", ["市委组织部", "市委宣传部", "市财政局"]),
        ("(市卫生局、市场监管局负责)", ["市卫生局", "市市场监管局"]),
        ("(市财政局、天津保监局负责)", ["市财政局", "天津保监局"]),
        ("(市卫生局,各区人民政府负责)", ["市卫生局", "各区人民政府"]),
        (
            "(县教育局、县发展和改革局及各乡镇人民政府负责)",
            ["县教育局", "县发展和改革局", "各乡镇人民政府"],
        ),
        ("(市教育局、团市委、电力公司负责)", ["市教育局", "团市委", "电力公司"]),
        ("(自治区财政厅、卫生厅负责)", ["自治区财政厅", "自治区卫生厅"]),
        ("(发展改革委、财政部负责)", ["发展改革委", "财政部"]),
        (
            "(省发展改革委,各市、县(市、区)人民政府负责)",
            ["省发展改革委", "各市、县(市、区)人民政府"],
        ),
        ("(责任单位:市卫生局 市财政局)", ["市卫生局", "市财政局"]),
        ("(区卫生局、公安示范分局负责)", ["区卫生局", "公安示范分局"]),
        ("(各市、县、自治县人民政府负责)", ["各市、县、自治县人民政府"]),
        ("(市卫生局,各乡镇、街道负责)", ["市卫生局", "各乡镇、街道"]),
        ("(以上三项由州人社局牵头,州财政局配合)", ["州人社局", "州财政局"]),
        ("(市卫生局、市财政局负责,2020年6月底前出台办法)", ["市卫生局", "市财政局"]),
        ("(市民政局市卫生局负责)", ["市民政局", "市卫生局"]),
        ("(县卫生局、住房和城乡建设局负责)", ["县卫生局", "县住房和城乡建设局"]),
        ("(自治区卫生厅、乡村振兴局负责)", ["自治区卫生厅", "自治区乡村振兴局"]),
        ("(省卫生局、示范国际旅游先行区管理局负责)", ["省卫生局", "示范国际旅游先行区管理局"]),
        ("(区卫生局、公安分局负责)", ["区卫生局", "区公安分局"]),
    ],
)
def test_names_carry_their_level(ending, names):
    assert [name for name, _ in roles(read(ending))] == names


def test_several_responsibilities_in_one_task():
    task = read("(市卫生局负责)适时开展评估。(市财政局、市审计局负责)")
    assert len(task.responsibilities) == 2
    assert roles(task, 1) == [("市财政局", LEAD), ("市审计局", COOP)]
    assert task.body == "推进改革。完善政策。(市卫生局负责)适时开展评估。"


@pytest.mark.parametrize(
    "ending",
    [
        "责任部门:市卫生局、市财政局)",
        "(责任单位:市卫生局、市财政局",
        " 责任单位：市卫生局、市财政局）",
    ],
)
def test_a_lost_bracket_is_mended_and_reported(ending):
    task = read(ending)
    assert roles(task) == [("市卫生局", LEAD), ("市财政局", COOP)]
    assert any("括号" in warning for warning in task.warnings)
    assert task.body == "推进改革。完善政策。"


def test_without_brackets_at_the_end_of_the_line():
    task = read("责任单位:市卫生局、市财政局。")
    assert roles(task) == [("市卫生局", LEAD), ("市财政局", COOP)]


def test_labels_in_brackets_on_lines_of_their_own():
    task = read("\n【牵头单位】市卫生局\n【配合单位】市财政局、民政局")
    assert roles(task) == [("市卫生局", LEAD), ("市财政局", COOP), ("市民政局", COOP)]


def test_lines_of_their_own():
    task = read(
        "\n责任领导:张某某\n牵头单位:市卫生局\n配合单位:市财政局、民政局\n完成时限:2025年6月底"
    )
    assert roles(task) == [("市卫生局", LEAD), ("市财政局", COOP), ("市民政局", COOP)]
    assert len(task.responsibilities) == 1
    assert str(task.due_on) == "2025-06-30"
    assert task.body == "推进改革。完善政策。"


def test_a_time_limit_among_the_departments_is_a_deadline():
    task = read("(市卫生局、市财政局负责,2025年9月底前完成)")
    assert roles(task) == [("市卫生局", LEAD), ("市财政局", COOP)]
    assert str(task.due_on) == "2025-09-30"


@pytest.mark.parametrize(
    "words",
    [
        "(主要负责人为第一责任人)",
        "(院长负责制)",
        "(含增补药品)",
        "(乡镇卫生院和社区卫生服务中心)",
        "(“两个允许”)",
    ],
)
def test_other_brackets_name_nobody(words):
    task = read("", body=f"推进改革{words}。完善政策。")
    assert task.responsibilities == ()
    assert "未注明责任部门" in task.warnings


def test_an_unknown_name_is_reported():
    task = read("(市卫生局、甲乙丙丁负责)")
    assert any("甲乙丙丁" in warning for warning in task.warnings)
