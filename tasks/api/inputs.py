"""What clients may send, field by field; anything else is 400 with its name."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from departments.models import Department
from tasks.models import ReportingPeriod, Target, Task
from tasks.models.states import State


class StrictInput(serializers.Serializer[Any]):
    """Refuses fields it does not know: a misspelt one must not be dropped silently."""

    def to_internal_value(self, data: Any) -> Any:
        names = set(map(str, data)) if isinstance(data, Mapping) else set()
        if unknown := sorted(names - set(self.fields)):
            raise serializers.ValidationError(
                {name: [_("没有这个字段，或不能修改，请核对名称。")] for name in unknown}
            )
        return super().to_internal_value(data)


class VisibleRow(serializers.PrimaryKeyRelatedField):
    """An id of a row one may see; others look like a missing id."""

    def __init__(self, model: Any = None, **kwargs: Any) -> None:
        self.model = model
        super().__init__(queryset=model.objects.none() if model else None, **kwargs)

    def get_queryset(self) -> Any:
        return self.model.objects.visible_to(self.context["request"].user)


class ReadingInput(StrictInput):
    """`value` null takes the reading back."""

    target = VisibleRow(Target)
    value = serializers.DecimalField(20, 6, allow_null=True)


def readings_of(values: dict[str, Any]) -> dict[int, Decimal | None]:
    """Take the readings out of validated values, in the form the services want."""
    return {row["target"].pk: row["value"] for row in values.pop("readings", [])}


class ReportChange(StrictInput):
    """A draft's own fields. `version`: the draft one saw; another one is 409."""

    progress = serializers.IntegerField(min_value=0, max_value=100, required=False)
    narrative = serializers.CharField(allow_blank=True, required=False)
    problems = serializers.CharField(allow_blank=True, required=False)
    next_steps = serializers.CharField(allow_blank=True, required=False)
    nothing_new = serializers.BooleanField(required=False)
    readings = ReadingInput(many=True, required=False)
    version = serializers.IntegerField(min_value=0, required=False)


class NewReport(ReportChange):
    """`period`: default the open one whose deadline comes next."""

    task = VisibleRow(Task)
    department = VisibleRow(Department)
    period = VisibleRow(ReportingPeriod, required=False)
    progress = serializers.IntegerField(min_value=0, max_value=100)


class TaskChange(StrictInput):
    """Where a task stands. `version` as read: if the row has changed since, 409.

    With `progress`, the progress is recorded on the department's behalf, and `state` moves the task
    along; with `state` alone the task is moved, and `reason` says why.
    """

    version = serializers.IntegerField(min_value=0)
    progress = serializers.IntegerField(min_value=0, max_value=100, required=False)
    state = serializers.ChoiceField(State.choices, required=False)
    narrative = serializers.CharField(allow_blank=True, required=False)
    readings = ReadingInput(many=True, required=False)
    reason = serializers.CharField(allow_blank=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "progress" not in attrs and "state" not in attrs:
            raise serializers.ValidationError(
                {"progress": [_("请填写进度（progress）或状态（state）。")]}
            )
        unused = {"reason"} if "progress" in attrs else {"narrative", "readings"}
        if extra := sorted(unused & set(attrs)):
            raise serializers.ValidationError(
                {name: [_("更新进度时写narrative，只改状态时写reason。")] for name in extra}
            )
        return attrs


class Decision(StrictInput):
    """`version`: the report as one read it; a refiled one is 409."""

    reason = serializers.CharField(allow_blank=True, required=False, default="")
    version = serializers.IntegerField(min_value=0, required=False)


class Nothing(StrictInput):
    """No fields."""
