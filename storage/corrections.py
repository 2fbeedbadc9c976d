"""Corrections of who a practice's people are: kept until the secretariat has looked at them.

They belong to the register, and so have no leaves; what an accepted one does to links has.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from engine.trail import canonical, parse
from storage import tables
from storage.keys import Erased, Keys
from storage.openings import person_key

KEPT = timedelta(days=30)
"""How long the words of a correction are kept once it is ruled on; who ruled, and when, stays."""


class Standing(StrEnum):
    """What has become of a correction."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction. `words` are None where they have been erased, or forgotten in time."""

    id: str
    practice: str
    kind: str
    about: str | None
    asked_by: str
    decision: str
    asked_at: datetime
    status: Standing = Standing.PENDING
    words: Mapping[str, Any] | None
    ruled_at: datetime | None = None
    ruled_by: Mapping[str, Any] | None = None


def add_correction(connection: Connection, keys: Keys, new: Correction) -> None:
    """Keep what was asked for."""
    connection.execute(
        insert(tables.correction).values(
            id=new.id,
            practice=new.practice,
            kind=new.kind,
            about=new.about,
            asked_by=new.asked_by,
            decision=new.decision,
            asked_at=new.asked_at,
            status=new.status,
            words=_sealed(keys, new),
        )
    )


def note_ruling(connection: Connection, keys: Keys, ruled: Correction) -> None:
    """Keep what became of it, with its reason among the words."""
    connection.execute(
        update(tables.correction)
        .where(tables.correction.c.id == ruled.id)
        .values(
            about=ruled.about,
            status=ruled.status,
            words=_sealed(keys, ruled) if ruled.words is not None else None,
            ruled_at=ruled.ruled_at,
            ruled_by=json.dumps(ruled.ruled_by),
        )
    )


def read_corrections(
    connection: Connection,
    keys: Keys,
    *,
    practice: str | None = None,
    status: Standing | None = None,
) -> list[Correction]:
    """Corrections, oldest first: of one practice, or with one standing, or all."""
    columns = tables.correction.c
    query = select(tables.correction).order_by(columns.asked_at, columns.id)
    if practice is not None:
        query = query.where(columns.practice == practice)
    if status is not None:
        query = query.where(columns.status == status)
    return [_read(keys, row) for row in connection.execute(query)]


def read_correction(connection: Connection, keys: Keys, id_: str) -> Correction | None:
    """One correction, by its id."""
    query = select(tables.correction).where(tables.correction.c.id == id_)
    row = connection.execute(query).first()
    return None if row is None else _read(keys, row)


def oldest_pending(connection: Connection) -> tuple[int, datetime | None]:
    """How many corrections wait for the secretariat, and since when the oldest does."""
    columns = tables.correction.c
    query = select(func.count(), func.min(columns.asked_at)).where(
        columns.status == Standing.PENDING
    )
    number, since = connection.execute(query).one()
    return number, since


def forget_ruled(connection: Connection, now: datetime) -> None:
    """Forget the words of corrections that were ruled on long ago, and of letters about people."""
    ruled, mailing = tables.correction.c, tables.mailing.c
    connection.execute(
        update(tables.correction).where(ruled.ruled_at < now - KEPT).values(words=None)
    )
    connection.execute(
        update(tables.mailing)
        .where(mailing.sealed.is_not(None), mailing.at < now - KEPT)
        .values(sealed=None)
    )


def count_corrections(connection: Connection, person: str) -> int:
    """How many corrections a person asked for, or are about them."""
    query = select(func.count()).select_from(tables.correction).where(_of(person))
    return connection.execute(query).scalar_one()


def mailings_about(connection: Connection, person: str) -> tuple[int, ...]:
    """Mailings whose letters tell of these, and so repeat their words."""
    ids = list(connection.execute(select(tables.correction.c.id).where(_of(person))).scalars())
    columns = tables.mailing.c
    telling = [columns.context.contains(f'"{id_}"') for id_ in ids]
    if not telling:
        return ()
    query = select(columns.leaf).where(columns.letter.startswith("correction_"), or_(*telling))
    return tuple(connection.execute(query).scalars())


def forget_person(connection: Connection, person: str) -> None:
    """Take away what they asked for, what was asked about them, and words to them alone."""
    connection.execute(delete(tables.correction).where(_of(person)))
    mailing = tables.mailing.c
    connection.execute(
        update(tables.mailing)
        .where(mailing.sealed.is_not(None), mailing.context.contains(json.dumps(person)))
        .values(sealed=None)
    )


def _of(person: str) -> Any:  # noqa: ANN401 - a condition, which SQLAlchemy types by its columns
    columns = tables.correction.c
    return or_(columns.asked_by == person, columns.about == person)


def _read(keys: Keys, row: Row[Any]) -> Correction:
    return Correction(
        id=row.id,
        practice=row.practice,
        kind=row.kind,
        about=row.about,
        asked_by=row.asked_by,
        decision=row.decision,
        asked_at=row.asked_at,
        status=Standing(row.status),
        words=_opened(keys, row),
        ruled_at=row.ruled_at,
        ruled_by=json.loads(row.ruled_by) if row.ruled_by else None,
    )


def _owners(asked_by: str, about: str | None) -> list[str]:
    return list(dict.fromkeys(person_key(each) for each in (asked_by, about) if each))


def _sealed(keys: Keys, each: Correction) -> bytes:
    content = canonical(each.words)
    for owner in _owners(each.asked_by, each.about):
        content = keys.seal(owner, content, _place(each.id))
    return content


def _opened(keys: Keys, row: Row[Any]) -> Mapping[str, Any] | None:
    if row.words is None:
        return None
    content: bytes = row.words
    try:
        for owner in reversed(_owners(row.asked_by, row.about)):
            content = keys.unseal(owner, content, _place(row.id))
    except Erased:
        return None
    words: Mapping[str, Any] = parse(content)
    return words


def _place(id_: str) -> bytes:
    return f"correction|{id_}".encode()
