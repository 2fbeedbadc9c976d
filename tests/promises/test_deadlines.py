"""No deadline fires twice and none is skipped, however many sweep; and it holds if none does."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from threading import Barrier

import pytest

from app.bootstrap import App, build
from tests.promises import naive
from tests.promises.checks import closing_faults, read_bodies, trail_faults
from tests.small_body import HandClock, as_it_stands, closing, codes, open_vote, send, set_clock
from workflows.answers import NotOpen, Recorded, TooLate

SWEEPERS = 4
AT_ONCE = {"sqlite": 200, "postgresql": 40}
FIRST, SECOND, THIRD = codes(3)
PATIENCE = 60
"""Seconds after which threads that wait for each other give up."""

MakeApps = Callable[[int], list[App]]


@pytest.fixture
def processes(app: App) -> Iterator[MakeApps]:
    """More processes on the same database, each with a clock of its own."""
    with ExitStack() as stack:

        def make(number: int) -> list[App]:
            apps = [build(app.settings, HandClock(app.clock.now())) for _ in range(number)]
            for each in apps:
                stack.callback(each.close)
            return apps

        yield make


def sweep_together(apps: list[App]) -> int:
    """Let all sweep at once; how many deadlines they say they dealt with, all together."""
    line = Barrier(len(apps), timeout=PATIENCE)

    def sweep(app: App) -> int:
        line.wait()
        return app.desk.sweep().deadlines

    with ThreadPoolExecutor(len(apps)) as threads:
        return sum(threads.map(sweep, apps))


def test_decisions_due_at_one_instant_are_each_closed_once(
    app: App, clock: HandClock, processes: MakeApps, database_kind: str
) -> None:
    decisions = [open_vote(app, practices=[FIRST]) for _ in range(AT_ONCE[database_kind])]
    clock.at = closing(app, decisions[0])
    dealt_with = sweep_together([app, *processes(SWEEPERS - 1)])
    faults = [*closing_faults(app, decisions), *trail_faults(app)]
    assert (faults, dealt_with) == ([], len(decisions))


def test_sweeps_that_check_first_would_close_twice(
    app: App, clock: HandClock, processes: MakeApps
) -> None:
    decisions = [open_vote(app) for _ in range(3)]
    clock.at = closing(app, decisions[0])
    line = Barrier(2, timeout=PATIENCE)
    sweep_together([naive.hasty(each, line.wait) for each in (app, *processes(1))])
    assert f"{decisions[0]} has 2 phase.closed" in closing_faults(app, decisions)


def test_sweeping_again_does_nothing(app: App, clock: HandClock) -> None:
    decision = open_vote(app)
    clock.at = closing(app, decision)
    app.desk.sweep()
    assert app.desk.sweep().deadlines == 0


def test_a_deadline_a_moment_away_is_left_alone(app: App, clock: HandClock) -> None:
    decision = open_vote(app)
    clock.at = closing(app, decision) - timedelta(microseconds=1)
    app.desk.sweep()
    assert as_it_stands(app, decision).state == "voting"


def test_after_downtime_each_deadline_fires_once(app: App, clock: HandClock) -> None:
    decisions = [open_vote(app) for _ in range(5)]
    clock.at = closing(app, decisions[0]) + timedelta(days=6)
    app.desk.sweep()
    assert closing_faults(app, decisions) == []


def test_a_close_swept_late_is_dated_by_its_deadline(app: App, clock: HandClock) -> None:
    due = closing(app, open_vote(app))
    clock.at = due + timedelta(days=6)
    app.desk.sweep()
    [close] = read_bodies(app, "phase.closed").values()
    assert close["closed_at"] == f"{due:%Y-%m-%dT%H:%M:%S.%f}Z"


def reminders(app: App) -> int:
    letters = [body["letter"] for body in read_bodies(app, "mail.intent").values()]
    return letters.count("reminder")


def test_two_sweeps_at_once_owe_one_reminder(
    app: App, clock: HandClock, processes: MakeApps
) -> None:
    due = as_it_stands(app, open_vote(app)).waiting
    assert due is not None
    clock.at = due.remind[0]
    sweep_together([app, *processes(SWEEPERS - 1)])
    assert reminders(app) == 1


def test_reminders_missed_in_downtime_become_one(app: App, clock: HandClock) -> None:
    due = as_it_stands(app, open_vote(app)).waiting
    assert due is not None
    clock.at = due.remind[-1]
    app.desk.sweep()
    assert reminders(app) == 1


# --- with no scheduler alive ----------------------------------------------------------------------


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(days=7)])
def test_a_vote_is_too_late_though_nothing_has_swept(
    app: App, clock: HandClock, late: timedelta
) -> None:
    decision = open_vote(app)
    clock.at = closing(app, decision) + late
    assert isinstance(send(app, decision, FIRST), TooLate)


def test_a_vote_at_the_last_moment_counts(app: App, clock: HandClock) -> None:
    decision = open_vote(app)
    clock.at = closing(app, decision) - timedelta(microseconds=1)
    assert isinstance(send(app, decision, FIRST), Recorded)


def test_a_clock_that_lags_behind_the_trail_lets_no_late_vote_in(
    app: App, processes: MakeApps, clock: HandClock
) -> None:
    """Another process has already filed a leaf after the close."""
    decision, [other] = open_vote(app), processes(1)
    set_clock(other, closing(app, decision))
    send(other, decision, FIRST)
    assert isinstance(send(app, decision, SECOND), TooLate)


def test_votes_of_a_week_without_a_sweep_are_all_refused(app: App, clock: HandClock) -> None:
    decision = open_vote(app)
    send(app, decision, FIRST)
    clock.at = closing(app, decision)
    for _ in range(7):
        clock.go_on(timedelta(days=1))
        send(app, decision, SECOND)
        send(app, decision, THIRD)
    app.desk.sweep()
    [close] = read_bodies(app, "phase.closed").values()
    assert close["count"]["returned"] == 1


# --- with a clock that cannot be trusted ----------------------------------------------------------


@pytest.fixture
def doubtful(app: App, clock: HandClock) -> str:
    """A decision whose time is up, by a clock that is suspect."""
    decision = open_vote(app)
    clock.at = closing(app, decision)
    clock.because = "the machine's clock is 3 days ahead of the last sweep"
    return decision


def test_a_suspect_clock_fires_no_deadline(app: App, doubtful: str) -> None:
    app.desk.sweep()
    assert as_it_stands(app, doubtful).state == "voting"


def test_a_suspicion_is_filed_once(app: App, doubtful: str) -> None:
    for _ in range(3):
        app.desk.sweep()
    assert len(read_bodies(app, "clock.suspect")) == 1


def test_by_a_suspect_clock_a_late_vote_is_still_late(app: App, doubtful: str) -> None:
    app.desk.sweep()
    assert isinstance(send(app, doubtful, FIRST), TooLate)


def test_by_a_suspect_clock_votes_go_on_where_they_are_open(app: App, clock: HandClock) -> None:
    decision = open_vote(app)
    clock.because = "somebody set it"
    app.desk.sweep()
    assert isinstance(send(app, decision, FIRST), Recorded)


def test_once_the_clock_is_confirmed_the_deadline_fires(
    app: App, clock: HandClock, doubtful: str
) -> None:
    app.desk.sweep()
    clock.because = None
    app.desk.confirm_clock()
    app.desk.sweep()
    assert closing_faults(app, [doubtful]) == []


def test_after_the_count_a_vote_is_told_that_it_is_over(app: App, clock: HandClock) -> None:
    decision = open_vote(app)
    clock.at = closing(app, decision)
    app.desk.sweep()
    assert isinstance(send(app, decision, FIRST), NotOpen)
