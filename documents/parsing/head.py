"""The notice itself: title, number, issuer, region, dates, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from documents.parsing import vocabulary
from documents.parsing.cleaning import fold
from documents.parsing.issue_dates import issued_on, published_on, years_of
from documents.parsing.issuers import SIGNATURE, issuer_of, region_of, signature_of
from documents.parsing.markers import read_marker

_KIND = (
    r"(?:通知|意见|决定|通告|公告|批复|函|方案|规划|计划|要点|安排|办法|清单|任务分工|任务分解"
    r"|分工方案|行动计划|任务)"
)

_NOTICE_TITLE = re.compile(
    r"^[^。,;!?]{0,60}关于[^。;!?]{4,120}的?(?:通知|意见|决定|通告|公告|批复|函|方案)$"
)
_PLAN_TITLE = re.compile(rf"^[^。,;:!?]{{4,70}}{_KIND}(?:\([^()]{{2,24}}\))?$")
_TITLE_START = re.compile(
    r"^[^。,;:!?]{0,40}关于(?:印发|做好|进一步|下达|公布|转发|实施|推进|深化|加强|开展"
    r"|贯彻)?[^。]{0,80}$"
)
_STRAY_END = re.compile(r"(?<=[知见定告复函案])\d{1,2}$")
_ISSUED_PLAN = re.compile(
    r"(?:现将|将)?《(?P<plan>[^《》]{4,80}(?:《[^《》]{1,40}》)?[^《》]{0,40})》"
)

_NUMBER = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,14})[〔\[(【]\s?(?P<year>(?:19"
    r"|20)\d\d)\s?[〕\])】]?\s?(?:第)?(?P<no>\d{1,5})\s?号[〕\])】]?"
)
_NUMBER_LABEL = re.compile(
    r"(?:^|(?<=\s))(?:发文字号|文号|文件编号|发文文号|文\s?号|字\s?号)\s?[::]\s?"
)


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
    folded = [fold(line) for line in lines]
    body_from = _first_item(folded)
    title_at, title = _title(lines, folded)
    number = _document_number(folded, title_at)
    published = published_on(folded, title_at)
    years = years_of(title)
    issued, warnings = issued_on(folded, title_at, published, years)
    signature = signature_of(folded, issued)
    region = region_of(title, signature, folded, body_from)
    issuer = issuer_of(title, signature, region)
    if years is None:
        day = issued or published
        years = None if day is None else (day.year, day.year)
    start, end = years if years is not None else (None, None)
    title = re.sub(r"\s+", "", title)
    return Head(title, number, issuer, region, issued, published, start, end, tuple(warnings))


def _first_item(folded: list[str]) -> int:
    return next((i for i, line in enumerate(folded) if read_marker(line) is not None), len(folded))


# --- title --------------------------------------------------------------------------------------


def _title(lines: list[str], folded: list[str]) -> tuple[int, str]:
    """The notice's full title (关于印发…的通知); where the file lacks it, the plan's own."""
    notices = [
        (index, title)
        for index, line in enumerate(folded)
        if (title := _whole_title(index, lines, folded)) and not line.startswith(("根据", "按照"))
    ]
    if notices:
        counts: dict[str, int] = {}
        for _, title in notices:
            counts[title] = counts.get(title, 0) + 1
        best = max(
            counts, key=lambda name: (counts[name], -next(i for i, t in notices if t == name))
        )
        # The last one stands where the notice itself begins (a web page repeats it above).
        at = max(index for index, title in notices if title == best)
        return at, best
    return _plan_title(lines, folded)


def _whole_title(index: int, lines: list[str], folded: list[str]) -> str | None:
    line = folded[index]
    if "关于" not in line or len(line) > 160 or read_marker(line) is not None:
        return None
    if vocabulary.CHROME.match(line) or line.endswith((":", "。")):
        return None
    end = index
    text = _STRAY_END.sub("", line)
    shown = lines[index][: len(text)]
    # A title centred on several lines: 某市人民政府办公室 / 关于印发某某 / 实施方案的通知
    while not _NOTICE_TITLE.match(text) and end + 1 < len(lines) and end - index < 3:
        following = folded[end + 1]
        if not _TITLE_START.match(text) or len(following) > 50 or re.search(r"[。,:;]", following):
            return None
        end += 1
        text += following
        shown += lines[end]
    if not _NOTICE_TITLE.match(text):
        return None
    if text.startswith("关于") and index > 0 and SIGNATURE.match(folded[index - 1]):
        shown = lines[index - 1] + shown
    return shown


def _plan_title(lines: list[str], folded: list[str]) -> tuple[int, str]:
    """《甲实施方案》已经…同意: the cover letter names the plan; its own title stands below."""
    limit = min(len(lines), 80)
    for index in range(limit):
        match = _ISSUED_PLAN.search(folded[index])
        if match is not None and re.search(r"印发|已经|同意|下发", folded[index]):
            return index, lines[index][match.start("plan") : match.end("plan")]
    for index in range(limit):
        line = folded[index]
        if (
            _PLAN_TITLE.match(line)
            and len(line) >= 8
            and read_marker(line) is None
            and not vocabulary.CHROME.match(line)
        ):
            return index, _joined_plan_title(index, lines, folded)
    first = next((i for i, line in enumerate(lines) if len(line) >= 4), 0)
    return first, lines[first][:80] if lines and lines[first] else ""


def _joined_plan_title(index: int, lines: list[str], folded: list[str]) -> str:
    before = folded[index - 1] if index else ""
    whole = 4 <= len(before) <= 40 and not re.search(
        r"[。,:;!?()\d]", re.sub(r"20\d\d年", "", before)
    )
    if (
        whole
        and not read_marker(before)
        and not vocabulary.CHROME.match(before)
        and len(folded[index]) < 14
    ):
        return lines[index - 1] + lines[index]
    return lines[index]


# --- number -------------------------------------------------------------------------------------


def _document_number(folded: list[str], title_at: int) -> str | None:
    """The notice's own number stands on a line of its own or behind a label; others are cited."""
    candidates: list[tuple[int, str]] = []
    for index, line in enumerate(folded):
        label = _NUMBER_LABEL.search(line.lstrip("•· ")[:200])
        rest = line.lstrip("•· ")[label.end() :] if label else line.strip("() ")
        match = _NUMBER.match(rest) or _mended_number(rest)
        if match is None or (label is None and len(rest) - len(match[0]) > 2):
            continue
        distance = abs(index - title_at) + (2 if label else 0)
        candidates.append((distance, f"{match['name']}〔{match['year']}〕{match['no']}号"))
    return min(candidates)[1] if candidates else None


def _mended_number(text: str) -> re.Match[str] | None:
    """某政办发〔201254号, 某政办发〔201716: the closing bracket, or all behind it, was lost."""
    return re.match(
        r"(?P<name>[\u4e00-\u9fff]{2,14})[〔\[(](?P<year>20\d\d)(?P<no>\d{1,4})(?:号|$)", text
    )
