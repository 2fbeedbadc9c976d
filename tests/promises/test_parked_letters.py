"""A letter that cannot be written is set aside: named with its remedy, tried again or given up."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.bootstrap import App
from engine.people import Actor, How
from engine.refusals import NeedsReason
from notifications.sorting import GIVEN_UP
from storage.parked_letters import owe_parked, parked_letters
from tests.notifications.misbehaving import MisbehavingServer, Mode
from tests.promises.checks import read_bodies
from tests.promises.posting import deliver, kept, office, statuses
from tests.small_body import HandClock, codes, open_vote
from workflows.health import health

FIRST, *_ = codes(3)
LETTERS = 6
SPOILT = """UPDATE person SET email = 'two words@@' WHERE id IN
    (SELECT person FROM post WHERE ods_code = :practice AND role = 'lead')"""
MENDED = SPOILT.replace("two words@@", "new.lead@practice.example")


@pytest_asyncio.fixture
async def relay(app: App) -> AsyncIterator[MisbehavingServer]:
    """A relay that took all letters but one, which could not be written."""
    open_vote(app)
    _put(app, SPOILT)
    async with MisbehavingServer() as server:
        await deliver(app, server.port)
        yield server


def _put(app: App, statement: str) -> None:
    with app.store.database.writing() as writing:
        writing.execute(text(statement), {"practice": FIRST})


def _number(app: App) -> int:
    with app.store.database.reading() as reading:
        [parked] = parked_letters(reading)
    return parked.id


def _owe(app: App) -> None:
    with app.store.database.writing() as writing:
        owe_parked(writing, [_number(app)], app.clock.now())


def _give_up(app: App, reason: str = "They were rung.") -> int:
    number, sorting = _number(app), office(app, 25)
    return app.desk.drop(
        lambda writing: sorting.drop_parked(writing, [number]), reason, Actor(None, How.CLI)
    )


async def test_health_names_parked_letters_and_the_command_that_tells_more(
    app: App, relay: MisbehavingServer
) -> None:
    alarms = health(app.store, app.rulebook.calendar, None)["alarms"]
    [says] = [alarm["says"] for alarm in alarms if alarm["name"] == "letters_parked"]
    assert says.startswith("1 letters could not be written")
    assert "`quorate letters parked`" in says


async def test_a_parked_letter_has_no_end_in_the_trail_yet(
    app: App, relay: MisbehavingServer
) -> None:
    ends = [read_bodies(app, f"mail.{how}") for how in ("accepted", "undeliverable", "skipped")]
    assert [len(each) for each in ends] == [LETTERS - 1, 0, 0]


async def test_a_parked_letter_that_was_mended_goes_when_it_is_tried_again(
    app: App, relay: MisbehavingServer
) -> None:
    _put(app, MENDED)
    _owe(app)
    await deliver(app, relay.port)
    assert relay.taken[-1].recipient == "new.lead@practice.example"
    assert (len(relay.taken), statuses(app)) == (LETTERS, {"accepted": LETTERS})


async def test_a_parked_letter_that_was_not_mended_is_parked_again(
    app: App, relay: MisbehavingServer
) -> None:
    _owe(app)
    await deliver(app, relay.port)
    assert statuses(app) == {"accepted": LETTERS - 1, "parked": 1}


async def test_a_parked_letter_that_is_given_up_is_on_record_with_who_and_why(
    app: App, relay: MisbehavingServer
) -> None:
    assert _give_up(app) == 1
    [body] = read_bodies(app, "mail.skipped").values()
    assert (body["practice"], body["because"]) == (FIRST, GIVEN_UP)
    assert body["reason"].startswith("c1:")


async def test_giving_up_needs_a_reason(app: App, relay: MisbehavingServer) -> None:
    with pytest.raises(NeedsReason):
        _give_up(app, "")
    assert statuses(app)["parked"] == 1


async def test_a_given_up_letter_is_no_alarm_any_more(app: App, relay: MisbehavingServer) -> None:
    _give_up(app)
    names = {alarm["name"] for alarm in health(app.store, app.rulebook.calendar, None)["alarms"]}
    assert "letters_parked" not in names


async def test_a_letter_in_doubt_that_was_parked_keeps_its_bytes(
    app: App, clock: HandClock
) -> None:
    """It may be on its way, so what is tried again must be the same letter."""
    async with MisbehavingServer([Mode.ACCEPT_AND_CLOSE]) as relay:
        open_vote(app)
        await deliver(app, relay.port)
        with app.store.database.writing() as writing:
            writing.execute(text("UPDATE letter SET status = 'parked' WHERE status = 'doubt'"))
        _owe(app)
        await deliver(app, relay.port)
    assert [each.status for each in kept(app) if each.doubts] == ["accepted"]
    assert len({taken.content for taken in relay.taken}) == len(relay.taken) - 1
