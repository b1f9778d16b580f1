"""E-mail through Django's backend: SMTP where EMAIL_URL names a server, else files."""

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from reform_tracker.notifications.channels.base import ChannelDown
from reform_tracker.notifications.models import Delivery

# These speak of the server, not of one message; so does any error below SMTP (refused, timeout).
SERVER_TROUBLE = (
    smtplib.SMTPConnectError,
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


class EmailChannel:
    def send(self, delivery: Delivery) -> None:
        try:
            self._compose(delivery).send()
        except SERVER_TROUBLE as error:
            raise ChannelDown(repr(error)) from error
        except smtplib.SMTPException:
            raise
        except OSError as error:
            raise ChannelDown(repr(error)) from error

    def _compose(self, delivery: Delivery) -> EmailMessage:
        message = delivery.message
        with translation.override(settings.LANGUAGE_CODE):
            body = render_to_string(
                "messages/email.txt",
                {"message": message, "link": self._link(message.url), "site": settings.SITE_URL},
            )
        return EmailMessage(
            subject=message.subject,
            body=body.strip() + "\n",
            to=[delivery.address],
            headers={
                "Message-ID": self._message_id(delivery),
                # No answer by an out-of-office robot, please (RFC 3834).
                "Auto-Submitted": "auto-generated",
            },
        )

    @staticmethod
    def _link(url: str) -> str:
        return settings.SITE_URL + url if url.startswith("/") else url

    @staticmethod
    def _message_id(delivery: Delivery) -> str:
        """The same each time this delivery is sent, so that a mail program shows a repeat once.

        With the time of writing, since ids start again at 1 in a new database.
        """
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
        return f"<{delivery.message.created_at:%Y%m%d%H%M%S}.{delivery.pk}@{domain}>"
