"""The postman: sends what is owed, and reports what became of each letter.

Every step is safe to lose: a mailing is expanded under a unique key, a letter is claimed by a state
change with a lease, its bytes are kept before the first try, a durable mark stands before DATA is
sent, and what the relay said is filed through the ledger. After a crash a certain letter is owed
again, one that was going out rests in doubt and is sent once more with the same bytes.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from notifications.headers import UnsafeHeader
from notifications.post import Ready, settle_attempt, settlement
from notifications.returns import return_path
from notifications.smtp import Courier
from notifications.sorting import Batch, NotWanted, SortingOffice
from notifications.stages import Stage
from storage.marks import clear_mark, raise_mark, read_mark
from storage.outbox import Gone, Settlement, Status

HOLD = timedelta(minutes=1)
"""How long letters rest when the relay itself is in trouble."""

_BEFORE_RECIPIENT = frozenset(
    {Stage.CONNECT, Stage.BANNER, Stage.HELLO, Stage.TLS, Stage.AUTH, Stage.MAIL}
)
"""Where no letter has been offered yet: trouble there is the relay's, and costs no letter a try."""

Report = Callable[[Sequence[Settlement]], int]
"""Files settlements through the ledger; wired to the desk."""


@dataclass(slots=True)
class Posted:
    """What a round of the post did, in letters."""

    sent: int = 0
    failed: int = 0
    retried: int = 0
    skipped: int = 0

    def note(self, done: Settlement) -> None:
        """Count a settlement."""
        if done.status is Status.ACCEPTED:
            self.sent += 1
        elif done.status is Status.SKIPPED:
            self.skipped += 1
        elif done.next_try_at is not None:
            self.retried += 1
        else:
            self.failed += 1


@dataclass(slots=True)
class _Filing:
    """Settlements that wait together are filed in one commit, each answered after it."""

    report: Report
    waiting: list[tuple[Settlement, asyncio.Future[None]]] = field(default_factory=list)
    busy: bool = False

    async def file(self, done: Settlement) -> None:
        """Return once the settlement is on record."""
        filed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((done, filed))
        if not self.busy:
            await self._empty()
        await filed

    async def _empty(self) -> None:
        self.busy = True
        try:
            while self.waiting:
                together, self.waiting = self.waiting, []
                try:
                    await asyncio.to_thread(self.report, [done for done, _ in together])
                except Exception as error:
                    for _, filed in together:
                        filed.set_exception(error)
                    raise
                for _, filed in together:
                    filed.set_result(None)
        finally:
            self.busy = False


class Postman:
    """Sends what is owed over a few kept connections. Any number may work beside each other."""

    def __init__(self, office: SortingOffice, report: Report) -> None:
        self._office = office
        self._report = report
        relay, number = office.settings.relay, office.settings.connections
        self._couriers = [Courier(relay) for _ in range(number)]

    async def deliver(self) -> Posted:
        """Send everything whose time has come; ends when nothing is due, or the relay fails."""
        posted = Posted()
        await asyncio.to_thread(self._office.expand_all)
        while batch := await asyncio.to_thread(self._office.take):
            for done in batch.settled:
                posted.note(done)
            if batch.settled:
                await asyncio.to_thread(self._report, batch.settled)
            if not await self._send(batch, posted):
                break
        return posted

    async def tidy(self) -> None:
        """Forget the bytes of letters settled long ago; once a day is enough."""
        await asyncio.to_thread(self._office.tidy)

    async def aclose(self) -> None:
        """Say goodbye to the relay."""
        await asyncio.gather(*(courier.aclose() for courier in self._couriers))

    async def _send(self, batch: Batch, posted: Posted) -> bool:
        """Send a batch; False when the relay is in trouble and the rest was put back."""
        queue, trouble = deque(batch.ready), list[str]()
        filing = _Filing(self._report)
        async with asyncio.TaskGroup() as group:
            for courier in self._couriers[: len(queue)]:
                group.create_task(self._work(courier, queue, filing, posted, trouble))
        if queue:
            await asyncio.to_thread(self._office.put_back, tuple(queue), HOLD)
        await asyncio.to_thread(self._note_relay, trouble)
        return not trouble

    async def _work(
        self,
        courier: Courier,
        queue: deque[Ready],
        filing: _Filing,
        posted: Posted,
        trouble: list[str],
    ) -> None:
        """One connection's task: letter after letter until the queue is empty or trouble comes."""
        while queue and not trouble:
            ready = queue.popleft()
            done = await self._try(courier, ready, trouble)
            if done is not None:
                posted.note(done)
                await filing.file(done)

    async def _try(self, courier: Courier, ready: Ready, trouble: list[str]) -> Settlement | None:
        """One try of one letter; None when it was put back untried, or is no longer ours."""

        async def before_data() -> None:
            await asyncio.to_thread(self._office.let_go, ready)

        settings, store = self._office.settings, self._office.store
        sender = return_path(ready.claimed.id, ready.message_id, settings.sender, store.link_key)
        try:
            attempt = await courier.send(sender, ready.contact.email, ready.content, before_data)
        except NotWanted as error:
            return settlement(
                ready.claimed, Status.SKIPPED, str(error), ready.contact, ready.message_id
            )
        except Gone:
            return None
        except (ValueError, UnsafeHeader) as error:  # no relay would take it: the others must go
            says = f"cannot be sent: {error}"
            return settlement(ready.claimed, Status.FAILED, says, ready.contact, ready.message_id)
        done, relay = settle_attempt(ready, attempt, store.ledger.now())
        if relay:
            trouble.append(attempt.words)
        if relay and attempt.stage in _BEFORE_RECIPIENT:
            await asyncio.to_thread(self._office.put_back, (ready,), HOLD)
            return None
        return done

    def _note_relay(self, trouble: Sequence[str]) -> None:
        """Health shows since when the relay has been in trouble, and what it said."""
        database, now = self._office.store.database, self._office.store.ledger.now()
        if trouble:
            with database.writing() as writing:
                raise_mark(writing, "relay", now, trouble[0])
            return
        with database.reading() as reading:
            standing = read_mark(reading, "relay")
        if standing:
            with database.writing() as writing:
                clear_mark(writing, "relay")
