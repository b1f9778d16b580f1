"""The notice itself: title, number, issuer, region, dates, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from documents.parsing.fields import Field, Piece, read_fields, read_pieces, values
from documents.parsing.issue_dates import issued_on, published_on, years_of
from documents.parsing.issuers import issuer_of, region_of, signature_of
from documents.parsing.markers import read_marker
from documents.parsing.titles import find_title

_NUMBER = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,14})\s?[〔\[(【]\s?(?P<year>(?:19"
    r"|20)\d\d)\s?[〕\])】]?\s?(?:第)?(?P<no>\d{1,5})\s?号[〕\])】]?"
)


_ANNEX_OF = re.compile(
    r"\s?(?:文件)?的?附件?[\d一二三四五六七八九十]{0,2}$"
)  # 某政办〔2013〕27号附件1


@dataclass(frozen=True, slots=True)
class Head:
    title: str
    document_number: str | None
    issuer: str | None
    region: str | None
    issued_on: date | None
    published_on: date | None
    year_start: int | None
    year_end: int | None
    warnings: tuple[str, ...] = ()

    @property
    def own_year(self) -> int | None:
        """The year meant by 年底前: the plan's only year, else the year it was issued in."""
        if self.year_start is not None and self.year_start == self.year_end:
            return self.year_start
        issued = self.issued_on or self.published_on
        return issued.year if issued else self.year_start


def read_head(text: str) -> Head:
    lines = text.split("\n")
    pieces = read_pieces(lines)
    fields = read_fields(pieces)
    first_item = next(
        (piece.line for piece in pieces if read_marker(piece.text) is not None), len(lines)
    )
    title_at, title = find_title(pieces, fields, first_item)
    number = _document_number(pieces, fields, title_at)
    published = published_on(pieces, fields, title_at)
    years = years_of(title)
    issued, warnings = issued_on(pieces, fields, title_at, published, years)
    signature = signature_of(pieces, issued)
    region = region_of(title, number, signature, pieces, fields, first_item)
    issuer = issuer_of(title, signature, pieces, fields, region)
    start, end = years or _year_issued(issued, number, published)
    title = re.sub(r"\s+", "", title)
    return Head(title, number, issuer, region, issued, published, start, end, tuple(warnings))


def _year_issued(
    issued: date | None, number: str | None, published: date | None
) -> tuple[int, int] | tuple[None, None]:
    """The year of signature, else that of the number, else that of the page."""
    if issued is not None:
        year = issued.year
    elif number is not None:
        year = int(number.partition("〔")[2][:4])
    elif published is not None:
        year = published.year
    else:
        return None, None
    return year, year


def _document_number(pieces: list[Piece], fields: list[Field], title_at: int) -> str | None:
    """The notice's own number stands on a line of its own or behind a label; others are cited."""
    candidates = [
        (abs(piece.line - title_at), written)
        for piece in pieces
        if (written := _as_number(piece.text.strip("() "), alone=True))
    ]
    candidates += [
        (abs(field.line - title_at) + 2, written)
        for field in values(fields, "number")
        if (written := _as_number(field.value, alone=False))
    ]
    return min(candidates)[1] if candidates else None


def _as_number(text: str, *, alone: bool) -> str | None:
    text = _ANNEX_OF.sub("", text)
    match = _NUMBER.match(text) or _mended_number(text)
    if match is None or (alone and len(text) - len(match[0]) > 2):
        return None
    return f"{match['name']}〔{match['year']}〕{match['no']}号"


def _mended_number(text: str) -> re.Match[str] | None:
    """某政办发〔201254号, 某政办发〔201716: the closing bracket, or all behind it, was lost."""
    return re.match(
        r"(?P<name>[\u4e00-\u9fff]{2,14})[〔\[(](?P<year>20\d\d)(?P<no>\d{1,4})(?:号|$)", text
    )
