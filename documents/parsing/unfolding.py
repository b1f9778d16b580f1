"""Pages that lost their line ends: a whole notice on one line, items run together.

`by_blanks` works on raw lines, whose line ends may have become blanks; `by_markers` on tidy
paragraphs, where only the markers tell where one began.
"""

from __future__ import annotations

import re
from itertools import pairwise

from documents.parsing.folding import fold
from documents.parsing.markers import ITEM, read_marker

_CN = "一二三四五六七八九十"
_LONG_LINE = 300
_SHORTEST = 30
_COLLAPSED = 150

# Blanks before a marker or a label and behind a full stop stood for line ends.
_BLANK_MARKER = re.compile(
    rf"(?<=\S)[ \u3000]+(?=\d{{1,3}}[.、．](?!\d)|[(（](?:[{_CN}]{{1,3}}|\d{{1,2}})[)）]"
    rf"|[{_CN}]{{1,3}}、|第[{_CN}]{{1,3}}[章条])"
)
_BLANK_END = re.compile(
    r"(?<=[。：:])[ \u3000]+"
    r"|[ \u3000]+(?=(?:牵头|责任|配合|主办|协办)(?:单位|部门)[:：]|完成(?:时限|时间)[:：])"
)
_MANY_MARKERS = 10


def by_blanks(line: str) -> list[str]:
    """The lines of a page whose line ends became blanks; '' speaks against joining neighbours."""
    if len(line) < _LONG_LINE:
        return [line]
    # A row of a table has tabs as well, but not the markers of a whole notice.
    fewest = 3 if "\t" not in line else _MANY_MARKERS
    line, as_given = line.replace("\t", " "), line
    first = _BLANK_MARKER.search(line)
    if first is None or len(_BLANK_MARKER.findall(line)) < fewest:
        return [as_given]
    body = _BLANK_END.sub("\n", _BLANK_MARKER.sub("\n", line[first.end() :]))
    return [*_head_lines(line[: first.start()]), *body.split("\n")]


def is_collapsed(paragraphs: list[str]) -> bool:
    """Have the line ends been lost? Then one paragraph holds most of the text."""
    longest = max(paragraphs, key=len, default="")
    if "\t" in longest and len(_ANYWHERE.findall(fold(longest))) < _MANY_MARKERS:
        return False  # a long row of a table
    return len(longest) > _COLLAPSED and len(longest) > 0.5 * sum(map(len, paragraphs))


# Right behind a responsibility parenthesis a number can only begin the next item.
_AFTER_RESPONSIBILITY = re.compile(
    r"(?:负责|配合|参与|牵头|落实|[局委办厅部会府])\)[。;]?"
    rf"(?=\d{{1,3}}[.、](?!\d)|\(\d{{1,2}}\)|\([{_CN}]{{1,3}}\)|[{_CN}]{{1,3}}、)"
)
# … or, where a page stands twice, the title of the second copy.
_NEXT_COPY = re.compile(
    r"(?<=[)】\]])(?=[\u4e00-\u9fff]{2,24}(?:政府|办公室|办公厅|委员会|局|厅|委)关于[^。]{4,60}通知)"
)
# In a page whose line ends were all lost, a marker that continues its count begins a line; 二、三级
# is a count of something else.
_ANYWHERE = re.compile(
    rf"(?:(?<=[。;:)\s])|(?=\([{_CN}])|(?<=[\u4e00-\u9fff])(?=\d|[二三四五六七八九十]))"
    rf"(?=\d{{1,3}}[.、](?!\d)|\((?:[{_CN}]{{1,3}}|\d{{1,2}})\)|[{_CN}]{{1,3}}、(?![{_CN}])[\u4e00-\u9fff]{{4}})"
)


def by_markers(paragraph: str, collapsed: bool) -> list[str]:
    """The paragraphs that were run together in one; `collapsed`: the whole page was."""
    whole = collapsed and len(paragraph) > _COLLAPSED
    if len(paragraph) < _SHORTEST or ("\t" in paragraph and not whole):
        return [paragraph]
    paragraph = paragraph.replace("\t", " ")
    folded = fold(paragraph)
    pattern = _ANYWHERE if whole else _AFTER_RESPONSIBILITY
    cuts = _in_sequence(folded, [match.end() for match in pattern.finditer(folded)])
    cuts = sorted({*cuts, *(match.start() for match in _NEXT_COPY.finditer(folded))})
    pieces = [paragraph[a:b].strip() for a, b in pairwise([0, *cuts, len(paragraph)])]
    if whole and read_marker(folded[:12]) is None:
        pieces[:1] = [line for line in _head_lines(pieces[0]) if line]
    return [piece for piece in pieces if piece]


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


# --- the head of such a page ----------------------------------------------------------------------

_IDLE = re.compile(r"(?<=\d) +(?=[年月日号])|(?<=[年月〕\]]) +(?=\d)")
_ORGAN = r"[\u4e00-\u9fff]{2,30}(?:政府|办公厅|办公室|委员会|局|厅|委|小组)"
_DAY = r"(?:20\d\d年\d{1,2}月\d{1,2}日|二[〇○零].{2}年.{1,2}月.{1,3}日)"
_APART = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:^|(?<=通知|文件|意见|决定)| )[\u4e00-\u9fff]{1,12}[〔\[](?:19|20)\d\d[〕\]]\d{1,4}号",
        # A date that ends a letter, with who signed before it; 2016年8月1日起施行 is none.
        rf"(?:(?<=[。!)])|(?<= ))(?:{_ORGAN} ?)?{_DAY}(?![,、起前以至后内印在])",
        r"\(此件[^()]{2,12}\)",
        r"(?<=通知|意见|决定|方案|\d号) ?[各区市县省][^。:]{4,120}:",
    )
)


def _head_lines(head: str) -> list[str]:
    """Number, title, addressees, letter, signature and date of a head, each on a line."""
    head = _IDLE.sub("", re.sub(r"[ \u3000\xa0]+", " ", head))
    folded = fold(head)
    edges = {0, len(head)}
    for pattern in _APART:
        if (match := pattern.search(folded)) is not None:
            edges |= set(match.span())
    # Above the addressees every blank was the end of a line, also within the title.
    above = folded.find(":", 0, 400)
    edges |= {match.end() for match in re.finditer(" ", head[: max(above, 0)])} | {above + 1}
    return [head[a:b].strip() for a, b in pairwise(sorted(edges))]
