"""A relay that is away: an alarm within a minute, and no flood of old news when it is back."""

import asyncio
import socket
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from app.bootstrap import App
from engine.case import Case
from engine.commands import Extend
from engine.people import Actor, How
from notifications.postman import Postman
from notifications.present import Present
from notifications.sorting import SortingOffice
from storage import tables
from storage.database import Reading
from storage.mailings import OwedMailing
from storage.outbox import Claimed
from storage.pace import LONG_AWAY, RAMP, RAMP_START
from storage.register import body_person
from tests.notifications.misbehaving import MisbehavingServer, Mode
from tests.promises.posting import deliver, office, rounds, statuses
from tests.small_body import HandClock, as_it_stands, closing, codes, open_vote, send
from workflows.health import health

LETTERS = 6
FIRST, SECOND, THIRD = codes(3)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def nobody() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def owed(app: App) -> str:
    """A decision whose first letters are owed."""
    return open_vote(app)


# --- the alarm ------------------------------------------------------------------------------------


def troubles(app: App) -> list[str]:
    """What health says of the relay."""
    alarms = health(app.store, app.rulebook.calendar, None)["alarms"]
    return [alarm["says"] for alarm in alarms if alarm["name"] == "relay"]


async def test_a_relay_that_is_not_there_is_an_alarm_after_the_first_round(
    app: App, owed: str, nobody: int
) -> None:
    await deliver(app, nobody)
    [says] = troubles(app)
    assert "connect: no connection" in says
    assert "letters wait and go when it answers" in says


async def test_one_letter_that_finds_no_relay_is_alarm_enough(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str, nobody: int
) -> None:
    await deliver(app, relay.port)
    send(app, owed, FIRST)
    with app.store.database.writing() as writing:  # all but one receipt wait for another time
        later = update(tables.letter).values(next_try_at=clock.now() + timedelta(days=1))
        writing.execute(later)
    await deliver(app, nobody)
    assert len(troubles(app)) == 1


async def test_a_relay_that_takes_the_call_and_says_nothing_is_an_alarm_while_it_is_waited_for(
    app: App, owed: str
) -> None:
    """A try may wait for minutes; the alarm does not."""
    async with MisbehavingServer([Mode.NO_BANNER] * 9) as silent:
        sorting = office(app, silent.port)
        patient = replace(sorting.settings.relay, timeout_seconds=60)
        settings = replace(sorting.settings, relay=patient, silence_seconds=0.05)
        said: list[str] = []
        heard = asyncio.Event()

        def alarm(says: str) -> None:
            said.append(says)
            heard.set()

        sorting = SortingOffice(sorting.store, sorting.library, settings)
        postman = Postman(sorting, app.desk.settle, alarm)
        round_ = asyncio.create_task(postman.deliver())
        await asyncio.wait_for(heard.wait(), 20)
        assert not round_.done()
        assert troubles(app)
        round_.cancel()
        await asyncio.gather(round_, return_exceptions=True)
        await postman.aclose()


async def test_the_log_hears_of_a_dead_relay_once(
    app: App, clock: HandClock, owed: str, nobody: int
) -> None:
    said: list[str] = []
    for _ in range(3):
        postman = Postman(office(app, nobody), app.desk.settle, said.append)
        await postman.deliver()
        clock.go_on(MINUTE + timedelta(seconds=1))
    assert said == ["the mail relay is in trouble: see `quorate health`"]


async def test_a_passing_fault_between_good_answers_is_no_alarm(app: App, owed: str) -> None:
    async with MisbehavingServer([Mode.GOOD, Mode.DROP_AT_MAIL, Mode.GOOD]) as relay:
        await deliver(app, relay.port)
    assert troubles(app) == []


async def test_a_passing_fault_does_not_end_the_round(app: App, owed: str) -> None:
    """One of six letters rests; the others go."""
    async with MisbehavingServer([Mode.GOOD, Mode.MAIL_451, Mode.GOOD]) as relay:
        await deliver(app, relay.port)
    assert statuses(app) == {"accepted": LETTERS - 1, "owed": 1}


async def test_a_refused_log_in_ends_the_round_at_once(app: App, owed: str) -> None:
    async with MisbehavingServer([Mode.HELLO_554] * 9) as relay:
        await deliver(app, relay.port)
        assert relay.connections == 1
    assert statuses(app) == {"owed": LETTERS}


async def test_a_relay_in_trouble_is_knocked_at_with_one_letter_a_round(
    app: App, clock: HandClock, owed: str, nobody: int
) -> None:
    await deliver(app, nobody)
    clock.go_on(MINUTE + timedelta(seconds=1))
    before = _resting(app, clock.now())
    await deliver(app, nobody)
    assert _resting(app, clock.now()) - before == 1


def _resting(app: App, now: datetime) -> int:
    columns = tables.letter.c
    with app.store.database.reading() as reading:
        times = reading.execute(select(columns.next_try_at)).scalars()
        return sum(at > now for at in times)


# --- old news -------------------------------------------------------------------------------------


async def pile_up(app: App, clock: HandClock, reference: str, dead: int) -> None:
    """Every reminder of a vote falls due while nobody takes letters."""
    due = as_it_stands(app, reference).waiting
    assert due is not None
    for moment in due.remind:
        clock.at = moment
        app.desk.sweep()
        await deliver(app, dead)


async def open_and_pile_up(
    app: App, clock: HandClock, relay: MisbehavingServer, reference: str, dead: int
) -> None:
    """The opening arrives, the reminders do not; now it is the last morning."""
    await deliver(app, relay.port)
    relay.taken.clear()
    await pile_up(app, clock, reference, dead)
    clock.at = closing(app, reference) - timedelta(hours=7)


@pytest_asyncio.fixture
async def piled_up(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str, nobody: int
) -> str:
    """A vote whose opening arrived and whose reminders did not, up to the last morning."""
    await open_and_pile_up(app, clock, relay, owed, nobody)
    return owed


async def catch_up(app: App, clock: HandClock, relay: MisbehavingServer) -> None:
    """The relay is back: rounds every five seconds, until all that waits has gone."""
    for _ in range(6):
        await deliver(app, relay.port)
        clock.go_on(timedelta(seconds=5))


def read(relay: MisbehavingServer) -> list[EmailMessage]:
    """What arrived."""
    return [message_from_bytes(taken.content, policy=default) for taken in relay.taken]


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def letters_named(relay: MisbehavingServer, name: str) -> list[EmailMessage]:
    return [each for each in read(relay) if each["X-Quorate-Letter"] == name]


def reminded(relay: MisbehavingServer) -> list[str]:
    """Who was reminded, once for each letter that arrived."""
    return [str(each["To"]) for each in letters_named(relay, "reminder")]


def owed_named(app: App, name: str) -> list[int]:
    columns = tables.mailing.c
    with app.store.database.reading() as reading:
        query = select(columns.leaf).where(columns.letter == name)
        return list(reading.execute(query).scalars())


def owed_reminders(app: App) -> int:
    return len(owed_named(app, "reminder"))


async def test_reminders_that_piled_up_become_one_letter_to_each(
    app: App, clock: HandClock, relay: MisbehavingServer, piled_up: str
) -> None:
    await catch_up(app, clock, relay)
    assert owed_reminders(app) > 1
    assert sorted(Counter(reminded(relay)).values()) == [1] * LETTERS


async def test_the_one_letter_tells_how_long_there_is_now(
    app: App, clock: HandClock, relay: MisbehavingServer, piled_up: str
) -> None:
    await catch_up(app, clock, relay)
    told = [text_of(letter) for letter in letters_named(relay, "reminder")]
    assert ["This is the last day" in words for words in told] == [True] * LETTERS


async def test_warnings_of_the_quorum_that_piled_up_become_one_in_the_words_of_the_day(
    app: App, clock: HandClock, relay: MisbehavingServer, piled_up: str
) -> None:
    await catch_up(app, clock, relay)
    (told,) = [text_of(letter) for letter in letters_named(relay, "quorum_at_risk")]
    assert "This is the last day" in told
    assert len(owed_named(app, "quorum_at_risk")) > 1


async def test_the_one_letter_is_dated_today(
    app: App, clock: HandClock, relay: MisbehavingServer, piled_up: str
) -> None:
    await catch_up(app, clock, relay)
    assert {letter["Date"].datetime.date() for letter in read(relay)} == {clock.now().date()}


async def test_who_answered_meanwhile_gets_none_of_them(
    app: App, clock: HandClock, relay: MisbehavingServer, piled_up: str
) -> None:
    send(app, piled_up, FIRST)
    await catch_up(app, clock, relay)
    assert [to for to in reminded(relay) if FIRST.lower() in to] == []


async def test_when_the_time_has_passed_no_reminder_goes_at_all(
    app: App, clock: HandClock, relay: MisbehavingServer, piled_up: str
) -> None:
    clock.at = closing(app, piled_up)
    await catch_up(app, clock, relay)
    assert reminded(relay) == []


async def test_an_opening_that_waited_tells_the_time_that_holds_now(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str, nobody: int
) -> None:
    """The vote was extended while the relay was away."""
    await deliver(app, nobody)
    old = closing(app, owed)
    clock.go_on(timedelta(hours=1))
    extend(app, owed)
    await catch_up(app, clock, relay)
    told = [app.rulebook.calendar.words(at) for at in (closing(app, owed), old)]
    openings = [text_of(each) for each in read(relay) if each["X-Quorate-Letter"] == "vote_opened"]
    found = [tuple(each in words for each in told) for words in openings]
    assert found == [(True, False)] * LETTERS


def extend(app: App, reference: str) -> None:
    """Two persons give the practices four more working days."""
    for role in ("secretary", "chair"):
        with app.store.database.reading() as reading:
            who = body_person(reading, f"{role}@ccg.example")
        assert who is not None
        app.desk.handle(reference, Extend(Actor(who.person, How.SESSION), "Half term.", 4))


async def test_a_letter_about_a_moved_time_that_has_passed_does_not_go(
    app: App, clock: HandClock, relay: MisbehavingServer, owed: str, nobody: int
) -> None:
    await deliver(app, relay.port)
    extend(app, owed)
    await deliver(app, nobody)
    clock.at = closing(app, owed)
    await catch_up(app, clock, relay)
    assert {each["X-Quorate-Letter"] for each in read(relay)} == {"vote_opened"}


def as_owed(
    reading: Reading,
    mailing: OwedMailing,
    case: Case,
    now: datetime,
) -> Present:
    """How it is often done: what was owed is told, whenever it goes."""
    return Present(mailing)


def untouched(self: Present, claimed: Claimed, case: Case, now: datetime) -> Claimed:
    """Its words and bytes as they were made."""
    return claimed


async def test_letters_told_as_they_were_owed_would_come_in_a_heap_with_old_words(
    app: App,
    clock: HandClock,
    relay: MisbehavingServer,
    owed: str,
    nobody: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("notifications.sorting.present", as_owed)
    monkeypatch.setattr(Present, "brought_up_to", untouched)
    await open_and_pile_up(app, clock, relay, owed, nobody)
    for _ in range(3):
        await catch_up(app, clock, relay)
    told = [text_of(letter) for letter in letters_named(relay, "reminder")]
    assert len(told) == LETTERS * owed_reminders(app)
    assert not any("This is the last day" in words for words in told)


# --- no flood -------------------------------------------------------------------------------------


async def wait_out(app: App, clock: HandClock, dead: int, away: timedelta, votes: int) -> None:
    """So many votes open while nobody takes letters."""
    for _ in range(votes):
        open_vote(app)
    await deliver(app, dead, connections=4)
    clock.go_on(away)


async def minutes_of(
    app: App, clock: HandClock, relay: MisbehavingServer, minutes: int
) -> list[int]:
    """How many letters leave in each minute, with a round every five seconds."""
    sorting, sent = office(app, relay.port, connections=4, hand=8), []
    for _ in range(minutes):
        before = len(relay.taken)
        for _ in range(12):
            await rounds(sorting, app.desk.settle)
            clock.go_on(timedelta(seconds=5))
        sent.append(len(relay.taken) - before)
    return sent


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_letters_go_slowly_at_first_to_a_relay_that_was_away_for_long(
    app: App, clock: HandClock, relay: MisbehavingServer, nobody: int
) -> None:
    await wait_out(app, clock, nobody, LONG_AWAY + MINUTE, votes=40)
    first, second, *_ = await minutes_of(app, clock, relay, 3)
    assert RAMP_START / 2 < first <= RAMP_START
    assert first < second


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_all_letters_have_gone_when_the_slow_start_is_over(
    app: App, clock: HandClock, relay: MisbehavingServer, nobody: int
) -> None:
    await wait_out(app, clock, nobody, LONG_AWAY + MINUTE, votes=20)
    await minutes_of(app, clock, relay, RAMP // MINUTE)
    assert statuses(app) == {"accepted": 20 * LETTERS}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_after_a_short_absence_letters_go_on_as_before(
    app: App, clock: HandClock, relay: MisbehavingServer, nobody: int
) -> None:
    """And so would they after a long one without the slow start: all in one round."""
    await wait_out(app, clock, nobody, LONG_AWAY - MINUTE, votes=15)
    await rounds(office(app, relay.port, connections=4), app.desk.settle)
    assert len(relay.taken) == 15 * LETTERS > RAMP_START


# --- a pace ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_the_configured_pace_holds_over_the_rounds_of_several_postmen(
    app: App, clock: HandClock, relay: MisbehavingServer
) -> None:
    for _ in range(5):
        open_vote(app)
    sorting = office(app, relay.port, connections=2)
    slow = replace(sorting.settings, letters_per_minute=12)
    sorting = SortingOffice(sorting.store, sorting.library, slow)
    for _ in range(12):
        await rounds(sorting, app.desk.settle)
        await rounds(sorting, app.desk.settle)
        clock.go_on(timedelta(seconds=5))
    assert 10 <= len(relay.taken) <= 12
