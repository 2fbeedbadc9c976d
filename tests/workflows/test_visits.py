"""A visit to the committee's room: its steps, how it ends, and what a locked database stops."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from time import monotonic

import pytest
from sqlalchemy import insert, select, text
from structlog.testing import capture_logs

import workflows.room
import workflows.sign_in
from app.bootstrap import App
from app.verifier import verifier_file
from storage import tables
from storage.database import BUSY_SECONDS, connect
from storage.openings import person_key
from storage.visits import IDLE, LONGEST
from tests import bodies
from tests.small_body import HandClock
from tests.workflows import at_the_door
from tests.workflows.at_the_door import EMAIL, PASSWORD, ROLE, Telephone, token_of
from workflows.room import Room
from workflows.sign_in import SignIn, Wrong
from workflows.staff import Staff
from workflows.taking_away import CommitteeBundles

cheap, door, staff = at_the_door.cheap, at_the_door.door, at_the_door.staff
set_up, telephone = at_the_door.set_up, at_the_door.telephone
app, body_url, clock, seeds = bodies.app, bodies.body_url, bodies.clock, bodies.seeds


def test_every_step_has_an_id_that_nobody_had_before(
    door: SignIn, staff: Staff, telephone: Telephone, clock: HandClock
) -> None:
    first = token_of(door.begin_set_up(EMAIL, staff.add(EMAIL, ROLE).code, PASSWORD))
    factor = door.factor(first)
    assert factor is not None
    telephone.learn(factor.text)
    second = token_of(door.finish_set_up(first, telephone.shows()))
    clock.go_on(timedelta(minutes=1))
    third = token_of(door.sign_in(EMAIL, PASSWORD, telephone.shows(), second))
    assert len({first, second, third}) == 3
    assert (door.who(first), door.who(second), door.factor(first)) == (None, None, None)


def test_an_id_that_somebody_planted_is_never_a_visit(
    door: SignIn, set_up: str, telephone: Telephone
) -> None:
    door.sign_in(EMAIL, PASSWORD, telephone.shows(), "planted")
    assert door.who("planted") is None


def test_a_visit_ends_when_nothing_is_opened(door: SignIn, set_up: str, clock: HandClock) -> None:
    clock.go_on(IDLE)
    assert door.who(set_up) is None


def test_a_visit_that_is_used_goes_on(door: SignIn, set_up: str, clock: HandClock) -> None:
    for _ in range(6):
        clock.go_on(IDLE - timedelta(minutes=2))
        assert door.who(set_up) is not None


def test_a_visit_ends_after_twelve_hours_however_much_is_opened(
    door: SignIn, set_up: str, clock: HandClock
) -> None:
    seen = 0
    for _ in range(60):
        clock.go_on(timedelta(minutes=15))
        seen += door.who(set_up) is not None
    assert seen == (LONGEST - timedelta(minutes=1)) // timedelta(minutes=15)


def test_a_visit_that_ended_is_not_woken_by_looking_again(
    door: SignIn, set_up: str, clock: HandClock
) -> None:
    clock.go_on(IDLE)
    assert [door.who(set_up), door.who(set_up)] == [None, None]


@pytest.fixture
def locked(app: App) -> Iterator[None]:
    """Somebody else holds the database: the other writers wait, for a while or for good."""
    held = connect(app.settings.storage.url)
    with held.writing() as writing:
        for table in ("visit", "seen"):
            if writing.dialect.name == "postgresql":
                writing.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
        yield
    held.close()


def test_a_visit_goes_on_while_somebody_else_holds_the_database(
    door: SignIn, set_up: str, clock: HandClock, locked: None
) -> None:
    clock.go_on(IDLE - timedelta(minutes=2))
    began = monotonic()
    with capture_logs() as lines:
        visitor = door.who(set_up)
    assert visitor is not None
    assert monotonic() - began < BUSY_SECONDS / 2
    assert [line["event"] for line in lines] == ["use of a visit not noted"]
    assert set_up not in str(lines)


def test_the_room_is_read_while_somebody_else_holds_the_database(app: App, locked: None) -> None:
    room = Room(app.desk, app.rulebook.calendar)
    began = monotonic()
    with capture_logs() as lines:
        assert room.decisions("m1") == ()
        room.account("m1", None)
    assert monotonic() - began < BUSY_SECONDS / 2
    assert [(line["person"], line["what"]) for line in lines] == [
        ("m1", "decisions"),
        ("m1", "allowance"),
    ]


def test_what_was_read_is_put_down_where_nobody_holds_the_database(app: App) -> None:
    Room(app.desk, app.rulebook.calendar).decisions("m1")
    with app.store.database.reading() as reading:
        rows = reading.execute(select(tables.seen)).all()
    assert [(row.person, row.what) for row in rows] == [("m1", "decisions")]


def test_no_bundle_is_made_that_is_not_put_down_first(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(workflows.room, "note_seen", refuse)
    made = BytesIO()
    bundles = CommitteeBundles(app.store, verifier_file())
    with pytest.raises(OSError, match="full"):
        Room(app.desk, app.rulebook.calendar, bundles).write_bundle("m1", None, made)
    assert made.getvalue() == b""


def test_signing_out_ends_it(door: SignIn, set_up: str) -> None:
    door.sign_out(set_up)
    assert door.who(set_up) is None


def test_signing_out_of_one_visit_leaves_the_other(
    door: SignIn, set_up: str, telephone: Telephone
) -> None:
    other = token_of(door.sign_in(EMAIL, PASSWORD, telephone.shows()))
    door.sign_out(set_up)
    assert door.who(other) is not None


def test_whoever_is_removed_is_signed_out_at_once(
    door: SignIn, staff: Staff, set_up: str, telephone: Telephone
) -> None:
    staff.remove(EMAIL)
    assert door.who(set_up) is None
    assert door.sign_in(EMAIL, PASSWORD, telephone.shows()) == Wrong()


def test_whoever_loses_the_role_is_signed_out_at_once(
    app: App, door: SignIn, set_up: str, telephone: Telephone
) -> None:
    with app.store.database.writing() as writing:
        writing.execute(tables.post.delete().where(tables.post.c.role == ROLE))
    assert door.who(set_up) is None
    assert door.sign_in(EMAIL, PASSWORD, telephone.shows()) == Wrong()


def test_another_role_is_no_way_to_keep_one_that_was_lost(
    app: App, door: SignIn, set_up: str
) -> None:
    """Somebody leaves the committee and stays at a practice, or is secretary from now on."""
    visitor = door.who(set_up)
    assert visitor is not None
    with app.store.database.writing() as writing:
        posts = tables.post
        for code, role in (("", "secretary"), ("K83001", ROLE)):
            writing.execute(insert(posts).values(person=visitor.person, ods_code=code, role=role))
        writing.execute(posts.delete().where(posts.c.role == ROLE, posts.c.ods_code == ""))
    assert door.who(set_up) is None


def test_erasing_a_person_s_key_ends_signing_in(
    app: App, door: SignIn, set_up: str, telephone: Telephone
) -> None:
    visitor = door.who(set_up)
    assert visitor is not None
    app.store.keys.erase(person_key(visitor.person))
    assert door.sign_in(EMAIL, PASSWORD, telephone.shows()) == Wrong()
