from tasks.models.event import TaskEvent
from tasks.models.late_filing import LateFiling
from tasks.models.period import FilingRule, ReportingPeriod, UsualDeadline
from tasks.models.reminder import Reminder
from tasks.models.report import ProgressReport, Review
from tasks.models.request import TaskRequest
from tasks.models.responsibility import Responsibility
from tasks.models.target import Target, TargetReading
from tasks.models.task import Task
from tasks.models.urging import ReportUrging

__all__ = [
    "FilingRule",
    "LateFiling",
    "ProgressReport",
    "Reminder",
    "ReportUrging",
    "ReportingPeriod",
    "Responsibility",
    "Review",
    "Target",
    "TargetReading",
    "Task",
    "TaskEvent",
    "TaskRequest",
    "UsualDeadline",
]
