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
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from storage import tables
from storage.columns import UtcMicros
from storage.mailings import OwedMailing, mailings_of
from storage.priorities import DIGESTS, HEAD_START, PRIORITY

LEASE = timedelta(minutes=2)
"""How long a claimed letter belongs to its postman."""

GOING_LEASE = timedelta(minutes=15)
"""The same once it is going out: longer than a relay may take to answer (RFC 5321 4.5.3.2)."""


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
    PARKED = "parked"  # cannot be written or handed over as it is: a person tries again or drops it
    HELD = "held"  # of a restored database: it may have gone out already; a person must say
    SKIPPED = "skipped"  # no longer to be sent, with the reason


class Gone(LookupError):  # noqa: N818 - it says what is so
    """The letter's lease has run out and it is someone else's now."""


_MAY_COME_BACK = (
    Status.ACCEPTED,
    Status.DOUBT,
    Status.AMBIGUOUS,
    Status.PARKED,  # after a try in doubt
    Status.HELD,
)
"""What a bounce can be of: a letter that a relay has taken, known or not known to have."""

# Statements of a letter's own path are built once: building one costs more than running it.
_LETTER = tables.letter.c
_OURS = (_LETTER.id == bindparam("its_id"), _LETTER.fence == bindparam("its_fence"))
_GOING = (
    update(tables.letter)
    .where(*_OURS, _LETTER.status == "claimed", _LETTER.lease_until >= bindparam("now"))
    .values(status="going", lease_until=bindparam("until"))
)
_HELD = (
    select(_LETTER.id, _LETTER.fence, _LETTER.status, _LETTER.lease_until)
    .where(_LETTER.id.in_(bindparam("ids", expanding=True)))
    .with_for_update()
)
_SETTLE = (
    update(tables.letter)
    .where(*_OURS, or_(_LETTER.status == "claimed", _LETTER.status == "going"))
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

_CLASS = literal(HEAD_START // timedelta(microseconds=1), BigInteger)
_TURN = type_coerce(_LETTER.next_try_at, BigInteger) + _LETTER.priority * _CLASS


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
    lease_until: datetime | None = None


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
            "priority": PRIORITY.get(mailing.letter, DIGESTS),
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
        .order_by(_TURN, columns.id)
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
    """Letters in somebody's hands, with what their mailings say.

    Each mailing is read once: it names all its practices, and thousands of letters may be of one.
    """
    columns = tables.letter.c
    query = select(tables.letter).where(which).order_by(_TURN, columns.id)
    rows = connection.execute(query).all()
    of = {each.leaf: each for each in mailings_of(connection, {row.mailing for row in rows})}
    return [_claimed(row, of[row.mailing]) for row in rows]


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


def _claimed(row: Row[Any], mailing: OwedMailing) -> Claimed:
    return Claimed(
        id=row.id,
        mailing=mailing,
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
        lease_until=row.lease_until,
    )


def release(connection: Connection, letter: Claimed, at: datetime) -> None:
    """Owe a letter again as if it had not been taken: its postman lives and has not sent it.

    The mark that it was about to go is taken off with that.
    """
    columns = tables.letter.c
    connection.execute(
        update(tables.letter)
        .where(
            columns.id == letter.id,
            columns.fence == letter.fence,
            columns.status.in_((Status.CLAIMED, Status.GOING)),
        )
        .values(
            status=Status.DOUBT if letter.doubts else Status.OWED,
            tries=letter.tries - 1,
            first_try_at=letter.first_try_at if letter.tries > 1 else None,
            next_try_at=at,
            lease_until=None,
        )
    )


def mark_going(connection: Connection, letters: Sequence[Claimed], now: datetime) -> frozenset[int]:
    """The durable mark before DATA; the letters that are still ours to send, and have it now."""
    held = _held(connection, [letter.id for letter in letters])
    ours = [
        letter
        for letter in letters
        if letter.id in held and _is_ours(held[letter.id], letter.fence, now)
    ]
    rows = [
        {"its_id": letter.id, "its_fence": letter.fence, "now": now, "until": now + GOING_LEASE}
        for letter in ours
    ]
    if rows:
        connection.execute(_GOING, rows)
    return frozenset(letter.id for letter in ours)


def _is_ours(held: Row[Any], fence: int, now: datetime) -> bool:
    lease = held.lease_until
    return bool(
        held.fence == fence and held.status == Status.CLAIMED and lease is not None and lease >= now
    )


def _held(connection: Connection, ids: Sequence[int]) -> Mapping[int, Row[Any]]:
    """Letters as they stand, and stay until this transaction ends."""
    rows: list[Row[Any]] = list(connection.execute(_HELD, {"ids": ids}))
    return {row.id: row for row in rows}


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

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done for the letter, by the post or by a person."""
        return self.next_try_at is None and self.status is not Status.PARKED


def settle(connection: Connection, done: Sequence[Settlement], now: datetime) -> list[Settlement]:
    """Write settlements; those that counted: of letters still in their postman's hands.

    A letter that came back is in nobody's: whoever has it loses it.
    """
    others = [each for each in done if each.status is not Status.BOUNCED]
    returns = (each for each in done if each.status is Status.BOUNCED)
    counted = _settle_in_hand(connection, others, now) if others else []
    return [*counted, *(each for each in returns if _settle_return(connection, each, now))]


def _settle_return(connection: Connection, done: Settlement, now: datetime) -> bool:
    meant = {"its_id": done.letter, "because": done.reason, "settled": now}
    return connection.execute(_RETURN, meant).rowcount == 1


def _settle_in_hand(
    connection: Connection, done: Sequence[Settlement], now: datetime
) -> list[Settlement]:
    held = _held(connection, [each.letter for each in done])
    counted = [
        each
        for each in {each.letter: each for each in reversed(done)}.values()
        if each.letter in held and _is_in_hand(held[each.letter], each.fence)
    ][::-1]
    rows = [
        {
            "its_id": each.letter,
            "its_fence": each.fence,
            "becomes": each.status,
            "because": each.reason,
            "again": each.next_try_at,
            "settled": now if each.is_over else None,
            "more_doubts": int(each.status in {Status.DOUBT, Status.AMBIGUOUS}),
        }
        for each in counted
    ]
    if rows:
        connection.execute(_SETTLE, rows)
    return counted


def _is_in_hand(held: Row[Any], fence: int) -> bool:
    return bool(held.fence == fence and held.status in {Status.CLAIMED, Status.GOING})
