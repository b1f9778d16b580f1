"""The calendar in use: read from the tables once per request, passed on as plain data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from reform_tracker.lib.dates import WorkCalendar
from reform_tracker.working_days.models import SpecialDay


@dataclass
class _Held:
    calendar: WorkCalendar | None = None


_held: ContextVar[_Held | None] = ContextVar("held_calendar", default=None)


def calendar() -> WorkCalendar:
    """The calendar as the tables have it now: one query, or none within `held_calendar`."""
    held = _held.get()
    if held is None:
        return _read()
    if held.calendar is None:
        held.calendar = _read()
    return held.calendar


@contextmanager
def held_calendar() -> Iterator[None]:
    """What runs inside, as a block or a decorated function, reads the calendar at most once."""
    if _held.get() is not None:
        yield
        return
    token = _held.set(_Held())
    try:
        yield
    finally:
        _held.reset(token)


class CalendarMiddleware:
    """One request, one calendar: lists and figures ask for it many times."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with held_calendar():
            return self.get_response(request)


def _read() -> WorkCalendar:
    rows = list(SpecialDay.objects.order_by().values_list("year__year", "day", "kind"))
    return WorkCalendar(
        years=frozenset(year for year, _, _ in rows),
        days_off=frozenset(day for _, day, kind in rows if kind == SpecialDay.Kind.DAY_OFF),
        make_up_days=frozenset(day for _, day, kind in rows if kind == SpecialDay.Kind.MAKE_UP),
    )
