"""`notify`: write the message and its deliveries in the caller's transaction, send nothing yet."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from reform_tracker.notifications.models import Delivery, Message


def notify(
    users: Iterable[Any], kind: str, *, url: str = "", key: str = "", **context: Any
) -> list[Message]:
    """Put one message into each person's inbox and queue its e-mail.

    `kind` names `templates/messages/<kind>.txt`, whose first line is the subject. `key` makes
    the message unique per person: with the same key again nothing is written, also when two
    processes try at the same moment. People whose account is disabled get nothing; without an
    e-mail address a person has the inbox alone. Returns the messages that are new. Deliveries
    are drained by `notifications.jobs.deliver_pending`.
    """
    key = key or uuid.uuid4().hex
    people = {user.pk: user for user in users if user.is_active}
    if not people:
        return []
    subject, body = _words(kind, context)
    now = timezone.now()
    # A key written by somebody else in the meantime is passed over, where an IntegrityError
    # would take the caller's transaction, and so the act itself, down with it.
    Message.objects.bulk_create(
        [
            Message(
                recipient=user,
                kind=kind,
                key=key,
                subject=subject,
                body=body,
                url=url,
                created_at=now,
            )
            for user in people.values()
        ],
        ignore_conflicts=True,
    )
    # Our own rows bear our moment; those that were there before bear another.
    own = Message.objects.filter(recipient__in=people, key=key, created_at=now)
    messages = list(own.order_by("pk"))
    for message in messages:
        message.recipient = people[message.recipient_id]
    Delivery.objects.bulk_create(
        [
            Delivery(
                message=message,
                channel=Delivery.Channel.EMAIL,
                address=message.recipient.email,
            )
            for message in messages
            if message.recipient.email
        ]
    )
    return messages


def _words(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body, in the site's language: the reader's, not that of whoever acts."""
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(f"messages/{kind}.txt", context).strip()
    subject, _, body = text.partition("\n")
    return subject.strip()[:200], body.strip()
