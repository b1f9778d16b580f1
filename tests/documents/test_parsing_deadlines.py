"""Explicit time limits, and dates that are none."""

import pytest

from documents.parsing import parse_text


def dates_of(sentence, ending=""):
    document = parse_text(
        f"示范市人民政府关于印发2020年工作安排的通知\n一、主要任务\n1.推进改革。{sentence}{ending}"
    )
    return [(d.text, d.due_on.isoformat()) for d in document.tasks[0].deadlines]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("到2020年底,建成平台。", [("到2020年底", "2020-12-31")]),
        ("力争到2022年,全面推开。", [("力争到2022年", "2022-12-31")]),
        ("2020年6月底前完成。", [("2020年6月底前", "2020-06-30")]),
        ("2024年2月底前完成。", [("2024年2月底前", "2024-02-29")]),
        ("2020年8月15日前报送。", [("2020年8月15日前", "2020-08-15")]),
        ("6月底前完成清理,年底前完成整改。", [("6月底前", "2020-06-30"), ("年底前", "2020-12-31")]),
        ("9月30日前完成。", [("9月30日前", "2020-09-30")]),
        ("三季度末前完成。", [("三季度末前", "2020-09-30")]),
        ("到“十四五”末,全面建成。", [("到“十四五”末", "2025-12-31")]),
        ("力争2020—2022年间,培养人才。", [("力争2020—2022年间", "2022-12-31")]),
        ("2020年实行按病种付费的病种不少于150个。", [("2020年", "2020-12-31")]),
        (
            "到2021年达标,到2025年全面完成。",
            [("到2021年", "2021-12-31"), ("到2025年", "2025-12-31")],
        ),
    ],
)
def test_time_limits(sentence, expected):
    assert dates_of(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "开展2020年大型设备配置工作。",
        "启动2021年度项目指南编制工作。",
        "落实《行动计划(2018—2020年)》。",
        "自2020年7月1日起施行。",
        "根据2020年医改任务安排资金。",
        "每年6月底前报送。",
        "对2015年底前未完成的,加快推进。",
        "持续推进。",
    ],
)
def test_dates_that_limit_nothing(sentence):
    assert dates_of(sentence) == []


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("(责任单位:市财政局,完成时限:2020年10月)", [("2020年10月", "2020-10-31")]),
        ("\n责任单位:市财政局\n完成时限:2020年12月", [("2020年12月", "2020-12-31")]),
        ("\n责任单位:市财政局\n完成时限:11月底", [("11月底", "2020-11-30")]),
        ("\n责任单位:市财政局\n完成时限:长期坚持", []),
    ],
)
def test_a_limit_stated_beside_the_departments(ending, expected):
    assert dates_of("完善政策。", ending) == expected
