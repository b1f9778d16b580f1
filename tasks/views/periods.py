"""Reporting periods of the office's regions: the list, opening a year, switching filing."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from departments.models.region import within
from departments.permissions import can_use_office_pages
from reform_tracker.lib.dates import today
from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import require
from tasks.forms.period import SwitchForm, YearForm
from tasks.models import ProgressReport, ReportingPeriod
from tasks.permissions import can_run_period
from tasks.services import periods as services

FILED = Q(reports__status__in=[ProgressReport.Status.SUBMITTED, ProgressReport.Status.APPROVED])


@require_safe
def period_list(request: HttpRequest) -> HttpResponse:
    require(can_use_office_pages(request.user))
    region = request.user.scope.office_regions[0]
    form = YearForm(user=request.user, initial={"region": region.pk, "year": today().year})
    return _render_list(request, form)


@require_POST
def open_year(request: HttpRequest) -> HttpResponse:
    require(can_use_office_pages(request.user))
    form = YearForm(request.POST, user=request.user)
    if not form.is_valid():
        return _render_list(request, form)
    opened = services.open_year(actor=request.user, **form.cleaned_data)
    text = _("%(region)s%(year)d年：新建%(new)d个报告期，原有%(old)d个保持不变。") % {
        "region": form.cleaned_data["region"].name,
        "year": form.cleaned_data["year"],
        "new": len(opened.created),
        "old": opened.already,
    }
    messages.success(request, text)
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
    return redirect("periods")


def _render_list(request: HttpRequest, form: YearForm) -> HttpResponse:
    mine = within(request.user.scope.office_regions, "region__")
    periods = (
        ReportingPeriod.objects.visible_to(request.user)
        .filter(mine)
        .select_related("region")
        .annotate(filed=Count("reports", filter=FILED))
        .order_by("region__code", "-starts_on", "id")
    )
    page = page_of(periods, request)
    context = {
        "page": page,
        "form": form,
        "on": today(),
        "estimated_years": services.estimated_years(periods),
    }
    return render(request, "tasks/periods.html", context)
