"""One reporting period: who has filed what, and the office's acts on it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from departments.models import Department, Region
from reform_tracker.lib.dates import today
from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import Conflict, require
from tasks import pages
from tasks.forms.period import LateFilingForm, PeriodForm
from tasks.models import LateFiling, ReportingPeriod
from tasks.permissions import (
    can_allow_late_filing,
    can_change_period,
    can_lock_period,
    can_run_period,
    can_switch_period,
    can_urge,
)
from tasks.recipients import liaisons_of
from tasks.report_figures import (
    Figures,
    Outcome,
    Standing,
    by_department,
    by_period,
    rows_of,
    still_to_file,
    unled,
)
from tasks.services import periods as services
from tasks.services.deadlines import estimated_years
from tasks.services.late_filing import allow_late_filing
from tasks.services.urging import urge_missing


@dataclass(frozen=True)
class Number:
    """One number of the board, and where the rows it counts are listed."""

    standing: str
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class BoardRow:
    """One department or region of the board."""

    subject: Department | Region
    numbers: list[Number]
    url: str = ""
    # When it was last asked for its reports, and how often.
    urged: dict[str, Any] | None = None
    # Until when it may file although the period is closed.
    allowed: LateFiling | None = None
    # Something is left to ask for, and nobody with an account to ask.
    unreachable: bool = False


@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    return _render_board(request, _own_period(request, pk))


@require_safe
def period_reports(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows behind one number: `?standing=`, and `?department=` for one department's."""
    period = _own_period(request, pk)
    standing = request.GET.get("standing", Standing.DUE)
    if standing not in Standing.values:
        raise Http404
    department = _department_asked(request)
    on = today()
    rows = pages.with_everything_shown(rows_of(period, on, standing, department))
    page = page_of(rows, request)
    for task in page.object_list:
        task.outcome_label = Outcome(task.outcome).label
    context = {
        "period": period,
        "standing": Standing(standing),
        "department": department,
        "page": page,
        "on": on,
    }
    return render(request, "tasks/period_reports.html", context)


@require_POST
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    period = _own_period(request, pk)
    urged = urge_missing(period=period, actor=request.user)
    text = _("已向%(departments)d个部门的%(people)d名联络员发出催报。")
    reached = len(urged.urgings) - len(urged.unreachable)
    if reached:
        messages.success(request, text % {"departments": reached, "people": urged.people})
    if urged.unreachable:
        names = "、".join(each.name for each in urged.unreachable)
        messages.warning(request, _("以下部门在系统内没有联络员，请电话催报：%s") % names)
    return redirect(period)


@require_POST
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    period = services.lock(period=_own_period(request, pk), actor=request.user)
    messages.success(request, _("%s已锁定。") % period.name)
    return redirect(period)


@require_POST
def change_period(request: HttpRequest, pk: int) -> HttpResponse:
    period = _own_period(request, pk)
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return _render_board(request, period, change_form=form)
    values = form.cleaned_data
    try:
        services.change_period(
            period=period,
            actor=request.user,
            name=values["name"],
            due_on=values["due_on"] if values["due_on"] != period.due_on else None,
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _render_board(request, period, change_form=form)
    messages.success(request, _("已保存。"))
    return redirect(period)


@require_POST
def allow(request: HttpRequest, pk: int) -> HttpResponse:
    period = _own_period(request, pk)
    require(can_allow_late_filing(request.user, period))
    form = LateFilingForm(request.POST, period=period)
    if not form.is_valid():
        return _render_board(request, period, late_form=form)
    try:
        allowed = allow_late_filing(period=period, actor=request.user, **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _render_board(request, period, late_form=form)
    except Conflict as refusal:
        form.add_error(None, str(refusal))
        return _render_board(request, period, late_form=form)
    text = _("已允许%(department)s补报至%(day)s，并已通知其联络员。")
    messages.success(request, text % {"department": allowed.department, "day": allowed.until})
    return redirect(period)


def _own_period(request: HttpRequest, pk: int) -> ReportingPeriod:
    """The period, if the person may see it; 403 unless it is his office's."""
    visible = ReportingPeriod.objects.visible_to(request.user).select_related("region")
    period = get_object_or_404(visible, pk=pk)
    require(can_run_period(request.user, period))
    return period


def _department_asked(request: HttpRequest) -> Department | None:
    asked = request.GET.get("department", "")
    if not asked:
        return None
    if not asked.isdecimal():
        raise Http404
    return get_object_or_404(Department.objects.select_related("region"), pk=int(asked))


def _render_board(
    request: HttpRequest,
    period: ReportingPeriod,
    late_form: ModelForm | None = None,
    change_form: ModelForm | None = None,
) -> HttpResponse:
    on = today()
    below = page_of(ReportingPeriod.objects.alike_below(period), request)
    figures = by_period([period, *below.object_list], on)
    user = request.user
    labels = _labels(period, on)
    missing = set(still_to_file(period, on))
    asked = set(period.urgings.filter(on=on).values_list("department", flat=True))
    context = {
        "period": period,
        "on": on,
        "labels": list(labels.values()),
        "labels_below": Standing.labels,
        "numbers": _numbers(period, figures[period.pk], labels),
        "departments": _department_rows(period, on, labels, missing),
        "below": below,
        "regions": [
            BoardRow(
                each.region,
                _numbers(each, figures[each.pk], _labels(each, on)),
                each.get_absolute_url(),
            )
            for each in below.object_list
        ],
        "unled": unled(period, on),
        "to_urge": len(missing - asked),
        "urged_today": bool(missing & asked),
        "late_filings": period.late_filings.select_related("department__region", "actor"),
        "may_urge": can_urge(user, period),
        "may_switch": can_switch_period(user, period, not period.is_open),
        "may_lock": can_lock_period(user, period),
        "may_change": can_change_period(user, period),
        "may_allow": can_allow_late_filing(user, period),
        "late_form": late_form or LateFilingForm(period=period),
        "change_form": change_form or PeriodForm(instance=period),
        "estimated_years": estimated_years(ReportingPeriod.objects.filter(pk=period.pk)),
    }
    return render(request, "tasks/period.html", context)


def _department_rows(
    period: ReportingPeriod, on: dt.date, labels: dict[str, str], missing: set[int]
) -> list[BoardRow]:
    reachable = liaisons_of(missing)
    urged = {
        row["department"]: row
        for row in period.urgings.order_by()
        .values("department")
        .annotate(last=Max("on"), times=Count("pk"))
    }
    allowed = {row.department_id: row for row in period.late_filings.in_force(on).order_by("until")}
    return [
        BoardRow(
            department,
            _numbers(period, figures, labels, f"&department={department.pk}"),
            urged=urged.get(department.pk),
            allowed=allowed.get(department.pk),
            unreachable=department.pk in missing and department.pk not in reachable,
        )
        for department, figures in by_department(period, on)
    ]


def _labels(period: ReportingPeriod, on: dt.date) -> dict[str, str]:
    """What the numbers are called: what is not filed is missing once the deadline has passed."""
    labels = {standing.value: str(standing.label) for standing in Standing}
    if on > period.due_on:
        labels[Standing.UNFILED.value] = str(Outcome.MISSING.label)
    return labels


def _numbers(
    period: ReportingPeriod, figures: Figures, labels: dict[str, str], further: str = ""
) -> list[Number]:
    address = reverse("period_reports", args=[period.pk])
    return [
        Number(standing, label, figures[standing], f"{address}?standing={standing}{further}")
        for standing, label in labels.items()
    ]
