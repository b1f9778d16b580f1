"""What a number measures, as a short noun phrase taken from the text around it."""

from __future__ import annotations

import re

from documents.parsing.quantities import Quantity

_LEADING = re.compile(
    r"^(?:(?:力争|确保|争取|努力|使|将|把|对|在|到|并|且|其中|同时|进一步|逐步|全面|积极|稳步"
    r"|原则上|要|应|需|可|按照|按|由|从"
    r"|实现|推进|推动|做到|建立|以及|全年|今年|本年|年底前|相应|继续|再|至|的|为|争取|每年"
    r"|20\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?[底末]?(?:之|以)?前?|\d{1,2}月[底末]?(?:之|以)?前"
    r"|[底末]前?)[,]?)+"
)
_TRAILING = re.compile(
    r"(?:(?:每人每年|每人每月|累计|分别|均|都|也|要|应|须|全部|力争|基本|总体|逐步|进一步|继续"
    r"|不断|的|再|同比|平均|已|将|并|达|占|约"
    r"|提高|降低|增加|减少|下降|增长|提升|稳定|保持|控制|调整|达到|到|至|在|为|按))+$"
)
_STOP = re.compile(r"[,,。;:\n]")
_NOUN_AFTER = re.compile(
    r"^(?:以上|以下|以内|左右|内|及以上)?(?:的)?(?!以上|以下|以内"
    r"|左右)(?P<noun>[^,。;:、和及与]{2,24})"
)
_VERB_IN_NOUN = re.compile(
    r"(?:能够|能|要|应|可|达到|实现|开展|建立|纳入|落实|完成|提供|进行|得到|给予|交由|推行|具备"
    r"|配备)"
)


def indicator_for(
    text: str,
    masked: str,
    sentence: int,
    sentence_end: int,
    quantity: Quantity,
    start: int,
    first: int,
    place: int,
    size: int,
) -> str:
    """What is measured, in the document's words.

    新建公办幼儿园4所: what stands between the verb and the number. 建成3个示范中心: the noun behind
    it. 95%以上的甲…: likewise. Otherwise the phrase before the comparison.
    """
    words = text[start : quantity.start]
    governed = _GOVERNING_VERB.match(words)
    if governed is not None and quantity.kind == "count":
        thing = words[governed.end() :]
        if _NUMBER.search(thing):
            thing = re.split(r"[、和及与]", thing)[-1]  # 培训医生300名、护士120名; 新建1个甲、2个乙
            if len(thing) >= 2:
                return thing if _GOVERNING_VERB.match(thing) else words[: governed.end()] + thing
        if len(thing) >= 2:
            return words[: governed.end()] + thing
        noun = _after(text, quantity.end, sentence_end)
        if noun:
            return noun if noun.endswith(("数", "率", "量")) else noun + "数"
    if quantity.unit == "%" and _SHARE_OF.match(text, quantity.end):
        return _after(text, quantity.end, sentence_end) + "比例"  # 95%以上的甲、90%以上的乙
    before = _before(text, masked, sentence, start)
    if len(before) < 2 and size > 1 and quantity.kind != "count":
        before = _before(text, masked, sentence, first)  # 分别达到70%以上和75%左右: one subject
    if len(before) < 2:
        noun = _after(text, quantity.end, sentence_end)
        if noun:
            return noun + ("比例" if quantity.unit == "%" else "")
    if size > 1 and place < size:
        return _one_of(before, place, size)
    return before


_SHARE_OF = re.compile(r"(?:以上|以下|左右|以内)?的[\u4e00-\u9fff]{2}")
_REACHING = re.compile(r"(?:分别)?(?:保持在|稳定在|控制在|达到|提高到)")
_NUMBER = re.compile(r"\d")
_GOVERNING_VERB = re.compile(
    r"(?:至少|不少于|全面|再|共|累计)?(?:组建|检查|抽检|接种|新建|改建|扩建|改扩建|建成|建设|打造"
    r"|培育|培养|培训|引进|招聘|新增|创建|完成|配备|免费开展|开展|实现|建立|设立|改造|更新|发放"
    r"|取消|举办|组织|筛查|推出|增设|选派|安置|治理|修复)"
)
_EARLIER_TARGET = re.compile(r"\d[\d.]*[万亿%]?[\u4e00-\u9fff]{0,2}(?:以上|以下|左右|以内)?")
# 由38%降到30%: where it starts is no part of what is measured.
_FROM_LEVEL = re.compile(r"[由从](?=[^,。;]{0,12}\d)")
_ASIDE = re.compile(r"\([^()]{0,40}\)")
_LIST_HEAD = re.compile(r"^[、和及与以]+")


def _before(text: str, masked: str, sentence: int, start: int) -> str:
    begin = sentence
    # A comma inside (以下简称甲,含乙) does not begin a new clause.
    plain = _ASIDE.sub(lambda match: "□" * len(match[0]), masked[sentence:start])
    for match in _STOP.finditer(plain):
        begin = sentence + match.end()
    # A number earlier in the clause belongs to an earlier target: what measures this one follows.
    if _FROM_LEVEL.search(masked, begin, start) is None:
        for match in _EARLIER_TARGET.finditer(masked, begin, start):
            begin = match.end()
    level = _FROM_LEVEL.search(masked, begin, start)
    if level is not None:
        start = level.start()
        earlier = [m.end() for m in _STOP.finditer(masked, sentence, start)]
        begin = earlier[-1] if earlier else sentence
    phrase = _ASIDE.sub("", text[begin:start])
    phrase = _LIST_HEAD.sub("", phrase.strip())
    phrase = _LEADING.sub("", phrase)
    reaching = _REACHING.search(phrase)
    if reaching is not None and reaching.start() >= 4:
        phrase = phrase[: reaching.start()]  # 限额分别保持在甲、乙和丙的6倍以上
    phrase = _TRAILING.sub("", phrase)
    return phrase.strip("、,的() ")[-40:]


def _after(text: str, end: int, sentence_end: int) -> str:
    match = _NOUN_AFTER.match(text[end:sentence_end])
    if match is None:
        return ""
    noun = match["noun"]
    verb = _VERB_IN_NOUN.search(noun)
    if verb is not None and verb.start() >= 2:
        noun = noun[: verb.start()]
    return noun.strip("的 ")


def _one_of(subject: str, place: int, size: int) -> str:
    """高血压、糖尿病患者管理人数分别达到…: name the member the number belongs to."""
    names = [name for name in re.split(r"[、和及与]", subject) if name]
    if len(names) != size:
        return subject
    return names[place] if place == size - 1 else f"{subject}({names[place]})"
