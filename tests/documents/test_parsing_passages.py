"""A person points at words: what they state is read with the words around them."""

import datetime as dt

import pytest

from documents.parsing.passages import deadlines_in, departments_in, loose_numbers, targets_in

TEXT = (
    "1.巩固全民参保。到2018年底，城乡居民医保参保率稳定在95%以上，人均筹资标准不低于300元。"
    "全市设有18家急救站，力争每家都有骨干。\n"
    "2.推进签约服务。签约服务覆盖率达到40%以上。（市卫健委牵头，市财政局、市医保局配合，6月底前完成）\n"
)


def at(words):
    start = TEXT.index(words)
    return TEXT, start, start + len(words)


@pytest.mark.parametrize("words", ["稳定在95%以上", "95%", "城乡居民医保参保率稳定在95%以上"])
def test_a_number_is_read_with_the_indicator_before_it(words):
    (target,) = targets_in(*at(words), 2018)
    assert "城乡居民医保参保率" in target.indicator
    assert (target.comparison, target.value, target.unit) == (">=", 95, "%")
    assert target.due_on == dt.date(2018, 12, 31)
    assert target.text == "稳定在95%以上"


def test_only_what_is_touched_is_taken():
    assert [t.value for t in targets_in(*at("不低于300元"), 2018)] == [300]
    assert [t.value for t in targets_in(*at("95%以上，人均筹资标准不低于300元"), 2018)] == [95, 300]
    assert targets_in(*at("城乡居民医保"), 2018) == []


def test_a_number_the_rules_pass_over_is_a_target_when_a_person_says_so():
    (target,) = targets_in(*at("18家"), 2018)
    assert (target.value, target.unit, target.comparison) == (18, "家", ">=")
    assert target.indicator == "全市设有"


def test_names_are_split_and_take_the_role_the_words_give():
    named = departments_in(*at("（市卫健委牵头，市财政局、市医保局配合，6月底前完成）"), "徐州市")
    assert [(d.name, d.role) for d in named.departments] == [
        ("市卫健委", "lead"),
        ("市财政局", "cooperating"),
        ("市医保局", "cooperating"),
    ]
    alone = departments_in(*at("市财政局、市医保局"), "徐州市")
    assert [d.name for d in alone.departments] == ["市财政局", "市医保局"]


@pytest.mark.parametrize(
    ("words", "due"),
    [("到2018年底", dt.date(2018, 12, 31)), ("6月底前", dt.date(2018, 6, 30)), ("签约服务", None)],
)
def test_a_date_phrase_is_a_time_limit(words, due):
    assert [limit.due_on for limit in deadlines_in(*at(words), 2018)] == ([due] if due else [])


def test_a_number_to_reach_that_no_target_states_is_loose():
    body = (
        "参保率稳定在95%以上，人均筹资不低于300元。每3年评估1次，由38%降到30%以下，落实24条措施。"
    )
    stated = ("稳定在95%以上", "不低于300元", "降到30%以下")
    assert loose_numbers(body, stated) == ()
    assert loose_numbers(body, stated[1:]) == ("95%",)
    assert loose_numbers(body, stated[:1]) == ("300元", "30%")


def test_the_same_words_twice_are_two_numbers():
    body = "甲类覆盖率达到95%以上，乙类覆盖率达到95%以上。"
    assert loose_numbers(body, ("达到95%以上",)) == ("95%",)
    assert loose_numbers(body, ("达到95%以上", "达到95%以上")) == ()
