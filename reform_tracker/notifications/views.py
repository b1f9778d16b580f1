"""One's own inbox."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reform_tracker.lib.pages import page_of
from reform_tracker.notifications.models import Message
from reform_tracker.notifications.reading import mark_all_read as read_all
from reform_tracker.notifications.reading import mark_read


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    page = page_of(Message.objects.visible_to(request.user), request, per_page=20)
    return render(request, "notifications/inbox.html", {"page": page})


@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark it read and go where it points; without a link, back to the list."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    mark_read(message)
    ours = url_has_allowed_host_and_scheme(message.url, {request.get_host()})
    return redirect(message.url if ours else "inbox")


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    number = read_all(request.user)
    messages.success(request, _("已将%d条消息标为已读。") % number)
    return redirect("inbox")
