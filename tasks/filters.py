"""One FilterSet for list, API and ledger, so that a number and the rows behind it agree."""

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Region
from departments.models.region import within
from documents.models import PolicyDocument
from reform_tracker.lib.dates import quarter_end, today
from tasks.models import Responsibility, Task
from tasks.models.conditions import Flag, Light
from tasks.models.states import State
from tasks.models.task import TaskQuerySet

QUARTERS = [(number, _("第%d季度") % number) for number in (1, 2, 3, 4)]
FLAG_COLUMNS = {
    Flag.OVERDUE: "is_overdue",
    Flag.NEAR_DUE: "is_near_due",
    Flag.LAGGING: "is_lagging",
}


class FilterForm(forms.Form):
    """Adds what no single field can say."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("quarter") and not values.get("year"):
            self.add_error("year", _("按季度查看时请同时选择年度。"))
        if values.get("role") and not values.get("department"):
            self.add_error("department", _("按牵头或配合查看时请同时选择部门。"))
        return values


class TaskFilter(filters.FilterSet):
    """Filters of the task list. State, flag and light are those on the day `on`."""

    region = filters.ModelChoiceFilter(
        label=_("地区"),
        to_field_name="code",
        queryset=lambda request: Region.objects.visible_to(request.user),
        method="filter_region",
    )
    own_level = filters.BooleanFilter(label=_("只看本级"), method="do_nothing")
    year = filters.NumberFilter(
        label=_("年度"), method="filter_year", min_value=1990, max_value=2100
    )
    quarter = filters.TypedChoiceFilter(
        label=_("季度"), choices=QUARTERS, coerce=int, method="do_nothing"
    )
    as_of = filters.DateFilter(label=_("截至日期"), method="do_nothing")
    department = filters.ModelChoiceFilter(
        label=_("责任单位"),
        queryset=lambda request: Department.objects.visible_to(request.user),
        method="filter_department",
    )
    role = filters.ChoiceFilter(
        label=_("角色"), choices=Responsibility.Role.choices, method="do_nothing"
    )
    state = filters.ChoiceFilter(label=_("状态"), field_name="state_then", choices=State.choices)
    flag = filters.ChoiceFilter(label=_("预警"), choices=Flag.choices, method="filter_flag")
    light = filters.ChoiceFilter(label=_("亮灯"), choices=Light.choices)
    document = filters.ModelChoiceFilter(
        label=_("政策文件"),
        queryset=lambda request: PolicyDocument.objects.visible_to(request.user),
    )
    search = filters.CharFilter(label=_("搜索"), method="filter_search", max_length=100)
    ordering = filters.OrderingFilter(
        label=_("排序"),
        fields={
            "due_on": "due_on",
            "progress_then": "progress",
            "points_behind": "points_behind",
            "position": "position",
        },
        field_labels={
            "due_on": _("完成时限"),
            "progress_then": _("进度"),
            "points_behind": _("落后程度"),
            "position": _("文件顺序"),
        },
    )

    class Meta:
        model = Task
        fields: list[str] = []
        form = FilterForm

    @property
    def on(self) -> dt.date:
        """The day the list speaks of: `as_of` or today, but no later than the quarter's end."""
        values = getattr(self.form, "cleaned_data", {})
        on = values.get("as_of") or today()
        if values.get("year") and values.get("quarter"):
            on = min(on, quarter_end(int(values["year"]), values["quarter"]))
        return on

    def filter_queryset(self, queryset: TaskQuerySet) -> TaskQuerySet:
        return super().filter_queryset(queryset.with_light(self.on))

    def filter_region(self, queryset: TaskQuerySet, name: str, region: Region) -> TaskQuerySet:
        if self.form.cleaned_data.get("own_level"):
            return queryset.filter(region=region)
        return queryset.filter(within([region], "region__"))

    def filter_year(self, queryset: TaskQuerySet, name: str, year: Any) -> TaskQuerySet:
        return queryset.in_year(int(year))

    def filter_department(
        self, queryset: TaskQuerySet, name: str, department: Department
    ) -> TaskQuerySet:
        return queryset.of_department(department.pk, self.form.cleaned_data.get("role") or None)

    def filter_flag(self, queryset: TaskQuerySet, name: str, flag: str) -> TaskQuerySet:
        return queryset.filter(**{FLAG_COLUMNS[Flag(flag)]: True})

    def filter_search(self, queryset: TaskQuerySet, name: str, words: str) -> TaskQuerySet:
        return queryset.search(words)

    def do_nothing(self, queryset: TaskQuerySet, name: str, value: Any) -> TaskQuerySet:
        """The value is read by another filter or by `on`."""
        return queryset


def unknown_parameters(names: set[str], also: frozenset[str] = frozenset()) -> list[str]:
    """Names in a query string that no filter knows, sorted; `also` are known to the caller."""
    return sorted(names - set(TaskFilter.base_filters) - also)
