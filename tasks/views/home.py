"""The first page after signing in: each role's own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from departments.models import Membership

Role = Membership.Role
# Who holds several roles lands on the page of the first one here.
FIRST_PAGES = [
    (Role.OFFICE, "dashboard"),
    (Role.LEADER, "dashboard"),
    (Role.LIAISON, "my_reports"),
    (Role.ADMINISTRATOR, "admin:index"),
    (Role.AUDITOR, "audit_trail"),
]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    roles = request.user.scope.roles
    page = next((page for role, page in FIRST_PAGES if role in roles), None)
    return redirect(page) if page else render(request, "tasks/no_role.html")
