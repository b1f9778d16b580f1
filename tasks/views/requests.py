"""申请: asking for an extension, a write-off and the like, and the office's 待办申请."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.permissions import can_use_office_pages
from reform_tracker.lib.dates import today
from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import Conflict, require
from tasks import pages
from tasks.forms.request import ApprovalForm, RefusalForm, RequestForm
from tasks.models import Task, TaskRequest
from tasks.permissions import can_ask, leads_for
from tasks.services.progress import last_approved
from tasks.services.requests import (
    approve_request,
    make_request,
    refuse_request,
    withdraw_request,
)

PER_PAGE = 20
Kind = TaskRequest.Kind


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """待办申请: what waits for the office, decided where it stands."""
    return _render_list(request)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one kind of request, `?kind=`; an extension if none is named."""
    visible = Task.objects.visible_to(request.user).select_related("region", "document")
    task = get_object_or_404(visible, pk=pk)
    kind = request.GET.get("kind", Kind.EXTENSION.value)
    if kind not in Kind.values:
        raise Http404
    asking = can_ask(request.user, task, kind)
    if not asking.is_conflict:
        require(asking)
    department = leads_for(request.user, task) or task.lead_department
    last = last_approved(task, department)
    form = RequestForm(
        request.POST or None,
        kind=kind,
        initial={"progress_so_far": last.narrative if last else ""},
    )
    if request.method == "POST" and form.is_valid():
        done = _did(
            form,
            lambda: make_request(task=task, kind=kind, actor=request.user, **form.cleaned_data),
        )
        if done:
            messages.success(request, _("已提出%s申请，等待医改办办理。") % Kind(kind).label)
            return redirect(f"{task.get_absolute_url()}#requests")
    context = {
        "task": task,
        "kind": Kind(kind),
        "department": department,
        "on_behalf": not leads_for(request.user, task),
        "asking": asking,
        "form": form,
    }
    return render(request, "tasks/request_form.html", context)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, approve_request, _("已同意：%s"))


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, refuse_request, _("已答复“不同意”：%s"), RefusalForm)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _shown_to(request, pk)
    withdraw_request(asked=asked, actor=request.user)
    messages.success(request, _("已撤回%s申请。") % asked.get_kind_display())
    return redirect(asked)


def _decide(
    request: HttpRequest,
    pk: int,
    act: Callable[..., TaskRequest],
    done: str,
    form_class: type[Form] = ApprovalForm,
) -> HttpResponse:
    asked = _shown_to(request, pk)
    form = form_class(request.POST)
    if form.is_valid() and _did(
        form, lambda: act(asked=asked, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, done % asked.task.title)
        if asked.kind == Kind.CHANGE and act is approve_request:
            messages.info(request, _("请按申请内容修改任务，保存后生效。"))
            return redirect("edit_task", asked.task_id)
        return redirect("requests")
    return _render_list(request, failed=(asked, form))


def _shown_to(request: HttpRequest, pk: int) -> TaskRequest:
    """The request, if the person may see it; deciding it is judged by the service."""
    visible = TaskRequest.objects.visible_to(request.user).select_related("task__region")
    return get_object_or_404(visible, pk=pk)


def _did(form: Form, act: Callable[[], object]) -> bool:
    """Do it; what the service refuses is said on the form."""
    try:
        act()
    except Conflict as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    return form.is_valid()


def _render_list(
    request: HttpRequest, failed: tuple[TaskRequest, Form] | None = None
) -> HttpResponse:
    """The list; `failed`: a request whose decision was refused, with what had been typed."""
    require(can_use_office_pages(request.user))
    waiting = pages.with_requests_shown(TaskRequest.objects.to_decide_by(request.user))
    page = page_of(waiting, request, per_page=PER_PAGE)
    rows = pages.request_rows(page.object_list, request.user, failed)
    gone = failed if failed and all(row.asked.pk != failed[0].pk for row in rows) else None
    context: dict[str, Any] = {"page": page, "rows": rows, "on": today(), "gone": gone}
    status = 409 if failed and failed[1].non_field_errors() else 200
    return render(request, "tasks/requests.html", context, status=status)
