"""Correcting a clause: its words, who answers for it, its targets and time limits."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from departments.models import Department, User
from departments.permissions import can_run_office
from departments.services.register import Register, Resolution
from documents.models import Clause
from tasks.forms.fields import as_typed
from tasks.models import Responsibility, Target
from tasks.services.intake import fingerprint

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
# A JSON number keeps fifteen digits exactly.
MAX_DIGITS = 15
OUT_OF_RANGE = _("日期应在1990年至2100年之间，请核对。")


class DayField(forms.DateField):
    """A day between 1990 and 2100; kept as text in the clause's JSON."""

    default_error_messages = {"invalid": _("日期不对，请按“2024-12-31”的样子填写。")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            validators=[
                MinValueValidator(FIRST_DAY, OUT_OF_RANGE),
                MaxValueValidator(LAST_DAY, OUT_OF_RANGE),
            ],
            **kwargs,
        )


class NumberField(forms.DecimalField):
    """A plain number as people type it: 1,234.5, full-width digits."""

    default_error_messages = {"invalid": _("请填数字，例如95或33.3。")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            widget=widget, max_digits=MAX_DIGITS, decimal_places=6, required=False, **kwargs
        )

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(as_typed(value))


class SectionField(forms.CharField):
    """Headings from the outside in, as the ledger joins them: 一、重点任务 / （一）健全医保."""

    def prepare_value(self, value: Any) -> Any:
        return " / ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [part for part in re.split(r"\s+/\s+", text.strip()) if part]


class ClauseForm(forms.Form):
    number = forms.CharField(label=_("编号"), required=False, max_length=20)
    title = forms.CharField(
        label=_("任务标题"),
        max_length=300,
        # The key that leads here (confirm.js).
        widget=forms.TextInput(attrs={"data-key": "E"}),
        error_messages={"required": _("请填写任务标题。")},
    )
    section = SectionField(
        label=_("所属章节（各级之间用“ / ”分开）"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"list": "sections", "autocomplete": "off"}),
    )
    body = forms.CharField(
        label=_("任务内容"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_body(self) -> str:
        """Line ends as the document has them; browsers send two characters for each."""
        return self.cleaned_data["body"].replace("\r\n", "\n")


class ResponsibilityForm(forms.Form):
    """One department: as the document writes it, its role, and which one on record it is."""

    # Which bracket of the document it stood in; new rows go to the last one.
    group = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("文件中的写法"),
        max_length=80,
        error_messages={"required": _("请填写单位名称，不需要的行请删除。")},
    )
    role = forms.ChoiceField(
        label=_("角色"),
        choices=Responsibility.Role.choices,
        initial=Responsibility.Role.COOPERATING,
    )
    department = forms.CharField(
        label=_("对应名录中的部门"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"list": "register", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, names: "Names", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        chosen = values.get("department", "")
        if chosen and self.names.chosen(chosen) is None:
            message = _t("“%s”不在部门名录中，请从列表中选择，或清空此栏。") % chosen
            self.add_error("department", message)
        return values

    @property
    def resolution(self) -> Resolution | None:
        """What the row's name stands for, as typed; None while there is no name."""
        name = (self["name"].value() or "").strip()
        return self.names.register.resolve(name) if name else None

    @property
    def is_unknown(self) -> bool:
        """Nobody on record yet: neither chosen nor known by its name."""
        answer = self.resolution
        return bool(answer and not self["department"].value() and not answer.department)

    @property
    def candidates(self) -> list[tuple[Department, str, bool]]:
        """Nearest on record: department, reason, and whether the person may give it an alias."""
        found = self.resolution.candidates if self.resolution else []
        user = self.names.user
        return [(each, why, bool(can_run_office(user, each.region))) for each, why in found]

    def stored(self) -> dict[str, Any]:
        """The row in the clause's own form."""
        name, chosen = self.cleaned_data["name"], self.cleaned_data["department"]
        answer = self.names.chosen(chosen) if chosen else self.names.register.resolve(name)
        pk = answer.department.pk if answer and answer.department else None
        before = self.initial.get("stored", {})
        same = pk is not None and pk == before.get("department")
        rule = before["rule"] if same else answer.rule if answer else ""
        row = {"name": name, "role": self.cleaned_data["role"], "department": pk, "rule": rule}
        doubt = before.get("warning") if same else answer and answer.warning
        return {**row, "warning": doubt} if doubt else row


class TargetForm(forms.Form):
    indicator = forms.CharField(
        label=_("指标"),
        max_length=200,
        error_messages={"required": _("请填写指标名称，不需要的行请删除。")},
    )
    comparison = forms.ChoiceField(
        label=_("要求"),
        choices=Target.Comparison.choices,
        initial=Target.Comparison.AT_LEAST,
    )
    value = NumberField(label=_("目标值"))
    value_max = NumberField(label=_("上限"))
    unit = forms.CharField(label=_("单位"), required=False, max_length=20)
    due_on = DayField(label=_("达标时限"), required=False)
    text = forms.CharField(label=_("原文表述"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        low, high = values.get("value"), values.get("value_max")
        if self.errors.keys() & {"value", "value_max"}:
            return values
        if values.get("comparison") != Target.Comparison.RANGE:
            if high is not None:
                self.add_error("value_max", _t("只有“区间”才填上限，请改选“区间”或清空此栏。"))
            return values
        if low is None:
            self.add_error("value", _t("区间要填两端，请填写下限。"))
        if high is None:
            self.add_error("value_max", _t("区间要填两端，请填写上限。"))
        if low is not None and high is not None and high < low:
            self.add_error("value_max", _t("上限不能小于下限。"))
        return values

    def stored(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "text": values["text"],
            "indicator": values["indicator"],
            "comparison": values["comparison"],
            "value": _plain(values["value"]),
            "value_max": _plain(values["value_max"]),
            "unit": values["unit"],
            "due_on": values["due_on"].isoformat() if values["due_on"] else None,
        }


class DeadlineForm(forms.Form):
    text = forms.CharField(label=_("原文表述"), required=False, max_length=200)
    due_on = DayField(
        label=_("完成时限"),
        error_messages={"required": _("请填写日期，不需要的行请删除。")},
    )

    def stored(self) -> dict[str, Any]:
        due_on = self.cleaned_data["due_on"]
        return {"text": self.cleaned_data["text"], "due_on": due_on.isoformat()}


class Rows(BaseFormSet):
    """Rows that can be added and taken away. A row that was deleted is not judged."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("删除此行")

    def kept(self) -> list[forms.Form]:
        """The rows to store, in their order; rows added and left empty are none."""
        gone = self.deleted_forms
        initial = self.initial_form_count()
        return [
            form
            for index, form in enumerate(self.forms)
            if form not in gone and (index < initial or form.has_changed())
        ]


def _rows(form: type[forms.Form]) -> type[Rows]:
    return formset_factory(  # type: ignore[return-value]
        form, formset=Rows, extra=0, can_delete=True, max_num=200
    )


ResponsibilityRows = _rows(ResponsibilityForm)
TargetRows = _rows(TargetForm)
DeadlineRows = _rows(DeadlineForm)


class Names:
    """The register as the page offers it: a label for each department, and back."""

    def __init__(self, register: Register, user: User, clause: Clause) -> None:
        self.register, self.user = register, user
        self.by_id = {each.pk: each for each in register.departments}
        ids = [
            named["department"] for row in clause.responsibilities for named in row["departments"]
        ]
        missing = {pk for pk in ids if pk and pk not in self.by_id}
        if missing:
            rows = Department.objects.filter(pk__in=missing).select_related("region")
            self.by_id |= {each.pk: each for each in rows}
        self.own_region = clause.document.region_id
        self.by_label = {self.label(each): each for each in self.by_id.values()}

    def label(self, department: Department) -> str:
        """Its own name within the document's region, with the region's name otherwise."""
        own = department.region_id == self.own_region
        return department.name if own else department.full_name

    def chosen(self, text: str) -> Resolution | None:
        """The department chosen or typed; None when nobody on record is called so."""
        text = text.strip()
        if text in self.by_label:
            return Resolution(self.by_label[text], "chosen")
        answer = self.register.resolve(text)
        return answer if answer.department else None


class ClauseEditor:
    """The whole form of one clause. `data` None shows what is stored."""

    def __init__(self, clause: Clause, register: Register, user: User, data: Any = None) -> None:
        self.clause = clause
        # What the person saw when he began to type, whatever has happened since.
        self.seen = data.get("seen", "") if data is not None else fingerprint(clause)
        self.names = Names(register, user, clause)
        words = {name: getattr(clause, name) for name in ("number", "title", "section", "body")}
        self.form = ClauseForm(data, initial=words)
        self.responsibilities = ResponsibilityRows(
            data,
            initial=self._named(),
            prefix="departments",
            form_kwargs={"names": self.names},
        )
        self.targets = TargetRows(data, initial=clause.targets, prefix="targets")
        self.deadlines = DeadlineRows(data, initial=clause.deadlines, prefix="deadlines")

    def _named(self) -> list[dict[str, Any]]:
        return [
            {
                "group": group,
                "name": named["name"],
                "role": named["role"],
                "department": self._label(named["department"]),
                "stored": named,
            }
            for group, row in enumerate(self.clause.responsibilities)
            for named in row["departments"]
        ]

    def _label(self, pk: int | None) -> str:
        return self.names.label(self.names.by_id[pk]) if pk in self.names.by_id else ""

    @property
    def rows(self) -> list[Rows]:
        return [self.responsibilities, self.targets, self.deadlines]

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *[rows.is_valid() for rows in self.rows]])

    def values(self) -> dict[str, Any]:
        """What `correct_clause` takes; after `is_valid`."""
        words = self.form.cleaned_data
        if " / ".join(self.clause.section) == " / ".join(words["section"]):
            # A heading may hold a stroke of its own: what was not touched stays as it is.
            words = {**words, "section": self.clause.section}
        return {
            **words,
            "responsibilities": self._brackets(),
            "targets": [form.stored() for form in self.targets.kept()],
            "deadlines": [form.stored() for form in self.deadlines.kept()],
        }

    def _brackets(self) -> list[dict[str, Any]]:
        """The document's brackets with the rows as they are now, each in its own."""
        brackets = [{**row, "departments": []} for row in self.clause.responsibilities]
        kept = self.responsibilities.kept()
        if kept and not brackets:
            brackets.append({"raw": "", "mode": "normal", "departments": []})
        for form in kept:
            group = form.cleaned_data.get("group")
            place = group if group is not None and 0 <= group < len(brackets) else -1
            brackets[place]["departments"].append(form.stored())
        return brackets


def _plain(value: Decimal | None) -> int | float | None:
    """A number as the parser's JSON writes it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
