"""Reporting periods: a year's worth, a single one, their deadlines, and exceptions from them."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.forms import DepartmentChoice, RegionChoice
from departments.models import Department, Region, User
from departments.models.region import RegionQuerySet
from documents.models import PolicyDocument
from reform_tracker.lib.dates import today
from tasks.models import FilingRule, LateFiling, ReportingPeriod, Responsibility, Task
from tasks.services.deadlines import LIMITS, USUAL, too_many_days
from tasks.services.periods import MONTHS_IN

Kind = ReportingPeriod.Kind
WHOLE_NUMBER = forms.TextInput(attrs={"inputmode": "numeric"})
KINDS = [(kind, Kind(kind).label) for kind in MONTHS_IN]


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class DeadlineForm(forms.Form):
    """A region, and by when its departments file after a period has ended."""

    region = RegionChoice(label=_("地区"), queryset=Region.objects.none(), empty_label=None)
    filing_rule = forms.ChoiceField(
        label=_("报送期限"), choices=FilingRule.choices, initial=USUAL.rule
    )
    filing_days = forms.IntegerField(
        label=_("第几日（第几个工作日）"),
        initial=USUAL.days,
        widget=WHOLE_NUMBER,
        help_text=_("填5，即次月5日或结束后第5个工作日，看所选期限。遇节假日顺延到下一个工作日。"),
        error_messages={"invalid": _("请填数字，例如5。")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        # Several of these stand on one page.
        super().__init__(*args, auto_id=f"{type(self).__name__}_%s", **kwargs)
        self.fields["region"].queryset = _regions_at_work(user).select_related("parent")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        rule, days = values.get("filing_rule"), values.get("filing_days")
        if rule and days is not None and not 1 <= days <= LIMITS[FilingRule(rule)]:
            self.add_error("filing_days", too_many_days(rule))
        return values


class YearForm(DeadlineForm):
    """Region, year, rhythm and the day filing ends."""

    year = forms.IntegerField(
        label=_("年度"),
        min_value=1990,
        max_value=2100,
        widget=WHOLE_NUMBER,
        error_messages={"invalid": _("年度请填四位数字，例如2026。")},
    )
    kind = forms.ChoiceField(label=_("填报周期"), choices=KINDS, initial=Kind.QUARTER)
    field_order = ["region", "year", "kind", "filing_rule", "filing_days"]


class CustomPeriodForm(DeadlineForm):
    """A period with a name and days of its own."""

    name = forms.CharField(label=_("名称"), max_length=40)
    starts_on = day_field(_("起始日期"))
    ends_on = day_field(_("截止日期"))
    field_order = ["region", "name", "starts_on", "ends_on", "filing_rule", "filing_days"]


class ChangeDeadlinesForm(DeadlineForm):
    """The rule for a region's periods of one kind."""

    kind = forms.ChoiceField(label=_("报告期类型"), choices=Kind.choices, initial=Kind.QUARTER)
    field_order = ["region", "kind", "filing_rule", "filing_days"]


def _regions_at_work(user: User) -> RegionQuerySet:
    """The office's own regions, and those below that have documents or tasks: not all 3,215."""
    offices = user.scope.office_regions
    with_work = Q(pk__in=PolicyDocument.objects.values("region")) | Q(
        pk__in=Task.objects.values("region")
    )
    own = Q(pk__in=[region.pk for region in offices])
    return Region.objects.within(offices).filter(own | with_work)


class RegionForm(forms.Form):
    """The region of the office whose deadlines are settled."""

    region = forms.ModelChoiceField(queryset=Region.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.within(user.scope.office_regions)


class SwitchForm(forms.Form):
    """To what a period is switched; said outright, so that a second click changes nothing."""

    is_open = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1"
    )


class PeriodForm(forms.ModelForm):
    """Another name, or a deadline of its own."""

    due_on = day_field(
        _("报送截止日期"), help_text=_("单独改过的截止日期，不再随报送期限一起调整。")
    )

    class Meta:
        model = ReportingPeriod
        fields = ["name", "due_on"]


class LateFilingForm(forms.ModelForm):
    """允许补报: which department, until when, why."""

    until = day_field(_("补报截止日期"))

    class Meta:
        model = LateFiling
        fields = ["department", "until", "reason"]
        field_classes = {"department": DepartmentChoice}

    def __init__(self, *args: Any, period: ReportingPeriod, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = Responsibility.objects.filter(task__region=period.region_id)
        self.fields["department"].queryset = Department.objects.filter(
            pk__in=answers.values("department")
        ).select_related("region__parent")
        self.fields["department"].empty_label = _("请选择")
        self.fields["until"].widget.attrs["min"] = f"{today():%Y-%m-%d}"
