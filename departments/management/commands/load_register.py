"""`load_register`: regions and departments on record follow fixtures/."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from departments.services.loading import (
    load_events,
    load_register,
    read_events,
    read_register,
)
from departments.services.loading_regions import load_region_names, load_regions, read_regions

FIXTURES = settings.BASE_DIR / "fixtures"


class Command(BaseCommand):
    help = "把 fixtures/ 中的行政区划和部门名录更新到数据库；可重复执行，不会重复，也不删除。"

    def handle(self, *args: Any, **options: Any) -> None:
        regions = load_regions(read_regions(FIXTURES / "regions.csv"))
        load_region_names(read_regions(FIXTURES / "region_names.csv"))
        register = load_register(read_register(FIXTURES / "register.json"))
        load_events(read_events(FIXTURES / "register.json"))
        self.stdout.write(
            _("行政区划：新增%(new)d个，更新%(changed)d个。")
            % {"new": regions.new, "changed": regions.changed}
        )
        self.stdout.write(
            _("部门名录：新增%(new)d个部门，补充%(changed)d个部门的名称或日期。")
            % {"new": register.new, "changed": register.changed}
        )
