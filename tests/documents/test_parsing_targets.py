"""Which numbers are commitments, and how they compare."""

from datetime import date
from decimal import Decimal

import pytest

from documents.parsing import parse_text


def targets_of(sentence, title="2020年工作安排"):
    document = parse_text(
        f"示范市人民政府关于印发{title}的通知\n一、主要任务\n1.推进改革。{sentence}"
    )
    return document.tasks[0].targets


def brief(target):
    value = float(target.value)
    if target.value_max is not None:
        return (target.comparison, value, float(target.value_max), target.unit)
    return (target.comparison, value, target.unit)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("参保率稳定在95%以上。", [(">=", 95, "%")]),
        ("报销比例达到75%左右。", [("~", 75, "%")]),
        ("结余率控制在10%以内。", [("<=", 10, "%")]),
        ("费用增幅由8.5%降到6%以下。", [("<=", 6, "%")]),
        ("药占比降到30%左右。", [("~", 30, "%")]),
        ("报告上传率达百分之九十五。", [(">=", 95, "%")]),
        ("七成以上的医院实现互认。", [(">=", 70, "%")]),
        ("对全市10%的单位开展抽查。", [("=", 10, "%")]),
        ("对减少收入的85%至95%部分给予补助。", [("range", 85, 95, "%")]),
        ("死亡率控制在7.5‰以内。", [("<=", 7.5, "‰")]),
        ("死亡率降到12/10万以下。", [("<=", 12, "/10万")]),
        ("次均费用继续实行零增长。", [("=", 0, "%")]),
        ("采购金额占比超过60%。", [(">", 60, "%")]),
        # amounts
        ("最高支付限额达到15万元。", [(">=", 150_000, "元")]),
        ("补助标准提高到每人每年350元。", [(">=", 350, "元")]),
        ("诊疗费标准调整为8元。", [("=", 8, "元")]),
        ("安排资金3.5亿元。", [("=", 350_000_000, "元")]),
        ("标准由10元提高到不低于20元。", [(">=", 20, "元")]),
        ("经费标准再增加40元,提高至840元。", [(">=", 40, "元"), (">=", 840, "元")]),
        # counts
        ("新建1个国家级中心、2个省级中心。", [(">=", 1, "个"), (">=", 2, "个")]),
        ("建成7个左右示范院。", [("~", 7, "个")]),
        ("完成不少于150人进修、100名转岗培训。", [(">=", 150, "人"), (">=", 100, "名")]),
        ("管理人数分别达到5.03万、1.37万。", [(">=", 50_300, "人"), (">=", 13_700, "人")]),
        ("提供护理服务约10万人次。", [("~", 100_000, "人次")]),
        ("培训乡村医生300人次、护士120人次。", [(">=", 300, "人次"), (">=", 120, "人次")]),
        ("每年培训不少于两次,累计时间不低于两周。", [(">=", 2, "次"), (">=", 2, "周")]),
        ("每个街道至少一个镇街试点。", [(">=", 1, "个")]),
        ("培养学科带头人1—2个。", [("range", 1, 2, "个")]),
        ("站点增加到59个。", [(">=", 59, "个")]),
        ("每千人口床位数达到6.8张。", [(">=", 6.8, "张")]),
        ("人均预期寿命达到78.3岁。", [(">=", 78.3, "岁")]),
        ("取消证明事项30项。", [(">=", 30, "项")]),
        # changes
        ("次均费用下降5%。", [(">=", 5, "%")]),
        ("报销比例提高2个百分点。", [(">=", 2, "个百分点")]),
        ("审批时间压缩三分之一。", [(">=", 33.333333, "%")]),
        ("床位数翻一番。", [("=", 2, "倍")]),
        # time, ratios, multiples
        ("时限由20个工作日压缩到5个工作日以内。", [("<=", 5, "个工作日")]),
        ("线索在15个工作日内办结。", [("<=", 15, "个工作日")]),
        ("结余不超过4个月平均支出水平和筹资总额的20%。", [("<=", 4, "个月"), ("<=", 20, "%")]),
        ("按照不高于1.5倍的原则提取。", [("<=", 1.5, "倍")]),
        ("床人比不低于1∶1.6。", [(">=", 1.6, "1:N")]),
        # lists with their own modifiers
        ("支付比例分别达到70%以上和75%左右。", [(">=", 70, "%"), ("~", 75, "%")]),
        (
            "力争95%以上的中心、90%以上的卫生院和65%以上的卫生室能够提供服务。",
            [(">=", 95, "%"), (">=", 90, "%"), (">=", 65, "%")],
        ),
    ],
)
def test_commitments(sentence, expected):
    assert [brief(target) for target in targets_of(sentence)] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "按照《规划(2014—2020年)》和国办发〔2013〕14号执行。",
        "落实“十二五”规划和“三好一满意”活动。",
        "推行“1+1+1”签约服务。",
        "落实24条措施和七项投入责任。",
        "二、三级医院全面开展服务。",
        "为60岁以上老年人提供服务。",
        "促进3岁以下婴幼儿照护服务发展。",
        "拨打120急救电话。",
        "对违规企业,2年内不得参与采购。",
        "由三个渠道改为两个渠道。",
        "充实一批、提升一批、稳定一批。",
        "第2轮315人才培养计划。",
        "推进一件事一次办。",
        "在现有20家医院的基础上推进。",
        "对投资500万元以上的项目加强监管。",
        "2020年1月1日起施行。",
    ],
)
def test_numbers_that_commit_to_nothing(sentence):
    assert targets_of(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "indicator"),
    [
        ("居民电子健康档案建档率达到60%以上。", "居民电子健康档案建档率"),
        ("力争到2020年底,全科医生在培规模达到200人以上。", "全科医生在培规模"),
        ("新建公办幼儿园4所。", "新建公办幼儿园"),
        ("建成3个区域医疗中心。", "区域医疗中心数"),
        ("检查检验费用占比下降2个百分点。", "检查检验费用占比降幅"),
        ("95%以上的卫生院能够提供服务。", "卫生院比例"),
        ("医保(以下简称职工医保,含生育)参保率达到97%。", "医保参保率"),
    ],
)
def test_what_is_measured(sentence, indicator):
    assert targets_of(sentence)[0].indicator == indicator


def test_each_of_a_respective_list_has_its_own_indicator():
    first, second = targets_of("高血压、糖尿病患者管理率分别达到70%以上和65%左右。")
    assert first.indicator != second.indicator
    assert "高血压" in first.indicator and second.indicator == "糖尿病患者管理率"


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("到2022年底,覆盖率达到90%。", date(2022, 12, 31)),
        ("覆盖率达到90%。", None),
        ("年底前,覆盖率达到90%。", date(2020, 12, 31)),
        ("2020年覆盖率达到90%。", date(2020, 12, 31)),
        ("新增学位1800个,10月底前投入使用。", date(2020, 10, 31)),
        ("到2021年达到80%,到2022年达到90%。", date(2021, 12, 31)),
    ],
)
def test_by_when(sentence, due):
    assert targets_of(sentence)[0].due_on == due


def test_the_words_that_state_it_are_the_documents_own():
    (target,) = targets_of("参保率稳定在９５％以上。")
    assert target.text == "稳定在９５％以上"
    assert target.value == Decimal(95)


def test_targets_of_the_whole_document():
    document = parse_text(
        "示范市人民政府关于印发方案的通知\n一、主要目标\n到2025年,满意度达到90%以上。\n二、重点任务\n1.推进改革。完善政策。"
    )
    assert [brief(target) for target in document.targets] == [(">=", 90, "%")]
    assert document.targets[0].due_on == date(2025, 12, 31)
    assert document.tasks[0].targets == ()
