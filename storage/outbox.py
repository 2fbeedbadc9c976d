"""Letters owed, and what became of each.

A mailing is owed in the commit of its event. The post expands it into letters (one a person, under
a unique key), claims them with a lease and a fence, freezes their bytes before the first try, and
marks each as going out before DATA is sent. Those are leafless units of work that touch no
decision. What became of a letter is settled through the ledger.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)

from storage import tables
from storage.columns import UtcMicros
from storage.keys import Keys
from storage.mailings import OwedMailing, read_mailing
from storage.openings import person_key

LEASE = timedelta(minutes=2)
"""How long a claimed letter belongs to its postman."""

GOING_LEASE = timedelta(minutes=15)
"""The same once it is going out: longer than a relay may take to answer (RFC 5321 4.5.3.2)."""


KEPT_FROZEN = timedelta(days=30)
"""How long the bytes of a settled letter are kept."""


class Status(StrEnum):
    """What became of a letter so far."""

    OWED = "owed"  # waits for its try, or for the next one
    CLAIMED = "claimed"  # in a postman's hands, certainly not sent
    GOING = "going"  # DATA may have been sent: after a crash, in doubt
    DOUBT = "doubt"  # silence after DATA: rests, then the same bytes once more
    ACCEPTED = "accepted"  # the next hop took it
    AMBIGUOUS = "ambiguous"  # in doubt twice: a person must look
    FAILED = "failed"  # certainly refused, or given up
    BOUNCED = "bounced"
    HELD = "held"  # of a restored database: it may have gone out already; a person must say
    SKIPPED = "skipped"  # no longer to be sent, with the reason


class Gone(LookupError):  # noqa: N818 - it says what is so
    """The letter's lease has run out and it is someone else's now."""


_MAY_COME_BACK = (Status.ACCEPTED, Status.DOUBT, Status.AMBIGUOUS, Status.HELD)
"""What a bounce can be of: a letter that a relay has taken, known or not known to have."""

# Statements of a letter's own path are built once: building one costs more than running it.
_LETTER = tables.letter.c
_OURS = (_LETTER.id == bindparam("its_id"), _LETTER.fence == bindparam("its_fence"))
_FREEZE = (
    update(tables.letter)
    .where(*_OURS)
    .values(frozen=bindparam("bytes"), sha256=bindparam("hash"), message_id=bindparam("name"))
)
_GOING = (
    update(tables.letter)
    .where(*_OURS, _LETTER.status == "claimed", _LETTER.lease_until >= bindparam("now"))
    .values(status="going", lease_until=bindparam("until"))
)
_SETTLE = (
    update(tables.letter)
    .where(*_OURS, _LETTER.status.in_(("claimed", "going")))
    .values(
        status=bindparam("becomes"),
        reason=bindparam("because"),
        lease_until=None,
        settled_at=bindparam("settled", type_=UtcMicros),
        next_try_at=func.coalesce(bindparam("again", type_=UtcMicros), _LETTER.next_try_at),
        doubts=_LETTER.doubts + bindparam("more_doubts"),
    )
)

_RETURN = (
    update(tables.letter)
    .where(_LETTER.id == bindparam("its_id"), _LETTER.status.in_(_MAY_COME_BACK))
    .values(
        status=Status.BOUNCED,
        reason=bindparam("because"),
        lease_until=None,
        fence=_LETTER.fence + 1,
        settled_at=bindparam("settled", type_=UtcMicros),
    )
)

PRIORITY: Mapping[str, int] = {
    "receipt": 0,
    **dict.fromkeys(("outcome", "extended", "withdrawn", "acted", "challenged"), 1),
    **dict.fromkeys(("digest", "leaders"), 3),
}
"""Receipts and closings go before everything else (2)."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person at one practice (empty for people of the body)."""

    practice: str
    person: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter in the postman's hands; `fence` tells a stale postman from the present one."""

    id: int
    mailing: OwedMailing
    practice: str
    person: str
    tries: int
    doubts: int
    fence: int
    first_try_at: datetime | None
    useless_after: datetime | None
    frozen: bytes | None
    sha256: str | None
    message_id: str | None


def expand(
    connection: Connection,
    mailing: OwedMailing,
    addressees: Iterable[Addressee],
    now: datetime,
    useless_after: datetime | None,
) -> int:
    """Make a mailing's letters, unless another postman has; how many were made.

    The checkpoint that they all carry is fixed with it.
    """
    columns = tables.mailing.c
    taken = connection.execute(
        update(tables.mailing)
        .where(columns.leaf == mailing.leaf, columns.status == "owed")
        .values(status="expanded", checkpoint=mailing.checkpoint)
    )
    rows = [
        {
            "mailing": mailing.leaf,
            "decision": mailing.decision,
            "letter": mailing.letter,
            "practice": to.practice,
            "person": to.person,
            "priority": PRIORITY.get(mailing.letter, 2),
            "status": Status.OWED,
            "tries": 0,
            "doubts": 0,
            "fence": 0,
            "next_try_at": now,
            "useless_after": useless_after,
        }
        for to in addressees
    ]
    if taken.rowcount and rows:
        connection.execute(insert(tables.letter), rows)
        return len(rows)
    return 0


def claim(connection: Connection, now: datetime, limit: int) -> list[Claimed]:
    """Take letters whose time has come: a state change with a lease, so no two postmen share one.

    A letter whose postman died before DATA is simply owed again; one that was going out is in
    doubt, rests, and is sent once more with the same bytes.
    """
    _recover(connection, now)
    columns = tables.letter.c
    waiting = columns.status.in_((Status.OWED, Status.DOUBT))
    chosen = (
        select(columns.id)
        .where(waiting, columns.next_try_at <= now)
        .order_by(columns.priority, columns.next_try_at, columns.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(chosen).scalars())
    if not ids:
        return []
    connection.execute(
        update(tables.letter)
        .where(columns.id.in_(ids))
        .values(
            status=Status.CLAIMED,
            fence=columns.fence + 1,
            lease_until=now + LEASE,
            tries=columns.tries + 1,
            first_try_at=func.coalesce(columns.first_try_at, literal(now, UtcMicros)),
        )
    )
    return read_claimed(connection, columns.id.in_(ids))


def read_claimed(connection: Connection, which: ColumnElement[bool]) -> list[Claimed]:
    """Letters in somebody's hands, with what their mailings say."""
    columns, mailing = tables.letter.c, tables.mailing.c
    query = (
        select(
            tables.letter,
            mailing.practices,
            mailing.role,
            mailing.context,
            mailing.at,
            mailing.checkpoint,
            mailing.sealed,
        )
        .join(tables.mailing, mailing.leaf == columns.mailing)
        .where(which)
        .order_by(columns.priority, columns.id)
    )
    return [_claimed(row) for row in connection.execute(query)]


def _recover(connection: Connection, now: datetime) -> None:
    """Letters whose postman is gone: certain ones are owed again, the others are in doubt."""
    columns = tables.letter.c
    expired = columns.lease_until < now
    connection.execute(
        update(tables.letter)
        .where(columns.status == Status.CLAIMED, expired)
        .values(status=Status.OWED, next_try_at=now, lease_until=None)
    )
    connection.execute(
        update(tables.letter)
        .where(columns.status == Status.GOING, expired, columns.doubts == 0)
        .values(
            status=Status.DOUBT,
            doubts=1,
            next_try_at=now,  # the lease was longer than a letter in doubt has to rest
            lease_until=None,
            fence=columns.fence + 1,
        )
    )


def lost_in_doubt(connection: Connection, now: datetime) -> list[Claimed]:
    """Letters in doubt whose postman died in their second try: for a person to settle."""
    columns = tables.letter.c
    lost = and_(columns.status == Status.GOING, columns.lease_until < now, columns.doubts > 0)
    return read_claimed(connection, lost)


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(
        id=row.id,
        mailing=read_mailing(row, row.mailing),
        practice=row.practice,
        person=row.person,
        tries=row.tries,
        doubts=row.doubts,
        fence=row.fence,
        first_try_at=row.first_try_at,
        useless_after=row.useless_after,
        frozen=row.frozen,
        sha256=row.sha256,
        message_id=row.message_id,
    )


def release(connection: Connection, letter: Claimed, at: datetime) -> None:
    """Owe a claimed letter again as if it had not been taken; the relay is in trouble."""
    columns = tables.letter.c
    connection.execute(
        update(tables.letter)
        .where(
            columns.id == letter.id,
            columns.fence == letter.fence,
            columns.status == Status.CLAIMED,
        )
        .values(
            status=Status.DOUBT if letter.doubts else Status.OWED,
            tries=letter.tries - 1,
            first_try_at=letter.first_try_at if letter.tries > 1 else None,
            next_try_at=at,
            lease_until=None,
        )
    )


def freeze(
    connection: Connection, keys: Keys, letters: Sequence[tuple[Claimed, bytes, str, str]]
) -> None:
    """Keep frozen bytes (sealed), the filled bytes' SHA-256 and the Message-ID, before any try."""
    rows = [
        {
            "its_id": letter.id,
            "its_fence": letter.fence,
            "bytes": keys.seal(person_key(letter.person), frozen, _bound(letter.id)),
            "hash": sha256,
            "name": message_id,
        }
        for letter, frozen, sha256, message_id in letters
    ]
    if rows:
        connection.execute(_FREEZE, rows)


def thaw(keys: Keys, letter: Claimed) -> bytes:
    """The frozen bytes again. Raises `storage.keys.Erased` when the person has been erased."""
    return keys.unseal(person_key(letter.person), letter.frozen or b"", _bound(letter.id))


def _bound(letter: int) -> bytes:
    return f"letter|{letter}".encode()


def forget_frozen(connection: Connection, now: datetime) -> None:
    """Delete the bytes of letters settled long ago; their SHA-256 stays."""
    columns = tables.letter.c
    old = columns.settled_at < now - KEPT_FROZEN
    connection.execute(
        update(tables.letter).where(old, columns.frozen.is_not(None)).values(frozen=None)
    )


def mark_going(connection: Connection, letter: Claimed, now: datetime) -> None:
    """The durable mark before DATA. Raises `Gone` when the letter is no longer ours to send."""
    meant = {"its_id": letter.id, "its_fence": letter.fence, "now": now}
    changed = connection.execute(_GOING, {**meant, "until": now + GOING_LEASE})
    if changed.rowcount != 1:
        raise Gone(letter.id)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed letter: its new status, and when it is tried again if it is."""

    letter: int
    fence: int
    status: Status
    reason: str | None
    mailing: int
    practice: str
    person: str
    contact: str
    message_id: str
    next_try_at: datetime | None = None
    words: str = ""  # the relay's own, which may hold an address: for the sealed leaf alone


def settle(connection: Connection, done: Settlement, now: datetime) -> bool:
    """Write a settlement; False when the letter is no longer this postman's, or settled already.

    One that came back is nobody's any more: whoever has it in hand loses it.
    """
    if done.status is Status.BOUNCED:
        meant = {"its_id": done.letter, "because": done.reason, "settled": now}
        return connection.execute(_RETURN, meant).rowcount == 1
    meant = {
        "its_id": done.letter,
        "its_fence": done.fence,
        "becomes": done.status,
        "because": done.reason,
        "again": done.next_try_at,
        "settled": now if done.next_try_at is None else None,
        "more_doubts": int(done.status in {Status.DOUBT, Status.AMBIGUOUS}),
    }
    changed = connection.execute(_SETTLE, meant)
    return changed.rowcount == 1
