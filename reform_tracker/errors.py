"""Addresses that do not exist: a page for people, JSON for programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404; below /api/ in the form in which the API reports its other errors."""
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": _("没有这个接口地址，请核对。")}, status=404)
    return page_not_found(request, exception)
