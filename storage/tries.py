"""How often one may try to sign in to an account.

A try is counted before it is made, so that many at once are no way round it. An address that nobody
has is counted alike, or the count would tell.

There is a count apart for the place that an account's owner came from last: whoever knocks from
elsewhere uses up the one for everywhere, and keeps the owner out there, but not at home.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import tables

FREE = 5
"""Tries in a row before the next one must wait."""

FIRST_HOLD = timedelta(minutes=1)
LONGEST_HOLD = timedelta(minutes=15)
"""Each further failure doubles the wait, up to this: four guesses an hour find no password."""

EVERYWHERE = b""
"""The count for all places but the owner's own."""

_FORGOTTEN = timedelta(days=1)
_MOST_DOUBLINGS = 10
_COLUMNS = tables.sign_in_miss.c


def take_try(
    connection: Connection, email: str, now: datetime, apart: bytes = EVERYWHERE
) -> datetime | None:
    """Take one try for this address; where it must wait, until when, and nothing is taken.

    `apart` names a count of its own: no try that does not name it uses it up.
    """
    connection.execute(delete(tables.sign_in_miss).where(_COLUMNS.last_at <= now - _FORGOTTEN))
    who = _who(email, apart)
    number = _count(connection, who, now)
    if number is None:
        return connection.execute(select(_COLUMNS.held_until).where(_COLUMNS.who == who)).scalar()
    if number >= FREE:
        until = now + hold_after(number)
        same = _COLUMNS.who == who
        connection.execute(update(tables.sign_in_miss).where(same).values(held_until=until))
    return None


def _count(connection: Connection, who: bytes, now: datetime) -> int | None:
    """Put down one more try; how many there are now, or None where it must wait."""
    free = _COLUMNS.held_until.is_(None) | (_COLUMNS.held_until <= now)
    more = update(tables.sign_in_miss).where(_COLUMNS.who == who, free)
    more = more.values(misses=_COLUMNS.misses + 1, last_at=now)
    for _ in range(2):
        row = connection.execute(more.returning(_COLUMNS.misses)).first()
        if row is not None:
            return int(row.misses)
        if connection.execute(select(_COLUMNS.who).where(_COLUMNS.who == who)).first():
            return None
        try:
            with connection.begin_nested():
                first = insert(tables.sign_in_miss).values(who=who, misses=1, last_at=now)
                connection.execute(first)
        except IntegrityError:
            continue  # another process put it down at the same moment: count on from there
        return 1
    return None


def hold_after(number: int) -> timedelta:
    """How long the next try must wait after so many in a row."""
    doublings = min(max(number - FREE, 0), _MOST_DOUBLINGS)
    doubled: timedelta = FIRST_HOLD * 2**doublings
    return min(doubled, LONGEST_HOLD)


def forget_tries(connection: Connection, email: str, apart: bytes = EVERYWHERE) -> None:
    """Begin anew, after a success or with a new set-up code."""
    connection.execute(delete(tables.sign_in_miss).where(_COLUMNS.who == _who(email, apart)))


def _who(email: str, apart: bytes) -> bytes:
    plain = b"quorate/try/v1\n" + email.strip().casefold().encode()
    return sha256(plain + b"\n" + apart if apart else plain).digest()
