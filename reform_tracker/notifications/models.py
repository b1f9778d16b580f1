"""Inbox messages and their deliveries through outside channels."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user) -> "MessageQuerySet":
        """Everybody reads his own inbox and nobody else's."""
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)


class Message(models.Model):
    """One message in one person's inbox. `key` makes a message to a person unique."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("收件人"),
        on_delete=models.CASCADE,
        related_name="inbox",
    )
    kind = models.CharField(_("类别"), max_length=40)
    key = models.CharField(_("去重键"), max_length=120)
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"))
    url = models.CharField(_("链接"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("时间"), default=timezone.now)
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="one_message_per_key")
        ]
        indexes = [
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="message_unread")
        ]

    def __str__(self) -> str:
        return self.subject


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now) -> "DeliveryQuerySet":
        """Not sent, time to try (again), and not claimed by a living worker."""
        return self.filter(status=Delivery.Status.PENDING, try_after__lte=now)


class Delivery(models.Model):
    """A message on its way through one outside channel; the row exists before it is sent."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("电子邮件")

    class Status(models.TextChoices):
        PENDING = "pending", _("待发送")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("渠道"), max_length=20, choices=Channel.choices)
    address = models.CharField(_("地址"), max_length=254)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status.choices, default=Status.PENDING
    )
    # Also the lease: a worker that claims the row moves this forward, so that a dead worker's
    # rows come free by themselves.
    try_after = models.DateTimeField(_("下次发送"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    error = models.CharField(_("错误"), max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("送达记录")
        verbose_name_plural = _("送达记录")
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="one_delivery_per_channel")
        ]
        indexes = [
            models.Index(fields=["try_after"], condition=Q(status="pending"), name="delivery_due")
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} → {self.address}"
