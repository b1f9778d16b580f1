"""Figures, for dashboards and other offices' systems; the form is a contract (docs: api)."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from departments.models import Department, Region
from documents.models import PolicyDocument
from reform_tracker.lib.dates import FIRST_DAY, LAST_DAY
from tasks.api.filters import refuse_unknown
from tasks.api.inputs import VisibleRow
from tasks.api.serializers import DocumentName, RegionName
from tasks.filters import OUT_OF_RANGE, departments_to_choose
from tasks.models import Task
from tasks.rollups import DIMENSIONS, rollup


class LeadName(serializers.ModelSerializer[Department]):
    """`full_name` says where: figures of a province hold many a 市卫生局."""

    class Meta:
        model = Department
        fields = ["id", "name", "full_name"]


class CellSerializer(serializers.Serializer[Any]):
    region = RegionName(allow_null=True)
    year = serializers.IntegerField(allow_null=True)
    quarter = serializers.IntegerField(allow_null=True)
    department = LeadName(allow_null=True)
    document = DocumentName(allow_null=True)
    tasks = serializers.IntegerField()
    states = serializers.DictField(child=serializers.IntegerField())
    lights = serializers.DictField(child=serializers.IntegerField())
    overdue = serializers.IntegerField()
    lagging = serializers.IntegerField()
    completion_rate = serializers.FloatField(allow_null=True)
    write_off_rate = serializers.FloatField(allow_null=True)
    on_time_rate = serializers.FloatField(allow_null=True)
    mean_progress = serializers.FloatField(allow_null=True)
    targets = serializers.DictField(child=serializers.IntegerField())
    reports = serializers.DictField(child=serializers.IntegerField())


class RollupSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField()
    frozen = serializers.BooleanField()
    cells = CellSerializer(many=True)


class VisibleRegion(serializers.SlugRelatedField[Region]):
    """A code of a region one may see."""

    def get_queryset(self) -> Any:
        return Region.objects.visible_to(self.context["request"].user)


class VisibleDepartment(VisibleRow):
    def get_queryset(self) -> Any:
        return departments_to_choose(self.context["request"])


class Question(serializers.Serializer[Any]):
    """The query string. `region` takes its subtree; `department` means the lead department."""

    by = serializers.CharField(default="region,year", allow_blank=True)
    region = VisibleRegion(slug_field="code", queryset=Region.objects.none(), default=None)
    year = serializers.IntegerField(min_value=1990, max_value=2100, default=None)
    quarter = serializers.IntegerField(min_value=1, max_value=4, default=None)
    department = VisibleDepartment(PolicyDocument, default=None)
    document = VisibleRow(PolicyDocument, default=None)
    as_of = serializers.DateField(
        default=None,
        validators=[
            MinValueValidator(FIRST_DAY, OUT_OF_RANGE),
            MaxValueValidator(LAST_DAY, OUT_OF_RANGE),
        ],
    )

    def validate_by(self, text: str) -> list[str]:
        names = [name.strip() for name in text.split(",") if name.strip()]
        if unknown := sorted(set(names) - set(DIMENSIONS)):
            raise serializers.ValidationError(
                _("不能按%(unknown)s汇总，可用：%(known)s。")
                % {"unknown": "、".join(unknown), "known": "、".join(DIMENSIONS)}
            )
        return names

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        told_apart = "quarter" in attrs["by"] and "year" not in attrs["by"]
        if not attrs["year"] and (attrs["quarter"] or told_apart):
            raise serializers.ValidationError({"year": [_("按季度查看时请同时给出年度。")]})
        return attrs


class Rollups(APIView):
    @extend_schema(parameters=[Question], responses=RollupSerializer)
    def get(self, request: Request) -> Response:
        """Counts and rates of the tasks one may see, by region, year, quarter and so on."""
        refuse_unknown(set(request.query_params), set(Question().fields))
        question = Question(data=request.query_params, context={"request": request})
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        tasks = Task.objects.visible_to(request.user)
        if asked["region"]:
            tasks = tasks.in_region(asked["region"])
        if asked["department"]:
            tasks = tasks.of_department(asked["department"].pk, "lead")
        if asked["document"]:
            tasks = tasks.filter(document=asked["document"])
        figures = rollup(
            tasks,
            by=asked["by"],
            year=asked["year"],
            quarter=asked["quarter"],
            as_of=asked["as_of"],
        )
        return Response(RollupSerializer(figures).data)
