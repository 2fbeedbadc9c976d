"""Letters that cannot be written or handed over as they are: set aside for a person, in no way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, null, select, update

from storage import tables
from storage.outbox import Claimed, Status, read_claimed

_LETTER = tables.letter.c


@dataclass(frozen=True, slots=True)
class Parked:
    """A letter set aside, and why."""

    id: int
    decision: str
    letter: str
    practice: str
    reason: str


def parked_letters(connection: Connection) -> list[Parked]:
    """Every letter that is set aside, oldest first."""
    columns = (_LETTER.id, _LETTER.decision, _LETTER.letter, _LETTER.practice, _LETTER.reason)
    query = select(*columns).where(_LETTER.status == Status.PARKED).order_by(_LETTER.id)
    return [
        Parked(row.id, row.decision, row.letter, row.practice, row.reason or "")
        for row in connection.execute(query)
    ]


def count_parked(connection: Connection) -> int:
    """How many letters are set aside."""
    query = select(func.count()).where(_LETTER.status == Status.PARKED)
    return int(connection.execute(query).scalar_one())


def owe_parked(connection: Connection, numbers: Collection[int], now: datetime) -> int:
    """Owe these again (all that are set aside, where none is named); how many those were.

    One that certainly never left is written anew, for what stood in its way may be in its words.
    Another keeps its bytes.
    """
    certain = _LETTER.doubts == 0
    again = (
        update(tables.letter)
        .where(*_meant(numbers))
        .values(
            status=case((certain, Status.OWED.value), else_=Status.DOUBT.value),
            reason=None,
            next_try_at=now,
            tries=case((certain, 0), else_=_LETTER.tries),
            first_try_at=case((certain, null()), else_=_LETTER.first_try_at),
            frozen=case((certain, null()), else_=_LETTER.frozen),
            sha256=case((certain, null()), else_=_LETTER.sha256),
        )
    )
    return connection.execute(again).rowcount


def take_parked(connection: Connection, numbers: Collection[int]) -> list[Claimed]:
    """Take these into one's hands, to settle them in the caller's transaction."""
    ids = list(connection.execute(select(_LETTER.id).where(*_meant(numbers))).scalars())
    mine = _LETTER.id.in_(ids)
    taken = {"status": Status.CLAIMED, "fence": _LETTER.fence + 1}
    connection.execute(update(tables.letter).where(mine).values(taken))
    return read_claimed(connection, mine)


def _meant(numbers: Collection[int]) -> list[ColumnElement[bool]]:
    parked = _LETTER.status == Status.PARKED
    return [parked, _LETTER.id.in_(numbers)] if numbers else [parked]
