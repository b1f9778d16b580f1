"""What a number measures, as a short noun phrase taken from the text around it."""

from __future__ import annotations

import re

from documents.parsing.quantities import Quantity

_LEADING = re.compile(
    r"^(?:(?:力争|确保|争取|努力|使|将|把|对|在|到|并|且|其中|同时|进一步|逐步|全面|积极|稳步|原则上|要|应|需|可|按照|按|由|从"
    r"|实现|推进|推动|做到|建立|以及|全年|今年|本年|年底前|相应|继续|再|□+年?底?前?|至|的|为)[,]?)+"
)
_TRAILING = re.compile(
    r"(?:(?:分别|均|都|也|要|应|须|全部|力争|基本|总体|逐步|进一步|继续|不断|的|标准|比例|再|同比|平均|已|将|并|达|占|约"
    r"|提高|降低|增加|减少|下降|增长|提升|稳定|保持|控制|调整|达到|到|至|在|为|按|补助)(?=$))+$"
)
_STOP = re.compile(r"[,,。;:\n]")
_NOUN_AFTER = re.compile(
    r"^(?:以上|以下|以内|左右|内|及以上)?(?:的)?(?P<noun>[^,。;:、和及与]{2,24})"
)
_VERB_IN_NOUN = re.compile(r"(?:能够|能|要|应|可|达到|实现|开展|建立|纳入|落实|完成|提供|进行|得到|给予|交由|推行|具备|配备)")


def indicator_for(
    text: str,
    masked: str,
    sentence: int,
    sentence_end: int,
    quantity: Quantity,
    start: int,
    end: int,
    place: int,
    size: int,
) -> str:
    """The phrase before the comparison; for 95%以上的甲…, the noun behind the number."""
    before = _before(text, masked, sentence, start)
    after = _after(text, quantity.end, sentence_end)
    if quantity.kind == "count" and after:
        return _with_verb(before, after)
    if len(before) < 2 and after:
        return after + ("比例" if quantity.unit == "%" else "")
    if size > 1 and place < size:
        return _one_of(before, place, size)
    return before


def _before(text: str, masked: str, sentence: int, start: int) -> str:
    begin = sentence
    for match in _STOP.finditer(masked, sentence, start):
        begin = match.end()
    # A number earlier in the clause belongs to an earlier target.
    for match in re.finditer(r"\d[\d.万亿%]*[\u4e00-\u9fff]?(?:以上|以下|左右|以内)?[、和及与]?", masked[begin:start]):
        if start - begin - match.end() >= 4:
            begin += match.end()
            break
    phrase = text[begin:start]
    phrase = _LEADING.sub("", phrase.strip())
    phrase = _TRAILING.sub("", phrase)
    return phrase.strip("、,,的 ")[-40:]


def _after(text: str, end: int, sentence_end: int) -> str:
    match = _NOUN_AFTER.match(text[end:sentence_end])
    if match is None:
        return ""
    noun = match["noun"]
    verb = _VERB_IN_NOUN.search(noun)
    if verb is not None and verb.start() >= 2:
        noun = noun[: verb.start()]
    return noun.strip("的 ")


def _with_verb(before: str, after: str) -> str:
    return f"{after}数" if not after.endswith(("数", "率", "量")) else after


def _one_of(subject: str, place: int, size: int) -> str:
    """高血压、糖尿病患者管理人数分别达到…: name the member the number belongs to."""
    names = [name for name in re.split(r"[、和及与]", subject) if name]
    if len(names) != size:
        return subject
    return names[place] if place == size - 1 else f"{subject}({names[place]})"
