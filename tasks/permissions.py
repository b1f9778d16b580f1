"""Who may do what to a task or report, and in which state. Verdicts carry their reason."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from departments.models import Department, Membership, User
from departments.permissions import can_run_office
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import ALLOWED, Verdict, conflict, denied
from tasks.models import ProgressReport, ReportingPeriod, Task
from tasks.models.states import SET_ASIDE_STATES, State, moves_from

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
    return ALLOWED


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
    if not period.is_open:
        return conflict(_("%s已关闭填报，请联系医改办。") % period.name)
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


def can_run_period(user: User, period: ReportingPeriod) -> Verdict:
    return can_run_office(user, period.region)


def can_read_reminder_log(user: User) -> Verdict:
    """Who was reminded of what is for those who answer for a region: its office and leaders."""
    if user.scope.regions:
        return ALLOWED
    return denied(_("提醒记录只供医改办工作人员和领导查看，您收到的提醒请在“消息”中查看。"))
