"""A door to the committee's room, staff who may be let in, and the telephone in a pocket."""

from base64 import b32decode
from datetime import timedelta

import pytest

from app.bootstrap import App
from engine.one_time import code_of, step_at
from tests import bodies, cheap_passwords
from tests.small_body import HandClock
from workflows.sign_in import Entered, Reply, SignIn
from workflows.staff import Staff

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
