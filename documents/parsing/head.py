"""The notice itself: title, number, issuer, region, dates, years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from documents.parsing import vocabulary
from documents.parsing.cleaning import fold
from documents.parsing.markers import read_marker
from documents.parsing.numerals import chinese_integer

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
_NUMBER_LABEL = re.compile(r"^(?:发文字号|文号|文件编号|发文文号|文\s?号|字\s?号)\s?[::]\s?")

_ORG = (
    r"(?:人民政府办公厅|人民政府办公室|政府办公厅|政府办公室|人民政府|委员会办公室|委员会"
    r"|领导小组办公室|领导小组|管委会|办公厅|办公室|局|厅|委|部)"
)

_SIGNATURE = re.compile(rf"^[\u4e00-\u9fff、\s]{{2,60}}{_ORG}(?:\([^()]{{1,12}}\))?$")
_PLACE = (
    r"[\u4e00-\u9fff]{2,10}?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|省|市|区|县|州|盟|旗)"
)
_GOVERNMENT = re.compile(
    rf"(?P<region>(?:{_PLACE}){{1,3}})(?:委\S{{0,3}})?(?:人民政府|政府|医改|深化|委员会|卫生|发展"
    r"|财政|人力|医疗|教育|农业|生态|交通|住房|民政|科学|工业|商务|应急|市场|文化|自然|城市|水利"
    r"|统计|体育|审计|司法|公安)"
)
_OWNER = re.compile(
    r"^(?:版权所有|主办单位|主办|网站主办|发布机构|发文机关|发布部门|来源|信息来源)\s?[::]\s?"
)

_CN_DATE = re.compile(
    r"[一二][一二三四五六七八九十〇○零ΟO0]{3}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?"
)
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s?[年.\-/]\s?(?P<m>\d{1,2})\s?[月.\-/]\s?(?P<d>\d{1,2})日?"
)
# 201286: the 年, 月 and 日 were lost in copying and only the figures are left.
_BARE_DATE = re.compile(r"^(?P<y>(?:19|20)\d\d)年?(?P<rest>\d{1,4}月?\d{0,2}日?)$")
_PUBLISHED = re.compile(
    r"(?:^|(?<=[\s\]】]))?(?:发布(?:时间|日期)|发文日期|公开日期|公布日期|发表时间|更新时间"
    r"|上传时间|(?<![\u4e00-\u9fff])(?:时间|日期))\s?:\s?"
)
_ISSUED_LABEL = re.compile(r"^(?:成文日期|签发日期|印发日期|制发日期|成文时间|生成日期)\s?[::]\s?")
# The dash between two years is sometimes lost: (20162018年).
_YEARS = re.compile(
    r"(?P<from>(?:19|20)\d\d)年?\s?(?:-|—{1,2}|~|至|到)?\s?(?P<to>(?:19|20)\d\d)年?|(?P<one>(?:19"
    r"|20)\d\d)(?:年|年度|-)"
)
_PLAN_YEARS = re.compile(r"[“\"‘'](?P<plan>十[一二三四五六七八九])五[”\"’']")


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
    published = _published_on(folded, title_at)
    title_years = _title_years(title)
    issued, warnings = _issued_on(folded, title_at, published, title_years)
    signature = _signature(folded, issued)
    region = _region(title, signature, folded, body_from)
    issuer = _issuer(title, signature, region)
    years = title_years
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
    if text.startswith("关于") and index > 0 and _SIGNATURE.match(folded[index - 1]):
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
    whole = 4 <= len(before) <= 40 and not re.search(r"[。,:;!?()\d]", before)
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
        label = _NUMBER_LABEL.match(line.lstrip("•· "))
        rest = line.lstrip("•· ")[label.end() :] if label else line.strip("() ")
        match = _NUMBER.match(rest) or _mended_number(rest)
        if match is None or len(rest) - len(match[0]) > (12 if label else 2):
            continue
        distance = abs(index - title_at) + (2 if label else 0)
        candidates.append((distance, f"{match['name']}〔{match['year']}〕{match['no']}号"))
    return min(candidates)[1] if candidates else None


def _mended_number(text: str) -> re.Match[str] | None:
    """某政办发〔201254号, 某政办发〔201716: the closing bracket, or all behind it, was lost."""
    return re.match(
        r"(?P<name>[\u4e00-\u9fff]{2,14})[〔\[(](?P<year>20\d\d)(?P<no>\d{1,4})(?:号|$)", text
    )


# --- dates --------------------------------------------------------------------------------------


def read_date(text: str) -> date | None:
    """2012年6月15日, 2012-06-15, 二〇一二年六月十五日."""
    match = _DATE.search(text)
    if match is not None:
        return _safe(int(match["y"]), int(match["m"]), int(match["d"]))
    match = _CN_DATE.search(text)
    if match is None or not match[0].endswith("日"):
        return None
    year, rest = match[0].split("年", 1)
    month, day = rest[:-1].split("月", 1)
    numbers = chinese_integer(year), chinese_integer(month), chinese_integer(day)
    if None in numbers:
        return None
    return _safe(*(n or 0 for n in numbers))


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _published_on(folded: list[str], title_at: int) -> date | None:
    for line in folded:
        label = _PUBLISHED.search(line) if len(line) < 160 else None
        if label is not None and (day := read_date(line[label.end() : label.end() + 20])):
            return day
    # 2021-06-02 某区 收藏: the line of a web page between its title and the notice
    for line in folded[: title_at + 6]:
        match = re.match(r"^(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2})", line)
        if match is not None and len(line) < 60:
            return read_date(match[0])
    return None


def _issued_on(
    folded: list[str], title_at: int, published: date | None, title_years: tuple[int, int] | None
) -> tuple[date | None, list[str]]:
    """The date of signature: alone on its line, or at the end of the signature's line."""
    for line in folded:
        bare = line.lstrip("•· ")
        label = _ISSUED_LABEL.match(bare)
        if label is not None and (day := read_date(bare[label.end() :])):
            return day, []
    alone = [(i, day) for i, line in enumerate(folded) if (day := _date_alone(line))]
    if alone:
        index, day = min(alone, key=lambda pair: (pair[0] < title_at, abs(pair[0] - title_at)))
        return day, []
    for index, line in enumerate(folded):
        match = _BARE_DATE.match(line)
        if match is not None and abs(index - title_at) < 40:
            mended = _mend_date(match, published, title_years)
            if mended is not None:
                return mended, [
                    f"成文日期“{line}”缺字，按{mended.year}年{mended.month}月{mended.day}日理解，请核对"
                ]
    for line in folded:
        # (2012年6月15日某市人民政府办公室印发) and a signature with its date on one line
        match = re.search(r"(?:印发|公布|发布)\)?$", line)
        if len(line) < 50 and match and (day := read_date(line)):
            return day, []
    return None, []


def _date_alone(line: str) -> date | None:
    if len(line) > 60 or "年" not in line:
        return None
    bare = line.strip("() ")
    if re.match(r"^(?:19|20)\d\d-\d", bare):
        return None  # 2021-06-02 is how web pages write their own date
    match = _DATE.search(bare) or _CN_DATE.search(bare)
    if match is None or match.end() != len(bare) or "年" not in match[0]:
        return None
    before = bare[: match.start()].strip()
    if before and not re.search(r"(?:政府|办公厅|办公室|委员会|局|厅|委|领导小组)$", before):
        return None
    return read_date(match[0])


def _mend_date(
    match: re.Match[str], published: date | None, title_years: tuple[int, int] | None
) -> date | None:
    """All readings of 201286; the one that fits the title's year and the page's date best."""
    year = int(match["y"])
    rest = re.sub(r"日$", "", match["rest"])
    if "月" in rest:
        month, _, day = rest.partition("月")
        splits = [(month, day)]
    else:
        splits = [(rest[:cut], rest[cut:]) for cut in range(1, len(rest))]
    readings = [
        reading
        for month, day in splits
        if month and day and not month.startswith("0") and not day.startswith("0")
        and (reading := _safe(year, int(month), int(day)))
    ]  # fmt: skip
    readings += [
        reading
        for month, day in splits
        if (month.startswith("0") or day.startswith("0")) and len(month) == len(day) == 2
        and (reading := _safe(year, int(month), int(day)))
    ]  # fmt: skip
    if published is not None:
        readings = [reading for reading in readings if reading <= published] or readings
    if title_years is not None and year not in range(title_years[0] - 1, title_years[1] + 2):
        return None
    return min(readings) if readings else None


def _title_years(title: str) -> tuple[int, int] | None:
    folded = fold(title)
    match = _YEARS.search(folded)
    if match is not None:
        if match["one"]:
            return int(match["one"]), int(match["one"])
        first, last = int(match["from"]), int(match["to"])
        return (first, last) if first <= last else (last, first)
    plan = _PLAN_YEARS.search(folded)
    if plan is not None and (ordinal := chinese_integer(plan["plan"])):
        end = 2005 + 5 * (ordinal - 10)
        return end - 4, end
    return None


# --- issuer and region --------------------------------------------------------------------------


def _signature(folded: list[str], issued: date | None) -> str | None:
    """The line above the date, or the issuer written before the date on the same line."""
    for index, line in enumerate(folded):
        day = _date_alone(line)
        if day is None or (issued is not None and day != issued):
            continue
        before = re.sub(
            r"(?:\d{4}年.*|[一二][〇○零一二三四五六七八九ΟO0]{3}年.*)$", "", line
        ).strip()
        if _SIGNATURE.match(before):
            return before
        if index > 0 and _SIGNATURE.match(folded[index - 1]) and len(folded[index - 1]) <= 40:
            return folded[index - 1]
    return None


def _region(title: str, signature: str | None, folded: list[str], body_from: int) -> str | None:
    """In full, from the first of these that names it: title, signature, page owner, plan, addressees."""
    issuer = fold(title).partition("关于")[0] if "关于" in title else ""
    for source in (signature or "", issuer):
        if re.match(r"国务院|国家|中共中央|全国", source):
            return "全国"
        region = _region_of(source)
        if region is not None:
            return region
    for line in folded:
        owner = _OWNER.match(line.lstrip("•·© "))
        if owner is not None and (region := _region_of(line.lstrip("•·© ")[owner.end() :])):
            return region
    for source in (title, *folded[: min(body_from, 60)]):
        match = re.match(
            rf"^(?:关于)?(?:印发)?《?(?P<region>(?:{_PLACE}){{1,2}})(?=[\u4e00-\u9fff\d“])",
            fold(source),
        )
        if match is not None and _plausible(match["region"]) and "通知" in source + "通知":
            return match["region"]
    return None


def _region_of(text: str) -> str | None:
    match = _GOVERNMENT.match(text.strip())
    if match is not None and _plausible(match["region"]):
        return match["region"]
    match = re.match(rf"^(?P<region>(?:{_PLACE}){{1,3}})$", text.strip())
    return match["region"] if match is not None and _plausible(match["region"]) else None


def _plausible(region: str) -> bool:
    if re.match(r"^[各全本我市省区县州]|^有关|^关于|^为|^深化|^根据", region):
        return False
    return 2 < len(region) <= 20 or region.startswith(vocabulary.PROVINCES)


def _issuer(title: str, signature: str | None, region: str | None) -> str | None:
    if signature:
        return signature
    named = title.partition("关于")[0].strip() if "关于" in title else ""
    if not named:
        return None
    # 市政府办公室 of a page that says which city: 徐州市 + 人民政府办公室
    short = re.match(r"^(?:省|市|区|县|州)(?:人民)?政府(?P<office>办公厅|办公室)?$", named)
    if short is not None and region:
        return f"{region}人民政府{short['office'] or ''}"
    return named
