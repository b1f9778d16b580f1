"""Tables copied one cell per line: the names of the columns below each other, then the cells.

The count in the first column tells where a row begins; what a line says tells its column.
"""

from __future__ import annotations

import re

from documents.parsing.columns import role_of
from documents.parsing.departments import is_body, split_names
from documents.parsing.folding import fold
from documents.parsing.markers import SUBSECTION, read_marker

_FEWEST, _MOST = 3, 10  # columns
_NOBODY = re.compile(r"^(?:无|/|-|—{1,2}|\\)$")
_TIME = re.compile(
    r"^(?:20\d\d|\d{1,2}月|年底|年内|第?[一二三四]季度|[上下]半年|长期|持续|常年|全年|每[年季月])|(?:年底|月底|季度|完成)前?$"
)
_LONGEST_NAMES = 120


def rows_from_lines(lines: list[str]) -> list[str]:
    """The same lines, with every such table as rows with tabs; blank lines in it are dropped."""
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
    if role_of(lines[index]) != "number":
        return None
    names = []
    for line in lines[index:]:
        if not line:
            continue
        if "\t" in line or role_of(line) is None or len(names) == _MOST:
            break
        names.append(line)
    roles = {role_of(name) for name in names}
    is_table = len(names) >= _FEWEST and roles & {"task", "content"} and roles & {"lead", "due"}
    return names if is_table else None


def _read(lines: list[str], index: int, names: list[str]) -> tuple[list[str], int]:
    rows, pending = ["\t".join(names)], list[str]()
    count = 0

    def close() -> None:
        if pending:
            rows.append("\t".join(_row(pending, names)))
            pending.clear()

    index = _behind_heading(lines, index, names)
    while index < len(lines):
        line = lines[index]
        marker = read_marker(fold(line))
        if _heading_at(lines, index) == names:  # repeated at the head of a page
            index = _behind_heading(lines, index, names)
            continue
        if line.isdigit() and (int(line) == count + 1 or int(line) == 1):
            close()
            pending.append(line)
            count = int(line)
        elif not line:
            pass
        elif marker is not None and marker.rank <= SUBSECTION and "。" not in line:
            close()
            rows.append(line)
        elif pending and not (_is_full(pending, names) and not _belongs(line)):
            pending.append(line)
        else:
            break
        index += 1
    close()
    return rows, index


def _behind_heading(lines: list[str], index: int, names: list[str]) -> int:
    left = len(names)
    while left:
        left -= bool(lines[index])
        index += 1
    return index


def _is_full(pending: list[str], names: list[str]) -> bool:
    return len(pending) >= len(names)


def _belongs(line: str) -> bool:
    """More of a row that has all its cells already: names or a time in a cell of several lines."""
    return _is_names(line) or bool(_TIME.search(fold(line)))


def _is_names(line: str) -> bool:
    if len(line) > _LONGEST_NAMES or "。" in line:
        return False
    if _NOBODY.match(line):
        return True
    named, _ = split_names(fold(line))
    return bool(named) and all(is_body(name) for name in named)


def _row(pending: list[str], names: list[str]) -> list[str]:
    """The lines of one row in their columns: time and offices from the end, the rest in order."""
    roles = [role_of(name) for name in names]
    if len(pending) == len(names):
        return list(pending)
    number, *lines = pending
    cells = dict.fromkeys(range(len(names)), "")
    cells[0] = number
    if "due" in roles and lines and _TIME.search(fold(lines[-1])):
        cells[roles.index("due")] = lines.pop()
    offices: list[str] = []
    while len(lines) > 1 and _is_names(lines[-1]):
        offices.insert(0, lines.pop())
    columns = [index for index, role in enumerate(roles) if role in ("lead", "coop")]
    for place, column in enumerate(columns):
        last = place == len(columns) - 1
        named = offices[place:] if last else offices[place : place + 1]
        cells[column] = "、".join(name.rstrip("、") for name in named)
    texts = [index for index, role in enumerate(roles) if role in ("task", "content")]
    for place, column in enumerate(texts):
        last = place == len(texts) - 1
        cells[column] = "".join(lines[place:] if last else lines[place : place + 1])
    return [cells[index] for index in range(len(names))]
