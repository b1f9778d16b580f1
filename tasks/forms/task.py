"""Forms of the task list and the task page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from departments.services.register import Register
from tasks.filters import EVERYTHING
from tasks.forms.fields import PercentField, VersionField
from tasks.models import Responsibility, Task
from tasks.models.states import MOVES, State
from tasks.models.task import TaskQuerySet
from tasks.services.editing import Answerable

PRESETS = (25, 50, 75, 100)
NEW_ROWS = 3


def offer_years(form: forms.Form, years: list[int]) -> None:
    """Show the year filter as a list of `years`; what stands in the address stays selectable."""
    chosen = str(form["year"].value() or "")
    values = [str(year) for year in years]
    if chosen and chosen not in values:
        values.append(chosen)
    choices = [("", EVERYTHING)] + [(value, value) for value in values]
    form.fields["year"].widget = forms.Select(choices=choices)


def offer_regions(form: forms.Form, tasks: TaskQuerySet) -> None:
    """List only regions that have tasks, or lead to some; any other in the address still counts.

    A national office may see three thousand regions: too many to choose from.
    """
    field = form.fields["region"]
    paths = tasks.order_by().values_list("region__path", flat=True).distinct()
    offered = field.queryset.leading_to(paths)
    chosen = field.queryset.filter(code=str(form["region"].value() or ""))
    field.widget.choices = [
        ("", EVERYTHING),
        *((region.code, region.name) for region in (offered | chosen).order_by("code")),
    ]


class ProgressForm(forms.Form):
    """The office's quick update: one of the presets, or a number and a line of text."""

    version = VersionField()
    progress = PercentField(required=False)
    narrative = forms.CharField(label=_("进展说明"), required=False, max_length=500)
    preset = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(n, f"{n}%") for n in PRESETS]
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("preset") is not None:
            # The button says what is meant, whatever stands in the box beside it.
            self.errors.pop("progress", None)
            values["progress"] = values["preset"]
        elif values.get("progress") is None and "progress" not in self.errors:
            self.add_error("progress", PercentField.default_error_messages["required"])
        return values


class StateForm(forms.Form):
    """Moving a task along the moves its present state allows."""

    state = forms.ChoiceField(
        label=_("改为"),
        error_messages={
            "required": _("请选择要改成的状态。"),
            "invalid_choice": _("任务的状态刚刚变过，请看一下最新状态再选。"),
        },
    )
    reason = forms.CharField(
        label=_("原因"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("中止、撤销、退回销号和重新打开（回头看）任务时必填。销号请用“申请销号”办理。"),
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # 销号 is asked for and verified item by item: it is no choice of this list.
        by_request = (State.AWAITING_WRITE_OFF, State.WRITTEN_OFF)
        allowed = [state for state in map(State, MOVES[task.state]) if state not in by_request]
        moves = [(state.value, state.label) for state in allowed]
        self.fields["state"].choices = [("", _("请选择")), *moves]


class TaskForm(forms.Form):
    """What the office may correct of a task in the ledger."""

    version = VersionField()
    number = forms.CharField(label=_("编号"), required=False, max_length=20)
    title = forms.CharField(label=_("任务标题"), max_length=300)
    body = forms.CharField(
        label=_("任务内容"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_on = forms.DateField(
        label=_("完成时限"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("修改后提醒按新的时限重新计算，原定时限保留可查。"),
    )
    responsible_leader = forms.CharField(label=_("责任领导"), max_length=60, required=False)
    remarks = forms.CharField(
        label=_("备注"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @classmethod
    def initial_of(cls, task: Task) -> dict[str, Any]:
        return {name: getattr(task, name) for name in cls.base_fields}


class DepartmentChoice(forms.ModelChoiceField):
    def label_from_instance(self, department: Department) -> str:
        return department.full_name


class ResponsibilityForm(forms.Form):
    """One department of the task; an empty row says nothing."""

    department = DepartmentChoice(
        label=_("部门"), queryset=Department.objects.none(), required=False, empty_label=_("（无）")
    )
    role = forms.ChoiceField(
        label=_("角色"),
        choices=Responsibility.Role.choices,
        initial=Responsibility.Role.COOPERATING,
        required=False,
    )

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        field.queryset = departments.queryset
        # Drawn from one reading for all rows, not one query per row.
        field.choices = departments.choices


class DepartmentChoices:
    """The departments a task of a region may name, read once."""

    def __init__(self, task: Task) -> None:
        known = Register(task.region).departments
        pks = {department.pk for department in known}
        own = [row.department for row in task.responsibilities.all() if row.department_id]
        known += [department for department in own if department.pk not in pks]
        self.queryset = Department.objects.filter(pk__in=[d.pk for d in known]).select_related(
            "region"
        )
        self.choices = [("", _("（无）"))] + [(d.pk, d.full_name) for d in known]


class ResponsibilityRows(forms.BaseFormSet):
    """The departments in their order; at least one leads."""

    def clean(self) -> None:
        if not any(self.errors) and not self.answerable:
            raise ValidationError(_("请至少保留一个责任单位。"))

    @property
    def answerable(self) -> list[Answerable]:
        return [
            Answerable(values["department"], values["role"] or Responsibility.Role.COOPERATING)
            for values in self.cleaned_data
            if values.get("department")
        ]


ResponsibilityFormSet = forms.formset_factory(
    ResponsibilityForm, formset=ResponsibilityRows, extra=NEW_ROWS, max_num=60
)


def responsibility_rows(task: Task, data: Any = None) -> ResponsibilityRows:
    """The formset of the task's departments, filled from `data` when there is any."""
    rows = [
        {"department": row.department_id, "role": row.role}
        for row in task.responsibilities.select_related("department__region")
    ]
    return ResponsibilityFormSet(  # type: ignore[return-value]
        data,
        initial=rows,
        prefix="departments",
        form_kwargs={"departments": DepartmentChoices(task)},
    )
