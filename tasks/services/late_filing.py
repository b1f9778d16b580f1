"""允许补报: letting one department file in a period that is closed."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.models import Department
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import today
from reform_tracker.lib.verdicts import Conflict, require
from reform_tracker.notifications.sending import notify
from tasks.models import LateFiling, ReportingPeriod, Task
from tasks.permissions import can_allow_late_filing
from tasks.recipients import liaisons_of


@transaction.atomic
def allow_late_filing(
    *, period: ReportingPeriod, department: Department, until: dt.date, reason: str, actor: Any
) -> LateFiling:
    """Let the department file in the closed period until the day, its end included.

    ValidationError by field for a day that is past or a missing reason; Conflict while the period
    is open, or when the department may file until then already. Its liaisons are told.
    """
    rows = ReportingPeriod.objects.select_for_update(of=("self",)).select_related("region")
    period = rows.get(pk=period.pk)
    require(can_allow_late_filing(actor, period))
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("请写明允许补报的原因。")})
    if until < today():
        raise ValidationError({"until": _("补报截止日期不能早于今天。")})
    if period.late_filings.filter(department=department, until__gte=until).exists():
        raise Conflict(_("%s已经可以补报到这一天，无需再次办理。") % department.name)
    if not Task.objects.filter(region=period.region).of_department(department.pk).exists():
        text = _("%s不是本地区任务的责任单位，请重新选择。")
        raise ValidationError({"department": text % department.name})
    allowed = LateFiling(
        period=period, department=department, until=until, reason=reason, actor=actor
    )
    allowed.full_clean(exclude=["period", "department", "actor"], validate_constraints=False)
    allowed.save()
    record(
        actor=actor,
        action="late_filing_allowed",
        subject=period,
        detail={"department": department.full_name, "until": str(until), "reason": reason},
    )
    notify(
        liaisons_of([department.pk]).get(department.pk, []),
        "late_filing_allowed",
        url=f"{reverse('my_reports')}?department={department.pk}&period={period.pk}",
        key=f"late-filing-{allowed.pk}",
        allowed=allowed,
    )
    return allowed
