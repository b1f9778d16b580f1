"""Measurable commitments: which of the quantities in a text are to be reached or kept.

A quantity becomes a target when the words around it commit to it: a comparison before it
(不低于, 达到, 控制在 …), a modifier behind it (以上, 以内, 左右), a verb of doing that governs a count
(新建, 培训, 完成 …), or its place in a list whose first member is a target. A rate in per cent is one
unless the words say it describes what already is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from documents.parsing.deadlines import TimeLimit
from documents.parsing.indicators import indicator_for
from documents.parsing.model import Comparison, ParsedTarget
from documents.parsing.quantities import Quantity, find_quantities, mask

# Words between a comparison and its number: 提高到每人每年350元, 不低于全国平均… are looked through.
_FILLER = (
    r"(?:每[\u4e00-\u9fff]{0,3}?(?:人|户|年|月|个|家|所|床|张|次|名|万人|千人|百户)(?:每年|每月|/年)?"
    r"|人均|户均|年均|全国|全省|全市|总数|总量|的|为|各|了|出|其中){0,3}$"
)
_BEFORE: tuple[tuple[Comparison, re.Pattern[str]], ...] = tuple(
    (comparison, re.compile(f"(?:{words}){_FILLER}"))  # type: ignore[misc]
    for comparison, words in (
        (
            ">=",
            r"(?:(?:提高|增加|提升|达|调整|扩大|保持|稳定|维持|上升|增长)(?:到|至|在)?)?(?:不|不得|不能|不应|不可)(?:低于|少于|小于|短于|足于)"
            r"|至少(?:达到|为|有|完成|建成|新建|培训|开展|组织|增加|选择|确定|建立|配备)?|最低(?:为|达到|标准为)?|不下于",
        ),
        (
            "<=",
            r"(?:(?:控制|降低|保持|压缩|限制|稳定|缩短|下降)(?:到|至|在)?)?(?:最[高多长]?)?(?:不|不得|不能|不应|不可)(?:高于|超过|大于|多于|长于|超出|突破)"
            r"|(?:控制|限制|限定)(?:到|至|在|为)?"
            r"|(?:降低|下降|降|减少|压缩|压减|缩短|精简|缩减|减|压|缩小|回落|降幅控制)(?:到|至|为)|最高(?:为)?|至多|最多",
        ),
        (">", r"超过|高于|大于|突破|多于|超|超出"),
        ("<", r"低于|少于|小于"),
        ("~", r"(?:达到|完成|实现)?(?:大)?约(?:为|占)?|接近|近"),
        (
            ">=",
            r"(?:提高|增加|提升|扩大|增长|上升|扩展|发展|增|升|升高|拓展|延长|扩容|推广|覆盖|增扩)(?:到|至|为)"
            r"|(?:稳定|保持|维持|巩固|稳固|稳)(?:在|到)?|达到|达(?!标)|实现|完成|争取|力争|确保|到位|不断提高到",
        ),
        ("=", r"(?:调整|确定|统一|核定|规定|暂定|明确|设定|定|执行|固定)(?:到|至|为|在)|标准为|改为|标准(?:是)?|按照?|为|即|均为|共|占|补助|补贴|奖励|给予|发放"),
    )
)
# The size of a change, not the level reached: 下降5%, 提高2个百分点, 压缩三分之一.
_CHANGE_UP = re.compile(r"(?:提高|增加|增长|提升|上升|新增|增|年均增长|上浮|扩大|增幅)(?:了|约|近|不低于|不少于|超过)?$")
_CHANGE_DOWN = re.compile(r"(?:下降|降低|减少|压减|压缩|缩短|精简|缩减|压降|节约|降|减|下浮|下调|再降|降幅|削减)(?:了|约|近|不低于|不少于|超过)?$")
_ADVERB = re.compile(r"(?:再|均|都|也|全部|分别|平均|力争|逐步|基本|总体|原则上|普遍|同比|环比|比上年|较上年|每年|全年|年均|累计|各)+$")

_AFTER: tuple[tuple[Comparison, re.Pattern[str]], ...] = (
    (">=", re.compile(r"\s?(?:及|或|\()?(?:以上|之上)\)?")),
    ("<=", re.compile(r"\s?(?:及|或|\()?(?:以内|之内|以下)\)?")),
    ("~", re.compile(r"左右|上下")),
)
_WITHIN = re.compile(r"内")  # 15个工作日内办结

# Verbs that make a bare count a commitment when they govern it: 新建1个, 培训乡村医生2000人次.
_DOING = (
    r"新建|改建|扩建|改扩建|续建|迁建|建成|建好|建设|打造|培育|培养|培训|引进|招聘|招录|招收|新增|增设|增建|创建|完成|配备"
    r"|配置|选派|选拔|实现|建立|设立|设置|改造|更新|更换|开工|竣工|投放|发放|资助|救助|举办|组织|评选|遴选|认定"
    r"|取消|压减|精简|清理|推出|发展|孵化|补充|争取|筛查|检测|供应|筹集|安置|转移|植树|造林|整治|修复|治理|淘汰"
    r"|关闭|拆除|新开|开通|开辟|开展|免费|投入|安排|下达|筹措|落地|签约|招引|储备|增配|达到|完善|新培育|新认定|布局"
)
_GOVERNED = re.compile(rf"(?:{_DOING})(?P<gap>[^,。;:、\d]{{0,18}})$")
# 开展 and 组织 govern events only, 完善 and 免费 cases only: not every count behind them is a goal.
_EVENT_UNITS = {"例", "次", "场", "场次", "期", "轮", "人次", "人", "名", "批"}
_EVENT_VERB = re.compile(r"(?:开展|组织|免费|完善|服务|实现|举办)$|(?:开展|组织|免费|完善)[^,。;:]{0,18}$")
_VAGUE_UNITS = {"项", "类", "种", "条", "批", "轮", "位", "分", "对", "点", "度", "份", "本", "部", "门", "期", "米", "克", "宗"}
_COUNTING_VERB = re.compile(r"(?:取消|压减|精简|推出|新增|清理|减少|下放|制定|出台|完成|建成|新建|达到)[^,。;:、\d]{0,12}$")
_TITLE_NOUN = re.compile(r"\s?(?:措施|意见|规定|政策|要求|制度|核心|投入|原则|内容|专项)")

# What stands behind a number when it only bounds a group: 60张以上的医院, 投资500万元以上项目.
_QUALIFIER = re.compile(r"(?:及|或)?(?:以上|以下|以内)的?(?:[\u4e00-\u9fff]{1,12})")
# The level a change begins at: 由38%降到30%, 不低于10元提高到不低于20元.
_START_LEVEL = re.compile(
    r"(?:左右|以上|以下)?[\u4e00-\u9fff]{0,4}?(?:提高|增加|提升|降低|下降|降|压缩|压减|减少|调整|扩大|缩短|上升|增长|上调|增|升|减|改)(?:到|至|为)"
)
_FACT = re.compile(r"已(?:经)?(?:达|有|建|完成|覆盖|实现|超过|累计)|现有|目前|截至目前|原有|原来|基数")
_PER = re.compile(r"每(?:工作|满|隔|增加|新增|超过|服务|逾期|名|个|万|间隔)?$")
_LIST_LINK = re.compile(r"[、和与及]")
_SENTENCE = re.compile(r"[^。;!?\n]+")
_CLAUSE_START = re.compile(r"[,:,]")


@dataclass(frozen=True, slots=True)
class _Found:
    quantity: Quantity
    comparison: Comparison
    start: int  # of the words that state it
    end: int
    change: str = ""  # 增幅 or 降幅 when the number is the size of a change


def find_targets(text: str, limits: list[TimeLimit], show: str | None = None) -> list[ParsedTarget]:
    """The targets in a folded text; `show` is the same text as people see it."""
    shown = text if show is None else show
    masked = mask(text)
    targets: list[ParsedTarget] = []
    for sentence in _SENTENCE.finditer(masked):
        start, end = sentence.span()
        found = _in_sentence(masked, start, end, limits)
        for item in found:
            group = [other for other in found if _same_clause(masked, other, item)]
            indicator = indicator_for(text, masked, start, end, item.quantity, item.start, group.index(item), len(group))
            if not indicator and targets:
                indicator = targets[-1].indicator
            if item.change and item.change not in indicator:
                indicator += item.change
            targets.append(
                ParsedTarget(
                    text=shown[item.start : item.end],
                    indicator=indicator or shown[start:end][:20],
                    comparison=item.comparison,
                    value=item.quantity.value,
                    value_max=item.quantity.value_max,
                    unit=item.quantity.unit,
                    due_on=_due_on(limits, start, end, item.start),
                )
            )
    return targets


def _same_clause(masked: str, one: _Found, other: _Found) -> bool:
    low, high = sorted((one.quantity.start, other.quantity.start))
    return not _CLAUSE_START.search(masked, low, high)


def _due_on(limits: list[TimeLimit], start: int, end: int, at: int) -> date | None:
    """The time limit that governs a number: the nearest one before it in its sentence."""
    inside = [limit for limit in limits if start <= limit.start < end]
    before = [limit for limit in inside if limit.start <= at]
    if before:
        return before[-1].due_on
    return inside[0].due_on if inside else None


def _in_sentence(masked: str, start: int, end: int, limits: list[TimeLimit]) -> list[_Found]:
    found: list[_Found] = []
    limited = any(start <= limit.start < end for limit in limits)
    for quantity in find_quantities(masked[start:end]):
        quantity = replace(quantity, start=quantity.start + start, end=quantity.end + start)
        clause = _clause_start(masked, start, quantity.start)
        before = masked[clause : quantity.start]
        after = masked[quantity.end : min(end, quantity.end + 40)]
        if _PER.search(before) or _is_start_level(before, after, quantity):
            continue
        item = _judge(quantity, before, after, masked, clause, found[-1] if found else None)
        if item is None and found:
            item = _inherit(masked, found[-1], quantity, before, after)
        if item is None and limited:
            item = _subject_count(quantity, before, after)
        if item is not None and not (_FACT.search(before) and not _commits(before)):
            found.append(_resolve_unit(item, masked, clause))
    return found


def _clause_start(masked: str, start: int, at: int) -> int:
    begin = start
    for match in _CLAUSE_START.finditer(masked, start, at):
        begin = match.end()
    return begin


def _commits(before: str) -> bool:
    return bool(re.search(r"(?:提高|增加|提升|降|力争|确保|达到|完成|控制)[^,]{0,12}$", before))


def _is_start_level(before: str, after: str, quantity: Quantity) -> bool:
    if not _START_LEVEL.match(after):
        return False
    return bool(re.search(r"[由从]", before)) or quantity.kind != "count"


_SPELLED = ("count", "time", "none", "money")
_STRICT = re.compile(
    r"(?:不|不得)(?:低于|少于|小于|高于|超过|大于|多于)|至少|最多|至多|最低|最高|超过|达到|控制在|(?:增加|提高|扩大|减少|压缩|缩短|降)(?:到|至|为)|约"
)


def _spelled_out(
    quantity: Quantity,
    stem: str,
    behind: tuple[Comparison, re.Match[str]] | None,
    clause: int,
    end: int,
) -> _Found | None:
    """不少于两次, 至少一个: counts in Chinese numerals need an outright comparison (一批, 三个渠道)."""
    ahead = _comparison_before(stem)
    if ahead is None or not _STRICT.match(ahead[1]):
        if ahead is None or quantity.value < 2 or not re.match(r"新建|建成|完成|培育", ahead[1]):
            return None
    return _Found(quantity, _combine(ahead[0], behind, quantity), clause + ahead[2], end)


def _judge(
    quantity: Quantity, before: str, after: str, masked: str, clause: int, previous: _Found | None
) -> _Found | None:
    """Does the quantity stand as a target on its own?"""
    stem = _ADVERB.sub("", before)
    behind = next(((c, m) for c, p in _AFTER if (m := p.match(after))), None)
    end = quantity.end + (behind[1].end() if behind else 0)
    if quantity.chinese and quantity.kind in _SPELLED:
        return _spelled_out(quantity, stem, behind, clause, end)
    change = _change(stem)
    if change and not (quantity.kind == "count" and change[0] == "降幅" and quantity.unit in _VAGUE_UNITS):
        if quantity.kind != "none" or quantity.value >= 100:
            comparison: Comparison = behind[0] if behind and behind[0] == "~" else ">="
            if quantity.value_max is not None:
                comparison = "range"
            begin = clause + change[1]
            return _Found(quantity, comparison, begin, end, _change_name(change[0], quantity))
    ahead = _comparison_before(stem)
    if quantity.kind == "none" and ahead is None:
        return None
    if quantity.kind == "none" and quantity.value < 1000 and not re.search(r"人数|数量|户数|总量|总数|床位数|指数|得分|[数量率比]$|达到|分别", stem):
        return None
    if ahead is not None and not _weak(ahead[0], ahead[1], quantity, stem):
        return _Found(quantity, _combine(ahead[0], behind, quantity), clause + ahead[2], end)
    if _is_time_limit(quantity, stem, after):
        return _Found(quantity, "<=", quantity.start, quantity.end + _tail(after))
    if quantity.kind == "word" and quantity.unit != "":
        return _Found(quantity, "=", quantity.start, end) if quantity.value == 0 else None
    if quantity.kind == "word":
        return _Found(quantity, "=", quantity.start, end) if _governs(stem, quantity) or quantity.value == 0 else None
    if quantity.kind == "time":
        return None
    if ahead is None and behind is None and previous is not None and (linked := _inherit(masked, previous, quantity, before, after)):
        return linked
    if behind is not None and not (_QUALIFIER.match(after) and quantity.kind in ("money", "count") and not _governs(stem, quantity) and _bounds_a_group(after)):
        return _Found(quantity, _combine(behind[0], None, quantity), quantity.start, end)
    if quantity.kind in ("percent", "times", "money"):
        return _Found(quantity, _combine("=", None, quantity), quantity.start, end)
    if _governs(stem, quantity) and not (_TITLE_NOUN.match(after) and quantity.unit in _VAGUE_UNITS):
        return _Found(quantity, _combine(">=", behind, quantity), _verb_start(stem, clause), end)
    return None


def _bounds_a_group(after: str) -> bool:
    """投资500万元以上的项目, 100张以上床位医院: the number only says which ones are meant."""
    return bool(re.match(r"(?:及|或)?(?:以上|以下|以内)(?:的|[\u4e00-\u9fff]{1,6}(?:项目|企业|医院|工程|单位|机构|城市|乡镇|社区|学校|车辆))", after))


def _change(stem: str) -> tuple[str, int] | None:
    for name, pattern in (("增幅", _CHANGE_UP), ("降幅", _CHANGE_DOWN)):
        match = pattern.search(stem)
        if match:
            return name, match.start()
    return None


def _change_name(name: str, quantity: Quantity) -> str:
    return "" if quantity.kind == "count" else name


def _comparison_before(stem: str) -> tuple[Comparison, str, int] | None:
    best: tuple[Comparison, str, int] | None = None
    tail_from = max(0, len(stem) - 30)
    for comparison, pattern in _BEFORE:
        match = pattern.search(stem, tail_from)
        if match is not None and (best is None or match.start() < best[2]):
            best = (comparison, match[0], match.start())
    return best


_WEAK = re.compile(r"^(?:实现|完成|争取|力争|确保|按照?|为|即|占|共|补助|补贴|奖励|给予|发放|近|超|最高|标准|控制|达|覆盖|推广|发展)$")


def _weak(comparison: Comparison, words: str, quantity: Quantity, stem: str) -> bool:
    """Words that compare beside a rate but not beside any count: 为20家医院 is no target."""
    if quantity.kind in ("percent", "money", "times", "ratio"):
        return False
    if quantity.kind == "none":
        return False
    if not _WEAK.match(words):
        return False
    return words not in ("完成", "实现", "达", "力争", "争取", "确保") or quantity.unit in _VAGUE_UNITS or quantity.chinese


def _combine(comparison: Comparison, behind: tuple[Comparison, re.Match[str]] | None, quantity: Quantity) -> Comparison:
    if quantity.value_max is not None:
        return "range"
    if behind is not None:
        return behind[0]
    return comparison


def _is_time_limit(quantity: Quantity, stem: str, after: str) -> bool:
    """20个工作日内, 30分钟以内: a limit for doing something. 2年内不得 is a ban, not a goal."""
    if quantity.kind != "time" or quantity.unit in ("年", "个月", "月", "周", "个季度", "天") and not re.match(r"(?:以|之)内", after):
        return False
    if quantity.unit in ("年", "个月", "周", "个季度"):
        return False
    return bool(re.match(r"(?:以|之)?内", after))


def _tail(after: str) -> int:
    match = re.match(r"(?:以|之)?内", after)
    return match.end() if match else 0


def _governs(stem: str, quantity: Quantity) -> bool:
    match = _GOVERNED.search(stem)
    if match is None or "覆盖" in match["gap"] or re.search(r"[的对向为在]", match["gap"]):
        return False
    if quantity.unit in _VAGUE_UNITS and quantity.unit not in _EVENT_UNITS:
        return bool(_COUNTING_VERB.search(stem))
    if _EVENT_VERB.search(match[0]):
        return quantity.unit in _EVENT_UNITS
    return True


def _verb_start(stem: str, clause: int) -> int:
    match = _GOVERNED.search(stem)
    return clause + (match.start() if match else 0)


def _inherit(masked: str, previous: _Found, quantity: Quantity, before: str, after: str) -> _Found | None:
    """In a list the later numbers are committed to as the first: 新建1个甲、2个乙; 5.03万、1.37万."""
    between = masked[previous.end : quantity.start]
    comma = "," in between
    if comma:
        # 培训医生200名,护士300名: a clause that is only a noun and its number.
        if not re.fullmatch(r"[^,]{0,16},[\u4e00-\u9fff]{1,12}", between) or previous.quantity.unit != quantity.unit:
            return None
        if after[:1] not in ("", ",", "、", "。", ";"):
            return None
    elif not _LIST_LINK.search(between) or len(between) > 60:
        return None
    if quantity.chinese and quantity.kind != "percent":
        return None
    if quantity.kind == "none" and previous.quantity.kind != "none":
        return None
    if quantity.kind == "time" and previous.quantity.kind != "time":
        return None
    comparison: Comparison = previous.comparison if previous.comparison != "range" else ">="
    if quantity.value_max is not None:
        comparison = "range"
    start = previous.start if not comma and len(between) <= 24 else quantity.start
    return _Found(quantity, comparison, start, quantity.end)


def _subject_count(quantity: Quantity, before: str, after: str) -> _Found | None:
    """到2015年,…129个县建立…: a count that opens its clause under a time limit and does something."""
    if quantity.kind != "count" or quantity.chinese or quantity.unit in _VAGUE_UNITS:
        return None
    if before.strip("□力争确保全市省县区到") or not re.search(r"建立|建成|设立|达到|完成|实现|通过|建设|达标", after):
        return None
    return _Found(quantity, ">=", quantity.start, quantity.end)


_UNIT_NOUNS = (("人", re.compile(r"人数|人员数|医师数|护士数|人$")), ("户", re.compile(r"户数")), ("家", re.compile(r"家数|企业数")), ("张", re.compile(r"床位数")))


def _resolve_unit(item: _Found, masked: str, clause: int) -> _Found:
    """规范化管理人数达到5.03万: the unit stands in the noun."""
    if item.quantity.kind != "none":
        return item
    subject = masked[clause : item.start]
    unit = next((unit for unit, pattern in _UNIT_NOUNS if pattern.search(subject)), "")
    return replace(item, quantity=replace(item.quantity, unit=unit))
