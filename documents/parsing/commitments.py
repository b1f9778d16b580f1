"""Which quantities of a sentence are commitments, and how each compares.

A quantity is one when the words around it commit to it: a comparison before it (不低于, 达到, 控制在
…), a modifier behind it (以上, 以内, 左右), a verb of doing that governs a count (新建, 培训 …), or its
place in a list whose first member is one. A rate is one unless the words say it describes what is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from documents.parsing import cues
from documents.parsing.model import Comparison
from documents.parsing.quantities import UNIT, Quantity, find_quantities

_REACH = 200  # how far before a number its own words are looked for
_LIST_LINK = re.compile(r"[、和与及]")
_CLAUSE_START = re.compile(r"[,:]")
_SPELLED = ("count", "time", "none", "money")  # kinds that read like words in Chinese numerals
_COUNTED = re.compile(r"人数|数量|户数|总量|总数|床位数|指数|得分|[数量率比]$|达到|分别")
_ACTS = re.compile(r"建立|建成|设立|达到|完成|实现|通过|建设|达标")
_CLOSES = ("", ",", "、", "。", ";")
_BODIES = frozenset({"家", "所", "个"})
_UNIT_ASIDE = re.compile(rf"\((?:单位:)?1?(?P<unit>{UNIT})\)[\u4e00-\u9fff]{{0,4}}$")
_UNIT_NOUNS = (
    ("人", re.compile(r"人数|人员数|医师数|护士数|人$")),
    ("户", re.compile(r"户数")),
    ("家", re.compile(r"家数|企业数")),
    ("张", re.compile(r"床位数")),
)


@dataclass(frozen=True, slots=True)
class Commitment:
    quantity: Quantity
    comparison: Comparison
    start: int  # of the words that state it
    end: int
    change: str = ""  # 增幅 or 降幅 when the number is the size of a change


@dataclass(frozen=True, slots=True)
class _Place:
    """A quantity and the words of its sentence around it."""

    masked: str
    quantity: Quantity
    clause: int  # where its clause begins
    before: str
    after: str


def by_clause(masked: str, found: list[Commitment]) -> list[list[Commitment]]:
    """For each commitment of a sentence those of its clause, itself among them."""
    groups: list[list[Commitment]] = []
    for item in found:
        last = groups[-1] if groups else None
        if last is None or _CLAUSE_START.search(
            masked, last[-1].quantity.start, item.quantity.start
        ):
            last = []
        last.append(item)
        groups.append(last)
    return groups


def find_commitments(masked: str, start: int, end: int, limited: bool) -> list[Commitment]:
    """The commitments of one sentence; `limited`: it states a time limit."""
    found: list[Commitment] = []
    for quantity in find_quantities(masked[start:end]):
        quantity = replace(quantity, start=quantity.start + start, end=quantity.end + start)
        place = _place(masked, start, end, quantity)
        if cues.is_per(place.before, place.after, quantity) or cues.is_start_level(
            place.before, place.after, quantity
        ):
            continue
        if cues.states_a_condition(place.after):
            continue
        item = _judge(place, found[-1] if found else None)
        if item is None and limited:
            item = _subject_count(place)
        if item is None or cues.states_a_fact(masked[start : quantity.start], place.before):
            continue
        found.append(_resolve_unit(item, place))
    return found


def _place(masked: str, start: int, end: int, quantity: Quantity) -> _Place:
    clause = max(start, quantity.start - _REACH)
    for match in _CLAUSE_START.finditer(masked, clause, quantity.start):
        clause = match.end()
    after = masked[quantity.end : min(end, quantity.end + 40)]
    return _Place(masked, quantity, clause, masked[clause : quantity.start], after)


def _judge(place: _Place, previous: Commitment | None) -> Commitment | None:
    """By its own words, else by its place in a list, else by its kind."""
    ahead = cues.cue_before(cues.stem_of(place.before))
    if ahead is not None and cues.describes_whom(place.before, ahead, place.after, place.quantity):
        return None
    own = _by_own_words(place, ahead)
    if own is not None:
        return own
    inherited = None if previous is None else _inherit(place, previous)
    kind = _by_kind(place)
    if previous is None or inherited is None or cues.cue_behind(place.after) is not None:
        return kind or inherited
    # 投入2亿元…,新增床位300张: a clause with a verb of its own and another unit begins anew.
    apart = "," in place.masked[previous.end : place.quantity.start]
    anew = apart and previous.quantity.unit != place.quantity.unit
    return kind or inherited if anew else inherited


def _by_own_words(place: _Place, ahead: cues.Cue | None) -> Commitment | None:
    quantity, stem = place.quantity, cues.stem_of(place.before)
    behind = cues.cue_behind(place.after)
    end = quantity.end + (behind[1] if behind else 0)
    if quantity.chinese and quantity.kind in _SPELLED:
        if ahead is None or not cues.is_outright(ahead, quantity):
            return None
        return _made(place, ahead.comparison, behind, ahead.start, end)
    change = cues.change_before(stem, quantity)
    if change is None and ahead is None:
        change = cues.change_ahead(stem, quantity)
    if change is not None:
        about = behind if behind is not None and behind[0] == "~" else None
        size: Comparison = "~" if stem.endswith(("约", "近")) else ">="
        made = _made(place, size, about, change[1], end)
        return made if quantity.kind == "count" else replace(made, change=change[0])
    if ahead is None or cues.is_weak(ahead, quantity):
        return None
    if (
        quantity.kind == "none"
        and quantity.value < 1000
        and not _COUNTED.search(stem)
        and not _UNIT_ASIDE.search(stem[: ahead.start])
    ):
        return None  # 达到2级, 完成3: a number without a unit has to be large or be called a number
    return _made(place, ahead.comparison, behind, ahead.start, end)


def _by_kind(place: _Place) -> Commitment | None:
    """What a number without a comparison before it commits to, by its kind."""
    quantity, stem = place.quantity, cues.stem_of(place.before)
    here = quantity.start - place.clause
    allowed = cues.is_time_allowed(place.before, place.after, quantity)
    if allowed is not None:
        return _made(place, "<=", None, here, quantity.end + allowed.end())
    if cues.states_a_duration(place.before, place.after, quantity):
        return _made(place, "=", None, here, quantity.end)
    if quantity.kind in ("none", "time") or (quantity.chinese and quantity.kind in _SPELLED):
        return None
    verb = cues.governing_verb(stem, quantity)
    behind = cues.cue_behind(place.after)
    if quantity.kind == "word" and behind is None:
        # 零增长, 清零, 翻一番 say it themselves; 一半 may be any half unless 用于 follows.
        any_half = quantity.value == 50 and not place.after.startswith("用于")
        # 动态清零机制: no more than part of a name
        named = not quantity.unit and bool(re.match(r"[\u4e00-\u9fff]", place.after))
        return None if any_half or named else _made(place, "=", None, here, quantity.end)
    if behind is not None:
        group = quantity.kind in ("money", "count") and cues.bounds_a_group(place.after)
        opens = not place.before.strip("□,力争到底前") and quantity.unit in _BODIES
        if group and verb is None and not (opens and _ACTS.search(place.after)):
            return None  # but 10家以上医院达到标准 is a goal
        return _made(place, behind[0], None, here, quantity.end + behind[1])
    if quantity.kind in ("percent", "times", "money"):
        return _made(place, "=", None, here, quantity.end)
    if verb is not None and not cues.names_a_list(quantity, place.after):
        return _made(place, ">=", None, verb, quantity.end)
    if cues.is_per_head(stem, place.after, quantity):
        return _made(place, "=", None, here, quantity.end)
    if cues.pairs_with(place.before, place.after, quantity) or cues.serves_people(
        place.before, place.after, quantity
    ):
        return _made(place, ">=", None, here, quantity.end)
    return None


def _made(
    place: _Place,
    comparison: Comparison,
    behind: tuple[Comparison, int] | None,
    start: int,
    end: int,
) -> Commitment:
    if place.quantity.value_max is not None:
        comparison = "range"
    elif behind is not None:
        comparison = behind[0]
    return Commitment(place.quantity, comparison, place.clause + start, end)


def _inherit(place: _Place, previous: Commitment) -> Commitment | None:
    """In a list the later numbers are committed to as the first: 新建1个甲、2个乙; 5.03万、1.37万."""
    quantity = place.quantity
    between = place.masked[previous.end : quantity.start]
    comma = "," in between
    if comma and not _is_bare_clause(place, between, previous):
        return None
    if not comma and (not _LIST_LINK.search(between) or len(between) > 60):
        return None
    if quantity.chinese and quantity.kind != "percent" and not _counts_alike(previous, place):
        return None
    if quantity.kind in ("none", "time") and previous.quantity.kind != quantity.kind:
        return None
    # 830个左右县级医院、1900所卫生院: what stands behind a number is said of that one alone.
    behind = cues.cue_behind(place.masked[previous.quantity.end : previous.quantity.end + 6])
    alone = previous.comparison == "range" or (behind is not None and behind[0] == "~")
    comparison: Comparison = ">=" if alone else previous.comparison
    if quantity.value_max is not None:
        comparison = "range"
    start = previous.start if not comma and len(between) <= 24 else quantity.start
    change = previous.change if previous.quantity.unit == quantity.unit else ""
    return Commitment(quantity, comparison, start, quantity.end, change)


def _counts_alike(previous: Commitment, place: _Place) -> bool:
    """小镇5个、基地十个: a count in words that closes the list of another in figures."""
    alike = previous.quantity.unit == place.quantity.unit and place.quantity.kind == "count"
    return alike and place.after[:1] in _CLOSES


# What a thing is like, beside how many of it are to be there: 新建1所医院,占地120亩
_DESCRIBES = re.compile(r"占地|服务人口|辐射|惠及|受益|现有|总投资")


def _is_bare_clause(place: _Place, between: str, previous: Commitment) -> bool:
    """培训医生200名,护士300名; 建成步道20公里,公园2个: a clause that is only a noun and its number."""
    noun = re.fullmatch(r"[^,]{0,16},(?P<noun>[\u4e00-\u9fff\u25a1]{1,14})", between)
    if noun is None or _DESCRIBES.search(noun["noun"]) or place.after[:1] not in _CLOSES:
        return False
    if previous.quantity.unit == place.quantity.unit:
        return True
    ahead = place.masked[max(0, previous.start - 30) : previous.quantity.start]
    counts = {previous.quantity.kind, place.quantity.kind} == {"count"}
    return counts and bool(re.search(cues.DOING, ahead))


def _subject_count(place: _Place) -> Commitment | None:
    """到2015年,…129个县建立…: a count that opens its clause under a time limit and acts."""
    quantity = place.quantity
    if quantity.kind != "count" or quantity.chinese or cues.is_vague(quantity):
        return None
    opens = not place.before.strip("□力争确保到在年底末前之以,")
    if place.before.endswith("在") and re.match(r"[^,]{0,6}?各", place.after):
        return None  # 在14个设区市各组建1个: where, not how many
    if not opens or not _ACTS.search(place.after):
        return None
    return Commitment(quantity, ">=", quantity.start, quantity.end)


def _resolve_unit(item: Commitment, place: _Place) -> Commitment:
    """规范化管理人数达到5.03万: the unit stands in the noun."""
    if item.quantity.kind != "none":
        return item
    subject = place.masked[place.clause : item.start]
    aside = _UNIT_ASIDE.search(subject)  # 孕产妇死亡率(1/10万)控制在10以下
    if aside is not None:
        (measured,) = find_quantities("1" + aside["unit"])
        measured = replace(measured, value=item.quantity.value * measured.value)
        return replace(
            item,
            quantity=replace(
                item.quantity, value=measured.value, unit=measured.unit, kind=measured.kind
            ),
        )
    unit = next((unit for unit, pattern in _UNIT_NOUNS if pattern.search(subject)), "")
    return replace(item, quantity=replace(item.quantity, unit=unit))
