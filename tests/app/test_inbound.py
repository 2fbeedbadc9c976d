"""Mail that comes back, on the command line and at the door that `serve` opens."""

import asyncio
import io
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import typer
from sqlalchemy import update

from app.bootstrap import App, build
from app.config import load_settings
from app.inbound import InboundDoor
from engine.errors import InputFaults
from storage import tables
from storage.marks import QUARANTINE, clear_mark, set_mark
from tests.app.conftest import Quorate
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.coming_back import Gone, answer, bounce, hand_in, of, send_out
from tests.small_body import HandClock
from workflows.health import health

ANNA = "anna@practice.example"
SAID = "We would need a second nurse."
CONFIG = "[inbound]\npipe = true\n"


@contextmanager
def program(folder: Path, clock: HandClock | None = None) -> Iterator[App]:
    app = build(load_settings(folder / "config.toml", required=False), clock)
    yield app
    app.close()


@pytest_asyncio.fixture
async def letter(enrolled: Quorate, folder: Path) -> AsyncIterator[Gone]:
    """A consultation's letter to Anna, accepted by a relay."""
    (folder / "config.toml").write_text(CONFIG)
    assert enrolled("decision", "open", "consult.toml").code == 0
    with program(folder) as app:
        async with MisbehavingServer() as relay:
            yield of(await send_out(app, relay), ANNA)


def stands_in(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    """What comes on standard input, as from a mail server."""
    given = io.TextIOWrapper(io.BytesIO(raw))
    monkeypatch.setattr(sys, "stdin", given)


def saved(folder: Path, raw: bytes) -> str:
    (folder / "came.eml").write_bytes(raw)
    return "came.eml"


# --- reading --------------------------------------------------------------------------------------


def test_a_bounce_from_a_file_marks_its_letter(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    (told,) = quorate("bounces", "read", saved(folder, bounce(letter)), "--json").json
    assert told == {
        "kind": "bounced",
        "did": "settled: the letter came back",
        "status": "5.1.1",
        "letter": letter.letter,
        "name": "consultation_opened",
        "decision": "D-2026-0001",
        "practice": "K83001",
    }
    shown = quorate("decision", "show", "D-2026-0001", "--json").json
    assert shown["letters"]["bounced"] == 1


def test_a_mailbox_that_is_fetched_may_be_fetched_again(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    file = saved(folder, bounce(letter))
    codes = [quorate("bounces", "read", file).code for _ in range(3)]
    shown = quorate("decision", "show", "D-2026-0001", "--json").json
    assert (codes, shown["letters"]["bounced"]) == ([0, 0, 0], 1)


def test_a_mail_server_hands_over_by_a_pipe(
    quorate: Quorate, letter: Gone, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands_in(monkeypatch, bounce(letter))
    from app.commands.inbound import read  # noqa: PLC0415 - the runner has a standard input of its own

    read("-", None, None, as_json=False)
    assert quorate("bounces", "list", "--json").json[0]["email"] == ANNA


def test_whatever_goes_wrong_a_mail_server_keeps_the_mail(
    quorate: Quorate, folder: Path, letter: Gone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any other end than 0 and 75 it gives the mail up, and nobody hears of the bounce."""
    from app.commands.inbound import read  # noqa: PLC0415 - as above

    def ended() -> int:
        stands_in(monkeypatch, bounce(letter))
        with pytest.raises(typer.Exit) as left:
            read("-", None, None, as_json=False)
        return left.value.exit_code

    (folder / "config.toml").write_text("[inbound]\nprot = 25\n")
    codes = [ended()]
    (folder / "config.toml").write_text(CONFIG)
    monkeypatch.setattr("notifications.letterbox.read_mail", lambda *_: 1 / 0)
    assert [*codes, ended()] == [75, 75]


def test_a_mailbox_that_keeps_no_recipient_in_the_header_is_told_it(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    file = saved(folder, bounce(letter).replace(f"To: {letter.bounces}\n".encode(), b""))
    assert quorate("bounces", "read", file, "--json").json[0]["kind"] == "unknown"
    told = quorate("bounces", "read", file, "--recipient", letter.bounces, "--json").json
    assert told[0]["kind"] == "bounced"


def test_a_mail_to_no_letter_of_ours_is_told_and_changes_nothing(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    forged = bounce(replace(letter, bounces="bounce+1.0123456789abcdef@ccg.example"))
    done = quorate("bounces", "read", saved(folder, forged))
    assert (done.code, done.out) == (
        0,
        "unknown: nothing: it is to no address of a letter of ours\n",
    )
    assert quorate("bounces", "list", "--json").json == []


def test_what_it_prints_holds_no_address(quorate: Quorate, folder: Path, letter: Gone) -> None:
    """A mail server keeps what a command says in its log."""
    done = quorate("bounces", "read", saved(folder, bounce(letter)))
    assert "settled" in done.out
    assert "@" not in done.out + done.err


@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_nothing_at_all_is_a_fault(quorate: Quorate, folder: Path, content: bytes) -> None:
    assert quorate("bounces", "read", saved(folder, content)).code == 2


def test_a_file_that_is_not_there_is_a_fault(quorate: Quorate) -> None:
    done = quorate("bounces", "read", "nowhere.eml")
    assert (done.code, done.err.startswith("nowhere.eml: cannot be read")) == (2, True)


def test_what_cannot_be_written_now_is_put_off_as_mail_servers_know_it(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    with program(folder) as app:
        with app.store.database.writing() as writing:
            set_mark(writing, QUARANTINE, None, "{}")
        done = quorate("bounces", "read", saved(folder, bounce(letter)))
        with app.store.database.writing() as writing:
            clear_mark(writing, QUARANTINE)
    assert (done.code, done.err.startswith("Not now: ")) == (75, True)


def test_without_a_database_the_mail_is_put_off_and_not_lost(
    quorate: Quorate, folder: Path
) -> None:
    assert quorate("bounces", "read", saved(folder, b"Subject: x\n\nx")).code == 75


def test_the_help_teaches_how_a_mail_server_is_told(quorate: Quorate) -> None:
    said = quorate("bounces", "read", "--help").out
    assert all(word in said for word in ("Postfix", "getmail", "75"))


# --- listing --------------------------------------------------------------------------------------


def test_bounces_are_listed_with_decision_practice_and_address(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    quorate("bounces", "read", saved(folder, bounce(letter, "delayed-postfix")))
    quorate("bounces", "read", saved(folder, bounce(letter)))
    told = quorate("bounces", "list", "D-2026-0001", "--json").json
    assert {(each["kind"], each["status"]) for each in told} == {
        ("bounced", "5.1.1"),
        ("delayed", "4.4.1"),
    }
    assert {each["practice"] for each in told} == {"K83001"}
    assert ANNA in quorate("bounces", "list").out
    assert quorate("bounces", "list", "D-2026-0009", "--json").code == 1


def test_a_bounce_is_listed_with_the_address_that_it_came_from_whatever_the_register_says_now(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    """Beside the corrected address it would look as if that one did not work either."""
    quorate("bounces", "read", saved(folder, bounce(letter)))
    with program(folder) as app, app.store.database.writing() as writing:
        same = tables.person.c.email == ANNA
        writing.execute(update(tables.person).where(same).values(email="new@practice.example"))
    (told,) = quorate("bounces", "list", "--json").json
    assert (told["went_to"], told["email"]) == (ANNA, "new@practice.example")
    assert ANNA in quorate("bounces", "list").out


def test_replies_are_listed_shown_and_dropped(quorate: Quorate, folder: Path, letter: Gone) -> None:
    quorate("bounces", "read", saved(folder, answer(letter, SAID)))
    raw = answer(letter, "Me too.", sender="nurse@elsewhere.example", number=2)
    quorate("bounces", "read", saved(folder, raw))
    listed = quorate("replies", "list", "--json").json
    assert [(each["standing"], each["sender"]) for each in listed] == [
        ("waiting", ANNA),
        ("stranger", "nurse@elsewhere.example"),
    ]
    number = str(listed[1]["reply"])
    assert "Me too." in quorate("replies", "show", number).out
    assert quorate("replies", "drop", number).code == 0
    assert [each["text"] for each in quorate("replies", "list", "--json").json] == [SAID]


def test_a_reply_that_its_sender_was_asked_to_confirm_is_not_for_staff_to_drop(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    """Who has a letter that says "confirm your words" finds them behind its link."""
    quorate("bounces", "read", saved(folder, answer(letter, SAID)))
    (reply,) = quorate("replies", "list", "--json").json

    done = quorate("replies", "drop", str(reply["reply"]))

    assert (done.code, "waits for its sender" in done.err) == (1, True)
    assert [each["text"] for each in quorate("replies", "list", "--json").json] == [SAID]


@pytest.mark.parametrize("act", ["show", "drop"])
def test_a_reply_that_is_not_there_is_refused(enrolled: Quorate, act: str) -> None:
    done = enrolled("replies", act, "99")
    assert (done.code, "No reply has this number" in done.err) == (1, True)


def test_where_nothing_came_the_lists_say_so(enrolled: Quorate) -> None:
    assert enrolled("replies", "list").out == "No reply is kept.\n"
    assert enrolled("bounces", "list").out == "Nothing was heard of any letter.\n"


# --- configuration --------------------------------------------------------------------------------


def test_without_a_word_no_door_is_open_and_replies_go_where_they_went(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "config.toml", required=False)
    assert (settings.inbound.port, settings.inbound.expects_mail) == (0, False)


@pytest.mark.parametrize("text", ["port = 2525", "pipe = true"])
def test_with_a_door_or_a_pipe_letters_have_addresses_of_their_own(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "config.toml").write_text(f"[inbound]\n{text}\n")
    assert load_settings(tmp_path / "config.toml", required=True).inbound.expects_mail


def test_who_may_deliver_is_a_list_of_networks(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[inbound]\nallow = ["relay.nene.example"]\n')
    with pytest.raises(InputFaults, match="is no address or network"):
        load_settings(tmp_path / "config.toml", required=True)


# --- the door beside the site, and health ---------------------------------------------------------


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


async def alarms(app: App) -> dict[str, str]:
    value = await asyncio.to_thread(health, app.store, app.rulebook.calendar, None)
    return {alarm["name"]: alarm["says"] for alarm in value["alarms"]}


@pytest.mark.parametrize(("sender", "is_alarm"), [("nurse@elsewhere.example", True), (ANNA, False)])
async def test_a_reply_that_only_a_person_can_place_is_an_alarm_until_it_is_dropped(
    quorate: Quorate, folder: Path, letter: Gone, sender: str, *, is_alarm: bool
) -> None:
    """Nobody else would ever hear of it: its sender gets no answer, and it is deleted in time."""
    quorate("bounces", "read", saved(folder, answer(letter, SAID, sender)))
    with program(folder) as app:
        assert ("replies" in await alarms(app)) is is_alarm
        quorate("replies", "drop", "1")
        assert "replies" not in await alarms(app)


async def test_a_letter_that_came_back_is_an_alarm_as_one_that_was_refused_is(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    """Behind a relay that takes everything, no letter is ever refused."""
    quorate("bounces", "read", saved(folder, bounce(letter)))
    with program(folder) as app:
        assert (await alarms(app))["letters_bounced"].startswith("1 letters came back")


async def test_serve_opens_the_door_and_takes_mail(folder: Path, letter: Gone) -> None:
    (folder / "config.toml").write_text(f"[inbound]\nport = {free_port()}\n")
    with program(folder) as app:
        door = InboundDoor(app)
        door.prepare()
        door.start()
        await asyncio.wait_for(door.opened.wait(), 20)
        assert await hand_in(door._door, letter.bounces, bounce(letter)) == 250  # noqa: SLF001
        await door.stop()
        assert "inbound_door" not in await alarms(app)


async def test_a_door_that_cannot_be_opened_is_an_alarm_until_it_can(
    folder: Path, letter: Gone
) -> None:
    with socket.socket() as held, program(folder) as app:
        held.bind(("127.0.0.1", 0))
        held.listen()
        inbound = app.settings.inbound.model_copy(update={"port": held.getsockname()[1]})
        settings = app.settings.model_copy(update={"inbound": inbound})
        door = InboundDoor(replace(app, settings=settings), retry=0.05)
        door.start()
        await asyncio.wait_for(door.tried.wait(), 20)
        assert "does not open: 127.0.0.1 port" in (await alarms(app))["inbound_door"]
        held.close()
        await asyncio.wait_for(door.opened.wait(), 20)
        assert "inbound_door" not in await alarms(app)
        await door.stop()


async def test_mail_that_should_come_in_and_does_not_is_missed(folder: Path, letter: Gone) -> None:
    clock = HandClock()
    with program(folder) as now:
        clock.at = now.clock.now()
    with program(folder, clock) as app:
        door = InboundDoor(app)
        clock.go_on(timedelta(days=-1))
        door.prepare()  # expected since before the letters went
        clock.go_on(timedelta(days=1))
        assert "inbound_silent" not in await alarms(app)
        clock.go_on(timedelta(days=15))
        assert "answer one of your letters" in (await alarms(app))["inbound_silent"]


async def test_once_anything_comes_in_it_is_missed_no_more(
    quorate: Quorate, folder: Path, letter: Gone
) -> None:
    clock = HandClock()
    with program(folder) as now:
        clock.at = now.clock.now()
    with program(folder, clock) as app:
        clock.go_on(timedelta(days=-1))
        InboundDoor(app).prepare()
        raw = bounce(letter, "automatic-out-of-office-at-bounce")
        assert quorate("bounces", "read", saved(folder, raw)).code == 0
        clock.go_on(timedelta(days=16))
        assert "inbound_silent" not in await alarms(app)


async def test_where_no_mail_is_to_come_in_none_is_missed(folder: Path, letter: Gone) -> None:
    clock = HandClock()
    with program(folder) as now:
        clock.at = now.clock.now()
    (folder / "config.toml").write_text("")
    with program(folder, clock) as app:
        InboundDoor(app).prepare()
        clock.go_on(timedelta(days=60))
        assert "inbound_silent" not in await alarms(app)


def test_bounces_of_a_decision_that_does_not_exist_are_refused(enrolled: Quorate) -> None:
    refused = enrolled("bounces", "list", "NOPE")
    assert (refused.code, "quorate decision list" in refused.err) == (1, True)
