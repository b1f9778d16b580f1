"""Finding, importing and downloading policy documents. Their tasks are shown by tasks.views."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from departments.permissions import can_read_tasks, can_run_office, can_use_office_pages
from documents.forms import DocumentFilterForm, ImportForm, UploadRegionForm
from documents.models import PolicyDocument, Upload
from documents.parsing import UnreadableDocument
from documents.services import uploads
from documents.services.importing import AlreadyImported
from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import require

# A file that has not been read after this long is waiting for a worker that is not there.
LATE = dt.timedelta(minutes=1)


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    require(can_read_tasks(request.user))
    documents = PolicyDocument.objects.visible_to(request.user)
    form = DocumentFilterForm(request.GET, user=request.user, documents=documents)
    found = form.apply(documents).select_related("region").with_clause_counts()
    found = found.order_by(*PolicyDocument._meta.ordering)
    page = page_of(found, request, per_page=20)
    for document in page:
        document.may_confirm = can_run_office(request.user, document.region)
    context = {"form": form, "page": page}
    return render(request, "documents/list.html", context)


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    require(can_use_office_pages(request.user))
    already: AlreadyImported | None = None
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES, user=request.user)
        if form.is_valid():
            try:
                return _received(request, form)
            except AlreadyImported as error:
                already = error
            except UnreadableDocument as error:
                form.add_error("file", error.message)
    else:
        form = ImportForm(user=request.user)
    context: dict[str, Any] = {"form": form, "already": already}
    if already:
        context["known"] = _visible(request, already.document)
    context["unsettled"] = Upload.objects.of(request.user).unsettled()
    return render(request, "documents/import.html", context)


def _received(request: HttpRequest, form: ImportForm) -> HttpResponse:
    file, region = form.cleaned_data["file"], form.cleaned_data["region"]
    found = uploads.receive(data=file.read(), filename=file.name, actor=request.user, region=region)
    return _lead_on(request, found)


def _lead_on(request: HttpRequest, upload: Upload) -> HttpResponse:
    """To the document once it is there, until then to the page that says how far it is."""
    if upload.status == Upload.Status.DONE and upload.document:
        _say_what_was_read(request, upload.document)
        return redirect("confirm_document", upload.document.pk)
    return redirect("upload", upload.pk)


def _visible(request: HttpRequest, document: PolicyDocument | None) -> PolicyDocument | None:
    if document is None:
        return None
    return PolicyDocument.objects.visible_to(request.user).filter(pk=document.pk).first()


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the reading of an uploaded file is; asked again every second while it goes on."""
    found = get_object_or_404(Upload.objects.of(request.user).select_related("document"), pk=pk)
    require(can_use_office_pages(request.user))
    sent = request.POST if request.method == "POST" else None
    form = UploadRegionForm(sent, user=request.user)
    if form.is_valid():
        region = form.cleaned_data["region"]
        chosen = uploads.choose_region(upload=found, region=region, actor=request.user)
        return _lead_on(request, chosen)
    if request.htmx and found.status not in (Upload.Status.WAITING, Upload.Status.READING):
        return HttpResponseClientRefresh()
    if found.status == Upload.Status.DONE and not request.htmx:
        return _lead_on(request, found) if found.document else redirect("documents")
    context = {
        "upload": found,
        "form": form,
        "known": _visible(request, found.document),
        "late": timezone.now() - (found.settled_at or found.created_at) > LATE,
    }
    page = "documents/_upload_state.html" if request.htmx else "documents/upload.html"
    return render(request, page, context)


def _say_what_was_read(request: HttpRequest, document: PolicyDocument) -> None:
    number = document.clauses.filter(is_container=False).count()
    if number:
        text = _("已导入，从文件中读出%d条任务。请逐条核对后入账。") % number
        messages.success(request, text)
    else:
        text = _(
            "已导入，但没有从文件中读出任务条款。文件里确有任务的，请点“手工添加一条”逐条录入；"
            "传错了文件的，请点“删除这份文件”。"
        )
        messages.warning(request, text)


@require_safe
def download_source(request: HttpRequest, pk: int) -> FileResponse:
    document = get_object_or_404(PolicyDocument.objects.visible_to(request.user), pk=pk)
    if not document.source_file:
        raise Http404
    try:
        file = document.source_file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    # Always a download of no particular type: an uploaded page must never run as ours.
    response = FileResponse(
        file,
        as_attachment=True,
        filename=document.source_name or document.title,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
