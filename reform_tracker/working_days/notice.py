"""Reads the days off and the make-up days out of a holiday notice's own words.

A notice says, holiday by holiday: 一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from reform_tracker.lib.dates import ONE_DAY

# 一、 or 1. or （一） before the holiday's name, a colon after it.
HEADING = re.compile(
    r"^[（(]?[一二三四五六七八九十\d]+[)）]?[、.．]?\s*(?P<name>[^:。0-9]{2,20}):", re.M
)
BRACKETS = re.compile(r"\([^()]*\)")
DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日"
SPAN = re.compile(rf"{DAY}(?:[至\-—~]+{DAY})?")
LONGEST = 15 * ONE_DAY


@dataclass(frozen=True)
class ReadDay:
    day: dt.date
    is_off: bool
    name: str


def read_notice(text: str, year: int) -> list[ReadDay]:
    """Every day the notice names, in order of date, each once. ValueError for an impossible date.

    Full-width digits and line breaks inside a sentence do no harm; words around the list (the
    notice's head, its appeals at the end) name no days and are passed over.
    """
    plain = BRACKETS.sub("", unicodedata.normalize("NFKC", text))
    headings = list(HEADING.finditer(plain))
    found: dict[dt.date, ReadDay] = {}
    for number, heading in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(plain)
        words = re.sub(r"\s", "", plain[heading.end() : end])
        for sentence in re.split(r"[。;,]", words):
            is_off = "放假" in sentence
            if not is_off and "上班" not in sentence:
                continue
            for day in _days(sentence, year):
                found.setdefault(day, ReadDay(day, is_off, heading["name"].strip()))
    return [found[day] for day in sorted(found)]


def _days(sentence: str, year: int) -> list[dt.date]:
    """1月1日至3日, 2月14日、2月28日, 2026年12月31日至2027年1月2日."""
    days: list[dt.date] = []
    month = 0
    for match in SPAN.finditer(sentence):
        y, m, d, last_y, last_m, last_d = (int(part or 0) for part in match.groups())
        month = m or month
        first = dt.date(y or year, month, d)
        last = first
        if last_d:
            month = last_m or month
            last = dt.date(last_y or first.year, month, last_d)
        if not first <= last <= first + LONGEST:
            raise ValueError(f"{first} – {last}")
        days += [first + n * ONE_DAY for n in range((last - first).days + 1)]
    return days
