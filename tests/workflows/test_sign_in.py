"""Signing in, from the set-up code to the end of the visit, on both databases."""

from base64 import b32decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from threading import Thread
from time import monotonic

import pytest
from sqlalchemy import insert, select, text, update
from structlog.testing import capture_logs

import workflows.room
import workflows.sign_in
from app.bootstrap import App
from app.verifier import verifier_file
from engine.one_time import code_of, step_at
from storage import accounts, tables
from storage.database import BUSY_SECONDS, Trouble, connect
from storage.openings import person_key
from storage.password_hashes import fits
from storage.tries import FREE
from storage.visits import IDLE, LONGEST
from tests import bodies, cheap_passwords
from tests.small_body import HandClock
from workflows.room import Room
from workflows.sign_in import Entered, Reply, SignIn, Unfit, Visitor, Waits, Wrong
from workflows.staff import NoSuchAccount, NotOnRegister, SharedAddress, Staff
from workflows.taking_away import CommitteeBundles

cheap = cheap_passwords.cheap_passwords
app, body_url, clock, seeds = bodies.app, bodies.body_url, bodies.clock, bodies.seeds

EMAIL, ROLE, PASSWORD = "chair@ccg.example", "chair", "three grey herons"


@pytest.fixture
def door(app: App) -> SignIn:
    return SignIn(app.store, "NHS Nene CCG")


@pytest.fixture
def staff(app: App) -> Staff:
    return Staff(app.store)


class Telephone:
    """An authenticator app."""

    def __init__(self, clock: HandClock) -> None:
        self.clock, self.secret = clock, b""

    def learn(self, text: str) -> None:
        self.secret = b32decode(text.replace(" ", ""))

    def shows(self) -> str:
        return code_of(self.secret, step_at(self.clock.at))


@pytest.fixture
def telephone(clock: HandClock) -> Telephone:
    return Telephone(clock)


def token_of(reply: Reply | None) -> str:
    assert isinstance(reply, Entered)
    return reply.token


@pytest.fixture
def set_up(door: SignIn, staff: Staff, telephone: Telephone, clock: HandClock) -> str:
    """A person who has set everything up; the token of the visit that follows from it."""
    token = token_of(door.begin_set_up(EMAIL, staff.add(EMAIL, ROLE).code, PASSWORD))
    factor = door.factor(token)
    assert factor is not None
    telephone.learn(factor.text)
    visit = token_of(door.finish_set_up(token, telephone.shows()))
    clock.go_on(timedelta(minutes=1))
    return visit


# --- the set-up ---------------------------------------------------------------------------------


def test_whoever_has_set_it_up_is_signed_in(door: SignIn, set_up: str) -> None:
    visitor = door.who(set_up)
    assert visitor is not None
    assert (visitor.name, visitor.role) == ("Chair Person", "chair")


def test_a_code_may_be_typed_in_small_letters_without_hyphens(door: SignIn, staff: Staff) -> None:
    code = staff.add(EMAIL, ROLE).code.lower().replace("-", " ")
    assert isinstance(door.begin_set_up(EMAIL, code, PASSWORD), Entered)


@pytest.mark.parametrize("email", [EMAIL, "nobody@ccg.example", "lead.k83001@practice.example"])
def test_a_wrong_code_is_wrong_whoever_has_the_address(
    door: SignIn, staff: Staff, email: str
) -> None:
    staff.add(EMAIL, ROLE)
    assert door.begin_set_up(email, "ABCD-EFGH", PASSWORD) == Wrong()


def test_a_code_is_good_for_seven_days(door: SignIn, staff: Staff, clock: HandClock) -> None:
    code = staff.add(EMAIL, ROLE).code
    clock.go_on(timedelta(days=7))
    assert door.begin_set_up(EMAIL, code, PASSWORD) == Wrong()


def test_a_code_is_good_until_the_last_moment(door: SignIn, staff: Staff, clock: HandClock) -> None:
    code = staff.add(EMAIL, ROLE).code
    clock.go_on(timedelta(days=7) - timedelta(seconds=1))
    assert isinstance(door.begin_set_up(EMAIL, code, PASSWORD), Entered)


def test_a_code_is_used_up_by_the_set_up(door: SignIn, staff: Staff, telephone: Telephone) -> None:
    code = staff.add(EMAIL, ROLE).code
    token = token_of(door.begin_set_up(EMAIL, code, PASSWORD))
    factor = door.factor(token)
    assert factor is not None
    telephone.learn(factor.text)
    door.finish_set_up(token, telephone.shows())
    assert door.begin_set_up(EMAIL, code, PASSWORD) == Wrong()


def test_a_new_code_makes_the_old_one_void(door: SignIn, staff: Staff) -> None:
    old, new = (staff.add(EMAIL, ROLE).code for _ in range(2))
    told = [door.begin_set_up(EMAIL, code, PASSWORD) for code in (old, new)]
    assert (told[0], isinstance(told[1], Entered)) == (Wrong(), True)


def test_a_new_code_makes_password_and_visits_void(
    door: SignIn, staff: Staff, set_up: str, telephone: Telephone
) -> None:
    staff.add(EMAIL, ROLE)
    assert door.who(set_up) is None
    assert door.sign_in(EMAIL, PASSWORD, telephone.shows()) == Wrong()


def test_a_poor_password_is_refused_before_the_code_is_looked_at(door: SignIn) -> None:
    told = door.begin_set_up("nobody@ccg.example", "ABCD", "password1234")
    assert isinstance(told, Unfit)
    assert "password" in told.faults


def test_half_a_set_up_opens_nothing(door: SignIn, staff: Staff) -> None:
    token = token_of(door.begin_set_up(EMAIL, staff.add(EMAIL, ROLE).code, PASSWORD))
    assert door.who(token) is None


def test_half_a_set_up_is_no_account_to_sign_in_to(
    door: SignIn, staff: Staff, telephone: Telephone
) -> None:
    token = token_of(door.begin_set_up(EMAIL, staff.add(EMAIL, ROLE).code, PASSWORD))
    factor = door.factor(token)
    assert factor is not None
    telephone.learn(factor.text)
    assert door.sign_in(EMAIL, PASSWORD, telephone.shows()) == Wrong()


def test_the_secret_is_shown_to_nobody_once_all_is_set_up(door: SignIn, set_up: str) -> None:
    assert door.factor(set_up) is None


def test_a_wrong_code_from_the_app_finishes_nothing(door: SignIn, staff: Staff) -> None:
    token = token_of(door.begin_set_up(EMAIL, staff.add(EMAIL, ROLE).code, PASSWORD))
    assert (door.finish_set_up(token, "000000"), door.who(token)) == (Wrong(), None)


def test_the_code_that_finished_the_set_up_does_not_sign_in_as_well(
    door: SignIn, set_up: str, telephone: Telephone, clock: HandClock
) -> None:
    clock.go_on(timedelta(minutes=-1))
    assert door.sign_in(EMAIL, PASSWORD, telephone.shows()) == Wrong()


# --- signing in ---------------------------------------------------------------------------------


def test_password_and_code_together_sign_in(
    door: SignIn, set_up: str, telephone: Telephone
) -> None:
    token = token_of(door.sign_in("Chair@CCG.example", PASSWORD, telephone.shows()))
    assert isinstance(door.who(token), Visitor)


WRONG: dict[str, Callable[[str], tuple[str, str, str]]] = {
    "the password": lambda digits: (EMAIL, "three grey heron", digits),
    "the code": lambda digits: (EMAIL, PASSWORD, f"{(int(digits) + 1) % 10**6:06}"),
    "the address": lambda digits: ("secretary@ccg.example", PASSWORD, digits),
    "everything": lambda _: ("nobody@ccg.example", "nothing at all", "000000"),
    "nothing typed": lambda _: ("", "", ""),
}


@pytest.mark.parametrize("what", WRONG)
def test_whatever_is_wrong_the_answer_is_the_same(
    door: SignIn, set_up: str, telephone: Telephone, what: str
) -> None:
    assert door.sign_in(*WRONG[what](telephone.shows())) == Wrong()


@pytest.mark.parametrize("what", WRONG)
def test_whatever_is_wrong_one_password_is_worked_through(
    door: SignIn,
    set_up: str,
    telephone: Telephone,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worked: list[str] = []

    def counted(password: str, kept: str | None) -> bool:
        worked.append("once")
        return fits(password, kept)

    monkeypatch.setattr(workflows.sign_in, "fits", counted)
    door.sign_in(*WRONG[what](telephone.shows()))
    assert worked == ["once"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_postgresql_would_make_an_error_of_a_nul_that_reached_it(door: SignIn) -> None:
    """Why the door's pages put something else in its place."""
    with pytest.raises(Trouble, match="NUL"):
        door.sign_in("chair\0@ccg.example", PASSWORD, "000000")


def test_a_door_that_looks_for_the_account_first_would_work_less_for_nobody(
    app: App, set_up: str
) -> None:
    """The naive variant: no account, no hash; whoever measures the time knows who has one."""
    worked = []
    for email in (EMAIL, "nobody@ccg.example"):
        with app.store.database.reading() as reading:
            account = accounts.find_account(reading, email)
        worked += [email for _ in [account] if account is not None]
    assert worked == [EMAIL]


def test_a_code_signs_in_once(door: SignIn, set_up: str, telephone: Telephone) -> None:
    told = [door.sign_in(EMAIL, PASSWORD, telephone.shows()) for _ in range(2)]
    assert [type(each) for each in told] == [Entered, Wrong]


def test_of_two_who_use_a_code_at_once_one_is_let_in(
    door: SignIn, set_up: str, telephone: Telephone
) -> None:
    digits, told = telephone.shows(), list[Reply]()
    threads = [
        Thread(target=lambda: told.append(door.sign_in(EMAIL, PASSWORD, digits))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(each) for each in told].count(Entered) == 1


def test_a_step_that_is_set_without_a_look_would_let_both_in(
    app: App, door: SignIn, set_up: str
) -> None:
    """The naive variant of `use_step`: read before, written after, no condition."""
    with app.store.database.reading() as reading:
        account = accounts.find_account(reading, EMAIL)
    assert account is not None
    step, used = step_at(app.clock.now()), 0
    for _ in range(2):  # both have read `last_step` already
        with app.store.database.writing() as writing:
            used += writing.execute(update(tables.account).values(last_step=step)).rowcount
    assert used == 2
    with app.store.database.writing() as writing:
        assert not accounts.use_step(writing, account.person, step)


def test_failed_tries_make_the_right_words_wait_too(
    door: SignIn, set_up: str, telephone: Telephone, clock: HandClock
) -> None:
    for _ in range(FREE):
        door.sign_in(EMAIL, "wrong", "000000")
    told = door.sign_in(EMAIL, PASSWORD, telephone.shows())
    assert told == Waits(clock.at + timedelta(minutes=1))


def test_after_the_wait_the_right_words_let_in(
    door: SignIn, set_up: str, telephone: Telephone, clock: HandClock
) -> None:
    for _ in range(FREE):
        door.sign_in(EMAIL, "wrong", "000000")
    clock.go_on(timedelta(minutes=1))
    assert isinstance(door.sign_in(EMAIL, PASSWORD, telephone.shows()), Entered)


HOME, AWAY, STRANGER = "198.51.100.7", "192.0.2.9", "203.0.113.5"


@pytest.fixture
def at_home(door: SignIn, set_up: str, telephone: Telephone, clock: HandClock) -> str:
    """The network that the chair signed in from a minute ago."""
    assert isinstance(door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", HOME), Entered)
    clock.go_on(timedelta(minutes=1))
    return HOME


def knock(door: SignIn, clock: HandClock, network: str = STRANGER) -> None:
    """Ten minutes in which a stranger tries every ten seconds."""
    for _ in range(60):
        clock.go_on(timedelta(seconds=10))
        door.sign_in(EMAIL, "wrong", "000000", "", network)


def test_a_stranger_who_goes_on_knocking_keeps_nobody_out_at_home(
    door: SignIn, at_home: str, telephone: Telephone, clock: HandClock
) -> None:
    told = []
    for _ in range(6):
        knock(door, clock)
        told.append(type(door.sign_in(EMAIL, PASSWORD, telephone.shows(), "", at_home)))
    assert told == [Entered] * 6


def test_one_count_for_all_places_would_keep_the_owner_out_all_day(
    door: SignIn, at_home: str, telephone: Telephone, clock: HandClock
) -> None:
    """The naive variant: nobody knows where a try comes from."""
    told = []
    for _ in range(6):
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


# --- the visit ----------------------------------------------------------------------------------


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
