"""The tree of regions: paths, moving a branch, the national table and reloading it."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command

from departments.models import Department, DepartmentAlias, Region
from departments.naming.pinyin import pinyin_of
from departments.services.loading_regions import (
    load_region_names,
    load_regions,
    read_regions,
)
from departments.services.regions import place_under_parent, region_named
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db

Level = Region.Level


@pytest.fixture(scope="module")
def table():
    return read_regions(settings.BASE_DIR / "fixtures" / "regions.csv")


@pytest.fixture
def loaded(table):
    """The whole table on record, whether or not the migration's rows are still there."""
    load_regions(table)


def names_above(region: Region) -> list[str]:
    ids = [int(part) for part in region.path.strip("/").split("/")]
    regions = Region.objects.in_bulk(ids)
    return [regions[pk].name for pk in ids]


class TestTree:
    def test_a_new_region_stands_below_its_parent(self, xuzhou):
        county = Region.objects.create(
            code="320399", name="新设区", level=Level.COUNTY, parent=xuzhou
        )
        place_under_parent(county)
        assert county.path == f"{xuzhou.path}{county.pk}/"
        assert county in Region.objects.within([xuzhou])

    def test_moving_a_region_takes_along_all_below_it_and_nobody_else(self, province, xuzhou):
        # Ten children make ids with a common beginning likely: /1/ must not match /10/.
        others = RegionFactory.create_batch(10, parent=province)
        county = RegionFactory(parent=xuzhou, level=Level.COUNTY)
        town = RegionFactory(parent=county, level=Level.COUNTY)
        other_province = RegionFactory(level=Level.PROVINCE, parent=province.parent)
        xuzhou.parent = other_province
        place_under_parent(xuzhou)
        county.refresh_from_db()
        town.refresh_from_db()
        assert xuzhou.path == f"{other_province.path}{xuzhou.pk}/"
        assert county.path == f"{xuzhou.path}{county.pk}/"
        assert town.path == f"{county.path}{town.pk}/"
        for other in others:
            before = other.path
            other.refresh_from_db()
            assert other.path == before

    def test_a_region_cannot_lie_below_itself(self, xuzhou):
        county = RegionFactory(parent=xuzhou, level=Level.COUNTY)
        xuzhou.parent = county
        with pytest.raises(ValidationError) as caught:
            place_under_parent(xuzhou)
        assert "下级" in caught.value.message_dict["parent"][0]
        xuzhou.parent = xuzhou
        with pytest.raises(ValidationError):
            place_under_parent(xuzhou)

    def test_names_its_departments_level(self):
        words = {
            name: Region(name=name).level_word for name in ("徐州市", "内蒙古自治区", "普陀区")
        }
        assert words == {"徐州市": "市", "内蒙古自治区": "自治区", "普陀区": "区"}


class TestNationalTable:
    def test_codes_are_unique_and_parents_stand_one_level_up_or_more(self, table):
        by_code = {row["code"]: row for row in table}
        assert len(by_code) == len(table) > 3_200
        order = list(Level.values)
        for row in table:
            assert len(row["code"]) == 6 and row["code"].isdigit()
            assert row["name"] not in ("市辖区", "县") and "直辖" not in row["name"]
            if row["level"] != Level.COUNTRY:
                above = by_code[row["parent"]]
                assert order.index(above["level"]) < order.index(row["level"])

    @pytest.mark.parametrize(
        ("code", "above"),
        [
            ("320300", ["全国", "江苏省", "徐州市"]),
            ("310107", ["全国", "上海市", "普陀区"]),
            ("330903", ["全国", "浙江省", "舟山市", "普陀区"]),
            ("330604", ["全国", "浙江省", "绍兴市", "上虞区"]),
            ("330682", ["全国", "浙江省", "绍兴市", "上虞市"]),
            ("429004", ["全国", "湖北省", "仙桃市"]),
            ("500230", ["全国", "重庆市", "丰都县"]),
        ],
    )
    def test_paths_lead_from_the_country_down(self, loaded, code, above):
        assert names_above(Region.objects.get(code=code)) == above

    def test_loading_again_changes_nothing(self, loaded, table):
        before = list(Region.objects.order_by("id").values_list())
        again = load_regions(table)
        assert (again.new, again.changed) == (0, 0)
        assert list(Region.objects.order_by("id").values_list()) == before

    def test_a_row_that_moved_in_the_table_moves_with_its_branch(self, loaded, table):
        county = RegionFactory(parent=Region.objects.get(code="330682"), level=Level.COUNTY)
        moved = [
            {**row, "parent": "330100", "name": "上虞"} if row["code"] == "330682" else row
            for row in table
        ]
        assert load_regions(moved).changed == 1
        county.refresh_from_db()
        assert names_above(county)[:4] == ["全国", "浙江省", "杭州市", "上虞"]

    def test_the_command_fills_an_empty_database_and_doubles_nothing(self, db):
        DepartmentAlias.objects.all().delete()
        Department.objects.all().delete()
        for level in reversed(Level.values):
            Region.objects.filter(level=level).delete()
        call_command("load_register", verbosity=0)
        counts = [model.objects.count() for model in (Region, Department, DepartmentAlias)]
        assert min(counts) > 50
        call_command("load_register", verbosity=0)
        assert counts == [model.objects.count() for model in (Region, Department, DepartmentAlias)]


class TestOverTime:
    def test_who_followed_whom(self, loaded):
        shangyu = Region.objects.get(code="330682")
        assert (shangyu.name, shangyu.valid_to.year) == ("上虞市", 2013)
        assert (shangyu.successor.code, shangyu.successor.name) == ("330604", "上虞区")
        assert shangyu.successor.valid_to is None
        # Another city took it over, and it became a city itself.
        wuwei = Region.objects.get(code="341422")
        assert names_above(wuwei)[-2:] == ["巢湖市", "无为县"]
        assert names_above(wuwei.successor)[-2:] == ["芜湖市", "无为县"]
        assert names_above(wuwei.successor.successor)[-2:] == ["芜湖市", "无为市"]

    def test_every_line_ends_in_a_region_of_today(self, table):
        by_code = {row["code"]: row for row in table}
        for row in table:
            follower, steps = row, 0
            while follower["successor"]:
                follower, steps = by_code[follower["successor"]], steps + 1
                assert steps < 5
            assert not follower["valid_to"] or not row["successor"]

    def test_regions_are_asked_for_by_the_day(self, loaded):
        names = ["上虞市", "上虞区"]
        rows = Region.objects.filter(name__in=names, parent__name="绍兴市")
        for year, name in ((2012, "上虞市"), (2014, "上虞区")):
            assert rows.valid_on(dt.date(year, 6, 1)).get().name == name

    @pytest.mark.parametrize(
        ("name", "year", "code"),
        [
            ("上虞市", 2012, "330682"),
            ("绍兴市上虞区", 2020, "330604"),
            ("襄樊市", 2009, "420600"),
            ("湖北省襄阳市", 2020, "420600"),
            ("巢湖市", 2010, "341400"),
            ("巢湖市", 2020, "340181"),
            ("简阳市", 2012, "512081"),
            ("简阳市", 2020, "510185"),
            ("简阳市", None, "510185"),
        ],
    )
    def test_a_name_means_the_region_of_the_day(self, loaded, name, year, code):
        load_region_names(read_regions(settings.BASE_DIR / "fixtures" / "region_names.csv"))
        region = region_named(name, year and dt.date(year, 6, 1))
        assert region and region.code == code

    def test_names_are_added_once(self, loaded):
        rows = read_regions(settings.BASE_DIR / "fixtures" / "region_names.csv")
        load_region_names(rows)
        assert load_region_names(rows).new == 0
        xiangyang = Region.objects.get(code="420600")
        assert [row.name for row in xiangyang.former_names.all()] == ["襄樊市"]

    @pytest.mark.parametrize(
        ("name", "letters", "initials"),
        [
            ("徐州市", "xuzhoushi", "xzs"),
            ("单县", "shanxian", "sx"),
            ("六安市", "luanshi", "las"),
            ("长治市", "changzhishi", "czs"),
            ("长子县", "zhangzixian", "zzx"),
            ("成都市", "chengdushi", "cds"),
            ("重庆市", "chongqingshi", "cqs"),
            ("莲都区", "lianduqu", "ldq"),
            ("朝阳市", "chaoyangshi", "cys"),
        ],
    )
    def test_names_are_typed_and_sorted_as_they_are_read(self, table, name, letters, initials):
        assert pinyin_of(name) == (letters, initials)
        assert {(row["pinyin"], row["initials"]) for row in table if row["name"] == name} == {
            (letters, initials)
        }

    def test_a_table_of_today_only_is_read_too(self, country):
        row = {"code": "990000", "name": "长兴省", "level": "province", "parent": "100000"}
        assert (
            load_regions(
                [{**row, "code": "100000", "name": "全国", "level": "country", "parent": ""}, row]
            ).new
            == 1
        )
        region = Region.objects.get(code="990000")
        assert (region.pinyin, region.initials, region.valid_to) == ("changxingsheng", "cxs", None)


class TestTestRegions:
    def test_a_region_on_record_takes_the_parent_a_test_gives_it(self, loaded, nanjing):
        xuzhou = RegionFactory(code="320300", name="徐州市", parent=nanjing)
        assert names_above(xuzhou) == ["全国", "江苏省", "南京市", "徐州市"]
