"""Numbers as people type them: 60, 60%, 60, 1,234.5."""

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.models.task import PERCENT


def as_typed(value: Any) -> Any:
    """Full-width digits and signs as half-width, without blanks, commas and a closing %."""
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKC", value).strip().replace(",", "")
    return plain.removesuffix("%").strip()


class PercentField(forms.IntegerField):
    """A whole number from 0 to 100."""

    default_validators = [*PERCENT]
    default_error_messages = {
        "invalid": _("进度请填0到100之间的整数，例如60。"),
        "required": _("请填写进度，0到100之间的整数。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("进度（%）"))
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> int | None:
        return super().to_python(as_typed(value))


class ReadingField(forms.DecimalField):
    """What was reached of a target; empty when there is no figure yet."""

    default_error_messages = {
        "invalid": _("完成值请填数字，例如95.3；没有数字请留空，并写在进展情况里。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, max_digits=20, decimal_places=6, required=False, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(as_typed(value))


class VersionField(forms.IntegerField):
    """The version of the row the user saw, carried by the form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput(), required=False, min_value=0, **kwargs)
