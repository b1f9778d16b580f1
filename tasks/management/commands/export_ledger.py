"""`export_ledger OUT.xlsx`: the ledger from the command line, of everything or of a part."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from departments.models import Department, Region
from reform_tracker.lib.dates import quarter_end, today
from tasks.ledger.export import Heading, ledger_bytes
from tasks.models import Task


class Command(BaseCommand):
    help = "导出医改任务台账（Excel）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT.xlsx", help="写入的文件")
        parser.add_argument("--region", metavar="CODE", help="行政区划代码，含下级地区")
        parser.add_argument("--year", type=int, metavar="Y", help="年度")
        parser.add_argument("--quarter", type=int, choices=(1, 2, 3, 4), help="季度，需同时给年度")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, metavar="DATE", help="截至日期")
        parser.add_argument("--department", type=int, metavar="ID", help="责任单位编号")

    def handle(self, *args: Any, **options: Any) -> None:
        heading = self._heading(options)
        tasks = Task.objects.all()
        if heading.region:
            tasks = tasks.in_region(heading.region)
        if heading.year:
            tasks = tasks.in_year(heading.year)
        if heading.department:
            tasks = tasks.of_department(heading.department.pk)
        data = ledger_bytes(tasks.with_light(heading.on), heading)
        try:
            options["out"].write_bytes(data)
        except OSError as error:
            raise CommandError(
                _("无法写入%(file)s：%(why)s") % {"file": options["out"], "why": error.strerror}
            ) from error
        self.stdout.write(
            _("已导出%(count)d条任务到%(file)s（截至%(day)s）。")
            % {"count": tasks.count(), "file": options["out"], "day": heading.on}
        )

    def _heading(self, options: dict[str, Any]) -> Heading:
        year, quarter = options["year"], options["quarter"]
        if quarter and not year:
            raise CommandError(_("按季度导出时请同时用 --year 指定年度。"))
        on = options["as_of"] or today()
        if year and quarter:
            on = min(on, quarter_end(year, quarter))
        return Heading(
            on=on,
            region=self._find(Region, _("地区"), code=options["region"]),
            department=self._find(Department, _("部门"), pk=options["department"]),
            year=year,
            quarter=quarter,
        )

    def _find(self, model: Any, what: str, **key: Any) -> Any:
        (value,) = key.values()
        if value is None:
            return None
        found = model.objects.filter(**key).first()
        if found is None:
            raise CommandError(
                _("没有找到%(what)s“%(value)s”，请核对。") % {"what": what, "value": value}
            )
        return found
