"""What a notice's page says about it: lines taken apart into pieces, and labelled fields.

Pages put the number, the issuer and the dates of a notice into a table above it (发文字号 · 发文机关 ·
成文日期 · 发布日期), several of them on a line, the value beside its label, in the next cell or below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from documents.parsing.folding import fold

Kind = Literal["title", "number", "issuer", "owner", "signed", "dated", "published", "shown"]


def _words(*labels: str) -> str:
    """字号 is also written 字 号 and 字　　号."""
    return "|".join(r"\s{0,4}".join(label) for label in labels)


# The order matters where a page gives several: the first kind that has a value decides.
_LABELS: tuple[tuple[Kind, str], ...] = (
    ("title", _words("标题", "名称", "文件名称", "信息名称", "文件标题", "题名")),
    ("number", _words("发文字号", "发文文号", "文件编号", "公文字号", "文件字号", "发文编号", "发文号", "文件号", "文号", "字号")),
    ("issuer", _words("发文机关", "发文单位", "制定机关", "制发机关", "印发机关", "颁布单位", "发布机关")),
    ("owner", _words("发布机构", "发布单位", "发布部门", "公开责任部门", "信息来源", "来源", "版权所有", "主办单位", "网站主办", "主办")),
    ("signed", _words("成文日期", "成文时间", "签发日期", "制发日期", "印发日期", "生成日期", "签署日期")),
    ("published", _words("发布日期", "发布时间", "公布日期", "公布时间")),
    ("dated", _words("制表日期", "制表时间", "编制日期", "填表日期", "填报日期", "发文日期", "发文时间", "颁布日期", "颁布时间")),
    ("shown", _words("公开日期", "公开时间", "发表时间", "更新时间", "上传时间", "时间", "日期")),
)  # fmt: skip
_ANY = "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS)
# A label begins its line or follows a blank; one of four characters with its colon may also follow
# the value before it without any. Short ones without a colon are words like any other.
_LABEL = re.compile(
    rf"(?:^|(?<=[\s(【\[])|(?=[\u4e00-\u9fff]{{4,6}}:))(?:{_ANY})"
    r"(?P<mark>\s?[:】\]]+\s?|\s*$|(?<=[\u4e00-\u9fff]{4})(?:\s+|(?=\d))|(?<=\s[\u4e00-\u9fff])\s+)"
)
# Any other label of such a table ends the value before it.
_NEXT_LABEL = re.compile(
    r"[\s【\[(]+(?:[\u4e00-\u9fff](?:\s{0,4}[\u4e00-\u9fff]){1,5})\s?[:】\]]|[【\[]字体"
)
_ORNAMENT = re.compile(r"^[\s•·∙●■◆*>\-—?|]+|[\s|]+$")
_NUMBER = r"[\u4e00-\u9fff]{1,14}\s?[〔\[(【]\s?(?:19|20)\d\d\s?[〕\])】]\s?第?\s?\d{1,5}\s?号"
# 某政办〔2020〕2号 某区人民政府办公室关于…: the number before the title on one line.
_LEADING_NUMBER = re.compile(rf"^(?P<number>{_NUMBER})[\s::]{{0,3}}(?P<rest>[《\s]?\S.*)$")
_TRAILING_NUMBER = re.compile(rf"^(?P<rest>\S.*?)[\s(]+(?P<number>{_NUMBER})\)?$")
_LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing a line of the head says."""

    line: int
    text: str  # folded
    shown: str
    is_cell: bool = False
    in_list: bool = False  # a cell of a counted row


@dataclass(frozen=True, slots=True)
class Field:
    line: int
    kind: Kind
    value: str  # folded
    shown: str


def read_pieces(lines: list[str]) -> list[Piece]:
    """Lines, cells of table rows, and a number apart from the title on its line."""
    pieces: list[Piece] = []
    for index, line in enumerate(lines):
        if len(line) > _LONGEST_LINE:
            continue
        is_row = "\t" in line or line.count("|") >= 2
        cells = [cell for cell in re.split(r"[\t|]", line) if cell.strip()] if is_row else [line]
        in_list = is_row and any(cell.strip().isdigit() for cell in cells)
        for cell in cells:
            parts = [part for part in _parts(cell) if part]
            pieces += [Piece(index, fold(part), part, is_row, in_list) for part in parts]
    return pieces


def _parts(line: str) -> list[str]:
    bare = _ORNAMENT.sub("", line)
    match = _LEADING_NUMBER.match(fold(bare)) or _TRAILING_NUMBER.match(fold(bare))
    # A sentence that cites a number is left whole.
    if match is None or "。" in match["rest"] or "根据" in match["rest"]:
        return [bare]
    spans = sorted(match.span(name) for name in ("number", "rest"))
    return [bare[slice(*span)].strip() for span in spans]


def read_fields(pieces: list[Piece]) -> list[Field]:
    """Every labelled value, in the page's order."""
    found: list[Field] = []
    for place, piece in enumerate(pieces):
        labels = list(_LABEL.finditer(piece.text[:200]))
        for index, label in enumerate(labels):
            stop = labels[index + 1].start() if index + 1 < len(labels) else None
            value = _value(piece, label.end(), stop)
            following = pieces[place + 1 : place + 2]
            if not value and stop is None and following:
                # The value in the next cell or on the next line, unless that is a label again.
                near = following[0].line - piece.line <= 1 and not _LABEL.match(following[0].text)
                value = following[0].shown if near else ""
            if value:
                kind = next(kind for kind, _ in _LABELS if label[kind])
                found.append(Field(piece.line, kind, fold(value), value))
    return found


def _value(piece: Piece, start: int, stop: int | None) -> str:
    other = _NEXT_LABEL.search(piece.text, start - 1, stop or len(piece.text))
    return piece.shown[start : max(start, other.start()) if other else stop].strip(" ()|【[")


def values(fields: list[Field], *kinds: Kind) -> Iterator[Field]:
    """The fields of these kinds, those of the first kind first."""
    for kind in kinds:
        yield from (field for field in fields if field.kind == kind)
