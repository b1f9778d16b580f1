"""A file becomes a document with clauses: whole or not at all, and the same notice once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.models import Region
from departments.services.register import add_department
from documents.models import Clause, PolicyDocument
from documents.parsing import UnreadableDocument
from documents.services.importing import (
    AlreadyImported,
    import_document,
    region_named,
    resolve_again,
)
from tests.factories import RegionFactory

NOTICE = """徐州市人民政府办公室关于印发徐州市2024年医改重点任务的通知
徐政办发〔2024〕9号
徐州市人民政府办公室
2024年3月1日
一、总体要求
坚持以人民健康为中心。
二、重点任务
1.提高签约服务质量。全市签约服务覆盖率达到45%以上。（市卫生局、市药械办负责）
2.完善医保支付方式。2024年底前覆盖全部县区。（市财政局负责）
"""
NUMBERLESS = NOTICE.replace("徐政办发〔2024〕9号\n", "")


def bring(text, actor, **more):
    return import_document(data=text.encode(), filename="通知.txt", actor=actor, **more)


def test_a_notice_is_stored_with_its_text_and_clauses(zhang, health, finance):
    document = bring(NOTICE, zhang)
    assert document.document_number == "徐政办发〔2024〕9号"
    assert (document.region.name, document.year_start, document.created_by) == (
        "徐州市",
        2024,
        zhang,
    )
    first, second = document.clauses.filter(is_container=False)
    assert document.text[first.start : first.end].startswith("1.提高签约服务质量")
    named = first.responsibilities[0]["departments"]
    assert [(row["name"], row["department"]) for row in named] == [
        ("市卫生局", health.pk),
        ("市药械办", None),
    ]
    assert second.status == Clause.Status.PENDING
    assert document.source_file.read() == NOTICE.encode()


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (NOTICE, NOTICE),
        (NOTICE, NOTICE + "\n"),  # other bytes, same number
        (NUMBERLESS, NUMBERLESS + "\n"),  # other bytes, no number: same title
        (NUMBERLESS, NOTICE),  # the number turned up later
        (NOTICE, NUMBERLESS),  # the number was lost
    ],
)
def test_the_same_notice_enters_once(zhang, first, again):
    document = bring(first, zhang)
    with pytest.raises(AlreadyImported) as refused:
        bring(again, zhang)
    assert refused.value.document == document
    assert PolicyDocument.objects.count() == 1


def test_next_years_notice_of_the_same_kind_is_another_one(zhang):
    bring(NOTICE, zhang)
    bring(NOTICE.replace("2024", "2025"), zhang)
    assert PolicyDocument.objects.count() == 2


def test_the_same_number_in_another_region_is_another_notice(zhang, xuzhou, nanjing, sun):
    """通政办发 is what both 南通市 and 通州区 write."""
    bring(NOTICE, zhang)
    bring(NOTICE.replace("提高", "提升"), sun, region=nanjing)
    assert PolicyDocument.objects.filter(document_number="徐政办发〔2024〕9号").count() == 2


def test_another_citys_office_may_not_import_it(sun, xuzhou):
    with pytest.raises(PermissionDenied):
        bring(NOTICE, sun)
    assert not PolicyDocument.objects.exists()


def test_a_notice_of_an_unknown_region_asks_for_one(zhang, xuzhou):
    nameless = "关于印发2024年重点任务的通知\n1.完善制度。（市财政局负责）"
    with pytest.raises(ValidationError, match="选择地区"):
        bring(nameless, zhang)
    assert bring(nameless, zhang, region=xuzhou).region == xuzhou


def test_an_empty_file_stores_nothing(zhang):
    with pytest.raises(UnreadableDocument):
        bring("", zhang)
    assert not PolicyDocument.objects.exists()


def test_a_name_that_joined_the_register_later_is_found_again(zhang, health, finance, xuzhou):
    document = bring(NOTICE, zhang)
    office = add_department(region=xuzhou, name="市药械办", actor=zhang)
    assert resolve_again(document) == 1
    named = document.clauses.get(number="1").responsibilities[0]["departments"]
    assert named[1]["department"] == office.pk


@pytest.mark.parametrize(
    ("name", "code"),
    [("徐州市", "320300"), ("江苏省徐州市", "320300"), ("天边市", None), ("", None)],
)
def test_a_region_is_told_by_its_name(xuzhou, nanjing, name, code):
    region = region_named(name)
    assert (region.code if region else None) == code


def test_of_two_districts_with_one_name_the_city_before_it_decides(country):
    shanghai = RegionFactory(code="310000", name="上海市", level="province", parent=country)
    zhejiang = RegionFactory(code="330000", name="浙江省", level="province", parent=country)
    zhoushan = RegionFactory(code="330900", name="舟山市", parent=zhejiang)
    RegionFactory(code="310107", name="普陀区", level=Region.Level.COUNTY, parent=shanghai)
    RegionFactory(code="330903", name="普陀区", level=Region.Level.COUNTY, parent=zhoushan)
    assert region_named("上海市普陀区").code == "310107"
    assert region_named("浙江省舟山市普陀区").code == "330903"
    assert region_named("普陀区") is None
