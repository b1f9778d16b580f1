"""Who is reminded of what on a day, and the sending of it. (PRODUCT, Reminders)

`plan` is what the page, the dry run and the job all read. `send_due` writes, for each person in
one transaction, the steps taken, one digest message and the tasks' events: a crash loses nothing
and doubles nothing, and the next run goes on where it stopped.
"""

import datetime as dt
import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Membership, User
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import ONE_DAY, WorkCalendar, today
from reform_tracker.notifications.models import Message
from reform_tracker.notifications.sending import notify
from reform_tracker.working_days.calendar import calendar
from tasks.models import Reminder, Responsibility, Task, TaskEvent
from tasks.models.task import TaskQuerySet
from tasks.recipients import Answering, answering_by_task, by_region
from tasks.services.reminder_ladder import FIRST_NOTICE_DAYS, Audience, Stage, latest_due

logger = logging.getLogger(__name__)
Role = Membership.Role

# The job runs hourly between these; a job that waited in the queue overnight does nothing.
OFFICE_HOURS = range(8, 18)
# A digest names so many tasks of one kind, and says how many more there are.
LISTED = 100
# 一类事一段: most pressing first.
TIERS = {
    Stage.INTERVIEW: "interview",
    Stage.SUPERVISE: "supervise",
    Stage.URGE: "urge",
    Stage.DUE_1: "warn",
    Stage.DUE_7: "warn",
    Stage.DUE_30: "warn",
}
ORDER = ("interview", "supervise", "urge", "urge_call", "urge_copy", "warn", "warn_call")


class Reason(Enum):
    OWN = ""
    COPY = "_copy"
    CALL = "_call"


@dataclass(frozen=True)
class Step:
    """One task that one person is to be told of."""

    task: Task
    stage: Stage
    on: dt.date
    leads: str
    # Why the person is told: his own to do, a copy of what others got, or to pass on by telephone.
    reason: Reason = Reason.OWN
    # Departments the step is meant for that have no liaison with an account.
    unreachable: str = ""

    @property
    def days_left(self) -> int:
        return (self.task.due_on - self.on).days

    @property
    def days_overdue(self) -> int:
        return -self.days_left

    @property
    def tier(self) -> str:
        return TIERS[self.stage] + self.reason.value

    @property
    def key(self) -> tuple[int, str, int]:
        """What makes the step unique for its recipient."""
        return self.task.pk, str(self.stage), self.task.due_version


@dataclass(frozen=True)
class Section:
    """The steps of one kind in a digest; `more` are not listed."""

    tier: str
    steps: list[Step]
    more: int

    @property
    def count(self) -> int:
        return len(self.steps) + self.more

    @property
    def name(self) -> str:
        return {
            "interview": _("约谈建议"),
            "supervise": _("督办"),
            "urge": _("催办"),
            "urge_call": _("催办（需电话通知）"),
            "urge_copy": _("催办（抄送）"),
            "warn": _("到期提醒"),
            "warn_call": _("到期提醒（需电话通知）"),
        }[self.tier]


@dataclass(frozen=True)
class Digest:
    """Everything one person is told on one day."""

    recipient: User
    on: dt.date
    steps: tuple[Step, ...]

    def sections(self, listed: int = LISTED) -> list[Section]:
        """Steps by kind, the most pressing kind first, in each the longest overdue first."""
        found = []
        for tier in ORDER:
            steps = sorted(
                (step for step in self.steps if step.tier == tier),
                key=lambda step: (step.task.due_on, step.task.pk),
            )
            if steps:
                found.append(Section(tier, steps[:listed], max(len(steps) - listed, 0)))
        return found

    @property
    def summary(self) -> str:
        """催办1项、到期提醒2项"""
        parts = [
            _("%(kind)s%(count)d项") % {"kind": section.name, "count": section.count}
            for section in self.sections()
        ]
        return "、".join(parts)

    @property
    def message_key(self) -> str:
        """The same steps on the same day are the same message."""
        steps = repr(sorted(step.key for step in self.steps))
        return f"reminders-{self.on}-{hashlib.sha256(steps.encode()).hexdigest()[:32]}"


@dataclass
class Sending:
    """What a run did: the digests that went out, and the people whose digest failed."""

    on: dt.date
    sent: list[Digest] = field(default_factory=list)
    failed: list[User] = field(default_factory=list)


# --- Reading --------------------------------------------------------------------------------


def next_sending_day(now: dt.datetime | None = None) -> dt.date:
    """The working day on which the job runs next: today until its last run has begun."""
    local = timezone.localtime(now)
    day = local.date() if local.hour < OFFICE_HOURS[-1] else local.date() + ONE_DAY
    return calendar().next_working_day(day)


def plan(on: dt.date, tasks: TaskQuerySet | None = None) -> list[Digest]:
    """Who would get which steps on the working day `on`; reads only, empty on a day off.

    `tasks`: only these (default: all). As many queries for ten tasks as for ten thousand.
    """
    working_days = calendar()
    if not working_days.is_working_day(on):
        return []
    last = on + FIRST_NOTICE_DAYS * ONE_DAY
    due = (Task.objects.all() if tasks is None else tasks).open().filter(due_on__lte=last)
    steps: dict[int, list[Step]] = {}
    taken = _taken(due)
    for user, step in _steps(due, on, working_days):
        if (user, *step.key) not in taken:
            steps.setdefault(user, []).append(step)
    people = User.objects.filter(is_active=True).in_bulk(steps)
    return [Digest(people[user], on, tuple(steps[user])) for user in sorted(people)]


def _steps(
    due: TaskQuerySet, on: dt.date, working_days: WorkCalendar
) -> Iterator[tuple[int, Step]]:
    """Each person with each task's step that is due for him."""
    tasks = list(due.select_related("region").order_by("due_on", "pk"))
    answering = answering_by_task(due)
    regions = {task.region for task in tasks}
    office, leaders = by_region(regions, Role.OFFICE), by_region(regions, Role.LEADER)
    for task in tasks:
        departments = answering.get(task.pk, [])
        leads = [each for each in departments if each.role == Responsibility.Role.LEAD]
        own = {
            Audience.LEAD: _liaisons(leads),
            Audience.RESPONSIBLE: _liaisons(departments),
            Audience.OFFICE: office[task.region_id],
            Audience.LEADER: leaders[task.region_id],
        }
        told = own | {
            # Whoever has no liaison is told by the office, which therefore gets the warning.
            Audience.RESPONSIBLE: own[Audience.RESPONSIBLE]
            | (own[Audience.OFFICE] if _unreachable(departments) else set())
        }
        for user in sorted(set().union(*told.values())):
            own_parts = {who for who in told if user in told[who]}
            stage = latest_due(task.due_on, on, own_parts, working_days)
            if stage is None:
                continue
            # Warnings are for everybody who answers for the task, what follows for the leads.
            meant = departments if TIERS[stage] == "warn" else leads
            yield (
                user,
                Step(
                    task=task,
                    stage=stage,
                    on=on,
                    leads=_names(leads),
                    reason=_reason(user, stage, meant),
                    unreachable=_names(_unreachable(meant)),
                ),
            )


def _reason(user: int, stage: Stage, meant: list[Answering]) -> Reason:
    if TIERS[stage] not in ("warn", "urge") or user in _liaisons(meant):
        return Reason.OWN
    return Reason.CALL if _unreachable(meant) or not meant else Reason.COPY


def _names(departments: list[Answering]) -> str:
    return "、".join(each.name for each in departments)


def _liaisons(departments: list[Answering]) -> set[int]:
    return {user for each in departments for user in each.liaisons}


def _unreachable(departments: list[Answering]) -> list[Answering]:
    return [each for each in departments if not each.liaisons]


def _taken(due: TaskQuerySet) -> set[tuple[int, int, str, int]]:
    rows = Reminder.objects.filter(task__in=due.values("pk")).order_by()
    return set(rows.values_list("recipient_id", "task_id", "stage", "due_version"))


# --- Sending --------------------------------------------------------------------------------


def send_in_office_hours(now: dt.datetime | None = None) -> Sending | None:
    """What the hourly job does; nothing (None) outside office hours (防打扰)."""
    local = timezone.localtime(now)
    return send_due(local.date()) if local.hour in OFFICE_HOURS else None


def send_due(on: dt.date | None = None) -> Sending:
    """Send every step that is due on `on` (default: today) and not yet taken.

    One person's failure does not hold up the others; he is tried again with the next run.
    """
    result = Sending(on or today())
    for digest in plan(result.on):
        try:
            sent = send_digest(digest)
        except IntegrityError:
            # Another worker took one of the steps in this very moment; the next run, an hour
            # from now, sends what is left.
            logger.info("Digest for user %s: somebody was faster", digest.recipient.pk)
            continue
        except Exception:
            logger.exception("Digest for user %s failed", digest.recipient.pk)
            result.failed.append(digest.recipient)
            continue
        if sent:
            result.sent.append(sent)
    return result


@transaction.atomic
def send_digest(digest: Digest) -> Digest | None:
    """Take the steps and put the digest into the outbox; None when nothing is left to send.

    Raises IntegrityError when a step was taken by somebody else meanwhile; then nothing is kept.
    """
    person = _lock_person(digest.recipient)
    if person is None:
        return None
    digest = replace(digest, recipient=person, steps=tuple(_still_due(digest)))
    if not digest.steps:
        return None
    message = _write_message(digest)
    now = timezone.now()
    Reminder.objects.bulk_create(
        Reminder(
            task=step.task,
            stage=step.stage,
            due_version=step.task.due_version,
            due_on=step.task.due_on,
            recipient=person,
            message=message,
            created_at=now,
        )
        for step in digest.steps
    )
    TaskEvent.objects.bulk_create(
        TaskEvent(
            task=step.task,
            actor=None,
            kind=TaskEvent.Kind.REMINDED,
            effective_on=digest.on,
            note=_("%(stage)s：%(person)s") % {"stage": step.stage.label, "person": person},
        )
        for step in digest.steps
    )
    record(actor=None, action="reminders_sent", subject=person, detail=_detail(digest))
    return digest


def _lock_person(person: User) -> User | None:
    """The recipient's row is the lock between workers; None when the account was disabled."""
    rows = User.objects.select_for_update(no_key=True)
    return rows.filter(pk=person.pk, is_active=True).first()


def _still_due(digest: Digest) -> Iterator[Step]:
    """Under the lock, the steps nobody has taken yet, of tasks still open with the same date."""
    ids = [step.task.pk for step in digest.steps]
    rows = Reminder.objects.filter(recipient=digest.recipient, task__in=ids).order_by()
    taken = set(rows.values_list("task_id", "stage", "due_version"))
    versions = dict(Task.objects.open().filter(pk__in=ids).values_list("pk", "due_version"))
    for step in digest.steps:
        if step.key not in taken and versions.get(step.task.pk) == step.task.due_version:
            yield step


def _write_message(digest: Digest) -> Message:
    key = digest.message_key
    notify(
        [digest.recipient],
        "reminder_digest",
        url=_where_to_go(digest),
        key=key,
        digest=digest,
        site=settings.SITE_URL,
    )
    return Message.objects.get(recipient=digest.recipient, key=key)


def _where_to_go(digest: Digest) -> str:
    """The one task, or what the reader has open, the longest overdue first."""
    tasks = {step.task.pk: step.task for step in digest.steps}
    if len(tasks) == 1:
        return next(iter(tasks.values())).get_absolute_url()
    return reverse("tasks") + "?done=false&ordering=due_on"


def _detail(digest: Digest) -> dict[str, Any]:
    return {
        "on": str(digest.on),
        "steps": dict(Counter(str(step.stage) for step in digest.steps)),
        "tasks": sorted({step.task.pk for step in digest.steps}),
    }
