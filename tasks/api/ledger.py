"""The ledger as a file, with the filters of the task list."""

from io import BytesIO
from typing import Any

from django.http import FileResponse
from django_filters.utils import translate_validation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from tasks.api.filters import refuse_unknown
from tasks.filters import TaskFilter
from tasks.ledger.export import CONTENT_TYPE, export_filtered
from tasks.models import Task


class OneForm(BaseContentNegotiation):
    """A file is a file, whatever the client says it accepts; errors stay JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Ledger(APIView):
    content_negotiation_class = OneForm

    @extend_schema(
        responses={(200, CONTENT_TYPE): OpenApiTypes.BINARY},
        description="The Excel ledger of the tasks that `tasks/` lists with the same filters.",
    )
    def get(self, request: Request) -> FileResponse:
        refuse_unknown(set(request.query_params), set(TaskFilter.base_filters))
        visible = Task.objects.visible_to(request.user)
        query = TaskFilter(request.query_params, queryset=visible, request=request)
        if not query.is_valid():
            raise translate_validation(query.errors)
        export = export_filtered(query, request.user)
        return FileResponse(
            BytesIO(export.data),
            as_attachment=True,
            filename=export.name,
            content_type=CONTENT_TYPE,
        )
