"""The postman: sends what is owed, and reports what became of each letter.

Every step is safe to lose: a mailing is expanded under a unique key, a letter is claimed by a state
change with a lease, its bytes are kept before the first try, a durable mark stands before DATA is
sent, and what the relay said is filed through the ledger. After a crash a certain letter is owed
again, one that was going out rests in doubt and is sent once more with the same bytes.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from notifications.clerk import Clerk, Report
from notifications.headers import UnsafeHeader
from notifications.post import Ready, settle_attempt, settlement
from notifications.present import NotWanted
from notifications.returns import return_path
from notifications.smtp import Courier
from notifications.sorting import SortingOffice
from notifications.stages import Attempt, Kind, Stage
from notifications.supply import Supply
from storage.database import Trouble
from storage.outbox import Gone, Settlement, Status

HOLD = timedelta(minutes=1)
"""How long letters rest when the relay itself is in trouble."""

IN_A_ROW = 3
"""Passing troubles of the relay, with no good word between them, after which a round ends."""

MARK_HOLDS = timedelta(minutes=1)
"""How old the marks of a hand may grow before its next letter is offered.

With a relay that grows slow the last letters of a hand would else leave after their lease, when
another postman may have sent them.
"""

STOP_SECONDS = 8.0
"""How long the letters in hand may take when the postman is told to stop."""

QUICK_SECONDS = 0.05
"""A hand that was delivered in this time was not too big."""

_BEFORE_RECIPIENT = frozenset(
    {Stage.CONNECT, Stage.BANNER, Stage.HELLO, Stage.TLS, Stage.AUTH, Stage.MAIL}
)
"""Where no letter has been offered yet: trouble there is the relay's, and costs no letter a try."""

Alarm = Callable[[str], None]
"""Told once when the relay gets into trouble: what the log says. No address, no relay's words."""


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
class _Line:
    """How the relay has been in this round: what it last said wrong, and how often in a row."""

    says: str = ""
    in_a_row: int = 0
    broken: bool = False
    answers: int = 0
    under_way: int = 0

    def heard(self, attempt: Attempt, kind: Kind, *, relay: bool) -> None:
        """Note what came of a try."""
        self.answers += 1
        if not relay:
            self.says, self.in_a_row = "", 0
            return
        self.says = f"{attempt.stage.value}: {attempt.words}"
        self.in_a_row += 1
        self.broken |= kind is Kind.RELAY_FAULT or self.in_a_row >= IN_A_ROW


class Postman:
    """Sends what is owed over a few kept connections. Any number may work beside each other."""

    def __init__(self, office: SortingOffice, report: Report, alarm: Alarm | None = None) -> None:
        self._office = office
        self._report = report
        self._alarm = alarm
        relay, number = office.settings.relay, office.settings.connections
        self._couriers = [Courier(relay) for _ in range(number)]
        self._unfiled: list[Settlement] = []
        self._line = _Line()
        self._delivering = asyncio.Lock()
        self._stopped = False

    async def deliver(self) -> Posted:
        """Send everything whose time has come; ends when nothing is due, or the relay fails.

        While the relay is in trouble one connection tries one letter, to see whether it is back.
        What could not be put on record in an earlier round is first.
        """
        posted = Posted()
        async with self._delivering:
            if not self._stopped:
                await self._file_late()
                await self._deliver(posted)
        return posted

    async def _file_late(self) -> None:
        """What cannot be filed now either is kept for the next time, and stops no letter."""
        late, self._unfiled = self._unfiled, []
        clerk = Clerk(self._office, self._report, self._unfiled)
        await asyncio.gather(*map(clerk.hand_in, late), return_exceptions=True)

    async def _deliver(self, posted: Posted) -> None:
        well = not await asyncio.to_thread(self._office.relay_is_in_trouble)
        well = well or await self._round(posted, self._couriers[:1], scouting=True)
        if well:
            await self._round(posted, self._couriers)

    async def _round(
        self, posted: Posted, couriers: Sequence[Courier], *, scouting: bool = False
    ) -> bool:
        """Letters until none is due or trouble comes; whether the relay gave a good answer last."""
        clerk = Clerk(self._office, self._report, self._unfiled)
        supply = Supply(self._office, clerk, ahead=not scouting)
        line = self._line = _Line(broken=self._stopped)
        watch = asyncio.create_task(self._watch(line))
        walks = [_Walk(self._office, each, clerk, supply, line) for each in couriers]
        going = (each.go(posted, hands=1 if scouting else None) for each in walks)
        try:
            ended = await asyncio.gather(*going, return_exceptions=True)
        finally:
            watch.cancel()
        failure = next((each for each in ended if each is not None), None)
        if failure is not None and not isinstance(failure, Exception):
            raise failure
        if left := await supply.left():
            await asyncio.to_thread(self._office.put_back, left, HOLD)
        if line.answers:
            await self._note(line.says)
        if failure is not None:
            raise failure
        for done in supply.settled:
            posted.note(done)
        return line.answers > 0 and not line.says

    async def tidy(self) -> None:
        """Forget the bytes of letters settled long ago; once a day is enough."""
        await asyncio.to_thread(self._office.tidy)

    async def aclose(self) -> None:
        """End the letters in hand, put on record what became of them, say goodbye to the relay."""
        self._stopped = self._line.broken = True
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS), self._delivering:
                await self._file_late()
        await asyncio.gather(*(courier.aclose() for courier in self._couriers))

    async def _watch(self, line: _Line) -> None:
        """Raise the alarm while the relay says nothing at all: a try may wait for it for long."""
        seconds, seen = self._office.settings.silence_seconds, -1
        while True:
            await asyncio.sleep(seconds)
            if line.under_way and line.answers == seen:
                await self._note(f"it has said nothing for {seconds:g} seconds")
            seen = line.answers if line.under_way else -1

    async def _note(self, says: str) -> None:
        """Health shows since when the relay has been in trouble; the log hears of it once."""
        if await asyncio.to_thread(self._office.note_relay, says) and self._alarm is not None:
            self._alarm("the mail relay is in trouble: see `quorate health`")


@dataclass(slots=True)
class _Walk:
    """One connection's task: hand after hand of letters, until none is left or trouble comes.

    A hand is one letter where the relay is slow, and a few where it takes them faster than the
    disk. What became of a hand is on record before a letter of the next one leaves, so a crash can
    leave no more in doubt than a connection has in hand.
    """

    office: SortingOffice
    courier: Courier
    clerk: Clerk
    supply: Supply
    line: _Line
    marked: "dict[int, asyncio.Future[None]]" = field(default_factory=dict)
    marked_at: datetime | None = None
    filed: "list[asyncio.Future[None]]" = field(default_factory=list)

    async def go(self, posted: Posted, hands: int | None) -> None:
        """Walk the round, or so many hands of it. Who fails ends the round for the others too.

        They end the letters that they are about: one cut off after DATA would be in doubt.
        """
        try:
            await self._go(posted, hands)
        except BaseException:
            self.line.broken = True
            raise

    async def _go(self, posted: Posted, hands: int | None) -> None:
        size, clock = 1, asyncio.get_running_loop().time
        turns: Iterable[int] = count() if hands is None else range(hands)
        for _ in turns:
            if self.line.broken or not (hand := await self.supply.hand(size)):
                break
            start = clock()
            await self._deliver(hand, posted)
            quick = clock() - start < QUICK_SECONDS
            size = min(2 * size, self.office.settings.hand) if quick else 1
        await self._on_record()

    async def _deliver(self, hand: list[Ready], posted: Posted) -> None:
        self.marked, self.marked_at = {}, None
        try:
            while hand and not self.line.broken and not self._is_marked_long_ago():
                done = await self._try(hand)
                del hand[0]
                if done is not None:
                    posted.note(done)
                    self.filed.append(self.clerk.hand_in(done))
            if hand and not self.line.broken:
                await asyncio.to_thread(self.office.put_back, hand, timedelta())
                hand = []
        except Trouble:
            raise  # our own disk's: nothing of the letter has left
        except Exception:
            del hand[0]  # how far it got is not known: its mark stands
            raise
        finally:
            self.supply.take_back(hand)

    def _is_marked_long_ago(self) -> bool:
        now = self.office.store.ledger.now()
        return self.marked_at is not None and now - self.marked_at > MARK_HOLDS

    async def _try(self, hand: Sequence[Ready]) -> Settlement | None:
        """One try of the first letter; None when it was put back untried, or is no longer ours."""

        async def before_data() -> None:
            if not self.marked:
                self.marked_at = store.ledger.now()
                self.marked = {each.claimed.id: self.clerk.hand_in(each) for each in hand}
                await self._on_record()
            await self.marked[ready.claimed.id]

        ready, settings, store = hand[0], self.office.settings, self.office.store
        sender = return_path(ready.claimed.id, ready.message_id, settings.sender, store.link_key)
        self.line.under_way += 1
        try:
            attempt = await self.courier.send(
                sender, ready.contact.email, ready.content, before_data
            )
        except NotWanted as error:
            return self._settled(ready, Status.SKIPPED, str(error))
        except Gone:
            return None
        except (ValueError, UnsafeHeader) as error:  # no relay would take it: the others must go
            return self._settled(ready, Status.PARKED, f"cannot be sent: {error}")
        finally:
            self.line.under_way -= 1
        return await self._judged(ready, attempt)

    async def _judged(self, ready: Ready, attempt: Attempt) -> Settlement | None:
        done, ruling = settle_attempt(ready, attempt, self.office.store.ledger.now())
        self.line.heard(attempt, ruling.kind, relay=ruling.relay)
        if ruling.relay and attempt.stage in _BEFORE_RECIPIENT:
            await asyncio.to_thread(self.office.put_back, (ready,), HOLD)
            return None
        return done

    async def _on_record(self) -> None:
        """Wait until all that this connection has delivered is on the disk."""
        filed, self.filed = self.filed, []
        for each in filed:
            await each

    def _settled(self, ready: Ready, status: Status, why: str) -> Settlement:
        return settlement(ready.claimed, status, why, ready.contact, ready.message_id)
