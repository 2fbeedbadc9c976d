"""Signing in: the set-up, and what is asked each time, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import update

import workflows.room
import workflows.sign_in
from app.bootstrap import App
from engine.one_time import step_at
from storage import accounts, tables
from storage.database import Trouble
from storage.password_hashes import fits
from storage.tries import FREE
from tests import bodies
from tests.small_body import HandClock
from tests.workflows import at_the_door
from tests.workflows.at_the_door import EMAIL, PASSWORD, ROLE, Telephone, token_of
from workflows.sign_in import Entered, Reply, SignIn, Unfit, Visitor, Waits, Wrong
from workflows.staff import Staff

cheap, door, staff = at_the_door.cheap, at_the_door.door, at_the_door.staff
set_up, telephone = at_the_door.set_up, at_the_door.telephone
app, body_url, clock, seeds = bodies.app, bodies.body_url, bodies.clock, bodies.seeds


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
