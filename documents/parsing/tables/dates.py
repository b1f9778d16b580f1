"""The cell that says by when."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from documents.parsing.clauses import stated_deadlines
from documents.parsing.model import ParsedDeadline
from documents.parsing.tables.cells import on_one_line

# 2024年起持续推进, 每季度末: no end, or one that comes again and again
_ENDLESS = re.compile(r"^(?:自|从)?20\d\d年?(?:\d{1,2}月)?(?:起|开始)|^每[年季月半周]")
# 11月20日, 202411, 12: outside a cell these would limit nothing
_BARE = re.compile(
    r"(?P<m>\d{1,2})(?:月(?P<d>\d{1,2})日)?|(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)?"
)


def read_due(folded: str, shown: str, year: int | None) -> list[ParsedDeadline]:
    """2024.12, 第三季度, 9月底前: the dates of a 完成时限 cell; none for 长期坚持."""
    folded, shown = on_one_line(folded), on_one_line(shown)
    if _ENDLESS.match(folded):
        return []
    bare = _BARE.fullmatch(folded)
    if bare is not None:
        due_on = _bare_date(bare, year)
        return [] if due_on is None else [ParsedDeadline(shown, due_on)]
    return stated_deadlines(folded, shown, year)


def _bare_date(match: re.Match[str], year: int | None) -> date | None:
    stated = int(match["year"]) if match["year"] else year
    if stated is None:
        return None
    month = int(match["m"] or match["month"])
    try:
        written = match["d"] or match["day"]
        return date(stated, month, int(written) if written else monthrange(stated, month)[1])
    except ValueError:
        return None
