"""The trail, for auditors: read, filter, change nothing."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reform_tracker.audit.forms import TrailFilterForm
from reform_tracker.audit.labels import action_label, detail_lines, subject_label
from reform_tracker.audit.models import AuditEntry
from reform_tracker.lib.pages import page_of


@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    if "auditor" not in request.user.scope.roles:
        raise PermissionDenied(_("只有审计员可以查看审计记录。"))
    form = TrailFilterForm(request.GET)
    entries = form.apply(AuditEntry.objects.visible_to(request.user)).select_related("actor")
    page = page_of(entries, request)
    rows = [
        {
            "entry": entry,
            "action": action_label(entry.action),
            "kind": subject_label(entry.subject_type),
            "detail": detail_lines(entry.detail, entry.subject_type),
        }
        for entry in page
    ]
    return render(request, "audit/trail.html", {"form": form, "page": page, "rows": rows})
