"""Filters of the API's lists. Tasks and targets share the pages' own (tasks/filters.py)."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from departments.models import Department, Region
from departments.models.region import within
from documents.models import PolicyDocument
from tasks.filters import (
    TargetFilter,
    TaskFilter,
    WholeNumberFilter,
    YesNoFilter,
    departments_to_choose,
)
from tasks.models import ProgressReport, Reminder, ReportingPeriod, Task

# What the schema cannot guess of the pages' filters.
for shared in (TaskFilter, TargetFilter):
    extend_schema_field(OpenApiTypes.STR)(shared.base_filters["region"])
    extend_schema_field(OpenApiTypes.INT)(shared.base_filters["department"])
    extend_schema_field(OpenApiTypes.INT)(shared.base_filters["document"])

PAGING = frozenset({"page", "page_size"})


def refuse_unknown(names: set[str], known: set[str]) -> None:
    """A misspelt filter must not silently give all rows: 400 with its name."""
    if unknown := sorted(names - known):
        raise ValidationError({name: [_("没有这个查询条件，请核对名称。")] for name in unknown})


class StrictFilters(DjangoFilterBackend):
    """Filters by the view's `filterset_class`; names it does not know are refused."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filterset = self.get_filterset_class(view, queryset)
        known = set(filterset.base_filters) if filterset else set()
        refuse_unknown(set(request.query_params), known | PAGING)
        return super().filter_queryset(request, queryset, view)


@extend_schema_field(OpenApiTypes.STR)
class RegionSubtree(filters.ModelChoiceFilter):
    """A region by its code, with everything below it; `path` leads from the row to its region."""

    def __init__(self, path: str = "region__") -> None:
        self.path = path
        super().__init__(
            label=gettext_lazy("地区代码，含下级"),
            to_field_name="code",
            queryset=lambda request: Region.objects.visible_to(request.user),
        )

    def filter(self, qs: QuerySet[Any], value: Region | None) -> QuerySet[Any]:
        return qs.filter(within([value], self.path)) if value else qs


class RegionFilter(filters.FilterSet):
    region = RegionSubtree("")
    search = filters.CharFilter(field_name="name", lookup_expr="icontains")

    class Meta:
        model = Region
        fields = ["level"]


class DepartmentFilter(filters.FilterSet):
    region = RegionSubtree()
    search = filters.CharFilter(field_name="name", lookup_expr="icontains")

    class Meta:
        model = Department
        fields: list[str] = []


class DocumentFilter(filters.FilterSet):
    region = RegionSubtree()
    year = WholeNumberFilter(method="filter_year", min_value=1990, max_value=2100)
    search = filters.CharFilter(method="filter_search")

    class Meta:
        model = PolicyDocument
        fields: list[str] = []

    def filter_year(self, queryset: Any, name: str, year: Any) -> QuerySet[Any]:
        return queryset.in_year(year)

    def filter_search(self, queryset: Any, name: str, words: str) -> QuerySet[Any]:
        return queryset.search(words)


class PeriodFilter(filters.FilterSet):
    region = RegionSubtree()
    year = WholeNumberFilter(min_value=1990, max_value=2100)
    is_open = YesNoFilter()

    class Meta:
        model = ReportingPeriod
        fields = ["kind"]


class ReportFilter(filters.FilterSet):
    region = RegionSubtree("task__region__")
    task = filters.ModelChoiceFilter(queryset=lambda request: Task.objects.visible_to(request.user))
    department = filters.ModelChoiceFilter(queryset=departments_to_choose)
    period = filters.ModelChoiceFilter(
        queryset=lambda request: ReportingPeriod.objects.visible_to(request.user)
    )

    class Meta:
        model = ProgressReport
        fields = ["status"]


class ReminderFilter(filters.FilterSet):
    region = RegionSubtree("task__region__")
    task = filters.ModelChoiceFilter(queryset=lambda request: Task.objects.visible_to(request.user))

    class Meta:
        model = Reminder
        fields = ["stage"]
