"""What is heard of letters after they have gone: which letter, what was said, what followed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from storage import tables
from storage.marks import read_mark, set_mark
from storage.outbox import Claimed, Status, read_claimed

ARRIVED = "inbound arrived"
"""The mark that says when a report or a reply to one of our letters last came in."""

LARGEST_ID = 2**31 - 1
"""The largest number that a letter's id can be in either database."""


class Kind(StrEnum):
    """What a mail turned out to be."""

    BOUNCED = "bounced"  # the letter is not delivered, for good
    PARTLY = "partly"  # one of several behind its address did not get it, others did: no change
    DELAYED = "delayed"  # somebody still tries: nothing changes
    DELIVERED = "delivered"  # or relayed, or passed on to others: nothing changes
    COMPLAINT = "complaint"  # somebody's provider reports the letter as unwanted
    AUTOMATIC = "automatic"  # out of office and the like: never answered
    REPLY = "reply"  # a person wrote
    UNCLEAR = "unclear"  # it may be a person or a machine: kept to be looked at, never answered


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that went out, as what comes back names it."""

    claimed: Claimed
    status: Status
    message_id: str

    @property
    def is_going(self) -> bool:
        """Whether it is in a postman's hands: what became of it is on record in a moment."""
        return self.status in {Status.CLAIMED, Status.GOING}


def find_sent(connection: Connection, letter: str) -> Sent | None:
    """The letter with this id, if it was ever tried."""
    if not letter.isascii() or not letter.isdigit() or int(letter) > LARGEST_ID:
        return None
    columns = tables.letter.c
    query = select(columns.status, columns.message_id).where(columns.id == int(letter))
    row = connection.execute(query).first()
    if row is None or row.message_id is None:
        return None
    (claimed,) = read_claimed(connection, columns.id == int(letter))
    return Sent(claimed, Status(row.status), row.message_id)


def note_heard(connection: Connection, letter: int, kind: Kind, status: str, at: datetime) -> bool:
    """Put down what was heard; whether it is news. `status` is a code such as "5.1.1", or empty."""
    columns, values = tables.heard.c, {"letter": letter, "kind": str(kind), "status": status}
    same = (columns.letter == letter, columns.kind == str(kind), columns.status == status)
    if connection.execute(select(columns.at).where(*same)).first():
        return False
    connection.execute(insert(tables.heard).values(**values, at=at))
    return True


def note_arrival(connection: Connection, at: datetime) -> None:
    """Something came in that belongs to a letter of ours: the way in works."""
    known = read_mark(connection, ARRIVED)
    if known is None or known[0] is None or known[0] < at:
        set_mark(connection, ARRIVED, at)


@dataclass(frozen=True, slots=True)
class Told:
    """A letter that something was heard of, for the secretariat."""

    letter: int
    decision: str
    name: str
    practice: str
    person: str
    kind: str
    status: str
    at: datetime


def told_of(connection: Connection, reference: str | None = None) -> list[Told]:
    """Everything heard of letters, newest first, of one decision or of all."""
    letter, heard = tables.letter.c, tables.heard.c
    query = (
        select(
            tables.heard,
            letter.decision,
            letter.letter.label("name"),
            letter.practice,
            letter.person,
        )
        .join(tables.letter, letter.id == heard.letter)
        .order_by(heard.at.desc(), heard.letter)
    )
    if reference is not None:
        query = query.where(letter.decision == reference)
    return [Told(**row._asdict()) for row in connection.execute(query)]
