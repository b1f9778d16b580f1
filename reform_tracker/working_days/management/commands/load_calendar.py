"""`load_calendar`: the years of the package chinesecalendar that are not on record yet."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from reform_tracker.working_days.filling import fill_missing_years


class Command(BaseCommand):
    help = _("把chinesecalendar已收录而系统中还没有的年度放假安排装入；已有的年度不变。")

    def handle(self, *args: Any, **options: Any) -> None:
        added = fill_missing_years()
        if added:
            self.stdout.write(_("已装入：%s年。") % "、".join(map(str, added)))
        else:
            self.stdout.write(_("没有新的年度，未作改动。"))
