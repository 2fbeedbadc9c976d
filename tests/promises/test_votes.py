"""An acknowledged vote is never lost, and none counts that came after the close."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread

import pytest

from app.bootstrap import App, build
from storage.proofs import read_head
from tests.promises import naive
from tests.promises.checks import Attempt, attempt, lost_votes, voting_faults
from tests.small_body import HandClock, closing, codes, open_vote, set_clock

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

FIRST, SECOND, THIRD = codes(3)
LONG_ENOUGH = 0.5
"""Seconds after which who has not got through is taken to be waiting for the lock."""

PATIENCE = 30
"""The same of a naive variant, whose rivals wait for nobody: a busy machine lets them come late."""

Variant = Callable[[App], App]


@pytest.fixture
def rival(app: App) -> Iterator[App]:
    """Another process on the same database, with a clock of its own."""
    rival = build(app.settings, HandClock())
    yield rival
    rival.close()


class Rival:
    """What another process does while ours is held up in the middle of a transaction."""

    def __init__(self, act: Callable[[], object], patience: float = LONG_ENOUGH) -> None:
        self._thread = Thread(target=act)
        self._patience = patience

    def go(self) -> None:
        """Let it act, until it is through or seen to wait for us."""
        self._thread.start()
        self._thread.join(self._patience)

    def end(self) -> None:
        """Wait for its end, where it was let go at all."""
        if self._thread.ident is not None:
            self._thread.join()


def votes_at_once(app: App, other: App, variant: Variant) -> list[str]:
    """A vote is held up in its transaction while another practice votes, and again if it fails."""
    reference = open_vote(app)
    made: list[Attempt] = []

    def vote(practice: str) -> None:
        made.append(attempt(variant(other), reference, practice))

    patience = LONG_ENOUGH if variant is as_it_is else PATIENCE
    rivals = [Rival(partial(vote, practice), patience) for practice in (SECOND, THIRD)]
    ours = naive.held_up(variant(app), *(rival.go for rival in rivals))
    made.append(attempt(ours, reference, FIRST))
    for rival in rivals:
        rival.end()
    return voting_faults(app, made)


def across_the_close(app: App, other: App) -> list[str]:
    """A vote is held up in its transaction while another process closes and counts."""
    reference = open_vote(app)
    set_clock(other, closing(app, reference))
    sweep = Rival(other.desk.sweep)
    made = [attempt(naive.held_up(app, sweep.go), reference, FIRST)]
    sweep.end()
    return voting_faults(app, made)


def as_it_is(app: App) -> App:
    return app


def test_two_votes_at_once_are_both_recorded(app: App, rival: App) -> None:
    assert votes_at_once(app, rival, as_it_is) == []


def test_a_vote_that_came_in_before_the_close_is_counted(app: App, rival: App) -> None:
    assert across_the_close(app, rival) == []


@on_sqlite
def test_the_drivers_own_transactions_would_fail_a_vote(app: App, rival: App) -> None:
    [fault] = votes_at_once(app, rival, naive.default_transactions)
    assert "a leaf must be the next one" in fault


@on_sqlite
def test_deferred_transactions_would_fail_a_vote(app: App, rival: App) -> None:
    [fault] = votes_at_once(app, rival, naive.deferred_transactions)
    assert "database is locked" in fault


@on_postgresql
def test_without_the_heads_lock_a_vote_would_fail(app: App, rival: App) -> None:
    [fault] = votes_at_once(app, rival, naive.without_head_lock)
    assert "a leaf must be the next one" in fault


def test_a_vote_checked_before_the_lock_would_be_acknowledged_and_lost(
    app: App, rival: App
) -> None:
    reference = open_vote(app)
    set_clock(rival, closing(app, reference))
    ours = naive.hasty(app, rival.desk.sweep)
    faults = voting_faults(app, [attempt(ours, reference, FIRST)])
    assert any("counted {'for': 0" in fault for fault in faults)


def test_a_vote_that_was_told_of_before_its_commit_would_be_missed(app: App) -> None:
    with app.store.database.reading() as reading:
        next_leaf = read_head(reading).size
    assert len(lost_votes(app, [(FIRST, next_leaf)])) == 1
