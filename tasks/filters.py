"""One FilterSet for list, API and ledger, so that a number and the rows behind it agree."""

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from departments.models import Department, Region
from departments.models.region import within
from documents.models import PolicyDocument
from reform_tracker.lib.dates import FIRST_DAY, LAST_DAY, quarter_end, today
from tasks.models import Responsibility, Target, Task
from tasks.models.conditions import Flag, Light
from tasks.models.states import DONE_STATES, State
from tasks.models.target import Verdict
from tasks.models.task import TaskQuerySet

EVERYTHING = _("全部")
OUT_OF_RANGE = _("日期应在1990年至2100年之间，请核对。")
QUARTERS = [("", EVERYTHING), (1, _("第一季度")), (2, _("第二季度"))]
QUARTERS += [(3, _("第三季度")), (4, _("第四季度"))]
FLAG_COLUMNS = {
    Flag.OVERDUE: "is_overdue",
    Flag.NEAR_DUE: "is_near_due",
    Flag.LAGGING: "is_lagging",
}


class DepartmentField(ModelChoiceField):
    """Names the region too: every city has its 市卫生局."""

    def label_from_instance(self, department: Department) -> str:
        return department.full_name


class DepartmentFilter(filters.ModelChoiceFilter):
    field_class = DepartmentField


class WholeNumberFilter(filters.NumberFilter):
    """A year is a whole number: 2018.5 is refused, not cut off."""

    field_class = forms.IntegerField


class DayFilter(filters.DateFilter):
    """A day the calendar can count from: dates far outside are refused, not computed with."""

    def __init__(self, **kwargs: Any) -> None:
        within_reason = [
            MinValueValidator(FIRST_DAY, OUT_OF_RANGE),
            MaxValueValidator(LAST_DAY, OUT_OF_RANGE),
        ]
        super().__init__(validators=within_reason, **kwargs)


class YesNoFilter(filters.TypedChoiceFilter):
    """`true` or `false`; anything else is refused, where a plain boolean filter ignores it."""

    def __init__(self, **kwargs: Any) -> None:
        choices = kwargs.pop("choices", [("true", _("是")), ("false", _("否"))])
        super().__init__(choices=choices, coerce=lambda text: text == "true", **kwargs)


class SingleCheckbox(forms.CheckboxInput):
    """Ticked says `true`, not ticked says nothing; any other word in the address is refused."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, check_test=lambda value: value == "true")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")


class StableOrdering(filters.OrderingFilter):
    """Rows that tie keep one order, so that none is missing or doubled between two pages."""

    def filter(self, qs: TaskQuerySet, value: list[str] | None) -> TaskQuerySet:
        ordered = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "pk") if value else ordered


def departments_to_choose(request: HttpRequest) -> QuerySet[Department]:
    """The register one may see, and whoever answers for a task one may see: a city's task can
    be led by a provincial department, and its number on the dashboard has a list behind it."""
    register = Department.objects.visible_to(request.user).values("pk")
    answers = Responsibility.objects.filter(
        department=OuterRef("pk"), task__in=Task.objects.visible_to(request.user)
    )
    departments = Department.objects.filter(Q(pk__in=register) | Exists(answers))
    return departments.select_related("region")


def regions_to_choose(request: HttpRequest) -> QuerySet[Region]:
    """Regions one may see, and those of tasks one answers for from outside (省卫生厅 in a city's)."""
    seen = Region.objects.visible_to(request.user).values("pk")
    own = Task.objects.visible_to(request.user).filter(region=OuterRef("pk"))
    return Region.objects.filter(Q(pk__in=seen) | Exists(own))


def documents_to_choose(request: HttpRequest) -> QuerySet[PolicyDocument]:
    """Documents one may see, and those of tasks one answers for from outside."""
    seen = PolicyDocument.objects.visible_to(request.user).values("pk")
    own = Task.objects.visible_to(request.user).filter(document=OuterRef("pk"))
    return PolicyDocument.objects.filter(Q(pk__in=seen) | Exists(own)).defer("text")


class FilterForm(forms.Form):
    """Adds what no single field can say."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("quarter") and not values.get("year") and "year" not in self.errors:
            self.add_error("year", _("按季度查看时请同时选择年度。"))
        unknown = "department" in self.errors
        if values.get("role") and not values.get("department") and not unknown:
            self.add_error("department", _("按牵头或配合查看时请同时选择部门。"))
        return values


class TaskFilter(filters.FilterSet):
    """Filters of the task list. State, flag and light are those on the day `on`."""

    region = filters.ModelChoiceFilter(
        label=_("地区"),
        empty_label=EVERYTHING,
        to_field_name="code",
        queryset=regions_to_choose,
        method="filter_region",
    )
    own_level = YesNoFilter(
        label=_("只看本级，不含下级地区"),
        method="do_nothing",
        widget=SingleCheckbox(attrs={"value": "true"}),
    )
    year = WholeNumberFilter(label=_("年度"), method="filter_year", min_value=1990, max_value=2100)
    quarter = filters.TypedChoiceFilter(
        label=_("季度"), choices=QUARTERS, coerce=int, method="do_nothing"
    )
    as_of = DayFilter(
        label=_("截至日期"),
        method="do_nothing",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    department = DepartmentFilter(
        label=_("责任单位"),
        empty_label=EVERYTHING,
        queryset=departments_to_choose,
        method="filter_department",
    )
    role = filters.ChoiceFilter(
        label=_("角色"),
        empty_label=EVERYTHING,
        choices=Responsibility.Role.choices,
        method="do_nothing",
    )
    state = filters.ChoiceFilter(
        label=_("状态"), empty_label=EVERYTHING, field_name="state_then", choices=State.choices
    )
    # What completion rates count; a state alone names only one of the three.
    done = YesNoFilter(
        label=_("是否已完成"),
        method="filter_done",
        choices=[
            ("", EVERYTHING),
            ("true", _("是（含待销号、已销号）")),
            ("false", _("否")),
        ],
    )
    flag = filters.ChoiceFilter(
        label=_("预警"), empty_label=EVERYTHING, choices=Flag.choices, method="filter_flag"
    )
    light = filters.ChoiceFilter(label=_("亮灯"), empty_label=EVERYTHING, choices=Light.choices)
    document = filters.ModelChoiceFilter(
        label=_("政策文件"),
        empty_label=EVERYTHING,
        queryset=documents_to_choose,
    )
    search = filters.CharFilter(label=_("搜索"), method="filter_search", max_length=100)
    ordering = StableOrdering(
        label=_("排序"),
        empty_label=_("默认"),
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

    def filter_done(self, queryset: TaskQuerySet, name: str, done: bool) -> TaskQuerySet:
        is_done = Q(state_then__in=DONE_STATES)
        return queryset.filter(is_done if done else ~is_done)

    def filter_flag(self, queryset: TaskQuerySet, name: str, flag: str) -> TaskQuerySet:
        return queryset.filter(**{FLAG_COLUMNS[Flag(flag)]: True})

    def filter_search(self, queryset: TaskQuerySet, name: str, words: str) -> TaskQuerySet:
        return queryset.search(words)

    def do_nothing(self, queryset: TaskQuerySet, name: str, value: Any) -> TaskQuerySet:
        """The value is read by another filter or by `on`."""
        return queryset


class TargetFilter(TaskFilter):
    """Targets of the tasks the same filters give, with their verdict on the same day."""

    task = filters.ModelChoiceFilter(
        label=_("任务"),
        queryset=lambda request: Task.objects.visible_to(request.user),
        method="do_nothing",
    )
    verdict = filters.ChoiceFilter(
        label=_("达标情况"), empty_label=EVERYTHING, choices=Verdict.choices, method="do_nothing"
    )
    ordering = None  # type: ignore[assignment]  # django-filter: leave this filter out

    class Meta:
        model = Target
        fields: list[str] = []
        form = FilterForm

    def filter_queryset(self, queryset: Any) -> Any:
        tasks = super().filter_queryset(Task.objects.visible_to(self.request.user))
        targets = queryset.filter(task__in=tasks.order_by().values("pk")).with_verdict(self.on)
        values = self.form.cleaned_data
        if values["task"]:
            targets = targets.filter(task=values["task"])
        if values["verdict"]:
            targets = targets.filter(Q(verdict_then=values["verdict"]))
        return targets
