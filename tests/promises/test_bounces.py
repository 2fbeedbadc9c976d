"""A letter that comes back is on record once, however often it is told; a forged report is nothing.

Mail comes in through a real door on loopback, and what the door has said 250 to is on the disk.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import aiosmtplib
import pytest
import pytest_asyncio
from sqlalchemy import update

from app.bootstrap import App
from app.commands.inbound import LATER
from app.inbound import letterbox_of
from engine.refusals import Quarantined
from notifications.door import MOST_SESSIONS, Door
from notifications.letterbox import UNKNOWN, NotYet
from notifications.returns import return_path
from storage import tables
from storage.held_letters import hold_letters
from storage.marks import QUARANTINE, set_mark
from storage.openings import read_openings
from storage.outbox import Settlement
from storage.proofs import read_head
from tests.notifications.misbehaving import MisbehavingServer, Mode
from tests.promises.checks import read_bodies, trail_faults
from tests.promises.coming_back import (
    CORPUS,
    Gone,
    bounce,
    door_of,
    hand_in,
    heard,
    of,
    send_out,
    status_of,
)
from tests.promises.forgetting import AT_DESK, EMAIL, FIRST, on_sqlite
from tests.promises.posting import Fate, Seam, deliver, deliver_and_die, statuses
from tests.small_body import HandClock, open_vote

BOUNCED = "mail.bounced"
FORMS = sorted(path.stem for path in CORPUS.glob("bounced-*.eml"))
OTHERS = sorted(
    path.stem
    for path in CORPUS.glob("*.eml")
    if path.stem.split("-")[0] in {"delayed", "delivered", "partly"}
)


@pytest_asyncio.fixture
async def letters(app: App, relay: MisbehavingServer) -> list[Gone]:
    """A vote's letters, all of them accepted."""
    open_vote(app)
    return await send_out(app, relay)


@pytest.fixture
def letter(letters: list[Gone]) -> Gone:
    """The one to the first practice's lead."""
    return of(letters, EMAIL)


def bodies(app: App) -> list[dict[str, object]]:
    return [dict(body) for body in read_bodies(app, BOUNCED).values()]


def size(app: App) -> int:
    with app.store.database.reading() as reading:
        return read_head(reading).size


# --- what a bounce does ---------------------------------------------------------------------------


async def test_a_bounce_is_a_leaf_that_names_mailing_practice_and_letter(
    app: App, letter: Gone
) -> None:
    async with door_of(app) as door:
        assert await hand_in(door, letter.bounces, bounce(letter)) == 250
    (body,) = bodies(app)
    assert (body["practice"], body["message"]) == (FIRST, letter.message_id)
    assert set(body) == {"mailing", "practice", "message", "contact", "words"}


async def test_its_words_and_its_address_are_sealed_and_read_as_they_came(
    app: App, letter: Gone
) -> None:
    async with door_of(app) as door:
        await hand_in(door, letter.bounces, bounce(letter))
    (leaf,) = read_bodies(app, BOUNCED)
    with app.store.database.reading() as reading:
        opened = read_openings(reading, app.store.keys, [(leaf, "contact"), (leaf, "words")])
    assert opened[leaf, "contact"] == EMAIL
    assert str(opened[leaf, "words"]).startswith(f"550 5.1.1 <{EMAIL}>: Recipient address")


async def test_the_letter_is_bounced_and_no_other_is(app: App, letter: Gone) -> None:
    async with door_of(app) as door:
        await hand_in(door, letter.bounces, bounce(letter))
    assert (status_of(app, letter), statuses(app)) == ("bounced", {"bounced": 1, "accepted": 5})


async def test_the_address_that_came_back_is_that_of_the_letter_not_of_today(
    app: App, letter: Gone
) -> None:
    with app.store.database.writing() as writing:
        person = tables.person.c
        mine = update(tables.person).where(person.id == letter.person)
        writing.execute(mine.values(email="new@practice.example"))
    async with door_of(app) as door:
        await hand_in(door, letter.bounces, bounce(letter))
    (leaf,) = read_bodies(app, BOUNCED)
    with app.store.database.reading() as reading:
        opened = read_openings(reading, app.store.keys, [(leaf, "contact")])
    assert opened[leaf, "contact"] == EMAIL


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_every_form_of_bounce_settles_its_letter(app: App, letter: Gone, name: str) -> None:
    async with door_of(app) as door:
        assert await hand_in(door, letter.bounces, bounce(letter, name)) == 250
    assert (status_of(app, letter), len(bodies(app)), trail_faults(app)) == ("bounced", 1, [])


@pytest.mark.parametrize("name", OTHERS)
async def test_what_is_delayed_or_delivered_is_noted_and_changes_nothing(
    app: App, letter: Gone, name: str
) -> None:
    before = size(app)
    async with door_of(app) as door:
        assert await hand_in(door, letter.bounces, bounce(letter, name)) == 250
    assert (status_of(app, letter), size(app)) == ("accepted", before)
    assert {kind for kind, _ in heard(app, letter)} == {name.partition("-")[0]}


async def test_an_answering_machine_at_the_return_path_changes_nothing(
    app: App, letter: Gone
) -> None:
    before = size(app)
    async with door_of(app) as door:
        raw = bounce(letter, "automatic-out-of-office-at-bounce")
        assert await hand_in(door, letter.bounces, raw) == 250
    assert (status_of(app, letter), size(app), heard(app, letter)) == (
        "accepted",
        before,
        {("automatic", "")},
    )


# --- again and again ------------------------------------------------------------------------------


async def test_the_same_bounce_again_changes_nothing(app: App, letter: Gone) -> None:
    async with door_of(app) as door:
        codes = [await hand_in(door, letter.bounces, bounce(letter)) for _ in range(3)]
    assert (codes, len(bodies(app)), trail_faults(app)) == ([250] * 3, 1, [])


async def test_a_bounce_that_comes_many_times_at_once_is_one_leaf(app: App, letter: Gone) -> None:
    async with door_of(app) as door:
        raw = bounce(letter)
        codes = await asyncio.gather(*(hand_in(door, letter.bounces, raw) for _ in range(8)))
    assert (set(codes) <= {250, 451}, 250 in codes) == (True, True)
    assert (status_of(app, letter), len(bodies(app)), trail_faults(app)) == ("bounced", 1, [])


async def test_another_report_on_the_same_letter_adds_no_leaf(app: App, letter: Gone) -> None:
    async with door_of(app) as door:
        for name in FORMS:
            await hand_in(door, letter.bounces, bounce(letter, name))
    assert len(bodies(app)) == 1


async def test_settling_without_a_look_at_how_the_letter_stands_would_file_two(
    app: App, letter: Gone
) -> None:
    def naive(done: Sequence[Settlement]) -> int:
        with app.store.database.writing() as writing:
            writing.execute(update(tables.letter).values(status="accepted"))
        return app.desk.settle(done)

    async with door_of(app, replace(letterbox_of(app), report=naive)) as door:
        for _ in range(2):
            await hand_in(door, letter.bounces, bounce(letter))
    assert len(bodies(app)) == 2


async def test_a_crash_before_the_commit_is_answered_later_and_repeated_to_the_end(
    app: App, letter: Gone
) -> None:
    def dies(_done: Sequence[Settlement]) -> int:
        raise MemoryError

    async with door_of(app, replace(letterbox_of(app), report=dies)) as door:
        assert await hand_in(door, letter.bounces, bounce(letter)) == 451
    assert (status_of(app, letter), bodies(app)) == ("accepted", [])
    async with door_of(app) as door:
        assert await hand_in(door, letter.bounces, bounce(letter)) == 250
    assert (status_of(app, letter), len(bodies(app))) == ("bounced", 1)


async def test_a_crash_between_the_commit_and_the_answer_is_repeated_for_nothing(
    app: App, letter: Gone
) -> None:
    def dies_after(done: Sequence[Settlement]) -> int:
        app.desk.settle(done)
        raise MemoryError

    async with door_of(app, replace(letterbox_of(app), report=dies_after)) as door:
        assert await hand_in(door, letter.bounces, bounce(letter)) == 451
    async with door_of(app) as door:
        assert await hand_in(door, letter.bounces, bounce(letter)) == 250
    assert (status_of(app, letter), len(bodies(app)), trail_faults(app)) == ("bounced", 1, [])


async def test_in_quarantine_a_bounce_is_put_off(app: App, letter: Gone) -> None:
    with app.store.database.writing() as writing:
        set_mark(writing, QUARANTINE, None, "{}")
    async with door_of(app) as door:
        assert await hand_in(door, letter.bounces, bounce(letter)) == 451
    with pytest.raises(Quarantined):
        letterbox_of(app).receive(letter.bounces, bounce(letter), "")
    assert bodies(app) == []


# --- letters in other states ----------------------------------------------------------------------


async def test_a_letter_in_doubt_that_bounces_is_not_sent_again(app: App, clock: HandClock) -> None:
    open_vote(app)
    async with MisbehavingServer([Mode.ACCEPT_AND_RESET]) as relay:
        first = (await send_out(app, relay))[0]
        assert status_of(app, first) == "doubt"
        async with door_of(app) as door:
            assert await hand_in(door, first.bounces, bounce(first)) == 250
        clock.go_on(timedelta(hours=1))
        await deliver(app, relay.port)
    assert (statuses(app), len(relay.taken)) == ({"bounced": 1, "accepted": 5}, 6)
    assert len(read_bodies(app, "mail.accepted", BOUNCED)) == 6


async def test_a_letter_in_a_postmans_hands_is_answered_for_later(
    app: App, relay: MisbehavingServer
) -> None:
    open_vote(app)
    await deliver_and_die(app, relay.port, Fate(Seam.TAKEN, 1))
    address = relay.taken[0].sender.strip("<>")
    raw = (CORPUS / "bounced-qmail.eml").read_bytes()
    with pytest.raises(NotYet):
        letterbox_of(app).receive(address, raw, "")
    async with door_of(app) as door:
        assert await hand_in(door, address, raw) == 451
    assert LATER == 75  # what the command says in its place


async def test_a_letter_held_after_a_restore_that_bounces_had_gone_out(
    app: App, letter: Gone
) -> None:
    with app.store.database.writing() as writing:
        mine = tables.letter.c.id == letter.letter
        writing.execute(update(tables.letter).where(mine).values(status="owed"))
        hold_letters(writing)
    async with door_of(app) as door:
        await hand_in(door, letter.bounces, bounce(letter))
    assert (status_of(app, letter), len(bodies(app))) == ("bounced", 1)


async def test_a_letter_that_was_refused_at_once_does_not_bounce_as_well(
    app: App, relay: MisbehavingServer
) -> None:
    open_vote(app)
    letters = await send_out(app, relay)
    with app.store.database.writing() as writing:
        writing.execute(update(tables.letter).values(status="failed"))
    async with door_of(app) as door:
        await hand_in(door, letters[0].bounces, bounce(letters[0]))
    assert (status_of(app, letters[0]), bodies(app)) == ("failed", [])


async def test_a_bounce_of_an_erased_persons_letter_changes_nothing(app: App, letter: Gone) -> None:
    erasure = app.erasure
    erasure.person(erasure.find(EMAIL), "request", "As asked.", AT_DESK, although_running=True)
    before = size(app)
    async with door_of(app) as door:
        assert await hand_in(door, letter.bounces, bounce(letter)) == 250
    assert (status_of(app, letter), size(app)) == ("accepted", before)


# --- forged ---------------------------------------------------------------------------------------


def forged(app: App, letter: Gone, letters: list[Gone]) -> dict[str, str]:
    """Addresses that a stranger could think of."""
    sender, key = app.settings.mail.sender, app.store.link_key
    other = of(letters, EMAIL.replace("lead", "deputy"))
    own = letter.bounces
    at = f"@{sender.rpartition('@')[2]}"
    return {
        "no MAC": f"bounce+{letter.letter}{at}",
        "a guessed MAC": f"bounce+{letter.letter}.0123456789abcdef{at}",
        "the MAC of another letter": own.replace(f"+{letter.letter}.", f"+{other.letter}."),
        "the address for replies, renamed": letter.replies.replace("reply+", "bounce+"),
        "another body's key": return_path(letter.letter, letter.message_id, sender, b"x" * 32),
        "a letter that is not there": return_path(99_999, letter.message_id, sender, key),
        "a letter of before a restore": return_path(letter.letter, "<lost@a.example>", sender, key),
        "a number that no database holds": return_path("9" * 30, letter.message_id, sender, key),
        "no number": return_path("a-b", letter.message_id, sender, key),
        "the sender's own": sender,
        "nobody": f"{at}",
    }


async def test_a_forged_bounce_is_refused_and_changes_nothing(
    app: App, letter: Gone, letters: list[Gone]
) -> None:
    before, letterbox = size(app), letterbox_of(app)
    for why, address in forged(app, letter, letters).items():
        assert not letterbox.knows(address), why
        assert letterbox.receive(address, bounce(letter), "") is UNKNOWN, why
    assert (size(app), statuses(app)) == (before, {"accepted": 6})


async def test_the_door_has_no_mailbox_for_a_forged_address(
    app: App, letter: Gone, letters: list[Gone]
) -> None:
    async with door_of(app) as door:
        told = {
            why: await hand_in(door, address, bounce(letter))
            for why, address in forged(app, letter, letters).items()
            if why != "nobody"
        }
    assert set(told.values()) == {550}


@pytest.mark.parametrize("sender", ["", EMAIL])
async def test_a_report_at_the_address_that_people_see_changes_nothing(
    app: App, letter: Gone, sender: str
) -> None:
    """Whoever was shown the letter, or was written to by its reader, knows that address."""
    before = size(app)
    async with door_of(app) as door:
        assert await hand_in(door, letter.replies, bounce(letter), sender) == 250
    assert (status_of(app, letter), size(app)) == ("accepted", before)


async def test_without_the_mac_anybody_could_make_any_letter_bounce(
    app: App, letter: Gone, letters: list[Gone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.returns.Token.is_of", lambda *_: True)
    async with door_of(app) as door:
        await hand_in(door, forged(app, letter, letters)["a guessed MAC"], bounce(letter))
    assert status_of(app, letter) == "bounced"


async def test_a_mac_without_the_message_id_would_fit_a_letter_of_another_history(
    app: App, letter: Gone, letters: list[Gone], monkeypatch: pytest.MonkeyPatch
) -> None:
    def naive(purpose: str, name: str, _message_id: str, key: bytes) -> str:
        return f"{abs(hash((purpose, name, key))):016x}"[:16]

    monkeypatch.setattr("notifications.returns._mac", naive)
    lost = forged(app, letter, letters)["a letter of before a restore"]
    letterbox_of(app).receive(lost, bounce(letter), "")
    assert status_of(app, letter) == "bounced"


# --- the door itself ------------------------------------------------------------------------------


async def test_a_machine_that_may_not_deliver_here_is_turned_away(app: App, letter: Gone) -> None:
    async with door_of(app, allow=("10.0.0.0/8",)) as door:
        assert await hand_in(door, letter.bounces, bounce(letter)) == 554
    assert status_of(app, letter) == "accepted"


@on_sqlite
async def test_strangers_take_no_session_of_the_relay(app: App, letter: Gone) -> None:
    """They are turned away at once: counted, they would keep its mail out as long as they liked."""
    async with door_of(app, allow=("127.0.0.2",)) as door:
        held = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(MOST_SESSIONS)]
        for reader, _ in held:
            assert (await reader.readline()).startswith(b"554 ")
        assert not door.sessions
        relay = ("127.0.0.2", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port, local_addr=relay)
        assert (await reader.readline()).startswith(b"220 ")
        for _, each in [*held, (reader, writer)]:
            each.close()


async def test_a_mail_over_the_limit_is_refused_and_not_held(app: App, letter: Gone) -> None:
    async with door_of(app, largest=20_000) as door:
        raw = bounce(letter) + b"x" * 70 + b"\r\n" * 20_000
        assert await hand_in(door, letter.bounces, raw) == 552
    assert status_of(app, letter) == "accepted"


async def test_long_lines_do_no_harm(app: App, letter: Gone) -> None:
    async with door_of(app) as door:
        raw = bounce(letter) + b"x" * 5000 + b"\r\n"
        assert await hand_in(door, letter.bounces, raw) == 250


async def test_the_door_tells_the_log_no_address(
    app: App, letter: Gone, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    caplog.set_level(0)
    async with door_of(app, notice=lambda kind, did: told.extend((kind, did))) as door:
        await hand_in(door, letter.bounces, bounce(letter))
        await hand_in(door, letter.bounces.replace(".", "x", 1), bounce(letter))
    said = "".join((*told, *capfd.readouterr(), caplog.text))
    assert "settled" in said
    assert letter.bounces.partition("@")[0].rpartition(".")[2] not in said
    assert EMAIL not in said


@on_sqlite
async def test_more_sessions_than_enough_are_not_held(app: App, letter: Gone) -> None:
    async with door_of(app) as door:
        held = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(MOST_SESSIONS)]
        for reader, _ in held:
            assert (await reader.readline()).startswith(b"220")
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        assert (await reader.read()).startswith(b"421 ")
        for _, each in [*held, (reader, writer)]:
            each.close()
        await asyncio.gather(*(each.wait_closed() for _, each in held), return_exceptions=True)
        async with asyncio.timeout(10):
            assert await hand_in_soon(door, letter) == 250


async def hand_in_soon(door: Door, letter: Gone) -> int:
    """Deliver once the door has seen that the others are gone."""
    code = 0
    while code != 250:
        with suppress(aiosmtplib.SMTPException, OSError):
            code = await hand_in(door, letter.bounces, bounce(letter))
    return code


@on_sqlite
def test_the_door_works_in_the_loop_that_serve_runs(app: App) -> None:
    """A faster one than that of the tests, with transports of its own."""
    uvloop = pytest.importorskip("uvloop")
    open_vote(app)

    async def there_and_back() -> tuple[int, str]:
        async with MisbehavingServer() as relay:
            gone = of(await send_out(app, relay), EMAIL)
        async with door_of(app) as door:
            code = await hand_in(door, gone.bounces, bounce(gone))
        return code, status_of(app, gone)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(there_and_back()) == (250, "bounced")
