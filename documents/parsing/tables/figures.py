"""What the cells of an indicator say: 基层诊疗量占比 | % | ≥58 becomes a target."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from documents.parsing.folding import fold
from documents.parsing.model import Comparison, ParsedTarget
from documents.parsing.numerals import number
from documents.parsing.quantities import UNIT, Quantity, find_quantities
from documents.parsing.tables.cells import on_one_line
from documents.parsing.targets import find_targets

_BEFORE: dict[Comparison, str] = {
    ">=": r"≥|>=|≧|不低于|不少于|不小于|至少|达到|达|提高到|提高至|增加到|增加至|稳定在|保持在|新增|新建|完成",
    "<=": r"≤|<=|≦|不高于|不超过|不大于|不多于|控制在|控制到|降低到|降到|降至|下降到|下降至|低至",
    ">": r">|高于|大于|超过|多于",
    "<": r"<|低于|小于|少于",
    "~": r"约|大约|≈",
    "=": r"=|为",
}
_BEHIND: dict[Comparison, str] = {
    ">=": r"\(?(?:及|或)?以上\)?|\(含\)以上",
    "<=": r"\(?(?:及|或)?(?:以下|以内|之内)\)?",
    "~": r"左右|上下",
}


def _any_of(words: dict[Comparison, str]) -> str:
    return "|".join(words.values())


_FIGURE = re.compile(
    rf"^(?P<before>{_any_of(_BEFORE)})?\s?(?P<low>\d[\d,]*(?:\.\d+)?)(?:\s?(?:-|—{{1,2}}|~|至)\s?(?P<high>\d[\d,]*(?:\.\d+)?))?"
    rf"\s?(?P<unit>[^\d\s]{{0,3}}?(?:{UNIT})|[^\d\s(]{{0,8}}?)\s?(?P<behind>{_any_of(_BEHIND)})?$"
)
# What shall rather fall: a bare figure is its upper bound.
_FALLS = re.compile(
    r"死亡率|死亡人数|发病率|患病率|感染率|药占比|药品(?:收入)?占比|(?:平均)?住院日|个人(?:现金)?卫生支出|自付比例"
    r"|(?:费用|支出).{0,6}(?:增幅|增长率|增长幅度|增速)|卫生材料(?:消耗|收入|费用)|耗材占比|负债率|投诉|响应时间|反应时间|等候时间"
)
_UNIT_ASIDE = re.compile(r"[(\[](?:单位:?)?(?P<unit>[^()\[\]]{1,8})[)\]]$")
_FACTORS = {"万": 10_000, "亿": 100_000_000, "千": 1000, "百": 100}


def is_figure(words: str) -> bool:
    """≥58, 3—5个, 82.8左右: a value that says nothing of what it measures."""
    return bool(_FIGURE.match(on_one_line(fold(words)).strip("。; ")))


def read_figure(
    name: str, value: str, unit: str, year: int | None, shown: str | None = None
) -> list[ParsedTarget]:
    """The targets of one value, usually one; `shown` is the cell as people see it."""
    shown = value if shown is None else shown
    name, value = on_one_line(fold(name)), on_one_line(fold(value)).strip("。; ")
    aside = _UNIT_ASIDE.search(name)
    if aside is not None and _is_unit(aside["unit"]):
        name, unit = name[: aside.start()], unit or aside["unit"]
    due_on = date(year, 12, 31) if year else None
    match = _FIGURE.match(value)
    if match is None:
        return _in_words(name, value, unit, shown, due_on)
    low = _measured(match["low"], match["unit"] or unit)
    if low is None:
        return []
    high = _measured(match["high"], match["unit"] or unit) if match["high"] else None
    comparison = _comparison(match, name)
    if high is not None:
        comparison = "range"
    return [
        ParsedTarget(
            text=shown,
            indicator=name,
            comparison=comparison,
            value=low.value,
            value_max=None if high is None else high.value,
            unit=low.unit,
            due_on=due_on,
        )
    ]


def _comparison(match: re.Match[str], name: str) -> Comparison:
    for words, given in ((_BEHIND, match["behind"]), (_BEFORE, match["before"])):
        for comparison, pattern in words.items():
            if given and re.fullmatch(pattern, given):
                return comparison
    return "<=" if _FALLS.search(name) else ">="


def _is_unit(words: str) -> bool:
    return bool(
        re.fullmatch(
            rf"1?/?[百千万亿]{{0,2}}(?:{UNIT}|人次|[/每][\u4e00-\u9fff/]{{1,6}})(?:/[\u4e00-\u9fff]{{1,4}})?|1/10万|1/万",
            words,
        )
    )


def _measured(figure: str, unit: str) -> Quantity | None:
    """15 万元 is 150000 元, 12 1/10万 is 12 /10万."""
    value = number(figure.replace(",", ""))
    if value is None:
        return None
    unit = re.sub(r"^1(?=/)", "", unit).replace("十万", "10万")
    if unit.startswith("/"):
        return Quantity(0, 0, value, None, unit, "percent")
    known = find_quantities(f"1{unit}") if unit else []
    if known and known[0].end == len(unit) + 1:
        return replace(known[0], value=value * known[0].value)
    factor = _FACTORS.get(unit[:1], 1) if len(unit) > 1 else 1
    return Quantity(0, 0, value * Decimal(factor), None, unit[1:] if factor > 1 else unit, "count")


def _in_words(
    name: str, value: str, unit: str, shown: str, due_on: date | None
) -> list[ParsedTarget]:
    """较上年提高1.5个百分点: read as the sentence it makes with the indicator's name."""
    if not re.search(r"[\d一二三四五六七八九十]", value):
        return []
    found = []
    for target in find_targets(name + value, []):
        if target.text in value or target.text.endswith(value):
            words = target.text if target.text in shown else shown
            found.append(
                replace(
                    target, text=words, due_on=due_on or target.due_on, unit=target.unit or unit
                )
            )
    return found
