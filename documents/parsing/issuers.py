"""Which body issued a notice, and for which region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from documents.parsing.fields import Field, Piece, values
from documents.parsing.folding import fold
from documents.parsing.issue_dates import date_alone
from documents.parsing.places import city_named, in_full, place_at

_ORG = (
    r"(?:人民政府办公厅|人民政府办公室|政府办公厅|政府办公室|人民政府|政府|行政公署|行署|委员会办公室|委员会"
    r"|领导小组办公室|领导小组|指挥部|联席会议办公室|联席会议|管委会|管理委员会|办公厅|办公室|总局|局|厅|委|部|委办)"
)
SIGNATURE = re.compile(rf"^[\u4e00-\u9fff、\s]{{2,60}}{_ORG}(?:\([^()]{{1,12}}\))?$")
# 某省人民政府贯彻国务院关于…的意见: the issuer ends where it begins to act.
_ACTING = re.compile(rf"^(?P<issuer>[\u4e00-\u9fff]{{2,30}}?{_ORG})(?:贯彻|落实|批转|转发|印发)")
_RED_HEAD = re.compile(rf"^(?P<issuer>[\u4e00-\u9fff\s]{{2,40}}{_ORG})文件$")
_NATIONAL = re.compile(r"^(?:国务院|国家|中共中央|中央|全国|中国)")
_FIGURES = re.compile(r"20\d{4,6}")  # a date that lost its characters
_SHORT = re.compile(r"^(?:省|市|区|县|州|自治区|盟|旗)(?:人民)?政府(?P<office>办公厅|办公室)?$")

# The first character of a province's notices. It says so only where a province writes: 云府办发 is
# also what 云岩区 puts on its own.
_PROVINCE_MARKS = {
    "京": "北京市", "津": "天津市", "冀": "河北省", "晋": "山西省", "内": "内蒙古自治区", "辽": "辽宁省",
    "吉": "吉林省", "黑": "黑龙江省", "沪": "上海市", "苏": "江苏省", "浙": "浙江省", "皖": "安徽省",
    "闽": "福建省", "赣": "江西省", "鲁": "山东省", "豫": "河南省", "鄂": "湖北省", "湘": "湖南省",
    "粤": "广东省", "桂": "广西壮族自治区", "琼": "海南省", "渝": "重庆市", "川": "四川省", "黔": "贵州省",
    "云": "云南省", "藏": "西藏自治区", "陕": "陕西省", "甘": "甘肃省", "青": "青海省",
    "宁": "宁夏回族自治区", "新": "新疆维吾尔自治区",
}  # fmt: skip
_PROVINCE_WRITES = re.compile(
    r"(?:^|[,、])(?:省|自治区)(?:人民政府|政府|直|级|有关|各)|我省|全省|各盟行政公署|各委办厅局"
)
_BEFORE_PLAN = re.compile(r"^(?:.{0,12}关于)?(?:印发|下达|公布|转发|实施|做好|推进)?《?")
_TO_ALL = re.compile(r"^各省、自治区、直辖市")
_ZONE_OFFICE = re.compile(
    r"^(?P<zone>[\u4e00-\u9fff]{3,20}(?:区|园))(?:党工委)?(?:管委会|管理委员会)"
)
_ZONE = re.compile(
    r"(?:^|[,、])(?P<zone>[\u4e00-\u9fff]{2,4}?)(?:经济|国家|高新|医药|综合|出口|保税|循环)[\u4e00-\u9fff]{0,12}区"
)


def signature_of(pieces: list[Piece], issued: date | None) -> str | None:
    """The line above the date, or the issuer written before the date on the same line."""
    for index, piece in enumerate(pieces):
        day = date_alone(piece.text)
        before = re.sub(r"(?:\d{4}\s?年?.*|[一二].{3}年.*)$", "", piece.text).strip()
        if day is None and not (before and _FIGURES.fullmatch(piece.text[len(before) :].strip())):
            continue
        if None not in (day, issued) and day != issued:
            continue
        if SIGNATURE.match(before):
            return re.sub(r"\s", "", before)
        # (某局代章) may stand between the signature and the date.
        above = next((p.text for p in pieces[:index][:-3:-1] if not p.text.startswith("(")), "")
        if SIGNATURE.match(above) and len(above) <= 40:
            return re.sub(r"\s", "", above)
    return None


def issuer_of(
    title: str, signature: str | None, pieces: list[Piece], fields: list[Field], region: str | None
) -> str | None:
    """The signature, else who the title, the red head or the page's table names."""
    if signature is not None:
        return signature
    named = next(_issuers(title, None, pieces, fields), None)
    short = _SHORT.match(named) if named else None
    # 市政府办公室 of a page that says which city: 徐州市 + 人民政府办公室
    if short is not None and region is not None:
        return f"{region}人民政府{short['office'] or ''}"
    return named


def _issuers(
    title: str, signature: str | None, pieces: list[Piece], fields: list[Field]
) -> Iterator[str]:
    """Everyone the file calls the issuer, the surest first."""
    if signature is not None:
        yield signature
    folded = fold(title)
    named = folded.partition("关于")[0].strip() if "关于" in folded else ""
    acting = _ACTING.match(folded)
    if SIGNATURE.match(named) and not (acting and acting.end() < len(named)):
        yield named
    elif acting is not None:
        yield acting["issuer"]
    for piece in pieces:
        if (head := _RED_HEAD.match(piece.text)) is not None:
            yield re.sub(r"\s", "", head["issuer"])
    for field in values(fields, "issuer"):
        if SIGNATURE.match(field.value):
            yield field.value


def region_of(
    title: str,
    number: str | None,
    signature: str | None,
    pieces: list[Piece],
    fields: list[Field],
    first_item: int,
) -> str | None:
    """The region of the issuing government in full, as the file names it."""
    region = _region_of(title, number, signature, pieces, fields, first_item)
    return None if region is None else in_full(region, "\n".join(piece.text for piece in pieces))


def _region_of(
    title: str,
    number: str | None,
    signature: str | None,
    pieces: list[Piece],
    fields: list[Field],
    first_item: int,
) -> str | None:
    """From the first of these that tells it: issuer, number and addressees, plan, page."""
    for issuer in _issuers(title, signature, pieces, fields):
        if (region := _region_in(issuer)) is not None:
            return region
    head = [piece.text for piece in pieces if piece.line < first_item]
    if (number or "").startswith(("国发", "国办", "国卫", "国函")) or any(map(_TO_ALL.match, head)):
        return "全国"
    province = _PROVINCE_MARKS.get((number or " ")[0])
    if province is not None and any(_PROVINCE_WRITES.search(line) for line in head):
        return province
    for source in (fold(title), *head):
        if len(source) <= 100 and (region := place_at(_BEFORE_PLAN.sub("", source))) is not None:
            return region
    for index in range(len(title)):  # 推进健康泰州建设实施方案
        if (region := city_named(title[index:])) is not None:
            return region
    for line in head:
        zone = _ZONE.search(line)
        if zone is not None and (region := city_named(zone["zone"])) is not None:
            return region
    for field in values(fields, "owner"):
        if (region := _region_in(field.value)) is not None:
            return region
    return None


def _region_in(issuer: str) -> str | None:
    issuer = issuer.removeprefix("中共")
    if _NATIONAL.match(issuer) or re.fullmatch(r"[\u4e00-\u9fff]{2,10}部(?:办公厅)?", issuer):
        return "全国"
    zone = _ZONE_OFFICE.match(issuer)
    return zone["zone"] if zone is not None else place_at(issuer)
