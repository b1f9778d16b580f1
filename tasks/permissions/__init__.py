"""Who may do what, and in which state; a room for each subject. Verdicts carry their reason."""

from tasks.permissions.periods import (
    can_allow_late_filing,
    can_change_period,
    can_lock_period,
    can_run_period,
    can_switch_period,
    can_urge,
)
from tasks.permissions.reports import (
    can_file_report,
    can_review,
)
from tasks.permissions.requests import (
    can_ask,
    can_decide,
    can_withdraw,
    leads_for,
)
from tasks.permissions.tasks import (
    can_edit_task,
    can_move_by_hand,
    can_move_to,
    can_read_dashboard,
    can_read_reminder_log,
    can_update_progress,
)

__all__ = [
    "can_allow_late_filing",
    "can_ask",
    "can_change_period",
    "can_decide",
    "can_edit_task",
    "can_file_report",
    "can_lock_period",
    "can_move_by_hand",
    "can_move_to",
    "can_read_dashboard",
    "can_read_reminder_log",
    "can_review",
    "can_run_period",
    "can_switch_period",
    "can_update_progress",
    "can_urge",
    "can_withdraw",
    "leads_for",
]
