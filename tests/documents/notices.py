"""Notices made up by Hypothesis, and the forms in which one and the same notice reaches an office."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import normalize

import docx
from hypothesis import strategies as st

from documents.parsing import ParsedDocument

NUMERALS = "一二三四五六七八九十"
TOPICS = [
    "健全全民基本医保制度",
    "推进县级公立医院改革",
    "加强基层医疗卫生服务",
    "规范药品供应保障",
    "强化公共卫生服务",
    "推进信息化建设",
]
TITLES = [
    "巩固扩大参保覆盖面",
    "完善医保支付方式",
    "提高门诊保障水平",
    "推进家庭医生签约服务",
    "加强药品集中采购",
    "建设县域医疗共同体",
    "培养全科医生队伍",
    "发展中医药服务",
]
SENTENCES = [
    "健全部门联动机制，定期分析运行情况",
    "完善配套政策，加强督促指导",
    "优化服务流程，方便群众就近就医",
    "支持社会力量参与，鼓励多元发展",
]
# What is measured, how it is said, and what a reader would note: comparison, value, unit.
COMMITMENTS = [
    ("参保率稳定在95%以上", (">=", 95.0, "%")),
    ("住院次均费用增幅控制在5%以内", ("<=", 5.0, "%")),
    ("新建乡镇卫生院12所", (">=", 12.0, "所")),
    ("人均公共卫生经费不低于89元", (">=", 89.0, "元")),
]
DEPARTMENTS = ["市卫生健康委", "市医保局", "市财政局", "市人力资源社会保障局", "市教育局", "市残联"]


@dataclass(frozen=True)
class Item:
    title: str
    sentences: tuple[str, ...]
    commitments: tuple[tuple[str, tuple[str, float, str]], ...]
    departments: tuple[str, ...]


SECTION_MARKS = ["{numeral}、", "（{numeral}）", "第{numeral}章　"]
ITEM_MARKS = ["{number}.", "{number}、", "{number}．", "（{number}）", "第{numeral}条　"]


def in_brackets(departments: tuple[str, ...]) -> str:
    return f"（{'、'.join(departments)}负责）"


def with_label(departments: tuple[str, ...]) -> str:
    return f"【责任单位：{'、'.join(departments)}】"


def by_role(departments: tuple[str, ...]) -> str:
    lead, *others = departments
    return f"（牵头单位：{lead}{'；配合单位：' + '、'.join(others) if others else ''}）"


def on_its_own_line(departments: tuple[str, ...]) -> str:
    return f"\n责任单位：{'、'.join(departments)}"


@dataclass(frozen=True)
class Notice:
    """One notice: section headings with their items, in one of the usual layouts."""

    year: int
    sections: tuple[tuple[str, tuple[Item, ...]], ...]
    section_mark: str = SECTION_MARKS[0]
    item_mark: str = ITEM_MARKS[0]
    responsible: Callable[[tuple[str, ...]], str] = in_brackets

    def heading(self, index: int, topic: str) -> str:
        return self.section_mark.format(numeral=NUMERALS[index]) + topic

    def lines(self) -> list[str]:
        lines = [
            f"示范市人民政府办公室关于印发示范市{self.year}年深化医改重点工作任务的通知",
            f"示政办发〔{self.year}〕6号",
            "各县（市、区）人民政府，市各有关单位：",
            "现将《重点工作任务》印发给你们，请认真组织实施。",
            "示范市人民政府办公室",
            f"{self.year}年3月2日",
        ]
        for index, (topic, items) in enumerate(self.sections):
            lines.append(self.heading(index, topic))
            for number, item in enumerate(items, 1):
                mark = self.item_mark.format(number=number, numeral=NUMERALS[number - 1])
                said = [*item.sentences, *(words for words, _ in item.commitments)]
                who = self.responsible(item.departments)
                lines.append(f"{mark}{item.title}。{'。'.join(said)}。{who}")
        return lines

    @property
    def text(self) -> str:
        return "\n".join(self.lines()) + "\n"

    def expected(self) -> list[tuple]:
        return [
            (
                NUMERALS[number - 1] if "条" in self.item_mark else str(number),
                normalize("NFKC", self.heading(index, topic)),
                item.title,
                list(item.departments),
                [figures for _, figures in item.commitments],
            )
            for index, (topic, items) in enumerate(self.sections)
            for number, item in enumerate(items, 1)
        ]


def read_back(document: ParsedDocument) -> list[tuple]:
    """The same facts as Notice.expected(), as the parser read them."""
    return [
        (
            task.number,
            normalize("NFKC", task.section[-1]) if task.section else "",
            task.title,
            [named.name for row in task.responsibilities for named in row.departments],
            [(t.comparison, float(t.value), t.unit) for t in task.targets],
        )
        for task in document.tasks
    ]


ITEMS = st.builds(
    Item,
    title=st.sampled_from(TITLES),
    sentences=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3, unique=True).map(tuple),
    commitments=st.lists(st.sampled_from(COMMITMENTS), max_size=2, unique=True).map(tuple),
    departments=st.lists(st.sampled_from(DEPARTMENTS), min_size=1, max_size=4, unique=True).map(
        tuple
    ),
)
SECTIONS = st.tuples(
    st.sampled_from(TOPICS),
    st.lists(ITEMS, min_size=1, max_size=4, unique_by=lambda i: i.title).map(tuple),
)
NOTICES = st.builds(
    Notice,
    year=st.integers(2009, 2026),
    sections=st.lists(SECTIONS, min_size=1, max_size=4, unique_by=lambda s: s[0]).map(tuple),
    section_mark=st.sampled_from(SECTION_MARKS),
    item_mark=st.sampled_from(ITEM_MARKS),
    responsible=st.sampled_from([in_brackets, with_label, by_role, on_its_own_line]),
)


# --- the forms it arrives in --------------------------------------------------------------------


def as_page(text: str, before: str = "", after: str = "", charset: str = "utf-8") -> bytes:
    """A saved web page, the notice in paragraphs amid what a site puts around it."""
    paragraphs = "".join(f"<p>　　{html.escape(line)}</p>\n" for line in text.splitlines())
    page = (
        f'<html><head><meta charset="{charset}"><title>政策文件</title></head><body>{before}'
        f'<div class="article">{paragraphs}</div>{after}</body></html>'
    )
    return page.encode("gb18030" if charset.startswith("gb") else charset)


def as_word(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def full_width(text: str) -> str:
    """Digits and percent signs as an old input method leaves them."""
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789%" else c for c in text)


def wrapped(text: str, width: int) -> str:
    """Lines broken wherever the paper ended, as when copied out of a PDF."""
    pieces = []
    for line in text.splitlines():
        pieces += [line[start : start + width] for start in range(0, len(line), width)]
    return "\n".join(pieces) + "\n"
