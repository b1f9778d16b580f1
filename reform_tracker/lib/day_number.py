"""A date as a plain number of days in SQL, so that elapsed shares need no backend's intervals."""

from typing import Any

from django.db.models import Func, IntegerField


class DayNumber(Func):
    """Days since 1970-01-01 of a date column, the same on SQLite and PostgreSQL."""

    output_field = IntegerField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) - 2440587.5 AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(%(expressions)s - DATE '1970-01-01')"
        return super().as_sql(compiler, connection, template=template, **context)
