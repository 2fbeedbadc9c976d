"""Sign-ins that last, and what was looked at in them: leafless units of work."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage import tables

IDLE = timedelta(minutes=30)
"""A visit ends when nothing was asked for so long (OWASP ASVS 5.0, 7.3.1)."""

LONGEST = timedelta(hours=12)
"""A visit ends however much is asked (7.3.2)."""

SETTING_UP, SIGNED_IN = "setting_up", "signed_in"

_NOTED_EVERY = timedelta(minutes=1)
"""A visit's last use is written down no more often than this."""

_FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """Whose visit it is and how far it has come."""

    person: str
    stage: str


def begin_visit(connection: Connection, token: str, person: str, stage: str, now: datetime) -> None:
    """A new visit, under an id that nobody has seen before. Those that have ended are removed."""
    columns = tables.visit.c
    ended = (columns.seen_at <= now - IDLE) | (columns.began_at <= now - LONGEST)
    connection.execute(delete(tables.visit).where(ended))
    connection.execute(
        insert(tables.visit).values(
            token_hash=_hash(token), person=person, stage=stage, began_at=now, seen_at=now
        )
    )


_BY_HASH = select(tables.visit).where(tables.visit.c.token_hash == bindparam("hash"))


def find_visit(connection: Connection, token: str, now: datetime) -> tuple[Visit, bool] | None:
    """A visit that goes on, and whether its use must be noted; None where it has ended."""
    row = connection.execute(_BY_HASH, {"hash": _hash(token)}).first()
    if row is None or now >= row.seen_at + IDLE or now >= row.began_at + LONGEST:
        return None
    return Visit(row.person, row.stage), now >= row.seen_at + _NOTED_EVERY


def note_use(connection: Connection, token: str, now: datetime) -> None:
    """A visit was used. One that has ended meanwhile stays ended."""
    same = tables.visit.c.token_hash == _hash(token)
    connection.execute(update(tables.visit).where(same).values(seen_at=now))


def end_visit(connection: Connection, token: str) -> None:
    """End a visit, if there is one."""
    same = tables.visit.c.token_hash == _hash(token)
    connection.execute(delete(tables.visit).where(same))


def end_visits_of(connection: Connection, person: str) -> None:
    """End every visit of a person."""
    connection.execute(delete(tables.visit).where(tables.visit.c.person == person))


def _hash(token: str) -> bytes:
    return sha256(b"quorate/visit/v1\n" + token.encode()).digest()


# --- what was looked at -----------------------------------------------------------------------


def note_seen(
    connection: Connection, person: str, what: str, decision: str | None, now: datetime
) -> None:
    """Put down that a signed-in person looked at something, or took it away."""
    connection.execute(
        insert(tables.seen).values(at=now, person=person, what=what, decision=decision)
    )
