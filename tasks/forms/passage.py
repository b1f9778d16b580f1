"""Words selected in the source, and the rows of the clause's form that they make."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Clause
from documents.parsing.passages import deadlines_in, departments_in, targets_in
from tasks.forms.clause import DeadlineRows, Names, ResponsibilityRows, Rows, TargetRows
from tasks.models import Responsibility

# A selection is one statement; nobody makes one target of two pages.
LONGEST = 1000


class PassageForm(forms.Form):
    """`start`, `end`: what was selected; `row`: how many rows of the kind the page has;
    `led`: somebody leads already."""

    kind = forms.ChoiceField(
        choices=[(each, each) for each in ("targets", "departments", "deadlines")]
    )
    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=1)
    row = forms.IntegerField(min_value=0, max_value=200)
    led = forms.BooleanField(required=False)

    def __init__(self, clause: Clause, names: Names, data: Any) -> None:
        super().__init__(data)
        self.clause, self.names = clause, names

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start is None or end is None:
            return values
        text = self.clause.document.text
        if not start < end <= len(text) or not text[start:end].strip():
            raise forms.ValidationError(_("请先在原文里选中文字。"))
        if end - start > LONGEST:
            raise forms.ValidationError(_("选中的文字太长，请只选一句话。"))
        return values

    def rows(self) -> Rows:
        """The rows the words make, numbered on from those on the page; after `is_valid`.

        There is always one: words in which nothing was read wait for the person to fill the rest.
        """
        values = self.cleaned_data
        build: Callable[[str, int, int], Rows] = getattr(self, f"_{values['kind']}")
        rows = build(self.clause.document.text, values["start"], values["end"])
        for index, form in enumerate(rows.forms, values["row"]):
            form.prefix = rows.add_prefix(index)
        return rows

    def _targets(self, text: str, start: int, end: int) -> Rows:
        found = targets_in(text, start, end, self.clause.document.own_year)
        rows = [target.to_dict() for target in found] or [{"text": text[start:end].strip()[:200]}]
        return TargetRows(initial=rows, prefix="targets")

    def _departments(self, text: str, start: int, end: int) -> Rows:
        found = departments_in(text, start, end, self.clause.document.region.name)
        Role = Responsibility.Role
        # 市财政局 behind a department that leads: the first of new names leads only when told so.
        follows = self.cleaned_data["led"] and "牵头" not in text[start:end]
        rows: list[dict[str, Any]] = []
        for named in found.departments:
            role = Role.COOPERATING if follows and named.role == Role.LEAD else named.role
            known = self.names.register.resolve(named.name).department
            label = self.names.label(known) if known else ""
            rows.append({"name": named.name[:80], "role": role, "department": label})
        return ResponsibilityRows(
            initial=rows or [{"name": text[start:end].strip()[:80]}],
            prefix="departments",
            form_kwargs={"names": self.names},
        )

    def _deadlines(self, text: str, start: int, end: int) -> Rows:
        found = deadlines_in(text, start, end, self.clause.document.own_year)
        rows = [limit.to_dict() for limit in found] or [{"text": text[start:end].strip()[:200]}]
        return DeadlineRows(initial=rows, prefix="deadlines")
