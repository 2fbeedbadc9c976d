"""Replies to letters, kept sealed until their sender confirms them, or a person has seen them.

What somebody wrote lies under the key of the person whose letter it answers: erasing that person
makes it unreadable, here and in every copy.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from engine.trail import canonical, parse
from storage import tables
from storage.heard import Sent
from storage.keys import Erased, Keys
from storage.openings import person_key

KEPT = timedelta(days=30)
"""How long a reply is kept that nobody has confirmed or dropped."""

MOST = 20
"""Replies kept at once of one person about one decision, in each standing: more are not taken."""


class Standing(StrEnum):
    """What a reply waits for."""

    WAITING = "waiting"  # its sender's confirmation
    CONFIRMED = "confirmed"  # nothing: it is on record as a comment, and its words are gone here
    STRANGER = "stranger"  # the secretariat: it came from another address than the letter went to
    UNCLEAR = "unclear"  # the secretariat: a person or a machine may have sent it


@dataclass(frozen=True, slots=True)
class Written:
    """A reply as it was read: from whom, by the mail's own word, and in which words."""

    sender: str
    text: str
    because: str = ""  # why it is unclear who sent it
    cut: bool = False  # whether it was longer than what is kept

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        return canonical(
            {"sender": self.sender, "text": self.text, "because": self.because, "cut": self.cut}
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply that is kept; `written` is None once its words are gone."""

    id: int
    letter: int
    decision: str
    practice: str
    person: str
    at: datetime
    standing: Standing
    written: Written | None


def digest_of(key: bytes, letter: int, message_id: str, written: Written) -> str:
    """A keyed hash of a reply: the same for each copy of a mail, and nothing can be read from it.

    Relays add lines of their own to each copy, so it is made of what they leave alone.
    """
    value = canonical([letter, message_id, written.sender, written.text])
    return hmac.new(key, b"reply|" + value, sha256).hexdigest()


def is_known(connection: Connection, digest: str) -> bool:
    """Whether this mail has come before."""
    column = tables.reply.c
    return connection.execute(select(column.id).where(column.digest == digest)).first() is not None


def has_room(connection: Connection, decision: str, person: str, standing: Standing) -> bool:
    """Whether another reply of this person about this decision is taken.

    What strangers sent, who had a letter forwarded, leaves the room for the person's own.
    """
    columns = tables.reply.c
    mine = (columns.decision == decision, columns.person == person, columns.status == standing)
    query = select(func.count()).select_from(tables.reply).where(*mine)
    return int(connection.execute(query).scalar_one()) < MOST


def keep_reply(
    connection: Connection,
    keys: Keys,
    sent: Sent,
    written: Written,
    standing: Standing,
    digest: str,
    now: datetime,
) -> int:
    """Keep a reply, sealed; its id. Raises `Erased` where the person has no key any more."""
    claimed = sent.claimed
    sealed = keys.seal(person_key(claimed.person), written.to_bytes(), _bound(digest))
    row = {
        "digest": digest,
        "letter": claimed.id,
        "decision": claimed.mailing.decision,
        "practice": claimed.practice,
        "person": claimed.person,
        "at": now,
        "status": standing,
        "sealed": sealed,
    }
    made = connection.execute(insert(tables.reply).values(**row).returning(tables.reply.c.id))
    return int(made.scalar_one())


def last_answered(connection: Connection, decision: str, person: str) -> datetime | None:
    """When this person's replies about this decision were last answered."""
    columns = tables.reply.c
    query = select(func.max(columns.answered_at)).where(
        columns.decision == decision, columns.person == person
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def note_answered(connection: Connection, reply: int, now: datetime) -> None:
    """A letter about it is owed."""
    same = tables.reply.c.id == reply
    connection.execute(update(tables.reply).where(same).values(answered_at=now))


def replies_to(
    connection: Connection, keys: Keys, decision: str, practice: str, person: str
) -> list[Kept]:
    """A person's own replies about a decision that wait for their word, oldest first."""
    columns = tables.reply.c
    return _read(
        connection,
        keys,
        columns.decision == decision,
        columns.practice == practice,
        columns.person == person,
        columns.status == Standing.WAITING,
    )


# Built once, for every page of a practice asks: building one costs more than running it.
_WAITING = (
    select(func.count())
    .select_from(tables.reply)
    .where(
        tables.reply.c.decision == bindparam("about"),
        tables.reply.c.practice == bindparam("of_practice"),
        tables.reply.c.person == bindparam("of_person"),
        tables.reply.c.status == str(Standing.WAITING),
    )
)


def count_waiting(connection: Connection, decision: str, practice: str, person: str) -> int:
    """How many of a person's own replies about a decision wait for their word."""
    meant = {"about": decision, "of_practice": practice, "of_person": person}
    return int(connection.execute(_WAITING, meant).scalar_one())


def count_replies(connection: Connection, person: str) -> int:
    """How many replies to a person's letters are kept, of all kinds."""
    mine = tables.reply.c.person == person
    query = select(func.count()).select_from(tables.reply).where(mine)
    return int(connection.execute(query).scalar_one())


def all_replies(connection: Connection, keys: Keys) -> list[Kept]:
    """Every reply that waits for somebody, oldest first."""
    return _read(connection, keys, tables.reply.c.status != Standing.CONFIRMED)


def find_reply(connection: Connection, keys: Keys, reply: int) -> Kept | None:
    """The reply with this id."""
    found = _read(connection, keys, tables.reply.c.id == reply)
    return found[0] if found else None


def confirm_reply(connection: Connection, reply: int) -> bool:
    """It is on record as a comment: its words go from here. False where it no longer waited."""
    columns = tables.reply.c
    mine = (columns.id == reply, columns.status == Standing.WAITING)
    gone = {"status": Standing.CONFIRMED, "sealed": None}
    return connection.execute(update(tables.reply).where(*mine).values(**gone)).rowcount == 1


def set_aside(connection: Connection, person: str) -> None:
    """The person's address changed: the secretariat alone reads what waits from the old one."""
    columns = tables.reply.c
    mine = (columns.person == person, columns.status == Standing.WAITING)
    connection.execute(update(tables.reply).where(*mine).values(status=Standing.STRANGER))


def drop_reply(connection: Connection, reply: int) -> bool:
    """Forget a reply; False where there is none."""
    gone = connection.execute(delete(tables.reply).where(tables.reply.c.id == reply))
    return gone.rowcount == 1


def forget_old_replies(connection: Connection, now: datetime) -> int:
    """Forget what was kept for long enough; how many those were."""
    old = tables.reply.c.at < now - KEPT
    return connection.execute(delete(tables.reply).where(old)).rowcount


def _read(connection: Connection, keys: Keys, *which: ColumnElement[bool]) -> list[Kept]:
    query = select(tables.reply).where(*which).order_by(tables.reply.c.id)
    return [
        Kept(
            id=row.id,
            letter=row.letter,
            decision=row.decision,
            practice=row.practice,
            person=row.person,
            at=row.at,
            standing=Standing(row.status),
            written=_opened(keys, row),
        )
        for row in connection.execute(query)
    ]


def _opened(keys: Keys, row: Row[tuple[object, ...]]) -> Written | None:
    if row.sealed is None:
        return None
    try:
        return Written(**parse(keys.unseal(person_key(row.person), row.sealed, _bound(row.digest))))
    except Erased:
        return None


def _bound(digest: str) -> bytes:
    return f"reply|{digest}".encode()
