"""The tasks of the text and those of its tables, each once."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.parsing.model import ParsedTask

_IDLE = re.compile(r"[\W_]+")
_SENTENCE = re.compile(r"[。；;\n]")
_SHARE = 0.6  # of a row's sentences that stand in the text as well


def merge(tasks: list[ParsedTask], rows: list[ParsedTask]) -> list[ParsedTask]:
    """In the document's order; a row that repeats a task of the text adds who answers for it."""
    tasks = list(tasks)
    rows = _each_once(rows)
    known = {_plain(task.title): index for index, task in enumerate(tasks) if not task.container}
    counted = _by_number(tasks, rows)
    added = []
    for row in rows:
        index = counted.get(row.number, known.get(_plain(row.title)))
        if index is None or not (counted or _repeats(row, tasks[index])):
            added.append(row)
        else:
            tasks[index] = _completed(tasks[index], row)
    merged = sorted([*tasks, *added], key=lambda task: task.start)
    moved = {id(task): place for place, task in enumerate(merged)}
    places = {index: moved[id(task)] for index, task in enumerate(tasks)}
    return [
        task if task.parent is None else replace(task, parent=places[task.parent])
        for task in merged
    ]


def _by_number(tasks: list[ParsedTask], rows: list[ParsedTask]) -> dict[str, int]:
    """Where each row's task stands in a text that names nobody and counts exactly as the table."""
    places = {task.number: place for place, task in enumerate(tasks) if not task.container}
    named = any(task.responsibilities for task in tasks)
    wanted = [row.number for row in rows]
    same = len(wanted) > 2 and len(places) == len(set(wanted)) == len(wanted)
    return places if same and not named and set(wanted) == set(places) else {}


def _repeats(row: ParsedTask, task: ParsedTask) -> bool:
    text = _plain(task.title + task.body)
    sentences = [plain for part in _SENTENCE.split(row.body) if (plain := _plain(part))]
    return sum(plain in text for plain in sentences) >= _SHARE * len(sentences)


def _completed(task: ParsedTask, row: ParsedTask) -> ParsedTask:
    known = {deadline.due_on for deadline in task.deadlines}
    deadlines = [deadline for deadline in row.deadlines if deadline.due_on not in known]
    if task.responsibilities:
        return replace(task, deadlines=(*task.deadlines, *deadlines))
    return replace(
        task,
        responsibilities=row.responsibilities,
        deadlines=(*task.deadlines, *deadlines),
        warnings=row.warnings,
    )


def _each_once(rows: list[ParsedTask]) -> list[ParsedTask]:
    """A page given twice gives a row once."""
    kept: dict[tuple[object, ...], ParsedTask] = {}
    for row in rows:
        raw = tuple(item.raw for item in row.responsibilities)
        kept.setdefault((row.section, row.number, row.title, row.body, raw), row)
    return list(kept.values())


def _plain(text: str) -> str:
    return _IDLE.sub("", text)
