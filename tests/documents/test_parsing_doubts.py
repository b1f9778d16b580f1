"""What the printed output asks a reader to compare with the source."""

from dataclasses import replace

import pytest

from documents.parsing import parse_text
from documents.parsing.doubts import doubts

HEAD = "示范市人民政府关于印发重点任务的通知\n示政发〔2022〕6号\n2022年3月2日\n一、重点任务\n"


def doubts_of(text):
    document = parse_text(f"{HEAD}1.推进改革。{text}（市卫健委负责）")
    (task,) = document.tasks
    return doubts(task, document)


@pytest.mark.parametrize(
    "text",
    [
        "签约率达到60%以上，年底前完成。",
        "落实24条措施，每3年评估一次。",
        "到2025年底，覆盖全市。",
    ],
)
def test_a_clean_task_raises_none(text):
    assert doubts_of(text) == []


def test_a_number_in_no_target_is_named():
    document = parse_text(f"{HEAD}1.推进改革。签约率达到60%以上，补助提高到70元。（市卫健委负责）")
    task = replace(document.tasks[0], targets=document.tasks[0].targets[:1])
    (doubt,) = doubts(task, document)
    assert "“70元”" in doubt and "指标" in doubt and "60" not in doubt


def test_a_limit_before_the_notice_was_issued_is_named():
    (doubt,) = doubts_of("2022年1月底前完成验收。")
    assert "2022年1月底前" in doubt and "2022-03-02" in doubt


def test_a_heading_over_sub_items_is_asked_nothing():
    document = parse_text(f"{HEAD}1.推进改革。\n（1）健全制度。1月底前完成。（市卫健委负责）")
    group, item = document.tasks
    assert doubts(group, document) == []
    assert len(doubts(item, document)) == 1
