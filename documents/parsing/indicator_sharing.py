"""What the numbers of one sentence share: a subject, the members of a list, a measure."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from documents.parsing import indicator_words as words_of
from documents.parsing.commitments import Commitment
from documents.parsing.indicator_words import MEASURE, STOP, cleaned

MODIFIER = r"(?:及?以上|以下|以内|左右|内)?"
NORM = re.compile(
    rf"^{MODIFIER}的?(?P<norm>比例|标准|额度|幅度|原则|要求)(?:给予|予以|进行|核定|计算|落实)?"
    r"(?P<act>[^,。;:()\d]{0,12})"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    masked: str
    start: int
    end: int
    found: list[Commitment]
    groups: list[list[Commitment]]  # for each commitment those of its clause
    stops: list[int]  # where its clauses end


def stops_of(masked: str, start: int, end: int) -> list[int]:
    # A comma inside (以下简称甲,含乙) does not begin a new clause.
    plain = re.sub(r"\([^()]*\)", _blanked, masked[start:end])
    return [start + stop.end() for stop in STOP.finditer(plain)]


def own_begin(sentence: Sentence, index: int) -> int:
    """Where a commitment's own words begin: behind the last stop or the commitment before it."""
    item = sentence.found[index]
    place = bisect_right(sentence.stops, item.quantity.start)
    begin = sentence.stops[place - 1] if place else sentence.start
    if index == 0 or sentence.found[index - 1].end < begin:
        return begin
    begin = sentence.found[index - 1].end
    between = sentence.masked[begin : item.quantity.start]
    listed = list(re.finditer(r"[、和及与]", between))
    # 1个甲、2个乙: what stands behind the number before is that one's own.
    return begin + listed[-1].end() if listed and listed[0].start() > 0 else begin


def _blanked(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def respective(sentence: Sentence, index: int) -> str:
    """高血压、糖尿病患者管理人数分别达到…: the member of the list the number belongs to."""
    item, group = sentence.found[index], sentence.groups[index]
    if not 2 <= len(group) <= 12:
        return ""
    at = sentence.found.index(group[0])
    subject = sentence.text[own_begin(sentence, at) : group[0].quantity.start]
    subject, respective, _ = subject.partition("分别")
    names = [name for name in re.split(r"[、和与]|及(?![时以其])", cleaned(subject)) if name]
    if not respective or len(names) != len(group):
        return ""
    norm = NORM.match(sentence.text[group[-1].quantity.end : sentence.end])
    if norm is not None:
        act = re.sub(r"^(?:给予|予以|的)", "", norm["act"])
        return names[group.index(item)] + act + norm["norm"]
    for place in range(len(names) - 2, -1, -1):
        if not MEASURE.search(names[place]):
            names[place] += _shared_measure(names[place], names[place + 1], in_list=True)
    own = names[group.index(item)]
    whole = bool(MEASURE.search(own)) or not MEASURE.search(names[-1])
    return own if whole else f"{cleaned(subject)}({own})"


def completed(sentence: Sentence, index: int, bases: list[str]) -> str:
    """二级医院不低于45% behind 基本药物占比: or beside 三级医院基本药物占比…: the measure is shared."""
    item, phrase = sentence.found[index], bases[index]
    if not phrase or (MEASURE.search(phrase) and not phrase.endswith(("人数", "数"))):
        return phrase
    begin = own_begin(sentence, index)
    heads = sentence.text[sentence.start : begin].split(":")[:-1]
    head = cleaned(re.split(r"[,。;]", heads[-1])[-1]) if heads else ""
    if len(head) >= 2 and MEASURE.search(head) and not MEASURE.search(phrase):
        return phrase + head
    if item.quantity.kind in ("count", "time"):
        phrase = re.sub(r"(?:人数|数|时间)$", "", phrase)
        alike = any(kind.search(phrase[-3:]) for kind in words_of.ALIKE)
        if not alike and not words_of.PER_PHRASE.search(phrase):
            return bases[index]
    near = [
        *range(index - 1, max(-1, index - 9), -1),
        *range(index + 1, min(len(bases), index + 9)),
    ]
    for place in near:
        if sentence.found[place].quantity.unit == item.quantity.unit:
            shared = _shared_measure(phrase, bases[place])
            if shared:
                return phrase + shared
    return bases[index]


_APART = re.compile(r"(?:人群|家庭|门诊|住院|对象)$")
_TAIL = re.compile(
    r"(?:居民(?=健康|电子)|患者|人群|人口|儿童|政策范围|规范|管理|参保|覆盖|签约|报销|支付|建档|接种|筛查)"
)


def _shared_measure(phrase: str, donor: str, in_list: bool = False) -> str:
    """退休人员 beside 在职职工年度支付限额: 年度支付限额."""
    if not MEASURE.search(donor):
        return ""
    for alike in (*words_of.ALIKE, re.compile(re.escape(phrase[-2:]))):
        theirs = alike.search(donor)
        if re.search(rf"(?:{alike.pattern})$", phrase) and theirs and theirs.end() < len(donor):
            return donor[theirs.end() :]
    if not in_list:
        tail = _TAIL.search(donor) if _APART.search(phrase) else None
        return donor[tail.start() :] if tail else ""
    place = donor.find(phrase[-1])
    if 0 < place < len(donor) - 2:
        return donor[place + 1 :]  # 宫颈癌、乳腺癌筛查率
    tail = _TAIL.search(donor)
    if tail is not None and tail.start() >= 2:
        return donor[tail.start() :]
    return donor[len(phrase) :] if len(phrase) <= 4 < len(donor) else ""  # 门诊、住院次均费用


def clause_ahead(sentence: Sentence, item: Commitment) -> str:
    """提高签约率,到2025年达到75%: what the clause ahead is about."""
    clauses = STOP.split(sentence.text[sentence.start : item.start])[:-1]
    for clause in reversed(clauses):
        phrase = re.sub(r"^(?:.*适当|不断|稳步)?(?:提高|降低|扩大|提升|控制)", "", cleaned(clause))
        provided = re.search(r"(?:提供|开展|实施|推进)(?P<what>[^,]{4,})$", phrase)
        if len(phrase) >= 2:
            return provided["what"] if provided else phrase[-30:]
    return ""
