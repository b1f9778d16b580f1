"""Flags, lights and 序时进度 on a date, at their edges; and where a task stood in the past."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reform_tracker.working_days.calendar import calendar
from tasks.models import Task
from tasks.models.conditions import light_reason
from tasks.models.states import State
from tests.factories import EventFactory, TaskFactory

START, DUE = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
MIDDLE = dt.date(2024, 7, 1)  # 182 of 365 days: 49.9 %


def at(document, on, *, state="in_progress", progress=0, start_on=START, due_on=DUE):
    """A task in that state since its start, as it stands on `on`."""
    task = TaskFactory(
        document=document, state=state, progress=progress, start_on=start_on, due_on=due_on
    )
    EventFactory(task=task, effective_on=start_on, state=state, progress=progress)
    return Task.objects.with_light(on).get(pk=task.pk)


class TestOverdue:
    @pytest.mark.parametrize(("on", "overdue"), [(DUE, False), (DUE + dt.timedelta(1), True)])
    def test_from_the_day_after(self, document, on, overdue):
        assert at(document, on, progress=100).is_overdue is overdue

    @pytest.mark.parametrize("state", set(State) - {"not_started", "in_progress"})
    def test_only_open_work(self, document, state):
        assert at(document, DUE + dt.timedelta(30), state=state).is_overdue is False


class TestNearDue:
    def test_fifteen_working_days_the_day_included(self, document):
        last = next(
            day
            for day in (DUE - dt.timedelta(n) for n in range(40))
            if calendar().add_working_days(day, 15) < DUE
        )
        assert at(document, last).is_near_due is False
        assert at(document, last + dt.timedelta(1)).is_near_due is True
        assert at(document, DUE).is_near_due is True
        assert at(document, DUE + dt.timedelta(1)).is_near_due is False

    def test_make_up_days_count_and_holidays_do_not(self, document):
        """Due on 2024-10-11: 国庆 1–7 October are off, Sunday 29 September is worked."""
        due = dt.date(2024, 10, 11)
        flags = {
            on: at(document, on, due_on=due).is_near_due
            for on in (dt.date(2024, 9, 12), dt.date(2024, 9, 13), dt.date(2024, 9, 18))
        }
        assert flags == {
            dt.date(2024, 9, 12): calendar().add_working_days(dt.date(2024, 9, 12), 15) >= due,
            dt.date(2024, 9, 13): calendar().add_working_days(dt.date(2024, 9, 13), 15) >= due,
            dt.date(2024, 9, 18): True,
        }
        # 9/14 worked, 9/15–17 off, 9/29 worked, 10/1–7 off: fifteen days from 9/13 end on 10/11.
        assert flags[dt.date(2024, 9, 13)] is True
        assert flags[dt.date(2024, 9, 12)] is False


class TestExpectedProgress:
    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (START - dt.timedelta(1), 0),
            (START, 0),
            (MIDDLE, 182 / 365 * 100),
            (DUE, 100),
            (DUE + dt.timedelta(1), 100),
        ],
    )
    def test_the_elapsed_share(self, document, on, expected):
        assert at(document, on).expected_progress == pytest.approx(expected)

    def test_a_task_of_one_day(self, document):
        assert at(document, START, start_on=START, due_on=START).expected_progress == 100


class TestLight:
    @pytest.mark.parametrize(
        ("progress", "light", "reason"),
        [
            (50, "green", "达到序时进度"),
            (40, "green", "达到序时进度"),
            (39, "yellow", "落后序时进度11个百分点"),
            (20, "yellow", "落后序时进度30个百分点"),
            (19, "red", "落后序时进度31个百分点"),
        ],
    )
    def test_by_points_behind(self, document, progress, light, reason):
        """49.9 % of the time has gone on 1 July."""
        task = at(document, MIDDLE, progress=progress)
        assert (task.light, light_reason(task)) == (light, reason)

    @pytest.mark.parametrize(
        ("state", "light"),
        [
            ("not_started", "grey"),
            ("completed", "green"),
            ("awaiting_write_off", "green"),
            ("written_off", "blue"),
            ("suspended", "grey"),
            ("cancelled", "grey"),
            ("carried_over", "grey"),
        ],
    )
    def test_by_state(self, document, state, light):
        assert at(document, MIDDLE, state=state).light == light

    @pytest.mark.parametrize("state", ["not_started", "in_progress"])
    def test_overdue_is_red(self, document, state):
        task = at(document, DUE + dt.timedelta(1), state=state, progress=99)
        assert (task.light, light_reason(task)) == ("red", "逾期未完成")

    @pytest.mark.parametrize("state", ["not_started", "in_progress"])
    def test_near_due_is_yellow(self, document, state):
        task = at(document, DUE, state=state, progress=95)
        assert (task.light, light_reason(task)) == ("yellow", "临近完成时限")

    def test_far_behind_stays_red_when_near_due(self, document):
        assert at(document, DUE, progress=20).light == "red"

    def test_lagging_is_a_flag_of_open_work(self, document):
        assert at(document, MIDDLE, progress=20).is_lagging is True
        assert at(document, MIDDLE, progress=45).is_lagging is False
        assert at(document, MIDDLE, state="suspended", progress=0).is_lagging is False


class TestAsOf:
    def test_before_the_first_event_nothing_had_begun(self, document):
        task = TaskFactory(document=document, state="completed", progress=100)
        then = Task.objects.as_of(dt.date(2024, 2, 1)).get(pk=task.pk)
        assert (then.state_then, then.progress_then) == ("not_started", 0)

    def test_today_reads_the_row(self, document):
        task = TaskFactory(document=document, state="completed", progress=100)
        now = Task.objects.as_of(dt.date(2999, 1, 1)).get(pk=task.pk)
        assert (now.state_then, now.progress_then) == ("completed", 100)

    def test_state_and_progress_are_remembered_apart(self, document):
        task = TaskFactory(document=document)
        EventFactory(task=task, effective_on=dt.date(2024, 2, 1), state="in_progress", progress=40)
        EventFactory(task=task, effective_on=dt.date(2024, 3, 1), state="suspended")
        then = Task.objects.as_of(dt.date(2024, 3, 2)).get(pk=task.pk)
        assert (then.state_then, then.progress_then) == ("suspended", 40)

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        facts=st.lists(
            st.tuples(
                st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 12)),
                st.sampled_from(["", *State]),
                st.one_of(st.none(), st.integers(0, 100)),
            ),
            max_size=6,
        ),
        on=st.dates(dt.date(2023, 12, 31), dt.date(2024, 1, 13)),
    )
    def test_the_latest_day_counts_and_of_one_day_the_last_word(self, document, facts, on):
        task = TaskFactory(document=document)
        for day, state, progress in facts:
            EventFactory(task=task, effective_on=day, state=state, progress=progress)
        known = sorted((fact for fact in facts if fact[0] <= on), key=lambda fact: fact[0])
        states = [state for _, state, _ in known if state]
        figures = [progress for _, _, progress in known if progress is not None]
        then = Task.objects.as_of(on).get(pk=task.pk)
        assert then.state_then == (states[-1] if states else "not_started")
        assert then.progress_then == (figures[-1] if figures else 0)
