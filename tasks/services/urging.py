"""催报: asking all departments that have not filed, each at most once a day."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.models import Department, User
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from reform_tracker.notifications.sending import notify
from tasks.models import ReportingPeriod, ReportUrging
from tasks.permissions import can_urge
from tasks.recipients import liaisons_of
from tasks.report_figures import still_to_file


@dataclass(frozen=True)
class Urged:
    """What `urge_missing` did; `people`: how many were told."""

    urgings: list[ReportUrging]
    people: int

    @property
    def unreachable(self) -> list[Department]:
        """Departments without a liaison who has an account: to be telephoned."""
        return [row.department for row in self.urgings if not row.people]


@transaction.atomic
def urge_missing(*, period: ReportingPeriod, actor: Any) -> Urged:
    """Ask every department that has not filed all it leads; one message to each liaison.

    Whoever was asked today is not asked again. Conflict when nobody is left to ask, and when the
    period is closed or locked, or has not begun.
    """
    # The period's row is the lock: two clicks at once ask each department once.
    rows = ReportingPeriod.objects.select_for_update(of=("self",)).select_related("region")
    period = rows.get(pk=period.pk)
    require(can_urge(actor, period))
    on = today()
    missing = still_to_file(period, on)
    if not missing:
        raise Conflict(_("%s没有未报送的部门，无需催报。") % period.name)
    asked = set(period.urgings.filter(on=on).values_list("department", flat=True))
    if not (left := set(missing) - asked):
        raise Conflict(_("未报送的部门今天都已催报过。每个部门每天最多催报一次，请明天再催。"))
    departments = list(Department.objects.filter(pk__in=left).select_related("region"))
    liaisons = liaisons_of(left)
    urgings = ReportUrging.objects.bulk_create(
        ReportUrging(
            period=period,
            department=department,
            on=on,
            reports=missing[department.pk],
            people=len(liaisons.get(department.pk, [])),
            actor=actor,
        )
        for department in departments
    )
    people = _tell(urgings, liaisons)
    record(
        actor=actor,
        action="reports_urged",
        subject=period,
        detail={
            "departments": [department.name for department in departments],
            "reports": sum(row.reports for row in urgings),
        },
    )
    return Urged(urgings, people)


def _tell(urgings: list[ReportUrging], liaisons: dict[int, list[User]]) -> int:
    """One message per person, about all the departments he speaks for; how many people."""
    own: dict[User, list[ReportUrging]] = defaultdict(list)
    for urging in urgings:
        for user in liaisons.get(urging.department_id, []):
            own[user].append(urging)
    # Those who speak for the same departments read the same words.
    together: dict[tuple[int, ...], list[User]] = defaultdict(list)
    for user, rows in own.items():
        together[tuple(row.pk for row in rows)].append(user)
    by_id = {row.pk: row for row in urgings}
    for ids, users in together.items():
        rows = [by_id[pk] for pk in ids]
        first = rows[0]
        notify(
            users,
            "reports_urged",
            url=f"{reverse('my_reports')}?department={first.department_id}&period={first.period_id}",
            key=f"urging-{first.pk}",
            period=first.period,
            urgings=rows,
            reports=sum(row.reports for row in rows),
            is_late=first.on > first.period.due_on,
        )
    return len(own)
