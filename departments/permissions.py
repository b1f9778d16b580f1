"""Who may do what to the register and to a region's business. Verdicts carry their reason."""

from django.utils.translation import gettext as _

from departments.models import Membership, Region, User
from reform_tracker.lib.verdicts import ALLOWED, Verdict, denied

Role = Membership.Role


def can_run_office(user: User, region: Region) -> Verdict:
    """Business of a region belongs to the office of that region or of one above it."""
    if user.scope.is_office_of(region):
        return ALLOWED
    return denied(_("只有%(region)s医改办的工作人员可以办理。") % {"region": region.name})


def can_change_register(user: User, region: Region) -> Verdict:
    """A region's departments and their history belong to its office, and to the administrator."""
    return ALLOWED if can_administer(user) else can_run_office(user, region)


def can_use_office_pages(user: User) -> Verdict:
    """Is the person office staff anywhere?"""
    return ALLOWED if user.scope.office_regions else denied(_("只有医改办工作人员可以办理。"))


def can_read_tasks(user: User) -> Verdict:
    """Tasks and documents are for those who have a region or a department."""
    if user.scope.regions or user.scope.department_ids:
        return ALLOWED
    return denied(_("只有医改办、领导和部门联络员可以查看任务和文件。"))


def can_administer(user: User) -> Verdict:
    """Accounts, regions and the register belong to the administrator."""
    return (
        ALLOWED if Role.ADMINISTRATOR in user.scope.roles else denied(_("只有系统管理员可以办理。"))
    )


def can_read_audit(user: User) -> Verdict:
    return (
        ALLOWED if Role.AUDITOR in user.scope.roles else denied(_("只有审计员可以查看审计记录。"))
    )
