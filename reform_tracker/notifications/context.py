"""Unread count for the bell in the page head."""

from django.http import HttpRequest

from reform_tracker.notifications.models import Message


def inbox(request: HttpRequest) -> dict[str, int]:
    if not request.user.is_authenticated:
        return {}
    return {"unread_count": Message.objects.visible_to(request.user).unread().count()}
