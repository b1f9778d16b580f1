"""Two spellings of one name come to the same form: 市人社局 and 市人力资源和社会保障局."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from departments.naming import words

# The word a name begins with to say whose department it is. 市场监管局 and 市政公用局 do not.
LEVEL_WORD = re.compile(
    r"自治区|自治州|自治县|地区|林区|特区|新区|省(?!级)|州|盟|旗|县(?!域|级)"
    r"|市(?!场|监局|监管|政公用|政工程|政园林|政管理|政设施|容|属|级|直)|区(?!域|块|划|级)"
)
_CONNECTIVES = re.compile("[和与及、]")
_BODY_END = re.compile(
    r"(?:行政主管部门|行政部门|主管部门|部门|委办|局|厅|委|办|部|署|中心|处|会)$"
)
_DEPARTMENT_AT_LARGE = re.compile(r"(?:行政主管部门|行政部门|主管部门|部门)$")
# 国家税务总局徐州市税务局: the ministry in front says nothing the end does not say.
_MINISTRY = re.compile(
    r"^(?:国家(?=税务总局)税务总局|国家金融监督管理总局|国家金融监管总局"
    r"|中国(?:银行保险|银行业|保险|证券)监督管理委员会|国家统计局|中国(?=人民银行|人寿))"
)
_MINISTRIES_OFFICE = {
    "国家金融": "金融监管局",
    "中国银行保险": "银保监局",
    "中国银行业": "银监局",
    "中国保险": "保监局",
    "中国证券": "证监局",
}
_GOVERNMENTS = re.compile(
    r"^(?:各|全部|所有)(?P<units>[县市区州盟旗乡镇街道村]+)(?:人民)?"
    r"(?P<what>政府|管委会|党委政府|政府管委会|办事处)?$"
)
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西"
    "|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各"
)


def tidy(name: str) -> str:
    """One width of characters and no blanks: documents break names over lines."""
    return "".join(unicodedata.normalize("NFKC", name).split())


@dataclass(frozen=True)
class Place:
    """A region as names speak of it. `above`: the names of the regions over it, nearest first."""

    name: str
    above: tuple[str, ...] = ()

    @cached_property
    def level_words(self) -> tuple[str, ...]:
        """What its departments' names begin with: 省, 市, 区 …; the usual one first."""
        if self.name == "全国":
            return ("国家",)
        for end, usual in _LEVEL_WORDS.items():
            if self.name.endswith(end):
                return usual
        return (self.name[-1:],)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """徐州市 and 徐州; 恩施土家族苗族自治州, 恩施州 and 恩施. The longest first."""
        found = {self.name}
        end = next((end for end in _LEVEL_WORDS if self.name.endswith(end)), self.name[-1:])
        stem = self.name.removesuffix(end)
        bare = _without_peoples(stem)
        for short in (stem, bare):
            if len(short) >= 2:
                found |= {short, short + self.level_words[0]}
        return tuple(sorted(found, key=len, reverse=True))

    @cached_property
    def _prefix(self) -> re.Pattern[str]:
        """The place in front of a name, with the regions above before it or not."""
        own = "|".join(map(re.escape, self.spellings))
        above = "".join(
            f"(?:{'|'.join(map(re.escape, _spellings(each)))})?" for each in reversed(self.above)
        )
        return re.compile(f"^(?:中共|中国共产党)?{above}(?:{own})(?=.)")

    def without_place(self, name: str) -> str | None:
        """卫生局 of 徐州市卫生局, 徐州卫生局, 江苏省徐州市卫生局; None where the place is not named."""
        found = self._prefix.match(name)
        return name[found.end() :] if found else None

    def without_level(self, name: str) -> str | None:
        """卫生局 of 市卫生局; None where the name does not begin with this level's word."""
        name = re.sub("^中共(?=.委)", "", name)
        found = LEVEL_WORD.match(name)
        if found and found[0] in self.level_words:
            return name[found.end() :]
        return None

    def without_inner_place(self, name: str) -> str:
        """国家税务总局税务局 of 国家税务总局徐州市税务局: the place inside a name."""
        if not (
            _MINISTRY.match(name) or name.startswith(("共青团", "团", "人民银行", "人行", "驻"))
        ):
            return name
        for place in (*self.spellings, *self.level_words):
            if place in name[1:]:
                return name[0] + name[1:].replace(place, "", 1)
        return name


_LEVEL_WORDS = {
    "自治区": ("自治区", "区"),
    "自治州": ("州", "自治州"),
    "自治县": ("县", "自治县"),
    "自治旗": ("旗",),
    "地区": ("地区",),
    "林区": ("林区", "区"),
    "特区": ("特区", "区"),
    "新区": ("新区", "区"),
}


def _without_peoples(stem: str) -> str:
    """恩施 of 恩施土家族苗族, 广西 of 广西壮族, 新疆 of 新疆维吾尔."""
    return re.sub(f"(?:(?:{_PEOPLES})族|(?<!内)蒙古|维吾尔|哈萨克|柯尔克孜)+$", "", stem)


def _spellings(name: str) -> tuple[str, ...]:
    return Place(name).spellings


@lru_cache(maxsize=20_000)
def plain(core: str) -> str:
    """The form all spellings of a name without its place come to: 人力资源社会保障局."""
    if found := _GOVERNMENTS.match(_BRACKETS.sub("", _CONNECTIVES.sub("", core))):
        units = "".join(sorted(set(found["units"].replace("街道", "街"))))
        return f"各{units}{found['what'] or '政府'}"
    core = _CONNECTIVES.sub("", core)
    if found := _MINISTRY.match(core):
        rest = core[found.end() :]
        office = next((v for k, v in _MINISTRIES_OFFICE.items() if found[0].startswith(k)), "")
        core = office or rest
    core = _expanded(core)
    if core.startswith("政府") and len(core) > 4:
        core = core.removeprefix("政府")  # 市政府国资委, 市政府法制办, yet 市政府办 stays
    if core.endswith(("支行", "中支", "分行")):
        core = re.sub("(?:中心支行|营业管理部|中支|支行|分行)$", "", core)
    core = re.sub("(?:(?:股份)?(?:有限)?(?:责任)?(?:分)?公司)+$", "公司", core)
    core = re.sub("(?:监管)?分局$", "局", core)
    return re.sub("^(?:共青)?团委$", "团委", core)


_BRACKETS = re.compile(r"[()\[\]〔〕]")


@lru_cache(maxsize=20_000)
def alike(core: str) -> str:
    """A looser form, for where nobody has the very name: 数据局 of 大数据管理局."""
    text = plain(core)
    if found := _GOVERNMENTS.match(text):
        # 各区 and 各县(市、区) are the same where only one of them is on record; 各乡镇 are others.
        units = set(found["units"])
        return (
            "各乡镇" if units & set("乡镇街村") else "各县区" if units & set("县区旗") else "各市州"
        )
    if len(text) >= 3 and text.startswith("委"):
        text = text.removeprefix("委")  # 市委编办, 市编办
    end = _BODY_END.search(text)
    stem, suffix = (text[: end.start()], end[0]) if end else (text, "")
    stem = _LIKE.get(stem, stem)
    for word in words.LEFT_OUT:
        stem = stem.replace(word, "") or stem
    return _LIKE.get(stem, stem) + suffix


def field_of(core: str) -> str:
    """The looser form without its ending: 卫生 of 卫生局, 卫生厅 and 卫生行政部门."""
    text = alike(core)
    return _BODY_END.sub("", text) or text


def is_department_at_large(name: str) -> bool:
    """卫生行政部门, 财政部门: whichever body of the level has that field."""
    return bool(_DEPARTMENT_AT_LARGE.search(name))


def without_bracket(name: str) -> tuple[str, str] | None:
    """(市卫生局, 市计生委) of 市卫生局(市计生委); None where there is no bracket at the end."""
    found = re.fullmatch(r"(?P<outer>[^()]{2,})\((?P<inner>[^()]{2,})\)", name)
    return (found["outer"], found["inner"]) if found else None


def _table(lines: str) -> Iterable[tuple[str, list[str]]]:
    for line in lines.strip().splitlines():
        target, *spellings = line.split()
        yield target, spellings


def _in_full(spelling: str) -> list[str]:
    """农业委员会 for 农业委: where the short form is known, so is the one in full."""
    ends = {"委": "员会", "办": "公室"}
    return [spelling + ends[spelling[-1]]] if spelling[-1] in ends else []


# A target stands for itself, so that 应急 inside 应急管理 is not spelled out once more.
_SPELLED = {
    whole: target
    for target, spellings in _table(words.SPELLINGS)
    for spelling in (target, *spellings)
    for whole in (spelling, *_in_full(spelling))
}
_LIKE = {
    spelling: target for target, spellings in _table(words.LIKENESSES) for spelling in spellings
}
_ANY_SPELLING = re.compile("|".join(sorted(map(re.escape, _SPELLED), key=len, reverse=True)))


def _expanded(text: str) -> str:
    """Twice: the second reading joins what the first has spelled out (机构编制委 + 办)."""
    for _ in range(2):
        text = _ANY_SPELLING.sub(lambda found: _SPELLED[found[0]], text)
    return text
