"""Django's admin as the administrator's workshop: accounts, regions, departments, nothing else."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class ReformAdminConfig(AdminConfig):
    default_site = "departments.admin_site.ReformAdminSite"


class LabelledAutocomplete(AutocompleteJsonView):
    """Offers rows by the label of their admin: a hundred cities have a 市财政局."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        return {
            "id": str(getattr(obj, to_field_name)),
            "text": self.model_admin.label_from_instance(obj),
        }


class ReformAdminSite(AdminSite):
    """Open to the role `administrator`; Django's staff flag and permissions play no part."""

    site_header = site_title = _("医改任务台账 · 系统管理")
    index_title = _("账号、地区与部门")

    def has_permission(self, request: HttpRequest) -> bool:
        from departments.permissions import can_administer

        user = request.user
        return user.is_active and user.is_authenticated and bool(can_administer(user))

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """One sign-in page for all; whoever is signed in and still stands here may not enter."""
        from django.contrib.auth.views import redirect_to_login

        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(_("只有系统管理员可以进入系统管理。"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return LabelledAutocomplete.as_view(admin_site=self)(request)
