"""What about a clause wants a look, and when a look has settled it."""

import datetime as dt

import pytest
import time_machine

from departments.models import Department
from tasks.confidence import Confidence, confidence, doubts_about
from tasks.confirming import overview
from tasks.services import intake
from tests.factories import ClauseFactory, DocumentFactory

pytestmark = pytest.mark.django_db


def answering(*departments):
    named = [
        {"name": each.name, "role": "lead", "department": each.pk, "rule": "exact"}
        if isinstance(each, Department)
        else {"name": each, "role": "lead", "department": None, "rule": ""}
        for each in departments
    ]
    return [{"raw": "（…负责）", "mode": "normal", "departments": named}]


def target(**values):
    row = {"text": "达到40%以上", "indicator": "签约服务覆盖率", "comparison": ">=", "value": 40}
    return {**row, "value_max": None, "unit": "%", "due_on": None, **values}


@pytest.fixture
def clean(document, health):
    """签约服务覆盖率达到40%以上。 with its target and a department on record."""
    return ClauseFactory(document=document, responsibilities=answering(health), targets=[target()])


@pytest.fixture(autouse=True)
def spring():
    with time_machine.travel(dt.datetime(2024, 4, 1, 10, tzinfo=dt.UTC)):
        yield


def test_a_clause_that_read_clean_leaves_nothing_open(clean):
    assert doubts_about(clean) == []
    assert confidence(clean, []) == Confidence.SURE


@pytest.mark.parametrize(
    ("values", "doubt"),
    [
        (
            {"warnings": ["编号不连续：1之后为3，原文可能有缺漏"]},
            "编号不连续：1之后为3，原文可能有缺漏",
        ),
        ({"responsibilities": []}, "未注明责任部门"),
        (
            {"responsibilities": [{"departments": [{"department": 1, "warning": "当时不叫此名"}]}]},
            "当时不叫此名",
        ),
        ({"targets": []}, "正文里的“40%”不在任何指标中，是指标的请补上"),
        ({"targets": [target(value=None)]}, "指标“签约服务覆盖率”没有目标值"),
        ({"targets": [target(value=400)]}, "指标“签约服务覆盖率”的目标值超过100%"),
        ({"targets": [target(due_on="2023-12-31")]}, "时限2023-12-31早于文件的开始日期2024-01-15"),
        (
            {"deadlines": [{"text": "", "due_on": "2024-03-31"}]},
            "时限2024-03-31已过，入账后即为逾期",
        ),
        ({"deadlines": [{"text": "", "due_on": "2081-12-31"}]}, "时限2081-12-31离文件年度太远"),
    ],
)
def test_each_doubt_says_what_to_compare(clean, values, doubt):
    for name, value in values.items():
        setattr(clean, name, value)
    assert doubts_about(clean) == [doubt]
    assert confidence(clean, [doubt]) == Confidence.LOOK


def test_in_a_notice_of_years_gone_by_every_date_has_passed(xuzhou, health):
    old = DocumentFactory(region=xuzhou, year_start=2012, year_end=2012, issued_on=None)
    clause = ClauseFactory(
        document=old,
        body="做好医改。",
        responsibilities=answering(health),
        deadlines=[{"text": "年底前", "due_on": "2012-12-31"}],
    )
    assert doubts_about(clause) == []


def test_a_heading_that_the_body_repeats_counts_once(clean):
    clean.title = "签约服务覆盖率达到40%以上"
    assert doubts_about(clean) == []
    clean.title = "参保率达到95%以上"
    assert doubts_about(clean) == ["正文里的“95%”不在任何指标中，是指标的请补上"]


def test_saving_it_settles_the_doubts_unless_it_still_cannot_enter(clean, zhang):
    clean.targets = []
    clean.save()
    (line,) = overview(clean.document).lines
    assert line.needs_look
    values = {"responsibilities": answering("市没有局")}
    intake.correct_clause(clause=clean, actor=zhang, values=values, checked=True)
    clean.refresh_from_db()
    assert not clean.is_checked
    intake.correct_clause(clause=clean, actor=zhang, values={"responsibilities": []}, checked=True)
    (line,) = overview(clean.document).lines
    assert (line.confidence, line.needs_look) == (Confidence.CHECKED, False)
    assert line.doubts


class TestOverview:
    @pytest.fixture
    def lines(self, document, health):
        """Clean, doubtful, blocked, doubtful, group."""
        ok = {"document": document, "responsibilities": answering(health), "body": "做好医改。"}
        titles = ("清楚", "存疑甲", "不能入账", "存疑乙", "分组")
        changes = (
            {},
            {"warnings": ["补上了缺失的括号"]},
            {"responsibilities": answering("市没有局")},
            {"warnings": ["补上了缺失的括号"]},
            {"is_container": True},
        )
        for title, change in zip(titles, changes, strict=True):
            ClauseFactory(title=title, **{**ok, **change})
        return overview(document)

    def named(self, lines):
        return [line.clause.title for line in lines]

    def line(self, lines, title):
        return next(each for each in lines.lines if each.clause.title == title)

    def test_what_waits_for_a_person_is_told_from_what_does_not(self, lines):
        assert self.named(lines.to_look) == ["存疑甲", "不能入账", "存疑乙"]
        assert self.named(lines.clean) == ["清楚"]
        assert (lines.counts["ready"], lines.doubtful) == (3, 2)

    def test_the_page_opens_where_a_person_is_needed_most(self, lines, document):
        assert lines.line("").clause.title == "不能入账"
        document.clauses.filter(title="不能入账").update(status="dismissed")
        assert overview(document).line("").clause.title == "存疑甲"

    def test_the_next_to_look_at_comes_round(self, lines):
        assert lines.next_to_look(self.line(lines, "清楚")).clause.title == "存疑甲"
        assert lines.next_to_look(self.line(lines, "存疑乙")).clause.title == "存疑甲"
        assert lines.next_to_look(None).clause.title == "存疑甲"

    def test_the_short_list_keeps_the_open_clause(self, lines):
        clear = self.line(lines, "清楚")
        assert self.named(lines.shown(clear, True)) == ["清楚", "存疑甲", "不能入账", "存疑乙"]
        assert lines.beside(self.line(lines, "存疑甲"), -1, True) is None
        assert lines.beside(self.line(lines, "存疑甲"), -1).clause.title == "清楚"

    def test_what_is_next_to_confirm(self, lines):
        assert lines.next_to_confirm(self.line(lines, "清楚")).clause.title == "存疑甲"
        assert lines.next_to_confirm(self.line(lines, "存疑乙")) is None
