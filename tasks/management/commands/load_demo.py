"""`load_demo`: accounts, register and documents that show every page at work."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from tasks.services import demo


class Command(BaseCommand):
    help = "装入演示账号、部门名录、演示文件及其多个季度的进展；可重复执行，已有的不变。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset-passwords", action="store_true", help="为演示账号重新生成一次性密码"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = demo.load(reset_passwords=options["reset_passwords"])
        for document, count in loaded.documents:
            self.stdout.write(
                _("已导入《%(title)s》（%(region)s）：任务%(count)d条。")
                % {"title": document.title, "region": document.region, "count": count}
            )
        if not loaded.documents:
            self.stdout.write(_("演示文件都已在库中，没有改动。"))
        for name in loaded.missing_samples:
            self.stdout.write(_("未找到示例文件%s，已跳过。") % name)
        self._print_accounts(loaded.passwords)

    def _print_accounts(self, passwords: dict[str, str]) -> None:
        self.stdout.write(_("演示账号（密码只显示这一次，请及时抄录）："))
        for post in demo.POSTS:
            password = passwords.get(post.username) or _("（沿用原密码）")
            self.stdout.write(f"  {post.username:<22}{password:<16}{post.name}（{post.note}）")
        if len(passwords) < len(demo.POSTS):
            self.stdout.write(_("忘记密码时，请执行 load_demo --reset-passwords 重新生成。"))
