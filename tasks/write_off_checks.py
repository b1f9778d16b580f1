"""What the office verifies before a write-off (销号核验): figures to look at, to be ticked one by one.

Evidence files are not kept yet; until they are, that line asks for a look at the papers.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reform_tracker.lib.numbers import measured
from tasks.comparison import latest_readings
from tasks.models import ProgressReport, ReportingPeriod, Target, Task
from tasks.models.target import Verdict
from tasks.report_figures import UNFILED, outcome, owed_reports


class Item(TextChoices):
    PROGRESS = "progress", gettext_lazy("进度达到100%")
    TARGETS = "targets", gettext_lazy("目标指标达标，或已说明原因")
    REPORTS = "reports", gettext_lazy("各期进展报告齐全并已审核")
    EVIDENCE = "evidence", gettext_lazy("佐证材料真实、齐全")


@dataclass(frozen=True)
class Check:
    """One line of the list. `met`: what the figures say; None where they cannot tell."""

    item: Item
    met: bool | None
    detail: str


def write_off_checks(tasks: Iterable[Task], on: dt.date) -> dict[int, list[Check]]:
    """Task id → its list; as many queries for ten tasks as for one."""
    tasks = list(tasks)
    if not tasks:
        return {}
    goals: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(task__in=tasks).order_by("position"):
        goals[target.task_id].append(target)
    latest = latest_readings(target for row in goals.values() for target in row)
    gaps = _gaps(tasks, on)
    evidence = Check(Item.EVIDENCE, None, _("系统暂未收存佐证材料，请核对部门报送的材料。"))
    return {
        task.pk: [
            Check(Item.PROGRESS, task.progress == 100, f"{task.progress}%"),
            _targets(goals[task.pk], latest),
            Check(
                Item.REPORTS, not gaps[task.pk], "、".join(gaps[task.pk]) or _("没有缺报、待审核")
            ),
            evidence,
        ]
        for task in tasks
    }


def _targets(targets: list[Target], latest: dict) -> Check:
    if not targets:
        return Check(Item.TARGETS, True, _("本任务没有目标指标"))
    verdicts = [target.verdict(latest.get(target.pk)) for target in targets]
    lines = [
        _("%(goal)s：%(reached)s，%(verdict)s")
        % {
            "goal": target,
            "reached": (
                measured(latest[target.pk], target.unit_of_measure)
                if target.pk in latest
                else _("未填报")
            ),
            "verdict": verdict.label,
        }
        for target, verdict in zip(targets, verdicts, strict=True)
    ]
    return Check(Item.TARGETS, all(v == Verdict.MET for v in verdicts), "\n".join(lines))


def _gaps(tasks: list[Task], on: dt.date) -> dict[int, list[str]]:
    """Task id → what is missing of its reports, in words."""
    found: dict[int, list[str]] = defaultdict(list)
    owed = owed_reports(Task.objects.filter(pk__in=[task.pk for task in tasks]), on)
    missing = owed.annotate(outcome=outcome(on, None)).filter(outcome__in=UNFILED)
    pairs = list(missing.order_by("owed_ends_on").values_list("pk", "owed_period"))
    names = dict(
        ReportingPeriod.objects.filter(pk__in={period for _task, period in pairs}).values_list(
            "pk", "name"
        )
    )
    for task, period in pairs:
        found[task].append(_("%s未报送") % names[period])
    waiting = ProgressReport.objects.awaiting_review().filter(task__in=tasks)
    for task in waiting.order_by("pk").values_list("task", flat=True):
        found[task].append(_("有报告待审核"))
    return found
