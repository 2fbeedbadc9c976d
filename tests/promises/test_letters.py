"""Every letter owed arrives, or somebody is told; none twice but after a doubt, and then the same.

Postmen are killed between any two steps, work beside each other, and meet relays that go wrong.
"""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text, update

from app.bootstrap import App, build
from engine.events import Audience, MailIntended
from notifications.clerk import Beside
from notifications.post import settlement
from notifications.sorting import SortingOffice
from storage import tables
from storage.marks import marks_like, read_mark
from storage.openings import person_key
from storage.outbox import GOING_LEASE, LEASE, Gone, Settlement, Status
from tests.notifications.misbehaving import SILENT, MisbehavingServer, Mode
from tests.promises.checks import read_bodies
from tests.promises.naive import NaiveOffice
from tests.promises.posting import (
    Fate,
    Seam,
    copies,
    deliver,
    deliver_and_die,
    deliver_beside,
    differing,
    kept,
    office,
    posting_faults,
    rounds,
    statuses,
)
from tests.small_body import HandClock, as_it_stands, codes, open_vote, send
from workflows.health import health

LETTERS = 6
"""Three practices, two people each."""

AFTER_A_CRASH = GOING_LEASE + timedelta(seconds=1)
PATIENCE = 60
"""Seconds after which threads that wait for each other give up."""
FIRST, SECOND, THIRD = codes(3)

EXTRA_COPIES = {
    Seam.EXPANDED: 0,
    Seam.CLAIMED: 0,
    Seam.OFFERED: 0,
    Seam.MARKED: 0,
    Seam.TAKEN: 1,
    Seam.FILED: 0,
}
"""Only who dies between the relay's word and the filing of it makes a second copy."""

DEATHS = [*((seam, 1) for seam in Seam), (Seam.TAKEN, LETTERS), (Seam.FILED, 3)]
"""Where a postman dies, and at which letter."""


@pytest.fixture
def free_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def owed(app: App) -> str:
    """A decision whose first letters are owed."""
    return open_vote(app)


# --- a postman that dies --------------------------------------------------------------------------


@pytest.mark.parametrize(("seam", "letter"), DEATHS)
async def test_a_postmans_death_loses_no_letter_and_doubles_none_but_one_in_doubt(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str, seam: Seam, letter: int
) -> None:
    await deliver_and_die(app, relay.port, Fate(seam, letter))
    clock.go_on(AFTER_A_CRASH)
    await deliver(app, relay.port)
    extra = copies(relay).total() - len(copies(relay))
    assert (len(copies(relay)), extra, statuses(app)) == (
        LETTERS,
        EXTRA_COPIES[seam],
        {"accepted": LETTERS},
    )


async def test_the_second_copy_is_the_same_byte_for_byte(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str
) -> None:
    await deliver_and_die(app, relay.port, Fate(Seam.TAKEN, 1))
    clock.go_on(AFTER_A_CRASH)
    await deliver(app, relay.port)
    assert (len(relay.taken), differing(relay)) == (LETTERS + 1, [])


async def test_a_letter_written_anew_at_each_try_would_differ(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str
) -> None:
    await deliver_and_die(app, relay.port, Fate(Seam.TAKEN, 1))
    with app.store.database.writing() as writing:
        writing.execute(update(tables.letter).values(frozen=None, sha256=None))
    clock.go_on(AFTER_A_CRASH)
    await deliver(app, relay.port)
    assert len(differing(relay)) == 1


async def test_a_letter_in_doubt_twice_is_left_to_a_person(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str
) -> None:
    for _ in range(2):
        await deliver_and_die(app, relay.port, Fate(Seam.TAKEN, 1))
        clock.go_on(AFTER_A_CRASH)
    await deliver(app, relay.port)
    assert (statuses(app)["ambiguous"], posting_faults(app, relay)) == (1, [])


async def test_letters_are_not_sent_again_while_their_postman_may_live(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str
) -> None:
    await deliver_and_die(app, relay.port, Fate(Seam.TAKEN, 1))
    clock.go_on(timedelta(minutes=10))
    await deliver(app, relay.port)
    assert copies(relay).total() == len(copies(relay)) == LETTERS


async def test_a_letter_that_was_lost_would_be_missed(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    await deliver(app, relay.port)
    silent = MisbehavingServer(taken=relay.taken[1:])
    assert ["never arrived" in fault for fault in posting_faults(app, silent)] == [True]


async def test_letters_sent_twice_would_be_noticed(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    await deliver(app, relay.port)
    echo = MisbehavingServer(taken=relay.taken * 2)
    faults = posting_faults(app, echo)
    assert ["arrived 2 times" in fault for fault in faults] == [True] * LETTERS


# --- postmen beside each other --------------------------------------------------------------------


async def test_two_postmen_send_each_letter_once(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    other = build(app.settings, HandClock())
    await both(app, other, relay)
    assert (len(copies(relay)), len(relay.taken)) == (LETTERS, LETTERS)


async def test_two_postmen_that_look_first_and_claim_later_would_send_twice(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    office(app, relay.port).expand_all()
    line = Barrier(2, timeout=PATIENCE)
    other = build(app.settings, HandClock())
    await both(app, other, relay, line)
    assert len(relay.taken) == 2 * LETTERS


async def both(app: App, other: App, relay: MisbehavingServer, line: Barrier | None = None) -> None:
    """Two programs' rounds at once; with a line to meet at, in the naive way."""
    async with asyncio.TaskGroup() as group:
        for each in (app, other):
            sorting = office(each, relay.port, connections=4)
            if line is not None:
                sorting = NaiveOffice.of(sorting, line.wait)
            group.create_task(deliver_beside(each, sorting))
    other.close()


# --- letters that cannot be sent ------------------------------------------------------------------


def spoil(app: App, statement: str, **given: str) -> None:
    with app.store.database.writing() as writing:
        writing.execute(text(statement), given)


UNWRITABLE = """UPDATE person SET email = 'two words@@' WHERE id IN
    (SELECT person FROM post WHERE ods_code = :practice AND role = 'lead')"""
STRANGE_PRACTICE = """UPDATE mailing SET practices = '["X99999"]' WHERE decision = :decision"""
NO_SNAPSHOT = "UPDATE decision SET snapshot = '{}' WHERE reference = :decision"


async def test_a_letter_that_cannot_be_written_is_parked_and_the_others_go(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    spoil(app, UNWRITABLE, practice=FIRST)
    await deliver(app, relay.port)
    assert statuses(app) == {"accepted": LETTERS - 1, "parked": 1}


async def test_an_address_that_was_spoilt_between_two_tries_stops_no_other_letter(
    app: App, clock: HandClock
) -> None:
    async with MisbehavingServer([Mode.RCPT_451_ONCE] * LETTERS) as relay:
        open_vote(app)
        await deliver(app, relay.port)
        spoil(app, UNWRITABLE, practice=FIRST)
        clock.go_on(timedelta(minutes=2))
        await deliver(app, relay.port)
        assert statuses(app) == {"accepted": LETTERS - 1, "parked": 1}


async def test_a_mailing_that_cannot_be_expanded_stops_no_other(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    open_vote(app)
    spoil(app, STRANGE_PRACTICE, decision=owed)
    await deliver(app, relay.port)
    assert statuses(app) == {"accepted": LETTERS}


async def test_a_mailing_that_cannot_be_expanded_is_named(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    spoil(app, STRANGE_PRACTICE, decision=owed)
    await deliver(app, relay.port)
    with app.store.database.reading() as reading:
        [(_, says)] = marks_like(reading, "nobody ")
    assert "X99999" in says


async def test_a_mailing_whose_decision_cannot_be_read_stops_no_other(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    open_vote(app)
    office(app, relay.port).expand_all()
    spoil(app, NO_SNAPSHOT, decision=owed)
    await deliver(app, relay.port)
    assert statuses(app) == {"accepted": LETTERS, "parked": LETTERS}


async def test_a_letter_to_a_person_who_was_erased_stops_no_other(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    office(app, relay.port).expand_all()
    with app.store.database.reading() as reading:
        person = reading.execute(select(tables.letter.c.person).limit(1)).scalar_one()
    app.store.keys.erase(person_key(person))
    await deliver(app, relay.port)
    assert statuses(app) == {"accepted": LETTERS - 1, "skipped": 1}


@pytest.mark.parametrize("words", ["250 re\u0301ussi", "250 \ud800", "250 \x00\u202e"])
def test_a_relays_words_in_any_spelling_are_filed(app: App, owed: str, words: str) -> None:
    """Decomposed accents and half characters have no place in the trail's canonical form."""
    sorting = office(app, 25)
    sorting.expand_all()
    batch = sorting.take()
    assert batch is not None
    first = batch.ready[0]
    done = settlement(first.claimed, Status.ACCEPTED, words, first.contact, first.message_id)
    assert app.desk.settle([done]) == 1


async def test_a_reminder_is_not_sent_to_who_has_answered_meanwhile(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str
) -> None:
    await deliver(app, relay.port)
    due = as_it_stands(app, owed).waiting
    assert due is not None
    clock.at = due.remind[0]
    app.desk.sweep()
    office(app, relay.port).expand_all()
    send(app, owed, FIRST)
    await deliver(app, relay.port)
    skipped = [(each.letter, each.practice) for each in kept(app) if each.status == "skipped"]
    assert skipped == [("reminder", FIRST)] * 2


# --- relays that go wrong -------------------------------------------------------------------------


async def test_a_dead_relay_costs_no_letter(app: App, owed: str, free_port: int) -> None:
    await deliver(app, free_port, connections=4)
    assert statuses(app) == {"owed": LETTERS}


async def test_a_dead_relay_is_named(app: App, owed: str, free_port: int) -> None:
    await deliver(app, free_port)
    with app.store.database.reading() as reading:
        assert read_mark(reading, "relay") is not None


async def test_when_the_relay_is_back_the_letters_go(
    app: App, clock: HandClock, owed: str, free_port: int, relay: MisbehavingServer
) -> None:
    """Five days later: no letter was given up for the relay's fault."""
    for _ in range(5):
        await deliver(app, free_port)
        clock.go_on(timedelta(days=1))
    await deliver(app, relay.port)
    assert statuses(app) == {"accepted": LETTERS}


async def test_when_the_relay_is_back_it_is_no_longer_named(
    app: App, clock: HandClock, owed: str, free_port: int, relay: MisbehavingServer
) -> None:
    await deliver(app, free_port)
    clock.go_on(timedelta(minutes=10))
    await deliver(app, relay.port)
    with app.store.database.reading() as reading:
        assert read_mark(reading, "relay") is None


WRONG = [mode for mode in Mode if mode not in SILENT and mode is not Mode.GOOD]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("offset", range(3))
async def test_with_a_relay_that_goes_wrong_every_letter_comes_to_rest(
    app: App, clock: HandClock, offset: int
) -> None:
    """Every mode but the silent ones, each met once, with as many good sessions between them."""
    modes = [each for mode in WRONG[offset::3] for each in (mode, Mode.GOOD)]
    async with MisbehavingServer(modes, now=clock.now) as relay:
        for _ in range(4):
            open_vote(app)
        await deliver_to_the_end(app, clock, relay)
        assert posting_faults(app, relay) == []


async def deliver_to_the_end(app: App, clock: HandClock, relay: MisbehavingServer) -> None:
    """Round after round, until no letter is waiting."""
    for _ in range(100):
        await deliver(app, relay.port, connections=2)
        due = _next_try(app)
        if due is None:
            return
        clock.at = max(clock.at, due) + timedelta(seconds=1)
    raise AssertionError("letters never came to rest")


def _next_try(app: App) -> datetime | None:
    columns = tables.letter.c
    waiting = select(func.min(columns.next_try_at)).where(columns.status.in_(("owed", "doubt")))
    with app.store.database.reading() as reading:
        return reading.execute(waiting).scalar()


# --- letters about what did not happen ------------------------------------------------------------


async def test_every_letter_tells_of_an_event_in_the_trail(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    send(app, owed, FIRST)
    await deliver(app, relay.port)
    intents = read_bodies(app, "mail.intent")
    assert [intents[each.mailing]["letter"] for each in kept(app)] == [
        each.letter for each in kept(app)
    ]


async def test_what_was_not_committed_sends_no_letter(app: App, relay: MisbehavingServer) -> None:
    intent = MailIntended(
        decision="D-2026-0001",
        letter="outcome",
        audience="0" * 64,
        count=2,
        to=Audience((FIRST,)),
        context={},
    )
    with pytest.raises(RuntimeError):
        file_and_fail(app, intent)
    await deliver(app, relay.port)
    assert relay.taken == []


def file_and_fail(app: App, intent: MailIntended) -> None:
    with app.store.ledger.page() as page:
        page.file(intent)
        page.flush()
        raise RuntimeError


# --- a stale postman, and a hand of letters -------------------------------------------------------


async def test_a_postman_whose_lease_ran_out_can_neither_send_nor_settle(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str
) -> None:
    """Another has the letters by then, and sends each once."""
    stale = office(app, relay.port)
    stale.expand_all()
    batch = stale.take()
    assert batch is not None
    clock.go_on(LEASE + timedelta(seconds=1))
    await deliver(app, relay.port)
    for ready in batch.ready:
        with pytest.raises(Gone):
            stale.let_go(ready)
    late = [
        settlement(each.claimed, Status.FAILED, "late", each.contact, each.message_id)
        for each in batch.ready
    ]
    assert (app.desk.settle(late), statuses(app)) == (0, {"accepted": LETTERS})


@pytest.mark.parametrize("seam", list(Seam))
@pytest.mark.parametrize("letter", [1, 2, 3])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_death_with_a_hand_of_letters_doubles_only_those_that_were_in_doubt(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str, seam: Seam, letter: int
) -> None:
    for _ in range(2):
        open_vote(app)
    await deliver_and_die(app, relay.port, Fate(seam, letter), hand=8)
    clock.go_on(AFTER_A_CRASH)
    await deliver(app, relay.port)
    assert (posting_faults(app, relay), statuses(app)) == ([], {"accepted": 3 * LETTERS})


async def test_no_letter_of_a_hand_leaves_before_the_last_hand_is_on_record(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    """What a crash may leave in doubt is never more than a hand."""
    sorting, unrecorded, most = office(app, relay.port, hand=2), 0, 0

    def report(done: Sequence[Settlement], beside: Beside) -> int:
        nonlocal unrecorded, most
        most = max(most, len(relay.taken) - unrecorded)
        counted = app.desk.settle(done, beside)
        unrecorded += len(done)
        return counted

    await rounds(sorting, report)
    assert len(relay.taken) == LETTERS
    assert most <= 2


async def test_each_transaction_names_one_recipient(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    """So that of two recipients never one is refused and the other is not."""
    await deliver(app, relay.port, connections=4)
    verbs = [command[:4] for command in relay.heard if command[:4] in {"MAIL", "RCPT", "DATA"}]
    assert verbs.count("MAIL") == verbs.count("RCPT") == verbs.count("DATA") == LETTERS


async def test_four_connections_carry_all_letters_and_no_more_are_opened(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    for _ in range(5):
        open_vote(app)
    await deliver(app, relay.port, connections=4)
    assert (len(relay.taken), relay.connections <= 4) == (6 * LETTERS, True)


# --- a copy of the program that must not write to people ------------------------------------------


@pytest.mark.parametrize(
    ("only_to", "sent"),
    [
        (("practice.example",), LETTERS),
        (("lead.k83001@practice.example",), 1),
        (("LEAD.K83001@Practice.Example",), 1),
        (("ccg.example",), 0),
        (("example",), 0),
        ((), LETTERS),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_letters_go_to_allowed_addresses_and_domains_only(
    app: App, relay: MisbehavingServer, owed: str, only_to: tuple[str, ...], sent: int
) -> None:
    known = office(app, relay.port)
    staging = replace(known.settings, only_to=only_to)
    await rounds(SortingOffice(known.store, known.library, staging), app.desk.settle)
    assert len(relay.taken) == sent
    assert statuses(app)["skipped"] == LETTERS - sent


async def test_a_letter_that_is_not_allowed_is_on_record_with_the_reason(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    known = office(app, relay.port)
    staging = replace(known.settings, only_to=("ccg.example",))
    await rounds(SortingOffice(known.store, known.library, staging), app.desk.settle)
    reasons = {body["because"] for body in read_bodies(app, "mail.skipped").values()}
    assert reasons == {"[mail] only_to does not allow this address"}
    assert not any(command.startswith("RCPT") for command in relay.heard)


async def test_a_list_of_allowed_addresses_that_keeps_letters_back_is_an_alarm(
    app: App, relay: MisbehavingServer, owed: str
) -> None:
    """Left on by mistake, or for an hour on purpose: what it kept back is told for two weeks."""
    known = office(app, relay.port)
    some = replace(known.settings, only_to=("lead.k83001@practice.example",))
    await rounds(SortingOffice(known.store, known.library, some), app.desk.settle)
    alarms = health(app.store, app.rulebook.calendar, None)["alarms"]
    (says,) = [each["says"] for each in alarms if each["name"] == "letters_kept_back"]
    assert says.startswith(f"{LETTERS - 1} letters were not sent, for [mail] only_to")
