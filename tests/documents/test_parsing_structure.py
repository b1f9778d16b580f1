"""Headings, items and sub-items: what is a task, where it stands, what is left out."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.parsing import parse_text


def notice(*lines, title="示范市人民政府办公室关于印发示范市2020年重点任务的通知"):
    return "\n".join([title, "示政办发〔2020〕6号", *lines])


def tasks_of(*lines):
    return parse_text(notice(*lines)).tasks


# --- sections, items, sub-items -----------------------------------------------------------------


def test_items_stand_under_their_headings():
    first, second = tasks_of(
        "一、总体要求",
        "坚持稳中求进。",
        "二、重点任务",
        "(一)推进便民服务。",
        "1.优化窗口设置。设立综合窗口。(市政务办负责)",
        "2.推行网上办理。完善平台。(市大数据局负责)",
    )
    assert first.section == ("二、重点任务", "(一)推进便民服务")
    assert (first.number, first.title) == ("1", "优化窗口设置")
    assert first.body == "优化窗口设置。设立综合窗口。"
    assert second.number == "2"


def test_a_heading_on_its_own_line_belongs_to_the_text_below():
    first, second = tasks_of(
        "二、主要任务",
        "1、健全管理制度",
        "成立工作专班，制定章程。",
        "定期研究重大事项。",
        "2、完善考核办法",
        "把考核结果作为依据。",
    )
    assert first.title == "健全管理制度"
    assert first.body == "健全管理制度\n成立工作专班，制定章程。\n定期研究重大事项。"
    assert second.title == "完善考核办法"


def test_an_item_that_only_groups_sub_items_is_a_container():
    group, one, two = tasks_of(
        "二、主要任务",
        "3.改革支付制度。",
        "(1)扩大范围。稳步推进。(责任单位:市医保局)",
        "(2)完善办法。(责任单位:市财政局)",
    )
    assert group.container and not group.responsibilities
    assert (one.parent, one.number, one.container) == (0, "1", False)
    assert two.section == ("二、主要任务",)


def test_an_item_with_departments_of_its_own_hands_them_down():
    group, one, two = tasks_of(
        "二、主要任务",
        "3.改革支付制度。(市医保局牵头)",
        "(1)扩大范围。",
        "(2)完善办法。(市财政局负责)",
    )
    assert not group.container
    assert [d.name for d in one.responsibilities[0].departments] == ["市医保局"]
    assert [d.name for d in two.responsibilities[0].departments] == ["市财政局"]


def test_departments_named_at_a_heading_hold_for_its_items():
    (task,) = tasks_of("二、主要任务", "(一)健全医保(市医保局负责)", "1.提高筹资水平。")
    assert [d.name for d in task.responsibilities[0].departments] == ["市医保局"]
    assert task.section[-1] == "(一)健全医保"


def test_a_line_below_a_group_holds_for_every_item_without_departments():
    one, two, three = tasks_of(
        "二、主要任务",
        "1.开展试点。(市科技局负责)",
        "2.总结经验。",
        "3.全面推开。",
        "(责任单位:市教育局、市财政局)",
    )
    assert [d.name for d in one.responsibilities[0].departments] == ["市科技局"]
    for task in (two, three):
        assert [d.name for d in task.responsibilities[0].departments] == ["市教育局", "市财政局"]


def test_headings_of_the_second_level_are_tasks_where_nothing_is_numbered_below():
    one, two = tasks_of(
        "二、重点任务",
        "(一)建设区域中心。加大投入。(市发展改革委牵头,市财政局配合)",
        "(二)培养人才",
        "实施引育工程。",
        "牵头单位:市人社局",
        "三、保障措施",
        "(一)加强领导。落实责任。",
    )
    assert [one.title, two.title] == ["建设区域中心", "培养人才"]
    assert two.body == "培养人才\n实施引育工程。"


def test_a_notice_that_counts_in_one_level_only():
    one, two = tasks_of(
        "一、改造老旧小区。完成改造。",
        "责任单位:市住建局",
        "二、建设口袋公园。扩大绿地。",
        "责任单位:市城管局",
    )
    assert [one.title, two.title] == ["改造老旧小区", "建设口袋公园"]


def test_framing_sections_hold_no_tasks_unless_somebody_is_named():
    tasks = tasks_of(
        "一、指导思想和基本原则",
        "1、坚持公益性质。强化责任。",
        "二、重点任务",
        "1.推进改革。完善政策。",
        "三、保障措施",
        "(一)加强领导。压实责任。",
        "(二)强化督查。每季通报。(市政府督查室负责)",
    )
    assert [task.title for task in tasks] == ["推进改革", "强化督查"]


# --- damaged and decorated text -----------------------------------------------------------------


def test_lost_brackets_and_figures_of_numbers_are_mended():
    group, one, two, next_section = tasks_of(
        "二、主要任务",
        "(一)完善制度。",
        "1.健全机制。",
        "1)明确职责。(市民政局负责)",
        "2)落实经费。(市财政局负责)",
        "()加强监管。",
        "2.强化检查。(市审计局负责)",
    )
    assert [one.number, two.number] == ["1", "2"] and two.parent == 0
    assert any("左括号" in warning for warning in one.warnings)
    assert next_section.section[-1] == "(二)加强监管"
    assert group.container


def test_a_sentence_broken_in_copying_is_put_together():
    (task,) = tasks_of(
        "二、主要任务",
        "1.提高待遇水平。职工医保支付比例稳定在80%以上,居民医保基金",
        "最高支付限额达到10万元。(市医保局、市财政",
        "局负责)",
    )
    assert "基金最高支付限额" in task.body
    assert [d.name for d in task.responsibilities[0].departments] == ["市医保局", "市财政局"]


def test_a_page_without_line_ends_is_taken_apart():
    tasks = parse_text(
        "示范区人民政府关于印发2019年工作要点的通知 一、工作任务 (一)优化服务。1.精简事项。取消证明。"
        "(区司法局负责)2.压缩时限。推行网办。(区政务办负责)(二)改善民生。3.新建学校。加快建设,确保按期"
        "完工并投入使用,同步做好教师招聘和设备采购工作,满足群众就近入学需要。(区教育局负责)"
        "二、保障措施 (一)加强领导。各单位要高度重视,按时完成各项任务,并报送进展情况,接受社会监督。"
    ).tasks
    assert [task.title for task in tasks] == ["精简事项", "压缩时限", "新建学校"]
    assert tasks[2].section == ("一、工作任务", "(二)改善民生")


def test_a_body_that_stands_twice_gives_each_task_once():
    items = ["1.推进改革。完善政策。(市编办负责)", "2.优化布局。合理配置。(市卫健委负责)"]
    tasks = parse_text(notice(*items, "下载 打印", "一、主要任务", *items)).tasks
    assert len(tasks) == 2
    assert all(task.section == ("一、主要任务",) for task in tasks)


def test_the_same_words_under_another_heading_are_another_task():
    item = "1.加强宣传。广泛宣传。(市卫健委负责)"
    one, two = tasks_of("一、医疗", item, "二、医保", item)
    assert (one.section, two.section) == (("一、医疗",), ("二、医保",))


def test_a_body_that_repeats_under_other_headings_gives_each_task_once():
    items = [f"{n}.推进第{n}项改革。完善第{n}项政策。(市卫健委负责)" for n in range(1, 5)]
    tasks = tasks_of("一、目录", *items, "一、主要任务", "(一)医疗服务", *items)
    assert len(tasks) == 4
    assert tasks[0].section == ("一、主要任务", "(一)医疗服务")


def test_a_second_copy_glued_to_the_first():
    text = notice("一、主要任务", "1.推进改革。完善政策。【责任单位：市卫健委】")
    (task,) = parse_text(text + text).tasks
    assert task.body == "推进改革。完善政策。"


def test_a_table_of_contents_is_no_task():
    tasks = tasks_of(
        "目录",
        "1.推进改革",
        "2.优化布局",
        "一、主要任务",
        "1.推进改革。完善政策。(市编办负责)",
        "2.优化布局。合理配置。(市卫健委负责)",
    )
    assert [task.body for task in tasks] == ["推进改革。完善政策。", "优化布局。合理配置。"]


def test_page_furniture_and_closing_words_are_no_part_of_the_last_task():
    (task,) = tasks_of(
        "二、主要任务",
        "1.推进改革。完善政策。(市编办负责)",
        "各区、各部门要高度重视,抓好落实。",
        "相关文件:",
        "1.关于公布某某清单的通知",
        "分享到:",
        "版权所有:示范市人民政府",
    )
    assert task.body == "推进改革。完善政策。"


def test_a_hole_in_the_numbering_is_reported():
    tasks = tasks_of("二、主要任务", "1.甲工作。推进。", "3.乙工作。推进。")
    assert any("不连续" in warning for warning in tasks[1].warnings)


@pytest.mark.parametrize(
    ("lines", "holes"),
    [
        (["(一)甲", "1.甲。甲。", "2.乙。乙。", "(二)乙", "3.丙。丙。", "4.丁。丁。"], []),
        (["(一)甲", "1.甲。甲。", "2.乙。乙。", "(二)乙", "1.丙。丙。", "2.丁。丁。"], []),
        (["(一)甲", "1.甲。甲。", "2.乙。乙。", "(二)乙", "4.丙。丙。"], ["2之后为4"]),
        (["(一)甲", "1.甲。甲。", "3.乙。乙。", "2.丙。丙。"], ["1之后为3", "3之后为2"]),
        (["1.甲。", "(1)甲。甲。", "(2)乙。乙。", "2.乙。", "(1)丙。丙。"], []),
    ],
)
def test_a_count_runs_on_or_begins_anew(lines, holes):
    warnings = [w for task in tasks_of("二、主要任务", *lines) for w in task.warnings]
    found = [w for w in warnings if "不连续" in w]
    assert len(found) == len(holes)
    assert all(hole in warning for hole, warning in zip(holes, found, strict=True))


def test_articles_of_a_regulation_are_no_tasks():
    assert not tasks_of(
        "第一章 总则", "第一条 为规范管理，制定本办法。", "第二条 本办法适用于本市。"
    )


def test_no_task_at_all_is_a_warning_and_no_error():
    document = parse_text("示范市人民政府关于表彰先进集体的决定\n各区人民政府:\n现予表彰。")
    assert document.tasks == ()
    assert any("未识别到任务" in warning for warning in document.warnings)


def names(task):
    return [d.name for r in task.responsibilities for d in r.departments]


def test_a_line_below_second_level_tasks_leaves_those_that_name_somebody_alone():
    one, two, three = tasks_of(
        "二、主要任务",
        "(一)规范采购。实行集中采购。",
        "(二)核定编制。按标准核定编制。(市编办、市人社局负责)",
        "(三)建立考核。建立考核制度。(市财政局负责)",
        "责任单位：市卫健委、市发改委",
    )
    assert names(one) == ["市卫健委", "市发改委"]
    assert names(two) == ["市编办", "市人社局"]
    assert names(three) == ["市财政局"]


def test_numbers_are_those_the_document_writes():
    tasks = tasks_of(
        "二、主要任务",
        "(一)规范采购。实行集中采购。(市卫健委负责)",
        "三、主要措施",
        "第二条 建立考核。完善制度。(市财政局负责)",
        "3.加强监管。(市市场监管局负责)",
    )
    assert [task.number for task in tasks] == ["一", "二", "3"]


def test_circled_sub_items_are_tasks_unless_they_break_off_one_sentence():
    _, one, two, steps = tasks_of(
        "二、主要任务",
        "1.推进改革。(市卫健委负责)",
        "①完善制度。制定办法。",
        "②建设平台。(市数据局负责)",
        "2.优化流程。做到：",
        "①公开事项；",
        "②压缩时限。(市政务办负责)",
    )
    assert (one.parent, names(one), names(two)) == (0, ["市卫健委"], ["市数据局"])
    assert "①公开事项；\n②压缩时限。" in steps.body
    assert names(steps) == ["市政务办"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("1.健全机制：成立专班，定期调度。", "健全机制"),
        ("1.规范诊疗行为：推行处方点评。", "规范诊疗行为"),
        ("1.完善健康政策，开展健康促进：举办活动。", "完善健康政策，开展健康促进"),
        ("1.中医药（民族医药）行动：挖掘验方。", "中医药（民族医药）行动"),
        ("1.重点任务包括：一是建机制，二是强监管。", "重点任务包括：一是建机制，二是强监管"),
        ("1.到2020年，实现以下目标：覆盖城乡。", "到2020年，实现以下目标：覆盖城乡"),
        ("1.推进医疗 联合体建设。统筹布局，分区包段，建立网格，形成协作关系，实现资源共享、优势互补和双向转诊。", "推进医疗联合体建设"),
        ("1.健全机制 成立专班，定期调度，统筹推进各项改革任务，及时研究解决改革中遇到的困难和问题，确保取得实效。", "健全机制"),
    ],
)  # fmt: skip
def test_a_heading_run_into_its_text(line, title):
    (task,) = tasks_of("二、主要任务", line)
    assert task.title.replace(" ", "") == title


def test_two_three_level_hospitals_open_no_section():
    (task,) = tasks_of("二、主要任务", "1.健全体系。推动", "二、三级医院与基层机构组建联合体。")
    assert task.body.endswith("组建联合体。")


PARAGRAPHS = [
    ["建设分中心。加快建设。(市卫健委负责)", "推进签约，签约率达到60%。(市医保局负责)"],
    ["建设分中心。加快建设。", "责任单位：市卫健委", "推进签约，签约率达到60%。", "责任单位：市医保局", "完成时限：年底前"],
    ["●建设分中心。加快建设。(市卫健委负责)", "●推进签约，签约率达到60%。(市医保局负责)"],
    ["建设分中心", "加快建设。(市卫健委负责)", "推进签约，签约率达到60%。(市医保局负责)"],
]  # fmt: skip


@pytest.mark.parametrize("lines", PARAGRAPHS)
def test_paragraphs_that_each_name_somebody_are_tasks_without_a_number(lines):
    one, two, three = tasks_of(
        "二、主要任务", "(一)医疗服务", *lines, "(二)医疗保障", "改革支付。扩大范围。(市医保局负责)"
    )
    assert (one.title, two.title) == ("建设分中心", "推进签约，签约率达到60%")
    assert (names(one), names(two)) == (["市卫健委"], ["市医保局"])
    assert one.section == two.section == ("二、主要任务", "(一)医疗服务")
    assert three.section[-1] == "(二)医疗保障"
    assert {one.number, two.number, three.number} == {""}


def test_two_responsibilities_below_a_heading_are_mostly_those_of_one_task():
    tasks = tasks_of(
        "二、主要任务",
        "(一)医疗服务",
        *PARAGRAPHS[0],
        "(二)医疗保障",
        "改革支付。扩大范围。(市医保局负责)",
        "(三)药品供应",
        "保障供应。完善储备。(市药监局负责)",
        "(四)公共卫生",
        "提升能力。完善体系。(市卫健委负责)",
    )
    assert [task.title for task in tasks] == ["医疗服务", "医疗保障", "药品供应", "公共卫生"]
    assert len(tasks[0].responsibilities) == 2


def test_a_heading_that_ends_in_its_responsibility_heads_the_text_below():
    one, two = tasks_of(
        "二、主要任务",
        "(一)建设分中心(牵头单位：市卫健委；配合单位：市财政局)",
        "加快建设，年底前建成3个。",
        "(二)推进签约(市医保局负责)",
        "扩大签约。",
    )
    assert (one.title, one.body) == ("建设分中心", "建设分中心\n加快建设，年底前建成3个。")
    assert [float(target.value) for target in one.targets] == [3]
    assert names(two) == ["市医保局"]


def test_headings_without_a_number_where_no_section_has_one():
    tasks = tasks_of(
        "医疗服务",
        "1.建设分中心。加快建设。(市卫健委负责)",
        "2.推进签约。扩大签约。(市卫健委负责)",
        "医疗保障",
        "3.改革支付。扩大范围。(市医保局负责)",
    )
    assert [task.section for task in tasks] == [("医疗服务",), ("医疗服务",), ("医疗保障",)]


def test_items_counted_decimally_keep_their_last_figure():
    tasks = tasks_of(
        "一、医疗服务",
        "1.1 建设分中心。加快建设。(市卫健委负责)",
        "1.2 推进签约。扩大签约。(市医保局负责)",
        "二、医疗保障",
        "2.1 改革支付。扩大范围。(市医保局负责)",
    )
    assert [task.number for task in tasks] == ["1", "2", "1"]
    assert not any(task.warnings for task in tasks)


# --- what is no task ----------------------------------------------------------------------------

NAMED = [f"{n}.推进第{n}项改革。完善政策。(市卫健委负责)" for n in range(1, 7)]


def test_a_whole_section_without_names_among_named_ones_holds_no_tasks():
    tasks = tasks_of(
        "二、改革重点", *NAMED, "三、推进机制", "(一)建立专班。每月调度。", "1.成立专班。抽调人员。"
    )
    assert len(tasks) == 6


def test_a_section_of_tasks_without_names_is_kept():
    tasks = tasks_of("二、改革重点", *NAMED, "三、其他重点任务", "1.落实待遇。按月发放。")
    assert len(tasks) == 7


def test_an_annex_that_explains_terms_holds_no_tasks():
    tasks = tasks_of(
        "二、改革重点", *NAMED[:2], "附件2", "名词解释", "1.医共体：指某种形式。两级联动。"
    )
    assert len(tasks) == 2


def test_an_explanation_of_the_notice_behind_it_is_left_out():
    tasks = tasks_of(
        "二、改革重点",
        "1.推进改革。完善政策。",
        "《示范市2020年重点任务》政策解读",
        "一、主要任务",
        "1.明确改革方向。提出要求。",
        "附件",
        "二、补充任务",
        "2.健全制度。完善办法。",
    )
    assert [task.title for task in tasks] == ["推进改革", "健全制度"]


def test_calls_to_order_of_a_cover_letter_are_no_tasks():
    document = parse_text(
        notice(
            "一、加强组织领导。各单位要高度重视。",
            "二、明确工作责任。细化分工。",
            "三、狠抓工作落实。每季通报。",
            "附件：示范市2020年重点任务分解表",
        )
    )
    assert document.tasks == ()


@pytest.mark.parametrize(
    "heading",
    ["(三)完善投入保障机制", "(三)组织实施健康知识普及行动", "(三)优化机构设置和人员配备"],
)
def test_words_of_frames_inside_a_heading_of_tasks_do_not_hide_them(heading):
    (task,) = tasks_of("二、主要内容", heading, "1.落实政策。足额拨付。")
    assert task.section[-1] == heading


# --- annex tables -------------------------------------------------------------------------------

HEADER = "序号\t重点任务\t具体内容\t牵头单位\t配合单位\t完成时限"


def test_a_row_of_an_annex_table_is_a_task():
    one, two = tasks_of(
        "附件",
        HEADER,
        "1\t健全分级诊疗\t签约率达到75%以上。\t市卫生健康委\t市医保局、财政局\t10月底前",
        HEADER,
        "2\t健全分级诊疗\t新建中心3个。\t市卫生健康委\t无\t2020年12月",
    )
    assert (one.number, one.title, one.body) == ("1", "健全分级诊疗", "签约率达到75%以上。")
    assert [(d.name, d.role) for d in one.responsibilities[0].departments] == [
        ("市卫生健康委", "lead"),
        ("市医保局", "cooperating"),
        ("市财政局", "cooperating"),
    ]
    assert [d.due_on for d in one.deadlines] == [date(2020, 10, 31)]
    assert len(two.responsibilities[0].departments) == 1
    assert two.due_on == date(2020, 12, 31)


def test_a_table_copied_with_bars_is_a_table():
    (task,) = tasks_of(
        "| 序号 | 工作任务 | 责任单位 |", "| --- | --- | --- |", "| 1 | 建设平台 | 市数据局 |"
    )
    assert task.title == "建设平台"


# --- the head -----------------------------------------------------------------------------------


def test_the_head_of_a_page():
    document = parse_text(
        "当前位置:首页 > 政策文件\n示范市人民政府办公室关于印发示范市养老服务三年行动方案(2021—2023年)的通知\n"
        "来源:市政府办 发布时间:2021-04-09 10:20 字号:大 中 小\n示政办发〔2021〕17号\n"
        "各区人民政府:\n现将方案印发给你们。\n示范市人民政府办公室\n2021年4月2日\n一、主要任务\n1.建设机构。推进。"
    )
    assert (
        document.title
        == "示范市人民政府办公室关于印发示范市养老服务三年行动方案(2021—2023年)的通知"
    )
    assert document.document_number == "示政办发〔2021〕17号"
    assert document.issuer == "示范市人民政府办公室"
    assert document.region == "示范市"
    assert document.issued_on == date(2021, 4, 2)
    assert document.published_on == date(2021, 4, 9)
    assert (document.year_start, document.year_end) == (2021, 2023)


def test_a_title_set_on_several_lines():
    document = parse_text(
        "示范省人民政府办公厅\n关于印发示范省公立医院改革\n实施方案的通知\n示政办〔2017〕33 号\n各市人民政府:"
    )
    assert document.title == "示范省人民政府办公厅关于印发示范省公立医院改革实施方案的通知"
    assert document.document_number == "示政办〔2017〕33号"
    assert document.region == "示范省"


def test_without_the_notices_title_the_plans_own():
    document = parse_text(
        "各州、市人民政府:\n《示范省巩固完善某项制度实施方案》已经同意,现印发给你们。\n示范省人民政府办公厅\n"
        "2014年1月14日\n示范省巩固完善某项制度实施方案\n根据上级意见(国办发〔2013〕14号)制定。"
    )
    assert document.title == "示范省巩固完善某项制度实施方案"
    assert document.document_number is None
    assert (document.year_start, document.year_end) == (2014, 2014)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2012年6月15日", date(2012, 6, 15)),
        ("二〇一二年六月十五日", date(2012, 6, 15)),
        ("二○一二年十二月三十一日", date(2012, 12, 31)),
        ("示范市人民政府 2012年6月15日", date(2012, 6, 15)),
        ("201286", date(2012, 8, 6)),
        ("20121026", date(2012, 10, 26)),
    ],
)
def test_the_date_of_signature(line, day):
    document = parse_text(
        f"示范市人民政府关于印发2012年安排的通知\n各区人民政府:\n现印发给你们。\n{line}\n一、主要任务"
    )
    assert document.issued_on == day


def test_a_date_that_lost_its_characters_is_reported():
    document = parse_text("示范市人民政府关于印发2012年安排的通知\n201286\n一、主要任务")
    assert any("201286" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("关于印发《示范区改革方案(2016—2020年)》的通知", (2016, 2020)),
        ("示范市人民政府关于印发行动计划(20162018年)的通知", (2016, 2018)),
        ("示范市人民政府关于印发示范市“十四五”规划的通知", (2021, 2025)),
        ("示范市人民政府关于印发2012年度主要工作安排的通知", (2012, 2012)),
    ],
)
def test_years_are_those_of_the_title(title, years):
    document = parse_text(f"{title}\n各区人民政府:\n2017年3月1日")
    assert (document.year_start, document.year_end) == years


@pytest.mark.parametrize(
    ("lines", "region"),
    [
        (["市政府办公室关于印发某方案的通知", "版权所有:示范市人民政府"], "示范市"),
        (["关于印发《某方案》的通知", "上海市示范区人民政府", "2016年2月8日"], "上海市示范区"),
        (["国务院办公厅关于印发某方案的通知"], "全国"),
        (["示范市卫生健康委关于印发2023年工作要点的通知"], "示范市"),
        (["示范自治州人民政府关于印发某方案的通知"], "示范自治州"),
    ],
)
def test_the_region_is_the_issuing_governments(lines, region):
    assert parse_text("\n".join(lines)).region == region


# --- properties ---------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "一、", "(一)", "()", "1.", "2、", "(1)", "1)", "①", "第一条", "。", ",", "、", ";", "(", ")", "（", "）", "“", "”",
        "\n", "\t", "|", " ", "责任单位:", "牵头", "负责", "分别负责", "配合", "市财政局", "各区人民政府", "推进改革",
        "达到", "不低于", "由", "降到", "95%", "1.5倍", "15万元", "5.03万", "以上", "左右", "百分之", "到2018年底", "年底前",
        "2018年", "6月底前", "二〇一二年六月十五日", "关于印发", "的通知", "《", "》", "〔2012〕", "附件", "序号\t任务\t责任单位",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_the_same_way_twice_and_offsets_hold(text):
    document = parse_text(text)
    assert document == parse_text(text)
    for index, task in enumerate(document.tasks):
        assert 0 <= task.start <= task.end <= len(document.text)
        assert task.title in document.text[task.start : task.end]
        assert task.parent is None or 0 <= task.parent < len(document.tasks)
        assert task.parent != index
    document.to_dict()


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_the_clean_text_is_clean_already(text):
    cleaned = parse_text(text).text
    assert "\r" not in cleaned and "\x00" not in cleaned
    assert not any(line != line.strip() for line in cleaned.split("\n") if "\t" not in line)


def seconds(text):
    started = time.perf_counter()
    parse_text(text)
    return time.perf_counter() - started


@pytest.mark.parametrize(
    "piece",
    ["(", "1", "(一)", "1.甲\n", "一、加强工作\n", "(一)加强工作\n", "、", "不低于1个、", "《"],
)
def test_four_times_the_repetition_takes_four_times_as_long_not_sixteen(piece):
    once = piece * (30_000 // len(piece))
    assert seconds(once * 4) < 8 * seconds(once) + 0.3
