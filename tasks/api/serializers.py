"""What the API shows of each row. Fields are listed one by one: a new column stays inside."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from departments.models import Department, Region
from documents.models import Clause, PolicyDocument
from tasks.models import (
    ProgressReport,
    Reminder,
    ReportingPeriod,
    Responsibility,
    Review,
    Target,
    TargetReading,
    Task,
)
from tasks.models.conditions import Flag, Light, light_reason
from tasks.models.states import State
from tasks.models.target import Verdict


class RegionSerializer(serializers.ModelSerializer[Region]):
    # The code of the region above; `parent` also is a name the framework uses, but not on classes.
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", default=None, read_only=True
    )

    class Meta:
        model = Region
        fields = ["id", "code", "name", "level", "parent"]


class RegionName(serializers.ModelSerializer[Region]):
    class Meta:
        model = Region
        fields = ["code", "name"]


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    region = RegionName(read_only=True)
    aliases = serializers.StringRelatedField[Department](many=True)

    class Meta:
        model = Department
        fields = ["id", "name", "full_name", "region", "aliases"]


class DepartmentName(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = ["id", "name"]


class DocumentName(serializers.ModelSerializer[PolicyDocument]):
    class Meta:
        model = PolicyDocument
        fields = ["id", "title", "document_number"]


class DocumentSerializer(serializers.ModelSerializer[PolicyDocument]):
    region = RegionName(read_only=True)

    class Meta:
        model = PolicyDocument
        fields = [
            "id",
            "region",
            "title",
            "document_number",
            "issuing_authority",
            "issued_on",
            "published_on",
            "year_start",
            "year_end",
            "targets",
            "created_at",
        ]


class DocumentTextSerializer(DocumentSerializer):
    class Meta(DocumentSerializer.Meta):
        fields = [*DocumentSerializer.Meta.fields, "text"]


class ClauseSerializer(serializers.ModelSerializer[Clause]):
    task = serializers.SerializerMethodField()

    class Meta:
        model = Clause
        fields = [
            "id",
            "document",
            "parent",
            "position",
            "number",
            "section",
            "title",
            "body",
            "start",
            "end",
            "is_container",
            "responsibilities",
            "targets",
            "deadlines",
            "warnings",
            "status",
            "task",
        ]

    def get_task(self, clause: Clause) -> int | None:
        """The task it became."""
        return getattr(clause, "task_id_of_clause", None)


class ResponsibilitySerializer(serializers.ModelSerializer[Responsibility]):
    department = DepartmentName(read_only=True, allow_null=True)

    class Meta:
        model = Responsibility
        fields = ["position", "role", "name_as_written", "department"]


class TaskSerializer(serializers.ModelSerializer[Task]):
    """State, progress, flags and light are those of the day asked for (`as_of`, `quarter`)."""

    region = RegionName(read_only=True)
    document = DocumentName(read_only=True)
    responsibilities = ResponsibilitySerializer(many=True, read_only=True)
    state = serializers.ChoiceField(State.choices, source="state_then", read_only=True)
    progress = serializers.IntegerField(source="progress_then", read_only=True)
    expected_progress = serializers.SerializerMethodField()
    flags = serializers.SerializerMethodField()
    light = serializers.ChoiceField(Light.choices, read_only=True)
    light_reason = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = [
            "id",
            "number",
            "title",
            "body",
            "section",
            "position",
            "region",
            "document",
            "year_start",
            "year_end",
            "start_on",
            "due_on",
            "original_due_on",
            "extension_count",
            "completed_on",
            "state",
            "progress",
            "expected_progress",
            "flags",
            "light",
            "light_reason",
            "responsibilities",
            "responsible_leader",
            "remarks",
            "version",
        ]

    def get_expected_progress(self, task: Any) -> float:
        return round(task.expected_progress, 1)

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Flag.choices)))
    def get_flags(self, task: Any) -> list[str]:
        return [flag.value for flag in Flag if getattr(task, f"is_{flag.value}")]

    def get_light_reason(self, task: Any) -> str:
        return light_reason(task)


class ReadingThenSerializer(serializers.Serializer[Any]):
    value = serializers.DecimalField(20, 6, source="reading_then")
    read_on = serializers.DateField(source="read_on_then")


class TargetSerializer(serializers.ModelSerializer[Target]):
    reading = serializers.SerializerMethodField()
    verdict = serializers.ChoiceField(Verdict.choices, source="verdict_then", read_only=True)

    class Meta:
        model = Target
        fields = [
            "id",
            "task",
            "position",
            "text",
            "indicator",
            "comparison",
            "target_value",
            "value_max",
            "unit_of_measure",
            "baseline",
            "due_on",
            "reading",
            "verdict",
        ]

    @extend_schema_field(ReadingThenSerializer(allow_null=True))
    def get_reading(self, target: Any) -> dict[str, Any] | None:
        """The latest one of an approved report."""
        return None if target.reading_then is None else ReadingThenSerializer(target).data


class PeriodSerializer(serializers.ModelSerializer[ReportingPeriod]):
    region = RegionName(read_only=True)

    class Meta:
        model = ReportingPeriod
        fields = [
            "id",
            "region",
            "kind",
            "name",
            "year",
            "starts_on",
            "ends_on",
            "due_on",
            "stated_due_on",
            "filing_rule",
            "filing_days",
            "is_open",
            "is_locked",
        ]


class PeriodName(serializers.ModelSerializer[ReportingPeriod]):
    class Meta:
        model = ReportingPeriod
        fields = ["id", "name"]


class ReadingSerializer(serializers.ModelSerializer[TargetReading]):
    class Meta:
        model = TargetReading
        fields = ["target", "value", "read_on"]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    reviewer = serializers.StringRelatedField[Review]()

    class Meta:
        model = Review
        fields = ["decision", "reason", "reviewer", "at"]


class ReportSerializer(serializers.ModelSerializer[ProgressReport]):
    department = DepartmentName(read_only=True, allow_null=True)
    period = PeriodName(read_only=True, allow_null=True)
    author = serializers.StringRelatedField[ProgressReport]()
    readings = ReadingSerializer(many=True, read_only=True)
    reviews = serializers.SerializerMethodField()

    class Meta:
        model = ProgressReport
        fields = [
            "id",
            "task",
            "department",
            "period",
            "status",
            "progress",
            "narrative",
            "problems",
            "next_steps",
            "nothing_new",
            "filed_on_behalf",
            "author",
            "submitted_on",
            "updated_at",
            "readings",
            "reviews",
            "version",
        ]

    @extend_schema_field(ReviewSerializer(many=True))
    def get_reviews(self, report: ProgressReport) -> list[dict[str, Any]]:
        """Rounds are working papers of the department and the office; others see none."""
        scope = self.context["request"].user.scope
        concerned = report.department_id in scope.department_ids
        if not (concerned or scope.is_office_of(report.task.region)):
            return []
        return list(ReviewSerializer(report.reviews, many=True).data)


class ReminderSerializer(serializers.ModelSerializer[Reminder]):
    recipient = serializers.StringRelatedField[Reminder]()

    class Meta:
        model = Reminder
        fields = ["id", "task", "stage", "due_on", "due_version", "recipient", "created_at"]
