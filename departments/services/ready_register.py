"""The usual departments of a city or a province with their reforms, put into a region's own words.

fixtures/ready_register.json names them without the level (卫生局) and dates them by round of reform
(`2018`); here they become 市卫生局 of 徐州市 with days. What is loaded is the office's to correct.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.models import Region, User
from departments.naming.reading import Place
from departments.permissions import can_change_register
from departments.services.loading import Loaded, load_events, load_register
from reform_tracker.audit.models import record
from reform_tracker.lib.dates import ONE_DAY
from reform_tracker.lib.verdicts import require

PATH = settings.BASE_DIR / "fixtures" / "ready_register.json"
TEMPLATES = ("prefecture", "province")
# Bodies of no level of their own: 各县（市、区）人民政府, 公立医院.
_LEVELLESS = ("各", "公立")


@transaction.atomic
def load_ready_register(
    *,
    region: Region,
    actor: User | None,
    dates: dict[str, dt.date] | None = None,
    template: str = "",
) -> tuple[Loaded, Loaded]:
    """Put the usual departments and events of such a region on record; returns both counts.

    What the region has already stays as it is. `dates`: the day a round took effect here, where it
    is not the usual one. `template`: `prefecture` or `province`, where not told by the region.
    """
    if actor is not None:
        require(can_change_register(actor, region))
    entries, events = in_words_of(region, dates or {}, template)
    departments = load_register({region.code: entries})
    successions = load_events({region.code: events})
    if departments.new or departments.changed or successions.new:
        record(
            actor=actor,
            action="register_loaded",
            subject=region,
            detail={"departments": departments.new, "events": successions.new},
        )
    return departments, successions


def rounds(path: Path = PATH) -> dict[str, dict[str, str]]:
    """Round of reform → its usual date at each level, and its source."""
    return json.loads(path.read_text(encoding="utf-8"))["rounds"]


def in_words_of(
    region: Region, dates: dict[str, dt.date], template: str = ""
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The ready departments and events as `loading` takes them, with the region's words and days."""
    content = json.loads(PATH.read_text(encoding="utf-8"))
    days = _days(content["rounds"], region, dates)
    word = Words(region)
    chosen = content[template or usual_template(region)]
    entries = []
    for row in chosen["departments"]:
        if region.level not in row.get("levels", [region.level]):
            continue
        entry = {key: row[key] for key in ("kind", "level") if key in row}
        entry |= {"name": word(row["name"]), "aliases": [word(a) for a in row.get("aliases", [])]}
        if "official" in row:
            entry["official"] = word(row["official"])
        if "from" in row:
            entry["valid_from"] = days[row["from"]].isoformat()
        if "to" in row:
            entry["valid_to"] = (days[row["to"]] - ONE_DAY).isoformat()
        if _within_the_time_of(region, entry):
            entries.append(entry)
    known = {entry["name"] for entry in entries}
    events = []
    for row in chosen["events"]:
        links = [_link(link, word) for link in row["links"]]
        links = [link for link in links if {link["from"], link["to"]} <= known]
        if links and region.held_on(days[row["round"]]):
            events.append(
                {
                    "kind": row["kind"],
                    "effective_on": days[row["round"]].isoformat(),
                    "source": content["rounds"][row["round"]]["source"],
                    "note": _("通用名录所列为通常日期，请按本地机构改革方案核对。"),
                    "links": links,
                }
            )
    return entries, events


def _within_the_time_of(region: Region, entry: dict[str, Any]) -> bool:
    """Was it ever there while the region was? A region that ended, like 上虞市, ends its departments."""
    if region.valid_from and entry.get("valid_to", "9999") < region.valid_from.isoformat():
        return False
    if region.valid_to:
        last = region.valid_to.isoformat()
        if entry.get("valid_from", "") > last:
            return False
        entry["valid_to"] = min(entry.get("valid_to", last), last)
    return True


def usual_template(region: Region) -> str:
    """A province has 厅; 天津市 has 局 and 委 like a city."""
    is_province = region.level == Region.Level.PROVINCE and region.level_word != "市"
    return "province" if is_province else "prefecture"


class Words:
    """卫生局 as 市卫生局 of 徐州市; {place} is 徐州, {region} 徐州市."""

    def __init__(self, region: Region) -> None:
        self.level = region.level_word
        self.named = {
            "level": self.level,
            "region": region.name,
            "place": Place(region.name).spellings[-1],
        }

    def __call__(self, name: str) -> str:
        if "{" in name:
            return name.format(**self.named)
        return name if name.startswith(_LEVELLESS) else self.level + name


def _link(row: list[str], word: Words) -> dict[str, Any]:
    """[from, to]: wholly; [from, to, functions]: only these functions moved."""
    source, heir, *functions = row
    link: dict[str, Any] = {"from": word(source), "to": word(heir), "takes_over": not functions}
    return link | {"functions": functions[0]} if functions else link


def _days(
    known: dict[str, dict[str, str]], region: Region, dates: dict[str, dt.date]
) -> dict[str, dt.date]:
    if unknown := sorted(dates.keys() - known.keys()):
        raise ValidationError(
            _("没有名为“%(name)s”的改革批次，可用：%(known)s。")
            % {"name": unknown[0], "known": "、".join(known)}
        )
    usual = {name: dt.date.fromisoformat(each[region.level]) for name, each in known.items()}
    return usual | dates
