"""How far a clause as it was read can be trusted, and why not: the one place that says so."""

import datetime as dt
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Clause
from documents.parsing.passages import loose_numbers
from reform_tracker.lib.dates import today
from tasks.services.intake import start_date

# A plan that speaks of more than this many years after its own is rather a slip of the pen.
FAR_YEARS = 15


class Confidence(StrEnum):
    SURE = "sure"
    LOOK = "look"
    CHECKED = "checked"


LABELS = {
    Confidence.SURE: gettext_lazy("可直接确认"),
    Confidence.LOOK: gettext_lazy("需核对"),
    Confidence.CHECKED: gettext_lazy("已核对"),
}


def confidence(clause: Clause, doubts: list[str]) -> Confidence:
    """By its doubts; a person who saved it with all of them in view has settled them."""
    if not doubts:
        return Confidence.SURE
    return Confidence.CHECKED if clause.is_checked else Confidence.LOOK


def doubts_about(clause: Clause) -> list[str]:
    """What a person should compare with the source, in words for him; empty when it read clean.

    What the parser noted, and what the fields as they are now leave open.
    """
    found = [*clause.warnings, *_departments(clause), *_numbers(clause), *_targets(clause)]
    return list(dict.fromkeys([*found, *_dates(clause)]))


def _departments(clause: Clause) -> list[str]:
    named = [each for row in clause.responsibilities for each in row["departments"]]
    # Found on record, but under a name of another time.
    doubts = [each["warning"] for each in named if each.get("warning")]
    return doubts if named else [_("未注明责任部门")]


def _numbers(clause: Clause) -> list[str]:
    stated = tuple(row["text"] for row in clause.targets)
    words = clause.body if clause.title in clause.body else f"{clause.title}\n{clause.body}"
    loose = loose_numbers(words, stated)
    if not loose:
        return []
    return [_("正文里的“%s”不在任何指标中，是指标的请补上") % "”“".join(dict.fromkeys(loose))]


def _targets(clause: Clause) -> list[str]:
    found = []
    for row in clause.targets:
        if row["value"] is None:
            found.append(_("指标“%s”没有目标值") % row["indicator"])
        elif row["unit"] == "%" and row["value"] > 100:
            found.append(_("指标“%s”的目标值超过100%%") % row["indicator"])
    return found


def _dates(clause: Clause) -> list[str]:
    document = clause.document
    begin, last = start_date(document), document.year_end + FAR_YEARS
    # A notice of years gone by is entered to be looked up: there every date has passed.
    running = document.year_end >= today().year
    found = []
    for row in [*clause.deadlines, *clause.targets]:
        due = dt.date.fromisoformat(row["due_on"]) if row.get("due_on") else None
        if due is None:
            continue
        if due < begin:
            found.append(_("时限%(due)s早于文件的开始日期%(start)s") % {"due": due, "start": begin})
        elif due.year > last:
            found.append(_("时限%s离文件年度太远") % due)
        elif running and due < today():
            found.append(_("时限%s已过，入账后即为逾期") % due)
    return found
