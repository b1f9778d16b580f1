"""A document with its tasks in the ledger; taking a wrong import back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from departments.permissions import can_run_office
from documents.models import PolicyDocument
from reform_tracker.lib.dates import today
from tasks.models import Task
from tasks.pages import task_rows
from tasks.services import intake


@require_safe
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    document = visible_document(request, pk)
    tasks = Task.objects.visible_to(request.user).filter(document=document)
    tasks = tasks.with_light(today()).prefetch_related("responsibilities").order_by("position")
    may_confirm = can_run_office(request.user, document.region)
    context = {
        "document": document,
        "rows": task_rows(tasks.select_related("region"), request.user, today()),
        "may_confirm": may_confirm,
        "may_remove": intake.can_remove_document(request.user, document),
        "waiting": intake.to_confirm(document).count() if may_confirm else 0,
    }
    return render(request, "tasks/document.html", context)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    document = visible_document(request, pk)
    intake.remove_document(document=document, actor=request.user)
    messages.success(request, _("已删除《%s》。") % document.title.strip("《》"))
    return redirect("documents")


def visible_document(request: HttpRequest, pk: int) -> PolicyDocument:
    rows = PolicyDocument.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(rows, pk=pk)
