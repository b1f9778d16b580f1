"""Django's admin as the administrator's workshop: accounts, regions, departments, nothing else."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ReformAdminConfig(AdminConfig):
    default_site = "departments.admin_site.ReformAdminSite"


class ReformAdminSite(AdminSite):
    """Open to the role `administrator`; Django's staff flag and permissions play no part."""

    site_header = site_title = _("医改任务台账 · 系统管理")
    index_title = _("账号、地区与部门")

    def has_permission(self, request: HttpRequest) -> bool:
        from departments.permissions import can_administer

        user = request.user
        return user.is_active and user.is_authenticated and bool(can_administer(user))
