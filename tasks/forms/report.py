"""The filing form of a liaison, and the reviewer's reason."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reform_tracker.lib.numbers import plain
from tasks.forms.fields import PercentField, ReadingField, VersionField
from tasks.models import ProgressReport, Target
from tasks.services.progress import NARRATIVE_NEEDED

TEXT = {"rows": 3}
PER_CENT = "%"


class ReportForm(forms.Form):
    """Progress, what was done, and one number per target of the task."""

    version = VersionField()
    progress = PercentField()
    nothing_new = forms.BooleanField(
        label=_("零报告（本期没有新进展）"),
        required=False,
        help_text=_("勾选后不必填写进展情况。"),
    )
    narrative = forms.CharField(
        label=_("进展情况"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("本期做了什么、做到什么程度。报送时必填，零报告除外。"),
    )
    problems = forms.CharField(
        label=_("存在问题"), required=False, widget=forms.Textarea(attrs=TEXT)
    )
    next_steps = forms.CharField(
        label=_("下一步措施"), required=False, widget=forms.Textarea(attrs=TEXT)
    )

    def __init__(self, *args: Any, targets: list[Target], submit: bool, **kwargs: Any) -> None:
        """`submit`: the form is handed in; a draft may still lack its narrative."""
        super().__init__(*args, **kwargs)
        self.targets = targets
        self.submit = submit
        for target in targets:
            field = self.fields[_name(target)] = ReadingField(label=target.indicator)
            if target.unit_of_measure == PER_CENT:
                field.widget.attrs["data-per-cent"] = ""

    @staticmethod
    def initial_of(report: ProgressReport, said: ProgressReport | None = None) -> dict[str, Any]:
        """What the report says; a new one has the texts of the last and no numbers, but those
        of `said`, the approved report it is to replace."""
        names = ("version", "progress", "nothing_new", "narrative", "problems", "next_steps")
        initial = {name: getattr(report, name) for name in names}
        source = report if report.pk else said
        if source:
            for reading in source.readings.all():
                initial[f"target_{reading.target_id}"] = plain(reading.value)
        return initial

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        said = values.get("nothing_new") or values.get("narrative", "").strip()
        if self.submit and not said and "narrative" not in self.errors:
            self.add_error("narrative", NARRATIVE_NEEDED)
        return values

    @property
    def values(self) -> dict[str, Any]:
        names = ("progress", "nothing_new", "narrative", "problems", "next_steps")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def readings(self) -> dict[int, Decimal | None]:
        return {target.pk: self.cleaned_data[_name(target)] for target in self.targets}

    @property
    def beyond_the_whole(self) -> list[Target]:
        """Targets in per cent whose value exceeds 100: possible, but mostly a slip."""
        values = self.readings
        return [
            target
            for target in self.targets
            if target.unit_of_measure == PER_CENT and (values[target.pk] or 0) > 100
        ]


class SendBackForm(forms.Form):
    """Why a report is returned. Whether there must be a reason is the service's rule."""

    version = VersionField()
    reason = forms.CharField(
        label=_("退回原因"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ApproveForm(forms.Form):
    version = VersionField()


def _name(target: Target) -> str:
    return f"target_{target.pk}"
