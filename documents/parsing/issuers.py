"""Which body issued a notice, and for which region."""

from __future__ import annotations

import re
from datetime import date

from documents.parsing import vocabulary
from documents.parsing.cleaning import fold
from documents.parsing.issue_dates import date_alone

_ORG = (
    r"(?:人民政府办公厅|人民政府办公室|政府办公厅|政府办公室|人民政府|委员会办公室|委员会"
    r"|领导小组办公室|领导小组|管委会|办公厅|办公室|局|厅|委|部)"
)

SIGNATURE = re.compile(rf"^[\u4e00-\u9fff、\s]{{2,60}}{_ORG}(?:\([^()]{{1,12}}\))?$")
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


def signature_of(folded: list[str], issued: date | None) -> str | None:
    """The line above the date, or the issuer written before the date on the same line."""
    for index, line in enumerate(folded):
        day = date_alone(line)
        if day is None or (issued is not None and day != issued):
            continue
        before = re.sub(
            r"(?:\d{4}年.*|[一二][〇○零一二三四五六七八九ΟO0]{3}年.*)$", "", line
        ).strip()
        if SIGNATURE.match(before):
            return before
        if index > 0 and SIGNATURE.match(folded[index - 1]) and len(folded[index - 1]) <= 40:
            return folded[index - 1]
    return None


def region_of(title: str, signature: str | None, folded: list[str], body_from: int) -> str | None:
    """In full, from the first of these that names it: title, signature, page owner, plan, addressees."""
    issuer = fold(title).partition("关于")[0] if "关于" in title else ""
    for source in (signature or "", issuer):
        if re.match(r"国务院|国家|中共中央|全国", source):
            return "全国"
        region = _named_region(source)
        if region is not None:
            return region
    for line in folded:
        owner = _OWNER.match(line.lstrip("•·© "))
        if owner is not None and (region := _named_region(line.lstrip("•·© ")[owner.end() :])):
            return region
    for source in (title, *folded[: min(body_from, 60)]):
        match = re.match(
            rf"^(?:关于)?(?:印发)?《?(?P<region>(?:{_PLACE}){{1,2}})(?=[\u4e00-\u9fff\d“])",
            fold(source),
        )
        if match is not None and _plausible(match["region"]) and "通知" in source + "通知":
            return match["region"]
    return None


def _named_region(text: str) -> str | None:
    match = _GOVERNMENT.match(text.strip())
    if match is not None and _plausible(match["region"]):
        return match["region"]
    match = re.match(rf"^(?P<region>(?:{_PLACE}){{1,3}})$", text.strip())
    return match["region"] if match is not None and _plausible(match["region"]) else None


def _plausible(region: str) -> bool:
    if re.match(r"^[各全本我市省区县州]|^有关|^关于|^为|^深化|^根据", region):
        return False
    return 2 < len(region) <= 20 or region.startswith(vocabulary.PROVINCES)


def issuer_of(title: str, signature: str | None, region: str | None) -> str | None:
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
