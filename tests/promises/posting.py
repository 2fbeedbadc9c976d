"""Postmen that can be killed between any two steps, and what arrived of their letters."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes
from enum import StrEnum

from sqlalchemy import select

from app.bootstrap import App, post_settings
from notifications.clerk import Beside, Report
from notifications.post import Ready
from notifications.postman import Posted, Postman
from notifications.sorting import BATCH, Batch, SortingOffice
from storage import tables
from storage.database import Reading
from storage.outbox import Settlement
from tests.notifications.misbehaving import MisbehavingServer, Taken
from tests.promises.checks import read_bodies


class Seam(StrEnum):
    """Between which steps a postman dies."""

    EXPANDED = "mailings expanded, nothing claimed"
    CLAIMED = "letters claimed, their bytes kept"
    OFFERED = "the relay has taken the addresses, no mark stands"
    MARKED = "the mark stands, DATA has not been sent"
    TAKEN = "the relay has taken the letter, nothing is filed"
    FILED = "what the relay said is filed"


class Killed(BaseException):
    """The process is gone: nothing that it would have done next is done."""


@dataclass
class Fate:
    """Kills at the n-th time that a seam is passed. Who is dead does nothing more."""

    seam: Seam
    countdown: int
    marks: int = 0  # put on record with what became of earlier letters

    def passes(self, seam: Seam) -> None:
        self.countdown -= seam is self.seam
        self.lives()

    def lives(self) -> None:
        if self.countdown <= 0:
            raise Killed


class MortalOffice(SortingOffice):
    """A sorting office whose postman may die at each step."""

    fate: Fate

    def expand(self) -> int:
        number = super().expand()
        self.fate.passes(Seam.EXPANDED)
        return number

    def take(self, most: int = BATCH) -> Batch | None:
        batch = super().take(most)
        self.fate.passes(Seam.CLAIMED)
        return batch

    def mark(self, writing: Reading, letters: Iterable[Ready]) -> Mapping[int, Exception]:
        going = list(letters)
        for _ in going:
            self.fate.passes(Seam.OFFERED)
        self.fate.marks = len(going)
        return super().mark(writing, going)

    def in_a_commit(self, work: Callable[[Reading], None]) -> None:
        self.fate.lives()
        super().in_a_commit(work)
        self.fate.passes(Seam.MARKED)


def office(app: App, port: int, connections: int = 1, hand: int = 1) -> SortingOffice:
    """A sorting office that hands over to a relay on loopback, a letter at a time."""
    settings = post_settings(app.settings)
    relay = replace(settings.relay, port=port, timeout_seconds=5.0, final_seconds=5.0)
    here = replace(settings, relay=relay, connections=connections, hand=hand)
    return SortingOffice(app.store, app.library, here)


async def deliver(app: App, port: int, connections: int = 1) -> Posted:
    """A postman's round."""
    return await rounds(office(app, port, connections), app.desk.settle)


async def rounds(sorting: SortingOffice, report: Report) -> Posted:
    postman = Postman(sorting, report)
    try:
        return await postman.deliver()
    finally:
        await postman.aclose()


async def deliver_and_die(app: App, port: int, fate: Fate, hand: int = 1) -> None:
    """A round that ends in the middle."""
    known = office(app, port, hand=hand)
    mortal = MortalOffice(known.store, known.library, known.settings)
    object.__setattr__(mortal, "fate", fate)

    def report(done: Sequence[Settlement], beside: Beside) -> int:
        fate.passes(Seam.TAKEN)
        counted = app.desk.settle(done, beside)
        fate.passes(Seam.FILED)
        if fate.marks:
            fate.passes(Seam.MARKED)
        return counted

    try:
        await rounds(mortal, report)
    except (Killed, BaseExceptionGroup):
        return
    raise AssertionError(f"nobody died at {fate.seam}")


async def deliver_beside(app: App, sorting: SortingOffice) -> Posted:
    """A postman's round in a thread and an event loop of its own, as another process has."""
    return await asyncio.to_thread(lambda: asyncio.run(rounds(sorting, app.desk.settle)))


def copies(server: MisbehavingServer) -> Counter[str]:
    """How often each letter arrived, by Message-ID."""
    return Counter(name(taken) for taken in server.taken)


def name(taken: Taken) -> str:
    return str(message_from_bytes(taken.content)["Message-ID"])


def differing(server: MisbehavingServer) -> list[str]:
    """Letters whose copies are not byte for byte the same."""
    contents: dict[str, set[bytes]] = {}
    for taken in server.taken:
        contents.setdefault(name(taken), set()).add(taken.content)
    return [key for key, held in contents.items() if len(held) > 1]


@dataclass(frozen=True)
class Kept:
    """A letter as the outbox has it."""

    id: int
    status: str
    doubts: int
    message_id: str
    mailing: int
    letter: str
    practice: str
    reason: str


def kept(app: App) -> list[Kept]:
    """Every letter of the outbox."""
    columns = tables.letter.c
    with app.store.database.reading() as reading:
        return [
            Kept(
                row.id,
                row.status,
                row.doubts,
                row.message_id or "",
                row.mailing,
                row.letter,
                row.practice,
                row.reason or "",
            )
            for row in reading.execute(select(tables.letter).order_by(columns.id))
        ]


def statuses(app: App) -> Counter[str]:
    """How many letters are in each state."""
    return Counter(letter.status for letter in kept(app))


def posting_faults(app: App, server: MisbehavingServer) -> list[str]:
    """Letters lost, doubled without a doubt, changed between copies, or ended without a word."""
    arrived = copies(server)
    told = {body["message"] for body in read_bodies(app, "mail.undeliverable").values()}
    found = [f"copies of {key} differ" for key in differing(server)]
    for letter in kept(app):
        number = arrived[letter.message_id]
        if letter.status == "accepted" and number == 0:
            found.append(f"letter {letter.id} is called accepted and never arrived")
        if letter.status in {"failed", "ambiguous"} and letter.message_id not in told:
            found.append(f"letter {letter.id} ended {letter.status} and nobody was told")
        if letter.status not in {"accepted", "failed", "ambiguous", "skipped"}:
            found.append(f"letter {letter.id} is not at rest: {letter.status}")
        if number > 1 + letter.doubts:
            found.append(f"letter {letter.id} arrived {number} times, {letter.doubts} in doubt")
    return found
