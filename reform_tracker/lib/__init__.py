"""Helpers without models: dates, verdicts, workbooks."""
