"""The allowance's account as the room tells it of real leaves, and a query signed in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.bootstrap import App
from engine.financial_year import FinancialYear
from engine.refusals import MayNotQuery, NoSuchDecision, NothingDrawn, QueryWaits
from engine.trail import parse
from storage import tables
from storage.openings import read_openings
from tests import bodies
from tests.small_body import HandClock
from tests.storage.test_allowance import STAFF, answers, approved, asks, letters, to_the_committee
from workflows.account_page import Waiting
from workflows.allowance import set_allowance
from workflows.room import Room
from workflows.sign_in import Visitor

app, body_url, clock, seeds = bodies.app, bodies.body_url, bodies.clock, bodies.seeds

JOAN = Visitor("m1", "Joan Tully", "committee")
THIS_YEAR = FinancialYear(2026)


@pytest.fixture
def room(app: App) -> Room:
    return Room(app.desk, app.rulebook.calendar)


def is_set(app: App, year: FinancialYear = THIS_YEAR, pounds: int = 1_000_000) -> None:
    set_allowance(app.store, "04G", year, STAFF, "As told.", pounds=pounds)


# --- the query ----------------------------------------------------------------------------------


def filed(app: App) -> list[tuple[int, bytes]]:
    leaf = tables.leaf.c
    query = select(leaf.n, leaf.data).where(leaf.type == "allowance.queried").order_by(leaf.n)
    with app.store.database.reading() as reading:
        return [(row.n, row.data) for row in reading.execute(query)]


def opened(app: App, n: int) -> Mapping[tuple[int, str], Any]:
    with app.store.database.reading() as reading:
        return read_openings(reading, app.store.keys, [(n, "by"), (n, "text")])


def test_a_query_is_a_leaf_with_its_words_and_its_asker_behind_commitments(
    app: App, room: Room, clock: HandClock
) -> None:
    reference = approved(app, clock)
    assert room.query(JOAN, reference, "What for?") == THIS_YEAR

    ((n, data),) = filed(app)
    assert [word for word in (b"What for?", b"m1", b"session") if word in data] == []
    assert parse(data)["body"]["role"] == "committee"
    assert opened(app, n) == {
        (n, "by"): {"person": "m1", "how": "session"},
        (n, "text"): "What for?",
    }
    assert letters(app, "query_raised") == 1


def test_one_from_the_command_line_is_known_from_one_that_was_signed_in(
    app: App, clock: HandClock
) -> None:
    """The naive variant: a room that asked as the command line does would be told apart."""
    asks(app, approved(app, clock))
    ((n, _),) = filed(app)
    assert opened(app, n)[n, "by"] == {"person": "m1", "how": "cli"}


def test_a_query_is_asked_in_the_role_that_is_signed_in(
    app: App, room: Room, clock: HandClock
) -> None:
    room.query(Visitor("m1", "Joan Tully", "lay_chair"), approved(app, clock), "What for?")
    ((_, data),) = filed(app)
    assert parse(data)["body"]["role"] == "lay_chair"


def test_a_second_query_waits_and_leaves_nothing(app: App, room: Room, clock: HandClock) -> None:
    reference = approved(app, clock)
    room.query(JOAN, reference, "What for?")
    with pytest.raises(QueryWaits):
        room.query(JOAN, reference, "What for?")
    assert (len(filed(app)), letters(app, "query_raised")) == (1, 1)


def test_what_is_not_approved_cannot_be_queried(app: App, room: Room, clock: HandClock) -> None:
    reference = to_the_committee(app, clock)
    with pytest.raises(NothingDrawn):
        room.query(JOAN, reference, "What for?")
    assert (filed(app), room.year_bearing(reference)) == ([], None)


def test_whoever_has_another_role_is_refused_by_the_desk_itself(
    app: App, room: Room, clock: HandClock
) -> None:
    reference = approved(app, clock)
    with pytest.raises(MayNotQuery):
        room.query(Visitor("s1", "Helen Marsh", "secretary"), reference, "What for?")
    assert filed(app) == []


@pytest.mark.parametrize("reference", ["D-2026-9999", "", "\x00"])
def test_a_decision_that_is_not_there_is_told_of(room: Room, reference: str) -> None:
    """PostgreSQL takes no NUL: whatever was typed is compared here and not there."""
    with pytest.raises(NoSuchDecision):
        room.query(JOAN, reference, "What for?")
    assert room.year_bearing(reference) is None


# --- the page -----------------------------------------------------------------------------------


def test_an_entry_is_offered_for_a_query_until_one_waits_and_again_once_it_is_answered(
    app: App, room: Room, clock: HandClock
) -> None:
    reference = approved(app, clock)
    may = [room.account("m1", None).entries[0].may_be_queried]
    room.query(JOAN, reference, "What for?")
    may.append(room.account("m1", None).entries[0].may_be_queried)
    answers(app, reference)
    page = room.account("m1", None)
    may.append(page.entries[0].may_be_queried)

    assert may == [True, False, True]
    (query,) = page.entries[0].queries
    assert (query.text, query.answer, query.waiting) == ("What for?", "For this.", "answered")


def due(app: App) -> datetime:
    with app.store.database.reading() as reading:
        found: datetime = reading.execute(select(tables.query.c.due_at)).scalar_one()
    return found


def test_a_query_is_overdue_at_its_time_be_there_a_sweep_or_not(
    app: App, room: Room, clock: HandClock
) -> None:
    is_set(app)
    room.query(JOAN, approved(app, clock), "What for?")
    clock.at = due(app) - timedelta(seconds=1)
    before = room.account("m1", THIS_YEAR)
    clock.at = due(app)
    after = room.account("m1", THIS_YEAR)

    assert (before.overdue, len(after.overdue)) == ((), 1)
    assert after.overdue[0][1].until.startswith("an answer was due by 5pm on ")
    assert before.entries[0].queries[0].waiting is Waiting.OPEN
    with app.store.database.reading() as reading:  # the naive variant: what a sweep has noted
        assert reading.execute(select(tables.query.c.overdue)).scalars().all() == [False]


def test_the_present_year_is_by_london_s_days(app: App, room: Room, clock: HandClock) -> None:
    clock.at = datetime.fromisoformat("2027-03-31T23:30:00+00:00")  # half past midnight, 1 April
    assert room.account("m1", None).year == "2027/28"


def test_the_next_years_with_anything_in_them_are_named(app: App, room: Room) -> None:
    for year in (2023, 2026, 2029):
        is_set(app, FinancialYear(year))
    told = {
        year: (page.before, page.after)
        for year in (2022, 2023, 2025, 2026, 2029)
        for page in [room.account("m1", FinancialYear(year))]
    }
    assert told == {
        2022: ("", "2023/24"),
        2023: ("", "2026/27"),
        2025: ("2023/24", "2026/27"),
        2026: ("2023/24", "2029/30"),
        2029: ("2026/27", ""),
    }


def test_a_year_without_an_allowance_that_was_charged_is_one_with_something_in_it(
    app: App, room: Room, clock: HandClock
) -> None:
    approved(app, clock)
    assert room.account("m1", FinancialYear(2025)).after == "2026/27"
    page = room.account("m1", THIS_YEAR)
    assert (page.has, page.picture, page.movements[0].pounds) == ("", "", "£31,000")


def test_what_is_running_is_committed_with_where_it_stands(
    app: App, room: Room, clock: HandClock
) -> None:
    reference = to_the_committee(app, clock)
    (each,) = room.account("m1", None).committed
    assert (each.decision, each.sum) == (reference, "£31,000")
    assert " " in each.why  # the state's title, and not its name


def test_that_somebody_looked_is_put_down_and_is_no_leaf(app: App, room: Room) -> None:
    leaves = select(tables.leaf.c.n)
    with app.store.database.reading() as reading:
        before = len(reading.execute(leaves).all())
    room.account("m1", None)
    with app.store.database.reading() as reading:
        assert len(reading.execute(leaves).all()) == before
        seen = reading.execute(select(tables.seen.c.person, tables.seen.c.what)).all()
    assert [tuple(row) for row in seen] == [("m1", "allowance")]
