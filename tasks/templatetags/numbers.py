"""`{% load numbers %}`: figures of targets without the zeros the database pads them with."""

from decimal import Decimal

from django import template

from reform_tracker.lib.numbers import measured as measured_text
from reform_tracker.lib.numbers import plain as plain_text

register = template.Library()


@register.filter
def plain(value: Decimal | None) -> str:
    return "" if value is None else plain_text(value)


@register.filter
def measured(value: Decimal | None, unit: str) -> str:
    """With its unit: `{{ reading.value|measured:target.unit_of_measure }}`."""
    return "" if value is None else measured_text(value, unit)
