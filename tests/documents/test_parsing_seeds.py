"""Real notices and their answer keys, kept beside the repository; skipped where they are absent."""

import importlib.util
import json
import time
from pathlib import Path

import pytest

from documents.parsing import parse_file

SHARED = Path(__file__).parents[3] / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))
KEYS = sorted((SHARED / "gold").glob("[0-9][0-9][0-9].json"))

pytestmark = pytest.mark.skipif(not SEEDS, reason="the notices are not part of the repository")


@pytest.fixture(scope="module")
def score():
    spec = importlib.util.spec_from_file_location("score", SHARED / "accept" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.score


FLOORS = {
    "tasks": 1.0,
    "whole": 1.0,
    "numbers": 1.0,
    "sections": 1.0,
    "titles": 0.98,
    "departments": 0.99,
    "leads": 0.99,
    "targets": 0.95,
    "units": 0.95,
    "deadlines": 0.90,
    "document": 1.0,
}


@pytest.mark.parametrize("key", KEYS, ids=lambda path: path.stem)
def test_the_answer_keys(key, score):
    wanted = json.loads(key.read_text(encoding="utf-8"))
    path = SHARED / "seeds" / wanted["source"]
    figures = score(wanted, parse_file(path, filename=path.name).to_dict())
    low = {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor}
    assert not low


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_notice_is_read_well_under_a_second(path):
    parse_file(path, filename=path.name)
    started = time.perf_counter()
    parse_file(path, filename=path.name)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_task_can_be_shown_in_its_place(path):
    document = parse_file(path, filename=path.name)
    assert document.tasks
    for task in document.tasks:
        assert task.title in document.text[task.start : task.end]
        assert task.section
    starts = [task.start for task in document.tasks]
    assert starts == sorted(starts)
