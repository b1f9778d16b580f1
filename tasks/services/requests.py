"""申请 and their decision: 延期, 销号, 变更, 中止, 撤销. (PRODUCT, Extensions and States)"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import User
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from reform_tracker.notifications.reading import mark_done
from reform_tracker.notifications.sending import notify
from tasks.models import Task, TaskEvent, TaskRequest
from tasks.models.states import ASKED_IN, GRANTED, State
from tasks.permissions import can_ask, can_decide, can_withdraw, leads_for
from tasks.recipients import liaisons_of, office_staff
from tasks.services.standing import record_standing
from tasks.write_off_checks import Item, write_off_checks

Kind = TaskRequest.Kind
Status = TaskRequest.Status


@transaction.atomic
def make_request(
    *,
    task: Task,
    kind: str,
    actor: Any,
    reason: str,
    progress_so_far: str = "",
    new_due_on: dt.date | None = None,
) -> TaskRequest:
    """Ask the office; a task asked to be written off is then 待销号.

    Office staff who speak for no leading department ask on its behalf, and it is marked so.
    ValidationError by field; Conflict in the wrong state, after the date, or while one waits.
    """
    task = Task.objects.select_for_update().get(pk=task.pk)
    require(can_ask(actor, task, kind))
    own = leads_for(actor, task)
    asked = TaskRequest(
        task=task,
        kind=kind,
        department=own or task.lead_department,
        author=actor,
        filed_on_behalf=own is None,
        reason=reason.strip(),
        progress_so_far=progress_so_far.strip(),
        progress=task.progress,
        due_on=task.due_on,
        due_version=task.due_version,
        new_due_on=new_due_on if kind == Kind.EXTENSION else None,
    )
    _check(asked)
    asked.save()
    _record(asked, actor, TaskEvent.Kind.REQUEST_MADE, state=_state_while_waiting(asked))
    notify(
        [user for user in office_staff(task.region) if user != actor],
        "request_made",
        url=asked.get_absolute_url(),
        key=f"request-{asked.pk}-made",
        asked=asked,
    )
    return asked


@transaction.atomic
def approve_request(
    *, asked: TaskRequest, actor: Any, opinion: str = "", checked: Collection[str] = ()
) -> TaskRequest:
    """Grant it: move the date or the task. Conflict if somebody decided it, or moved the date or
    the task, since it was asked.

    `checked`: of a write-off, the items of the list that were verified. All must be
    (ValidationError `checked`), and what the figures do not bear out is explained (`opinion`).
    """
    asked = _locked(asked)
    require(can_decide(actor, asked))
    _require_unmoved(asked)
    if asked.kind == Kind.EXTENSION:
        _extend(asked)
    elif asked.kind == Kind.WRITE_OFF:
        _verify(asked, checked, opinion)
    _decide(asked, actor, Status.APPROVED, opinion)
    granted = GRANTED[asked.kind]
    _record(asked, actor, TaskEvent.Kind.REQUEST_APPROVED, state=granted or "")
    return asked


@transaction.atomic
def refuse_request(*, asked: TaskRequest, actor: Any, opinion: str) -> TaskRequest:
    """Refuse it, with the reason (ValidationError `opinion` without one), which is kept."""
    asked = _locked(asked)
    require(can_decide(actor, asked))
    if not opinion.strip():
        raise ValidationError({"opinion": _("请写明不同意的原因，方便申请部门了解。")})
    _decide(asked, actor, Status.REFUSED, opinion)
    _record(asked, actor, TaskEvent.Kind.REQUEST_REFUSED, state=_state_as_before(asked))
    return asked


@transaction.atomic
def withdraw_request(*, asked: TaskRequest, actor: Any) -> TaskRequest:
    """The department takes it back before it is decided."""
    asked = _locked(asked)
    require(can_withdraw(actor, asked))
    _decide(asked, actor, Status.WITHDRAWN, "")
    _record(asked, actor, TaskEvent.Kind.REQUEST_WITHDRAWN, state=_state_as_before(asked))
    return asked


def _locked(asked: TaskRequest) -> TaskRequest:
    """Both rows locked, the task first everywhere, so that two services never wait crosswise."""
    task = Task.objects.select_for_update().get(pk=asked.task_id)
    fresh = TaskRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    fresh.task = task
    return fresh


def _check(asked: TaskRequest) -> None:
    """ValidationError by field where something is missing or makes no sense."""
    errors = {}
    if not asked.reason:
        errors["reason"] = _("请写明申请理由。")
    if asked.kind == Kind.EXTENSION:
        if not asked.progress_so_far:
            errors["progress_so_far"] = _("请写明目前已经做到什么程度。")
        if asked.new_due_on is None:
            errors["new_due_on"] = _("请选择申请延期到哪一天。")
        elif asked.new_due_on <= asked.due_on:
            errors["new_due_on"] = (
                _("新的完成时限应晚于现在的完成时限%s。") % asked.due_on.isoformat()
            )
    if errors:
        raise ValidationError(errors)
    asked.full_clean(
        exclude=["task", "department", "author", "decided_by"],
        validate_unique=False,
        validate_constraints=False,
    )


def _require_unmoved(asked: TaskRequest) -> None:
    """What was asked must still make sense of the task as it stands now."""
    task = asked.task
    if asked.kind == Kind.EXTENSION and task.due_version != asked.due_version:
        raise Conflict(
            _("提出申请后完成时限已改为%s，这项延期申请不能再同意。请注明情况后选“不同意”。")
            % task.due_on.isoformat()
        )
    waits_in = [_state_while_waiting(asked)] if asked.kind == Kind.WRITE_OFF else []
    if task.state not in (waits_in or ASKED_IN[asked.kind]):
        raise Conflict(
            _("提出申请后任务已改为“%s”，这项申请不能再同意。请注明情况后选“不同意”。")
            % State(task.state).label
        )


def _extend(asked: TaskRequest) -> None:
    """Move the date: a new version of it, so that the reminders begin anew; the original stays."""
    task = asked.task
    task.due_on = asked.new_due_on  # type: ignore[assignment]  # the database wants one
    task.due_version += 1
    task.extension_count += 1
    task.version += 1
    task.save(update_fields=["due_on", "due_version", "extension_count", "version"])


def _verify(asked: TaskRequest, checked: Collection[str], opinion: str) -> None:
    """Every item looked at, every gap explained; what was seen is kept with the request."""
    checks = write_off_checks([asked.task], today())[asked.task_id]
    if any(check.item == Item.PROGRESS and not check.met for check in checks):
        raise Conflict(_("任务进度为%d%%，达到100%%才能销号。") % asked.task.progress)
    if unseen := [str(check.item.label) for check in checks if check.item not in checked]:
        raise ValidationError({"checked": _("请逐项核验并打勾：%s。") % "、".join(unseen)})
    if not opinion.strip() and any(check.met is False for check in checks):
        raise ValidationError(
            {"opinion": _("有项目未达标或不齐全，同意销号请在办理意见中说明原因。")}
        )
    asked.checks = [
        {"item": str(check.item.label), "met": check.met, "detail": str(check.detail)}
        for check in checks
    ]
    asked.save(update_fields=["checks"])


def _decide(asked: TaskRequest, actor: Any, status: str, opinion: str) -> None:
    asked.status = status
    asked.decided_by, asked.decided_at = actor, timezone.now()
    asked.opinion = opinion.strip()
    asked.clean_fields(exclude=["task", "department", "author", "decided_by", "checks"])
    asked.save(update_fields=["status", "decided_by", "decided_at", "opinion"])
    # Nobody of the office need open it any more.
    mark_done(f"request-{asked.pk}-made")
    if status != Status.WITHDRAWN:
        notify(
            [user for user in _askers(asked) if user != actor],
            "request_decided",
            url=asked.get_absolute_url(),
            key=f"request-{asked.pk}-decided",
            asked=asked,
        )


def _askers(asked: TaskRequest) -> list[User]:
    """Who wrote it, and all liaisons of the department it was asked for."""
    liaisons = liaisons_of([asked.department_id]) if asked.department_id else {}
    people = [user for users in liaisons.values() for user in users]
    return [*people, *([asked.author] if asked.author not in people and asked.author else [])]


def _state_while_waiting(asked: TaskRequest) -> str:
    return State.AWAITING_WRITE_OFF if asked.kind == Kind.WRITE_OFF else ""


def _state_as_before(asked: TaskRequest) -> str:
    """Where a task goes whose write-off was refused or withdrawn."""
    return State.COMPLETED if asked.task.state == State.AWAITING_WRITE_OFF else ""


def _record(asked: TaskRequest, actor: Any, kind: str, *, state: str) -> None:
    note = _said(asked)
    if state:
        record_standing(asked.task, actor, kind, on=today(), state=state, note=note)
    else:
        TaskEvent.record(asked.task, actor, kind, note=note)


def _said(asked: TaskRequest) -> str:
    """The request and, once decided, the opinion, as the history tells it."""
    words = str(asked.get_kind_display())
    if asked.kind == Kind.EXTENSION:
        words = _("延期：完成时限由%(before)s延至%(after)s") % {
            "before": asked.due_on.isoformat(),
            "after": asked.new_due_on.isoformat() if asked.new_due_on else "",
        }
    lines = [words + (_("（医改办代办）") if asked.filed_on_behalf else "")]
    lines.append(_("理由：%s") % asked.reason)
    if asked.opinion:
        lines.append(_("办理意见：%s") % asked.opinion)
    return "\n".join(lines)
