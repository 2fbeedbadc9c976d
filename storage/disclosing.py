"""Reading a whole trail in order, a part at a time, for those who check it elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, select

from engine.trail import instant_from_text, parse
from storage import tables
from storage.database import Reading
from storage.keys import Keys
from storage.openings import unseal_row

PART = 1_000
"""Rows held in memory at once."""


@dataclass(frozen=True, slots=True)
class Held:
    """One opening that is kept: its place, and the leaf it belongs to."""

    n: int
    field: str
    type: str
    data: bytes
    row: Row[Any]


@dataclass(frozen=True, slots=True)
class File:
    """A published file: its digest, its kind, its bytes."""

    digest: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Settled:
    """A letter whose end is on the trail."""

    mailing: int
    decision: str
    letter: str
    practice: str
    person: str
    message: str
    sha256: str
    status: str


def stream_leaves(reading: Reading, size: int) -> Iterator[tuple[str, bytes]]:
    """Type and bytes of every leaf below this size, in order."""
    leaf = tables.leaf.c
    query = select(leaf.type, leaf.data).where(leaf.n < size).order_by(leaf.n)
    for row in _stream(reading, query):
        yield row.type, row.data


def leaves_of_type(reading: Reading, kind: str) -> Iterator[bytes]:
    """The leaves of one type, in order."""
    leaf = tables.leaf.c
    query = select(leaf.data).where(leaf.type == kind).order_by(leaf.n)
    for row in _stream(reading, query):
        yield row.data


def stream_openings(reading: Reading, size: int) -> Iterator[Held]:
    """Every opening below this size, ascending by leaf and field, still sealed."""
    opening, leaf = tables.opening.c, tables.leaf.c
    query = (
        select(tables.opening, leaf.type, leaf.data)
        .join(tables.leaf, leaf.n == opening.n)
        .where(opening.n < size)
        .order_by(opening.n, opening.field)
    )
    for row in _stream(reading, query):
        yield Held(row.n, row.field, row.type, row.data, row)


def unseal(keys: Keys, held: Iterable[Held]) -> Iterator[tuple[Held, tuple[bytes, Any] | None]]:
    """Salt and value of each, None where it was erased; keys are read many at a time."""
    for part in _parts(held):
        keys.warm(each.row.key for each in part)
        for each in part:
            yield each, unseal_row(keys, each.row)


def still_kept(keys: Keys, held: Iterable[Held]) -> Iterator[Held]:
    """Those that have not been erased."""
    for part in _parts(held):
        known = keys.known(each.row.key for each in part)
        yield from (each for each in part if each.row.key in known)


def published(reading: Reading) -> Iterator[File]:
    """Every published file, by kind and digest."""
    columns = tables.published.c
    query = select(tables.published).order_by(columns.kind, columns.digest)
    for row in _stream(reading, query):
        yield File(row.digest, row.kind, row.data)


def settled_letters(reading: Reading, size: int) -> Iterator[Settled]:
    """Letters whose end is a leaf below this size, ascending by mailing, practice and person."""
    letter, leaf = tables.letter.c, tables.leaf.c
    last = reading.execute(select(leaf.data).where(leaf.n == size - 1)).scalar_one()
    until = instant_from_text(parse(last)["at"])
    query = (
        select(tables.letter)
        .where(letter.mailing < size, letter.settled_at <= until)
        .order_by(letter.mailing, letter.practice, letter.person)
    )
    for row in _stream(reading, query):
        yield Settled(
            row.mailing,
            row.decision,
            row.letter,
            row.practice,
            row.person,
            row.message_id or "",
            row.sha256 or "",
            row.status,
        )


def _stream(reading: Reading, query: Select[Any]) -> Iterator[Row[Any]]:
    yield from reading.execute(query.execution_options(yield_per=PART))


def _parts(held: Iterable[Held]) -> Iterator[list[Held]]:
    waiting = iter(held)
    while part := list(islice(waiting, PART)):
        yield part
