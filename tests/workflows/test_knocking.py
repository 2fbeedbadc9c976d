"""Whoever tries words at the door waits, and keeps nobody else out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.bootstrap import App
from storage import accounts, tables
from storage.tries import FREE
from tests import bodies
from tests.small_body import HandClock
from tests.workflows import at_the_door
from tests.workflows.at_the_door import EMAIL, PASSWORD, ROLE, Telephone, token_of
from workflows.sign_in import Entered, SignIn, Waits
from workflows.staff import Staff

cheap, door, staff = at_the_door.cheap, at_the_door.door, at_the_door.staff
set_up, telephone = at_the_door.set_up, at_the_door.telephone
app, body_url, clock, seeds = bodies.app, bodies.body_url, bodies.clock, bodies.seeds


HOME, AWAY, STRANGER = "198.51.100.7", "192.0.2.9", "203.0.113.5"


@pytest.fixture
def at_home(door: SignIn, set_up: str, telephone: Telephone, clock: HandClock) -> str:
    """The network that the chair signed in from a minute ago."""
    assert isinstance(door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", HOME), Entered)
    clock.go_on(timedelta(minutes=1))
    return HOME


def knock(door: SignIn, clock: HandClock, network: str = STRANGER) -> None:
    """Ten minutes in which a stranger tries every half minute."""
    for _ in range(20):
        clock.go_on(timedelta(seconds=30))
        door.sign_in(EMAIL, "wrong", "000000", "", network)


def test_a_stranger_who_goes_on_knocking_keeps_nobody_out_at_home(
    door: SignIn, at_home: str, telephone: Telephone, clock: HandClock
) -> None:
    told = []
    for _ in range(3):
        knock(door, clock)
        told.append(type(door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", at_home)))
    assert told == [Entered] * 3


def test_one_count_for_all_places_would_keep_the_owner_out_all_day(
    door: SignIn, at_home: str, telephone: Telephone, clock: HandClock
) -> None:
    """The naive variant: nobody knows where a try comes from."""
    told = []
    for _ in range(3):
        knock(door, clock, "")
        told.append(type(door.sign_in(EMAIL, PASSWORD, telephone.shows())))
    assert Entered not in told


def test_away_from_home_the_owner_waits_like_anybody(
    door: SignIn, at_home: str, telephone: Telephone, clock: HandClock
) -> None:
    knock(door, clock)
    assert isinstance(door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", AWAY), Waits)


def test_where_the_owner_signed_in_last_is_home_from_then_on(
    door: SignIn, at_home: str, telephone: Telephone, clock: HandClock
) -> None:
    door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", AWAY)
    knock(door, clock)
    told = [door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", each) for each in (HOME, AWAY)]
    assert [type(each) for each in told] == [Waits, Entered]


def test_tries_at_home_are_counted_too(
    door: SignIn, at_home: str, telephone: Telephone, clock: HandClock
) -> None:
    for _ in range(FREE):
        door.sign_in(EMAIL, "wrong", "000000", "", at_home)
    told = door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", at_home)
    assert told == Waits(clock.at + timedelta(minutes=1))


def test_a_new_code_lets_in_however_much_a_stranger_knocks(
    door: SignIn, staff: Staff, telephone: Telephone, clock: HandClock
) -> None:
    """Both steps of it, and signing in afterwards from the place where they were taken."""
    code = staff.add(EMAIL, ROLE).code
    knock(door, clock)
    token = token_of(door.begin_set_up(EMAIL, code, PASSWORD))
    factor = door.factor(token)
    assert factor is not None
    telephone.learn(factor.text)
    knock(door, clock)
    assert isinstance(door.finish_set_up(token, telephone.shows(), HOME), Entered)
    knock(door, clock)
    assert isinstance(door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", HOME), Entered)


def test_a_network_address_is_not_at_rest_and_another_key_hashes_it_otherwise(
    app: App, at_home: str
) -> None:
    with app.store.database.reading() as reading:
        kept = reading.execute(select(tables.account.c.usual_place)).scalar()
    assert kept == accounts.hash_place(app.store.link_key, EMAIL, at_home)
    assert kept != accounts.hash_place(bytes(32), EMAIL, at_home)
    assert at_home.encode() not in kept


def test_nobody_is_told_by_the_wait_who_has_an_account(door: SignIn, set_up: str) -> None:
    told = [
        [door.sign_in(email, "wrong", "000000") for _ in range(FREE + 2)]
        for email in (EMAIL, "nobody@ccg.example")
    ]
    assert told[0] == told[1]


def test_set_up_codes_cannot_be_tried_without_end_either(door: SignIn, staff: Staff) -> None:
    staff.add(EMAIL, ROLE)
    told = [door.begin_set_up(EMAIL, f"CODE{n}", PASSWORD) for n in range(FREE + 1)]
    assert isinstance(told[-1], Waits)


def test_codes_of_the_app_cannot_be_tried_without_end_while_setting_up(
    door: SignIn, staff: Staff
) -> None:
    token = token_of(door.begin_set_up(EMAIL, staff.add(EMAIL, ROLE).code, PASSWORD))
    told = [door.finish_set_up(token, "000000") for _ in range(FREE + 1)]
    assert isinstance(told[-1], Waits)
