"""Finding acts in the trail."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from reform_tracker.audit.labels import ACTIONS
from reform_tracker.audit.models import AuditQuerySet

DAYS = [MinValueValidator(dt.date(1990, 1, 1)), MaxValueValidator(dt.date(2100, 12, 31))]


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=DAYS)


class TrailFilterForm(forms.Form):
    person = forms.CharField(label=_("操作人（用户名或姓名）"), required=False, max_length=60)
    action = forms.ChoiceField(label=_("操作"), required=False)
    first = _day(_("从"))
    last = _day(_("到"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _t("全部操作")), *ACTIONS.items()]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("first") and values.get("last") and values["first"] > values["last"]:
            self.add_error("last", _t("截止日期不能早于起始日期。"))
        return values

    def apply(self, entries: AuditQuerySet) -> AuditQuerySet:
        """The acts asked for; a criterion that makes no sense is left out, its error on the form."""
        self.full_clean()
        asked = self.cleaned_data
        if asked.get("person"):
            entries = entries.by(asked["person"])
        if asked.get("action"):
            entries = entries.filter(action=asked["action"])
        return entries.between(asked.get("first"), asked.get("last"))
