"""Append-only trail of who did what; `record` is the only way to write it."""
