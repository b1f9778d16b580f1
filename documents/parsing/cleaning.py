"""From whatever a reader delivers to clean text: one paragraph a line, nothing invisible.

Two forms of the text are used side by side, of equal length, so that an offset holds in both:
the clean text keeps the document's own punctuation and is shown to people; the *folded* text has
half-width punctuation and is what the rules read.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from documents.parsing import vocabulary
from documents.parsing.departments import is_body
from documents.parsing.folding import fold
from documents.parsing.markers import read_marker
from documents.parsing.tables.cells import CELL_BREAK
from documents.parsing.tables.copies import rejoin_rows, rows_from_lines
from documents.parsing.unfolding import by_blanks, by_markers, is_collapsed

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Kangxi radicals and compatibility ideographs look like the plain character but match nothing;
# PDF fonts and old web pages are full of them.
# ⑴ ⒈ ㈠ are written out as (1) 1. (一): one sign of a font for a whole marker. ﹝﹞ are small 〔〕.
_LOOKALIKE = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\u2474-\u249b\u3220-\u3229\ufe5d\ufe5e]")
# Blanks that became question marks in copying: no line of a notice begins with one.
_LOST_BLANKS = re.compile(r"^[?？\ufffd ]+|[?？\ufffd]{2,}")

_CJK = r"\u4e00-\u9fff"
_PUNCT = r",。、;:?!()《》“”‘’〔〕【】%—.,;:?!()"
# A space beside punctuation, or between a figure and a Chinese character, was put there by a
# typesetter. Between two Chinese characters it may separate names and stays.
_IDLE_SPACE = re.compile(
    rf"(?<=[{_PUNCT}]) +(?=\S)|(?<=\S) +(?=[{_PUNCT}])|(?<=\d) +(?=[{_CJK}])|(?<=[{_CJK}]) +(?=\d)"
)
# 牵 头单位: a label that was set apart
_SPLIT_LABEL = re.compile(
    r"(?:牵 ?头|责 ?任|配 ?合|主 ?办|协 ?办|完 ?成|参 ?与) ?(?:单 ?位|部 ?门|时 ?限|时 ?间)(?= ?[:：])"
)
# 1 0%: a figure that was set apart
_SPLIT_FIGURE = re.compile(r"(?<=\d) (?=\d{1,4}[%％‰.．年月日万亿元个名张家所人户岁])")
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


def clean(raw: str) -> str:
    """Clean text: one paragraph a line, no blank lines, no idle spaces."""
    lines = rejoin_rows(_plain(raw).split("\n"))
    lines = [piece for line in lines for piece in _lines_of(line)]
    lines = _without_page_numbers([piece for line in lines for piece in by_blanks(line)])
    lines = [_tidy(line) for line in lines]
    paragraphs = _join_broken(rows_from_lines(lines))
    collapsed = is_collapsed(paragraphs)
    separated = [piece for line in paragraphs for piece in by_markers(line, collapsed)]
    return "\n".join(_without_stray_blanks(separated))


def _lines_of(line: str) -> list[str]:
    """Only in a row of a table a CELL_BREAK keeps its lines together."""
    return [line] if "\t" in line else line.split(CELL_BREAK)


def _plain(raw: str) -> str:
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = _INVISIBLE.sub("", text)
    text = _CONTROL.sub("", text)
    return _LOOKALIKE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _without_page_numbers(lines: list[str]) -> list[str]:
    """Page numbers go with the blank lines around them: a page's end is no paragraph's."""
    kept: list[str] = []
    turned = False  # since the last line with words a page was turned
    for line in lines:
        bare = line.strip()
        if _PAGE_NUMBER.match(fold(bare)):
            turned = True
            while kept and not kept[-1].strip():
                kept.pop()
        elif bare or not turned:
            kept.append(line)
            turned = False
    return kept


def _tidy(line: str) -> str:
    cells = line.split("\t")
    written = sum(bool(cell.strip()) for cell in cells)
    if len(cells) >= 3 and (written >= 2 or (written and not cells[-1].strip())):
        # Three cells or more are a row of a table, empty ones too; tabs before a text indent it.
        return "\t".join(_tidy_words(cell.strip()) for cell in cells)
    line = line.strip()
    if line.count("\t") == 1:
        line = _MARKER_TAB.sub(r"\1", line)
    line = " ".join(cell for cell in line.split("\t") if cell)
    return _tidy_words(line)


def _tidy_words(words: str) -> str:
    words = _LOST_BLANKS.sub(" ", _SPACES.sub(" ", words)).strip()
    if _LETTERSPACED.match(words):
        return words.replace(" ", "")
    words = _SPLIT_LABEL.sub(lambda match: match[0].replace(" ", ""), words)
    return _SPLIT_FIGURE.sub("", _IDLE_SPACE.sub("", words))


_STRAY_BLANK = re.compile(rf"(?<=[{_CJK}]) (?=[{_CJK}])")
_LISTS = re.compile(r"[(（【\[〔][^()（）【】\[\]〔〕\n]*[)）】\]〕]|.{0,8}(?:单位|部门)[:：].*")
_MANY_STRAY = 3


def _without_stray_blanks(paragraphs: list[str]) -> list[str]:
    """Blanks strewn over running text, as some copies have them; those in lists part names."""
    stray = sum(
        bool(_STRAY_BLANK.search(line, line.find("。"))) for line in paragraphs if "。" in line
    )
    if stray < _MANY_STRAY:
        return paragraphs
    return [line if "\t" in line or len(line) < 30 else _close_up(line) for line in paragraphs]


def _close_up(line: str) -> str:
    pieces, begin = [], 0
    for kept in _LISTS.finditer(line):
        pieces += [_STRAY_BLANK.sub("", line[begin : kept.start()]), kept[0]]
        begin = kept.end()
    return "".join([*pieces, _STRAY_BLANK.sub("", line[begin:])])


# --- lines broken in mid-sentence ---------------------------------------------------------------

# 4. and 完成时限: on lines of their own
_ALONE = re.compile(
    r"^(?:\(?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:[.、]|\)[.、]?)|第[一二三四五六七八九十百]{1,4}条"
    r"|(?:完成(?:时限|时间)|(?:牵头|责任|配合|主办|协办)(?:单位|部门)):)$"
)
_CANNOT_BEGIN = re.compile(r"^[,。;:、)》”%‰]")
_BRACKET = re.compile(r"[()【】\[\]]")
_WHOLE_TITLE = re.compile(r"关于[^。;]{4,}的(?:通知|意见|决定|公告|函)$")
_SHORT = 12
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
    if len(lengths) < 8 or max(lengths) > 90:
        return None
    common = Counter(length for length in lengths if length >= 20)
    if not common:
        return None
    width = max(common, key=lambda length: sum(common[length - d] for d in range(-2, 3)))
    full = sum(count for length, count in common.items() if abs(length - width) <= 3)
    return width if full >= max(3, 0.35 * len(lengths)) else None


def _continues(
    tail: str, length: int, last: int, line: str, blank: bool, width: int | None
) -> bool:
    """Does `line` go on with the sentence that ends in `tail`, left open?"""
    before, after = fold(tail), fold(line[:80])
    if "\t" in tail or "\t" in line:
        return False
    if _ALONE.match(before) and length < _SHORT:
        return read_marker(after) is None  # a number, or 完成时限:, and its text below
    if (
        length < _TAIL
        and _breaks_off_a_name(before)
        and not (read_marker(after) or _LABEL.match(after))
    ):
        return True
    full = width is not None and width - 3 <= last <= width + 3
    inside = _open_bracket(before) and read_marker(after) is None
    if inside and (full or _closes_first(line)):
        return True  # a responsibility parenthesis broken over lines, even before 责任单位:
    if _starts_paragraph(after, full):
        return False
    if _CANNOT_BEGIN.match(after):
        return True
    if _ENDS_SENTENCE.search(before[-1:]) or _WHOLE_TITLE.search(before):
        return False
    if _open_bracket(before) and _BRACKET.search(fold(line[:200])):
        return True
    if before[-1] in ",、":
        return length >= 12
    if blank:
        return False
    if full:
        return True
    if length <= _TAIL and read_marker(before) is not None and "。" not in before:
        return False  # a heading on a line of its own, its text beneath
    if before[-1] in ")》”":
        return False
    # A long paragraph with full stops inside that ends without one was cut in the middle.
    return "。" in before and length >= 20 and not vocabulary.CHROME.match(after)


_OFFICES = re.compile(r"^[(【\[]?(?:牵头|责任|配合|主办|协办|承办|参与)[^:。,]{0,8}[】\]]?:")
_NOBODY = ("", "无", "/", "-", "—")


def _breaks_off_a_name(line: str) -> bool:
    """责任单位:市卫健委、市人 — the name goes on below."""
    if not _OFFICES.match(line):
        return False
    last = re.split(r"[、,;:\s]", line)[-1]
    return last not in _NOBODY and len(last) <= 12 and not is_body(last)


def _starts_paragraph(line: str, below_full: bool) -> bool:
    """`below_full`: the line above is as wide as the page, so that …保障局 may be its end."""
    return bool(
        read_marker(line)
        or _DATE_LINE.match(line)
        or _NUMBER_LINE.match(line)
        or (_SIGNATURE.match(line) and not below_full)
        or _LABEL.match(line)
        or vocabulary.ANNEX.match(line)
    )


def _open_bracket(text: str) -> bool:
    """Is the last opening bracket still open?"""
    return any(
        text.rfind(opening) > text.rfind(closing) for opening, closing in ("()", "【】", "[]")
    )


def _closes_first(line: str) -> bool:
    """Is the first bracket of the line a closing one?"""
    found = _BRACKET.search(fold(line[:200]))
    return found is not None and found[0] in ")】]"
