"""待审核: the office reviews what was handed in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
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
from tasks.comparison import differences, judged_readings, last_approved_of, latest_readings
from tasks.due_reports import role_of
from tasks.forms.report import ApproveForm, SendBackForm
from tasks.models import ProgressReport
from tasks.permissions import can_review
from tasks.services import review

REVIEWS_PER_PAGE = 20


@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    return _render_queue(request)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    report = _to_review(request, pk)
    form = ApproveForm(request.POST)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            review.approve(report=report, actor=request.user, version=version)
        except Conflict as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已通过：%s") % report.task.title)
            return redirect("reviews")
    return _render_queue(request, failed=(report, form))


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    report = _to_review(request, pk)
    form = SendBackForm(request.POST)
    if form.is_valid():
        try:
            review.send_back(
                report=report,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
            )
        except ValidationError as refusal:
            form.add_error("reason", refusal.message_dict["reason"])
        except Conflict as refusal:
            # The report has left the queue; the words are shown once more, to be copied.
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已退回填报人：%s") % report.task.title)
            return redirect("reviews")
    return _render_queue(request, failed=(report, form))


def _queue(request: HttpRequest) -> QuerySet[ProgressReport]:
    """Reports awaiting review in the office's regions, the oldest first."""
    require(can_use_office_pages(request.user))
    in_office = within(request.user.scope.office_regions, "task__region__")
    visible = ProgressReport.objects.visible_to(request.user).awaiting_review()
    return visible.filter(in_office).order_by("submitted_on", "id")


def _to_review(request: HttpRequest, pk: int) -> ProgressReport:
    """The report, if the person may see it; reviewing it is judged by the service."""
    visible = ProgressReport.objects.visible_to(request.user).select_related("task__region")
    return get_object_or_404(visible, pk=pk)


def _render_queue(
    request: HttpRequest, failed: tuple[ProgressReport, Form] | None = None
) -> HttpResponse:
    """The queue; `failed`: a report whose review was refused, with what had been typed."""
    queue = _queue(request)
    asked = request.GET.get("task", "")
    if asked.isdecimal():
        queue = queue.filter(task=int(asked))
    queue = queue.select_related(
        "task__region", "task__document", "department", "period", "author"
    ).prefetch_related("reviews__reviewer", "readings", "task__targets", "task__responsibilities")
    page = page_of(queue, request, per_page=REVIEWS_PER_PAGE)
    reports = list(page.object_list)
    last_of = last_approved_of(reports)
    latest = latest_readings(target for report in reports for target in report.task.targets.all())
    rows = []
    for report in reports:
        last = last_of.get((report.task_id, report.department_id))
        rows.append(
            {
                "report": report,
                "last": last,
                "role": role_of(report.department_id, report.task),
                "differences": differences(report, last),
                "targets": judged_readings(report, latest, report.task.targets.all()),
                "rounds": report.reviews.all(),
                "may": can_review(request.user, report),
                "form": failed[1] if failed and failed[0].pk == report.pk else None,
            }
        )
    gone = failed[1] if failed and all(failed[0].pk != r.pk for r in reports) else None
    context = {
        "page": page,
        "rows": rows,
        "on": today(),
        "gone": gone,
        "gone_report": failed[0] if failed and gone else None,
        "one_task": asked.isdecimal(),
    }
    status = 409 if failed and failed[1].non_field_errors() else 200
    return render(request, "tasks/reviews.html", context, status=status)
