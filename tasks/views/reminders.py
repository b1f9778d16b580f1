"""Who was reminded of what, whether it arrived, and what goes out next."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reform_tracker.lib.pages import page_of
from reform_tracker.lib.verdicts import require
from reform_tracker.working_days.calendar import calendar
from tasks.forms.reminder import ReminderFilter
from tasks.models import Reminder, Task
from tasks.permissions import can_read_reminder_log
from tasks.services.reminders import Digest, next_sending_day, plan

# The preview names so many people, and for each so many tasks of a kind.
PREVIEW_PEOPLE = 20
PREVIEW_TASKS = 10


@require_safe
def reminder_log(request: HttpRequest) -> HttpResponse:
    require(can_read_reminder_log(request.user))
    reminders = Reminder.objects.visible_to(request.user)
    form = ReminderFilter(request.GET)
    if form.is_valid() and form.cleaned_data["stage"]:
        reminders = reminders.filter(stage=form.cleaned_data["stage"])
    shown = reminders.select_related("task", "recipient", "message").prefetch_related(
        "message__deliveries",
        "recipient__memberships__region",
        "recipient__memberships__department",
    )
    day = next_sending_day()
    digests = plan(day, Task.objects.visible_to(request.user))
    return render(
        request,
        "tasks/reminders.html",
        {
            "form": form,
            "page": page_of(shown, request),
            "day": day,
            "unknown_year": None if calendar().knows(day.year) else day.year,
            "people": len(digests),
            "steps": sum(len(digest.steps) for digest in digests),
            "preview": _preview(digests),
            "more_people": max(len(digests) - PREVIEW_PEOPLE, 0),
        },
    )


def _preview(digests: list[Digest]) -> list[dict[str, object]]:
    """The first few digests, those with most to tell first."""
    fullest = sorted(digests, key=lambda digest: -len(digest.steps))[:PREVIEW_PEOPLE]
    people = [digest.recipient for digest in fullest]
    prefetch_related_objects(people, "memberships__region", "memberships__department")
    return [{"digest": digest, "sections": digest.sections(PREVIEW_TASKS)} for digest in fullest]
