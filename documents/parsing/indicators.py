"""What a number measures, as a short noun phrase a person would write in a ledger.

The commitments of one sentence are named together: a later number may share the subject, the verb
or the measure of an earlier one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.parsing import indicator_words as words_of
from documents.parsing.commitments import Commitment
from documents.parsing.indicator_sharing import (
    MODIFIER,
    NORM,
    Sentence,
    clause_ahead,
    completed,
    own_begin,
    respective,
    stops_of,
)
from documents.parsing.indicator_words import MEASURE, TELLING, cleaned, counted
from documents.parsing.quantities import Quantity

_FROM_LEVEL = re.compile(
    r"[由从](?!事)(?=[^,。;]{0,14}\d[^,。;]{0,10}(?:提高|提升|增|扩大|上升|延长|降|下|减|压|缩|调|改))"
)
_NOUN_AFTER = re.compile(
    rf"^{MODIFIER}(?:\([^()]{{0,8}}\))?的?(?!以上|以下|以内|左右)(?P<noun>[^,。;:()]{{2,40}})"
)
_CLOSING_NOUN = re.compile(
    rf"^{MODIFIER}(?P<noun>(?!以上|以下|以内|左右|为宜)[\u4e00-\u9fff]{{2,6}})(?=$|[,。;])"
)
_SHARE_OF = re.compile(rf"^{MODIFIER}的(?=[^,。;])")
_PREDICATE = re.compile(
    r"(?:分别|均|都|全部|基本)?(?:能够|能|要|应|可|须)?(?P<act>达到|实现|实施|开展|建立|建成|建有|组建|纳入|落实|完成|提供|进行"
    r"|得到|给予|交由|推行|具备|配备|设置|设立|接入|参与|使用|用于|给|(?<![定方面倾])向|执业|开设)"
)
_OF_A_NORM = re.compile(r"的(?:要求|原则|标准|目标|规模)$")
_WITHIN = re.compile(
    r"^(?:依法|及时|全部|予以|进行|要)?(?P<act>[\u4e00-\u9fff]{2,6}?)(?=$|[,。;、并和及后到至])"
)
_LASTING = re.compile(r"(?:工作|服务|坐诊|驻点|派驻|帮扶|培训|学习|进修|连续|活动)$")
_GIVING = re.compile(r"^(?P<word>补助|补贴|奖励|资助)")
_CHANGE_FIRST = re.compile(r"(?:压减|减少|降低|缩短|压缩|提高|提升|增加)(?=[^,]{2})")
_FUNDED = re.compile(
    r"(?:投入|安排|筹集|筹措|拨付|下达)(?:不少于|不低于|至少)?[\d.]+[万亿]?元(?:以上|左右)?(?:资金)?"
    r"(?:,?用于|实施|支持|推进)(?P<what>[^,。;:]{2,24})"
)


@dataclass(frozen=True, slots=True)
class _Own:
    """A commitment's own words: what stands before it, its verb or comparison, what follows."""

    quantity: Quantity
    begin: int
    raw: str  # before the words, as written
    before: str  # the same, cleaned
    words: str
    after: str
    noun: str  # the thing behind the number
    told: str  # what the clause says of that thing
    inherited: bool  # its verb or comparison is that of the commitment before it


def name_all(
    text: str,
    masked: str,
    start: int,
    end: int,
    found: list[Commitment],
    groups: list[list[Commitment]],
    known: str,
) -> list[str]:
    """One name for each commitment of a sentence.

    `groups`: for each the commitments of its clause; `known`: what the sentence before measured.
    """
    sentence = Sentence(text, masked, start, end, found, groups, stops_of(masked, start, end))
    bases: list[str] = []
    for index, item in enumerate(found):
        base = respective(sentence, index) or _base(sentence, index, bases)
        if not base and not bases and (base := clause_ahead(sentence, item)):
            base = counted(base, item.quantity.unit) if item.quantity.kind == "count" else base
        bases.append(base or (bases[-1] if bases else known))
    bases = [completed(sentence, index, bases) for index in range(len(found))]
    return [_finished(sentence, index, base) for index, base in enumerate(bases)]


def _finished(sentence: Sentence, index: int, base: str) -> str:
    item = sentence.found[index]
    name = base or sentence.text[sentence.start : item.start].strip(",、 ")[-20:]
    if item.change and not name.endswith(("幅", "幅度", "增长率", item.change)):
        name += item.change
    begin = own_begin(sentence, index)
    per = [m[0] for m in words_of.PER_TIME.finditer(sentence.text, begin, item.quantity.start)]
    if re.match(r"/人[·./]?年", sentence.text[item.quantity.end : item.quantity.end + 4]):
        per.append("每人每年")
    return f"{name}({per[-1]})" if per and per[-1] not in name else name


# --- a commitment's own words -------------------------------------------------------------------


def _own(sentence: Sentence, index: int) -> _Own:
    item = sentence.found[index]
    begin = own_begin(sentence, index)
    inherited = item.start < begin
    at = item.quantity.start if inherited else item.start
    level = _FROM_LEVEL.search(sentence.masked, begin, item.quantity.end)
    if level is not None and level.start() < at:
        at = level.start()  # 由38%降到30%: where it starts is no part of what is measured
    raw = sentence.text[begin:at]
    noun, behind = _noun_behind(sentence, index)
    return _Own(
        quantity=item.quantity,
        begin=begin,
        raw=raw,
        before=cleaned(raw),
        words="" if level is not None else sentence.text[at : item.quantity.start],
        after=sentence.text[item.quantity.end : sentence.end],
        noun=noun,
        told=_told(sentence, behind),
        inherited=inherited,
    )


def _noun_behind(sentence: Sentence, index: int) -> tuple[str, int]:
    """The thing behind a number, and where in the text it ends."""
    item, end = sentence.found[index], sentence.end
    if index + 1 < len(sentence.found):
        end = sentence.found[index + 1].quantity.start
    words = sentence.text[item.quantity.end : end]
    match = _NOUN_AFTER.match(words)
    if match is None:
        return "", end
    noun = match["noun"]
    if end < sentence.end and match.end() == len(words):
        noun = re.split(r"[、和及与](?=[^、和及与]*$)", noun)[0]  # the next number's own words
    act = _PREDICATE.search(noun)
    if act is not None and act.start() >= 1:
        noun = noun[: act.start()]
    behind = item.quantity.end + match.start("noun") + len(noun)
    return _OF_A_NORM.sub("", noun.strip("、的 "))[:30], behind


def _told(sentence: Sentence, at: int) -> str:
    """What the clause says of its subject from here on: 达到标准, 开展预约诊疗."""
    act = _PREDICATE.match(sentence.text, at, sentence.end)
    if act is None:
        return ""
    told = re.match(r"[^,。;:]{4,20}", sentence.text[act.start("act") : sentence.end])
    if told is None or re.match(r"给|向|用于|交由", told[0]) or re.search(r"\d", told[0]):
        return ""
    return "" if len(told[0]) == 20 else told[0]


# --- the name by the commitment's own words -----------------------------------------------------


def _base(sentence: Sentence, index: int, bases: list[str]) -> str:
    own = _own(sentence, index)
    kind = own.quantity.kind
    if kind == "time" and not own.words and sentence.found[index].end > own.quantity.end:
        return _time_allowed(own)
    name = _outright(sentence, index, own, bases[-1] if bases else "")
    if not name and own.quantity.unit == "%":
        name = _share(own, bases[-1] if bases else "")
    if not name and kind in ("count", "time", "money"):
        name = _thing(sentence, index, own, bases[-1] if bases else "")
    if name or len(own.before) < 2 or words_of.OPEN_END.fullmatch(own.before):
        return name
    if bases and own.before in ("时间", "时限", "期限"):
        return bases[-1] + own.before
    if kind == "time" and _LASTING.search(own.before):
        return own.before + "时间"
    return counted(own.before, own.quantity.unit) if kind == "count" else own.before


def _time_allowed(own: _Own) -> str:
    """检验报告24小时内上传: 检验报告上传时限."""
    if own.before.endswith(("时间", "时限")):
        return own.before
    behind = own.after[1:] if own.after.startswith("内") else own.after[2:]
    act = _WITHIN.match(behind)
    return own.before + (act["act"] if act else "") + "时限"


def _outright(sentence: Sentence, index: int, own: _Own, previous: str) -> str:
    """Words that say themselves what is measured: 补助, 占…的, …的标准给予救助."""
    before = own.before
    norm = NORM.match(own.after)
    if norm is not None and own.quantity.kind in ("percent", "money", "count"):
        act = re.sub(r"^(?:一次性)?(?:给予|予以|的)", "", norm["act"])
        if norm["norm"] in ("原则", "要求"):
            return counted(before + act, own.quantity.unit)
        return before + act + ("" if (before + act).endswith(norm["norm"]) else norm["norm"])
    changed = _CHANGE_FIRST.match(own.words)
    if sentence.found[index].change and changed:
        return cleaned(own.words[changed.end() :])
    giving = _GIVING.match(own.words)
    if giving is not None and before:
        return before if before.endswith(giving["word"]) else before + giving["word"]
    if own.words.startswith("占") and len(own.words) > 2:
        return (before or previous) + own.words.rstrip("的达约") + "比例"
    if own.words.startswith("标准") and not before.endswith("标准"):
        return before + "标准"
    if own.quantity.kind == "money":
        fund = _FUNDED.search(sentence.text, own.begin, sentence.end)
        if fund is not None and fund.start() < own.quantity.start < fund.end():
            return fund["what"] + "资金"
    return ""


def _share(own: _Own, previous: str) -> str:
    """95%以上的甲, 甲95%以上开展…, 结余的60%用于…: the share of a thing."""
    before = own.before
    if re.search(r"[、和及与]$", own.raw) and _SHARE_OF.match(own.after):
        before = ""  # 全部甲、80%以上的乙
    if own.after.startswith("用于"):
        return (before or previous) + re.split(r"[,。;、]", own.after)[0] + "比例"
    if own.raw.endswith("的") and own.inherited:
        return f"{previous}占{before}比例"  # 累计结余不超过4个月支出和当年筹资总额的20%
    if own.raw.endswith("的") and before:
        return before + ("的比例" if own.words else "比例")  # 达到标准的不低于总数的20%
    measured = MEASURE.search(before)
    if own.noun and not measured and _SHARE_OF.match(own.after):
        told = f"{own.told}的" if own.told and not before else ""
        return before + told + own.noun + "比例"
    if not own.words and len(before) >= 2 and not measured:
        told = re.sub(rf"^{MODIFIER}", "", re.split(r"[,。;]", own.after)[0])
        if _PREDICATE.match(told) and 4 <= len(told) <= 20:
            return f"{told}的{before}比例"  # 公立医院90%以上开展预约诊疗
    if own.noun and not before and not _PREDICATE.match(own.after):
        return own.noun + "比例"
    return ""


def _thing(sentence: Sentence, index: int, own: _Own, previous: str) -> str:
    """新建公办幼儿园4所, 建成3个示范中心, 每千人口配备2名医生: the thing that is counted."""
    unit = own.quantity.unit if own.quantity.kind == "count" else ""
    verb = words_of.VERB.match(own.words) if unit else None
    if verb is not None:
        return _done(own, verb)
    if own.inherited and unit:
        thing = own.before or _behind(own)
        first = TELLING.match(sentence.text[sentence.found[index].start :])
        if TELLING.fullmatch(thing):  # 新建卫生院3所、改扩建2所
            return thing + TELLING.sub("", previous, count=1)
        if thing and first:
            return thing if TELLING.match(thing) else first[0] + thing
        return counted(thing, unit) if thing else ""
    open_end = words_of.OPEN_END.search(own.before)
    if own.noun and (open_end or words_of.PER_PHRASE.search(own.before)):
        also = words_of.OPEN_END.search(own.words)
        whose = own.before + (also[0] if also else "")
        bare = words_of.BARE_HAVING.sub("", whose)
        whose = bare if not bare or words_of.PER_PHRASE.search(bare) else whose
        return counted(whose + own.noun, unit) if unit else whose + own.noun
    if not unit:
        return ""
    if own.raw.endswith(("与", "同", "和")) and own.noun:
        return counted(_behind(own), unit)  # 各与3家卫生院建立协作关系
    if len(own.before) < 2:
        return counted(_behind(own), unit) if own.noun else ""
    if own.raw.endswith("的") and own.words:
        return own.before + "的数量"  # 达到标准的不少于600家
    closing = _CLOSING_NOUN.match(own.after)
    if closing and not own.before.endswith(closing["noun"]):  # 单病种付费扩大到50个病种
        return counted(own.before + closing["noun"], unit)
    if own.before.startswith("每"):
        return counted(re.sub(r"(?<=.)(?:拥有|配备|有)(?=[^,]{2})", "", own.before), unit)
    return ""


def _behind(own: _Own) -> str:
    return f"{own.told}的{own.noun}" if own.told else own.noun


def _done(own: _Own, verb: re.Match[str]) -> str:
    """What was done, with the verb where it tells more than that."""
    unit = own.quantity.unit
    thing = re.sub(
        r"^(?:至少|不少于|不低于|全部|的)+|(?:不少于|不低于|至少|达到?)$",
        "",
        own.words[verb.end() :],
    ).strip("、 ")
    telling = verb[0] if TELLING.search(verb[0]) else ""
    whose = own.before if words_of.PER_PHRASE.search(own.before) else ""
    if len(thing) >= 2:
        return telling + thing if telling else counted(thing, unit)
    if own.noun:
        return telling + own.noun if telling and not whose else counted(whose + own.noun, unit)
    return counted(own.before + verb["verb"], unit) if len(own.before) >= 2 else ""
