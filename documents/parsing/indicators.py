"""What a number measures, as a short noun phrase a person would write in a ledger.

The words of one sentence's commitments are looked at together: a later number may share the
subject, the verb or the measure of an earlier one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.parsing.commitments import Commitment, same_clause
from documents.parsing.cues import DOING

_STOP = re.compile(r"[,。;:\n]")
_ASIDE = re.compile(r"\((?:[^()]{7,60}|(?:不含|含|以下|简称|指标)[^()]*)\)")

# Words at the head of a clause that are no part of what is measured; (?!…) keeps 在职, 及时, 应急 …
_LEADING = re.compile(
    r"^(?:(?:力争|确保|争取|努力|并且?|且|其中|同时|进一步|逐步|全面|积极|稳步|原则上|按照?|依照|通过|严格(?:执行|控制|落实)|允许|鼓励|以及|全年|今年|本年"
    r"|使(?!用)|将|把|对(?!口|外)于?|在(?!职|校|岗|院|册|线|编|聘|培|家)|到(?!位)|要(?!素)|应(?!急|用|诊|届)当?|需(?!求)"
    r"|可(?!及|疑|持)|由|从(?!业)|实现|推进|推动|做到|建立|相应|继续|再(?!住|次|生|入)|至(?!少)|的|为|每年|每月|每季度|每周|[底末]前?"
    r"|20\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?[底末]?(?:之|以)?前?|\d{1,2}月[底末]?(?:之|以)?前|年[底末]前?|年内|以[^,]{2,14}为单位"
    r"|[\d一二三四五两]{1,2}年(?:内|累计)|用[\d一二三四五两]{1,2}年(?:左右)?时间"
    r"|免费(?=[为对向给])|(?<![\u4e00-\u9fff])及(?!时)|或者?|和|与|、)[,]?)+"
)
_TRAILING = re.compile(
    r"(?:(?:每人每年|每人每月|每人次?|每年|每月|每季度|每周|每次|累计|分别|年?均|以[^,]{2,8}为单位|都|也|要|应|须|需|全部|力争|基本|总体|逐步|进一步|继续"
    r"|不断|的|再|同比|环比|(?<!占)[比较](?:上年|去年|20\d\d年)(?:同期)?|平均|已|将|并|达|约|原则上|相应|普遍|就|可"
    r"|提高|降低|增加|减少|下降|增长|提升|稳定|保持|控制|调整|达到|到(?!位)|至|在|为|按照?|以|于|(?:20\d\d年[、和]?)+))+$"
)
# Verbs that only say that something is done; 新建, 培训, 引进 say more and stay.
_PLAIN_VERB = re.compile(
    r"^(?:(?:全[市省区县州旗]|各[市县区]|至少|不少于|累计|共|再)?(?:完成|扶持建设|建设|建成|建好|组建|开展|安排|核定|打造|创建|举办|推出"
    r"|组织|设立|设置|建立|投入|争取|遴选|核增))(?=[^,]{2})(?!.*的.*[率比重例]$)"
)
_TELLING_VERB = r"新建|改建|扩建|改扩建|迁建|新增|增设|培训|培养|培育|引进|招聘|招收|招录|救助|资助|取消|选派|改造|更新|发放|配备|接种|检查|抽查|治理"
_TELLING = re.compile(_TELLING_VERB)
_CHANGE_FIRST = re.compile(r"(?:压减|减少|降低|缩短|压缩|提高|提升|增加)(?=[^,]{2})")
_FUNDED = re.compile(
    r"(?:投入|安排|筹集|筹措|拨付|下达)(?:不少于|不低于|至少)?[\d.]+[万亿]?元(?:以上|左右)?(?:资金)?"
    r"(?:,?用于|实施|支持|推进)(?P<what>[^,。;:]{2,24})"
)
_BARE_HAVING = re.compile(r"(?:拥有|设有|有)$")
_CLOSING_NOUN = re.compile(
    r"(?:及?以上|以下|以内|左右)?(?P<noun>(?!以上|以下|以内|左右)[\u4e00-\u9fff]{2,6})(?=$|[,。;])"
)
_VERB = re.compile(rf"^(?:免费|至少|再|累计|共)?(?!达到)(?P<verb>{DOING})")
# A clause that breaks off at a verb goes on behind the number: 每千人口配备2名乡村医生.
_OPEN_END = re.compile(
    r"(?:配备|配齐|拥有|设有|有|设置|设立|建成|建好|建立|培养|派驻|选派|下派|预留|开具|确定|遴选|组建|拿出|覆盖|减免|安排|提供|帮扶|开展|完成)$"
)
_PER_PHRASE = re.compile(
    r"^每[^,]{0,12}?(?:人口|居民|儿童|乡镇|街道|行政村|村|县|区|市|卫生[室院]|医院|机构|中心|团队|张?床位?)$|^每[^,]{0,8}\)$"
)
_PER_TIME = re.compile(r"每人每年|每人每月|每季度|每年|每月|每周|每人次|每次(?!均)")
_MEASURE = re.compile(
    r"(?:率|比例|占比|比重|比|数|量|额|标准|费用|水平|时间|时限|面积|经费|资金|收入|支出|投入|价格|工资|薪酬|寿命|强度|规模"
    r"|得分|满意度|指数|补助|缴费|封顶线|起付线|住院日|材料|[幅速线])$"
)
_ALIKE = tuple(
    re.compile(words)
    for words in (
        r"职工|居民|人员|儿童|患者|老年人|女孩|学生|对象|妇女",
        r"医院|卫生院|服务中心|服务站|机构|卫生室|诊所|药店",
        r"[一二三]级(?:及以[上下])?",
    )
)
_CUE_INSIDE = re.compile(
    r"(?:分别)?(?:保持在|稳定在|控制在|达到|[增降升]至|提高[到至]|[不高]?(?:低|少|高|多)于|不(?:得|能|应)?(?:低于|少于|高于|多于|超过)|按照不)"
)
# 参保率三级医院, 配备机构每县: whose it is stands behind.
_WHOSE_BEHIND = re.compile(
    r"^(?P<what>[^,、]{2,}(?:率|占比|比例|标准))(?P<who>[^的,、]{0,8}(?:医院|卫生院|机构|卫生室|儿童|职工|居民))$"
)
_FROM_LEVEL = re.compile(r"[由从](?=[^,。;]{0,14}\d)")
_NOUN_AFTER = re.compile(
    r"^(?:及?以上|以下|以内|左右|内)?(?:\([^()]{0,8}\))?的?(?!以上|以下|以内|左右)(?P<noun>[^,。;:()]{2,40})"
)
_SHARE_OF = re.compile(r"^(?:及?以上|以下|左右|以内)?的")
_PREDICATE = re.compile(
    r"(?:能够|能|要|应|可|须)?(?P<act>达到|实现|开展|建立|纳入|落实|完成|提供|进行|得到|给予|交由|推行|具备|配备|设置|设立|接入|参与|使用|用于|给|向|执业|开设)"
)
_NORM = re.compile(
    r"^(?:及?以上|左右)?的?(?P<norm>比例|标准|额度|幅度|原则|要求)(?:给予|予以|进行|核定|计算|落实)?(?P<act>[^,。;:()\d]{0,12})"
)
_WITHIN = re.compile(
    r"^(?:依法|及时|全部|予以|进行|要)?(?P<act>[\u4e00-\u9fff]{2,6}?)(?=$|[,。;、并和及后到至])"
)
_GIVING = re.compile(r"^(?P<word>补助|补贴|奖励|资助)")
_SUFFIXES = {"人次": "人次", "例": "例数", "次": "次数", "场": "场次", "场次": "场次", "人": "人数", "名": "人数"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    masked: str
    start: int
    end: int
    found: list[Commitment]


def name_all(
    text: str, masked: str, start: int, end: int, found: list[Commitment], known: str
) -> list[str]:
    """One name for each commitment of a sentence; `known`: what the sentence before measured."""
    sentence = _Sentence(text, masked, start, end, found)
    names: list[str] = []
    bases: list[str] = []
    for index, item in enumerate(found):
        base = _respective(sentence, index) or _base(sentence, index, bases)
        base = base or (bases[-1] if bases else "") or _clause_ahead(sentence, item) or known
        bases.append(base)
        names.append(_finished(sentence, index, base))
    return names


def _finished(sentence: _Sentence, index: int, base: str) -> str:
    item = sentence.found[index]
    name = base or sentence.text[sentence.start : item.start].strip(",、 ")[-20:]
    if item.change and not name.endswith(("幅", "幅度", "增长率", item.change)):
        name += item.change
    begin = _own_begin(sentence, index)
    per = [m[0] for m in _PER_TIME.finditer(sentence.text, begin, item.quantity.start)]
    if re.match(r"/人[·./]?年", sentence.text[item.quantity.end : item.quantity.end + 4]):
        per.append("每人每年")
    return f"{name}({per[-1]})" if per and per[-1] not in name else name


def _own_begin(sentence: _Sentence, index: int) -> int:
    """Where a commitment's own words begin: behind the last stop or the commitment before it."""
    item, begin = sentence.found[index], sentence.start
    # A comma inside (以下简称甲,含乙) does not begin a new clause.
    plain = re.sub(r"\([^()]*\)", _blanked, sentence.masked[begin : item.quantity.start])
    for stop in _STOP.finditer(plain):
        begin = sentence.start + stop.end()
    if index == 0 or sentence.found[index - 1].end < begin:
        return begin
    begin = sentence.found[index - 1].end
    between = sentence.masked[begin : item.quantity.start]
    listed = list(re.finditer(r"[、和及与]", between))
    # 1个甲、2个乙: what stands behind the number before is that one's own.
    return begin + listed[-1].end() if listed and listed[0].start() > 0 else begin


def _blanked(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def _cleaned(phrase: str) -> str:
    phrase = _LEADING.sub("", _ASIDE.sub("", phrase).strip("、,的: "))
    inside = _CUE_INSIDE.search(phrase)
    attribute = _MEASURE.search(phrase) and "的" in phrase  # 达到5级以上的医院占比
    if inside is not None and inside.start() >= 4 and not attribute:
        phrase = phrase[: inside.start()]  # 限额分别保持在甲、乙的6倍以上
    phrase = _TRAILING.sub("", phrase).strip("、,的 ")
    whose = _WHOSE_BEHIND.match(phrase)
    if whose is not None:
        phrase = whose["who"] + whose["what"]
    return _PLAIN_VERB.sub("", phrase)[-40:]


def _base(sentence: _Sentence, index: int, bases: list[str]) -> str:
    item = sentence.found[index]
    text, quantity = sentence.text, item.quantity
    begin = _own_begin(sentence, index)
    inherited = item.start < begin  # its verb or comparison is that of the one before
    at = quantity.start if inherited else item.start
    level = _FROM_LEVEL.search(sentence.masked, begin, at)
    if level is not None:
        at = level.start()  # 由38%降到30%: where it starts is no part of what is measured
    before, words = _cleaned(text[begin:at]), text[at : quantity.start]
    after = text[quantity.end : sentence.end]
    if level is None and (verb := _VERB.match(words)) and quantity.kind == "count":
        return _done(sentence, index, verb, words[verb.end() :], before)
    if quantity.kind == "time" and not words and text[quantity.end : item.end].endswith("内"):
        act = _WITHIN.match(text[item.end : sentence.end])
        return (
            before
            if before.endswith(("时间", "时限"))
            else before + (act["act"] if act else "") + "时限"
        )
    norm = _NORM.match(after)
    if norm is not None and quantity.kind in ("percent", "money", "count"):
        act = re.sub(r"^(?:一次性)?(?:给予|予以|的)", "", norm["act"])
        if norm["norm"] in ("原则", "要求"):
            return before + act + _suffix(act, quantity.unit, quantity.kind)
        return before + act + ("" if (before + act).endswith(norm["norm"]) else norm["norm"])
    if item.change and (verb := _CHANGE_FIRST.match(words)):
        return _cleaned(words[verb.end() :])
    giving = _GIVING.match(words)
    if giving is not None and before:
        return before if before.endswith(giving["word"]) else before + giving["word"]
    if words.startswith("占") and len(words) > 2:
        subject = before or (bases[-1] if bases else "")
        return subject + words.rstrip("的达约") + "比例"
    if words.startswith("标准") and not before.endswith("标准"):
        return before + "标准"
    if quantity.unit == "%" and _SHARE_OF.match(after) and (not before or _OPEN_END.search(before)):
        return before + _share(sentence, index)
    if quantity.unit == "%" and text[begin:at].endswith("的") and after.startswith("用于"):
        return before + re.split(r"[,。;、]", after)[0] + "比例"  # 结余的60%用于人员奖励
    fund = _FUNDED.search(text, begin, sentence.end) if quantity.kind == "money" else None
    if fund is not None and fund.start() < quantity.start < fund.end():
        return fund["what"] + "资金"
    if quantity.unit == "%" and not words and len(before) >= 2:
        act = _told(sentence, item.end)
        if act:
            return f"{act}的{before}比例"  # 公立医院90%以上开展预约诊疗
    if quantity.kind in ("count", "time", "money") and (
        _OPEN_END.search(before) or _PER_PHRASE.search(before)
    ):
        noun = _noun_behind(sentence, index)
        if noun:
            verb = _OPEN_END.search(words)
            whose = _BARE_HAVING.sub("", before + (verb[0] if verb else ""))
            return whose + noun + _suffix(noun, quantity.unit, quantity.kind)
    if inherited and quantity.kind == "count" and (before or _noun_behind(sentence, index)):
        verb = _TELLING.match(text[item.start :])
        thing = before or _noun_behind(sentence, index)
        if verb is not None:
            return thing if _TELLING.match(thing) else verb[0] + thing
        return thing + _suffix(thing, quantity.unit)
    if len(before) >= 2:
        counted = _CLOSING_NOUN.match(after) if quantity.kind == "count" else None
        if counted and not before.endswith(counted["noun"]):  # 单病种付费扩大到50个病种
            return before + counted["noun"] + _suffix(counted["noun"], quantity.unit)
        return _completed(sentence, begin, before, item, bases)
    if quantity.kind == "count" and (noun := _noun_behind(sentence, index)):
        return noun + _suffix(noun, quantity.unit)
    return ""


def _done(sentence: _Sentence, index: int, verb: re.Match[str], thing: str, before: str) -> str:
    """新建公办幼儿园4所, 建成3个示范中心: what was done, with the verb where it tells more."""
    quantity = sentence.found[index].quantity
    thing = re.sub(
        r"^(?:至少|不少于|不低于|全部|的)+|(?:不少于|不低于|至少|达到?)$", "", thing
    ).strip("、 ")
    telling = verb[0] if _TELLING.search(verb[0]) else ""
    if len(thing) >= 2:
        return telling + thing + ("" if telling else _suffix(thing, quantity.unit))
    noun = _noun_behind(sentence, index)
    whose = before if _PER_PHRASE.search(before) else ""
    return whose + noun + _suffix(noun, quantity.unit) if noun else before


def _suffix(noun: str, unit: str, kind: str = "count") -> str:
    if kind != "count" or noun.endswith(("数", "率", "量", "人次", "场次", "标准")):
        return ""
    return "数" if noun.endswith(("人员", "人")) else _SUFFIXES.get(unit, "数")


def _noun_behind(sentence: _Sentence, index: int) -> str:
    item = sentence.found[index]
    end = sentence.end
    if index + 1 < len(sentence.found):
        end = sentence.found[index + 1].quantity.start
    words = sentence.text[item.quantity.end : end]
    match = _NOUN_AFTER.match(words)
    if match is None:
        return ""
    noun = match["noun"]
    if end < sentence.end and match.end() == len(words):
        noun = re.split(r"[、和及与](?=[^、和及与]*$)", noun)[0]  # the next number's own words
    act = _PREDICATE.search(noun)
    if act is not None and act.start() >= 2:
        noun = noun[: act.start()]
    return noun.strip("、的 ")[:24]


def _share(sentence: _Sentence, index: int) -> str:
    """80%以上的乡镇卫生院达到标准: 达到标准的乡镇卫生院比例."""
    noun = _noun_behind(sentence, index)
    at = sentence.text.find(noun, sentence.found[index].quantity.end) + len(noun)
    act = _told(sentence, at)
    return f"{act}的{noun}比例" if act else noun + "比例"


def _told(sentence: _Sentence, at: int) -> str:
    """What the clause says of its subject from here on: 达到标准, 开展预约诊疗."""
    act = _PREDICATE.match(sentence.text, at, sentence.end)
    if act is None:
        return ""
    told = re.match(r"[^,。;:、]{4,16}", sentence.text[act.start("act") : sentence.end])
    if told is None or re.match(r"给|向|用于|交由", told[0]) or re.search(r"\d", told[0]):
        return ""
    return told[0]


def _completed(
    sentence: _Sentence, begin: int, phrase: str, item: Commitment, bases: list[str]
) -> str:
    """二级医院不低于45% behind 基本药物占比: or behind 三级医院基本药物占比…: the measure is shared."""
    if item.quantity.kind not in ("percent", "money", "times") or _MEASURE.search(phrase):
        return phrase
    heads = sentence.text[sentence.start : begin].split(":")[:-1]
    head = _cleaned(re.split(r"[,。;]", heads[-1])[-1]) if heads else ""
    if len(head) >= 2 and _MEASURE.search(head):
        return phrase + head
    return phrase + next(filter(None, (_shared_measure(phrase, d) for d in reversed(bases))), "")


def _shared_measure(phrase: str, donor: str) -> str:
    """退休人员 beside 在职职工年度支付限额: 年度支付限额."""
    for alike in (*_ALIKE, re.compile(re.escape(phrase[-2:]))):
        theirs = alike.search(donor)
        if re.search(rf"(?:{alike.pattern})$", phrase) and theirs and theirs.end() < len(donor):
            return donor[theirs.end() :]
    return ""


def _respective(sentence: _Sentence, index: int) -> str:
    """高血压、糖尿病患者管理人数分别达到…: the member of the list the number belongs to."""
    item = sentence.found[index]
    group = [other for other in sentence.found if same_clause(sentence.masked, other, item)]
    place, first = group.index(item), group[0]
    if len(group) < 2:
        return ""
    at = sentence.found.index(first)
    subject = sentence.text[_own_begin(sentence, at) : first.quantity.start]
    subject, respective, _ = subject.partition("分别")
    names = [name for name in re.split(r"[、和与]|及(?![时以其])", _cleaned(subject)) if name]
    if not respective or len(names) != len(group):
        return ""
    own, last = names[place], names[-1]
    norm = _NORM.match(sentence.text[group[-1].quantity.end : sentence.end])
    if norm is not None:
        return own + re.sub(r"^(?:给予|予以|的)", "", norm["act"]) + norm["norm"]
    if place == len(names) - 1 or _MEASURE.search(own):
        return own
    measure = _shared_measure(own, last)
    if measure:
        return own + measure
    shared = re.search(r"患者|人群|人口|儿童", last)
    return own + last[shared.start() :] if shared else f"{_cleaned(subject)}({own})"


def _clause_ahead(sentence: _Sentence, item: Commitment) -> str:
    """提高签约率,到2025年达到75%: what the clause ahead is about."""
    clauses = [_cleaned(part) for part in _STOP.split(sentence.text[sentence.start : item.start])]
    named = [
        re.sub(r"^(?:不断|稳步)?(?:提高|降低|扩大|提升|控制)", "", part) for part in clauses[:-1]
    ]
    return next((part for part in reversed(named) if 2 <= len(part) <= 24), "")
