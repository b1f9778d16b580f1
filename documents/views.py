"""Finding, importing and downloading policy documents. Their tasks are shown by tasks.views."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from departments.permissions import can_read_tasks, can_run_office, can_use_office_pages
from documents.forms import DocumentFilterForm, ImportForm
from documents.models import PolicyDocument
from documents.parsing import UnreadableDocument
from documents.services import stash
from documents.services.importing import AlreadyImported, import_document
from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import require


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
    if request.method == "GET":
        return render(request, "documents/import.html", {"form": ImportForm(user=request.user)})
    form = ImportForm(request.POST, request.FILES, user=request.user)
    valid = form.is_valid()
    upload = _upload(request, form)
    if valid and upload is None:
        form.add_error("file", _("先前上传的文件已过期，请重新选择文件。"))
    if not form.is_valid() or upload is None:
        return _again(request, form, keep=upload)
    return _import(request, form, *upload)


def _upload(request: HttpRequest, form: ImportForm) -> tuple[bytes, str] | None:
    """The bytes and the name of the file just sent, else of the one sent before."""
    values = form.cleaned_data
    if file := values.get("file"):
        return file.read(), file.name
    data = stash.kept(request.user, values.get("kept", ""))
    return None if data is None else (data, values.get("kept_name", ""))


def _import(request: HttpRequest, form: ImportForm, data: bytes, name: str) -> HttpResponse:
    region = form.cleaned_data["region"]
    try:
        document = import_document(data=data, filename=name, actor=request.user, region=region)
    except AlreadyImported as error:
        return _again(request, form, already=error)
    except UnreadableDocument as error:
        form.add_error("file", error.message)
        return _again(request, form)
    except (ValidationError, PermissionDenied) as error:
        # Only the region is missing or another office's: the file itself is kept.
        reason = error.messages if isinstance(error, ValidationError) else str(error)
        form.add_error("region", reason)
        return _again(request, form, keep=(data, name))
    stash.drop(request.user, form.cleaned_data["kept"])
    _say_what_was_read(request, document)
    return redirect("confirm_document", document.pk)


def _again(
    request: HttpRequest,
    form: ImportForm,
    already: AlreadyImported | None = None,
    keep: tuple[bytes, str] | None = None,
) -> HttpResponse:
    """The form once more, with what is wrong. `keep`: upload to hold until it is answered."""
    context: dict[str, Any] = {"form": form, "already": already}
    if already:
        visible = PolicyDocument.objects.visible_to(request.user)
        context["known"] = visible.filter(pk=already.document.pk).first()
    if keep:
        data, name = keep
        context |= {"kept": stash.keep(request.user, data), "kept_name": name}
    return render(request, "documents/import.html", context)


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
