"""Thousands of letters through a relay that goes wrong at three of ten transactions.

The modes are drawn by seed, the clock is set by hand, and the server keeps what it truly took.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random  # noqa: TID251 - faults by seed

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from app.bootstrap import App
from notifications import post
from notifications.sorting import SortingOffice
from notifications.stages import Attempt, Kind, Ruling, judge
from storage import tables
from storage.database import Reading
from storage.outbox import Claimed, Status
from tests.notifications.misbehaving import SILENT, UNCERTAIN, MisbehavingServer, Mode
from tests.promises.checks import read_bodies
from tests.promises.posting import (
    Kept,
    copies,
    differing,
    kept,
    office,
    posting_faults,
    rounds,
    statuses,
)
from tests.small_body import HandClock, found, open_vote, settings_for

PRACTICES, VOTES, PEOPLE = 125, 10, 2
FAULTY = 0.3
SEED = 20260928
PATIENCE = 0.5
"""Seconds after which an answer is no longer waited for: the silent modes cost that each."""

SELDOM = 4
"""A silent mode is drawn a quarter as often as another."""

FAULTS: list[Mode] = [mode for mode in Mode if mode is not Mode.GOOD]
AUTHORISED = (b"SIZE 10000000", b"8BITMIME")


def drawn(seed: int, modes: list[Mode]) -> Iterator[Mode]:
    """A fault at three of ten transactions, for ever."""
    random = Random(seed)  # noqa: S311 - no secret
    weights = [1 if mode in SILENT else SELDOM for mode in modes]
    while True:
        wrong = random.random() < FAULTY
        yield random.choices(modes, weights)[0] if wrong else Mode.GOOD


@dataclass
class Lived:
    """What a body lived through, and the relay's own account of it."""

    app: App
    relay: MisbehavingServer

    @cached_property
    def arrived(self) -> "Counter[str]":
        """How often each letter arrived."""
        return copies(self.relay)

    @cached_property
    def letters(self) -> list[Kept]:
        """Every letter, as the outbox has it."""
        return kept(self.app)

    @property
    def extra(self) -> int:
        """Copies beside the first of each letter."""
        return self.arrived.total() - len(self.arrived)

    @property
    def uncertain(self) -> int:
        """Faults after which no sender can know."""
        return sum(number for mode, number in self.relay.met.items() if mode in UNCERTAIN)


async def live(
    folder: Path, seed: int, practices: int, votes: int, modes: list[Mode], connections: int = 6
) -> Lived:
    """Open votes and deliver their letters until all are at rest."""
    clock = HandClock()
    app = found(settings_for(f"sqlite:///{folder}/quorate.db", folder), clock, practices)
    for _ in range(votes):
        open_vote(app)
    relay = MisbehavingServer(
        drawn(seed, modes), AUTHORISED, now=clock.now, letters_per_connection=40
    )
    async with relay:
        await deliver_all(app, clock, relay, connections)
    return Lived(app, relay)


async def deliver_all(
    app: App, clock: HandClock, relay: MisbehavingServer, connections: int
) -> None:
    """Round after round; the clock jumps to the next try."""
    known = office(app, relay.port, connections, hand=8)
    impatient = replace(known.settings.relay, timeout_seconds=PATIENCE, final_seconds=PATIENCE)
    sorting = SortingOffice(known.store, known.library, replace(known.settings, relay=impatient))
    for _ in range(2_000):
        await rounds(sorting, app.desk.settle)
        due = next_try(app)
        if due is None:
            return
        clock.at = max(clock.at + timedelta(seconds=5), due)
    raise AssertionError("letters never came to rest")


def next_try(app: App) -> datetime | None:
    columns = tables.letter.c
    waiting = (Status.OWED, Status.DOUBT)
    with app.store.database.reading() as reading:
        query = select(func.min(columns.next_try_at)).where(columns.status.in_(waiting))
        found_: datetime | None = reading.execute(query).scalar()
        return found_


# --- the real thing -------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lived]:
    """2,500 letters of ten votes, each mode met many times."""
    whole = await live(tmp_path_factory.mktemp("relay"), SEED, PRACTICES, VOTES, FAULTS)
    yield whole
    whole.app.close()


def test_every_mode_was_met(lived: Lived) -> None:
    assert set(lived.relay.met) == set(Mode)


def test_three_of_ten_transactions_went_wrong(lived: Lived) -> None:
    wrong = sum(number for mode, number in lived.relay.met.items() if mode is not Mode.GOOD)
    assert 0.27 < wrong / lived.relay.met.total() < 0.33


def test_there_was_a_letter_to_every_contact_of_every_vote(lived: Lived) -> None:
    assert statuses(lived.app).total() == PRACTICES * PEOPLE * VOTES


def test_every_letter_arrived_or_is_listed_as_failed(lived: Lived) -> None:
    told = {body["message"] for body in read_bodies(lived.app, "mail.undeliverable").values()}
    there = {each.message_id for each in lived.letters if each.status == "accepted"}
    there &= lived.arrived.keys()
    assert {each.message_id for each in lived.letters} == there | told


def test_there_are_no_more_extra_copies_than_uncertain_faults(lived: Lived) -> None:
    assert 0 < lived.extra <= lived.uncertain


def test_a_letter_has_no_more_extra_copies_than_tries_that_ended_in_doubt(lived: Lived) -> None:
    many = [each for each in lived.letters if lived.arrived[each.message_id] > 1 + each.doubts]
    assert many == []


def test_a_letter_whose_every_failure_was_certain_has_no_copy(lived: Lived) -> None:
    certain = [each for each in lived.letters if not each.doubts]
    assert {lived.arrived[each.message_id] for each in certain} <= {0, 1}


def test_every_copy_is_the_same_byte_for_byte(lived: Lived) -> None:
    assert differing(lived.relay) == []


def test_nothing_was_said_to_a_relay_that_owed_an_answer(lived: Lived) -> None:
    assert lived.relay.after_silence == []


def test_the_checks_find_no_fault(lived: Lived) -> None:
    assert posting_faults(lived.app, lived.relay) == []


# --- how it is often done -------------------------------------------------------------------------

TAKEN_UNTOLD: list[Mode] = [
    Mode.ACCEPT_AND_RESET,
    Mode.ACCEPT_AND_CLOSE,
    Mode.ACCEPT_GARBAGE,
]
"""The relay has the letter and its 250 never comes: where the usual ways go wrong, at once."""


def retries_without_a_250(attempt: Attempt, unknowns: int = 0) -> Ruling:
    """No 250 was seen, so it is sent again."""
    ruling = judge(attempt, unknowns)
    if ruling.kind is not Kind.UNKNOWN:
        return ruling
    return Ruling(Kind.RETRY, again=True, says=ruling.says)


async def test_sending_again_whenever_no_250_was_seen_would_double_letters_that_were_certain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "judge", retries_without_a_250)
    whole = await live(tmp_path, SEED, 20, 4, TAKEN_UNTOLD)
    faults = posting_faults(whole.app, whole.relay)
    whole.app.close()
    assert [fault for fault in faults if "0 in doubt" in fault]


class Forgetful(SortingOffice):
    """Writes a letter anew at each try."""

    def _claim(self, writing: Reading, now: datetime, most: int) -> list[Claimed]:
        writing.execute(update(tables.letter).values(frozen=None, sha256=None))
        return super()._claim(writing, now, most)


async def test_writing_a_letter_anew_at_each_try_would_make_copies_that_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.SortingOffice", Forgetful)
    whole = await live(tmp_path, SEED, 20, 4, TAKEN_UNTOLD)
    changed = differing(whole.relay)
    whole.app.close()
    assert changed


async def test_calling_a_letter_failed_at_the_first_silence_would_deny_letters_that_arrived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_up(attempt: Attempt, unknowns: int = 0) -> Ruling:
        ruling = judge(attempt, unknowns)
        lost = ruling.kind is Kind.UNKNOWN
        return Ruling(Kind.REFUSED, again=False, says=ruling.says) if lost else ruling

    monkeypatch.setattr(post, "judge", gives_up)
    whole = await live(tmp_path, SEED, 20, 4, TAKEN_UNTOLD)
    arrived = copies(whole.relay)
    denied = [
        each for each in kept(whole.app) if each.status == "failed" and arrived[each.message_id]
    ]
    whole.app.close()
    assert denied
