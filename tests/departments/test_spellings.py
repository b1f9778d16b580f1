"""Real spellings of departments, at the time of a document, against the ready register.

The places are invented, the spellings are those that notices, ledgers and plates use. A line reads:
where the document comes from, its year, whom the names after the colon stand for (? is nobody).
"""

import datetime as dt

import pytest
from django.db import transaction

from departments.models import DepartmentAlias, Region
from departments.services.ready_register import load_ready_register
from departments.services.register import Register, Resolution
from tests.factories import RegionFactory

SPELLINGS = """
city 2012 市人力资源社会保障局: 市人社局 市人力社保局 市人力资源和社会保障局 市人力资源社会保障局
city 2020 市人力资源社会保障局: 市人力资源与社会保障局 云溪市人力资源和社会保障局 云溪市人社局 人社局 人力社保局 人力资源社会保障局
city 2008 市人事局: 市人事局
city 2008 市劳动保障局: 市劳动和社会保障局 市劳动保障局
city 2012 市发展改革委: 市发改委 市发展改革委 市发展和改革委员会 市发展改革委员会 市发展与改革委员会 市发展和改革委 发改委 市发改局
city 2012 市卫生局: 市卫生局 卫生局 云溪市卫生局 云溪卫生局 清江省云溪市卫生局 市卫生局（市计生委）
city 2012 市人口计生委: 市计生委 市人口计生委 市人口和计划生育委员会 市人口与计划生育委员会 市计划生育委员会
city 2016 市卫生计生委: 市卫计委 市卫生计生委 市卫生和计划生育委员会 市卫生与计划生育委员会 市卫生计生委员会 市卫生和计生委 市卫计局 市卫生行政部门
city 2020 市卫生健康委: 市卫健委 市卫生健康委 市卫生健康委员会 市卫生和健康委员会 市卫健局 卫健委 市卫生健康部门
city 2020 市医保局: 市医保局 市医疗保障局 医保局
city 2016 市食品药品监管局: 市食药监局 市食药局
city 2012 市食品药品监管局: 市食品药品监督管理局 市食品药品监管局 市食药监管局 市药监局 市药品监管局
city 2020 市市场监管局: 市市场监管局 市市场监督管理局 市市监局 市监局 市场监管局 市场监督管理局 市市场局 市监管局
city 2016 市工商局: 市工商局 市工商行政管理局
city 2016 市质监局: 市质监局 市质量技术监督局
city 2020 市工业和信息化局: 市工信局 市工业和信息化局 市工业信息化局
city 2014 市经济和信息化委: 市经信委 市经济和信息化委员会 市经济和信息化委 市经济信息化委 市工信委
city 2014 市教育局: 市教育局 市教委 市教育委员会 市教体局 市教育和体育局
city 2012 市编办: 市编办 市编委办 市机构编制委员会办公室 市编制委员会办公室
city 2020 市委编办: 市编办 市委编办 市委机构编制委员会办公室 中共云溪市委机构编制委员会办公室
city 2014 市政府法制办: 市法制办 市政府法制办 市人民政府法制办公室
city 2014 市国资委: 市国资委 市国有资产监督管理委员会 市政府国资委 市人民政府国有资产监督管理委员会
city 2014 市残联: 市残联 市残疾人联合会
city 2014 市总工会: 市总工会 市工会
city 2014 市妇联: 市妇联 市妇女联合会
city 2014 团市委: 团市委 共青团云溪市委 共青团市委
city 2014 市科协: 市科协 市科学技术协会
city 2014 市工商联: 市工商联 市工商业联合会
city 2014 市红十字会: 市红十字会
city 2020 市大数据局: 市数据局 市大数据局 市大数据管理局 市大数据发展管理局
city 2025 市数据局: 市数据局 市大数据局
city 2020 市自然资源和规划局: 市自然资源局 市自然资源和规划局 市规划和自然资源局 市自规局
city 2012 市国土资源局: 市国土资源局 市国土局
city 2012 市规划局: 市规划局
city 2012 市环保局: 市环保局 市环境保护局
city 2020 市生态环境局: 市生态环境局
city 2014 市住房城乡建设局: 市住建局 市住房和城乡建设局 市住房城乡建设局
city 2014 ?: 市住建委 市保监局
city 2014 市城管局: 市城管局 市城市管理局 市城市管理行政执法局
city 2014 市交通运输局: 市交通运输局 市交通局
city 2014 市农委: 市农委 市农业委员会 市农业局
city 2020 市农业农村局: 市农业农村局
city 2014 市文化广电新闻出版局: 市文广新局 市文化广电新闻出版局
city 2020 市文化和旅游局: 市文旅局 市文化和旅游局 市文广旅局 市文化广电和旅游局 市文化广电旅游局 市文广旅体局
city 2020 市退役军人局: 市退役军人事务局 市退役军人局
city 2020 市应急管理局: 市应急局 市应急管理局
city 2014 市安监局: 市安监局 市安全生产监督管理局
city 2014 市科技局: 市科技局 市科学技术局 市科委
city 2014 市商务局: 市商务局
city 2014 市财政局: 市财政局 财政局
city 2014 市民政局: 市民政局
city 2014 市物价局: 市物价局
city 2014 市公安局: 市公安局
city 2014 市司法局: 市司法局
city 2014 市审计局: 市审计局
city 2014 市统计局: 市统计局
city 2020 市税务局: 市税务局 国家税务总局云溪市税务局
city 2014 市国税局: 市国税局 市国家税务局
city 2014 市地税局: 市地税局 市地方税务局
city 2014 市政府办公室: 市政府办 市政府办公室 市人民政府办公室
city 2014 市委办公室: 市委办
city 2014 市委组织部: 市委组织部 中共云溪市委组织部
city 2014 市委宣传部: 市委宣传部
city 2020 市委网信办: 市委网信办 市网信办 市互联网信息办公室
city 2020 市委改革办: 市委深改办
city 2020 市监委: 市纪委监委 市监委
city 2014 市监察局: 市监察局
city 2014 市医改办: 市医改办 市深化医药卫生体制改革领导小组办公室 市医改领导小组办公室
city 2014 市老龄办: 市老龄办
city 2014 市金融办: 市金融办
city 2020 市地方金融监管局: 市地方金融监管局
city 2020 云溪银保监分局: 云溪银保监分局 中国银行保险监督管理委员会云溪监管分局 市银保监分局
city 2024 云溪金融监管分局: 云溪金融监管分局 国家金融监督管理总局云溪监管分局
city 2014 云溪银监分局: 云溪银监分局
city 2014 人民银行云溪中心支行: 人民银行云溪市中心支行 人行云溪中支
city 2014 各县(市、区)人民政府: 各县（市、区）人民政府 各区人民政府 各县(市)、区人民政府 各县市区政府 各区县人民政府
city 2014 各级公立医院: 各级公立医院
city 2014 各级医疗卫生机构: 各级医院
city 2012 市人寿保险公司: 市人寿保险公司 中国人寿保险股份有限公司云溪分公司 中国人寿云溪分公司
city 2014 市疾控中心: 市疾控中心 市疾病预防控制中心
city 2024 市疾控局: 市疾控局 市疾病预防控制局
city 2016 市财政局: 市财政部门
city 2016 市发展改革委: 市发展改革委（物价局）
city 2020 市行政审批局: 市行政审批局
city 2020 市政务办: 市政务服务管理办公室
city 2020 市机关事务局: 市机关事务管理局
city 2020 市公积金中心: 市公积金中心 市住房公积金管理中心
city 2012 省卫生厅: 省卫生厅
city 2016 省卫生计生委: 省卫计委
city 2012 省人力资源社会保障厅: 省人社厅 清江省人力资源和社会保障厅
city 2016 省食品药品监管局: 省食药监局
city 2020 省药监局: 省药监局
city 2014 清江保监局: 清江保监局
city 2014 市法院: 市中级人民法院
province 2020 省工业和信息化厅: 省工信厅
province 2020 省发展改革委: 省发展改革委
province 2014 省环境保护厅: 省环保厅
province 2012 省卫生厅: 卫生厅
province 2012 省财政厅: 财政厅
province 2012 省编办: 省编委办
province 2020 省委编办: 省委编办
province 2020 省政府办公厅: 省政府办公厅
county 2012 县卫生局: 县卫生局
county 2012 县人力资源社会保障局: 县人社局
county 2020 县卫生健康委: 县卫健局 县卫生健康局
county 2020 县市场监管局: 县市场监管局 县市监局 市场监管局
county 2020 市卫生健康委: 市卫生健康委
county 2020 各乡镇人民政府、街道办事处: 各镇（街道）
league 2020 盟卫生健康委: 盟卫健委 雪原盟卫生健康委员会
banner 2020 旗卫生健康委: 旗卫健委 绿野旗卫生健康委员会
prefecture 2020 州卫生健康委: 州卫健委 红山州卫生健康委员会 红山土家族苗族自治州卫生健康委员会 红山州卫健委
region 2020 自治区卫生健康委: 自治区卫健委 雪原自治区卫生健康委员会 自治区卫生健康委员会
district 2016 区卫生计生委: 区卫计委 区卫生和计划生育委员会 东江市河湾区卫生计生委 河湾区卫计委
district 2016 市卫生计生委: 市卫计委 东江市卫生和计划生育委员会
"""
# Without an alias on record these are beyond any rule: another ending, another body.
TAUGHT = [
    "市发改局",
    "市卫计局",
    "市卫健局",
    "市教委",
    "市教育委员会",
    "市教体局",
    "市教育和体育局",
    "市农业局",
    "市科委",
    "市纪委监委",
    "各级医院",
    "中国人寿云溪分公司",
    "县卫健局",
    "县卫生健康局",
    "各镇（街道）",
]
STRANGERS = [
    "有关部门",
    "相关单位",
    "市住建委",
    "市保监局",
    "云海市卫生局",
    "云海市医保局",
    "市不存在局",
    "各成员单位",
    "市民营办",
    "局",
    "委",
]

pytestmark = pytest.mark.django_db

Case = tuple[str, dt.date, str, str]


def cases() -> list[Case]:
    found = []
    for line in SPELLINGS.strip().splitlines():
        head, names = line.split(":")
        place, year, meant = head.split()
        on = dt.date(int(year), 6, 15)
        found += [(place, on, name, "" if meant == "?" else meant) for name in names.split()]
    return found


CASES = cases()
ids = [f"{place}-{on.year}-{name}" for place, on, name, meant in CASES]


def places() -> dict[str, Region]:
    """清江省 with 云溪市 and 月湖县, 东江市 (of provincial level) with 河湾区, and an autonomous region."""
    country = RegionFactory(code="100000", name="全国", level="country")

    def below(parent: Region, code: str, name: str, level: str) -> Region:
        return RegionFactory(code=code, name=name, level=level, parent=parent)

    province = below(country, "990000", "清江省", "province")
    municipality = below(country, "980000", "东江市", "province")
    autonomous = below(country, "970000", "雪原自治区", "province")
    city = below(province, "990100", "云溪市", "prefecture")
    league = below(autonomous, "972200", "雪原盟", "prefecture")
    return {
        "province": province,
        "city": city,
        "county": below(city, "990121", "月湖县", "county"),
        "prefecture": below(province, "992800", "红山土家族苗族自治州", "prefecture"),
        "municipality": municipality,
        "district": below(municipality, "980107", "河湾区", "county"),
        "region": autonomous,
        "league": league,
        "banner": below(league, "972221", "绿野旗", "county"),
    }


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker):
    """Every name resolved once: with the whole ready register, then with standard names alone."""
    with django_db_blocker.unblock(), transaction.atomic():
        regions = places()
        for region in regions.values():
            load_ready_register(region=region, actor=None)
        whole = resolve_all(regions)
        DepartmentAlias.objects.filter(department__region__in=regions.values()).delete()
        bare = resolve_all(regions)
        transaction.set_rollback(True)
    return whole, bare


def resolve_all(regions: dict[str, Region]) -> dict[Case, Resolution]:
    registers: dict[tuple[str, dt.date], Register] = {}
    found = {}
    for case in CASES + strangers():
        place, on, name, _ = case
        register = registers.setdefault((place, on), Register(regions[place], on))
        found[case] = register.resolve(name)
    return found


def strangers() -> list[Case]:
    return [("city", dt.date(2016, 6, 15), name, "") for name in STRANGERS]


def said(answer: Resolution) -> str:
    return answer.department.name if answer.department else ""


def test_the_table_is_long_enough():
    assert len({(place, name) for place, _, name, _ in CASES}) >= 150


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_a_spelling_is_understood_and_explained(answers, case):
    answer = answers[0][case]
    assert said(answer) == case[3]
    if case[3]:
        assert answer.rule in {"exact", "alias", "short form", "near form", "field"}
        assert answer.reason
        assert not answer.warning


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_the_rules_alone_understand_nearly_all(answers, case):
    answer = answers[1][case]
    if case[2] in TAUGHT:
        # Never a guess: nobody, or one the person is told to look at; with who it may be.
        assert answer.warning or not answer.department
        assert answer.candidates
    else:
        assert said(answer) == case[3]


@pytest.mark.parametrize("case", strangers(), ids=STRANGERS)
def test_nobody_is_made_of_a_stranger(answers, case):
    assert said(answers[0][case]) == ""
