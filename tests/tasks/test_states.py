"""The moves between states: what PRODUCT allows, and nothing else."""

import pytest

from tasks.models.states import (
    DONE_STATES,
    MOVES,
    NOT_COUNTED_STATES,
    OPEN_STATES,
    SET_ASIDE_STATES,
    State,
    moves_from,
)
from tasks.services.progress import reason_needed


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
