"""From whatever a reader delivers to clean text: one paragraph a line, nothing invisible.

Two forms of the text are used side by side, of equal length, so that an offset holds in both:
the clean text keeps the document's own punctuation and is shown to people; the *folded* text has
half-width punctuation and is what the rules read.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from documents.parsing import vocabulary
from documents.parsing.markers import ITEM, read_marker

_FOLD = str.maketrans(
    "（），：∶；．％？！～－–―﹪﹒［］｛｝／＋＜＞０１２３４５６７８９",
    "(),::;.%?!~-——%.[]{}/+<>0123456789",
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Kangxi radicals and compatibility ideographs look like the plain character but match nothing;
# PDF fonts and old web pages are full of them.
# ⑴ ⒈ ㈠ are written out as (1) 1. (一): one sign of a font for a whole marker.
_LOOKALIKE = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\u2474-\u249b\u3220-\u3229]")

_CJK = r"\u4e00-\u9fff"
_PUNCT = r",。、;:?!()《》“”‘’〔〕【】%—.,;:?!()"
# A space beside punctuation, or between a figure and a Chinese character, was put there by a
# typesetter. Between two Chinese characters it may separate names and stays.
_IDLE_SPACE = re.compile(
    rf"(?<=[{_PUNCT}]) +(?=\S)|(?<=\S) +(?=[{_PUNCT}])|(?<=\d) +(?=[{_CJK}])|(?<=[{_CJK}]) +(?=\d)"
)
_LETTERSPACED = re.compile(rf"^(?:[{_CJK}]\s){{3,}}[{_CJK}]$")
_MARKER_TAB = re.compile(r"^([?•]?(?:\(?[\d一二三四五六七八九十]{1,3}[)、.]?|第.{1,3}[章节条]))\t+")
_PAGE_NUMBER = re.compile(
    r"^(?:[-—~]\s{0,2}\d{1,4}\s{0,2}[-—~]|第\s?\d{1,4}\s?页(?:.{0,6}共\s?\d{1,4}\s?页)?)$"
)

_ENDS_SENTENCE = re.compile(r"[。！？；：!?;:…」』]$")
_DATE_LINE = re.compile(r"^[\d一二三四五六七八九十〇○零年月日./\-]{5,20}$")
_NUMBER_LINE = re.compile(rf"^\(?[{_CJK}]{{1,16}}[〔\[(【]\d{{4}}.{{0,8}}号\)?$")
_SIGNATURE = re.compile(r"^[^、,:]{2,30}(?:政府|办公厅|办公室|委员会|领导小组|局|厅|委)$")
_LABEL = re.compile(
    r"^[(【\[]?(?:牵头|责任|配合|主办|协办|承办|参与|完成|办理|实施)[^:。,]{0,8}[】\]]?[:]"
)


def fold(text: str) -> str:
    """The same text with half-width punctuation; every character keeps its place."""
    return text.translate(_FOLD)


def clean(raw: str) -> str:
    """Clean text: one paragraph a line, no blank lines, no idle spaces."""
    lines = _tidy_lines(raw)
    paragraphs = _join_broken(lines)
    collapsed = _is_collapsed(paragraphs)
    separated = [piece for line in paragraphs for piece in _split_run_together(line, collapsed)]
    return "\n".join(separated)


def _tidy_lines(raw: str) -> list[str]:
    """Tidy lines; blank ones stay as '' because they speak against joining their neighbours."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = _INVISIBLE.sub("", text)
    text = _CONTROL.sub("", text)
    text = _LOOKALIKE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return [_tidy(piece) for line in text.split("\n") for piece in _blanks_to_line_ends(line)]


# A whole page on one line, its line ends turned into blanks: blanks before a marker, behind a full
# stop and around the number and the date of a notice stood for them.
_BLANK_MARKER = re.compile(
    r"(?<=\S)[ \u3000]+(?=\d{1,3}[.、．](?!\d)|[(（][一二三四五六七八九十]{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[章条])"
)
_BLANK_END = re.compile(
    r"(?<=[。：:])[ \u3000]+|(?<=[〕\]]\d号)[ \u3000]+|(?<=[〕\]]\d{2}号)[ \u3000]+"
    r"|(?<=[〕\]]\d{3}号)[ \u3000]+|(?<=\d日)[ \u3000]+"
    r"|[ \u3000]+(?=[\u4e00-\u9fff]{1,12}[〔\[](?:19|20)\d\d[〕\]]\d{1,4}号[ \u3000])"
    r"|[ \u3000]+(?=(?:19|20)\d\d年\d{1,2}月\d{1,2}日(?:[ \u3000]|$))"
)
_LONG_LINE = 300


def _blanks_to_line_ends(line: str) -> list[str]:
    if len(line) < _LONG_LINE or "\t" in line or len(_BLANK_MARKER.findall(line)) < 3:
        return [line]
    return _BLANK_END.sub("\n", _BLANK_MARKER.sub("\n", line)).split("\n")


def _tidy(line: str) -> str:
    line = _SPACES.sub(" ", line).strip()
    if "\t" in line:
        if line.count("\t") == 1:
            line = _MARKER_TAB.sub(r"\1", line)
        cells = [cell.strip() for cell in line.split("\t")]
        # Three cells or more are a row of a table; a single tab is typesetting.
        line = "\t".join(cells) if len(cells) >= 3 else " ".join(cell for cell in cells if cell)
    if _PAGE_NUMBER.match(fold(line)):
        return ""
    if _LETTERSPACED.match(line):
        return line.replace(" ", "")
    return _IDLE_SPACE.sub("", line)


# --- lines broken in mid-sentence ---------------------------------------------------------------

_TAIL = 400  # characters that are looked back on


def _join_broken(lines: list[str]) -> list[str]:
    """Put together paragraphs that were broken by a page's width or in copying."""
    width = _wrap_width(lines)
    paragraphs: list[list[str]] = []
    tail, length, last = "", 0, 0  # the paragraph's end, its length, that of its last line
    blank = True
    for line in lines:
        if not line:
            blank = True
            continue
        if paragraphs and _continues(tail, length, last, line, blank, width):
            paragraphs[-1].append(line)
            tail, length = (tail + line)[-_TAIL:], length + len(line)
        else:
            paragraphs.append([line])
            tail, length = line[-_TAIL:], len(line)
        blank, last = False, _set_width(line)
    return ["".join(pieces) for pieces in paragraphs]


_NARROW = re.compile(r"[ -~]")


def _set_width(line: str) -> int:
    """How wide a line is set, in Chinese characters: two figures take the place of one."""
    return len(line) - len(_NARROW.findall(line)) // 2


def _wrap_width(lines: list[str]) -> int | None:
    """The line width of hard-wrapped text (PDF, old e-mail), or None when lines are paragraphs."""
    lengths = [_set_width(line) for line in lines if line]
    if len(lengths) < 20 or max(lengths) > 90:
        return None
    common = Counter(length for length in lengths if length >= 20)
    if not common:
        return None
    width = max(common, key=lambda length: sum(common[length - d] for d in range(-2, 3)))
    full = sum(count for length, count in common.items() if abs(length - width) <= 3)
    return width if full >= 0.35 * len(lengths) else None


def _continues(
    tail: str, length: int, last: int, line: str, blank: bool, width: int | None
) -> bool:
    """Does `line` go on with the sentence that ends in `tail`, left open?"""
    before, after = fold(tail), fold(line[:80])
    if "\t" in tail or "\t" in line or _starts_paragraph(after):
        return False
    if _ENDS_SENTENCE.search(before[-1:]):
        return False
    if _open_bracket(before) and ")" in fold(line[:200]):
        return True  # a responsibility parenthesis broken over two lines
    if before[-1] in ",、":
        return length >= 12
    if blank:
        return False
    if width is not None and width - 3 <= last <= width + 3:
        return True
    if length <= _TAIL and read_marker(before) is not None and "。" not in before:
        return False  # a heading on a line of its own, its text beneath
    if before[-1] in ")》”":
        return False
    # A long paragraph with full stops inside that ends without one was cut in the middle.
    return "。" in before and length >= 20 and not vocabulary.CHROME.match(after)


def _starts_paragraph(line: str) -> bool:
    return bool(
        read_marker(line)
        or _DATE_LINE.match(line)
        or _NUMBER_LINE.match(line)
        or _SIGNATURE.match(line)
        or _LABEL.match(line)
        or vocabulary.ANNEX.match(line)
    )


def _open_bracket(text: str) -> bool:
    """Is the last opening bracket still open?"""
    return text.rfind("(") > text.rfind(")")


# --- paragraphs run together --------------------------------------------------------------------

# Right behind a responsibility parenthesis a number can only begin the next item.
_AFTER_RESPONSIBILITY = re.compile(
    r"(?:负责|配合|参与|牵头|落实|[局委办厅部会府])\)[。;]?"
    r"(?=\d{1,3}[.、](?!\d)|\(\d{1,2}\)|\([一二三四五六七八九十]{1,3}\)"
    r"|[一二三四五六七八九十]{1,3}、)"
)
# In a page whose line ends were all lost, a marker that continues its count begins a line.
_ANYWHERE = re.compile(
    r"(?:(?<=[。;:)\s])|(?=\([一二三四五六七八九十]))"
    r"(?=\d{1,3}[.、](?!\d)|\([一二三四五六七八九十]{1,3}\)"
    r"|[一二三四五六七八九十]{1,3}、[\u4e00-\u9fff]{4})"
)


def _split_run_together(line: str, collapsed: bool) -> list[str]:
    if len(line) < 30 or "\t" in line:
        return [line]
    folded = fold(line)
    pattern = _ANYWHERE if collapsed and len(line) > 150 else _AFTER_RESPONSIBILITY
    cuts = [match.end() for match in pattern.finditer(folded)]
    cuts = _in_sequence(folded, cuts)
    edges = [0, *cuts, len(line)]
    return [line[a:b].strip() for a, b in pairwise(edges) if line[a:b].strip()]


def _is_collapsed(paragraphs: list[str]) -> bool:
    """Have the line ends been lost? Then one paragraph holds most of the text."""
    longest = max((len(line) for line in paragraphs), default=0)
    return longest > 150 and longest > 0.5 * sum(len(line) for line in paragraphs)


def _in_sequence(folded: str, cuts: list[int]) -> list[int]:
    """Keep a marker only where it continues its count or starts it anew."""
    first = read_marker(folded[:12])
    last: dict[int, int] = {}
    if first is not None and first.number is not None:
        last[first.rank] = first.number
    kept = []
    for cut in cuts:
        marker = read_marker(folded[cut : cut + 12])
        if marker is None or marker.number is None:
            continue
        # An item may begin the count again at 1 below a new heading; a heading goes on counting.
        again = marker.number == 1
        if not again and marker.number != last.get(marker.rank, -1) + 1:
            continue
        last[marker.rank] = marker.number
        last = {rank: count for rank, count in last.items() if rank <= marker.rank or rank == ITEM}
        kept.append(cut)
    return kept
