"""Mailings: what an event owes to many, before it is a letter to each."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, select, update

from storage import tables


@dataclass(frozen=True, slots=True)
class OwedMailing:
    """A mailing to be expanded."""

    leaf: int
    decision: str
    letter: str
    practices: tuple[str, ...]
    role: str | None
    context: Mapping[str, Any]
    at: datetime
    checkpoint: str | None = None  # the signed note that all its letters carry
    restored: int | None = None  # the last release of a backup with a loss before its leaf
    sealed: bytes | None = None  # words under the one reader's key


def owed_mailings(
    connection: Connection, limit: int, first: Mapping[str, int] | None = None
) -> list[OwedMailing]:
    """Mailings that no postman has taken up, oldest first; `first` ranks letters before that."""
    columns = tables.mailing.c
    query = select(tables.mailing).where(columns.status == "owed")
    if first:
        query = query.order_by(case(dict(first), value=columns.letter, else_=len(first)))
    rows = connection.execute(query.order_by(columns.leaf).limit(limit))
    return [read_mailing(row, row.leaf) for row in rows]


def mailings_of(connection: Connection, leaves: Iterable[int]) -> list[OwedMailing]:
    """The mailings that these leaves owe."""
    columns = tables.mailing.c
    query = select(tables.mailing).where(columns.leaf.in_(leaves)).order_by(columns.leaf)
    return [read_mailing(row, row.leaf) for row in connection.execute(query)]


def mailings_about(connection: Connection, decision: str) -> list[OwedMailing]:
    """All mailings that a decision has owed so far, oldest first."""
    columns = tables.mailing.c
    query = select(tables.mailing).where(columns.decision == decision).order_by(columns.leaf)
    return [read_mailing(row, row.leaf) for row in connection.execute(query)]


def last_mailing(
    connection: Connection, before: OwedMailing, letters: Iterable[str]
) -> OwedMailing | None:
    """The last mailing of these letters that the same decision owed before this one."""
    columns = tables.mailing.c
    query = (
        select(tables.mailing)
        .where(
            columns.decision == before.decision,
            columns.leaf < before.leaf,
            columns.letter.in_(letters),
        )
        .order_by(columns.leaf.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else read_mailing(row, row.leaf)


def read_mailing(row: Row[Any], leaf: int) -> OwedMailing:
    """A mailing from a row that has its columns; `leaf` is its own."""
    return OwedMailing(
        leaf,
        row.decision,
        row.letter,
        tuple(json.loads(row.practices)),
        row.role,
        json.loads(row.context),
        row.at,
        row.checkpoint,
        sealed=row.sealed,
    )


def words_place(leaf: int) -> bytes:
    """What binds a mailing's sealed words to it."""
    return f"mailing|{leaf}".encode()


def give_checkpoint(connection: Connection, leaf: int, note: str) -> None:
    """Fix the checkpoint of a mailing that has none: one that an earlier release expanded."""
    columns = tables.mailing.c
    connection.execute(
        update(tables.mailing)
        .where(columns.leaf == leaf, columns.checkpoint.is_(None))
        .values(checkpoint=note)
    )


def latest_mailing(connection: Connection, decision: str, letter: str) -> OwedMailing | None:
    """The last mailing of its kind that a decision owed."""
    columns = tables.mailing.c
    mine = (columns.decision == decision, columns.letter == letter)
    query = select(tables.mailing).where(*mine).order_by(columns.leaf.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else read_mailing(row, row.leaf)
