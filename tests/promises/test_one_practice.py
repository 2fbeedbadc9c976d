"""One practice that answers from many connections at once has one answer: the last."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Barrier
from threading import enumerate as enumerate_threads

import pytest
from sqlalchemy import select

from app.bootstrap import App, build
from engine.commands import Scope
from storage import tables
from storage.openings import person_key
from tests.promises import naive
from tests.promises.checks import Attempt, attempt, read_bodies, voting_faults
from tests.small_body import HandClock, as_it_stands, closing, codes, open_vote
from tests.together import served_together
from workflows.answers import Recorded

CONNECTIONS = 20
PATIENCE = 60
"""Seconds after which threads that wait for each other give up."""
FIRST, SECOND, THIRD = codes(3)


@pytest.fixture(params=[1, 4], ids=["one program", "four programs"])
def spread(request: pytest.FixtureRequest, app: App) -> Iterator[list[App]]:
    """The programs that the connections come in by."""
    with ExitStack() as stack:
        others = [build(app.settings, HandClock()) for _ in range(request.param - 1)]
        for other in others:
            stack.callback(other.close)
        yield [app, *others]


def answer_together(apps: list[App], decision: str) -> list[Attempt]:
    """Twenty people hold the lead's link and answer at once, each by a name of their own."""
    line = Barrier(CONNECTIONS, timeout=PATIENCE)

    def answer(number: int) -> Attempt:
        line.wait()
        choice = ("for", "against")[number % 2]
        app = apps[number % len(apps)]
        return attempt(app, decision, FIRST, choice, name=f"Person {number:02} Lee")

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        return list(threads.map(answer, range(CONNECTIONS)))


def test_every_answer_is_recorded_and_the_last_is_counted(
    app: App, clock: HandClock, spread: list[App]
) -> None:
    decision = open_vote(app)
    made = answer_together(spread, decision)
    clock.at = closing(app, decision)
    app.desk.sweep()
    assert voting_faults(app, made) == []


def test_one_answer_is_cast_and_the_others_change_it(app: App, spread: list[App]) -> None:
    answer_together(spread, open_vote(app))
    kinds = [len(read_bodies(app, kind)) for kind in ("vote.cast", "vote.changed")]
    assert kinds == [1, CONNECTIONS - 1]


def test_the_answer_that_stands_is_the_last_leaf(app: App, spread: list[App]) -> None:
    decision = open_vote(app)
    made = answer_together(spread, decision)
    last = max(n for each in made if isinstance(each.reply, Recorded) for n in each.reply.leaves)
    standing = as_it_stands(app, decision, Scope.ALL).votes
    assert [vote.leaf for vote in standing] == [last]


def test_one_receipt_is_owed_for_all(app: App, spread: list[App]) -> None:
    answer_together(spread, open_vote(app))
    columns = tables.mailing.c
    with app.store.database.reading() as reading:
        query = select(columns.status).where(columns.letter == "receipt", columns.status == "owed")
        assert len(reading.execute(query).all()) == 1


def test_checked_before_the_lock_two_first_answers_would_clash(app: App) -> None:
    decision, line = open_vote(app), Barrier(2, timeout=PATIENCE)
    ours = naive.hasty(app, line.wait)
    with ThreadPoolExecutor(2) as threads:
        names = ("Anna Lee", "Bo Lee")
        made = list(threads.map(lambda name: attempt(ours, decision, FIRST, name=name), names))
    assert ["IntegrityError" in each.error for each in made].count(True) == 1


# --- answers that share a commit ------------------------------------------------------------------


def together(app: App, decision: str, practices: list[str]) -> list[Attempt]:
    """Answers that wait before the counter is staffed, and are then served in one commit."""
    asking = [partial(attempt, app, decision, code) for code in practices]
    return served_together(app.practice_desk.counter, asking)


def test_answers_that_wait_together_share_a_commit(app: App) -> None:
    """The clock is read once for each page of the ledger."""
    decision, readings = open_vote(app), list[datetime]()
    ledger = app.store.ledger

    def now() -> datetime:
        readings.append(ledger.now())
        return readings[-1]

    together(naive.with_ledger(app, replace(ledger, now=now)), decision, [FIRST, SECOND, THIRD])
    assert len(readings) == 1


def test_answers_that_wait_together_are_all_recorded(app: App) -> None:
    decision = open_vote(app)
    assert voting_faults(app, together(app, decision, [FIRST, SECOND, THIRD])) == []


def test_answers_of_one_practice_that_wait_together_are_one_answer(app: App) -> None:
    decision = open_vote(app)
    made = together(app, decision, [FIRST, FIRST, FIRST])
    assert len(read_bodies(app, "vote.cast", "vote.changed")) == 1, made


def test_an_answer_that_cannot_be_filed_fails_alone(app: App) -> None:
    """The first practice's lead has been erased while the link still lives."""
    decision = open_vote(app)
    app.store.keys.erase(person_key(_lead(app, FIRST)))
    made = together(app, decision, [FIRST, SECOND, THIRD])
    assert [each.acknowledged for each in made] == [False, True, True]


def test_the_counters_thread_ends_when_it_closes(app: App) -> None:
    """Threads that stay would hold a whole program in memory each."""
    decision, before = open_vote(app), set(enumerate_threads())
    attempt(app, decision, FIRST)
    begun = set(enumerate_threads()) - before
    app.practice_desk.counter.close()
    assert [(thread.name, thread.is_alive()) for thread in begun] == [("counter", False)]


def test_who_comes_to_a_closed_counter_is_served_all_the_same(app: App) -> None:
    decision, counter = open_vote(app), app.practice_desk.counter
    attempt(app, decision, FIRST)
    counter.close()
    assert attempt(app, decision, SECOND).acknowledged
    counter.close()


def _lead(app: App, practice: str) -> str:
    columns = tables.post.c
    with app.store.database.reading() as reading:
        query = select(columns.person).where(columns.ods_code == practice, columns.role == "lead")
        return str(reading.execute(query).scalar_one())
