"""What every channel can do."""

from typing import Protocol

from reform_tracker.notifications.models import Delivery


class ChannelDown(Exception):
    """The channel itself does not work: trying the next message now would fail as well."""


class Channel(Protocol):
    def send(self, delivery: Delivery) -> None:
        """Hand the message over. Raises ChannelDown, or any other error for this message alone.

        It can happen twice for one delivery (a worker dies between sending and writing it down),
        so what is sent must be recognisable as the same.
        """
