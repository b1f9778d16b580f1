"""The targets of a task in the ledger, as rows that can be corrected, added and taken away."""

from typing import Any

from django import forms

from reform_tracker.lib.numbers import plain
from tasks.forms.clause import Rows, TargetForm
from tasks.models import Target, TargetReading, Task
from tasks.services.editing import WantedTarget


class TaskTargetForm(TargetForm):
    """One target; `pk` tells which one on record it is, a new one has none."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def wanted(self) -> WantedTarget:
        values = self.cleaned_data
        return WantedTarget(**{name: values[name] for name in self.base_fields})


class TaskTargetRows(Rows):
    @property
    def wanted(self) -> list[WantedTarget]:
        """The whole list as typed; after `is_valid`."""
        return [form.wanted for form in self.kept()]


TaskTargetFormSet = forms.formset_factory(
    TaskTargetForm, formset=TaskTargetRows, extra=0, can_delete=True, max_num=200
)


def target_forms(task: Task, data: Any = None) -> TaskTargetRows:
    """The formset of the task's targets, filled from `data` when there is any.

    Rows whose target was reported on have `initial["has_readings"]`: they cannot be taken away.
    """
    read = set(TargetReading.objects.filter(target__task=task).values_list("target", flat=True))
    rows = [_row(target) | {"has_readings": target.pk in read} for target in task.targets.all()]
    return TaskTargetFormSet(data, initial=rows, prefix="targets")  # type: ignore[return-value]


def _row(target: Target) -> dict[str, Any]:
    value, highest = target.target_value, target.value_max
    return {
        "pk": target.pk,
        "indicator": target.indicator,
        "comparison": target.comparison,
        "value": None if value is None else plain(value),
        "value_max": None if highest is None else plain(highest),
        "unit": target.unit_of_measure,
        "due_on": target.due_on,
        "text": target.text,
    }
