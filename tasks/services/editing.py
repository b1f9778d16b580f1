"""Correcting what the ledger says of a task: its words, date, targets and who answers for it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department
from departments.services.register import Register
from reform_tracker.lib.numbers import plain
from reform_tracker.lib.verdicts import Conflict, require
from tasks.models import ProgressReport, Responsibility, Target, Task, TaskEvent
from tasks.permissions import can_edit_task

TEXTS = ("number", "title", "body", "responsible_leader", "remarks")
# What a `WantedTarget` calls it, and the model.
TARGET_FIELDS = {
    "indicator": "indicator",
    "comparison": "comparison",
    "value": "target_value",
    "value_max": "value_max",
    "unit": "unit_of_measure",
    "due_on": "due_on",
    "text": "text",
}


@dataclass(frozen=True)
class Answerable:
    """One department and its part in a task, in the order of the list it stands in."""

    department: Department
    role: str


@dataclass(frozen=True)
class WantedTarget:
    """One target as it should be. `pk`: which one on record it corrects; None: a new one."""

    indicator: str
    comparison: str
    value: Decimal | None = None
    value_max: Decimal | None = None
    unit: str = ""
    due_on: dt.date | None = None
    text: str = ""
    pk: int | None = None


@transaction.atomic
def edit_task(
    *,
    task: Task,
    actor: Any,
    version: int | None,
    title: str,
    due_on: dt.date,
    number: str | None = None,
    body: str | None = None,
    responsible_leader: str = "",
    remarks: str = "",
    responsibilities: Iterable[Answerable] | None = None,
    targets: Iterable[WantedTarget] | None = None,
) -> Task:
    """Write down the corrected values; an event says what was changed.

    `version`: the row the user saw, or None; a newer one is a Conflict. `number` and `body`: None
    leaves them. `responsibilities`, `targets`: the whole list, or None to leave it. A changed `due_on` is a new version of the
    time limit, which moves the reminders; the original date stays. ValidationError by field.
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_edit_task(actor, task))
    if version is not None and version != task.version:
        raise Conflict(_("这条任务刚刚被别人改过。请另开页面查看最新内容，核对后再保存。"))
    said = {
        "number": task.number if number is None else number,
        "title": title,
        "body": task.body if body is None else body,
        "responsible_leader": responsible_leader,
        "remarks": remarks,
    }
    changes = [_change_text(task, name, said[name]) for name in TEXTS]
    changes.append(_change_due_date(task, due_on))
    if responsibilities is not None:
        changes.append(_change_responsibilities(task, list(responsibilities)))
    if targets is not None:
        changes += _change_targets(task, list(targets))
    if not any(changes):
        return task
    task.version += 1
    task.full_clean(exclude=["document", "clause", "region"], validate_constraints=False)
    task.save()
    note = "；".join(change for change in changes if change)
    TaskEvent.record(task, actor, TaskEvent.Kind.EDITED, note=note)
    return task


def _change_text(task: Task, name: str, value: str) -> str:
    """Set the field; return what was changed in words, or nothing."""
    before = getattr(task, name)
    # A browser sends its own line ends; they are no change.
    value = value.replace("\r\n", "\n").strip()
    if before.strip() == value:
        return ""
    setattr(task, name, value)
    label = Task._meta.get_field(name).verbose_name
    return _said(label, before, value)


def _change_due_date(task: Task, due_on: dt.date) -> str:
    before = task.due_on
    if before == due_on:
        return ""
    if due_on < task.start_on:
        raise ValidationError(
            {"due_on": _("完成时限不能早于开始日期%s。") % task.start_on.isoformat()}
        )
    task.due_on = due_on
    task.due_version += 1
    return _said(_("完成时限"), before.isoformat(), due_on.isoformat())


def _change_responsibilities(task: Task, wanted: list[Answerable]) -> str:
    rows = list(task.responsibilities.select_related("department"))
    if [(row.department_id, row.role) for row in rows] == [
        (answer.department.pk, answer.role) for answer in wanted
    ]:
        return ""
    _check(task, wanted)
    written = {row.department_id: row.name_as_written for row in rows if row.department_id}
    before = "、".join(str(row) for row in rows)
    task.responsibilities.all().delete()
    now = Responsibility.objects.bulk_create(
        Responsibility(
            task=task,
            position=position,
            role=answer.role,
            department=answer.department,
            # The document's own wording stays with a department that stays.
            name_as_written=written.get(answer.department.pk, answer.department.name),
        )
        for position, answer in enumerate(wanted)
    )
    return _said(_("责任单位"), before, "、".join(str(row) for row in now))


def _check(task: Task, wanted: list[Answerable]) -> None:
    """The list must make sense, name the register's own, and strand no report in review."""
    departments = [answer.department.pk for answer in wanted]
    if len(set(departments)) < len(departments):
        raise ValidationError({"responsibilities": _("同一个部门只能列一次，请删去重复的一行。")})
    if wanted and not any(answer.role == Responsibility.Role.LEAD for answer in wanted):
        raise ValidationError({"responsibilities": _("请至少指定一个牵头单位。")})
    known = {department.pk for department in Register(task.region).departments}
    before = set(task.responsibilities.values_list("department", flat=True))
    if set(departments) - known - before:
        raise ValidationError({"responsibilities": _("只能选择本地区及上级地区名录中的部门。")})
    stranded = task.reports.filter(status=ProgressReport.Status.SUBMITTED).exclude(
        department__in=departments
    )
    if report := stranded.exclude(department=None).select_related("department").first():
        raise Conflict(_("%s还有待审核的报告，请先审核再调整责任单位。") % report.department.name)


def _change_targets(task: Task, wanted: list[WantedTarget]) -> list[str]:
    """Correct, add and remove; return what was changed in words, one for each."""
    known = {target.pk: target for target in task.targets.all()}
    kept = {want.pk for want in wanted if want.pk is not None}
    if kept - set(known):
        raise Conflict(
            _("有的目标指标已经不在这条任务里了，请另开页面查看最新内容，核对后再保存。")
        )
    said = [_remove_target(target) for pk, target in known.items() if pk not in kept]
    last = max((target.position for target in known.values()), default=-1)
    for want in wanted:
        if want.pk is None:
            last += 1
            target = _filled(Target(task=task, position=last), want)
            target.save()
            said.append(_("增加目标指标“%s”") % target)
        else:
            said.append(_correct_target(known[want.pk], want))
    return said


def _remove_target(target: Target) -> str:
    if target.readings.exists():
        message = _("目标指标“%s”已有填报的完成值，不能删除；可以改成正确的内容。")
        raise ValidationError({"targets": message % target.indicator})
    words = _("删除目标指标“%s”") % target
    target.delete()
    return words


def _correct_target(target: Target, want: WantedTarget) -> str:
    before = {name: getattr(target, name) for name in TARGET_FIELDS.values()}
    named = target.indicator
    _filled(target, want)
    changes = [
        _said(str(Target._meta.get_field(name).verbose_name), _words(name, old), _words(name, new))
        for name, old in before.items()
        if (new := getattr(target, name)) != old
    ]
    if not changes:
        return ""
    target.save()
    return _("目标指标“%(name)s”的%(changes)s") % {"name": named, "changes": "，".join(changes)}


def _filled(target: Target, want: WantedTarget) -> Target:
    for ours, theirs in TARGET_FIELDS.items():
        setattr(target, theirs, getattr(want, ours))
    if not target.text:
        # The ledger and the pages show the goal in words.
        target.text = _goal_in_words(target)
    target.full_clean(exclude=["task"], validate_constraints=False)
    return target


def _goal_in_words(target: Target) -> str:
    if target.target_value is None:
        return target.indicator
    value, unit = plain(target.target_value), target.unit_of_measure
    label = target.get_comparison_display()
    if target.comparison == Target.Comparison.RANGE and target.value_max is not None:
        return f"{value}—{plain(target.value_max)}{unit}"
    if target.comparison == Target.Comparison.ABOUT:
        return f"{value}{unit}{label}"
    return f"{label}{value}{unit}"


def _words(name: str, value: Any) -> str:
    """A target's field as one reads it."""
    if value is None:
        return ""
    if name == "comparison":
        return str(Target.Comparison(value).label)
    return plain(value) if isinstance(value, Decimal) else str(value)


def _said(label: str, before: str, after: str) -> str:
    blank = _("空")
    return _("%(label)s由“%(before)s”改为“%(after)s”") % {
        "label": label,
        "before": before or blank,
        "after": after or blank,
    }
