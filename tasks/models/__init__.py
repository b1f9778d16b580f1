from tasks.models.event import TaskEvent
from tasks.models.period import ReportingPeriod
from tasks.models.reminder import Reminder
from tasks.models.report import ProgressReport, Review
from tasks.models.responsibility import Responsibility
from tasks.models.target import Target, TargetReading
from tasks.models.task import Task

__all__ = [
    "ProgressReport",
    "Reminder",
    "ReportingPeriod",
    "Responsibility",
    "Review",
    "Target",
    "TargetReading",
    "Task",
    "TaskEvent",
]
