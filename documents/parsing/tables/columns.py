"""What the columns of an annex table are called, and what follows for its rows.

Nothing here depends on where a column stands: 牵头单位 leads in whichever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from documents.parsing.markers import read_marker

LONGEST_NAME = 16
_SHORT = 8
_OFFICE = r"(?:单位|部门|主体|处室|科室|股室|机构|地区|区域)"
_AND = r"(?:$|[及和与、/])"
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("number", r"^(?:序号|编号|序|号|项次|序次|编码|(?:任务|项目|事项)(?:编号|序号)|No\.?)$"),
        ("unit", r"^(?:计量|指标|数量)单位$"),
        ("score", r"分值|评分|得分|扣分|权重"),
        ("section", r"^(?:工作|任务|改革|重点|主要|所属|业务|一级)*(?:类别|类型|领域|分类|板块|专题|方面|大类|类|模块|方向)$|^一级(?:任务|目录)$"),
        ("responsible", r"(?:牵头|主办|责任).*(?:配合|协办|参与|协同)"),
        ("lead", rf"(?:牵头|主办|主责|主管|第一责任|主要责任)(?:责任|负责)?{_OFFICE}{_AND}|^(?:总)?牵头$|^主办$|^主责$|牵头.{{0,4}}{_OFFICE}$"),
        ("coop", rf"(?:配合|协办|协同|协作|协助|会办|支持)(?:责任)?{_OFFICE}?$"),
        ("part", rf"(?:参与|参加)(?:责任)?{_OFFICE}?$"),
        ("responsible", rf"责任{_OFFICE}{_AND}|^(?:承办|实施|落实|执行|承担|负责|办理|主要){_OFFICE}{_AND}|^(?:责任|任务|职责|部门|单位|工作|职能)?分工$|^责任$|^(?:省直|市直|区直|县直)?(?:单位|部门)$"),
        ("skip", r"^(?:启动|开始|起始)(?:时间|日期)$|领导|分管|包保|责任人|负责人|联系|联络|备注|附注|说明|进展|(?:完成|落实|办理|推进|实施|执行)情况|电话|状态|依据|来源|属性|性质|基期|基数|基准|现状|实际|完成值|上年|去年|是否|投资|资金|预算"),
        ("due", r"时限|期限|(?:完成|实施|办结|办理|工作|起止|推进|达成|计划)(?:时间|日期)|时间(?:节点|要求|进度|安排|表)|进度(?:安排|要求|计划)?$|截止|^时间$|^节点$|时序$"),
        ("value", r"(?:目标|指标|标准|年度|计划|任务)[值数]$|^到?20\d\d年?[底末]?(?:年度)?(?:目标|计划|指标)?[值数]?$|^(?:年度|考核)?目标$|^数值$"),
        ("indicator", r"指标(?:名称|内容|项目)?$"),
        ("content", r"^具体|(?:内容|措施|举措|要求|目标|做法|路径|成果|成效|标准|步骤|安排)$|(?:内容|措施|举措|目标|要求)[及和与、]"),
        ("task", r"任务|事项|项目|工作|名称|要点|清单|问题|举措|措施|内容|指标"),
    )
)  # fmt: skip
_WHO = ("lead", "responsible", "coop", "part")
_ASIDE = re.compile(r"\([^()]*\)?$")
_UNIT = re.compile(r"\((?:单位:)?([^()年]{1,6})\)$")
_YEAR = re.compile(r"20\d\d(?=年|$|目标)")
# 责任单位及责任人: the cell also names people
_PEOPLE = re.compile(r"领导|人$|人员")


def role_of(name: str) -> str | None:
    """number, task, content, lead, due …: the role of a column of this name, if it has any."""
    bare = _ASIDE.sub("", name) or name
    if not bare or len(bare) > LONGEST_NAME or "。" in bare:
        return None
    return next((role for role, pattern in _ROLES if pattern.search(bare)), None)


@dataclass(frozen=True, slots=True)
class Value:
    """A column of figures: 2025年目标值(%)."""

    column: int
    year: int | None
    unit: str


@dataclass(slots=True)
class Columns:
    """Which column is which. `texts` say what is to be done, in the table's order."""

    names: list[tuple[str, ...]]  # of each column, the lowest first
    number: int | None = None
    sections: list[int] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    title: int | None = None  # the one among `texts` that heads the row, if any is called so
    who: dict[str, list[int]] = field(default_factory=dict)
    due: list[int] = field(default_factory=list)
    indicator: int | None = None
    unit: int | None = None
    values: list[Value] = field(default_factory=list)
    people: frozenset[int] = frozenset()
    scores: bool = False

    @property
    def has_tasks(self) -> bool:
        if self.scores and not self.due:
            return False  # a sheet to be marked
        heads_text = self.number is not None and self.title is not None and len(self.texts) > 1
        return bool(self.texts) and bool(self.who or self.due or heads_text)

    @property
    def has_targets(self) -> bool:
        """Targets for nobody in particular: those of the document."""
        return self.indicator is not None and bool(self.values) and not self.who

    def is_like(self, other: Columns) -> bool:
        return self.names == other.names


def is_heading(names: list[str], above: list[list[str]]) -> bool:
    """Are these cells the names of columns? `above`: the lines of names they may go on with."""
    written = [name for name in names if name]
    if above:
        return bool(written) and all(_goes_on(at, name, above) for at, name in enumerate(names))
    if any(name.isdigit() or "。" in name or _too_long(name) for name in written):
        return False
    known = [role for name in written if (role := role_of(name)) is not None]
    says_more = set(known) - {"task", "content", "section", "skip"}
    return len(set(known)) >= 2 and 2 * len(known) > len(written) and bool(says_more)


def _too_long(name: str) -> bool:
    return len(_ASIDE.sub("", name)) > LONGEST_NAME


def _goes_on(at: int, name: str, above: list[list[str]]) -> bool:
    """One cell of a second line of names: merged with the one above, or below one that spans."""
    line = next((line for line in reversed(above) if at < len(line) and line[at]), None)
    if not name or (line is not None and name == line[at]):
        return True
    if name.isdigit() or "。" in name or _too_long(name):
        return False
    # Nothing above: the name to the left spans this column, too.
    spans = (
        line is None or line[at] in line[at - 1 : at] or line[at + 1 : at + 2] in ([""], [line[at]])
    )
    if role_of(name) is not None:
        return spans or role_of(line[at] if line else "") is not None
    return spans and len(name) <= _SHORT and read_marker(name) is None


def read_columns(heading: list[list[str]]) -> Columns | None:
    """The columns below these lines of names, or None if they are no table of tasks or targets."""
    stacks = _stacks(heading, max(len(names) for names in heading))
    places: dict[str, list[int]] = {}
    for index, role in _roles(stacks):
        places.setdefault(role, []).append(index)
    if len(places.get("task", [])) > 1 and "content" in places and "section" not in places:
        # 改革事项 | 重点任务 | 具体举措: the first says what the second belongs to
        places["section"] = [places["task"].pop(0)]
    indicators = places.get("indicator", [])
    texts = sorted(places.get("task", []) + places.get("content", []) + indicators[1:])
    columns = Columns(
        names=stacks,
        number=_count_column(places.get("number", []), texts, stacks),
        sections=places.get("section", []),
        texts=texts,
        who={role: places[role] for role in _WHO if role in places},
        due=places.get("due", []),
        indicator=indicators[0] if indicators else None,
        unit=places["unit"][-1] if "unit" in places else None,
        values=[_value(index, stacks[index]) for index in places.get("value", [])],
        people=frozenset(
            i for role in _WHO for i in places.get(role, []) if _has_people(stacks[i])
        ),
        scores="score" in places,
    )
    _settle_texts(columns, [i for i in places.get("", []) if texts and i < texts[0]])
    _settle_unit(columns)
    return columns if columns.has_tasks or columns.has_targets else None


def _roles(stacks: list[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """The role of each column that has a name; '' where the name says nothing."""
    spanned = _spanned(stacks)
    for index, stack in enumerate(stacks):
        role = next((role for name in stack if (role := role_of(name)) is not None), "")
        if index in spanned and role in ("due", "skip") and role_of(stack[0]) is None:
            continue  # 上半年, 下半年 below 推进时序: what is to be done when, in words
        if stack:
            yield index, role


def _count_column(
    numbers: list[int], texts: list[int], stacks: list[tuple[str, ...]]
) -> int | None:
    """The one that counts the rows: of 序号 | 领域 | 序号 | 任务 the second counts the fields' own."""
    near = [index for index in numbers if texts and index < texts[0] and "序" in stacks[index][0]]
    return next(iter([*near[-1:], *numbers]), None)


def _value(index: int, stack: tuple[str, ...]) -> Value:
    years = [year[0] for name in stack if (year := _YEAR.search(name))]
    units = [unit[1] for name in stack if (unit := _UNIT.search(name))]
    return Value(index, int(years[0]) if years else None, units[0] if units else "")


def _has_people(stack: tuple[str, ...]) -> bool:
    return any(_PEOPLE.search(_ASIDE.sub("", name)) for name in stack)


def _stacks(heading: list[list[str]], width: int) -> list[tuple[str, ...]]:
    """The names over each column, the lowest first; one that spans counts for all below it."""
    filled = [list(names) + [""] * (width - len(names)) for names in heading]
    for line, below in pairwise(filled):
        for index in range(1, width):
            if not line[index] and below[index]:
                line[index] = line[index - 1]
    return [
        tuple(dict.fromkeys(line[index] for line in reversed(filled) if line[index]))
        for index in range(width)
    ]


def _spanned(stacks: list[tuple[str, ...]]) -> set[int]:
    """Columns that share their upper name with a neighbour."""
    found = set()
    for index in range(1, len(stacks)):
        one, other = stacks[index - 1], stacks[index]
        if len(one) > 1 and len(other) > 1 and one[-1] == other[-1]:
            found |= {index - 1, index}
    return found


def _settle_texts(columns: Columns, unknown: list[int]) -> None:
    """Which text heads the row. `unknown`: columns to the left whose names say nothing."""
    if columns.indicator is not None and not columns.values:
        columns.texts = sorted([*columns.texts, columns.indicator])  # a text, too
        columns.indicator = None
    if not columns.texts and columns.indicator is not None and columns.who:
        columns.texts = [columns.indicator]
    for index in columns.texts:
        role = next(filter(None, map(role_of, columns.names[index])), "")
        if role in ("task", "indicator"):
            columns.title = index
            break
    if unknown and not columns.sections:
        if columns.title is None:
            columns.title = unknown[-1]
            columns.texts.insert(0, columns.title)
        else:
            columns.sections = unknown[:1]  # 专项行动 to the left of its tasks


def _settle_unit(columns: Columns) -> None:
    """单位 beside an indicator is what it is counted in; else it is who is responsible."""
    listed = columns.who.get("responsible", [])
    plain = [index for index in listed if columns.names[index][0] == "单位"]
    is_measure = columns.indicator is not None or bool(columns.values)
    if plain and is_measure:
        columns.unit = plain[0]
        listed.remove(plain[0])
        if not listed:
            del columns.who["responsible"]
