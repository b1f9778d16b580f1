"""The moves between states: what PRODUCT allows, and nothing else."""

import itertools

import pytest
import time_machine

from reform_tracker.lib.verdicts import Conflict
from tasks.models import Task, TaskRequest
from tasks.models.states import (
    ASKED_IN,
    DONE_STATES,
    GRANTED,
    MOVES,
    NOT_COUNTED_STATES,
    OPEN_STATES,
    SET_ASIDE_STATES,
    State,
    moves_from,
)
from tasks.services.progress import move_task, reason_needed
from tasks.services.requests import make_request


def test_every_state_is_open_done_or_set_aside():
    assert sorted([*OPEN_STATES, *DONE_STATES, *SET_ASIDE_STATES]) == sorted(State)


def test_every_state_has_its_moves():
    assert set(MOVES) == set(State)


@pytest.mark.parametrize("state", State)
def test_staying_is_always_possible_and_listed_first(state):
    assert moves_from(state)[0] == state


@pytest.mark.parametrize("state", [*OPEN_STATES, *SET_ASIDE_STATES])
def test_only_completed_work_is_written_off(state):
    assert State.WRITTEN_OFF not in MOVES[state]


def test_carrying_over_is_no_plain_move():
    assert all(State.CARRIED_OVER not in moves for moves in MOVES.values())
    assert MOVES[State.CARRIED_OVER] == []


def test_what_is_written_off_is_only_reopened():
    assert MOVES[State.WRITTEN_OFF] == [State.IN_PROGRESS]


def test_rates_leave_out_cancelled_and_carried_over():
    assert set(NOT_COUNTED_STATES) == {State.CANCELLED, State.CARRIED_OVER}


@pytest.mark.parametrize(
    ("now", "then", "needed"),
    [
        (State.NOT_STARTED, State.IN_PROGRESS, False),
        (State.IN_PROGRESS, State.COMPLETED, False),
        (State.COMPLETED, State.WRITTEN_OFF, False),
        (State.IN_PROGRESS, State.SUSPENDED, True),
        (State.NOT_STARTED, State.CANCELLED, True),
        (State.SUSPENDED, State.IN_PROGRESS, True),
        (State.COMPLETED, State.IN_PROGRESS, True),
        (State.WRITTEN_OFF, State.IN_PROGRESS, True),
        (State.AWAITING_WRITE_OFF, State.COMPLETED, True),
    ],
)
def test_which_moves_are_explained(now, then, needed):
    assert reason_needed(now, then) is needed


def test_through_all_pairs_the_legal_moves_happen_and_no_other(task, zhang):
    """64 pairs: what MOVES lists is done, all else is refused and changes nothing."""
    happened = set()
    for now, then in itertools.product(State, State):
        Task.objects.update(state=now)
        task.events.all().delete()
        try:
            move_task(task=task, state=then, actor=zhang, reason="核对")
        except Conflict:
            assert Task.objects.get().state == now
            assert not task.events.exists()
        else:
            assert Task.objects.get().state == then
            assert task.events.get().state == then
            happened.add((now, then))
    assert happened == {(now, then) for now, moves in MOVES.items() for then in moves}
    assert len(happened) == 20


def test_every_kind_of_request_is_asked_in_its_states_and_no_other(task, li):
    made = set()
    with time_machine.travel("2024-11-05"):
        for kind, state in itertools.product(TaskRequest.Kind, State):
            TaskRequest.objects.all().delete()
            Task.objects.update(state=state, progress=100)
            values = {"progress_so_far": "已选址", "new_due_on": task.due_on.replace(year=2025)}
            try:
                make_request(task=task, kind=kind, actor=li, reason="流标", **values)
            except Conflict:
                assert Task.objects.get().state == state
            else:
                made.add((kind, state))
    assert made == {(kind, state) for kind, states in ASKED_IN.items() for state in states}


@pytest.mark.parametrize("kind", TaskRequest.Kind)
def test_what_a_request_leads_to_is_a_move_like_any_other(kind):
    waits_in = [State.AWAITING_WRITE_OFF] if kind == "write_off" else ASKED_IN[kind]
    if kind == "write_off":
        assert all(State.AWAITING_WRITE_OFF in MOVES[state] for state in ASKED_IN[kind])
    granted = GRANTED[kind]
    assert granted is None or all(granted in MOVES[state] for state in waits_in)
