"""The ready register: the usual departments with their reforms, loaded for a region and then its own."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from departments.models import Department, DepartmentAlias, SuccessionEvent, SuccessionLink
from departments.services.lines import Lines
from departments.services.ready_register import PATH, in_words_of, load_ready_register
from departments.services.register import Register, add_alias
from reform_tracker.audit.models import AuditEntry
from tests.factories import DepartmentFactory, RegionFactory

pytestmark = pytest.mark.django_db

CONTENT = json.loads(PATH.read_text(encoding="utf-8"))
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def yunxi(province):
    return RegionFactory(code="990100", name="云溪市", parent=province)


def counts():
    models = (Department, DepartmentAlias, SuccessionEvent, SuccessionLink)
    return [model.objects.count() for model in models]


def own(region, name):
    return Department.objects.get(region=region, name=name)


@pytest.mark.parametrize("template", ["prefecture", "province"])
class TestFixture:
    def test_rounds_and_departments_that_events_speak_of_are_there(self, template):
        known = {row["name"] for row in CONTENT[template]["departments"]}
        for event in CONTENT[template]["events"]:
            assert event["round"] in CONTENT["rounds"]
            assert CONTENT["rounds"][event["round"]]["source"]
            assert event["kind"] in SuccessionEvent.Kind.values
            for source, heir, *functions in event["links"]:
                assert {source, heir} <= known
                assert len(functions) <= 1

    def test_whoever_ends_has_one_heir_and_ends_with_the_round(self, template):
        ends = {row["name"]: row["to"] for row in CONTENT[template]["departments"] if "to" in row}
        heirs = [
            (link[0], event["round"])
            for event in CONTENT[template]["events"]
            for link in event["links"]
            if len(link) == 2
        ]
        assert len(dict(heirs)) == len(heirs)
        assert dict(heirs) == ends

    def test_an_heir_is_there_the_day_it_takes_over(self, template):
        begins = {row["name"]: row.get("from") for row in CONTENT[template]["departments"]}
        days = {name: row["province"] for name, row in CONTENT["rounds"].items()}
        for event in CONTENT[template]["events"]:
            for _, heir, *functions in event["links"]:
                if not functions and begins[heir]:
                    assert days[begins[heir]] <= days[event["round"]]


@pytest.mark.parametrize("level", ["province", "prefecture", "county"])
def test_no_name_stands_for_two_at_one_time(level, province):
    region = RegionFactory(
        code="990000", name="云岭省" if level == "province" else "云溪市", level=level
    )
    entries, _ = in_words_of(region, {})
    spans = {}
    for entry in entries:
        for name in {entry["name"], entry.get("official", entry["name"]), *entry["aliases"]}:
            span = entry.get("valid_from", "0000"), entry.get("valid_to", "9999")
            for first, last in spans.get(name, []):
                assert last < span[0] or span[1] < first, name
            spans.setdefault(name, []).append(span)


def test_a_city_gets_the_line_of_its_health_office(yunxi):
    load_ready_register(region=yunxi, actor=None)
    bureau, joint, today = (own(yunxi, f"市{n}") for n in ("卫生局", "卫生计生委", "卫生健康委"))
    assert bureau.valid_to + dt.timedelta(days=1) == joint.valid_from
    assert joint.valid_to + dt.timedelta(days=1) == today.valid_from
    assert Lines([bureau]).last(bureau) == today
    assert today.kind == Department.Kind.HEALTH
    insurance = own(yunxi, "市医保局")
    sources = {link.predecessor.name: link.functions for link in insurance.links_back.all()}
    assert sources["市人力资源社会保障局"] == "城镇职工和城镇居民基本医疗保险、生育保险"
    assert all(link.event.source for link in insurance.links_back.all())


def test_every_old_name_leads_to_a_body_of_today(yunxi, province):
    for region in (yunxi, province):
        load_ready_register(region=region, actor=None)
        departments = Department.objects.filter(region=region)
        lines = Lines(departments)
        for department in departments:
            assert lines.last(department).held_on(TODAY), department


def test_again_changes_nothing(yunxi):
    load_ready_register(region=yunxi, actor=None)
    before = counts()
    departments, events = load_ready_register(region=yunxi, actor=None)
    assert (departments.new, departments.changed, events.new) == (0, 0, 0)
    assert counts() == before
    assert AuditEntry.objects.filter(action="register_loaded").count() == 1


def test_what_the_office_has_stays_and_is_completed(yunxi, zhang):
    commission = DepartmentFactory(region=yunxi, name="市发改委")
    bureau = DepartmentFactory(region=yunxi, name="市卫生局", valid_to=dt.date(2015, 3, 1))
    add_alias(department=commission, name="市计委", actor=None)
    load_ready_register(region=yunxi, actor=None)
    assert not Department.objects.filter(region=yunxi, name="市发展改革委").exists()
    names = set(commission.aliases.values_list("name", flat=True))
    assert {"市计委", "市发展改革委", "市发展和改革委员会"} <= names
    bureau.refresh_from_db()
    assert bureau.valid_to == dt.date(2015, 3, 1)  # the office's own date
    assert bureau.links_forward.get(takes_over=True).successor.name == "市卫生计生委"
    before = counts()
    load_ready_register(region=yunxi, actor=None)
    assert counts() == before


def test_a_line_the_office_drew_is_not_drawn_again(yunxi):
    load_ready_register(region=yunxi, actor=None)
    link = SuccessionLink.objects.get(predecessor=own(yunxi, "市卫生局"), takes_over=True)
    link.successor = own(yunxi, "市人力资源社会保障局")
    link.save()
    load_ready_register(region=yunxi, actor=None)
    assert SuccessionLink.objects.get(pk=link.pk).successor == link.successor
    assert own(yunxi, "市卫生局").links_forward.filter(takes_over=True).count() == 1


def test_a_round_has_the_citys_own_date(yunxi):
    on = dt.date(2019, 2, 18)
    load_ready_register(region=yunxi, actor=None, dates={"2018": on})
    assert own(yunxi, "市医保局").valid_from == on
    assert own(yunxi, "市卫生计生委").valid_to == on - dt.timedelta(days=1)
    assert own(yunxi, "市卫生局").valid_to == dt.date(2014, 6, 30)


@pytest.mark.parametrize(
    ("name", "level", "there", "not_there"),
    [
        ("云岭省", "province", ["省卫生厅", "云岭银保监局", "省药监局"], ["省卫生局", "市卫生局"]),
        ("东江市", "province", ["市卫生局", "东江银保监局"], ["市卫生厅", "东江银保监分局"]),
        ("月湖县", "county", ["县卫生局", "县卫生健康委"], ["县公积金分局", "月湖银监分局"]),
        ("红山土家族苗族自治州", "prefecture", ["州卫生局", "红山银监分局"], ["市卫生局"]),
        ("雪原自治区", "province", ["自治区卫生厅", "雪原证监局"], ["区卫生厅"]),
    ],
)
def test_each_kind_of_region_has_its_words(country, name, level, there, not_there):
    region = RegionFactory(code="990000", name=name, level=level, parent=country)
    load_ready_register(region=region, actor=None)
    names = set(Department.objects.filter(region=region).values_list("name", flat=True))
    assert set(there) <= names
    assert not set(not_there) & names


def test_a_region_that_is_no_more_ends_its_departments(yunxi):
    yunxi.valid_to = dt.date(2013, 12, 31)
    yunxi.save()
    load_ready_register(region=yunxi, actor=None)
    assert own(yunxi, "市卫生局").valid_to == yunxi.valid_to
    assert own(yunxi, "市人事局").valid_to == dt.date(2009, 12, 31)
    assert not Department.objects.filter(region=yunxi, name="市卫生健康委").exists()
    assert not SuccessionEvent.objects.filter(effective_on__gt=yunxi.valid_to).exists()


def test_a_region_of_late_gets_nobody_of_before(yunxi):
    yunxi.valid_from = dt.date(2013, 1, 1)
    yunxi.save()
    load_ready_register(region=yunxi, actor=None)
    assert not Department.objects.filter(region=yunxi, name="市人事局").exists()
    assert own(yunxi, "市人力资源社会保障局").links_back.count() == 0
    assert Register(yunxi, dt.date(2013, 6, 1)).resolve("市卫生局").warning == ""


def test_no_departments_are_told_from_departments(yunxi):
    load_ready_register(region=yunxi, actor=None)
    found = {d.name: (d.is_department, d.level) for d in Department.objects.filter(region=yunxi)}
    assert found["市卫生局"] == (True, "prefecture")
    assert found["各县(市、区)人民政府"] == (False, "county")
    assert found["各级公立医院"] == (False, "")
    assert found["市人寿保险公司"] == (False, "prefecture")


def test_only_who_may_change_the_register(xuzhou, zhang, guo, li, sun):
    for person in (li, sun):
        with pytest.raises(PermissionDenied):
            load_ready_register(region=xuzhou, actor=person)
    assert load_ready_register(region=xuzhou, actor=zhang)[0].new
    assert AuditEntry.objects.get(action="register_loaded").actor == zhang
    load_ready_register(region=xuzhou, actor=guo)


class TestCommand:
    def run(self, *options):
        out = StringIO()
        call_command("load_ready_register", "--region", "990100", *options, stdout=out)
        return out.getvalue()

    def test_says_what_was_new(self, yunxi):
        assert "云溪市：新增" in self.run("--round", "2018=2019-02-18")
        assert own(yunxi, "市医保局").valid_from == dt.date(2019, 2, 18)
        assert Register(yunxi, dt.date(2020, 1, 1)).resolve("市卫健委").department

    def test_dry_run_writes_nothing(self, yunxi):
        before = counts()
        assert "新增" in self.run("--dry-run")
        assert counts() == before

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--round", "2018"], "请按“2018=2019-01-10”"),
            (["--round", "1998=1998-01-01"], "没有名为“1998”的改革批次"),
        ],
    )
    def test_a_wrong_word_is_said(self, yunxi, options, message):
        with pytest.raises(CommandError, match=message):
            self.run(*options)

    def test_an_unknown_region_is_said(self, db):
        with pytest.raises(CommandError, match="990100"):
            self.run()
