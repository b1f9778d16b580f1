"""Names of public bodies: splitting a list of them, and carrying over the level in front.

省卫生厅、财政厅 means 省卫生厅 and 省财政厅; 天津保监局 or 各区人民政府 stay as they are.
"""

from __future__ import annotations

import re
from itertools import pairwise

from documents.parsing import vocabulary

# 各县、市、区人民政府, 各县(市、区)政府 and 各乡镇、街道 are one body; the pauses inside do not
# separate.
_KINDS = r"(?:自治[县州旗]|县|市|区|州|盟|旗|乡镇|乡|镇|街道|苏木|嘎查)"
_ALL_GOVERNMENTS = re.compile(
    rf"各(?:{_KINDS}[、和及]?"
    rf"|[(〔\[](?:{_KINDS}、?){{1,6}}[)〕\]][、和及]?){{2,6}}"
    r"(?:人民政府|党委政府|政府|管委会|办事处)"
    rf"|各{_KINDS}(?:[、和及]{_KINDS}){{1,5}}(?=$|[、,;。\s])"
)
_CONJUNCTION = re.compile(r"(以及|和|及|与|暨)")
_LEADING = re.compile(
    r"^(?:(?:以上|上述|前述)(?:各|[\d一二两三四五六七八九十]{1,3})(?:项|条|款)(?:工作|任务|内容)?(?:均|都)?(?=由)"
    r"|由|及|和|以及|与|会同|并|或|其中|[::\-—·*★☆▲●【\[<〈])+"
)
_TRAILING = re.compile(r"[。.;:!?·*]+$")
_OPEN_END = re.compile(
    r"等(?:\d{1,2}个?|[一二三四五六七八九十]{1,3}个?)?(?:有关|相关|各有关|各相关|各|其他)?(?:部门|单位|部委|地区|机构|成员单位|部门和单位"
    r"|单位和部门)?$"
)
_BRACKETED = re.compile(r"(?:\([^()]{0,40}\)|〔[^〔〕]{0,40}〕)$")
_NOBODY = {"", "无", "/", "-", "—", "——", "\\", "暂无", "待定"}
_HAN = re.compile(r"[\u4e00-\u9fff]")


def split_names(text: str) -> tuple[list[str], bool]:
    """The names in a list, and whether the list is left open (…等部门)."""
    names: list[str] = []
    is_open = False
    for part in _split_marks(text):
        for name in _split_conjunction(part):
            name = _TRAILING.sub("", _LEADING.sub("", name.strip()))
            shortened = _OPEN_END.sub("", name)
            if shortened != name:
                is_open = True
                name = shortened
            names += [one for one in _split_run_on(name) if one not in _NOBODY]
    return names, is_open


# 市民政局市卫生计生局: the mark between two names was lost, the level word begins the second.
_RUN_ON = re.compile(r"(?<=[局委办厅会])(?=(?P<level>自治区|[省市县区州盟旗])[\u4e00-\u9fff]{2})")


def _split_run_on(name: str) -> list[str]:
    level = vocabulary.LEVEL.match(name)
    if level is None:
        return [name]
    cuts = [
        match.start()
        for match in _RUN_ON.finditer(name)
        if match["level"] == level[0] and is_body(name[: match.start()])
    ]
    whole = [name[a:b] for a, b in pairwise([0, *cuts, len(name)])]
    # 市委市政府 is one body, and 市委办公室 one name.
    each = all(len(one) >= 4 and is_body(one) and vocabulary.LEVEL.match(one) for one in whole)
    return whole if each else [name]


def _split_marks(text: str) -> list[str]:
    """Split at 、 , ; and spaces, but not inside brackets nor inside 各县、市、区人民政府."""
    text = _BLANKS.sub(_without_idle_blanks, text)
    protected = [match.span() for match in _ALL_GOVERNMENTS.finditer(text)]
    guard = 0
    parts, begin, depth = [], 0, 0
    for index, char in enumerate(text):
        while guard < len(protected) and protected[guard][1] <= index:
            guard += 1
        if char in "(〔[":
            depth += 1
        elif char in ")〕]":
            depth = max(0, depth - 1)
        elif char in "、,;\n\t /" and depth == 0:
            if guard < len(protected) and protected[guard][0] <= index:
                continue
            parts.append(text[begin:index])
            begin = index + 1
    parts.append(text[begin:])
    return [part for part in parts if part.strip()]


# 市卫 生 局: blanks inside one name. Between whole names they separate: 市卫生局 市财政局.
_BLANKS = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]+(?: +[\u4e00-\u9fff]+)+")


def _without_idle_blanks(match: re.Match[str]) -> str:
    pieces = match[0].split()
    whole = all(is_body(_OPEN_END.sub("", piece)) for piece in pieces)
    return match[0] if whole else "".join(pieces)


def _split_conjunction(part: str) -> list[str]:
    """Split A和B only where both sides are whole names: 发展和改革委员会 is one name."""
    protected = [match.span() for match in _ALL_GOVERNMENTS.finditer(part)]
    pieces, begin = [], 0
    for match in _CONJUNCTION.finditer(part):
        if not any(start <= match.start() < end for start, end in protected):
            pieces += [part[begin : match.start()], match[0]]
            begin = match.end()
    pieces.append(part[begin:])
    names = [pieces[0]]
    for conjunction, right in zip(pieces[1::2], pieces[2::2], strict=True):
        left = names[-1]
        # 国家卫生健康委等和地方人民政府: the list before it may be left open.
        whole = is_body(_OPEN_END.sub("", left)) and len(left) >= 3
        if whole and is_body(right) and len(right) >= 2:
            names.append(right)
        else:
            names[-1] = left + conjunction + right
    return names


def is_body(name: str) -> bool:
    """Does this read like the name of a public body?"""
    bare = _BRACKETED.sub("", name)
    if not 2 <= len(bare) <= 40 or not _HAN.search(bare):
        return False
    return bool(vocabulary.BODY_SUFFIX.search(bare)) or bare.startswith(("各", "有关", "相关"))


# 公安和平分局: a branch says itself where it belongs.
_BRANCH = re.compile(r"(?:公安|国土资源|工商|规划)[\u4e00-\u9fff]{2,4}分局$")


# 乡村振兴局, 住房城乡建设厅: 乡, 村 and 区 here are what the office is for, not whose it is.
_FIELD_OF_WORK = re.compile(
    r"(?:乡村|农村|村镇|区域|城乡|城市|城镇|市场|市容|市政|县域)(?!委)|住房[和与]?城乡|自然资源和?规划|国土资源[和与]?城乡"
)
# 某某旅游先行区管理局: the office of one named zone.
_OF_A_PLACE = re.compile(
    r"^[\u4e00-\u9fff]{4,}(?:先行|示范|试验|旅游|度假|风景|保税|开发|合作|功能|高新|经开|自贸)区"
    r"(?:管理局|管委会|管理委员会)$"
)


class LevelCarrier:
    """Gives 财政厅 the 省 of the 省卫生厅 before it. One carrier per responsibility."""

    def __init__(self, region: str | None = None) -> None:
        self._region = (region or "").rstrip("省市区县州")
        self._level = ""
        self._organ = ""

    def spell_out(self, name: str) -> str:
        level = vocabulary.LEVEL.match(name)
        if level is not None:
            self._level = level[0]
            self._organ = level[0] + "委" if name.startswith(level[0] + "委") else ""
            return name
        if not self._level or self._stands_alone(name):
            return name
        # 市委组织部、宣传部: the second is a party office as the first.
        if self._organ and re.match(r"(?:组织|宣传|统战)部|政法委", name):
            return self._organ + name
        return self._level + name

    def _stands_alone(self, name: str) -> bool:
        if _FIELD_OF_WORK.match(name):
            return False
        if (
            _OF_A_PLACE.search(name)
            or vocabulary.OWN_LEVEL.match(name)
            or _BRANCH.match(name)
            or name.startswith(vocabulary.PROVINCES)
        ):
            return True
        if self._region and name.startswith(self._region):
            return True
        return not vocabulary.CARRIED_SUFFIX.search(_BRACKETED.sub("", name))
