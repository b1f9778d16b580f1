"""Reporting periods: single ones opened and changed, their figures, urging, exceptions."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from departments.models import Department, Region
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import require
from tasks import report_figures
from tasks.api.filters import PeriodFilter
from tasks.api.inputs import Nothing, StrictInput, VisibleRow
from tasks.api.serializers import DepartmentName, PeriodSerializer
from tasks.api.views import Rows
from tasks.models import FilingRule, ReportingPeriod
from tasks.permissions import can_allow_late_filing, can_run_period
from tasks.report_figures import Figures, Standing
from tasks.services import periods as services
from tasks.services.late_filing import allow_late_filing
from tasks.services.urging import urge_missing


class VisibleRegion(serializers.SlugRelatedField):
    """The code of a region one may see; others look like a missing one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Region.objects.none(), **kwargs)

    def get_queryset(self) -> Any:
        return Region.objects.visible_to(self.context["request"].user)


class NewPeriod(StrictInput):
    """A custom period needs a name; a month, quarter or half-year has the year's own days.

    Without `due_on` and a rule, filing ends as the region last chose, at first 次月5日.
    """

    region = VisibleRegion()
    kind = serializers.ChoiceField(ReportingPeriod.Kind.choices)
    name = serializers.CharField(max_length=40, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    due_on = serializers.DateField(required=False)
    filing_rule = serializers.ChoiceField(FilingRule.choices, required=False)
    filing_days = serializers.IntegerField(required=False)


class PeriodChange(StrictInput):
    """One act: `name` and `due_on` of an open period, or `is_open`, or `is_locked` (true)."""

    name = serializers.CharField(max_length=40, required=False)
    due_on = serializers.DateField(required=False)
    is_open = serializers.BooleanField(required=False)
    is_locked = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"name": [_("请写明要修改的内容。")]})
        alone = [name for name in ("is_open", "is_locked") if name in attrs]
        if alone and len(attrs) > 1:
            raise serializers.ValidationError({alone[0]: [_("请单独提交这一项修改。")]})
        if attrs.get("is_locked") is False:
            raise serializers.ValidationError({"is_locked": [_("锁定后不能解除。")]})
        return attrs


class LateFilingInput(StrictInput):
    department = VisibleRow(Department)
    until = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class LateFilingSerializer(serializers.Serializer[Any]):
    department = DepartmentName()
    until = serializers.DateField()
    reason = serializers.CharField()


class UrgingSerializer(serializers.Serializer[Any]):
    """`people`: how many liaisons were told; 0 for a department to be telephoned."""

    department = DepartmentName()
    reports = serializers.IntegerField()
    people = serializers.IntegerField()


def _numbers() -> dict[str, serializers.IntegerField]:
    return {standing.value: serializers.IntegerField() for standing in Standing}


# Due, filed, late … by the names of `Standing`, so that a new one is told here too.
FiguresSerializer: Any = type("FiguresSerializer", (serializers.Serializer,), _numbers())


class DepartmentFigures(serializers.Serializer[Any]):
    department = DepartmentName()
    figures = FiguresSerializer()


class PeriodFigures(serializers.Serializer[Any]):
    figures = FiguresSerializer()
    departments = DepartmentFigures(many=True)


class Periods(Rows):
    queryset = ReportingPeriod.objects.select_related("region").order_by("-starts_on", "pk")
    serializer_class = PeriodSerializer
    filterset_class = PeriodFilter

    @extend_schema(request=NewPeriod, responses={201: PeriodSerializer})
    def create(self, request: Request) -> Response:
        """Open one period; one with a day in common of the same kind is 409."""
        period = services.add_period(actor=request.user, **self.checked(NewPeriod))
        return Response(self.get_serializer(period).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PeriodChange, responses=PeriodSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Another name or deadline; opening, closing, locking."""
        period = self.get_object()
        values = self.checked(PeriodChange)
        if "is_open" in values:
            period = services.switch(period=period, actor=request.user, **values)
        elif "is_locked" in values:
            period = services.lock(period=period, actor=request.user)
        else:
            period = services.change_period(period=period, actor=request.user, **values)
        return Response(self.get_serializer(period).data)

    @extend_schema(responses=PeriodFigures)
    @action(detail=True)
    def figures(self, request: Request, pk: str) -> Response:
        """The numbers of the period's page: of its region, and of each leading department."""
        period = self.get_object()
        require(can_run_period(request.user, period))
        on = today()
        in_all: dict[int, Figures] = report_figures.by_period([period], on)
        departments = [
            {"department": department, "figures": figures}
            for department, figures in report_figures.by_department(period, on)
        ]
        told = {"figures": in_all[period.pk], "departments": departments}
        return Response(PeriodFigures(told).data)

    @extend_schema(request=Nothing, responses=UrgingSerializer(many=True))
    @action(detail=True, methods=["post"], filter_backends=[], pagination_class=None)
    def urge(self, request: Request, pk: str) -> Response:
        """Ask every department that has not filed; each at most once a day."""
        period = self.get_object()
        self.checked(Nothing)
        urged = urge_missing(period=period, actor=request.user)
        return Response(UrgingSerializer(urged.urgings, many=True).data)

    @extend_schema(request=LateFilingInput, responses={201: LateFilingSerializer})
    @action(detail=True, methods=["post"], url_path="late-filings")
    def late_filings(self, request: Request, pk: str) -> Response:
        """Let one department file in the closed period until a day."""
        period = self.get_object()
        require(can_allow_late_filing(request.user, period))
        values = self.checked(LateFilingInput)
        allowed = allow_late_filing(period=period, actor=request.user, **values)
        return Response(LateFilingSerializer(allowed).data, status=status.HTTP_201_CREATED)
