"""What the administrator keeps for the work itself: the calendar that deadlines count by."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from departments.admin import EditableRows, ForAdministrators
from reform_tracker.working_days.filling import replace_days
from reform_tracker.working_days.forms import CalendarYearForm
from reform_tracker.working_days.models import CalendarYear, SpecialDay


class SpecialDayRows(EditableRows):
    model = SpecialDay


@admin.register(CalendarYear)
class CalendarYearAdmin(ForAdministrators):
    list_display = ["__str__", "days_off", "make_up_days", "source"]
    fields = ["year", "source", "notice"]
    form = CalendarYearForm
    inlines = [SpecialDayRows]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarYear]:
        rows = super().get_queryset(request)
        kinds = {"off": SpecialDay.Kind.DAY_OFF, "made_up": SpecialDay.Kind.MAKE_UP}
        counted = {name: Count("days", filter=Q(days__kind=kind)) for name, kind in kinds.items()}
        return rows.annotate(**counted)

    @admin.display(description=_("放假天数"))
    def days_off(self, year: Any) -> int:
        return year.off

    @admin.display(description=_("调休上班天数"))
    def make_up_days(self, year: Any) -> int:
        return year.made_up

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The rows as typed; a pasted notice then takes their place."""
        super().save_related(request, form, formsets, change)
        days = form.cleaned_data["days"]
        if not days:
            return
        replace_days(form.instance, days)
        off = sum(row.kind == SpecialDay.Kind.DAY_OFF for row in days)
        text = _t("从通知中读出放假%(off)d天、调休上班%(made_up)d天，请在下面逐日核对。")
        messages.info(request, text % {"off": off, "made_up": len(days) - off})

    def response_add(self, request: HttpRequest, obj: CalendarYear, *args: Any) -> HttpResponse:
        return _to_check(request, obj) or super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: CalendarYear) -> HttpResponse:
        return _to_check(request, obj) or super().response_change(request, obj)


def _to_check(request: HttpRequest, year: CalendarYear) -> HttpResponse | None:
    """After pasting, the page with the days that were read."""
    if not request.POST.get("notice"):
        return None
    return redirect("admin:working_days_calendaryear_change", year.pk)
