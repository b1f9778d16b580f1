"""The ledger's columns: what stands in each, and how wide. (PRODUCT, default columns)"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reform_tracker.lib.numbers import measured
from reform_tracker.lib.workbook import Column, Kind, Tinted, Value
from tasks.ledger.rows import LedgerRow
from tasks.models import Target
from tasks.models.conditions import Light
from tasks.models.states import State

# 领域 and 文件依据 are joined over consecutive tasks of one section of one document. Not over the
# whole document: on paper its title would stand on one page of many.
MERGED = (1, 17)
# 序号, 领域, 重点任务 stay in sight while one scrolls to the right.
FROZEN = 3


@dataclass(frozen=True)
class LedgerColumn:
    title: str
    width: float
    value: Callable[[LedgerRow], Value]
    kind: Kind = "text"

    @property
    def plain(self) -> Column:
        return Column(self.title, self.width, self.kind)


def columns(on: dt.date) -> list[LedgerColumn]:
    """The default columns, of a ledger as of `on`. Every place of width makes the print smaller."""
    as_of = _("进展情况（截至%s）") % chinese_date(on)
    return [
        LedgerColumn(_("序号"), 5, lambda row: row.serial, "integer"),
        LedgerColumn(_("领域"), 12, lambda row: row.task.section.replace(" / ", "\n")),
        LedgerColumn(_("重点任务"), 40, _task_text),
        LedgerColumn(_("工作目标/指标"), 24, lambda row: _lines(row.targets, _goal)),
        LedgerColumn(_("牵头单位"), 13, lambda row: "、".join(row.leads)),
        LedgerColumn(_("配合单位"), 15, lambda row: "、".join(row.others)),
        LedgerColumn(_("责任领导"), 9, lambda row: row.task.responsible_leader, "centre"),
        LedgerColumn(_("联络员"), 10, lambda row: "、".join(row.liaisons), "centre"),
        LedgerColumn(_("完成时限"), 15, lambda row: row.task.due_on, "date"),
        LedgerColumn(as_of, 34, _progress),
        LedgerColumn(_("完成状态"), 9, _state, "centre"),
        LedgerColumn(_("亮灯"), 13, _light, "centre"),
        LedgerColumn(_("存在问题"), 17, lambda row: row.report.problems if row.report else ""),
        LedgerColumn(_("下一步措施"), 17, lambda row: row.report.next_steps if row.report else ""),
        LedgerColumn(_("佐证材料"), 9, lambda row: ""),
        LedgerColumn(_("是否销号"), 7, _written_off, "centre"),
        LedgerColumn(_("备注"), 12, _remarks),
        LedgerColumn(_("文件依据"), 16, _source),
    ]


def chinese_date(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _task_text(row: LedgerRow) -> str:
    """Number, title and text; a text that begins with the title is not preceded by it again."""
    task = row.task
    text = task.body.strip()
    if not text.startswith(task.title.rstrip("。")):
        text = f"{task.title}\n{text}".strip()
    return f"{task.number}. {text}" if task.number else text


def _goal(target: Target) -> str:
    """The goal as the document words it, and what was reached of it by the day."""
    goal = " ".join(part for part in (target.indicator, target.text) if part)
    if target.reading_then is None:
        return goal
    reached = _("（完成%(value)s，%(verdict)s）") % {
        "value": measured(target.reading_then, target.unit_of_measure),
        "verdict": Target.Verdict(target.verdict_then).label,
    }
    return goal + reached


def _progress(row: LedgerRow) -> str:
    words = ""
    if row.report:
        words = row.report.narrative or (_("本期无新进展。") if row.report.nothing_new else "")
    return _("进度%d%%。") % row.task.progress_then + words


def _state(row: LedgerRow) -> str:
    label = str(State(row.task.state_then).label)
    return f"{label}\n{_('（逾期）')}" if row.task.is_overdue else label


def _light(row: LedgerRow) -> Tinted:
    """灯色 and why; the colour lies behind the word."""
    word = str(Light(row.task.light).label).split()[0]
    return Tinted(f"{word}\n{row.light_reason}", row.task.light)


def _written_off(row: LedgerRow) -> str:
    return _("是") if row.task.state_then == State.WRITTEN_OFF else _("否")


def _remarks(row: LedgerRow) -> str:
    """The remarks; a date that was moved stays visible."""
    task = row.task
    moved = task.due_on != task.original_due_on
    was = _("原定完成时限：%s") % chinese_date(task.original_due_on) if moved else ""
    if task.extension_count:
        was += _("（延期%d次）") % task.extension_count
    return "\n".join(part for part in (task.remarks, was) if part)


def _source(row: LedgerRow) -> str:
    document = row.task.document
    title = f"《{document.title}》" if not document.title.startswith("《") else document.title
    return f"{title}（{document.document_number}）" if document.document_number else title


def _lines(items: list[Target], word: Callable[[Target], str]) -> str:
    """One a line, numbered when there are several."""
    if len(items) < 2:
        return "".join(word(item) for item in items)
    return "\n".join(f"{number}. {word(item)}" for number, item in enumerate(items, start=1))
