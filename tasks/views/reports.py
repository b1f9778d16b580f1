"""我的填报: filing reports, by liaisons and by the office on their behalf (代填)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from departments.models import Department
from departments.permissions import can_run_office
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from tasks import pages
from tasks.comparison import (
    judged_readings,
    latest_readings,
)
from tasks.due_reports import due_reports, still_missing
from tasks.forms.report import ReportForm
from tasks.models import ProgressReport, ReportingPeriod, Task
from tasks.permissions import can_file_report, can_update_progress
from tasks.services.progress import (
    draft_for,
    draft_on_behalf,
    last_approved,
    record_progress,
    save_report,
)


@require_safe
def my_reports(request: HttpRequest) -> HttpResponse:
    """What one's department has to report in the period that is due now, or in `?period=`."""
    departments = _own_departments(request)
    if not departments:
        raise PermissionDenied(_("只有部门联络员需要填报。如果这是您的职责，请联系系统管理员。"))
    department = _chosen_department(request, departments)
    periods = _open_periods(department)
    period = _chosen_period(request, department, periods)
    on = today()
    others = [p for p in periods if period is None or p.pk != period.pk]
    rows = due_reports(department, period, on) if period else []
    context = {
        "departments": departments,
        "department": department,
        "periods": periods,
        "period": period,
        "rows": rows,
        "has_optional": not all(row.is_owed for row in rows),
        "missing": still_missing(department, [p for p in others if p.ends_on < on], on),
        "on": on,
    }
    return render(request, "tasks/my_reports.html", context)


@require_http_methods(["GET", "POST"])
def file_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The filing form: prefilled from the last report; 保存草稿 or 报送审核.

    To the office of the region, which does not report itself, it is the full form of 代填.
    """
    task = get_object_or_404(Task.objects.visible_to(request.user), pk=pk)
    departments = pages.own_departments(task, request.user)
    if not departments:
        return _file_on_behalf(request, task)
    department = _chosen_department(request, departments)
    period = _period_of(request, task)
    report = draft_for(task=task, department=department, period=period)
    targets = list(task.targets.all())
    submit = request.POST.get("act") == "submit"
    form = ReportForm(
        request.POST or None,
        initial=ReportForm.initial_of(report),
        targets=targets,
        submit=submit,
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_report(
                task=task,
                department=department,
                period=period,
                actor=request.user,
                values=form.values,
                readings=form.readings,
                submit=submit,
                version=form.cleaned_data["version"],
            )
        except Conflict as refusal:
            form.add_error(None, str(refusal))
        else:
            done = _("已报送，等待医改办审核：%s") if submit else _("草稿已保存，尚未报送：%s")
            messages.success(request, done % task.title)
            _warn_of_doubtful(request, form)
            query = f"?department={department.pk}&period={period.pk}"
            return redirect(reverse("my_reports") + query)
    context = {
        "departments": departments,
        "filing": can_file_report(request.user, task, department, period),
        "rounds": report.reviews.select_related("reviewer") if report.pk else [],
    }
    return _render_report(request, task, report, form, context)


def _file_on_behalf(request: HttpRequest, task: Task) -> HttpResponse:
    """代填完整报告: the lead's report with its figures, written down by the office, at once."""
    require(can_run_office(request.user, task.region))
    period = pages.present_period(task)
    report, said = draft_on_behalf(task=task, period=period)
    targets = list(task.targets.all())
    initial = ReportForm.initial_of(report, said) | {"version": task.version}
    form = ReportForm(request.POST or None, initial=initial, targets=targets, submit=True)
    if request.method == "POST" and form.is_valid():
        try:
            record_progress(
                task=task,
                actor=request.user,
                readings=form.readings,
                version=form.cleaned_data["version"],
                **form.values,
            )
        except Conflict as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已代填：%s") % task.title)
            _warn_of_doubtful(request, form)
            return redirect(task)
    context = {"on_behalf": True, "filing": can_update_progress(request.user, task)}
    return _render_report(request, task, report, form, context)


def _render_report(
    request: HttpRequest,
    task: Task,
    report: ProgressReport,
    form: ReportForm,
    context: dict[str, Any],
) -> HttpResponse:
    latest = latest_readings(form.targets)
    judged = judged_readings(report, latest, form.targets)
    context |= {
        "task": task,
        "department": report.department,
        "period": report.period,
        "report": report,
        "form": form,
        "last": last_approved(task, report.department),
        "targets": [(row, form[f"target_{row.target.pk}"]) for row in judged],
        "on": today(),
    }
    return render(request, "tasks/report_form.html", context)


def _warn_of_doubtful(request: HttpRequest, form: ReportForm) -> None:
    """Kept as typed, since some shares do exceed the whole; but the typist should look again."""
    for target in form.beyond_the_whole:
        words = _("“%s”的完成值超过100%%，请核对。") % target.indicator
        messages.warning(request, words)


def _own_departments(request: HttpRequest) -> list[Department]:
    own = Department.objects.filter(pk__in=request.user.scope.department_ids)
    return list(own.select_related("region"))


def _chosen_department(request: HttpRequest, departments: list[Department]) -> Department:
    """The one `?department=` names, of those the person may choose from; else the first."""
    asked = request.GET.get("department")
    if not asked:
        return departments[0]
    found = next((row for row in departments if str(row.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _open_periods(department: Department) -> list[ReportingPeriod]:
    """Periods that have begun and are open to the department, of the regions whose tasks it
    answers for."""
    regions = Task.objects.of_department(department.pk).values("region")
    open_to_it = ReportingPeriod.objects.open_to([department.pk], today())
    begun = open_to_it.filter(region__in=regions, starts_on__lte=today())
    return list(begun.select_related("region").order_by("region", "-starts_on"))


def _chosen_period(
    request: HttpRequest, department: Department, periods: list[ReportingPeriod]
) -> ReportingPeriod | None:
    """The one `?period=` names; else what is due now, in the department's own region first."""
    asked = request.GET.get("period")
    if asked:
        found = next((row for row in periods if str(row.pk) == asked), None)
        if found is None:
            raise Http404
        return found
    regions = {period.region_id: period.region for period in periods}
    own_first = sorted(regions.values(), key=lambda r: r.pk != department.region_id)
    if not own_first:
        return None
    region = own_first[0]
    allowed_late = next(period for period in periods if period.region_id == region.pk)
    return ReportingPeriod.objects.current(region, today()) or allowed_late


def _period_of(request: HttpRequest, task: Task) -> ReportingPeriod | None:
    """The period `?period=` names, of the task's region, open or not; else the present one."""
    asked = request.GET.get("period")
    if not asked:
        return pages.present_period(task)
    if not asked.isdecimal():
        raise Http404
    return get_object_or_404(ReportingPeriod, pk=int(asked), region=task.region_id)
