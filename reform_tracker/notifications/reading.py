"""Messages that were read."""

from typing import Any

from django.utils import timezone

from reform_tracker.notifications.models import Message


def mark_read(message: Message) -> None:
    """The first reading counts; reading again changes nothing."""
    Message.objects.unread().filter(pk=message.pk).update(read_at=timezone.now())


def mark_done(key: str) -> int:
    """What messages whose key begins so asked for is done: they are read for everybody."""
    return Message.objects.unread().filter(key__startswith=key).update(read_at=timezone.now())


def mark_all_read(user: Any) -> int:
    """Returns how many were unread."""
    return Message.objects.visible_to(user).unread().update(read_at=timezone.now())
