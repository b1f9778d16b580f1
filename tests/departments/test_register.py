"""Whose name is this? Resolving a department as a notice writes it, and adding one on purpose."""

import json

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from departments.models import Department, DepartmentAlias, Region
from departments.services.loading import load_register, read_register
from departments.services.register import Register, add_alias, add_department
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from tests.factories import DepartmentFactory, RegionFactory

pytestmark = pytest.mark.django_db


def alias(department: Department, name: str) -> DepartmentAlias:
    return DepartmentAlias.objects.get_or_create(department=department, name=name)[0]


@pytest.fixture
def pei(xuzhou):
    return RegionFactory(code="320322", name="沛县", level=Region.Level.COUNTY, parent=xuzhou)


@pytest.fixture
def xinyi(xuzhou):
    """A county-level city: its own 市X局 are not the prefecture's."""
    return RegionFactory(code="320381", name="新沂市", level=Region.Level.COUNTY, parent=xuzhou)


def answer(region: Region, name: str) -> tuple[Department | None, str]:
    found = Register(region).resolve(name)
    return found.department, found.rule


class TestResolve:
    def test_the_name_on_record_or_with_its_region(self, xuzhou, health):
        assert answer(xuzhou, "市卫生局") == (health, "exact")
        assert answer(xuzhou, "徐州市卫生局") == (health, "exact")

    def test_another_spelling_also_with_its_region(self, xuzhou):
        reform = DepartmentFactory(region=xuzhou, name="市发改委")
        alias(reform, "市发展改革委")
        assert answer(xuzhou, "市发展改革委") == (reform, "alias")
        assert answer(xuzhou, "徐州市发展改革委") == (reform, "alias")

    def test_blanks_line_breaks_and_wide_characters_do_not_matter(self, xuzhou, health):
        assert answer(xuzhou, " 市卫\n生 局 ") == (health, "exact")
        hall = DepartmentFactory(region=xuzhou, name="市政务中心（大厅）")
        assert answer(xuzhou, "市政务中心（大厅）") == (hall, "exact")

    def test_a_name_without_its_level_word(self, xuzhou, health):
        assert answer(xuzhou, "卫生局") == (health, "short form")

    def test_departments_of_the_regions_above(self, pei, health, province):
        hall = DepartmentFactory(region=province, name="省卫生厅")
        assert answer(pei, "市卫生局") == (health, "exact")
        assert answer(pei, "省卫生厅") == (hall, "exact")

    def test_never_departments_beside_or_below(self, xuzhou, nanjing, pei):
        DepartmentFactory(region=nanjing, name="市医保局")
        DepartmentFactory(region=pei, name="县医保局")
        assert answer(xuzhou, "市医保局") == (None, "")
        assert answer(xuzhou, "县医保局") == (None, "")
        assert answer(xuzhou, "南京市医保局") == (None, "")

    def test_the_nearest_region_wins_even_by_an_alias(self, xinyi, xuzhou):
        DepartmentFactory(region=xuzhou, name="驻徐保监局")
        own = DepartmentFactory(region=xinyi, name="保险监管组")
        alias(own, "驻徐保监局")
        assert answer(xinyi, "驻徐保监局") == (own, "alias")

    def test_a_county_level_citys_department_is_never_the_prefectures(self, xinyi, health):
        assert answer(xinyi, "市卫生局") == (None, "")
        found = Register(xinyi).resolve("市卫生局")
        assert found.candidates[0][0] == health
        own = DepartmentFactory(region=xinyi, name="市卫生局")
        assert answer(xinyi, "市卫生局") == (own, "exact")
        assert answer(xinyi, "徐州市卫生局") == (health, "exact")

    def test_an_unknown_name_gives_near_ones_with_a_reason_and_makes_nothing(self, xuzhou):
        hr = DepartmentFactory(region=xuzhou, name="市人力资源社会保障局")
        DepartmentFactory(region=xuzhou, name="市教育局")
        before = Department.objects.count(), DepartmentAlias.objects.count()
        found = Register(xuzhou).resolve("市人力资源和社会保障厅")
        assert found.department is None
        assert found.candidates[0][0] == hr
        assert "名称相近" in found.candidates[0][1]
        assert (Department.objects.count(), DepartmentAlias.objects.count()) == before

    def test_an_empty_name_is_nobody(self, xuzhou, health):
        assert answer(xuzhou, "  ") == (None, "")

    def test_costs_the_same_for_any_number_of_departments(self, xuzhou, django_assert_num_queries):
        for number in range(30):
            alias(DepartmentFactory(region=xuzhou, name=f"市第{number}局"), f"市{number}办")
        with django_assert_num_queries(3):
            register = Register(xuzhou)
            for number in range(30):
                assert register.resolve(f"徐州市{number}办").department
                register.resolve("没有的单位")

    def test_a_name_that_says_where_stays_as_it_is(self, xuzhou, province):
        bureau = DepartmentFactory(region=xuzhou, name="徐州银保监分局")
        assert bureau.full_name == "徐州银保监分局"
        market = DepartmentFactory(region=xuzhou, name="市市场监管局")
        assert market.full_name == "徐州市市场监管局"


class TestAdd:
    def test_the_office_adds_one_and_it_is_recorded(self, xuzhou, zhang):
        department = add_department(region=xuzhou, name=" 市总 工会", actor=zhang)
        assert (department.name, department.region) == ("市总工会", xuzhou)
        entry = AuditEntry.objects.get(action="department_added")
        assert (entry.actor, entry.subject_id) == (zhang, department.pk)

    def test_again_or_by_an_alias_gives_the_one_there_is(self, xuzhou, zhang, health):
        alias(health, "市卫生行政部门")
        assert add_department(region=xuzhou, name="市卫生局", actor=zhang) == health
        assert add_department(region=xuzhou, name="市卫生行政部门", actor=zhang) == health
        assert not AuditEntry.objects.filter(action="department_added").exists()

    def test_others_may_not(self, xuzhou, li, sun, zhao, guo):
        for person in (li, sun, zhao, guo):
            with pytest.raises(PermissionDenied):
                add_department(region=xuzhou, name="市总工会", actor=person)
        assert not Department.objects.filter(region=xuzhou, name="市总工会").exists()

    def test_an_alias_resolves_from_then_on(self, xuzhou, zhang, health):
        add_alias(department=health, name="市卫健委", actor=zhang)
        add_alias(department=health, name="市卫健委", actor=zhang)
        assert answer(xuzhou, "市卫健委") == (health, "alias")
        assert AuditEntry.objects.filter(action="alias_added").count() == 1

    def test_one_name_never_means_two_departments(self, zhang, health, finance):
        alias(finance, "市财税办")
        for name in ("市财政局", "市财税办"):
            with pytest.raises(Conflict, match="市财政局"):
                add_alias(department=health, name=name, actor=zhang)

    def test_another_citys_office_may_not_name_an_alias(self, health, sun):
        with pytest.raises(PermissionDenied):
            add_alias(department=health, name="市卫健委", actor=sun)


@pytest.fixture(scope="module")
def entries():
    return read_register(settings.BASE_DIR / "fixtures" / "register.json")


class TestFixture:
    def test_no_name_means_two_departments(self, entries):
        for departments in entries.values():
            names = [n for each in departments for n in (each["name"], *each["aliases"])]
            assert len(names) == len(set(names))

    def test_loads_once_and_keeps_what_the_office_added(self, xuzhou, zhang, entries):
        own = {"320300": entries["320300"]}
        load_register(own)
        bureau = Department.objects.get(region=xuzhou, name="市发改委")
        add_alias(department=bureau, name="市发改", actor=zhang)
        again = load_register(own)
        assert (again.new, again.changed) == (0, 0)
        assert answer(xuzhou, "市发改") == (bureau, "alias")

    def test_a_department_on_record_under_an_alias_is_not_doubled(self, xuzhou):
        Department.objects.filter(region=xuzhou).delete()
        renamed = Department.objects.create(region=xuzhou, name="市发展改革委")
        load_register({"320300": [{"name": "市发改委", "aliases": ["市发展改革委"]}]})
        assert list(Department.objects.filter(region=xuzhou)) == [renamed]
        assert answer(xuzhou, "市发改委") == (renamed, "alias")

    def test_the_file_is_plain_json_by_region_code(self):
        path = settings.BASE_DIR / "fixtures" / "register.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["330682"]["region"] == "上虞市"
