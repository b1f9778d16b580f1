"""Numbers with their units in running text, before anyone asks whether they are targets.

Whatever only looks like a quantity is masked first, character by character so that offsets hold:
titles, document numbers, dates, slogans, ages, grades, ordinals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from documents.parsing.numerals import number

BLANK = "\u25a1"  # stands for a masked character

PERCENT = r"%|‰|个百分点|百分点|/10万|/十万"
MONEY = r"亿元|万元|元|美元"
TIME = r"个工作日|工作日|个自然日|自然日|个小时|小时|分钟|个月|个季度|学时|课时|天|日|周|年"
COUNT = (
    r"家次|剂次|批次|例次|户次|场次|件次|人次|人份|人日|人月|平方米|平方公里|立方米|公里|千米|公顷"
    r"|千瓦时|千瓦|兆瓦|万千瓦|吨标准煤|吨|亩|米"
    r"|毫克|微克/立方米|公斤|千克|毫升|DDDs?|台套|台\(套\)"
    r"|标箱|人|名|个|所|家|次|起|例|床|张|台|套|辆|架|艘|间|座|处|户|项|类|种|条|场|轮|批|篇|件|支"
    r"|只|头|株|部|册|幅"
    r"|对|组|村|镇|站|点|辈|位|分|册|门|节|期|栋|幢|片|宗|单|笔|份|款|本|克|度|GB|TB|MW|kW|倍"
    r"|番|岁"
)
# 315人才, 20个人, 120天津 …: a unit's character that begins another word is no unit.
_OTHER_WORD = (
    r"(?<!人(?=[才口均工大民群文力类]))(?<!个(?=[人性案别体]))(?<!家(?=[庭属长用]))(?<!次(?=[均生]))(?<!所(?=[有在需属]))"
    r"(?<!位(?=[置于]))(?<!分(?=[别类级之]))(?<!天(?=[津然]))(?<!年(?=[度级龄均报会检]))(?<!条(?=[例件]))(?<!名(?=[单称录]))"
    r"(?<!户(?=[籍均]))(?<!度(?=假))(?<!元(?=旦))(?<!期(?=[间末]))(?<!台(?=[湾账]))(?<!部(?=[门分位委]))(?<!本(?=[科级市区县]))"
    r"(?<!组(?=[织成]))(?<!门(?=诊))(?<!对(?=[接口外]))(?<!村(?=[级民卫]))(?<!镇(?=级))(?<!点(?=[位击]))(?<!级)(?<!单(?=位))"
    r"(?<!场(?=[所地景]))(?<!种(?=类))(?<!件(?=均))(?<!起(?=[点步草伏来]))"
)
UNIT = rf"(?:{PERCENT}|{MONEY}|(?:{TIME}|{COUNT}){_OTHER_WORD})"
# 2012各级…: the 年 was lost in copying.
LOST_YEAR = rf"(?<!\d)20[0-3]\d(?=[\u4e00-\u9fff]{{2}})(?!年|[万亿余多]|{UNIT})"

_MASKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"《[^《》]{1,120}》",
        r"[〔\[]\d{4}[〕\]]\s?\d{1,5}号|〔\d{4,9}号?〕?号?",
        # Slogans and names of plans: “十二五”, “1+1+1”, “三好一满意”, “12345”.
        r"“[^“”\d%]{1,14}”|“[^“”%]{1,8}”",
        r"\d{1,3}(?:\+\d{1,3}){1,4}",
        r"“[^“”]{0,4}个\d{2}%[^“”]{0,6}”|\d{1,2}分钟(?=[^,。]{0,12}圈)",  # “三个90%”, 15分钟就医圈
        r"(?:19|20)\d\d\s?(?:-|—{1,2}|~|至|到|、|一)\s?(?:19|20)\d\d(?:年|学年)?",
        r"(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?",
        r"(?<!\d)\d{1,2}月(?:\d{1,2}日)?(?!以|的|内)",
        r"第[\d一二三四五六七八九十百]{1,4}[\u4e00-\u9fff]?",
        r"(?<![\d.])\d{1,3}(?:\.\d)?\s?(?:-|—|~|至|到)?\s?\d{0,3}(?:周岁|岁)(?:及)?(?:以上|以下"
        r"|以内)?",
        r"[一二三四五](?:[、/和或]?[一二三四五]){0,4}级(?:以上|以下|及以上|甲等|乙等)?",
        # 电子病历达到4级: a grade, as 二级 is
        r"(?<![\d.])\d{1,2}级(?:[、和]\d{1,2}级)?(?:以上|以下|及以上)?",
        LOST_YEAR,
        r"十[一二三四五六七八九]五",
        r"(?<![\d.A-Za-z])[1-9]G(?!B)",
        r"\d{1,2}小时(?:热线|服务|值班|在线|值守|不间断)|7[×xX*]24小时",
    )
)


_LIFE = re.compile(r"寿命[^,。;]{0,12}$")  # 人均预期寿命达到78.3岁 is a level, no age group


def mask(text: str) -> str:
    """Folded text with everything blanked out that is a number but no quantity."""
    for pattern in _MASKS:
        text = pattern.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    written = match[0]
    if "岁" in written and _LIFE.search(match.string, max(0, match.start() - 20), match.start()):
        return written
    return BLANK * len(written)


_FIGURE = (
    r"(?<![\d.A-Za-z])\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,6})?|(?<![\d.A-Za-z])\d{1,12}(?:\.\d{1,6})?"
)
_MANY = r"(?:[余多]?(?:万亿|百万|千万|[万亿千百])[余多]?|[余多])?"
_DASH = r"(?:-|—{1,2}|~|至|到|一)"
_CN_FIGURE = r"[一二两三四五六七八九十百千](?:[零一二两三四五六七八九十百千]|万(?=[一二三四五六七八九])){0,7}"

_PATTERN = re.compile(
    rf"(?P<ratio>(?<![\d.])1:\d{{1,3}}(?:\.\d{{1,3}})?)"
    rf"|(?P<ratioto1>(?<![\d.:])\d{{1,3}}(?:\.\d{{1,3}})?:1)(?![\d.:])"
    rf"|(?P<low>{_FIGURE})(?P<lowunit>{_MANY}{UNIT}?){_DASH}(?P<high>\d{{1,12}}(?:\.\d{{1,6}})?)(?P<rangemany>{_MANY})(?P<rangeunit>{UNIT})"
    rf"|(?P<base>百|千|十万|10万)分之(?P<per>{_CN_FIGURE}(?:点{_CN_FIGURE})?|\d{{1,3}}(?:\.\d{{1,3}})?)"
    rf"|(?P<tenths>[一二三四五六七八九1-9])成(?P<tenth>[一二三四五六七八九半])?(?![为立都渝效果绩员本长功分人熟年套品就])"
    rf"|(?<![\d/])(?P<part>[1-9])/(?P<whole>[2-9]|10)(?![\d/万])"
    rf"|(?P<den>[二三四五六七八九十]|\d{{1,2}})分之(?P<numer>[一二三四五六七八九]|\d{{1,2}})"
    rf"|(?P<word>零增长|零上报|零发生|一半|半数|翻一番|翻番|翻两番|清零)"
    rf"|(?P<fig>{_FIGURE})(?P<many>{_MANY})(?P<unit>{UNIT})?"
    rf"|(?P<cn>{_CN_FIGURE})(?P<cnmany>[万亿]?)(?P<cnunit>{UNIT})"
)
_FACTORS = {
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
    "万亿": 1_000_000_000_000,
}
_PARTS = {"百": "%", "千": "‰", "十万": "/10万", "10万": "/10万"}
_WORDS: dict[str, tuple[Decimal, str]] = {
    "零增长": (Decimal(0), "%"),
    "零上报": (Decimal(0), ""),
    "零发生": (Decimal(0), ""),
    "一半": (Decimal(50), "%"),
    "半数": (Decimal(50), "%"),
    "翻一番": (Decimal(2), "倍"),
    "翻番": (Decimal(2), "倍"),
    "翻两番": (Decimal(4), "倍"),
    "清零": (Decimal(0), ""),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    kind: str  # percent, money, time, count, times, ratio, word, none
    chinese: bool = False  # written with Chinese numerals


def find_quantities(masked: str) -> list[Quantity]:
    found = []
    for match in _PATTERN.finditer(masked):
        quantity = _read(match)
        if quantity is not None:
            found.append(quantity)
    return found


def _read(match: re.Match[str]) -> Quantity | None:
    parts = match.groupdict()
    start, end = match.span()
    if parts["ratio"]:
        return Quantity(start, end, Decimal(parts["ratio"].split(":")[1]), None, "1:N", "ratio")
    if parts["ratioto1"]:
        return Quantity(start, end, Decimal(parts["ratioto1"][:-2]), None, "N:1", "ratio")
    if parts["low"]:
        return _read_range(match)
    if parts["base"]:
        value = number(parts["per"])
        unit = _PARTS[parts["base"]]
        return None if value is None else Quantity(start, end, value, None, unit, "percent", True)
    if parts["tenths"]:
        value = (number(parts["tenths"]) or Decimal(0)) * 10
        value += 5 if parts["tenth"] == "半" else number(parts["tenth"] or "零") or 0
        return Quantity(start, end, value, None, "%", "percent", True)
    if parts["den"] or parts["whole"]:
        below = number(parts["den"] or parts["whole"])
        above = number(parts["numer"] or parts["part"])
        if not below or above is None or above >= below:
            return None
        share = (above / below * 100).quantize(Decimal("0.000001")).normalize()
        return Quantity(start, end, share, None, "%", "percent", True)
    if parts["word"]:
        value, unit = _WORDS[parts["word"]]
        return Quantity(start, end, value, None, unit, "word", True)
    if parts["fig"]:
        value = _scaled(parts["fig"], parts["many"])
        return _measured(start, end, value, parts["unit"] or "", False)
    value = number(parts["cn"] + parts["cnmany"])
    # 两万名 is as exact as 20000名; 三所, 一批, 百家 may be mere words.
    words = value is None or value < 100 or parts["cn"][0] in "十百千"
    return _measured(start, end, value, parts["cnunit"], words)


def _read_range(match: re.Match[str]) -> Quantity | None:
    low = _scaled(match["low"], match["rangemany"])
    high = _scaled(match["high"], match["rangemany"])
    if low is None or high is None:
        return None
    if high <= low:
        # 5一10 reads as a range, 10一5 does not; keep the first number then.
        return None
    single = _measured(match.start(), match.end(), low, match["rangeunit"], False)
    if single is None:
        return None
    factor = single.value / low if low else Decimal(1)
    return Quantity(single.start, single.end, single.value, high * factor, single.unit, single.kind)


def _scaled(figure: str, many: str) -> Decimal | None:
    value = number(figure)
    factor = _FACTORS.get(many.strip("余多"), 1) if many else 1
    return None if value is None else value * factor


def _measured(
    start: int, end: int, value: Decimal | None, unit: str, chinese: bool
) -> Quantity | None:
    if value is None:
        return None
    if unit in ("万元", "亿元"):
        return Quantity(start, end, value * _FACTORS[unit[0]], None, "元", "money", chinese)
    if unit in ("%", "‰", "/10万", "/十万"):
        return Quantity(start, end, value, None, unit.replace("十", "10"), "percent", chinese)
    if unit.endswith("百分点"):
        return Quantity(start, end, value, None, "个百分点", "percent", chinese)
    if unit == "番":
        return None
    kind = (
        "money" if unit.endswith("元") else "times" if unit == "倍" else "none" if not unit
        else "time" if re.fullmatch(TIME, unit) else "count"
    )  # fmt: skip
    return Quantity(start, end, value, None, unit, kind, chinese)
