"""What happens to an act that came too late: the page says so, nothing is changed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from reform_tracker.lib.verdicts import Conflict


class ConflictMiddleware:
    """A Conflict that no view handled becomes a message on the page one came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Conflict):
            return None
        messages.error(request, str(exception))
        back = request.headers.get("Referer", "")
        local = url_has_allowed_host_and_scheme(back, {request.get_host()})
        return redirect(back if local else "home")
