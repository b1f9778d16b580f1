"""Who may ask for something of a task, and who decides."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from departments.models import Department, User
from departments.permissions import can_run_office
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import ALLOWED, Verdict, conflict, denied
from tasks.models import Task, TaskRequest
from tasks.models.states import ASKED_IN, State


def can_ask(user: User, task: Task, kind: str) -> Verdict:
    """The leading department's liaison asks, or the office on its behalf; one at a time."""
    if not (leads_for(user, task) or user.scope.is_office_of(task.region)):
        return denied(_("只有牵头单位的联络员可以提出申请，请与牵头单位联系。"))
    # Read in Python: the task's page has them at hand.
    if waiting := next((row for row in task.requests.all() if row.is_waiting), None):
        return conflict(
            _("%(who)s于%(when)s提出的%(kind)s申请正在等待医改办办理，办理后才能再提出申请。")
            % {
                "who": waiting.author,
                "when": f"{localtime(waiting.asked_at):%m-%d %H:%M}",
                "kind": waiting.get_kind_display(),
            }
        )
    if task.state not in ASKED_IN[kind]:
        text = (
            _("进度100%%并审核通过、状态为“已完成”的任务才能申请销号。任务现为“%(now)s”。")
            if kind == TaskRequest.Kind.WRITE_OFF
            else _("任务现为“%(now)s”，不能申请%(kind)s。")
        )
        return conflict(
            text % {"now": State(task.state).label, "kind": TaskRequest.Kind(kind).label}
        )
    if kind == TaskRequest.Kind.EXTENSION and today() > task.due_on:
        return conflict(
            _(
                "完成时限%s已过，延期须在到期前申请，现在不能再申请。"
                "请抓紧办理并报送进展；确需调整时限的，请与医改办联系，由医改办修改任务时限。"
            )
            % task.due_on.isoformat()
        )
    return ALLOWED


def can_decide(user: User, asked: TaskRequest) -> Verdict:
    """The office decides, once; on what it asked itself only where it stood in for a department
    (代办), which is marked as such."""
    verdict = can_run_office(user, asked.task.region)
    if not verdict:
        return verdict
    if asked.author_id == user.pk and not asked.filed_on_behalf:
        return denied(_("不能办理自己提出的申请，请由其他工作人员办理。"))
    return _still_waits(asked)


def can_withdraw(user: User, asked: TaskRequest) -> Verdict:
    """Whoever may ask in the department's name may take it back, until it is decided."""
    if not (leads_for(user, asked.task) or (asked.filed_on_behalf and _in_office(user, asked))):
        return denied(_("只有申请部门可以撤回申请。"))
    return _still_waits(asked)


def leads_for(user: User, task: Task) -> Department | None:
    """The department, leading the task, that the person speaks for."""
    mine = user.scope.department_ids
    return next((row.department for row in task.leads if row.department_id in mine), None)


def _in_office(user: User, asked: TaskRequest) -> bool:
    return user.scope.is_office_of(asked.task.region)


def _still_waits(asked: TaskRequest) -> Verdict:
    if asked.is_waiting:
        return ALLOWED
    return conflict(
        _("这项%(kind)s申请已由%(who)s于%(when)s办理（%(what)s），无需再办。")
        % {
            "kind": asked.get_kind_display(),
            "who": asked.decided_by,
            "when": f"{localtime(asked.decided_at):%m-%d %H:%M}",
            "what": asked.get_status_display(),
        }
    )
