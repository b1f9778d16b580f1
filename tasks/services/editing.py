"""Correcting what the ledger says of a task: title, date, leader, remarks, who answers for it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Department
from departments.services.register import Register
from reform_tracker.lib.verdicts import Conflict, require
from tasks.models import ProgressReport, Responsibility, Task, TaskEvent
from tasks.permissions import can_edit_task

TEXTS = ("title", "responsible_leader", "remarks")


@dataclass(frozen=True)
class Answerable:
    """One department and its part in a task, in the order of the list it stands in."""

    department: Department
    role: str


@transaction.atomic
def edit_task(
    *,
    task: Task,
    actor: Any,
    version: int | None,
    title: str,
    due_on: dt.date,
    responsible_leader: str = "",
    remarks: str = "",
    responsibilities: Iterable[Answerable] | None = None,
) -> Task:
    """Write down the corrected values; an event says what was changed.

    `version`: the row the user saw, or None; a newer one is a Conflict. `responsibilities`:
    the whole list in order, or None to leave it. A changed `due_on` is a new version of the
    time limit, which moves the reminders; the original date stays. ValidationError by field.
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_edit_task(actor, task))
    if version is not None and version != task.version:
        raise Conflict(_("这条任务刚刚被别人改过。请另开页面查看最新内容，核对后再保存。"))
    said = {"title": title, "responsible_leader": responsible_leader, "remarks": remarks}
    changes = [_change_text(task, name, said[name].strip()) for name in TEXTS]
    changes.append(_change_due_date(task, due_on))
    if responsibilities is not None:
        changes.append(_change_responsibilities(task, list(responsibilities)))
    if not any(changes):
        return task
    task.version += 1
    task.full_clean(exclude=["document", "clause", "region"], validate_constraints=False)
    task.save()
    note = ";".join(change for change in changes if change)
    TaskEvent.record(task, actor, TaskEvent.Kind.EDITED, note=note)
    return task


def _change_text(task: Task, name: str, value: str) -> str:
    """Set the field; return what was changed in words, or nothing."""
    before = getattr(task, name)
    if before == value:
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


def _said(label: str, before: str, after: str) -> str:
    blank = _("空")
    return _("%(label)s由“%(before)s”改为“%(after)s”") % {
        "label": label,
        "before": before or blank,
        "after": after or blank,
    }
