"""The task list and the task page, and what the office changes from there."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.permissions import can_read_tasks, can_run_office
from reform_tracker.lib.dates import today
from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import Conflict, require
from tasks import pages
from tasks.filters import TaskFilter
from tasks.forms.targets import target_forms
from tasks.forms.task import (
    PRESETS,
    ProgressForm,
    StateForm,
    TaskForm,
    offer_regions,
    offer_years,
    responsibility_rows,
)
from tasks.models import Reminder, Task, TaskRequest
from tasks.models.task import TaskQuerySet
from tasks.permissions import can_ask, can_edit_task, can_update_progress
from tasks.rollups import years
from tasks.services.editing import edit_task as save_task
from tasks.services.progress import move_task, record_progress
from tasks.source_text import passage_of

PAGE_SIZES = (25, 50, 100)


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Tasks by the filters in the address. A filter that makes no sense lists nothing."""
    require(can_read_tasks(request.user))
    visible = Task.objects.visible_to(request.user)
    query = TaskFilter(request.GET, queryset=visible, request=request)
    offer_years(query.form, years(visible))
    offer_regions(query.form, visible)
    is_valid = query.is_valid()
    found = pages.with_everything_shown(query.qs) if is_valid else visible.none()
    page = page_of(found, request, per_page=_page_size(request))
    return render(
        request,
        "tasks/list.html",
        {
            "filter": query,
            "is_valid": is_valid,
            "page": page,
            "rows": pages.task_rows(page.object_list, request.user, query.on),
            "on": query.on,
            "is_past": query.on < today(),
            "is_filtered": any(request.GET.get(name) for name in TaskFilter.base_filters),
            "page_sizes": PAGE_SIZES,
            "presets": PRESETS,
        },
    )


@require_safe
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(_shown_to(request), pk=pk)
    return _render_task(request, task)


@require_POST
def update_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The quick update (代填), from a row of the list by htmx or from the task page."""
    task = get_object_or_404(_shown_to(request), pk=pk)
    require(can_run_office(request.user, task.region))
    form = ProgressForm(request.POST)
    saved = form.is_valid() and _did(
        form,
        lambda values: record_progress(
            task=task,
            actor=request.user,
            progress=values["progress"],
            narrative=values["narrative"],
            version=values["version"],
        ),
    )
    if saved:
        task = _shown_to(request).get(pk=pk)
    if request.htmx:
        return _render_row(request, task, form, saved=saved)
    if saved:
        messages.success(request, _("已保存：%s") % task.title)
        return redirect(_back(request, task))
    return _render_task(request, task, progress_form=form)


@require_POST
def change_state(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(_shown_to(request), pk=pk)
    require(can_run_office(request.user, task.region))
    form = StateForm(request.POST, task=task)
    saved = form.is_valid() and _did(
        form,
        lambda values: move_task(
            task=task,
            state=values["state"],
            reason=values["reason"],
            actor=request.user,
        ),
    )
    if not saved:
        return _render_task(request, task, state_form=form)
    messages.success(request, _("状态已更新。"))
    return redirect(_page_of(request, task))


@require_http_methods(["GET", "POST"])
def edit_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(_shown_to(request), pk=pk)
    require(can_edit_task(request.user, task))
    form = TaskForm(request.POST or None, initial=TaskForm.initial_of(task))
    rows = responsibility_rows(task, request.POST or None)
    targets = target_forms(task, request.POST or None)
    if request.method == "POST" and all([form.is_valid(), rows.is_valid(), targets.is_valid()]):
        saved = _did(
            form,
            lambda values: save_task(
                task=task,
                actor=request.user,
                responsibilities=rows.answerable if rows.has_changed() else None,
                targets=targets.wanted if targets.has_changed() else None,
                **values,
            ),
        )
        if saved:
            messages.success(request, _("修改已保存。"))
            return redirect(_page_of(request, task))
    context = {
        "task": task,
        "page_url": _page_of(request, task),
        "form": form,
        "rows": rows,
        "targets": targets,
    }
    return render(request, "tasks/edit.html", context)


def _shown_to(request: HttpRequest) -> TaskQuerySet:
    """The tasks the person may see, as they stand today."""
    visible = Task.objects.visible_to(request.user).with_light(today())
    return pages.with_everything_shown(visible)


def _did(form: Form, act: Callable[[Mapping[str, Any]], object]) -> bool:
    """Do it with the form's values; what the service refuses is said on the form."""
    try:
        act(form.cleaned_data)
    except Conflict as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        _say_at_fields(form, refusal)
    return form.is_valid()


def _say_at_fields(form: Form, refusal: ValidationError) -> None:
    """Errors of fields the form does not have are said at its head."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _page_size(request: HttpRequest) -> int:
    asked = request.GET.get("page_size", "")
    return int(asked) if asked in map(str, PAGE_SIZES) else PAGE_SIZES[0]


def _back(request: HttpRequest, task: Task) -> str:
    """The list one came from, at the same row; else the task."""
    back = request.POST.get("next", "")
    local = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return f"{back}#task-{task.pk}" if local else _page_of(request, task)


def _list_url(request: HttpRequest) -> str:
    """The task list with the filters one came with: from `?next=`, else the page that led here.

    Only the list itself is taken, with its query alone: no address leads out of this site.
    """
    plain = reverse("tasks")
    for came_from in (request.GET.get("next", ""), request.headers.get("referer", "")):
        if url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
            parts = urlsplit(came_from)
            if parts.path == plain:
                return f"{plain}?{parts.query}" if parts.query else plain
    return plain


def _page_of(request: HttpRequest, task: Task) -> str:
    """The task's page, which goes on knowing the list one came from."""
    back = _list_url(request)
    query = "?" + urlencode({"next": back}) if back != reverse("tasks") else ""
    return task.get_absolute_url() + query


def _render_row(
    request: HttpRequest, task: Task, form: ProgressForm, *, saved: bool
) -> HttpResponse:
    row = pages.TaskRow(
        task=task,
        reason=pages.light_reason(task),
        may_update=saved or bool(can_update_progress(request.user, task)),
        form=None if saved else form,
        saved=saved,
    )
    context = {"row": row, "presets": PRESETS, "back": request.POST.get("next", "")}
    return render(request, "tasks/_row.html", context)


def _render_task(
    request: HttpRequest,
    task: Task,
    progress_form: ProgressForm | None = None,
    state_form: StateForm | None = None,
) -> HttpResponse:
    user = request.user
    updating = can_update_progress(user, task)
    passage = passage_of(task)
    reports = pages.report_rows(task, user)
    requests = pages.with_own_requests(task).requests.all()
    context = {
        "task": task,
        "list_url": _list_url(request),
        "row": pages.task_rows([task], user, today())[0],
        "passage": passage,
        "near": passage.near() if passage else None,
        "targets": pages.target_rows(task),
        "reports": [row for row in reports if not row.is_corrected],
        "corrected": [row for row in reports if row.is_corrected],
        "requests": pages.request_rows(requests, user),
        "askable": pages.askable(task, user),
        "asking_extension": can_ask(user, task, TaskRequest.Kind.EXTENSION),
        "on": today(),
        "events": pages.event_rows(task, user),
        "reminders": Reminder.objects.visible_to(user)
        .filter(task=task)
        .select_related("recipient"),
        "period": pages.present_period(task),
        "own_departments": pages.own_departments(task, user),
        "in_office": bool(can_run_office(user, task.region)),
        "updating": updating,
        "editing": can_edit_task(user, task),
        "progress_form": progress_form,
        "state_form": state_form or StateForm(task=task),
        "presets": PRESETS,
    }
    return render(request, "tasks/task.html", context)
