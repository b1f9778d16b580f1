"""The words around a number that commit to it: comparisons, changes, verbs of doing, facts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.parsing.model import Comparison
from documents.parsing.quantities import Quantity

# Words between a comparison and its number: 提高到每人每年350元, 不低于全国平均… are looked through.
_FILLER = (
    r"(?:每[\u4e00-\u9fff]{0,3}?(?:人|户|年|月|个|家|所|床|张|次|名|万人|千人|百户)(?:每年|每月"
    r"|/年)?"
    r"|人均|户均|年均|全国|全省|全市|上年度?|去年|同期|总数|总量|的|为|各|了|出|其中){0,3}$"
)
_RISE = (
    r"提高|增加|提升|扩大|增长|上升|扩展|发展|升高|拓展|延长|扩容|推广|增扩|上调|调高|上浮|增|升"
)
_FALL = (
    r"降低|下降|减少|压缩|压减|压降|缩短|精简|缩减|缩小|削减|回落|下调|调低|下浮|降|减|(?<!血)压"
)
_BEFORE: tuple[tuple[Comparison, re.Pattern[str]], ...] = tuple(
    (comparison, re.compile(f"(?:{words}){_FILLER}"))  # type: ignore[misc]
    for comparison, words in (
        (
            ">=",
            r"(?:(?:提高|增加|提升|达|调整|扩大|保持|稳定|维持|上升|增长)(?:到|至|在)?)?(?:不"
            r"|不得|不能|不应|不可)(?:低于|少于|小于|短于|足于)"
            r"|至少[\u4e00-\u9fff]{0,6}?|达到(?:或者?|和|并|且)超过"
            r"|最低(?:为|达到|标准为)?|不下于|≥",
        ),
        (
            "<=",
            r"(?:(?:控制|降低|保持|压缩|限制|稳定|缩短|下降)(?:到|至|在)?)?(?:最[高多长]?)?(?:不"
            r"|不得|不能|不应|不可)(?:高于|超过|大于|多于|长于|超出|突破)"
            r"|(?:控制|限制|限定)(?:到|至|在|为)?"
            r"|可(?:适当)?(?:延长|放宽|上浮|增加)(?:到|至)"
            rf"|(?:{_FALL}|降幅控制)(?:到|至|为)|最高(?:为)?|至多|最多|≤",
        ),
        (">", r">|超过|高于|大于|突破|多于|超|超出"),
        ("<", r"<|低于|少于|小于"),
        ("~", r"(?:达到|完成|实现)?(?:大约|(?<![签履条公契预特])约)(?:为|占)?|接近|近"),
        (
            ">=",
            rf"(?:{_RISE}|覆盖)(?:到|至|为)|优于"
            r"|(?:稳定|保持|维持|巩固|稳固|稳)(?:在|到)?|达到|达(?!标)|实现|完成|争取|力争|确保"
            r"|到位|不断提高到",
        ),
        (
            "=",
            r"(?:调整|确定|统一|核定|规定|暂定|明确|设定|定|执行|固定)(?:到|至|为|在)|标准为|改为"
            r"|标准(?:是)?|按照?|为|即|均为|共|占|补助|补贴|奖励|给予|发放",
        ),
    )
)
# The size of a change, not the level reached: 下降5%, 提高2个百分点, 压缩三分之一.
_SIZE = r"(?:了|约|近|不低于|不少于|超过)?$"
_CHANGE_UP = re.compile(rf"(?:{_RISE}|新增|增幅){_SIZE}")
_CHANGE_DOWN = re.compile(rf"(?:{_FALL}|节约|降幅){_SIZE}")
_ADVERB = re.compile(
    r"(?:再|均|都|也|全部|分别|平均|力争|逐步|基本|总体|原则上|普遍|同比|环比|比上年|较上年|每年"
    r"|全年|年均|累计|各)+$"
)

_AFTER: tuple[tuple[Comparison, re.Pattern[str]], ...] = (
    (">=", re.compile(r"\s?(?:\(含\)|及|或|\()?(?:以上|之上)\)?")),
    ("<=", re.compile(r"\s?(?:\(含\)|及|或|\()?(?:以内|之内|以下)\)?")),
    ("~", re.compile(r"左右|上下")),
)

# Verbs that make a bare count a commitment when they govern it: 新建1个, 培训乡村医生2000人次.
DOING = (
    r"组建|新建|改建|扩建|改扩建|续建|迁建|建成|建好|建设|打造|培育|培养|培训|引进|招聘|招录|招收|特招"
    r"|新增|增设|增建|创建|完成|配备"
    r"|配置|选派|选拔|实现|建立|设立|设置|改造|更新|更换|开工|竣工|投放|发放|资助|救助|举办|组织"
    r"|评选|遴选|认定"
    r"|取消|压减|精简|清理|推出|发展|孵化|补充|争取|筛查|检测|供应|筹集|安置|转移|植树|造林|整治"
    r"|修复|治理|淘汰|增加|核增|购置|共建|合建|联建|轮训|召开|管理|手术|治疗"
    r"|关闭|拆除|新开|开通|开辟|开展|免费|检查|抽检|抽查|督导|走访|巡诊|随访|落地|接种|补种|救治|减免|投入|实施"
    r"|安排|下达|筹措|落地|签约|招引|储备|增配|达到|完善|新培育|新认定|布局"
)
_GOVERNED = re.compile(rf"(?:{DOING})(?P<gap>(?:[^,。;:\d]{{1,24}}等)?[^,。;:、\d]{{0,18}})$")
# 开展 and 组织 govern events only, 完善 and 免费 cases only: not every count behind them is a goal.
_EVENT_UNITS = frozenset({"例", "次", "场", "场次", "期", "轮", "人次", "人", "名", "批", "批次"})
_EVENT_VERB = re.compile(
    r"(?:开展|组织|免费|完善|服务|实现|举办)$|^(?:开展|组织|免费|完善|管理|手术|治疗)"
)
_VAGUE_UNITS = frozenset("项类种条批轮位分对点度份本部门期米克宗")
_COUNTING_VERB = re.compile(
    r"(?:取消|压减|精简|推出|新增|清理|减少|下放|制定|出台|落地|完成|建成|新建|达到)[^,。;:、\d]{0,12}$"
)
_TITLE_NOUN = re.compile(r"\s?(?:措施|意见|规定|政策|要求|制度|核心|投入|原则|内容|专项)")

# The level a change begins at: 由38%降到30%, 不低于10元提高到不低于20元.
_START_LEVEL = re.compile(
    rf"(?:左右|以上|以下)?(?:/[\u4e00-\u9fff]{{1,2}}?)?[\u4e00-\u9fff]{{0,4}}?(?:{_RISE}|{_FALL}|调整|改)(?:到|至|为)"
)
_FACT = re.compile(
    r"已(?:经)?(?:达|有|建|完成|覆盖|实现|超过|累计)|现有|目前|截至目前|原有|原来|基数|总投资"
)
_OPENING_FACT = re.compile(r"^\s?(?:目前|截至目前|现有|近[一二两三四五几]?年)")
_COMMITS = re.compile(r"提高|增加|提升|降|力争|确保|达到|完成|控制|新增|不低于|不超过|□")
_PER = re.compile(r"每(?:签约|工作|满|隔|增加|新增|超过|服务|逾期|名|个|万|间隔)?$")
# Comparisons outright enough to make a count in Chinese numerals a target.
_STRICT = re.compile(
    r"(?:不|不得)(?:低于|少于|小于|高于|超过|大于|多于)|至少|最多|至多|最低|最高|超过|达到|控制在"
    r"|(?:增加|提高|扩大|减少|压缩|缩短|降)(?:到|至|为)|约"
)

# Words that compare beside a rate, but not beside any count: 为20家医院 is no target.
_WEAK = re.compile(
    r"^(?:实现|完成|争取|力争|确保|按照?|为|即|占|共|补助|补贴|奖励|给予|发放|近|超|最高|标准"
    r"|控制|达|覆盖|推广|发展)$"
)
_SHORT_TIMES = ("个工作日", "工作日", "个自然日", "自然日", "日", "天", "个小时", "小时", "分钟")
_ALSO_BESIDE_COUNTS = ("完成", "实现", "达", "力争", "争取", "确保")
_GROUP = re.compile(
    r"(?:及|或)?(?:以上|以下|以内)(?:的|[\u4e00-\u9fff]{1,6}(?:项目|企业|医院|工程|单位|机构|城市"
    r"|乡镇|社区|学校|车辆|家庭|人员|群众|农户|对象|患者|品种))"
)
_RATES = ("percent", "money", "times", "ratio", "none")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say how a number is meant, and where in the text before it they begin."""

    comparison: Comparison
    words: str
    start: int


def stem_of(before: str) -> str:
    """The clause before a number without the adverbs that may stand between: 分别, 力争 …"""
    return _ADVERB.sub("", before)


_SHARE_OF = re.compile(
    r"(?:(?:降|提高|达|增加|降低|下降|压减)[到至]|不(?:得|能|应)?(?:低于|少于|高于|多于|超过)|控制在|占"
    r"|高于|低于)(?P<of>(?:(?!不|超|低于|高于|达)[\u4e00-\u9fff]){2,20}(?:的|增幅|增速|总[额数量]|品种数))$"
)


def cue_before(stem: str) -> Cue | None:
    """The longest comparison that ends right before the number."""
    best: Cue | None = None
    # 降至上年可支配收入的50%, 不低于编制床位的5%: what the share is of stands between.
    share = _SHARE_OF.search(stem)
    if share is not None:
        stem = stem[: share.start("of")]
    for comparison, pattern in _BEFORE:
        match = pattern.search(stem, max(0, len(stem) - 30))
        if match is not None and (best is None or match.start() < best.start):
            best = Cue(comparison, match[0], match.start())
    return best


def cue_behind(after: str) -> tuple[Comparison, int] | None:
    """以上, 以内, 左右 right behind the number, and how long it is."""
    for comparison, pattern in _AFTER:
        match = pattern.match(after)
        if match is not None:
            return comparison, match.end()
    return None


def change_before(stem: str, quantity: Quantity) -> tuple[str, int] | None:
    """增幅 or 降幅 when the number is the size of a change, and where its words begin."""
    for name, pattern in (("增幅", _CHANGE_UP), ("降幅", _CHANGE_DOWN)):
        match = pattern.search(stem)
        if match is None:
            continue
        if quantity.kind == "count" and name == "降幅" and quantity.unit in _VAGUE_UNITS:
            return None  # 精简30项: things done away with, counted by their verb
        if quantity.kind == "none" and quantity.value < 100:
            return None
        return name, match.start()
    return None


# 压减办理时限50%以上: the verb stands first, what changes between it and the number.
_CHANGE_FIRST = re.compile(
    r"(?:^|(?<=[,、]))(?:进一步|逐步|有效|大幅|不断|力争|将)*(?:(?P<up>提高|提升|增加)|压减|减少|降低|缩短|压缩)"
    r"[^,到至为]{2,20}$"
)


def change_ahead(stem: str, quantity: Quantity) -> tuple[str, int] | None:
    """As `change_before`, for a rate at the end of the thing that changes."""
    match = _CHANGE_FIRST.search(stem) if quantity.kind == "percent" else None
    return None if match is None else ("增幅" if match["up"] else "降幅", match.start())


def is_weak(cue: Cue, quantity: Quantity) -> bool:
    if quantity.kind in _RATES or not _WEAK.match(cue.words):
        return False
    return cue.words not in _ALSO_BESIDE_COUNTS or quantity.unit in _VAGUE_UNITS


def is_outright(cue: Cue, quantity: Quantity) -> bool:
    """Enough for a count in Chinese numerals? 不少于两次, 新建三所; but not 扶持一批."""
    if _STRICT.match(cue.words):
        return True
    return quantity.value >= 2 and bool(re.match(r"新建|建成|完成|培育", cue.words))


def is_time_allowed(before: str, after: str, quantity: Quantity) -> re.Match[str] | None:
    """20个工作日内, 30分钟以内: a limit for doing something. 2年内不得 is a ban, not a goal."""
    once = re.search(r"(?:印发|发布|下发)之日起$", before)  # counted once, from the notice itself
    short = quantity.unit in _SHORT_TIMES and once is None
    return re.match(r"(?:以|之)?内", after) if short else None


def governing_verb(stem: str, quantity: Quantity) -> int | None:
    """Where the verb begins that makes a bare count a commitment, or None."""
    match = _GOVERNED.search(stem)
    while match is not None and _BREAKS.search(match["gap"]):
        match = _GOVERNED.search(stem, match.start("gap"))  # 免费为妇女进行筛查3000人
    if match is None or stem.endswith(("可", "可以"), 0, match.start()):
        return None  # 可设置2所: allowed, not asked for
    few = quantity.value < 100  # 24条措施 is a name, 150项检验 is a count
    if quantity.unit in _VAGUE_UNITS and quantity.unit not in _EVENT_UNITS and few:
        return match.start() if _COUNTING_VERB.search(stem) else None
    if few and _EVENT_VERB.search(match[0]) and quantity.unit not in _EVENT_UNITS:
        return None
    return match.start()


# 完成下达的检查任务8200对 is governed all the same.
_BREAKS = re.compile(r"^(?!.*任务$).*(?:覆盖|[的向为在]|对(?!象))")
_DURATION = re.compile(
    r"时间|时长|时限|(?:服务|工作|驻点|进修|派驻)(?:累计|连续)?$|(?:累计|连续)(?:服务|工作)?$"
)


def states_a_duration(before: str, after: str, quantity: Quantity) -> bool:
    """到达现场时间城区12分钟、郊区16分钟: a time that closes what it measures; 可满足30天用量."""
    if quantity.kind != "time":
        return False
    closes = after[:1] in ("", ",", "、", "。", ";")
    return (closes and bool(_DURATION.search(before))) or before.endswith("满足")


# 每千人口配备床位6.2张, 每万名居民有2—3名: a standard, so many to each.
_PER_HEAD = re.compile(
    r"每(?:[百千万]|[十百千]万)(?:名|个|户)?[\u4e00-\u9fff]{1,10}[^,。;:\d]{0,16}$"
)
_STANDARD_UNITS = frozenset({"张", "人", "名", "个", "所", "台", "辆", "平方米"})


def is_per_head(stem: str, after: str, quantity: Quantity) -> bool:
    """A count that stands to a number of people, and closes its clause."""
    if quantity.unit not in _STANDARD_UNITS or quantity.chinese:
        return False
    return bool(_PER_HEAD.search(stem))


def names_a_list(quantity: Quantity, after: str) -> bool:
    """24条措施, 七项制度: the number is part of the name of a thing."""
    return quantity.unit in _VAGUE_UNITS and bool(_TITLE_NOUN.match(after))


_CONDITION = re.compile(
    r"(?:及?以[上下内])?的,?(?:要(?!求)|应(?!急)|须|可(?!及)|由|予以|给予|不得|一律|原则上)"
)


def states_a_condition(after: str) -> bool:
    """超过15个月的要…, 满3年的给予…: for whom something holds."""
    return bool(_CONDITION.match(after))


def bounds_a_group(after: str) -> bool:
    """投资500万元以上的项目, 100张以上床位医院: the number only says which ones are meant."""
    return bool(_GROUP.match(after))


_TO_WHOM = re.compile(r"^(?:对于?|凡|向|为|给|针对|面向|将|在)")
_OF_A_NORM = re.compile(r"的(?:标准|比例|水平|要求|目标|原则|规模|额度|幅度|基础)")


def describes_whom(before: str, cue: Cue, after: str, quantity: Quantity) -> bool:
    """对服务人口超过3万人的乡镇卫生院, 入住率不低于50%的机构: which ones are meant, no goal."""
    if not after.startswith("的") or _OF_A_NORM.match(after):
        return False
    if quantity.kind == "percent":
        return bool(re.search(r"(?:率|占比|比例)$", before[: cue.start]))
    return bool(_TO_WHOM.match(before))


def pairs_with(before: str, after: str, quantity: Quantity) -> bool:
    """各与3—5家卫生院建立协作关系: with how many something is to be set up."""
    paired = re.match(r"[^,]{2,16}?(?:建立|签订|签约|结对|结成)", after)
    return (
        quantity.kind == "count"
        and bool(paired)
        and before.endswith(("各与", "各和", "各同", "分别与"))
    )


_CARE = re.compile(r"开展|提供|实施|筛查|体检|检查|接种|培训|手术|救助|免费|义诊|随访")


def serves_people(before: str, after: str, quantity: Quantity) -> bool:
    """免费为3000名妇女开展筛查: so many people are to be served."""
    if quantity.unit not in ("人", "名", "例", "户") or not re.search(r"[为对给]$", before):
        return False
    return bool(_CARE.search(before + after.split(",")[0]))


def is_start_level(before: str, after: str, quantity: Quantity) -> bool:
    """The level a change begins at: 由38%降到30%, 不低于10元提高到不低于20元."""
    if re.match(r"的?基础上", after) and cue_before(stem_of(before)) is None:
        return True  # 在70%的基础上提高5个百分点; but 不低于50%的基础上 holds
    if not _START_LEVEL.match(after):
        return False
    return bool(re.search(r"[由从]", before)) or quantity.kind != "count"


def is_per(before: str, after: str, quantity: Quantity) -> bool:
    """每5年, 每工作1年, 死亡率(1/10万): what is counted by, not what is reached."""
    aside = before.endswith("(") and after.startswith(")") and quantity.value == 1
    return bool(_PER.search(before)) or (aside and quantity.kind == "percent")


def states_a_fact(sentence: str, before: str) -> bool:
    """已建成, 现有: what is there, unless the clause goes on to commit.

    目前…,…: said at the beginning it holds until something is committed to.
    """
    if _FACT.search(before):
        return not re.search(r"(?:提高|增加|提升|降|力争|确保|达到|完成|控制)[^,]{0,12}$", before)
    opening = _OPENING_FACT.match(sentence)
    return opening is not None and not _COMMITS.search(sentence, opening.end())


def is_vague(quantity: Quantity) -> bool:
    return quantity.unit in _VAGUE_UNITS
