"""Who may file and review a report, and when."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from departments.models import Department, User
from departments.permissions import can_run_office
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import ALLOWED, Verdict, conflict, denied
from tasks.models import ProgressReport, ReportingPeriod, Task
from tasks.models.states import SET_ASIDE_STATES, State


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
