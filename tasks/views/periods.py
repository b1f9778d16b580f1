"""Reporting periods of the office's regions: the list, opening a year, single ones, deadlines."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from departments.models.region import within
from departments.permissions import can_use_office_pages
from reform_tracker.lib.dates import today
from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import Conflict, require
from tasks import report_figures
from tasks.forms.period import (
    ChangeDeadlinesForm,
    CustomPeriodForm,
    RegionForm,
    SwitchForm,
    YearForm,
)
from tasks.models import ReportingPeriod, UsualDeadline
from tasks.models.period import ReportingPeriodQuerySet
from tasks.permissions import can_run_period
from tasks.services import deadlines
from tasks.services import periods as services


@require_safe
def period_list(request: HttpRequest) -> HttpResponse:
    return _render_list(request)


@require_POST
def open_year(request: HttpRequest) -> HttpResponse:
    require(can_use_office_pages(request.user))
    form = YearForm(request.POST, user=request.user)
    if not form.is_valid():
        return _render_list(request, form=form)
    try:
        opened = services.open_year(actor=request.user, **form.cleaned_data)
    except Conflict as refusal:
        form.add_error(None, str(refusal))
        return _render_list(request, form=form)
    text = _("%(region)s%(year)d年：新建%(new)d个报告期，原有%(old)d个保持不变。") % {
        "region": form.cleaned_data["region"].name,
        "year": form.cleaned_data["year"],
        "new": len(opened.created),
        "old": opened.already,
    }
    messages.success(request, text)
    return redirect("periods")


@require_POST
def add_period(request: HttpRequest) -> HttpResponse:
    require(can_use_office_pages(request.user))
    form = CustomPeriodForm(request.POST, user=request.user)
    if not form.is_valid():
        return _render_list(request, custom=form)
    try:
        period = services.add_period(
            actor=request.user, kind=ReportingPeriod.Kind.CUSTOM, **form.cleaned_data
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _render_list(request, custom=form)
    except Conflict as refusal:
        form.add_error(None, str(refusal))
        return _render_list(request, custom=form)
    messages.success(request, _("已建立报告期：%s") % period.name)
    return redirect(period)


@require_POST
def change_deadlines(request: HttpRequest) -> HttpResponse:
    require(can_use_office_pages(request.user))
    form = ChangeDeadlinesForm(request.POST, user=request.user)
    if not form.is_valid():
        return _render_list(request, change=form)
    moved = deadlines.change_deadlines(actor=request.user, **form.cleaned_data)
    text = _("已按新期限调整%(moved)d个开放填报的报告期；已关闭的%(closed)d个保持不变。")
    messages.success(request, text % {"moved": len(moved.periods), "closed": moved.closed})
    return redirect("periods")


@require_POST
def settle_deadlines(request: HttpRequest) -> HttpResponse:
    require(can_use_office_pages(request.user))
    form = RegionForm(request.POST, user=request.user)
    if form.is_valid():
        region = form.cleaned_data["region"]
        moved = deadlines.settle_deadlines(region=region, actor=request.user)
        text = _("已按放假安排调整%d个报告期的报送截止日期。")
        messages.success(request, text % len(moved.periods))
    return redirect("periods")


@require_POST
def switch_period(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(ReportingPeriod.objects.visible_to(request.user), pk=pk)
    require(can_run_period(request.user, period))
    form = SwitchForm(request.POST)
    if form.is_valid():
        is_open = form.cleaned_data["is_open"]
        services.switch(period=period, actor=request.user, is_open=is_open)
        text = _("%s已开放填报。") if is_open else _("%s已关闭填报。")
        messages.success(request, text % period.name)
    return redirect(period)


def _render_list(request: HttpRequest, **refused: Form) -> HttpResponse:
    """The list with its forms; `refused`: the one that was sent and did not pass."""
    require(can_use_office_pages(request.user))
    periods = _own(request)
    page = page_of(periods.order_by("region__code", "-starts_on", "id"), request)
    on = today()
    # What is closed is looked up on its own page: fifty closed periods would cost half a second.
    running = [period for period in page.object_list if period.is_open and period.starts_on <= on]
    figures = report_figures.by_period(running, on)
    for period in page.object_list:
        period.figures = figures.get(period.pk)
    usual = _usual(request)
    context = {
        "page": page,
        "form": YearForm(user=request.user, initial=_initial(request, usual) | {"year": on.year}),
        "custom": CustomPeriodForm(user=request.user, initial=_initial(request, usual)),
        "change": ChangeDeadlinesForm(user=request.user, initial=_initial(request, usual)),
        "usual": [
            {"region": row.region_id, "kind": row.kind, "rule": row.rule, "days": row.days}
            for row in usual
        ],
        "on": on,
        "estimated_years": deadlines.estimated_years(periods),
        "unsettled": sorted(deadlines.unsettled(periods), key=lambda period: period.region.code),
    }
    return render(request, "tasks/periods.html", context | refused)


def _own(request: HttpRequest) -> ReportingPeriodQuerySet:
    mine = within(request.user.scope.office_regions, "region__")
    visible = ReportingPeriod.objects.visible_to(request.user)
    return visible.filter(mine).select_related("region")


def _usual(request: HttpRequest) -> list[UsualDeadline]:
    """What the office's regions last chose, the latest choice first."""
    own = within(request.user.scope.office_regions, "region__")
    return list(UsualDeadline.objects.filter(own).order_by("-chosen_at"))


def _initial(request: HttpRequest, usual: list[UsualDeadline]) -> dict[str, Any]:
    """The office's own region, with the rhythm and the deadline it chose last."""
    region = request.user.scope.office_regions[0]
    last = next((row for row in usual if row.region_id == region.pk), None)
    chosen = {"kind": last.kind, "filing_rule": last.rule, "filing_days": last.days} if last else {}
    return {"region": region.pk, **chosen}
