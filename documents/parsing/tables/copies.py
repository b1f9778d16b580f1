"""Tables in copied text: rows broken by the line ends of their cells, and one cell a line.

`rejoin_rows` works on raw lines, where the tabs of a row still stand; `rows_from_lines` on tidy
ones. Both give rows as the readers do: a line with tabs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.parsing.departments import is_body, split_names
from documents.parsing.folding import fold
from documents.parsing.markers import SUBSECTION, read_marker
from documents.parsing.numerals import chinese_integer
from documents.parsing.tables.cells import CELL_BREAK
from documents.parsing.tables.columns import is_heading, role_of

_MOST_LINES = 60  # of one row
_BAR_EDGE = re.compile(r"^\s*\||\|\s*$")
_RULE = re.compile(r"[\s:\-—=]+")  # | --- | --- |
_QUOTED = re.compile(r'(?:^|\t)"')


def rejoin_rows(lines: list[str]) -> list[str]:
    """One line a row again: Excel puts a cell of several lines in quotes, Word just breaks it."""
    found: list[str] = []
    width = 0  # tabs in a row of the table
    index = 0
    lines = _without_bars(lines)
    while index < len(lines):
        line, taken = _quoted(lines, index)
        tabs = line.count("\t")
        if tabs > 1 and is_heading(_names(line), []):
            width = tabs
        elif taken == 1 and 0 < tabs < width:
            line, taken = _broken(lines, index, width)
        elif tabs == 0 and len(line) > 60:
            width = 0
        found.append(line)
        index += taken
    return found


def _without_bars(lines: list[str]) -> list[str]:
    """| 1 | 推进签约 | 市卫健委 | below names of columns: a table that came with bars."""
    found: list[str] = []
    below_heading = False
    for line in lines:
        row = _BAR_EDGE.sub("", line).replace("|", "\t") if line.count("|") > 1 else ""
        below_heading = bool(row) and (below_heading or is_heading(_names(row), []))
        if not below_heading:
            found.append(line)
        elif not _RULE.fullmatch(row):
            found.append(row.replace("**", "") + ("" if row.count("\t") > 1 else "\t"))
    return found


def _names(line: str) -> list[str]:
    return [re.sub(r"\s", "", cell) for cell in fold(line).split("\t")]


def _quoted(lines: list[str], index: int) -> tuple[str, int]:
    """The row that begins here with its quoted cells whole, and how many lines it took."""
    line = lines[index]
    if '"' not in line or not _QUOTED.search(line):
        return line, 1
    taken, whole = 1, line
    while whole.count('"') % 2 and taken < _MOST_LINES and index + taken < len(lines):
        whole += CELL_BREAK + lines[index + taken]
        taken += 1
    if whole.count('"') % 2 or whole.count("\t") < 2:
        return line, 1
    cells = whole.split("\t")
    return "\t".join(_unquoted(cell) for cell in cells), taken


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell.startswith('"') and cell.endswith('"'):
        return cell[1:-1].replace('""', '"')
    return cell


def _broken(lines: list[str], index: int, width: int) -> tuple[str, int]:
    """A row with too few tabs and the lines below that have just those it lacks."""
    whole, tabs = lines[index], lines[index].count("\t")
    for taken in range(1, _MOST_LINES):
        if tabs == width:
            return whole, taken
        following = lines[index + taken] if index + taken < len(lines) else ""
        if not following or _begins_row(following) or tabs + following.count("\t") > width:
            break
        whole += CELL_BREAK + following
        tabs += following.count("\t")
    return lines[index], 1


def _begins_row(line: str) -> bool:
    return bool(re.match(r"\s*\(?[\d一二三四五六七八九十]{1,3}\)?[.、]?\t", fold(line)))


# --- one cell a line ----------------------------------------------------------------------------

_FEWEST, _MOST = 3, 14  # columns
_NOBODY = re.compile(r"^(?:无|/|-|—{1,2}|\\)$")
_TIME = re.compile(
    r"^(?:20\d\d|\d{1,2}月|年底|年内|年度|第?[一二三四]季度|[上下]半年|长期|持续|常年|常态|全年|每[年季月]|立行|即)"
    r"|(?:年底|月底|季度|完成|推进|坚持)前?$"
)
_COUNT = re.compile(r"\(?(?P<n>\d{1,4}|[一二三四五六七八九十]{1,3})\)?[.、]?")
_CLOSED = re.compile(r"[。；;，,、：:]$")
_LONGEST_NAMES = 120
_WHO = ("lead", "responsible", "coop", "part")


def rows_from_lines(lines: list[str]) -> list[str]:
    """The same lines, with every table that has one cell a line as rows; its blank lines go."""
    found: list[str] = []
    index = 0
    while index < len(lines):
        names = _heading_at(lines, index)
        if names is None:
            found.append(lines[index])
            index += 1
            continue
        rows, index = _read(lines, index, names)
        found += rows
    return found


def _heading_at(lines: list[str], index: int) -> list[str] | None:
    """序号 / 重点任务 / 牵头单位 …: names of columns on lines of their own, the count first."""
    if role_of(fold(lines[index])) != "number":
        return None
    names: list[str] = []
    for line in lines[index : index + 3 * _MOST]:
        if not line:
            continue
        if "\t" in line or role_of(fold(line)) is None or len(names) == _MOST:
            break
        names.append(line)
    roles = {role_of(fold(name)) for name in names}
    is_table = len(names) >= _FEWEST and roles & {"task", "content"} and roles & {*_WHO, "due"}
    return names if is_table else None


def _read(lines: list[str], index: int, names: list[str]) -> tuple[list[str], int]:
    rows = ["\t".join(names)]
    pending: list[str] = []
    count = 0
    index = _behind_heading(lines, index, names)
    while index < len(lines):
        line = lines[index]
        marker = read_marker(fold(line))
        number = _count(line)
        if role_of(fold(line)) == "number" and _heading_at(lines, index) == names:
            index = _behind_heading(lines, index, names)  # repeated at the head of a page
            continue
        if number is not None and number in (count + 1, 1):
            rows += _row(pending, names)
            pending, count = [line], number
        elif not line:
            pass
        elif marker is not None and marker.rank <= SUBSECTION and "。" not in line:
            rows += [*_row(pending, names), line]
            pending = []
        elif pending and (
            len(pending) < len(names) or _belongs(line) or _goes_on(lines, index, count)
        ):
            pending.append(line)
        else:
            break
        index += 1
    return rows + _row(pending, names), index


def _behind_heading(lines: list[str], index: int, names: list[str]) -> int:
    left = len(names)
    while left:
        left -= bool(lines[index])
        index += 1
    return index


def _count(line: str) -> int | None:
    match = _COUNT.fullmatch(fold(line))
    if match is None:
        return None
    return int(match["n"]) if match["n"].isdigit() else chinese_integer(match["n"])


def _belongs(line: str) -> bool:
    """More of a row that has all its cells already: names or a time in a cell of several lines."""
    return _is_names(line) or bool(_TIME.search(fold(line)))


def _goes_on(lines: list[str], index: int, count: int) -> bool:
    """Does the next row's number stand below, so that this line cannot be behind the table?"""
    return any(_count(line) == count + 1 for line in lines[index + 1 : index + _MOST_LINES])


def _is_names(line: str) -> bool:
    if len(line) > _LONGEST_NAMES or "。" in line:
        return False
    if _NOBODY.match(line):
        return True
    named, _ = split_names(re.sub(r"(?:分别|按职责分工)?(?:牵头|配合|负责|参与)", "、", fold(line)))
    return bool(named) and all(is_body(name) for name in named)


def _row(pending: list[str], names: list[str]) -> list[str]:
    if not pending:
        return []
    roles = [role_of(fold(name)) or "skip" for name in names]
    fits = all(
        _misfit(line, role) < _WRONG for line, role in zip(pending[1:], roles[1:], strict=False)
    )
    if len(pending) == len(names) and fits:
        return ["\t".join(pending)]
    cells: list[list[str]] = [[] for _ in names]
    for place, line in zip(_places(pending[1:], roles[1:]), pending[1:], strict=True):
        cells[place + 1].append(line)
    cells[0] = pending[:1]
    row = "\t".join(_put_together(cell) for cell in cells)
    return [row if row.count("\t") > 1 else f"{row}\t"]


def _put_together(lines: list[str]) -> str:
    """The lines of one cell; behind a full stop or a comma nothing has to part them."""
    return "".join(
        line if not index or _CLOSED.search(lines[index - 1]) else CELL_BREAK + line
        for index, line in enumerate(lines)
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """How badly lines lie in the columns up to here, and where each lies."""

    cost: float
    places: tuple[int, ...]


def _places(lines: list[str], roles: list[str]) -> tuple[int, ...]:
    """The column of each line: in order, where it fits best; a column may have none or several."""
    empty = [0.0]
    for role in roles:
        empty.append(empty[-1] + _EMPTY.get(role, 1.0))
    best = [_Fit(empty[column], ()) for column in range(len(roles))]
    # best[c]: the lines so far, of which the last lies in column c (for none: columns before c are empty)
    for at, line in enumerate(lines):
        following = []
        for column, role in enumerate(roles):
            ways = (
                [_Fit(best[0].cost + empty[column] - empty[0], ())]
                if at == 0
                else [
                    _Fit(
                        best[before].cost
                        + (
                            _AGAIN.get(role, 1.0)
                            if before == column
                            else empty[column] - empty[before + 1]
                        ),
                        best[before].places,
                    )
                    for before in range(column + 1)
                ]
            )
            way = min(ways, key=lambda fit: fit.cost)
            following.append(_Fit(way.cost + _misfit(line, role), (*way.places, column)))
        best = following
    ends = [
        _Fit(fit.cost + empty[-1] - empty[column + 1], fit.places)
        for column, fit in enumerate(best)
    ]
    return min(ends, key=lambda fit: fit.cost).places if lines else ()


# What it costs to leave a column of this role empty, and to put a second line into it.
_EMPTY = {"lead": 2.0, "responsible": 2.0, "task": 2.0, "content": 1.0, "due": 1.0, "coop": 0.7, "part": 0.7, "skip": 0.2}  # fmt: skip
_AGAIN = {"lead": 0.4, "responsible": 0.4, "coop": 0.3, "part": 0.3, "content": 0.1, "task": 1.5, "due": 1.0}  # fmt: skip


_WRONG = 5.0


def _misfit(line: str, role: str) -> float:
    folded = fold(line)
    if role in _WHO:
        return 0.0 if _is_names(line) else _WRONG
    if role == "due":
        return 0.0 if _TIME.search(folded) else 2.0 if len(line) <= 12 else _WRONG
    if role in ("task", "content"):
        other = 3.0 if _is_names(line) or (_TIME.search(folded) and len(line) <= 16) else 0.0
        long_title = 1.0 if role == "task" and len(line) > 30 else 0.0
        return other + long_title
    return 1.5
