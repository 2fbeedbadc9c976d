"""Killed at any moment, with SIGKILL: no acknowledged vote is lost, no letter is lost or doubled.

A process takes votes in two threads, sweeps, and posts letters over four connections. It is killed
at moments drawn from a seed and started again, 25 times on SQLite and 6 times on PostgreSQL; then
what is left is brought to rest and looked at. Half of the kills come right after the relay has
taken a letter, when nobody yet knows. For a release, QUORATE_TEST_KILLS=2000 sets the number of
kills on each database, and QUORATE_TEST_SEED plays other moments.
"""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import select

from app.bootstrap import App
from engine.commands import Scope
from storage import tables
from storage.outbox import GOING_LEASE
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.checks import lost_votes, trail_faults
from tests.promises.posting import copies, deliver, posting_faults
from tests.promises.processes import PATIENCE, context, drawn, start
from tests.promises.victim import READY, Life, live
from tests.small_body import HandClock, as_it_stands, codes, found, links, open_vote, settings_for

KILLS = {"sqlite": 25, "postgresql": 6}
SEED = os.environ.get("QUORATE_TEST_SEED", "1")
PRACTICES = 6
AFTER_A_CRASH = GOING_LEASE + timedelta(seconds=1)
LIVES_OF_A_DECISION = 500
"""A quarter of an hour each, they fit into the time of a vote."""

LONGEST = 300
"""Milliseconds that a life lasts at most, once it has begun to work."""

MOST_VOTES = 6
"""Votes that each thread takes at most in a life."""

MOST_LETTERS = 15
"""Letters that the relay takes at most in a life that is ended by their number."""


@dataclass
class Survivor:
    """A store whose process was killed again and again."""

    app: App
    clock: HandClock
    relay: MisbehavingServer
    acknowledged: list[tuple[str, int]] = field(default_factory=list)  # practice and leaf
    decisions: list[str] = field(default_factory=list)

    async def suffer(self, kills: int) -> None:
        """So many lives, each ended by force."""
        for number in range(kills):
            if number % LIVES_OF_A_DECISION == 0:
                self.decisions.append(open_vote(self.app))
            await asyncio.to_thread(self._live_and_die, self._life(number))
            self.clock.go_on(AFTER_A_CRASH)

    def _life(self, number: int) -> Life:
        decision = self.decisions[-1]
        tokens = {code: links(self.app, decision, code)["lead"] for code in codes(PRACTICES)}
        votes = drawn(f"votes {SEED} {number}", MOST_VOTES)
        return Life(number, self.clock.now(), self.relay.port, tokens, votes)

    def _live_and_die(self, life: Life) -> None:
        receiver, sender = context().Pipe(duplex=False)
        process = start(live, self.app.settings, life, sender)
        sender.close()
        with receiver:
            self._kill(process, receiver, life.number)
            self.acknowledged += _told(receiver)

    def _kill(self, process: BaseProcess, receiver: Connection, number: int) -> None:
        """One in eight dies while starting, the others after a while or after some letters."""
        if number % 8 != 7:
            assert receiver.poll(PATIENCE), "the process never began to work"
            assert receiver.recv_bytes() == READY
        enough = len(self.relay.taken) + 1 + drawn(f"letters {SEED} {number}", MOST_LETTERS)
        by_letters = number % 2 == 1
        for _ in range(LONGEST if by_letters else drawn(f"moment {SEED} {number}", LONGEST)):
            process.join(0.001)
            if by_letters and len(self.relay.taken) >= enough:
                break
        assert process.is_alive(), f"the process ended by itself: {process.exitcode}"
        process.kill()
        process.join()

    async def come_to_rest(self) -> None:
        """What is left is done by a process that lives."""
        for _ in range(3):
            await deliver(self.app, self.relay.port)
            self.clock.go_on(AFTER_A_CRASH)

    def faults(self) -> list[str]:
        """Everything that the promise forbids."""
        return [
            *lost_votes(self.app, self.acknowledged),
            *self._overtaken(),
            *trail_faults(self.app),
            *posting_faults(self.app, self.relay),
            *self._forgotten_mailings(),
        ]

    def _overtaken(self) -> list[str]:
        """Practices whose standing answer is older than the last that was acknowledged."""
        votes = as_it_stands(self.app, self.decisions[-1], Scope.ALL).votes
        standing = {vote.practice: vote.leaf for vote in votes}
        last = dict(self.acknowledged)
        return [
            f"the answer of {code} stands at leaf {standing.get(code)}, {leaf} was acknowledged"
            for code, leaf in last.items()
            if standing.get(code, -1) < leaf
        ]

    def _forgotten_mailings(self) -> list[str]:
        columns = tables.mailing.c
        forgotten = select(columns.leaf).where(columns.status == "owed")
        with self.app.store.database.reading() as reading:
            leaves = reading.execute(forgotten).scalars().all()
        return [f"mailing {leaf} was never made into letters" for leaf in leaves]


def _told(receiver: Connection) -> Iterator[tuple[str, int]]:
    """What the process had told before it died."""
    try:
        while receiver.poll(PATIENCE):
            message = receiver.recv_bytes()
            if message != READY:
                practice, leaf = json.loads(message)
                yield practice, leaf
    except (EOFError, OSError):
        return


async def test_a_process_that_is_killed_again_and_again_loses_nothing_that_it_told_of(
    database_url: str, database_kind: str, tmp_path: Path, clock: HandClock
) -> None:
    app = found(settings_for(database_url, tmp_path), clock, PRACTICES)
    async with MisbehavingServer() as relay:
        survivor = Survivor(app, clock, relay)
        await survivor.suffer(int(os.environ.get("QUORATE_TEST_KILLS", KILLS[database_kind])))
        await survivor.come_to_rest()
        faults = survivor.faults()
    app.close()
    worked = (len(survivor.acknowledged) > PRACTICES, len(copies(relay)) > PRACTICES)
    assert (faults, worked) == ([], (True, True))
