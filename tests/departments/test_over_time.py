"""Who a name stood for on the day of a document, and who came before and after."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.models import Department, DepartmentAlias, RegionName, SuccessionEvent
from departments.services.lines import Lines
from departments.services.register import Register, add_alias
from departments.services.succession import Move, record_succession
from reform_tracker.lib.verdicts import Conflict
from tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db

Kind = SuccessionEvent.Kind
MERGER, REFORM = dt.date(2014, 7, 1), dt.date(2019, 1, 1)


def day(year: int) -> dt.date:
    return dt.date(year, 6, 15)


@pytest.fixture
def reforms(xuzhou, health):
    """卫生局 and 人口计生委 became 卫生计生委, this 卫生健康委; 医保局 took functions from two."""
    Department.objects.filter(region=xuzhou).exclude(pk=health.pk).delete()
    names = ["市人口计生委", "市卫生计生委", "市卫生健康委", "市医保局", "市人力资源社会保障局"]
    made = {name: DepartmentFactory(region=xuzhou, name=name) for name in names}
    made["市卫生局"] = health
    Department.objects.filter(name="市医保局", region=xuzhou).update(valid_from=REFORM)
    joint = made["市卫生计生委"]
    Department.objects.filter(pk=joint.pk).update(valid_from=MERGER)
    Department.objects.filter(pk=made["市卫生健康委"].pk).update(valid_from=REFORM)
    record_succession(
        region=xuzhou,
        kind=Kind.MERGED,
        effective_on=MERGER,
        moves=[Move(health, joint), Move(made["市人口计生委"], joint)],
        actor=None,
    )
    record_succession(
        region=xuzhou,
        kind=Kind.RENAMED,
        effective_on=REFORM,
        moves=[Move(joint, made["市卫生健康委"])],
        actor=None,
    )
    record_succession(
        region=xuzhou,
        kind=Kind.TRANSFERRED,
        effective_on=REFORM,
        moves=[
            Move(made["市人力资源社会保障局"], made["市医保局"], False, "职工基本医疗保险"),
            Move(joint, made["市医保局"], False, "新型农村合作医疗"),
        ],
        actor=None,
    )
    return {name: Department.objects.get(pk=each.pk) for name, each in made.items()}


@pytest.mark.parametrize(
    ("year", "name", "meant", "rule"),
    [
        (2012, "市卫生局", "市卫生局", "exact"),
        (2016, "市卫计委", "市卫生计生委", "short form"),
        (2020, "市卫健委", "市卫生健康委", "short form"),
        (2020, "徐州市卫生健康委员会", "市卫生健康委", "short form"),
        (2012, "市计生委", "市人口计生委", "short form"),
        (2016, "市卫生行政部门", "市卫生计生委", "field"),
        (2020, "市卫生行政部门", "市卫生健康委", "field"),
        (2012, "卫生局", "市卫生局", "short form"),
    ],
)
def test_the_body_of_the_day(xuzhou, reforms, year, name, meant, rule):
    answer = Register(xuzhou, day(year)).resolve(name)
    assert (answer.department, answer.rule, answer.warning) == (reforms[meant], rule, "")
    assert answer.reason


def test_before_its_first_day_one_is_told_who_did_the_work_then(xuzhou, reforms):
    answer = Register(xuzhou, day(2018)).resolve("市医保局")
    assert answer.department == reforms["市医保局"]
    assert "自2019年1月1日起" in answer.warning
    assert "2018年6月15日" in answer.warning
    assert dict(answer.candidates) == {
        reforms["市卫生计生委"]: "当时承担新型农村合作医疗",
        reforms["市人力资源社会保障局"]: "当时承担职工基本医疗保险",
    }
    assert Register(xuzhou, REFORM).resolve("市医保局").warning == ""
    assert Register(xuzhou, REFORM - dt.timedelta(days=1)).resolve("市医保局").warning


def test_after_its_last_day_one_is_told_who_took_over(xuzhou, reforms):
    answer = Register(xuzhou, day(2020)).resolve("市卫生局")
    assert answer.department == reforms["市卫生局"]
    assert "使用至2014年6月30日" in answer.warning
    assert [department for department, _ in answer.candidates] == [reforms["市卫生健康委"]]
    # Who it was in between, not who it is today.
    answer = Register(xuzhou, day(2016)).resolve("市卫生局")
    assert [department for department, _ in answer.candidates] == [reforms["市卫生计生委"]]


def test_without_a_date_no_time_is_wrong(xuzhou, reforms):
    answer = Register(xuzhou).resolve("市卫生局")
    assert (answer.department, answer.warning) == (reforms["市卫生局"], "")


def test_of_two_that_bore_a_name_the_day_decides(xuzhou, reforms):
    for name in ("市卫生局", "市卫生健康委"):
        DepartmentAlias.objects.create(department=reforms[name], name="市卫生主管局")
    for year, meant in ((2012, "市卫生局"), (2020, "市卫生健康委")):
        answer = Register(xuzhou, day(year)).resolve("市卫生主管局")
        assert (answer.department, answer.rule) == (reforms[meant], "alias")
    # Between the two, whoever bore it nearer to the day; and one is told to look.
    answer = Register(xuzhou, dt.date(2018, 12, 1)).resolve("市卫生主管局")
    assert answer.department == reforms["市卫生健康委"]
    assert answer.warning
    # Asked for no time, the latest.
    assert Register(xuzhou).resolve("市卫生主管局").department == reforms["市卫生健康委"]


def test_a_name_may_have_its_own_time(xuzhou, finance):
    DepartmentAlias.objects.create(
        department=finance, name="市财税局", valid_to=dt.date(2015, 12, 31)
    )
    assert Register(xuzhou, day(2012)).resolve("市财税局").warning == ""
    assert "2015年12月31日" in Register(xuzhou, day(2018)).resolve("市财税局").warning


def test_a_name_two_bear_at_once_is_nobodys(xuzhou, health, finance):
    for department in (health, finance):
        DepartmentAlias.objects.create(department=department, name="市医改专班")
    answer = Register(xuzhou).resolve("市医改专班")
    assert answer.department is None
    assert {department for department, _ in answer.candidates} == {health, finance}


def test_the_next_one_of_the_line_stands_before_names_that_are_only_alike(xuzhou, reforms):
    answer = Register(xuzhou, day(2020)).resolve("市卫生计生局")
    assert answer.department is None
    assert answer.candidates[0] == (reforms["市卫生健康委"], "“市卫生计生委”的职能当时已由它承接")
    held = [department.held_on(day(2020)) for department, _ in answer.candidates]
    assert held == sorted(held, reverse=True)


def test_an_office_may_use_a_name_again_once_its_first_bearer_is_gone(zhang, reforms):
    with pytest.raises(Conflict):
        add_alias(department=reforms["市医保局"], name="市卫生健康委", actor=zhang)
    add_alias(department=reforms["市卫生健康委"], name="市人口计生委", actor=zhang)


def test_a_whole_document_costs_five_queries_at_most(
    xuzhou, reforms, django_assert_max_num_queries
):
    names = ["市卫生局", "市医保局", "市卫健委", "市计生局", "没有的单位", "市卫生行政部门"]
    with django_assert_max_num_queries(5):
        register = Register(xuzhou, day(2018))
        for name in names * 20:
            register.resolve(name)


def test_answers_are_the_same_every_time(xuzhou, reforms):
    names = ["市卫生局", "市医保局", "市卫健委", "市计生局", "没有的单位", "市卫生行政部门"]
    first = [Register(xuzhou, day(2018)).resolve(name) for name in names]
    again = Register(xuzhou, day(2018))
    assert [again.resolve(name) for name in reversed(names)][::-1] == first


class TestLines:
    def test_every_name_of_a_line_leads_to_the_body_of_today(self, reforms):
        lines = Lines(reforms.values())
        for name in ("市卫生局", "市人口计生委", "市卫生计生委", "市卫生健康委"):
            assert lines.last(reforms[name]) == reforms["市卫生健康委"]
        # Who only handed over a function goes on.
        assert lines.last(reforms["市人力资源社会保障局"]) == reforms["市人力资源社会保障局"]

    def test_the_day_may_lie_several_reforms_back(self, reforms):
        before = Lines(reforms.values()).before(reforms["市卫生健康委"], day(2012))
        assert [department.name for department, _ in before] == ["市卫生局", "市人口计生委"]


def test_a_region_s_former_name_stands_for_it_in_its_time(xuzhou, health):
    RegionName.objects.create(region=xuzhou, name="彭城市", valid_to=dt.date(2012, 12, 31))
    then = Register(xuzhou, day(2012)).resolve("彭城市卫生局")
    assert (then.department, then.reason) == (health, "“彭城市”是徐州市的曾用名")
    assert Register(xuzhou, day(2013)).resolve("彭城市卫生局").department is None


def test_a_sentence_in_a_name_s_place_is_nobody_at_once(xuzhou, health, django_assert_num_queries):
    register = Register(xuzhou, day(2012))
    with django_assert_num_queries(0):
        assert register.resolve("各" * 100_000).candidates == []
        assert register.resolve("市卫生局" + "及" * 100).department is None


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(
        st.sampled_from("市省县区各委局办厅部卫生健康人社发改和与、（）()原团 ^$[*\\中共徐州"),
        max_size=90,
    )
)
def test_nothing_written_in_a_name_s_place_breaks_the_register(register_of_2016, name):
    answer = register_of_2016.resolve(name)
    assert bool(answer.department) == bool(answer.rule)


@pytest.fixture
def register_of_2016(xuzhou, reforms):
    return Register(xuzhou, day(2016))
