"""Names of provinces, cities and counties, from the register of regions that the product ships."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

_REGISTER = Path(__file__).resolve().parents[2] / "fixtures" / "regions.csv"
_ENDING = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|省|市|区|县|州|盟|旗)$")
_LONGEST = 16

# A place that is not on the register (older notices, renamed counties) is known by its ending.
_UNLISTED = re.compile(
    r"[\u4e00-\u9fff]{2,12}?(?:特别行政区|自治区|自治州|自治县|自治旗)"
    r"|[\u4e00-\u9fff]{2,5}?(?:地区|省|市|区|县|州|盟|旗)(?![民场容域级直属内外辖])"
)
# … unless a common word ends like one: 推进社区, 建设国家健康城市.
_COMMON_WORD = re.compile(
    r"^[各全本我市省区县州为]|^(?:有关|关于|深化|根据|健康|国家|直辖|推进|加强|做好|开发区|高新区|经开区)"
    r"|(?:社|园|灾|校|院|景|城|辖|片|小|牧|林|矿|山|新|发)区$|(?:城|都|集|超|上|股)市$|大力|全面|加快"
)

_PART = re.compile(r"^[^委府厅局]+(?:市|区|县|旗)$")


@lru_cache(maxsize=1)
def _register() -> tuple[frozenset[str], dict[str, str]]:
    """Every name in full, and provinces and cities by their short names: 徐州 -> 徐州市."""
    try:
        with _REGISTER.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError:
        return frozenset(), {}  # the endings still tell
    cities = {
        _ENDING.sub("", row["name"]): row["name"]
        for row in rows
        if row["level"] in ("province", "prefecture")
    }
    return frozenset(row["name"] for row in rows), cities


def place_at(text: str) -> str | None:
    """The place a text begins with, with those below it that follow (上海市普陀区), or None."""
    first = listed_place_at(text) or _unlisted(text)
    if first is None:
        return None
    place = first
    for _ in range(2):
        rest = text[len(place) :]
        following = listed_place_at(rest) or _unlisted(rest)
        if following is None or not _PART.match(following):
            break
        place += following
    return place


def in_full(place: str, text: str) -> str:
    """渝北区 where the text also says 重庆市渝北区: there is more than one 普陀区."""
    if not place.endswith("区"):
        return place
    for match in re.finditer(re.escape(place), text):
        for size in (3, 4, 5):
            above = text[max(0, match.start() - size) : match.start()]
            if above.endswith("市") and above in _register()[0]:
                return above + place
    return place


def listed_place_at(text: str) -> str | None:
    """The longest name on the register that the text begins with."""
    names, _ = _register()
    sizes = range(min(_LONGEST, len(text)), 1, -1)
    return next((text[:size] for size in sizes if text[:size] in names), None)


def _unlisted(text: str) -> str | None:
    match = _UNLISTED.match(text)
    return None if match is None or _COMMON_WORD.search(match[0]) else match[0]


def city_named(text: str) -> str | None:
    """The city or province whose short name the text begins with: 徐州经济技术开发区 -> 徐州市."""
    _, cities = _register()
    return next((city for size in (4, 3, 2) if (city := cities.get(text[:size]))), None)
