"""Who may run, close, lock and urge for a reporting period."""

from django.utils.translation import gettext as _

from departments.models import User
from departments.permissions import can_run_office
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import ALLOWED, Verdict, conflict
from tasks.models import ReportingPeriod


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
