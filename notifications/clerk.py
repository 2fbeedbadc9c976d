"""The clerk: what the connections have to put on record together, in one commit.

A connection waits twice for the disk at each letter: for the durable mark before DATA, and for
what became of the letter. The mark of its next letter is put on record with, or after, what became
of its last one, so at most one letter of a connection is out that nobody has on record.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from notifications.post import Ready
from notifications.sorting import SortingOffice
from storage.database import Reading, Trouble
from storage.outbox import Settlement

Beside = Callable[[Reading], None]
"""What is to be done in the same commit, and touches no decision."""

Report = Callable[[Sequence[Settlement], Beside], int]
"""Files settlements through the ledger; wired to the desk."""


@dataclass(slots=True)
class _Slip:
    """One thing to be put on record: what became of a letter, or that one is about to go."""

    what: Settlement | Ready
    answered: "asyncio.Future[None]"


@dataclass(slots=True)
class Clerk:
    """Puts on record whatever waits, together; each is answered after the commit."""

    office: SortingOffice
    report: Report
    unfiled: list[Settlement]  # what could not be put on record now, and may be later
    waiting: list[_Slip] = field(default_factory=list)
    busy: "asyncio.Task[None] | None" = None

    def hand_in(self, what: Settlement | Ready) -> "asyncio.Future[None]":
        """Answered once it is on the disk; for a letter that must not go, with the reason."""
        slip = _Slip(what, asyncio.get_running_loop().create_future())
        self.waiting.append(slip)
        if self.busy is None or self.busy.done():
            self.busy = asyncio.create_task(self._work())
        return slip.answered

    async def _work(self) -> None:
        while self.waiting:
            together, self.waiting = self.waiting, []
            answers: Sequence[BaseException | None]
            try:
                answers = await asyncio.to_thread(self._file, together)
            except BaseException as error:  # noqa: BLE001 - whoever waits must not wait for ever
                answers = [error] * len(together)
            for slip, answer in zip(together, answers, strict=True):
                _answer(slip.answered, answer)

    def _file(self, slips: Sequence[_Slip]) -> list[Exception | None]:
        """One commit; where it fails each is filed alone, so that none fails for another."""
        try:
            return self._file_together(slips)
        except Exception as error:  # noqa: BLE001 - undone whole; whoever waits is told
            if len(slips) == 1:
                self._keep(slips[0].what, error)
                return [error]
        return [answer for slip in slips for answer in self._file([slip])]

    def _keep(self, what: Settlement | Ready, error: Exception) -> None:
        """What a relay has said is not forgotten for a full disk: the letter would go again."""
        if isinstance(error, Trouble) and isinstance(what, Settlement):
            self.unfiled.append(what)

    def _file_together(self, slips: Sequence[_Slip]) -> list[Exception | None]:
        done = [slip.what for slip in slips if isinstance(slip.what, Settlement)]
        going = [slip.what for slip in slips if isinstance(slip.what, Ready)]
        refusals: dict[int, Exception] = {}

        def beside(writing: Reading) -> None:
            refusals.update(self.office.mark(writing, going))

        if done:
            self.report(done, beside)
        else:
            self.office.in_a_commit(beside)
        return [
            refusals.get(slip.what.claimed.id) if isinstance(slip.what, Ready) else None
            for slip in slips
        ]


def _answer(waiting: "asyncio.Future[None]", answer: BaseException | None) -> None:
    if waiting.done():  # whoever waited has been cancelled
        return
    if answer is None:
        waiting.set_result(None)
    else:
        waiting.set_exception(answer)
        waiting.exception()  # a round that ends early leaves some that nobody asks
