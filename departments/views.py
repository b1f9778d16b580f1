"""Signing in and out, one's own password."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from departments.forms import SignInForm
from reform_tracker.audit.models import record


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Five failures lock the account for half an hour (axes); `next` stays on our own host."""

    template_name = "departments/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    @transaction.atomic
    def form_valid(self, form: SignInForm) -> HttpResponse:
        user = form.get_user()
        record(actor=user, action="signed_in", subject=user)
        return super().form_valid(form)


@require_POST
@transaction.atomic
def sign_out(request: HttpRequest) -> HttpResponse:
    record(actor=request.user, action="signed_out", subject=request.user)
    logout(request)
    messages.success(request, _("您已退出。"))
    return redirect("sign_in")


class ChangePassword(PasswordChangeView):
    """One's own password; other sessions of the account end with the old one."""

    template_name = "departments/change_password.html"
    success_url = reverse_lazy("home")

    @transaction.atomic
    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        record(actor=self.request.user, action="password_changed", subject=self.request.user)
        messages.success(self.request, _("密码已修改，下次登录请用新密码。"))
        return super().form_valid(form)
