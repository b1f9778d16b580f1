"""What happens to an act that came too late: the page says so, nothing is changed."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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
        back = request.headers.get("Referer", "")
        if request.method == "GET" and urlsplit(back).path == request.path:
            # Going back would only raise the same again, without end.
            return render(request, "409.html", {"reason": str(exception)}, status=409)
        messages.error(request, str(exception))
        local = url_has_allowed_host_and_scheme(back, {request.get_host()})
        return redirect(back if local else "home")
