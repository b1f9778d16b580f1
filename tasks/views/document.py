"""A document and its tasks; confirming what was read from it and entering it into the ledger."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.models import Department
from departments.permissions import can_run_office
from departments.services.register import Register
from documents.models import Clause, PolicyDocument
from documents.services.naming import register_alias, register_name
from documents.source_text import pieces
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from tasks.confirming import Line, Overview, Standing, overview
from tasks.forms.clause import ClauseEditor
from tasks.models import Task
from tasks.pages import task_rows
from tasks.services import intake

SAYS = {
    "pick": _("“%(name)s”在这一条里对应%(department)s。"),
    "alias": _("“%(name)s”已登记为%(department)s的别名，其他条款中的同一写法也已对应。"),
    "add": _("“%(name)s”已加入部门名录，其他条款中的同一写法也已对应。"),
}


@require_safe
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
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


@require_safe
def confirm_page(request: HttpRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(can_run_office(request.user, document.region))
    clauses = overview(document)
    line = clauses.line(request.GET.get("clause", ""))
    return _confirm(request, clauses, line, document)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    done = intake.publish(document=document, actor=request.user)
    if done.tasks:
        messages.success(request, _("已入账%d条任务。") % len(done.tasks))
    elif not done.held_back:
        messages.info(request, _("没有可以入账的条款，可能刚才已经入账。"))
    if not done.held_back:
        return redirect("document", document.pk)
    held = [f"{clause}：{''.join(problems)}" for clause, problems in done.held_back]
    text = _("还有%d条没有入账，请处理后再确认。") % len(held)
    messages.warning(request, "\n".join([text, *held]))
    return _to_clause(done.held_back[0][0])


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    intake.remove_document(document=document, actor=request.user)
    messages.success(request, _("已删除《%s》。") % document.title.strip("《》"))
    return redirect("documents")


@require_POST
def add_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """`after`: id of the clause on the page, beside which the missing one was noticed."""
    document = _document(request, pk)
    after = request.POST.get("after", "")
    beside = document.clauses.filter(pk=after).first() if after.isdecimal() else None
    clause = intake.add_clause(document=document, actor=request.user, after=beside)
    messages.info(request, _("已添加一条空白条款，请对照原文填写后保存。"))
    return _to_clause(clause)


@require_http_methods(["GET", "POST"])
def clause_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the clause. `do`: save (and go on), stay, or what to do about an unknown name."""
    clause = _clause(request, pk)
    require(can_run_office(request.user, clause.document.region))
    if request.method == "GET":
        return _to_clause(clause)
    require(intake.can_change_clause(request.user, clause))
    data = request.POST.copy()
    act = data.get("do", "save")
    try:
        _teach_register(request, clause, act, data)
        clause.refresh_from_db(fields=["responsibilities"])
        editor = _editor(request, clause, data)
        if not editor.is_valid():
            return _again(request, clause, editor, _("有几处需要改正，见下面的红字。还没有保存。"))
        clause = intake.correct_clause(
            clause=clause, actor=request.user, values=editor.values(), seen=data.get("seen")
        )
    except (Conflict, PermissionDenied) as error:
        clause = _clause(request, pk)
        if isinstance(error, intake.ChangedMeanwhile):
            data["seen"] = intake.fingerprint(clause)
        return _again(request, clause, _editor(request, clause, data), str(error))
    messages.success(request, _("已保存“%s”。") % clause.title)
    return _to_next(clause) if act == "save" else _to_clause(clause)


@require_POST
def dismiss_clause(request: HttpRequest, pk: int) -> HttpResponse:
    clause = _clause(request, pk)
    dismissed = request.POST.get("dismissed") == "yes"
    intake.set_dismissed(clause=clause, actor=request.user, dismissed=dismissed)
    if not dismissed:
        messages.success(request, _("已恢复，这一条可以继续核对。"))
        return _to_clause(clause)
    messages.success(request, _("“%s”已标为不作为任务，需要时可以恢复。") % clause)
    return _to_next(clause)


@require_POST
def make_task_clause(request: HttpRequest, pk: int) -> HttpResponse:
    clause = intake.make_task_clause(clause=_clause(request, pk), actor=request.user)
    messages.success(request, _("这一条已改为任务，请核对后入账。"))
    return _to_clause(clause)


def _document(request: HttpRequest, pk: int) -> PolicyDocument:
    rows = PolicyDocument.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(rows, pk=pk)


def _clause(request: HttpRequest, pk: int) -> Clause:
    rows = Clause.objects.visible_to(request.user).select_related("document__region")
    return get_object_or_404(rows, pk=pk)


def _editor(request: HttpRequest, clause: Clause, data: QueryDict | None = None) -> ClauseEditor:
    return ClauseEditor(clause, Register(clause.document.region), request.user, data)


def _teach_register(request: HttpRequest, clause: Clause, act: str, data: QueryDict) -> None:
    """Do what a button beside an unknown name says, and put the department into its row.

    `act`: `pick:<row>:<department>`, `alias:<row>:<department>` or `add:<row>`.
    """
    verb, row, chosen = [*act.split(":"), "", ""][:3]
    if verb not in ("pick", "alias", "add"):
        return
    document = clause.document
    department: Department | None
    name = data.get(f"departments-{row}-name", "").strip()
    if verb == "add" and name:
        department = register_name(document=document, name=name, actor=request.user)
    else:
        candidates = Register(document.region).departments
        department = next((each for each in candidates if str(each.pk) == chosen), None)
        if department and verb == "alias" and name:
            register_alias(document=document, name=name, department=department, actor=request.user)
    if department:
        messages.success(request, SAYS[verb] % {"name": name, "department": department.full_name})
        own = department.region_id == document.region_id
        data[f"departments-{row}-department"] = department.name if own else department.full_name


def _again(request: HttpRequest, clause: Clause, editor: ClauseEditor, why: str) -> HttpResponse:
    """The page with what was typed and what is wrong."""
    clauses = overview(clause.document)
    return _confirm(request, clauses, clauses.line(str(clause.pk)), clause.document, editor, why)


def _confirm(
    request: HttpRequest,
    clauses: Overview,
    line: Line | None,
    document: PolicyDocument,
    editor: ClauseEditor | None = None,
    why: str = "",
) -> HttpResponse:
    may_change = bool(line and line.standing in (Standing.READY, Standing.BLOCKED))
    if line and may_change and editor is None:
        editor = _editor(request, line.clause)
    context = {
        "document": document,
        "overview": clauses,
        "may_remove": intake.can_remove_document(request.user, document),
        "line": line,
        "previous": clauses.beside(line, -1) if line else None,
        "next": clauses.beside(line, 1) if line else None,
        "pieces": pieces(
            document.text, [each.clause for each in clauses.lines], line.clause if line else None
        ),
        "editor": editor if may_change else None,
        "why": why,
    }
    return render(request, "tasks/document_confirm.html", context)


def _to_clause(clause: Clause) -> HttpResponse:
    return redirect(f"{reverse('confirm_document', args=[clause.document_id])}?clause={clause.pk}")


def _to_next(clause: Clause) -> HttpResponse:
    """The next clause still to confirm; after the last one the page chooses what is left."""
    following = intake.to_confirm(clause.document).filter(position__gt=clause.position).first()
    if following:
        return _to_clause(following)
    return redirect("confirm_document", clause.document_id)
