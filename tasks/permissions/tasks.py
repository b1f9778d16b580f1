"""Who may read, update, edit and move a task."""

from django.utils.translation import gettext as _

from departments.models import User
from departments.permissions import can_run_office
from reform_tracker.lib.verdicts import ALLOWED, Verdict, conflict, denied
from tasks.models import Task
from tasks.models.states import SET_ASIDE_STATES, State, moves_from


def can_read_dashboard(user: User) -> Verdict:
    """Figures of whole regions are for their offices and leaders."""
    if user.scope.regions:
        return ALLOWED
    return denied(_("首页概览供医改办工作人员和领导查看。您可以在“任务台账”查看与您有关的任务。"))


def can_update_progress(user: User, task: Task) -> Verdict:
    """The office of the task's region may write down its progress; not of a task set aside."""
    verdict = can_run_office(user, task.region)
    if not verdict:
        return verdict
    if task.state in SET_ASIDE_STATES:
        return conflict(_("任务%s，请先恢复再更新进展。") % State(task.state).label)
    if task.state == State.WRITTEN_OFF:
        return conflict(_("任务已销号，如需回头看请先恢复为推进中。"))
    return ALLOWED


def can_edit_task(user: User, task: Task) -> Verdict:
    """The office of the task's region corrects what the ledger says of it, until write-off."""
    verdict = can_run_office(user, task.region)
    if verdict and task.state in (State.WRITTEN_OFF, State.CARRIED_OVER):
        return conflict(
            _("任务%s，不能再修改。如需修改请先恢复为推进中。") % State(task.state).label
        )
    return verdict


def can_move_to(user: User, task: Task, state: str) -> Verdict:
    """Moving a task between states is the office's, along the moves of states.py."""
    verdict = can_run_office(user, task.region)
    if not verdict:
        return verdict
    if state not in moves_from(task.state):
        return conflict(
            _("任务现为“%(now)s”，不能直接改为“%(then)s”。")
            % {"now": State(task.state).label, "then": State(state).label}
        )
    awaits = task.state == State.AWAITING_WRITE_OFF and state != task.state
    if awaits and task.requests.waiting().exists():
        return conflict(_("牵头单位已申请销号，请在“待办申请”中同意或不同意，不要直接改状态。"))
    return ALLOWED


def can_move_by_hand(user: User, task: Task, state: str) -> Verdict:
    """As `can_move_to`; but 销号 goes by a request that is verified, not by naming the state."""
    verdict = can_move_to(user, task, state)
    by_request = state in (State.AWAITING_WRITE_OFF, State.WRITTEN_OFF) and state != task.state
    if verdict and by_request:
        return conflict(_("销号须先提出申请，由医改办逐项核验后办理，不能直接改状态。"))
    return verdict


def can_read_reminder_log(user: User) -> Verdict:
    """Who was reminded of what is for those who answer for a region: its office and leaders."""
    if user.scope.regions:
        return ALLOWED
    return denied(_("提醒记录只供医改办工作人员和领导查看，您收到的提醒请在“消息”中查看。"))
