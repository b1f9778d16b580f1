"""Rules of signing in that settings name: whose failures count together, how long a password is."""

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext as _


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name failures are counted under: `Zhang` and `zhang` are one account, five tries in all."""
    name = (credentials or {}).get("username") or request.POST.get("username") or ""
    return str(name).strip().lower()


class MinimumLength(MinimumLengthValidator):
    """Django's own message has no Chinese."""

    def get_error_message(self) -> str:
        return _("密码太短，至少要%d个字符。") % self.min_length
