"""The sign-in form."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """One message for a wrong name, a wrong password and a disabled account: none is told apart."""

    error_messages = {
        "invalid_login": _(
            "用户名或密码不对，请核对后重试。连续输错5次账号将锁定30分钟；"
            "忘记密码请联系系统管理员重置。"
        ),
        "inactive": _("用户名或密码不对，请核对后重试。"),
    }
