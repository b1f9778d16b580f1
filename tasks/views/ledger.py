"""The Excel ledger of the task list's filters."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from departments.permissions import can_read_tasks
from reform_tracker.lib.verdicts import require
from tasks.filters import TaskFilter
from tasks.ledger.export import CONTENT_TYPE, export_filtered
from tasks.models import Task


@require_GET
def download(request: HttpRequest) -> HttpResponse | FileResponse:
    """The tasks of the list with these filters, as a file. Filters that make no sense lead back
    to the list, which says what is wrong with them."""
    require(can_read_tasks(request.user))
    visible = Task.objects.visible_to(request.user)
    query = TaskFilter(request.GET, queryset=visible, request=request)
    if not query.is_valid():
        messages.error(request, _("筛选条件有误，没有导出台账。请改正后再导出。"))
        return redirect(f"{reverse('tasks')}?{request.GET.urlencode()}")
    export = export_filtered(query, request.user)
    return FileResponse(
        BytesIO(export.data), as_attachment=True, filename=export.name, content_type=CONTENT_TYPE
    )
