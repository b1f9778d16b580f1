"""What a report says differently from what was approved last, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tasks.models import ProgressReport, Target, TargetReading
from tasks.models.target import Verdict

FIELDS = ("progress", "narrative", "problems", "next_steps")
# Task and department: whose report it is.
Whose = tuple[int, int | None]


@dataclass(frozen=True)
class Difference:
    """One line of a report: what it says now, what the last approved one said."""

    label: str
    now: str
    before: str
    changed: bool


@dataclass(frozen=True)
class JudgedReading:
    """A filed figure beside its goal. `before`: the target's latest approved one, or None."""

    target: Target
    now: Decimal | None
    before: Decimal | None
    verdict: Verdict

    @property
    def changed(self) -> bool:
        return self.now != self.before


def last_approved_of(reports: Iterable[ProgressReport]) -> dict[Whose, ProgressReport]:
    """For each task and department of `reports` its approved report of the latest time.

    Two queries, however many reports there are.
    """
    rows = (
        ProgressReport.objects.approved()
        .filter(task__in={report.task_id for report in reports})
        .select_related("period")
        .order_by(Coalesce("period__ends_on", "submitted_on"), "id")
    )
    return {(row.task_id, row.department_id): row for row in rows}


def latest_readings(targets: Iterable[Target]) -> dict[int, Decimal]:
    """The latest approved value of each target, whatever report it stands in. One query."""
    rows = TargetReading.objects.filter(
        target__in=[target.pk for target in targets],
        report__status=ProgressReport.Status.APPROVED,
    )
    return dict(rows.order_by("read_on", "id").values_list("target", "value"))


def differences(report: ProgressReport, last: ProgressReport | None) -> list[Difference]:
    """Every field of the report beside the last approved one's."""
    return [_difference(name, report, last) for name in FIELDS]


def judged_readings(
    report: ProgressReport, latest: Mapping[int, Decimal], targets: Iterable[Target]
) -> list[JudgedReading]:
    """Every target of the task with the report's figure, its verdict and the `latest` one."""
    now = _values(report) if report.pk else {}
    return [
        JudgedReading(
            target=target,
            now=now.get(target.pk),
            before=latest.get(target.pk),
            verdict=target.verdict(now.get(target.pk)),
        )
        for target in targets
    ]


def _difference(name: str, report: ProgressReport, last: ProgressReport | None) -> Difference:
    now, before = getattr(report, name), getattr(last, name) if last else ""
    if name == "progress":
        now, before = f"{now}%", f"{before}%" if last else ""
    label = str(ProgressReport._meta.get_field(name).verbose_name)
    if name == "progress":
        label = _("进度")
    return Difference(label, now, before, changed=last is None or now != before)


def _values(report: ProgressReport) -> dict[int, Decimal]:
    return {reading.target_id: reading.value for reading in report.readings.all()}
