"""The evidence of letters: rows, the leaves that tell of their ends, visits and answers.

One reading for every form of the certificate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.trail import instant_from_text, parse
from storage import tables
from storage.keys import Keys
from storage.mailings import OwedMailing, read_mailing
from storage.openings import read_openings

CHUNK = 400


@dataclass(frozen=True, slots=True)
class End:
    """A leaf that says what became of a letter: accepted, undeliverable, bounced or skipped.

    `address` and `words` are empty where they were erased, or none were given.
    """

    leaf: int
    kind: str
    at: datetime
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One letter to one person; `status` is of `storage.outbox.Status`, for a letter not ended."""

    id: int
    mailing: int
    letter: str
    owed_at: datetime
    practice: str
    person: str
    status: str
    tries: int
    first_try_at: datetime | None
    message_id: str | None
    sha256: str | None
    ends: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Visits:
    """How often a person's page was opened; `looks` as in `storage.evidence_tables.PageVisit`."""

    practice: str
    person: str
    looks: str
    first_at: datetime
    last_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A leaf of the practice's own doing, of what was told it by telephone, or of its links."""

    leaf: int
    type: str
    at: datetime
    practice: str
    body: Mapping[str, Any]
    words: Mapping[str, Any]


def letters_sent(
    connection: Connection, keys: Keys, reference: str, practice: str | None = None
) -> list[Sent]:
    """Every letter of a decision to a practice (or to all of them), in the order owed."""
    letter, mailing = tables.letter.c, tables.mailing.c
    query = (
        select(tables.letter, mailing.at)
        .join(tables.mailing, mailing.leaf == letter.mailing)
        .where(letter.decision == reference, letter.practice != "")
        .order_by(letter.mailing, letter.practice, letter.id)
    )
    if practice is not None:
        query = query.where(letter.practice == practice)
    rows = connection.execute(query).all()
    ends = _ends(connection, keys, [row.id for row in rows])
    return [
        Sent(
            id=row.id,
            mailing=row.mailing,
            letter=row.letter,
            owed_at=row.at,
            practice=row.practice,
            person=row.person,
            status=row.status,
            tries=row.tries,
            first_try_at=row.first_try_at,
            message_id=row.message_id,
            sha256=row.sha256,
            ends=tuple(ends.get(row.id, ())),
        )
        for row in rows
    ]


def _ends(connection: Connection, keys: Keys, letters: Sequence[int]) -> dict[int, list[End]]:
    """What became of each letter, leaf by leaf, opened."""
    ending, leaf = tables.ending.c, tables.leaf.c
    rows: list[Row[Any]] = []
    for start in range(0, len(letters), CHUNK):
        query = (
            select(ending.letter, leaf.n, leaf.type, leaf.data)
            .join(tables.leaf, leaf.n == ending.leaf)
            .where(ending.letter.in_(letters[start : start + CHUNK]))
            .order_by(leaf.n)
        )
        rows.extend(connection.execute(query))
    opened = read_openings(connection, keys, [(r.n, f) for r in rows for f in ("contact", "words")])
    found: dict[int, list[End]] = {}
    for row in rows:
        whole = parse(row.data)
        words = opened.get((row.n, "words")) or whole["body"].get("because", "")
        end = End(
            leaf=row.n,
            kind=row.type.removeprefix("mail."),
            at=instant_from_text(whole["at"]),
            address=opened.get((row.n, "contact"), ""),
            words=words,
        )
        found.setdefault(row.letter, []).append(end)
    return found


def mailings_unmade(connection: Connection, reference: str) -> list[OwedMailing]:
    """Mailings that are owed, and have not been made out as letters yet."""
    columns = tables.mailing.c
    query = select(tables.mailing).where(
        columns.decision == reference,
        columns.status.in_(("owed", "held")),
        columns.role.is_(None),
    )
    rows = connection.execute(query.order_by(columns.leaf))
    return [read_mailing(row, row.leaf) for row in rows]


def visits_of(connection: Connection, reference: str) -> list[Visits]:
    """Whose page was opened how often, of every practice, people before machines."""
    columns = tables.page_visit.c
    query = select(tables.page_visit).where(columns.decision == reference)
    rows = connection.execute(query.order_by(columns.practice, columns.looks, columns.first_at))
    return [
        Visits(row.practice, row.person, row.looks, row.first_at, row.last_at, row.times)
        for row in rows
    ]


_SHOWN: Mapping[str, tuple[str, ...]] = {
    "vote.cast": (),
    "vote.changed": (),
    "comment.received": (),
    "call_in.requested": (),
    "challenge.raised": (),
    "practice.unreached": (),
    "practice.reached": ("reason",),
    "link.revoked": (),
    "link.issued": (),
}


def shown_by(connection: Connection, keys: Keys, reference: str) -> list[Shown]:
    """What practices sent, what was tried when no letter reached them, what became of their links.

    Oldest first. Everybody's first link is left out.
    """
    columns = tables.leaf.c
    query = select(columns.n, columns.type, columns.data).where(
        columns.decision == reference, columns.type.in_(_SHOWN)
    )
    rows = connection.execute(query.order_by(columns.n)).all()
    opened = read_openings(connection, keys, [(r.n, f) for r in rows for f in _SHOWN[r.type]])
    read = ((row, parse(row.data)) for row in rows)
    leaves = [
        (row, leaf)
        for row, leaf in read
        if row.type != "link.issued" or leaf["body"]["generation"] > 1
    ]
    return [
        Shown(
            leaf=row.n,
            type=row.type,
            at=instant_from_text(leaf["at"]),
            practice=leaf["body"]["practice"],
            body=leaf["body"],
            words={field: opened.get((row.n, field), "") for field in _SHOWN[row.type]},
        )
        for row, leaf in leaves
    ]


def losses(connection: Connection, reference: str) -> tuple[int, ...]:
    """The leaves that say, since a decision was opened, that a restored backup lost entries."""
    columns = tables.leaf.c
    first = select(func.min(columns.n)).where(columns.decision == reference).scalar_subquery()
    query = select(columns.n, columns.data).where(
        columns.type == "backup.restored", columns.n > first
    )
    rows = connection.execute(query.order_by(columns.n))
    return tuple(row.n for row in rows if parse(row.data)["body"]["lost"])


def declared(connection: Connection, reference: str, what: str) -> tuple[str, ...] | None:
    """The practices that the last outcome named as `unreached`, say; None where it is silent."""
    columns = tables.leaf.c
    query = select(columns.data).where(
        columns.decision == reference, columns.type == "outcome.declared"
    )
    data = connection.execute(query.order_by(columns.n.desc()).limit(1)).scalar()
    named = parse(data)["body"].get(what) if data is not None else None
    return None if named is None else tuple(named)
