"""`load_ready_register --region CODE`: the usual departments of a city or province with their reforms."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Region
from departments.services.ready_register import TEMPLATES, load_ready_register, rounds


class Command(BaseCommand):
    help = "为一个地区装入通用部门名录（含2008年以来历次机构改革沿革）；可重复执行，本地已有的不改不删。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--region", metavar="CODE", required=True, help="行政区划代码")
        parser.add_argument("--template", choices=TEMPLATES, default="", help="默认按地区级别选用")
        parser.add_argument(
            "--round",
            metavar="NAME=DATE",
            action="append",
            default=[],
            help="某一批次改革在本地的生效日期，例如 2018=2019-01-10；批次：" + "、".join(rounds()),
        )
        parser.add_argument("--dry-run", action="store_true", help="只统计，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["region"]
        region = Region.objects.filter(code=code).exclude(level=Region.Level.COUNTRY).first()
        if region is None:
            raise CommandError(_("没有代码为%s的地区，请核对行政区划代码。") % code)
        dates = dict(_round(text) for text in options["round"])
        with transaction.atomic():
            try:
                departments, events = load_ready_register(
                    region=region, actor=None, dates=dates, template=options["template"]
                )
            except ValidationError as error:
                raise CommandError(error.messages[0]) from error
            transaction.set_rollback(options["dry_run"])
        self.stdout.write(
            _("%(region)s：新增%(new)d个部门，补充%(changed)d个部门，新增%(events)d条机构沿革。")
            % {
                "region": region.name,
                "new": departments.new,
                "changed": departments.changed,
                "events": events.new,
            }
        )
        self.stdout.write(_("日期为各地通常时间，请在“系统管理”中按本地情况核对。"))


def _round(text: str) -> tuple[str, dt.date]:
    name, _mark, day = text.partition("=")
    try:
        return name, dt.date.fromisoformat(day)
    except ValueError as error:
        raise CommandError(_("“%s”不对，请按“2018=2019-01-10”的样子填写。") % text) from error
