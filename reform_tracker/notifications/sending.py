"""`notify`: write the message and its deliveries in the caller's transaction, send nothing yet."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string

from reform_tracker.notifications.models import Delivery, Message


def notify(
    users: Iterable[Any], kind: str, *, url: str = "", key: str = "", **context: Any
) -> list[Message]:
    """Put one message into each person's inbox and queue its e-mail.

    `kind` names `templates/messages/<kind>.txt`, whose first line is the subject. `key` makes
    the message unique per person: with the same key again nothing is written. Returns the
    messages that are new. Deliveries are drained by `notifications.jobs.deliver_pending`.
    """
    key = key or uuid.uuid4().hex
    people = {user.pk: user for user in users if user.is_active}
    already = set(
        Message.objects.filter(recipient__in=people, key=key).values_list("recipient_id", flat=True)
    )
    text = render_to_string(f"messages/{kind}.txt", context).strip()
    subject, _, body = text.partition("\n")
    messages = Message.objects.bulk_create(
        [
            Message(
                recipient=user,
                kind=kind,
                key=key,
                subject=subject.strip()[:200],
                body=body.strip(),
                url=url,
            )
            for pk, user in people.items()
            if pk not in already
        ]
    )
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
