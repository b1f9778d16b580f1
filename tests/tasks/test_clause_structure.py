"""Splitting, merging, moving and numbering clauses: whole, recorded, and never of the ledger's."""

import pytest
from django.core.exceptions import PermissionDenied

from documents.models import Clause
from documents.parsing import parse_text
from documents.services.importing import store_clauses
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.verdicts import Conflict
from tasks.models import Task
from tasks.services import clause_structure as structure
from tasks.services import intake
from tasks.services.clause_order import Reordered, outline_of
from tests.factories import ClauseFactory, DocumentFactory

pytestmark = pytest.mark.django_db

FIRST = (
    "1.健全医保。参保率稳定在95%以上。（市卫生局负责，6月底前完成）"
    "2.推进支付改革。9月底前，按病种付费比例达到70%以上。（市财政局负责）"
)
SECOND = "3.规范用药。基层用药统一率达到90%以上。做好药品配送。（市卫生局负责）"
THIRD = "4.加强监管。开展专项检查。"
TEXT = f"通知\n一、医保\n{FIRST}\n二、医药\n{SECOND}\n{THIRD}\n落款\n"
MEDICINE, INSURANCE = ["二、医药"], ["一、医保"]


def place(words):
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words)}


def bracket(raw, *named):
    departments = [
        {"name": each.name, "role": role, "department": each.pk, "rule": "exact"}
        for each, role in named
    ]
    return {"raw": raw, "mode": "normal", "departments": departments}


def target(text, indicator, value):
    row = {"text": text, "indicator": indicator, "comparison": ">=", "value": value}
    return {**row, "value_max": None, "unit": "%", "due_on": None}


@pytest.fixture
def document(xuzhou):
    return DocumentFactory(region=xuzhou, text=TEXT)


@pytest.fixture
def run_together(document, health, finance):
    """Two items that were read as one."""
    return ClauseFactory(
        document=document,
        number="1",
        section=INSURANCE,
        title="健全医保",
        body=FIRST.removeprefix("1.").removesuffix("（市财政局负责）"),
        responsibilities=[
            bracket("（市卫生局负责，6月底前完成）", (health, "lead")),
            bracket("（市财政局负责）", (finance, "lead")),
        ],
        targets=[
            target("稳定在95%以上", "参保率", 95),
            target("达到70%以上", "按病种付费比例", 70),
        ],
        deadlines=[
            {"text": "6月底前", "due_on": "2024-06-30"},
            {"text": "9月底前", "due_on": "2024-09-30"},
        ],
        warnings=["编号不连续：1之后为3，原文可能有缺漏"],
        is_checked=True,
        **place(FIRST),
    )


@pytest.fixture
def medicine(document, run_together, health):
    return ClauseFactory(
        document=document,
        number="3",
        section=MEDICINE,
        title="规范用药",
        body="规范用药。基层用药统一率达到90%以上。做好药品配送。",
        responsibilities=[bracket("（市卫生局负责）", (health, "lead"))],
        targets=[target("达到90%以上", "基层用药统一率", 90)],
        **place(SECOND),
    )


@pytest.fixture
def control(document, medicine):
    return ClauseFactory(
        document=document,
        number="4",
        section=MEDICINE,
        title="加强监管",
        body="加强监管。开展专项检查。",
        **place(THIRD),
    )


def names(clause):
    return [each["name"] for row in clause.responsibilities for each in row["departments"]]


def order(document):
    return [clause.title for clause in document.clauses.order_by("position")]


def again(*clauses):
    for clause in clauses:
        clause.refresh_from_db()


class TestSplitting:
    def test_each_half_keeps_what_its_words_say(self, run_together, medicine, zhang, document):
        at = TEXT.index("2.推进支付改革")
        second = structure.split_clause(clause=run_together, actor=zhang, at=at)
        again(run_together, second)
        assert (
            run_together.source == "1.健全医保。参保率稳定在95%以上。（市卫生局负责，6月底前完成）"
        )
        assert run_together.body == "健全医保。参保率稳定在95%以上。"
        assert names(run_together) == ["市卫生局"]
        assert [row["value"] for row in run_together.targets] == [95]
        assert [row["due_on"] for row in run_together.deadlines] == ["2024-06-30"]
        assert (
            second.source == "2.推进支付改革。9月底前，按病种付费比例达到70%以上。（市财政局负责）"
        )
        assert second.body == "推进支付改革。9月底前，按病种付费比例达到70%以上。"
        assert (second.number, second.title, second.section) == ("2", "推进支付改革", INSURANCE)
        assert names(second) == ["市财政局"]
        assert [row["value"] for row in second.targets] == [70]
        assert [row["due_on"] for row in second.deadlines] == ["2024-09-30"]
        assert order(document) == ["健全医保", "推进支付改革", "规范用药"]
        # Both are to be looked at; what was found in reading stays with the first.
        assert (run_together.is_checked, second.is_checked) == (False, False)
        assert (len(run_together.warnings), second.warnings) == (1, [])
        entry = AuditEntry.objects.get(action="clause_split")
        assert (entry.actor, entry.subject_id) == (zhang, document.pk)
        assert entry.detail == {"clause": run_together.pk, "other": second.pk}

    def test_who_is_named_behind_both_halves_answers_for_both(self, medicine, zhang):
        at = TEXT.index("做好药品配送")
        second = structure.split_clause(clause=medicine, actor=zhang, at=at)
        again(medicine)
        assert (medicine.body, second.body) == (
            "规范用药。基层用药统一率达到90%以上。",
            "做好药品配送。",
        )
        assert names(medicine) == names(second) == ["市卫生局"]
        assert medicine.warnings == ["责任单位沿用了拆分前的，请核对"]
        assert (len(medicine.targets), second.targets) == (1, [])
        assert (second.number, second.title) == ("", "做好药品配送")

    def test_the_place_may_be_chosen_in_the_clause_s_own_words(self, medicine, zhang):
        medicine.body = "规范基层用药。统一率达到90%以上。做好药品配送工作。"
        medicine.save()
        second = structure.split_clause(
            clause=medicine, actor=zhang, body_at=medicine.body.index("做好")
        )
        again(medicine)
        assert (medicine.body, second.body) == (
            "规范基层用药。统一率达到90%以上。",
            "做好药品配送工作。",
        )
        assert second.source == "做好药品配送。（市卫生局负责）"
        assert medicine.end == second.start

    def test_a_clause_typed_in_by_hand_is_cut_in_its_words(self, document, medicine, zhang):
        typed = structure.add_clause(document=document, actor=zhang, after=medicine)
        values = {"title": "培训", "body": "培训医生。培训护士。"}
        intake.correct_clause(clause=typed, actor=zhang, values=values)
        second = structure.split_clause(clause=typed, actor=zhang, body_at=5)
        again(typed)
        assert (typed.body, second.body) == ("培训医生。", "培训护士。")
        assert (second.start, second.end, second.is_manual) == (typed.start, typed.end, True)

    def test_sub_items_behind_the_cut_hang_below_the_second(self, document, medicine, zhang):
        text = document.text
        child = ClauseFactory(
            document=document, parent=medicine, title="下级", section=MEDICINE, **place(THIRD)
        )
        grandchild = ClauseFactory(document=document, parent=child, title="下下级")
        second = structure.split_clause(clause=medicine, actor=zhang, at=text.index("做好药品配送"))
        again(child, grandchild)
        assert (child.parent, grandchild.parent) == (second, child)
        assert order(document)[1:] == ["规范用药", "做好药品配送", "下级", "下下级"]

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            ("通知", "标黄部分"),
            ("二、医药", "标黄部分"),
            ("（市卫生局负责）\n4", "拆分处前后都要有任务内容"),
            ("规范用药。基层", "拆分处前后都要有任务内容"),
        ],
    )
    def test_nothing_is_cut_where_a_half_would_be_empty(self, medicine, zhang, words, reason):
        with pytest.raises(Conflict, match=reason):
            structure.split_clause(clause=medicine, actor=zhang, at=TEXT.index(words))
        assert Clause.objects.count() == 2

    def test_without_a_place_nothing_is_cut(self, medicine, zhang):
        with pytest.raises(Conflict, match="请先在这一条的原文"):
            structure.split_clause(clause=medicine, actor=zhang)

    def test_a_page_that_shows_other_words_is_refused(self, medicine, zhang):
        seen = intake.fingerprint(medicine)
        intake.correct_clause(clause=medicine, actor=zhang, values={"title": "同事改的"})
        with pytest.raises(intake.ChangedMeanwhile):
            structure.split_clause(
                clause=medicine, actor=zhang, at=TEXT.index("做好药品配送"), seen=seen
            )

    def test_parts_of_a_ledger_s_order_move_with_their_clauses(
        self, document, run_together, medicine, zhang
    ):
        (task,) = intake.publish(document=document, actor=zhang, clauses=[medicine.pk]).tasks
        at = TEXT.index("2.推进支付改革")
        structure.split_clause(clause=run_together, actor=zhang, at=at)
        intake.publish(document=document, actor=zhang)
        titles = document.tasks.order_by("position").values_list("title", flat=True)
        assert list(titles) == ["健全医保", "推进支付改革", "规范用药"]
        assert Task.objects.filter(pk=task.pk).exists()


class TestMerging:
    def test_splitting_is_taken_back(self, run_together, medicine, zhang, document):
        before = Clause.objects.filter(pk=run_together.pk).values(
            "title", "start", "end", "number", "targets", "deadlines"
        )
        was = before.get()
        at = TEXT.index("9月底前，")
        structure.split_clause(clause=run_together, actor=zhang, at=at)
        merged = structure.merge_clause(clause=run_together, actor=zhang, step=1)
        assert before.get() == was
        assert merged.body == FIRST.removeprefix("1.").removesuffix("（市财政局负责）")
        assert names(merged) == ["市卫生局", "市财政局"]
        assert order(document) == ["健全医保", "规范用药"]

    def test_two_items_become_one_that_stands_where_both_stood(self, medicine, control, zhang):
        merged = structure.merge_clause(clause=control, actor=zhang, step=-1)
        assert merged == medicine
        assert merged.source == f"{SECOND}\n{THIRD}"
        assert (
            merged.body
            == "规范用药。基层用药统一率达到90%以上。做好药品配送。\n加强监管。开展专项检查。"
        )
        assert (merged.number, merged.title) == ("3", "规范用药")
        assert not Clause.objects.filter(pk=control.pk).exists()
        assert AuditEntry.objects.get(action="clauses_merged").detail == {
            "clause": medicine.pk,
            "other": control.pk,
        }

    def test_a_name_both_give_stands_once(self, medicine, control, zhang, health, finance):
        control.responsibilities = [bracket("（…）", (health, "lead"), (finance, "cooperating"))]
        control.save()
        merged = structure.merge_clause(clause=medicine, actor=zhang, step=1)
        assert names(merged) == ["市卫生局", "市财政局"]

    def test_sub_items_stay(self, document, medicine, control, zhang):
        child = ClauseFactory(document=document, parent=control, title="下级")
        structure.merge_clause(clause=medicine, actor=zhang, step=1)
        again(child)
        assert child.parent == medicine

    def test_the_first_has_nothing_before_it(self, run_together, zhang):
        for step, reason in ((-1, "前面没有"), (1, "后面没有")):
            with pytest.raises(Conflict, match=reason):
                structure.merge_clause(clause=run_together, actor=zhang, step=step)

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            ({"status": "published"}, "已经入账，不能合并"),
            ({"status": "dismissed"}, "请先恢复再合并"),
            ({"is_container": True}, "只是把几条归在一起"),
        ],
    )
    def test_what_is_settled_is_not_merged(self, medicine, control, zhang, state, reason):
        Clause.objects.filter(pk=control.pk).update(**state)
        with pytest.raises(Conflict, match=reason):
            structure.merge_clause(clause=medicine, actor=zhang, step=1)
        assert Clause.objects.filter(pk=control.pk).exists()

    def test_words_of_another_between_them_keep_two_apart(
        self, document, run_together, medicine, control, zhang
    ):
        structure.move_to_section(clause=control, actor=zhang, section=INSURANCE[0])
        assert order(document) == ["健全医保", "加强监管", "规范用药"]
        with pytest.raises(Conflict, match="隔着“3 规范用药”"):
            structure.merge_clause(clause=run_together, actor=zhang, step=1)

    def test_an_item_and_another_s_sub_item_stay_two(self, document, medicine, control, zhang):
        child = ClauseFactory(document=document, parent=medicine, position=500, section=MEDICINE)
        Clause.objects.filter(pk=control.pk).update(position=501)
        with pytest.raises(Conflict, match="不在同一层级"):
            structure.merge_clause(clause=child, actor=zhang, step=1)


class TestMoving:
    def test_up_and_down_past_its_neighbour(self, document, medicine, control, zhang):
        structure.move_clause(clause=control, actor=zhang, step=-1)
        assert order(document) == ["健全医保", "加强监管", "规范用药"]
        structure.move_clause(clause=control, actor=zhang, step=1)
        assert order(document) == ["健全医保", "规范用药", "加强监管"]
        assert AuditEntry.objects.filter(action="clause_moved").count() == 2

    def test_at_the_edge_of_its_section_it_enters_the_next(
        self, document, run_together, medicine, control, zhang
    ):
        structure.move_clause(clause=medicine, actor=zhang, step=-1)
        again(medicine)
        assert medicine.section == INSURANCE
        assert order(document) == ["健全医保", "规范用药", "加强监管"]
        structure.move_clause(clause=medicine, actor=zhang, step=-1)
        assert order(document) == ["规范用药", "健全医保", "加强监管"]
        with pytest.raises(Conflict, match="已经是第一条"):
            structure.move_clause(clause=medicine, actor=zhang, step=-1)
        with pytest.raises(Conflict, match="已经是最后一条"):
            structure.move_clause(clause=control, actor=zhang, step=1)

    def test_sub_items_go_along_and_one_may_leave_its_item(
        self, document, medicine, control, zhang
    ):
        items = [
            {"title": title, "parent": medicine, "section": MEDICINE} for title in ("甲", "乙")
        ]
        for place_, values in enumerate(items):
            ClauseFactory(document=document, position=900 + place_, **values)
        Clause.objects.filter(pk=control.pk).update(position=950)
        structure.move_clause(clause=control, actor=zhang, step=-1)
        assert order(document) == ["健全医保", "加强监管", "规范用药", "甲", "乙"]
        last = document.clauses.get(title="乙")
        structure.move_clause(clause=last, actor=zhang, step=1)
        again(last)
        assert last.parent is None
        structure.move_clause(clause=last, actor=zhang, step=-1)
        assert order(document) == ["健全医保", "加强监管", "乙", "规范用药", "甲"]

    def test_to_another_section_where_the_text_has_it(
        self, document, run_together, medicine, control, zhang
    ):
        child = ClauseFactory(
            document=document, parent=medicine, title="下级", section=[*MEDICINE, "（一）内"]
        )
        Clause.objects.filter(pk=control.pk).update(position=990)
        structure.move_to_section(clause=medicine, actor=zhang, section="一、医保")
        again(medicine, child)
        assert (medicine.section, child.section) == (INSURANCE, [*INSURANCE, "（一）内"])
        structure.move_to_section(clause=run_together, actor=zhang, section="二、医药")
        assert order(document) == ["规范用药", "下级", "健全医保", "加强监管"]
        for section, reason in (("二、医药", "已经在这个章节"), ("三、没有", "没有这个章节")):
            with pytest.raises(Conflict, match=reason):
                structure.move_to_section(clause=run_together, actor=zhang, section=section)

    def test_past_what_is_in_the_ledger_but_never_that_itself(
        self, document, medicine, control, zhang
    ):
        (task,) = intake.publish(document=document, actor=zhang, clauses=[medicine.pk]).tasks
        structure.move_clause(clause=control, actor=zhang, step=-1)
        again(task, medicine)
        assert order(document) == ["健全医保", "加强监管", "规范用药"]
        assert task.position == medicine.position
        with pytest.raises(Conflict, match="已经入账"):
            structure.move_clause(clause=medicine, actor=zhang, step=-1)
        child = ClauseFactory(document=document, parent=control, status="published", title="下级")
        with pytest.raises(Conflict, match="下级条款“1 下级”已经入账"):
            structure.move_clause(clause=control, actor=zhang, step=-1)
        assert child.status == "published"

    def test_a_page_with_another_order_is_refused(self, document, medicine, control, zhang):
        seen = outline_of(document.clauses.order_by("position"))
        structure.move_clause(clause=control, actor=zhang, step=-1, outline=seen)
        for act in (
            lambda: structure.move_clause(clause=medicine, actor=zhang, step=1, outline=seen),
            lambda: structure.merge_clause(clause=medicine, actor=zhang, step=-1, outline=seen),
            lambda: structure.renumber_after(clause=medicine, actor=zhang, outline=seen),
        ):
            with pytest.raises(Reordered):
                act()
        assert order(document) == ["健全医保", "加强监管", "规范用药"]


class TestNumbering:
    def numbers(self, document):
        return list(document.clauses.order_by("position").values_list("number", flat=True))

    def test_those_behind_count_on_in_their_section(
        self, document, run_together, medicine, control, zhang
    ):
        ClauseFactory(document=document, section=MEDICINE, number="9", status="dismissed")
        ClauseFactory(document=document, section=MEDICINE, number="9")
        ClauseFactory(document=document, section=["三、其他"], number="9")
        medicine.number = "（7）"
        medicine.save()
        assert structure.renumber_after(clause=medicine, actor=zhang) == 2
        assert self.numbers(document) == ["1", "（7）", "（8）", "9", "（9）", "9"]
        entry = AuditEntry.objects.get(action="clauses_renumbered")
        assert entry.detail == {"clause": medicine.pk, "clauses": 2}

    def test_throughout_the_document(self, document, run_together, medicine, control, zhang):
        child = ClauseFactory(document=document, parent=control, number="1")
        assert structure.renumber_after(clause=run_together, actor=zhang, throughout=True) == 2
        assert self.numbers(document) == ["1", "2", "3", "1"]
        assert structure.renumber_after(clause=run_together, actor=zhang, throughout=True) == 0
        assert child.number == "1"

    def test_a_number_in_the_ledger_stays(self, document, medicine, control, zhang):
        intake.publish(document=document, actor=zhang, clauses=[control.pk])
        medicine.number = "8"
        medicine.save()
        with pytest.raises(Conflict, match="“4 加强监管”已经入账"):
            structure.renumber_after(clause=medicine, actor=zhang)

    def test_one_counts_on_from_figures_alone(self, medicine, zhang):
        medicine.number = "甲"
        medicine.save()
        with pytest.raises(Conflict, match="编号里没有数字"):
            structure.renumber_after(clause=medicine, actor=zhang)


class TestAddingAndRemoving:
    def test_what_was_added_comes_behind_its_neighbour_and_can_go_again(
        self, document, run_together, medicine, control, zhang
    ):
        added = structure.add_clause(document=document, actor=zhang, after=medicine)
        assert order(document) == ["健全医保", "规范用药", "", "加强监管"]
        structure.remove_clause(clause=added, actor=zhang)
        assert order(document) == ["健全医保", "规范用药", "加强监管"]
        entry = AuditEntry.objects.get(action="clause_removed")
        assert entry.detail["clause"] == added.pk

    def test_what_was_read_stays_on_record(self, medicine, zhang):
        with pytest.raises(Conflict, match="不能删除"):
            structure.remove_clause(clause=medicine, actor=zhang)

    def test_nor_can_it_go_by_way_of_one_typed_in(self, document, run_together, medicine, zhang):
        added = structure.add_clause(document=document, actor=zhang, after=run_together)
        merged = structure.merge_clause(clause=added, actor=zhang, step=1)
        assert merged.title == "规范用药"
        assert merged.source == SECOND
        with pytest.raises(Conflict, match="不能删除"):
            structure.remove_clause(clause=merged, actor=zhang)

    def test_it_takes_its_words_from_the_source(self, document, medicine, zhang):
        added = structure.add_clause(document=document, actor=zhang, after=medicine)
        placed = structure.place_clause(clause=added, actor=zhang, **place(THIRD))
        assert (placed.source, placed.body) == (THIRD, THIRD)
        typed = intake.correct_clause(clause=placed, actor=zhang, values={"body": "改过的"})
        assert structure.place_clause(clause=typed, actor=zhang, **place("落款")).body == "改过的"
        for start, end in ((5, 5), (0, 9999), (2, 3)):
            with pytest.raises(Conflict, match="请先在原文里选中"):
                structure.place_clause(clause=added, actor=zhang, start=start, end=end)


ACTS = {
    "split": lambda clause, actor: structure.split_clause(clause=clause, actor=actor, body_at=5),
    "merge": lambda clause, actor: structure.merge_clause(clause=clause, actor=actor, step=1),
    "move": lambda clause, actor: structure.move_clause(clause=clause, actor=actor, step=-1),
    "section": lambda clause, actor: structure.move_to_section(
        clause=clause, actor=actor, section="一、医保"
    ),
    "renumber": lambda clause, actor: structure.renumber_after(clause=clause, actor=actor),
    "place": lambda clause, actor: structure.place_clause(
        clause=clause, actor=actor, start=0, end=2
    ),
    "remove": lambda clause, actor: structure.remove_clause(clause=clause, actor=actor),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
class TestEveryAct:
    def test_it_is_the_office_s_alone(self, act, medicine, control, sun, li):
        for stranger in (sun, li):
            with pytest.raises(PermissionDenied):
                act(medicine, stranger)

    def test_what_is_in_the_ledger_is_left_alone(self, act, medicine, control, zhang):
        Clause.objects.filter(pk=medicine.pk).update(status="published", is_manual=True)
        before = list(Clause.objects.values())
        with pytest.raises(Conflict, match="这一条已经入账，请在任务页面修改"):
            act(medicine, zhang)
        assert list(Clause.objects.values()) == before

    def test_a_clause_that_is_gone_is_said_to_be_gone(self, act, medicine, control, zhang):
        Clause.objects.filter(pk=medicine.pk).delete()
        with pytest.raises(Conflict, match="刚刚被合并或删除"):
            act(medicine, zhang)


def test_the_parsers_own_clauses_split_true_to_the_text(document, zhang):
    """Wherever it is cut, both halves stand where the text has them."""
    parsed = parse_text(TEXT).to_dict()["tasks"]
    cuts = 0
    for clause in store_clauses(document, parsed):
        start, end = clause.start, clause.end
        for at in range(start + 1, end):
            try:
                second = structure.split_clause(clause=clause, actor=zhang, at=at)
            except Conflict:
                continue
            clause.refresh_from_db()
            assert start == clause.start < clause.end <= at <= second.start < second.end == end
            between = TEXT[clause.end : second.start]
            assert not between.strip()
            assert clause.source + between + second.source == TEXT[start:end]
            assert second.body in second.source
            cuts += 1
            structure.merge_clause(clause=clause, actor=zhang, step=1)
            clause.refresh_from_db()
            assert (clause.start, clause.end) == (start, end)
    assert cuts > 50
