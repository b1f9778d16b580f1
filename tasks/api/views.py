"""Resources of the API: rows from `visible_to`, changes through the services."""

from typing import Any, TypeVar

from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from departments.models import Department, Region
from documents.models import Clause, PolicyDocument
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from tasks.api import inputs, serializers
from tasks.api.filters import (
    DepartmentFilter,
    DocumentFilter,
    RegionFilter,
    ReminderFilter,
    ReportFilter,
    StrictFilters,
)
from tasks.filters import TargetFilter, TaskFilter
from tasks.models import ProgressReport, Reminder, ReportingPeriod, Target, Task
from tasks.permissions import can_move_by_hand
from tasks.services import review
from tasks.services.progress import move_task, record_progress, save_report

Input = TypeVar("Input", bound=BaseSerializer)


class Rows(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    """Lists and single rows of `queryset`, as far as the person's roles reach."""

    filter_backends = [StrictFilters]
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Any]:
        queryset: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):  # the schema is made without a person
            return queryset.none()
        return queryset.visible_to(self.request.user)

    def checked(self, input_class: type[BaseSerializer]) -> dict[str, Any]:
        """The request's body, validated; 400 otherwise."""
        serializer = input_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class Regions(Rows):
    queryset = Region.objects.select_related("parent").order_by("code")
    serializer_class = serializers.RegionSerializer
    filterset_class = RegionFilter


class Departments(Rows):
    queryset = (
        Department.objects.select_related("region").prefetch_related("aliases").order_by("pk")
    )
    serializer_class = serializers.DepartmentSerializer
    filterset_class = DepartmentFilter


class Documents(Rows):
    queryset = PolicyDocument.objects.select_related("region").order_by("-year_end", "pk")
    serializer_class = serializers.DocumentSerializer
    filterset_class = DocumentFilter

    def get_queryset(self) -> QuerySet[Any]:
        queryset = super().get_queryset()
        return queryset if self.action == "retrieve" else queryset.defer("text", "warnings")

    def get_serializer_class(self) -> type[BaseSerializer]:
        if self.action == "retrieve":
            return serializers.DocumentTextSerializer
        return serializers.DocumentSerializer


class Clauses(mixins.ListModelMixin, GenericViewSet[Any]):
    """Clauses of one document. Until they are in the ledger only the office sees them."""

    queryset = Clause.objects.order_by("position")
    serializer_class = serializers.ClauseSerializer
    filter_backends = [StrictFilters]

    def get_queryset(self) -> QuerySet[Any]:
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset.none()
        user: Any = self.request.user
        documents = PolicyDocument.objects.visible_to(user).select_related("region")
        document = get_object_or_404(documents, pk=self.kwargs["document"])
        clauses = queryset.filter(document=document).annotate(task_id_of_clause=F("task"))
        if user.scope.is_office_of(document.region):
            return clauses
        return clauses.filter(status=Clause.Status.PUBLISHED)


class Tasks(Rows):
    queryset = (
        Task.objects.with_document_head()
        .prefetch_related("responsibilities__department")
        .order_by("-year_end", "region__code", "document", "position")
    )
    serializer_class = serializers.TaskSerializer
    filterset_class = TaskFilter

    @extend_schema(request=inputs.TaskChange, responses=serializers.TaskSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """The office writes down progress, or moves the task to another state."""
        task = self.get_object()
        values = self.checked(inputs.TaskChange)
        if "state" in values:
            require(can_move_by_hand(request.user, task, values["state"]))
        if "progress" in values:
            readings = inputs.readings_of(values)
            record_progress(task=task, actor=request.user, readings=readings, **values)
        else:
            move_task(task=task, actor=request.user, **values)
        return Response(self.get_serializer(self.get_object()).data)


class Targets(Rows):
    queryset = Target.objects.order_by("task", "position")
    serializer_class = serializers.TargetSerializer
    filterset_class = TargetFilter


class Reminders(Rows):
    queryset = Reminder.objects.select_related("recipient").order_by("-pk")
    serializer_class = serializers.ReminderSerializer
    filterset_class = ReminderFilter


class ProgressReports(Rows):
    queryset = (
        ProgressReport.objects.select_related("department", "period", "author", "task__region")
        .prefetch_related("readings", "reviews__reviewer")
        .order_by("-pk")
    )
    serializer_class = serializers.ReportSerializer
    filterset_class = ReportFilter

    @extend_schema(request=inputs.NewReport, responses=serializers.ReportSerializer)
    def create(self, request: Request) -> Response:
        """Keep a draft. The department's draft of the same period is taken up, not doubled."""
        values = self.checked(inputs.NewReport)
        task = values.pop("task")
        period = values.pop("period", None) or ReportingPeriod.objects.current(task.region, today())
        report = save_report(
            task=task,
            department=values.pop("department"),
            period=period,
            actor=request.user,
            readings=inputs.readings_of(values),
            version=values.pop("version", None),
            values=values,
            submit=False,
        )
        first = report.version == 1
        return self._answer(report.pk, status.HTTP_201_CREATED if first else status.HTTP_200_OK)

    @extend_schema(request=inputs.ReportChange, responses=serializers.ReportSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change one's own department's draft or returned report."""
        report = self.get_object()
        self._save(report, self.checked(inputs.ReportChange), submit=False)
        return self._answer(report.pk)

    @extend_schema(request=inputs.Nothing, responses=serializers.ReportSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Hand the draft in for review."""
        report = self.get_object()
        self._save(report, self.checked(inputs.Nothing), submit=True)
        return self._answer(report.pk)

    @extend_schema(request=inputs.Decision, responses=serializers.ReportSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Accept a submitted report; its progress and readings now count."""
        report = self.get_object()
        review.approve(report=report, actor=request.user, **self.checked(inputs.Decision))
        return self._answer(report.pk)

    @extend_schema(request=inputs.Decision, responses=serializers.ReportSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> Response:
        """Return a submitted report to its author, with the reason."""
        report = self.get_object()
        review.send_back(report=report, actor=request.user, **self.checked(inputs.Decision))
        return self._answer(report.pk)

    def _save(self, report: ProgressReport, values: dict[str, Any], *, submit: bool) -> None:
        editable = report.status in (ProgressReport.Status.DRAFT, ProgressReport.Status.SENT_BACK)
        if report.department is None or not editable:
            raise Conflict(_("这份报告%s，不能再改。") % report.get_status_display())
        save_report(
            task=report.task,
            department=report.department,
            period=report.period,
            actor=self.request.user,
            readings=inputs.readings_of(values),
            version=values.pop("version", report.version),
            values=values,
            submit=submit,
        )

    def _answer(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        report = self.get_queryset().get(pk=pk)
        return Response(self.get_serializer(report).data, status=code)
