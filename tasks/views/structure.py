"""Splitting, merging, moving and numbering clauses; rows made of words selected in the source.

Each act saves what was typed in the clause's form first, in the same transaction, so that nothing
typed is lost and the act applies to what the person sees.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from departments.permissions import can_run_office
from documents.models import Clause
from documents.services.registers import register_of
from reform_tracker.lib.verdicts import Conflict, require
from tasks.forms.clause import Names
from tasks.forms.passage import PassageForm
from tasks.services import clause_structure, intake
from tasks.views.confirm import editor_of, not_saved, refused, to_clause, visible_clause

# A step back or on, as buttons send it.
STEPS = {"previous": -1, "next": 1}


@require_POST
def split_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """`at`: place in the document's text, or `body_at`: place in the clause's own words."""

    def act(clause: Clause, data: QueryDict, seen: str | None) -> Clause:
        at, body_at = _number(data, "at"), _number(data, "body_at")
        second = clause_structure.split_clause(
            clause=clause,
            actor=request.user,
            at=at,
            body_at=None if at is not None else body_at,
            seen=seen,
        )
        messages.success(request, _("已拆成两条，后一条是“%s”，请分别核对。") % second)
        return clause

    return _rework(request, pk, act)


@require_POST
def merge_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """`step`: next or previous."""

    def act(clause: Clause, data: QueryDict, seen: str | None) -> Clause:
        merged = clause_structure.merge_clause(
            clause=clause, actor=request.user, step=_step(data), outline=data.get("outline")
        )
        messages.success(request, _("已合并为一条，请核对。"))
        return merged

    return _rework(request, pk, act)


@require_POST
def move_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """`step`: next or previous; or `to`: another section, its headings joined by " / "."""

    def act(clause: Clause, data: QueryDict, seen: str | None) -> Clause:
        outline = data.get("outline")
        if data.get("step") or not data.get("to"):
            moved = clause_structure.move_clause(
                clause=clause, actor=request.user, step=_step(data), outline=outline
            )
        else:
            moved = clause_structure.move_to_section(
                clause=clause, actor=request.user, section=data["to"], outline=outline
            )
        messages.success(request, _("已移动。"))
        return moved

    return _rework(request, pk, act)


@require_POST
def renumber_clauses(request: HttpRequest, pk: int) -> HttpResponse:
    """`through`: section, or document to count on in the later sections too."""

    def act(clause: Clause, data: QueryDict, seen: str | None) -> Clause:
        number = clause_structure.renumber_after(
            clause=clause,
            actor=request.user,
            throughout=data.get("through") == "document",
            outline=data.get("outline"),
        )
        if number:
            messages.success(request, _("后面%d条已顺次编号。") % number)
        else:
            messages.info(request, _("后面的编号已经是连续的，没有改动。"))
        return clause

    return _rework(request, pk, act)


@require_POST
def place_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """`at`, `until`: the words of the document that are this clause."""

    def act(clause: Clause, data: QueryDict, seen: str | None) -> Clause:
        placed = clause_structure.place_clause(
            clause=clause,
            actor=request.user,
            start=_number(data, "at") or 0,
            end=_number(data, "until") or 0,
            seen=seen,
        )
        messages.success(request, _("已标出这一条在原文中的位置。"))
        return placed

    return _rework(request, pk, act)


@require_POST
def remove_clause(request: HttpRequest, pk: int) -> HttpResponse:
    clause = visible_clause(request, pk)
    document = clause.document
    before = document.clauses.filter(position__lt=clause.position).last()
    clause_structure.remove_clause(clause=clause, actor=request.user)
    messages.success(request, _("已删除手工添加的“%s”。") % clause)
    return to_clause(request, before) if before else redirect("confirm_document", document.pk)


@require_safe
def passage(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows for the clause's form, read out of words selected in the source (PassageForm)."""
    clause = visible_clause(request, pk)
    require(can_run_office(request.user, clause.document.region))
    names = Names(register_of(clause.document), request.user, clause)
    form = PassageForm(clause, names, request.GET)
    if not form.is_valid():
        reason = " ".join(str(each) for errors in form.errors.values() for each in errors)
        return HttpResponse(reason, status=400, content_type="text/plain; charset=utf-8")
    kind = form.cleaned_data["kind"]
    context = {"kind": kind, "rows": form.rows(), "document": clause.document}
    return render(request, "tasks/_clause_rows.html", context)


def _rework(
    request: HttpRequest, pk: int, act: Callable[[Clause, QueryDict, str | None], Clause]
) -> HttpResponse:
    """Save what was typed, then `act`; both or neither. `act` gives the clause to show next."""
    clause = visible_clause(request, pk)
    require(can_run_office(request.user, clause.document.region))
    data = request.POST.copy()
    seen = data.get("seen")
    try:
        with transaction.atomic():
            if "title" in data:
                require(intake.can_change_clause(request.user, clause))
                editor = editor_of(request, clause, data)
                if not editor.is_valid():
                    return not_saved(request, clause, editor)
                clause = intake.correct_clause(
                    clause=clause, actor=request.user, values=editor.values(), seen=seen
                )
                seen = None
            shown = act(clause, data, seen)
    except (Conflict, PermissionDenied) as error:
        return refused(request, pk, data, error)
    return to_clause(request, shown)


def _number(data: QueryDict, name: str) -> int | None:
    text = data.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _step(data: QueryDict) -> int:
    step = STEPS.get(str(data.get("step", "")))
    if step is None:
        raise Conflict(_("不清楚往哪个方向，请用页面上的按钮操作。"))
    return step
