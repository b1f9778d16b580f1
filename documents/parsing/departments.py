"""Names of public bodies: splitting a list of them, and carrying over the level in front.

省卫生厅、财政厅 means 省卫生厅 and 省财政厅; 天津保监局 or 各区人民政府 stay as they are.
"""

from __future__ import annotations

import re

from documents.parsing import vocabulary

# 各县、市、区人民政府 and 各县(市、区)政府 are one body; the pauses inside do not separate.
_ALL_GOVERNMENTS = re.compile(
    r"各(?:(?:县|市|区|州|盟|旗|乡镇|乡|镇|街道)[、和及]?"
    r"|[(〔\[][县市区州盟旗乡镇街道、]{1,12}[)〕\]][、和及]?){2,6}"
    r"(?:人民政府|党委政府|政府|管委会|办事处)"
)
_CONJUNCTION = re.compile(r"(以及|和|及|与|暨)")
_LEADING = re.compile(r"^(?:由|及|和|以及|与|会同|并|或|其中|[::\-—·*★☆▲●【\[<〈])+")
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
            if name not in _NOBODY:
                names.append(name)
    return names, is_open


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
        if (
            vocabulary.OWN_LEVEL.match(name)
            or _BRANCH.match(name)
            or name.startswith(vocabulary.PROVINCES)
        ):
            return True
        if self._region and name.startswith(self._region):
            return True
        return not vocabulary.CARRIED_SUFFIX.search(_BRACKETED.sub("", name))
