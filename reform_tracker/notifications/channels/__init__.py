"""Ways out of the house, one class per file. A channel knows how to send, not when or to whom."""

from reform_tracker.notifications.channels.base import Channel, ChannelDown
from reform_tracker.notifications.channels.email import EmailChannel
from reform_tracker.notifications.models import Delivery

CHANNELS: dict[str, Channel] = {Delivery.Channel.EMAIL: EmailChannel()}

__all__ = ["CHANNELS", "Channel", "ChannelDown"]
