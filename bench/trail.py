"""What the trail costs a vote, and what a checkpoint costs: on a database that syncs."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from typing import Any

from bench.stage import Stage, stage
from engine.commands import GiveAnswer
from engine.people import By
from storage import tables
from storage.decisions import Asker
from storage.ledger import Page
from storage.links import all_links

VOTES = 2_000
SEALS = 300


def run() -> None:
    """Print the share of a vote's transaction that its leaf takes, and the time of a seal."""
    with stage(69) as here:
        reference = here.open_vote()
        here.clock.moment += timedelta(days=8)
        here.app.desk.sweep()
        whole, leaf = _votes(here, reference)
        seals = _seals(here, reference)
    print("| a vote's transaction, ms | of it appending its leaf, ms | share | aim |")
    print("|---:|---:|---:|---:|")
    print(f"| {whole:.2f} | {leaf:.2f} | {leaf / whole:.0%} | at most 25% |\n")
    print("| a checkpoint after each vote, median ms | of a vote's transaction |")
    print("|---:|---:|")
    print(f"| {seals:.2f} | {seals / whole:.2f} |\n")


def _votes(here: Stage, reference: str) -> tuple[float, float]:
    """Mean milliseconds of a vote's transaction, and of what its leaf takes in it."""
    spent = [0.0]
    vote = _voter(here, reference)
    for n in range(100):
        vote(n)
    with _timed(spent):
        start = time.perf_counter()
        for n in range(100, 100 + VOTES):
            vote(n)
        whole = time.perf_counter() - start
    return 1000 * whole / VOTES, 1000 * spent[0] / VOTES


def _voter(here: Stage, reference: str) -> Callable[[int], None]:
    """Votes of one practice after another, each changing what stands."""
    with here.app.store.database.reading() as reading:
        voters = [held for held in all_links(reading, reference) if held.may_cast]

    def vote(n: int) -> None:
        held = voters[n % len(voters)]
        choice = ("for", "against")[n // len(voters) % 2]
        by = By(held.person, "Anna Lee", "lead")
        command = GiveAnswer(held.practice, by, may_cast=True, choices={"main": choice}, comment="")
        here.app.desk.handle(reference, command, Asker(held.practice, held.person))

    return vote


@contextmanager
def _timed(spent: list[float]) -> Any:  # noqa: ANN401 - a generator of nothing
    """Measure what belongs to the leaf: its bytes and hashes, its rows, the head's move."""
    append, write, move = Page._append, Page._write, Page._move_head  # noqa: SLF001

    def measured(run: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any) -> Any:  # noqa: ANN401
            start = time.perf_counter()
            try:
                return run(*args)
            finally:
                spent[0] += time.perf_counter() - start

        return wrapped

    def write_some(page: Page, table: Any, rows: Any) -> None:  # noqa: ANN401
        of_trail = table is tables.leaf or table is tables.node
        (measured(write) if of_trail else write)(page, table, rows)

    Page._append = measured(append)  # type: ignore[method-assign]  # noqa: SLF001
    Page._write = write_some  # type: ignore[method-assign, assignment]  # noqa: SLF001
    Page._move_head = measured(move)  # type: ignore[method-assign]  # noqa: SLF001
    try:
        yield
    finally:
        Page._append, Page._write, Page._move_head = append, write, move  # type: ignore[method-assign]  # noqa: SLF001


def _seals(here: Stage, reference: str) -> float:
    """Median milliseconds of releasing a checkpoint after one more vote."""
    vote, times = _voter(here, reference), []
    here.app.store.sealer.seal()
    for n in range(VOTES, VOTES + SEALS):
        vote(n)
        start = time.perf_counter()
        here.app.store.sealer.seal()
        times.append(time.perf_counter() - start)
    return 1000 * median(times)
