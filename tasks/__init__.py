"""The work itself: tasks, reports, reviews, rollups, ledgers, reminders."""
