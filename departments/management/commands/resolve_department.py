"""`resolve_department NAME --region CODE [--on DATE]`: whom a name stands for, as JSON."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from departments.models import Region
from departments.services.register import Register


class Command(BaseCommand):
    help = "查一个部门名称对应名录中的哪个部门，打印 JSON；不新建任何部门。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--region", metavar="CODE", required=True)
        parser.add_argument(
            "--on",
            metavar="DATE",
            type=dt.date.fromisoformat,
            help="文件日期（如2018-05-10）：按当时的名称和机构查找；不填则不论时间",
        )

    def handle(
        self, *args: Any, name: str, region: str, on: dt.date | None = None, **options: Any
    ) -> None:
        try:
            register = Register(Region.objects.get(code=region), on)
        except Region.DoesNotExist as error:
            raise CommandError(_("没有代码为%s的地区，请核对行政区划代码。") % region) from error
        answer = register.resolve(name)
        found = answer.department
        facts: dict[str, Any] = {
            "department": {"id": found.pk, "name": found.name} if found else None,
            "rule": answer.rule,
            "candidates": [
                {"name": department.full_name, "reason": reason}
                for department, reason in answer.candidates
            ],
        }
        # Said only where there is something to say: a script reads the three above.
        if answer.reason and answer.rule != "exact":
            facts["reason"] = answer.reason
        if answer.warning:
            facts["warning"] = answer.warning
        self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2))
