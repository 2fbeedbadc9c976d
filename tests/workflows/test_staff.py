"""Who may be let in, and that no secret of theirs is at rest."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.bootstrap import App
from storage import tables
from tests import bodies
from tests.small_body import HandClock
from tests.workflows import at_the_door
from tests.workflows.at_the_door import EMAIL, PASSWORD, ROLE, Telephone, token_of
from workflows.sign_in import SignIn
from workflows.staff import NoSuchAccount, NotOnRegister, SharedAddress, Staff

cheap, door, staff = at_the_door.cheap, at_the_door.door, at_the_door.staff
set_up, telephone = at_the_door.set_up, at_the_door.telephone
app, body_url, clock, seeds = bodies.app, bodies.body_url, bodies.clock, bodies.seeds


# --- at rest ------------------------------------------------------------------------------------


def test_no_secret_is_at_rest(
    app: App, door: SignIn, staff: Staff, set_up: str, telephone: Telephone
) -> None:
    code = staff.add("secretary@ccg.example", "secretary").code
    held = ""
    with app.store.database.reading() as reading:
        for table in (tables.account, tables.visit, tables.sign_in_miss):
            held += repr(reading.execute(select(table)).all())
    secrets = (set_up, PASSWORD, code, code.replace("-", ""), repr(telephone.secret)[2:-1])
    assert [secret for secret in secrets if secret in held] == []


def test_a_table_that_keeps_the_token_itself_is_noticed(app: App) -> None:
    token = "a token in the clear"
    with app.store.database.writing() as writing:
        now = app.clock.now()
        row = {"token_hash": token.encode(), "person": "p", "stage": "signed_in"}
        writing.execute(insert(tables.visit).values(**row, began_at=now, seen_at=now))
        held = repr(writing.execute(select(tables.visit)).all())
    assert token in held


def test_signing_in_leaves_the_trail_as_it_is(
    app: App, door: SignIn, set_up: str, telephone: Telephone
) -> None:
    with app.store.database.reading() as reading:
        before = reading.execute(select(tables.trail_head)).one()
    door.sign_out(token_of(door.sign_in(EMAIL, PASSWORD, telephone.shows())))
    with app.store.database.reading() as reading:
        assert reading.execute(select(tables.trail_head)).one() == before


# --- who may be added ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("nobody@ccg.example", "chair"),
        (EMAIL, "committee"),
        ("lead.k83001@practice.example", "lead"),
        ("lead.k83001@practice.example", "committee"),
        (EMAIL, "emperor"),
    ],
)
def test_only_a_person_of_the_body_in_that_role_may_be_added(
    staff: Staff, email: str, role: str
) -> None:
    with pytest.raises(NotOnRegister):
        staff.add(email, role)


def test_the_refusal_names_the_command_that_helps(staff: Staff) -> None:
    with pytest.raises(NotOnRegister) as refused:
        staff.add("nobody@ccg.example", "committee")
    assert "quorate people import" in refused.value.help


def test_an_address_that_several_share_is_no_account(app: App, staff: Staff) -> None:
    with app.store.database.writing() as writing:
        twin = {"id": "twin", "name": "The Other Chair", "email": EMAIL, "phone": ""}
        writing.execute(insert(tables.person).values(**twin))
        writing.execute(insert(tables.post).values(person="twin", ods_code="", role=ROLE))
    with pytest.raises(SharedAddress):
        staff.add(EMAIL, ROLE)


def test_nobody_can_be_removed_who_is_not_there(staff: Staff) -> None:
    with pytest.raises(NoSuchAccount):
        staff.remove(EMAIL)


def test_the_list_says_how_far_each_has_come(staff: Staff, set_up: str, clock: HandClock) -> None:
    staff.add("secretary@ccg.example", "secretary")
    first = [each.state for each in staff.list()]
    clock.go_on(timedelta(days=7))
    assert (first, [each.state for each in staff.list()]) == (
        ["ready", "waiting for set-up"],
        ["ready", "code ran out"],
    )
