"""The digest and the leaders' letter on both databases: owed once, whoever looks, however often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.bootstrap import App
from engine.commands import Scope
from engine.trail import parse
from storage.proofs import read_leaves
from tests.small_body import as_it_stands, codes, open_vote, send, set_clock

MONDAY = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)  # 9am in London
NOVEMBER = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # its first working day, 9am


@pytest.fixture
def app(app: App) -> App:
    """A body that put a vote of seven working days to its practices on Friday, and has looked."""
    set_clock(app, MONDAY - timedelta(days=3))
    app.owe()
    open_vote(app)
    return app


def owed(app: App) -> list[str]:
    """The letters about several decisions that are on the trail."""
    with app.store.database.reading() as reading:
        leaves = [parse(row.data) for row in read_leaves(reading)]
    intents = [leaf["body"] for leaf in leaves if leaf["type"] == "mail.intent"]
    return [body["letter"] for body in intents if body["letter"] in {"digest", "leaders"}]


def test_it_is_owed_once_however_many_look_at_once(app: App) -> None:
    set_clock(app, MONDAY)
    with ThreadPoolExecutor(4) as pool:
        brought = list(pool.map(lambda _: app.digests.owe(), range(8)))
    assert (brought.count(("digest",)), owed(app)) == (1, ["digest"])


def test_weeks_that_nobody_looked_in_make_no_flood(app: App) -> None:
    set_clock(app, MONDAY + timedelta(weeks=5, days=-3))
    open_vote(app)
    set_clock(app, MONDAY + timedelta(weeks=5, hours=1))  # London's clocks went back
    for _ in range(3):
        app.digests.owe()
    assert owed(app) == ["digest"]


def test_what_it_tells_is_read_again_as_a_reminder_of_each_practice(app: App) -> None:
    set_clock(app, MONDAY)
    app.digests.owe()
    told = as_it_stands(app, "D-2026-0001", Scope.TURNOUT).reminded
    assert told == dict.fromkeys(codes(3), (MONDAY,))


def test_a_practice_that_has_voted_is_not_told(app: App) -> None:
    set_clock(app, MONDAY - timedelta(days=2))
    send(app, "D-2026-0001", "K83001")
    set_clock(app, MONDAY)
    app.digests.owe()
    assert sorted(as_it_stands(app, "D-2026-0001", Scope.TURNOUT).reminded) == ["K83002", "K83003"]


def test_the_leaders_letter_is_owed_once_however_many_look_at_once(app: App) -> None:
    set_clock(app, MONDAY)
    app.leaders.owe()  # from here on there is a month to tell of
    set_clock(app, NOVEMBER)
    with ThreadPoolExecutor(4) as pool:
        brought = list(pool.map(lambda _: app.leaders.owe(), range(8)))
    assert brought.count(("leaders",)) == 1


def test_months_that_nobody_looked_in_make_one_letter(app: App) -> None:
    set_clock(app, MONDAY)
    app.leaders.owe()
    set_clock(app, NOVEMBER + timedelta(days=70))
    app.leaders.owe()
    app.leaders.owe()
    assert owed(app) == ["leaders"]


def test_where_the_calendar_has_ended_nothing_breaks(app: App) -> None:
    set_clock(app, datetime(2029, 6, 1, 9, 0, tzinfo=UTC))
    assert (app.digests.owe(), app.leaders.owe()) == ((), ())
