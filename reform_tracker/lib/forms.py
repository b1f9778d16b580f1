"""How every form of the site draws its fields: Bootstrap's classes, errors marked on the field."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates

CHECKED = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class SiteField(BoundField):
    """A field that knows its Bootstrap class, so that no form has to say it."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        own = str(attrs.get("class") or widget.attrs.get("class", ""))
        wrong = "is-invalid" if self.errors else ""
        attrs["class"] = " ".join(filter(None, [own, _class_of(widget), wrong]))
        return attrs


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, CHECKED):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class SiteRenderer(DjangoTemplates):
    bound_field_class = SiteField
