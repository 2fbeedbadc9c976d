"""A small body in a folder of its own, to be backed up and restored; and who speaks in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import App, build
from engine.people import Actor, How
from tests.promises.drills import House
from tests.small_body import HandClock, codes, open_vote, send, settings_for
from workflows.erasure import Erased

FIRST, SECOND, THIRD = codes(3)
EMAIL = f"lead.{FIRST.lower()}@practice.example"
SAID = "We would need a second nurse."
AT_DESK = Actor(None, How.CLI)


def erase(app: App) -> Erased:
    """Erase the first practice's lead, whatever runs."""
    person = app.erasure.find(EMAIL)
    return app.erasure.person(person, "request", "As asked.", AT_DESK, although_running=True)


@pytest.fixture
def house(body_url: str, tmp_path: Path, clock: HandClock) -> Iterator[House]:
    """A small body whose folder is its own."""
    settings = settings_for(body_url, tmp_path)
    house = House(settings, clock, build(settings, clock))
    yield house
    house.app.close()


@pytest.fixture
def reference(house: House) -> str:
    return open_vote(house.app)


@pytest.fixture
def restored(house: House, reference: str) -> House:
    """Restored from before a vote that was recorded, told of by letter, and is lost."""
    house.post()
    send(house.app, reference, FIRST, "for")
    parts = house.back_up()
    send(house.app, reference, SECOND, "against")
    house.post()
    house.burn()
    house.restore(parts)
    return house
