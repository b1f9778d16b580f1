"""Who may do what to a task or report, and in which state. Verdicts carry their reason."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from departments.models import Department, Membership, User
from departments.permissions import can_run_office
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import ALLOWED, Verdict, conflict, denied
from tasks.models import ProgressReport, ReportingPeriod, Task, TaskRequest
from tasks.models.states import ASKED_IN, SET_ASIDE_STATES, State, moves_from

Role = Membership.Role


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


def can_file_report(
    user: User, task: Task, department: Department, period: ReportingPeriod | None
) -> Verdict:
    """A liaison files for his own department, on a task it answers for, in an open period."""
    if department.pk not in user.scope.department_ids:
        return denied(_("只能为本部门填报。"))
    if not task.responsibilities.filter(department=department).exists():
        return denied(_("%s不是这条任务的责任单位，不能填报。") % department.name)
    if task.state in SET_ASIDE_STATES or task.state == State.WRITTEN_OFF:
        return conflict(_("任务%s，无需填报。") % State(task.state).label)
    if period is None:
        return conflict(_("现在没有开放的报告期，请联系医改办。"))
    if period.region_id != task.region_id:
        return denied(_("报告期不属于任务所在地区。"))
    if not period.is_open and not _may_still_file(department, period):
        text = (
            _("%s已锁定，不能再填报，请联系医改办。")
            if period.is_locked
            else _("%s已关闭填报，请联系医改办。")
        )
        return conflict(text % period.name)
    if period.starts_on > today():
        return conflict(_("%s尚未开始，还不能填报。") % period.name)
    return ALLOWED


def can_review(user: User, report: ProgressReport) -> Verdict:
    """The office decides on what was handed in; nobody reviews his own filing."""
    verdict = can_run_office(user, report.task.region)
    if not verdict:
        return verdict
    if report.author_id == user.pk:
        return denied(_("不能审核自己填报的报告，请由其他工作人员审核。"))
    if report.status != ProgressReport.Status.SUBMITTED:
        last = report.reviews.select_related("reviewer").last()
        if last:
            return conflict(
                _("这份报告已由%(who)s于%(when)s处理（%(what)s），无需再审。")
                % {
                    "who": last.reviewer,
                    "when": f"{localtime(last.at):%m-%d %H:%M}",
                    "what": last.get_decision_display(),
                }
            )
        return conflict(_("这份报告尚未报送，不能审核。"))
    return ALLOWED


def _may_still_file(department: Department, period: ReportingPeriod) -> bool:
    """允许补报: an exception made for the one department."""
    return period.late_filings.in_force(today()).filter(department=department).exists()


def can_run_period(user: User, period: ReportingPeriod) -> Verdict:
    return can_run_office(user, period.region)


def can_change_period(user: User, period: ReportingPeriod) -> Verdict:
    """Name and deadline, while it is open: what is closed has been reckoned with."""
    verdict = can_run_period(user, period)
    if verdict and not period.is_open:
        return conflict(_("%s已关闭填报，不能再改名称和截止日期。") % period.name)
    return verdict


def can_switch_period(user: User, period: ReportingPeriod, is_open: bool) -> Verdict:
    """Closing what is open, opening what is closed; never what is locked."""
    verdict = can_run_period(user, period)
    if not verdict:
        return verdict
    if period.is_locked:
        return conflict(
            _("%s已锁定，不能重新开放。确有部门需要补报的，请对该部门“允许补报”。") % period.name
        )
    if period.is_open == is_open:
        text = _("%s已经是开放填报状态。") if is_open else _("%s已经关闭填报。")
        return conflict(text % period.name)
    return ALLOWED


def can_lock_period(user: User, period: ReportingPeriod) -> Verdict:
    """Once it is closed and everything filed has been reviewed."""
    verdict = can_run_period(user, period)
    if not verdict:
        return verdict
    if period.is_locked:
        return conflict(_("%s已经锁定。") % period.name)
    if period.is_open:
        return conflict(_("%s还在开放填报，请先关闭填报再锁定。") % period.name)
    if waiting := period.reports.awaiting_review().count():
        return conflict(
            _("%(period)s还有%(count)d份报告待审核，请先审核再锁定。")
            % {"period": period.name, "count": waiting}
        )
    return ALLOWED


def can_urge(user: User, period: ReportingPeriod) -> Verdict:
    """Asking for reports only while they can be filed."""
    verdict = can_run_period(user, period)
    if not verdict:
        return verdict
    if period.is_locked:
        return conflict(
            _("%s已锁定，不能再催报。确有部门需要补报的，请对该部门“允许补报”。") % period.name
        )
    if not period.is_open:
        return conflict(
            _("%s已关闭填报，部门无法报送，不能催报。请先重新开放，或对个别部门“允许补报”。")
            % period.name
        )
    if period.starts_on > today():
        return conflict(_("%s尚未开始，还不用催报。") % period.name)
    return ALLOWED


def can_allow_late_filing(user: User, period: ReportingPeriod) -> Verdict:
    """An exception for one department, once the period is closed for all."""
    verdict = can_run_period(user, period)
    if verdict and period.is_open:
        return conflict(_("%s正在开放填报，部门可以直接报送，不需要单独允许补报。") % period.name)
    return verdict


def can_read_reminder_log(user: User) -> Verdict:
    """Who was reminded of what is for those who answer for a region: its office and leaders."""
    if user.scope.regions:
        return ALLOWED
    return denied(_("提醒记录只供医改办工作人员和领导查看，您收到的提醒请在“消息”中查看。"))


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
