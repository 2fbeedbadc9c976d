"""Relays that take their time, disks that fail meanwhile, and a stop in the middle of a letter."""

import asyncio
import signal
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import pytest
import uvicorn

from app.bootstrap import App
from app.sealing import Sealing
from app.server import server_of
from notifications.clerk import Beside
from notifications.post import Ready
from notifications.postman import HOLD, Postman
from notifications.sorting import SortingOffice
from storage.database import Reading
from storage.outbox import GOING_LEASE, LEASE, Settlement
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.posting import (
    copies,
    deliver,
    deliver_beside,
    office,
    posting_faults,
    rounds,
    statuses,
)
from tests.small_body import HandClock, open_vote

LETTERS = 6
"""Three practices, two people each."""

LINES_BORNE = 1000
"""After so many lines a relay has had enough of a postman that brings nothing."""

ONE = ["sqlite"]


@pytest.fixture
def owed(app: App) -> str:
    """A decision whose first letters are owed."""
    return open_vote(app)


# --- leases that run out --------------------------------------------------------------------------


@pytest.mark.parametrize("database_kind", ONE, indirect=True)
async def test_letters_keep_leaving_to_a_relay_that_takes_seconds_for_each(
    app: App, clock: HandClock
) -> None:
    """More are made ready than can leave within their leases; none of them is offered in vain."""
    for _ in range(12):
        open_vote(app)
    each = LEASE / 12

    async def takes_its_time(command: str) -> None:
        clock.go_on(each if command.startswith("RCPT") else timedelta())
        if len(relay.heard) > LINES_BORNE:
            raise ConnectionError

    async with MisbehavingServer(meanwhile=takes_its_time) as relay:
        sorting = office(app, relay.port)
        sorting.expand_all()
        for _ in range(9):
            await rounds(sorting, app.desk.settle)
            clock.go_on(HOLD)
        offered = sum(command.startswith("RCPT") for command in relay.heard)
    assert (offered, statuses(app)) == (12 * LETTERS, {"accepted": 12 * LETTERS})


@pytest.mark.parametrize("database_kind", ONE, indirect=True)
async def test_a_hand_at_a_relay_that_grew_slow_is_not_sent_by_another_too(
    app: App, clock: HandClock
) -> None:
    """All letters of a hand are marked at once; the last of them wait behind the others."""
    for _ in range(3):
        open_vote(app)
    slow, told = GOING_LEASE * 3 / 5, 0

    async def grows_slow(command: str) -> None:
        nonlocal told
        told += command == "DATA"
        if command == "DATA" and 10 <= told <= 13:  # well within a hand of eight
            clock.go_on(slow)
            await deliver_beside(app, office(app, other.port))

    async with MisbehavingServer(meanwhile=grows_slow) as relay, MisbehavingServer() as other:
        sorting = office(app, relay.port, hand=8)
        sorting.expand_all()
        await rounds(sorting, app.desk.settle)
        await deliver(app, other.port)
        assert max((copies(relay) + copies(other)).values()) == 1
    assert statuses(app) == {"accepted": 3 * LETTERS}


# --- a database in trouble ------------------------------------------------------------------------


class FailingOffice(SortingOffice):
    """A sorting office whose disk takes no mark once one letter is on its way."""

    on_its_way: asyncio.Event
    failed: list[int]

    def mark(self, writing: Reading, letters: Iterable[Ready]) -> Mapping[int, Exception]:
        going = list(letters)
        if going and self.on_its_way.is_set():
            self.failed.append(len(going))
            raise OSError("the disk is full")
        return super().mark(writing, going)


async def test_trouble_of_one_connection_cuts_off_no_letter_of_another(app: App, owed: str) -> None:
    """A letter that was cut off after DATA would be in doubt, and go a second time."""
    on_its_way, failed = asyncio.Event(), list[int]()

    async def waits(command: str) -> None:
        if command.startswith("RCPT") and sum(each.startswith("RCPT") for each in relay.heard) > 1:
            await on_its_way.wait()
        if command == "DATA":
            on_its_way.set()
            while not failed:  # noqa: ASYNC110 - it is told of in a thread
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)  # for the other connection to hear of it

    async with MisbehavingServer(meanwhile=waits) as relay:
        known = office(app, relay.port, connections=2)
        failing = FailingOffice(known.store, known.library, known.settings)
        object.__setattr__(failing, "on_its_way", on_its_way)
        object.__setattr__(failing, "failed", failed)
        with pytest.raises(OSError, match="the disk is full"):
            await rounds(failing, app.desk.settle)
        assert (len(relay.taken), statuses(app)["accepted"], statuses(app)["going"]) == (1, 1, 0)


async def test_what_a_relay_said_while_the_disk_was_full_is_on_record_later(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    """It took the letters: forgotten, they would all go a second time."""
    is_full = True

    def report(done: Sequence[Settlement], beside: Beside) -> int:
        if is_full:
            raise OSError("the disk is full")
        return app.desk.settle(done, beside)

    postman = Postman(office(app, relay.port), report)
    with pytest.raises(OSError, match="the disk is full"):
        await postman.deliver()
    is_full = False
    await postman.deliver()
    await postman.aclose()
    assert statuses(app)["going"] == 0
    assert len(relay.taken) == statuses(app)["accepted"] >= 1


# --- a stop ---------------------------------------------------------------------------------------


async def test_a_postman_that_is_told_to_stop_ends_the_letter_in_hand(
    app: App, clock: HandClock, owed: str
) -> None:
    """And leaves the others to whoever comes next, in no doubt."""
    offered, stopping = asyncio.Event(), asyncio.Event()

    async def waits(command: str) -> None:
        if command == "DATA":
            offered.set()
            await stopping.wait()

    async with MisbehavingServer(meanwhile=waits) as relay:
        postman = Postman(office(app, relay.port, hand=8), app.desk.settle)
        round_ = asyncio.create_task(postman.deliver())
        await offered.wait()
        stop = asyncio.create_task(postman.aclose())
        await asyncio.sleep(0)
        stopping.set()
        await asyncio.gather(round_, stop)
        assert statuses(app) == {"accepted": 1, "owed": LETTERS - 1}
        clock.go_on(timedelta(minutes=2))
        await deliver(app, relay.port)
        assert (len(relay.taken), posting_faults(app, relay)) == (LETTERS, [])


async def test_a_stopped_postman_takes_no_more_letters(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    postman = Postman(office(app, relay.port), app.desk.settle)
    await postman.aclose()
    await postman.deliver()
    assert relay.taken == []


@pytest.mark.parametrize("database_kind", ONE, indirect=True)
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_goes_on_to_end_its_work(
    app: App, told: signal.Signals
) -> None:
    """Its pages end first; a process that was gone with them would leave letters half sent."""
    server = server_of(app, "127.0.0.1", 0, Sealing(app.store.sealer))
    with server.capture_signals():
        signal.raise_signal(told)
    assert server.should_exit


@pytest.mark.parametrize("database_kind", ONE, indirect=True)
def test_the_library_alone_would_be_gone(app: App) -> None:
    server = uvicorn.Server(server_of(app, "127.0.0.1", 0, Sealing(app.store.sealer)).config)
    with pytest.raises(KeyboardInterrupt), server.capture_signals():
        signal.raise_signal(signal.SIGINT)
