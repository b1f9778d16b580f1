"""The numbers that Word draws before paragraphs (一、 （一） 1.) and that stand in no paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_STYLES = 30  # one based on another


@dataclass(slots=True)
class Level:
    form: str
    text: str
    start: int
    restart: int | None  # the level, from 1, whose use starts this one again; 0 never
    style: str
    gap: str  # between the number and the text


@dataclass(slots=True)
class _Style:
    number: str
    depth: int | None
    based_on: str


@dataclass(slots=True)
class Numbering:
    """Counts on as Word does, paragraph by paragraph."""

    abstracts: dict[str, etree._Element] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # read when first used
    own_levels: dict[tuple[str, int], Level] = field(default_factory=dict)  # of one list
    starts: dict[str, dict[int, int]] = field(default_factory=dict)  # of one list
    abstract_of: dict[str, str] = field(default_factory=dict)
    styles: dict[str, _Style] = field(default_factory=dict)
    default_style: str = ""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
        """From the roots of numbering.xml and styles.xml, either of which may be missing."""
        found = cls()
        if styles is not None:
            found._load_styles(styles)
        if numbering is not None:
            found._load_lists(numbering)
        return found

    def before(self, paragraph: etree._Element) -> str:
        """The number Word draws before this paragraph, and the count moves on."""
        place = self._place(paragraph)
        if place is None:
            return ""
        number, depth = place
        level = self._level(number, depth)
        if level is None:
            return ""
        counts = self._count(number, depth, level)
        if level.form in ("bullet", "none") or "%" not in level.text:
            return ""
        drawn = re.sub(
            r"%([1-9])", lambda match: self._drawn(number, int(match[1]) - 1, counts), level.text
        )
        return drawn + (level.gap if drawn[-1:].isalnum() else "")

    # --- reading the definitions -----------------------------------------------------------------

    def _load_styles(self, root: etree._Element) -> None:
        for style in root.iterchildren(f"{W}style"):
            name = style.get(f"{W}styleId") or ""
            properties = style.find(f"{W}pPr/{W}numPr")
            number, depth = _number_of(properties)
            self.styles[name] = _Style(number, depth, _value(style, "basedOn", ""))
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self.default_style = name

    def _load_lists(self, root: etree._Element) -> None:
        links: dict[str, str] = {}
        for abstract in root.iterchildren(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId") or ""
            if link := _value(abstract, "numStyleLink", ""):
                links[name] = link
            self.abstracts[name] = abstract
        for item in root.iterchildren(f"{W}num"):
            number = item.get(f"{W}numId") or ""
            self.abstract_of[number] = _value(item, "abstractNumId", "")
            for override in item.iterchildren(f"{W}lvlOverride"):
                depth = integer(override.get(f"{W}ilvl"), 0)
                if (start := _value(override, "startOverride", "")) != "":
                    self.starts.setdefault(number, {})[depth] = integer(start, 1)
                for own, level in _levels(override):
                    self.own_levels[number, own] = level
        for number, name in self.abstract_of.items():
            style = self.styles.get(links.get(name, ""))
            if style is not None:
                self.abstract_of[number] = self.abstract_of.get(style.number, name)

    # --- where a paragraph stands ------------------------------------------------------------------

    def _place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """The list and the level of a paragraph: its own, else its style's."""
        properties = paragraph.find(f"{W}pPr")
        number, depth = "", None
        name = self.default_style
        if properties is not None:
            number, depth = _number_of(properties.find(f"{W}numPr"))
            name = _value(properties, "pStyle", name)
        if number == "":
            number, styled, name = self._of_style(name)
            depth = styled if depth is None else depth
            if depth is None:
                depth = self._depth_for(number, name)
        return None if number in ("", "0") else (number, depth or 0)

    def _of_style(self, name: str) -> tuple[str, int | None, str]:
        depth: int | None = None
        for _ in range(_MAX_STYLES):
            style = self.styles.get(name)
            if style is None:
                break
            depth = style.depth if depth is None else depth
            if style.number:
                return style.number, depth, name
            name = style.based_on
        return "", None, ""

    def _depth_for(self, number: str, style: str) -> int:
        """The level that names the style as its own."""
        for depth, level in self._levels_of(number).items():
            if level.style == style:
                return depth
        return 0

    def _level(self, number: str, depth: int) -> Level | None:
        own = self.own_levels.get((number, depth))
        return own or self._levels_of(number).get(depth)

    def _levels_of(self, number: str) -> dict[int, Level]:
        name = self.abstract_of.get(number, "")
        if name not in self.levels:
            abstract = self.abstracts.get(name)
            self.levels[name] = {} if abstract is None else dict(_levels(abstract))
        return self.levels[name]

    def _count(self, number: str, depth: int, level: Level) -> dict[int, int]:
        """Lists of one definition count on, unless one of them says where it begins."""
        counts = self.counts.setdefault(self.abstract_of.get(number, ""), {})
        if number not in self.begun:
            self.begun.add(number)
            for overridden, start in self.starts.get(number, {}).items():
                counts[overridden] = start - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [known for known in counts if known > depth]:
            below = self._level(number, deeper)
            restart = below.restart if below is not None else None
            if restart is None or depth < restart:
                del counts[deeper]
        return counts

    def _drawn(self, number: str, depth: int, counts: dict[int, int]) -> str:
        level = self._level(number, depth)
        if level is None:
            return ""
        return draw(level.form, counts.get(depth, level.start))


def _number_of(properties: etree._Element | None) -> tuple[str, int | None]:
    if properties is None:
        return "", None
    depth = _value(properties, "ilvl", "")
    return _value(properties, "numId", ""), integer(depth, 0) if depth else None


def _levels(parent: etree._Element) -> Iterator[tuple[int, Level]]:
    for level in parent.iterchildren(f"{W}lvl"):
        said = {child.tag: child.get(f"{W}val") or "" for child in level}
        form = said.get(f"{W}numFmt", "")
        if not form:  # an own form stands in an alternative
            own = next(level.iter(f"{W}numFmt"), None)
            form = "decimal" if own is None else own.get(f"{W}val") or "decimal"
        restart = said.get(f"{W}lvlRestart", "")
        yield (
            integer(level.get(f"{W}ilvl"), 0),
            Level(
                form=form,
                text=said.get(f"{W}lvlText", ""),
                start=integer(said.get(f"{W}start"), 1),
                restart=integer(restart, 0) if restart else None,
                style=said.get(f"{W}pStyle", ""),
                gap="" if said.get(f"{W}suff") == "nothing" else " ",
            ),
        )


def _value(parent: etree._Element, name: str, default: str) -> str:
    child = parent.find(f"{W}{name}")
    return default if child is None else child.get(f"{W}val") or default


def integer(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"[0-9]{1,5}", value) else default


# --- the forms of a number -----------------------------------------------------------------------

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
# The first sign of a row of signs for 1, 2, 3 …, and how many there are.
_ROWS = {
    "decimalEnclosedCircle": ("①", 20),
    "decimalEnclosedCircleChinese": ("①", 20),
    "decimalEnclosedParen": ("⑴", 20),
    "decimalEnclosedFullstop": ("⒈", 20),
    "ideographEnclosedCircle": ("㊀", 10),
    "lowerLetter": ("a", 26),
    "upperLetter": ("A", 26),
}
_CYCLES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
_CHINESE = re.compile(r"chinese|japanese|taiwanese|korean", re.IGNORECASE)


def draw(form: str, count: int) -> str:
    """The count as the form writes it; a form nobody uses here gives plain figures."""
    if form in _ROWS and 1 <= count <= _ROWS[form][1]:
        return chr(ord(_ROWS[form][0]) + count - 1)
    if form in _CYCLES and 1 <= count <= len(_CYCLES[form]):
        return _CYCLES[form][count - 1]
    if form == "chineseLegalSimplified" and 0 < count < 10_000:
        return _spelt(count, _LEGAL, "拾佰仟")
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(_DIGITS[int(figure)] for figure in str(count))
    if _CHINESE.match(form) and 0 < count < 10_000:
        return _spelt(count, "零" + _DIGITS[1:], "十百千")
    if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        roman = _roman(count)
        return roman if form == "upperRoman" else roman.lower()
    if form == "decimalZero":
        return f"{count:02}"
    return str(count)


def _spelt(count: int, digits: str, units: str) -> str:
    """12 → 十二, 105 → 一百零五, 110 → 一百一十"""
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = count // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += digits[0] * gap + digits[digit] + (units[place - 1] if place else "")
        gap = False
    return text[1:] if units[0] == "十" and 10 <= count < 20 else text


def _roman(count: int) -> str:
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    signs = ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I")
    text = ""
    for value, sign in zip(values, signs, strict=True):
        text += sign * (count // value)
        count %= value
    return text
