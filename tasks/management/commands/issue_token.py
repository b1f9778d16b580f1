"""`issue_token USERNAME`: print the account's API token, made if there is none."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from rest_framework.authtoken.models import Token

from departments.models import User
from reform_tracker.audit.models import record


class Command(BaseCommand):
    help = "Prints an API token (Authorization: Token …) of an account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--renew", action="store_true", help="make a new one; the old one stops working"
        )

    @transaction.atomic
    def handle(self, *args: Any, username: str, renew: bool, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist as error:
            raise CommandError(f"没有账号“{username}”，请核对用户名。") from error
        if not user.is_active:
            raise CommandError(f"账号“{username}”已停用，请先由管理员启用。")
        if renew:
            Token.objects.filter(user=user).delete()
        token, created = Token.objects.get_or_create(user=user)
        if created:
            record(actor=None, action="token_issued", subject=user)
        self.stdout.write(token.key)
