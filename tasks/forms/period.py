"""Opening a year's reporting periods."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.forms import RegionChoice
from departments.models import Region, User
from departments.models.region import RegionQuerySet
from documents.models import PolicyDocument
from tasks.models import ReportingPeriod, Task
from tasks.services.periods import MONTHS_IN


class YearForm(forms.Form):
    """Region, year, rhythm and the day filing ends."""

    region = RegionChoice(label=_("地区"), queryset=Region.objects.none(), empty_label=None)
    year = forms.IntegerField(
        label=_("年度"),
        min_value=1990,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("年度请填四位数字，例如2026。")},
    )
    kind = forms.ChoiceField(
        label=_("填报周期"),
        choices=[(kind, ReportingPeriod.Kind(kind).label) for kind in MONTHS_IN],
        initial=ReportingPeriod.Kind.QUARTER,
    )
    filing_days = forms.IntegerField(
        label=_("次月几日前报送"),
        min_value=1,
        max_value=28,
        initial=5,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("遇节假日顺延到下一个工作日。"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = _regions_at_work(user).select_related("parent")


def _regions_at_work(user: User) -> RegionQuerySet:
    """The office's own regions, and those below that have documents or tasks: not all 3,215."""
    offices = user.scope.office_regions
    with_work = Q(pk__in=PolicyDocument.objects.values("region")) | Q(
        pk__in=Task.objects.values("region")
    )
    own = Q(pk__in=[region.pk for region in offices])
    return Region.objects.within(offices).filter(own | with_work)


class SwitchForm(forms.Form):
    """To what a period is switched; said outright, so that a second click changes nothing."""

    is_open = forms.TypedChoiceField(
        choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1"
    )
