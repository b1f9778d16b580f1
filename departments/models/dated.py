"""Rows that hold from one day to another: a department, a name, a region."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def valid_on(on: dt.date, prefix: str = "") -> Q:
    """Condition “held on this day”; a missing end means without end. `prefix` is a lookup path."""
    begun = Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": on})
    lasting = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": on})
    return begun & lasting


def overlapping(first: dt.date | None, last: dt.date | None) -> Q:
    """Condition “held on some day of this time”; a missing end means without end."""
    begun = Q() if last is None else Q(valid_from=None) | Q(valid_from__lte=last)
    lasting = Q() if first is None else Q(valid_to=None) | Q(valid_to__gte=first)
    return begun & lasting


def holds(first: dt.date | None, last: dt.date | None, on: dt.date | None) -> bool:
    """Does the day lie between these, both included? Without a day nothing speaks against it."""
    return on is None or ((first is None or first <= on) and (last is None or on <= last))


class Dated(models.Model):
    """Both days count; an empty one means since ever, or still."""

    valid_from = models.DateField(_("起始日期"), null=True, blank=True)
    valid_to = models.DateField(
        _("截止日期"), null=True, blank=True, help_text=_("含当日；至今有效的不填。")
    )

    class Meta:
        abstract = True

    def held_on(self, on: dt.date | None) -> bool:
        return holds(self.valid_from, self.valid_to, on)


def dates_in_order(name: str) -> models.CheckConstraint:
    """The first day is not after the last."""
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
        violation_error_message=_("起始日期不能晚于截止日期。"),
    )
