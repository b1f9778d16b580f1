"""Confirming what was read from a document and entering it into the ledger, clause by clause."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.models import Department
from departments.permissions import can_run_office
from documents.models import Clause, PolicyDocument
from documents.services.naming import register_alias, register_name
from documents.services.registers import register_of
from documents.source_text import pieces
from reform_tracker.lib.verdicts import Conflict, require
from tasks.confirming import Line, Overview, Standing, overview, read_seen
from tasks.forms.clause import ClauseEditor
from tasks.services import clause_structure, intake
from tasks.views.document import visible_document

SAYS = {
    "pick": _("“%(name)s”在这一条里对应%(department)s。"),
    "alias": _("“%(name)s”已登记为%(department)s的别名，其他条款中的同一写法也已对应。"),
    "add": _("“%(name)s”已加入部门名录，其他条款中的同一写法也已对应。"),
}
# How a form that saves the clause says that its person has compared all of it.
SAVES = ("save", "stay")


@require_safe
def confirm_page(request: HttpRequest, pk: int) -> HttpResponse:
    """`clause`: the one to open; `look=1`: list only those that wait for a person."""
    document = visible_document(request, pk)
    require(can_run_office(request.user, document.region))
    clauses = overview(document)
    line = clauses.line(request.GET.get("clause", ""))
    return _confirm(request, clauses, line, document)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """`seen`: what is to enter, as `Overview.seen` writes it; without it every one that may."""
    document = visible_document(request, pk)
    seen = read_seen(request.POST["seen"]) if "seen" in request.POST else None
    done = intake.publish(document=document, actor=request.user, seen=seen)
    if done.tasks:
        messages.success(request, _("已入账%d条任务。") % len(done.tasks))
    elif not done.held_back:
        messages.info(request, _("没有可以入账的条款，可能刚才已经入账。"))
    if not done.held_back:
        waiting = seen is not None and intake.to_confirm(document).exists()
        return redirect("confirm_document" if waiting else "document", document.pk)
    held = [f"{clause}：{''.join(problems)}" for clause, problems in done.held_back]
    text = _("还有%d条没有入账，请处理后再确认。") % len(held)
    messages.warning(request, "\n".join([text, *held]))
    return to_clause(request, done.held_back[0][0])


@require_POST
def add_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """`after`: id of the clause on the page, beside which the missing one was noticed."""
    document = visible_document(request, pk)
    after = request.POST.get("after", "")
    beside = document.clauses.filter(pk=after).first() if after.isdecimal() else None
    clause = clause_structure.add_clause(document=document, actor=request.user, after=beside)
    messages.info(request, _("已添加一条空白条款，请对照原文填写后保存。"))
    return to_clause(request, clause)


@require_http_methods(["GET", "POST"])
def clause_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the clause. `do`: save (and go on), stay, or what to do about an unknown name."""
    clause = visible_clause(request, pk)
    require(can_run_office(request.user, clause.document.region))
    if request.method == "GET":
        return to_clause(request, clause)
    require(intake.can_change_clause(request.user, clause))
    data = request.POST.copy()
    act = data.get("do", "save")
    try:
        _teach_register(request, clause, act, data)
        clause.refresh_from_db(fields=["responsibilities"])
        editor = editor_of(request, clause, data)
        if not editor.is_valid():
            return not_saved(request, clause, editor)
        clause = intake.correct_clause(
            clause=clause,
            actor=request.user,
            values=editor.values(),
            seen=data.get("seen"),
            checked=act in SAVES,
        )
    except (Conflict, PermissionDenied) as error:
        return refused(request, pk, data, error)
    messages.success(request, _("已保存“%s”。") % clause.title)
    return _to_next(request, clause) if act == "save" else to_clause(request, clause)


@require_POST
def dismiss_clause(request: HttpRequest, pk: int) -> HttpResponse:
    clause = visible_clause(request, pk)
    dismissed = request.POST.get("dismissed") == "yes"
    intake.set_dismissed(clause=clause, actor=request.user, dismissed=dismissed)
    if not dismissed:
        messages.success(request, _("已恢复，这一条可以继续核对。"))
        return to_clause(request, clause)
    messages.success(request, _("“%s”已标为不作为任务，需要时可以恢复。") % clause)
    return _to_next(request, clause)


@require_POST
def make_task_clause(request: HttpRequest, pk: int) -> HttpResponse:
    clause = intake.make_task_clause(clause=visible_clause(request, pk), actor=request.user)
    messages.success(request, _("这一条已改为任务，请核对后入账。"))
    return to_clause(request, clause)


# --- What the views of a clause's structure use too --------------------------------------------


def visible_clause(request: HttpRequest, pk: int) -> Clause:
    rows = Clause.objects.visible_to(request.user).select_related("document__region")
    return get_object_or_404(rows, pk=pk)


def editor_of(request: HttpRequest, clause: Clause, data: QueryDict | None = None) -> ClauseEditor:
    return ClauseEditor(clause, register_of(clause.document), request.user, data)


def to_clause(request: HttpRequest, clause: Clause) -> HttpResponse:
    address = reverse("confirm_document", args=[clause.document_id])
    return redirect(f"{address}?clause={clause.pk}{_keep(request, '&')}")


def not_saved(request: HttpRequest, clause: Clause, editor: ClauseEditor) -> HttpResponse:
    return _again(request, clause, editor, _("有几处需要改正，见下面的红字。还没有保存。"))


def refused(request: HttpRequest, pk: int, data: QueryDict, error: Exception) -> HttpResponse:
    """The page with what was typed and why it was not done."""
    clause = visible_clause(request, pk)
    if isinstance(error, intake.ChangedMeanwhile):
        data["seen"] = intake.fingerprint(clause)
    editor = editor_of(request, clause, data if "title" in data else None)
    return _again(request, clause, editor, str(error))


def _keep(request: HttpRequest, mark: str) -> str:
    """What of the address stays from page to page: the filter of the list."""
    return f"{mark}look=1" if request.GET.get("look") else ""


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
        candidates = register_of(document).departments
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
        editor = editor_of(request, line.clause)
    only_look = bool(request.GET.get("look"))
    context = {
        "document": document,
        # Also where a refused act shows the page again, under the act's own address.
        "page": reverse("confirm_document", args=[document.pk]),
        "overview": clauses,
        "lines": clauses.shown(line, only_look),
        "only_look": only_look,
        "keep": _keep(request, "?"),
        "also": _keep(request, "&"),
        "may_remove": intake.can_remove_document(request.user, document),
        "line": line,
        "previous": clauses.beside(line, -1, only_look) if line else None,
        "next": clauses.beside(line, 1, only_look) if line else None,
        "next_look": clauses.next_to_look(line),
        "pieces": pieces(
            document.text, [each.clause for each in clauses.lines], line.clause if line else None
        ),
        "editor": editor if may_change else None,
        "why": why,
    }
    return render(request, "tasks/document_confirm.html", context)


def _to_next(request: HttpRequest, clause: Clause) -> HttpResponse:
    """The next clause still to confirm; after the last one the page chooses what is left.

    Where only those are listed that wait for a person, the next of these.
    """
    clauses = overview(clause.document)
    line = clauses.line(str(clause.pk))
    only_look = bool(request.GET.get("look"))
    following = clauses.next_to_look(line) if only_look else clauses.next_to_confirm(line)
    if following:
        return to_clause(request, following.clause)
    if only_look:
        messages.info(request, _("需核对的都看过了，可以入账。"))
    return redirect("confirm_document", clause.document_id)
