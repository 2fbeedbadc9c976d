"""A decision that somebody answered who is then erased, and who speaks in it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from app.bootstrap import App, build
from engine.people import Actor, How
from engine.trail import leaf_hash, parse, root, verify_inclusion
from storage import tables
from storage.erasing import people_at, sealed_with, unfinished
from storage.openings import open_row, person_key
from storage.proofs import prove_inclusion, read_head, read_leaves
from tests.notifications.misbehaving import MisbehavingServer
from tests.promises.checks import read_bodies
from tests.small_body import HandClock, codes, links, open_vote, send, settings_for
from workflows.answers import PracticePage
from workflows.erasure import Erased
from workflows.practice_desk import PracticeDesk

FIRST, SECOND, THIRD = codes(3)
EMAIL = f"lead.{FIRST.lower()}@practice.example"
NAME = f"Lead Of {FIRST}"
TYPED = "Zebedee Quillfeather"
SAID = "We would need a second nurse."
AT_DESK = Actor(None, How.CLI)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest_asyncio.fixture
async def relay() -> AsyncIterator[MisbehavingServer]:
    """A relay that behaves."""
    async with MisbehavingServer() as server:
        yield server


@dataclass
class Lived:
    """A decision that the first practice's lead commented and voted on."""

    app: App
    reference: str
    person: str

    def erase(self, basis: str = "request") -> Erased:
        erasure = self.app.erasure
        return erasure.person(
            erasure.find(EMAIL), basis, "As asked.", AT_DESK, although_running=True
        )

    def places(self) -> frozenset[tuple[int, str]]:
        with self.app.store.database.reading() as reading:
            rows = reading.execute(select(tables.opening.c.n, tables.opening.c.field))
            return frozenset((row.n, row.field) for row in rows)

    def theirs(self) -> frozenset[tuple[int, str]]:
        with self.app.store.database.reading() as reading:
            held = sealed_with(reading, person_key(self.person))
        return frozenset(each.place for each in held)


@pytest.fixture
def lived(app: App, clock: HandClock) -> Lived:
    reference = open_vote(app)
    send(app, reference, FIRST, "for", name=TYPED, comment=SAID)
    send(app, reference, SECOND, "against")
    with app.store.database.reading() as reading:
        person = people_at(reading, EMAIL)[0].person
    return Lived(app, reference, person)


def opened_by(app: App, reference: str) -> frozenset[tuple[int, str]]:
    """The commitments that an erasure's leaves say are erased."""
    found = set()
    for body in read_bodies(app, "erasure.performed").values():
        found.add((body["n"], body["field"]))
        found |= {(each["n"], each["field"]) for each in body.get("also", [])}
    return frozenset(found)


def misfits(app: App, reference: str) -> list[tuple[int, str]]:
    """Commitments that neither open nor are said to be erased."""
    erased = opened_by(app, reference)
    with app.store.database.reading() as reading:
        rows = {(r.n, r.field): r for r in reading.execute(select(tables.opening))}
        found = []
        for leaf in read_leaves(reading):
            for field, value in parse(leaf.data)["body"].items():
                if not (isinstance(value, str) and value.startswith("c1:")):
                    continue
                place = (parse(leaf.data)["n"], field)
                if place in erased:
                    continue
                row = rows.get(place)
                if row is None or open_row(app.store.keys, row) is None:
                    found.append(place)
    return found


def proof_faults(app: App) -> list[int]:
    with app.store.database.reading() as reading:
        head, leaves = read_head(reading), list(read_leaves(reading))
        hashes = [leaf_hash(leaf.data) for leaf in leaves]
        faults = [] if root(hashes).hex() == head.root else [-1]
        for leaf, hashed in zip(leaves, hashes, strict=True):
            path = prove_inclusion(reading, leaf.n, head.size)
            if not verify_inclusion(hashed, leaf.n, head.size, path, bytes.fromhex(head.root)):
                faults.append(leaf.n)
    return faults


def deputys_page(lived: Lived) -> PracticePage:
    desk: PracticeDesk = lived.app.practice_desk
    page = desk.page(links(lived.app, lived.reference, FIRST)["deputy"])
    assert page is not None
    assert desk.receipt(links(lived.app, lived.reference, FIRST)["deputy"]) is not None
    return page


def left_over(app: App) -> list[str]:
    with app.store.database.reading() as reading:
        return [each.name for each in unfinished(reading)]


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def again(lived: Lived, tmp_path: Path) -> Iterator[App]:
    """The program as it comes up after a crash."""
    url = lived.app.settings.storage.url
    app = build(settings_for(url, tmp_path), HandClock())
    yield app
    app.close()
