"""What a name alone tells: its field and level, and that two spellings are one."""

import pytest

from departments.models.kinds import Kind
from departments.naming.kinds import _TELLING, kind_of, level_of
from departments.naming.reading import Place, alike, plain, tidy


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("市卫生局", "health"),
        ("市卫健委", "health"),
        ("市疾控局", "disease_control"),
        ("市疾控中心", "medical_institution"),
        ("市医疗保障局", "medical_insurance"),
        ("市人社局", "human_resources"),
        ("市发改委", "reform"),
        ("省物价局", "pricing"),
        ("市委编办", "organisation_office"),
        ("市食药监局", "drug"),
        ("市市场监管局", "market"),
        ("市财政局", "finance"),
        ("市教委", "education"),
        ("市委组织部", "party"),
        ("市政府办公室", "office"),
        ("市纪委监委", "supervision"),
        ("团市委", "mass_organisation"),
        ("市红十字会", "mass_organisation"),
        ("人民银行徐州市中心支行", "financial_regulation"),
        ("江苏保监局", "financial_regulation"),
        ("市医改办", "ad_hoc"),
        ("各区人民政府", "government"),
        ("各乡镇（街道）", "government"),
        ("经济技术开发区管委会", "government"),
        ("各级公立医院", "medical_institution"),
        ("市人寿保险公司", "enterprise"),
        ("市医学会", "association"),
        ("市医学院", "school"),
        ("市某某局", "other"),
    ],
)
def test_the_field_is_told_from_the_name(name, kind):
    assert kind_of(tidy(name)) == kind


def test_every_rule_gives_a_kind_there_is():
    assert {kind for kind, _ in _TELLING} | {"other"} <= set(Kind.values)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("市卫生局", "prefecture"),
        ("各区人民政府", "county"),
        ("各县（市、区）人民政府", "county"),
        ("各乡镇（街道）", "town"),
        ("各级医院", ""),
        ("有关部门", ""),
    ],
)
def test_a_body_works_at_its_regions_level_unless_it_says_otherwise(name, level):
    assert level_of(tidy(name), "prefecture") == level


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("人社局", "人力资源和社会保障局"),
        ("卫计委", "卫生和计划生育委员会"),
        ("国资委", "人民政府国有资产监督管理委员会"),
        ("编办", "机构编制委员会办公室"),
        ("税务局", "国家税务总局税务局"),
        ("各县市区政府", "各县（市、区）人民政府"),
        ("人行", "中国人民银行中心支行"),
    ],
)
def test_spellings_of_one_name_come_to_the_same(one, other):
    assert plain(tidy(one)) == plain(tidy(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("卫生局", "卫生监督局"),
        ("教育局", "体育局"),
        ("市场监管局", "市场监管委"),
        ("工商局", "工商联"),
        ("食品药品监管局", "药品监管局"),
        ("人事局", "人社局"),
        ("各区人民政府", "各乡镇人民政府"),
    ],
)
def test_different_names_stay_apart(one, other):
    assert plain(one) != plain(other)


def test_the_looser_form_only_joins_what_is_alike():
    assert alike("食品药品监管局") == alike("药监局")
    assert alike("大数据管理局") == alike("数据局")
    assert alike("卫生局") != alike("卫生监督所")
    assert alike("各区政府") != alike("各镇街政府")


@pytest.mark.parametrize(
    ("place", "name", "core"),
    [
        ("徐州市", "徐州市卫生局", "卫生局"),
        ("徐州市", "徐州卫生局", "卫生局"),
        ("徐州市", "江苏省徐州市卫生局", "卫生局"),
        ("徐州市", "中共徐州市委组织部", "委组织部"),
        ("徐州市", "南京市卫生局", None),
        ("恩施土家族苗族自治州", "恩施州卫生局", "卫生局"),
        ("广西壮族自治区", "广西卫生厅", "卫生厅"),
        ("新疆维吾尔自治区", "新疆自治区卫生厅", "卫生厅"),
    ],
)
def test_the_place_in_front_is_read_off(place, name, core):
    assert Place(place, ("江苏省", "全国")).without_place(name) == core


@pytest.mark.parametrize(
    ("place", "name", "core"),
    [
        ("徐州市", "市卫生局", "卫生局"),
        ("徐州市", "市场监管局", None),
        ("徐州市", "市市场监管局", "市场监管局"),
        ("徐州市", "市监局", None),
        ("徐州市", "市监委", "监委"),
        ("徐州市", "县卫生局", None),
        ("内蒙古自治区", "自治区卫生厅", "卫生厅"),
        ("兴安盟", "盟卫健委", "卫健委"),
        ("凉山彝族自治州", "州卫健委", "卫健委"),
    ],
)
def test_the_level_in_front_is_read_off(place, name, core):
    assert Place(place).without_level(name) == core
