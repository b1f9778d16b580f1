"""Drain the outbox: claim a delivery, send it outside any transaction, write down the outcome.

Claiming moves `try_after` forward by a lease, so that no second worker takes the row, and so that
the row of a worker that died comes free by itself. In the database a message exists exactly once;
an e-mail goes out at least once, always under the same Message-ID.
"""

import datetime as dt
import logging
import time
from collections import Counter

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reform_tracker.notifications.channels import CHANNELS, ChannelDown
from reform_tracker.notifications.models import Delivery

logger = logging.getLogger(__name__)

# Longer than one delivery can take: a few network steps of EMAIL_TIMEOUT seconds each.
LEASE = dt.timedelta(minutes=5)
# After 1, 5, 15 and 60 minutes, then hourly until a day has passed; then it has failed.
RETRY_AFTER = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, *(60,) * 22)]
# Beat calls every minute; a run ends before the next begins.
RUN_SECONDS = 50


def deliver_pending(seconds: float = RUN_SECONDS) -> Counter[str]:
    """Send what is due, oldest first, for at most `seconds`. Returns how many ended how.

    Stops at the first sign that a channel is down: the others stay as they are, without using
    up their attempts, and go out once it is back.
    """
    outcomes: Counter[str] = Counter()
    until = time.monotonic() + seconds
    while time.monotonic() < until and (delivery := claim()):
        try:
            outcomes[attempt(delivery)] += 1
        except ChannelDown:
            outcomes["put off"] += 1
            break
    return outcomes


@transaction.atomic
def claim() -> Delivery | None:
    """Take the next due delivery for the length of a lease; None when nothing is due."""
    now = timezone.now()
    rows = Delivery.objects.due(now).order_by("try_after", "pk")
    delivery = (
        rows.select_related("message__recipient")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if delivery:
        delivery.try_after = now + LEASE
        # Counted now: a message that kills its worker must not be tried for ever.
        delivery.attempts += 1
        delivery.save(update_fields=["try_after", "attempts"])
    return delivery


def attempt(delivery: Delivery) -> str:
    """Send a claimed delivery and write down what came of it.

    Returns "sent", "put off" or "failed". Raises ChannelDown, after writing, when the channel
    itself does not work.
    """
    if not delivery.message.recipient.is_active:
        return _give_up(delivery, _("账号已停用，未发送。"))
    if delivery.attempts > len(RETRY_AFTER) + 1:
        return _give_up(delivery, delivery.error or _("多次发送未完成。"))
    try:
        CHANNELS[delivery.channel].send(delivery)
    except ChannelDown as error:
        _put_off(delivery, error)
        raise
    except Exception as error:  # one bad address or text must not hold up the others
        return _put_off(delivery, error)
    delivery.status = Delivery.Status.SENT
    delivery.sent_at = timezone.now()
    delivery.error = ""
    delivery.save(update_fields=["status", "sent_at", "error"])
    return "sent"


def _put_off(delivery: Delivery, error: Exception) -> str:
    reason = str(error) or repr(error)
    if delivery.attempts > len(RETRY_AFTER):
        return _give_up(delivery, reason)
    delivery.try_after = timezone.now() + RETRY_AFTER[delivery.attempts - 1]
    delivery.error = reason[:300]
    delivery.save(update_fields=["try_after", "error"])
    logger.warning("Delivery %s, attempt %s: %s", delivery.pk, delivery.attempts, reason)
    return "put off"


def _give_up(delivery: Delivery, reason: str) -> str:
    # Only if still pending: a worker that outlived its lease must not overwrite a success.
    Delivery.objects.filter(pk=delivery.pk, status=Delivery.Status.PENDING).update(
        status=Delivery.Status.FAILED, error=reason[:300]
    )
    logger.error("Delivery %s failed for good: %s", delivery.pk, reason)
    return "failed"
