"""The tables of what comes back: reports on letters, and replies that nobody has confirmed yet.

No leaf tells of a row here, and none holds an address or a word that can be read.
"""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field

from storage.base import Base, instant, table_of


class Heard(Base, table=True):
    """What was heard of a letter after it had gone: once for each kind and status code."""

    __tablename__ = "heard"

    letter: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # see storage.heard.Kind
    status: str = Field(primary_key=True)  # RFC 3463, as "5.1.1"; empty where none was given
    at: datetime = instant()


class ReplyRow(Base, table=True):
    """A reply to a letter. `sealed` is who sent it and what it says, under the person's key.

    `digest` is a keyed hash by which the same mail is known when it comes again.
    """

    __tablename__ = "reply"

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    letter: int
    decision: str
    practice: str
    person: str = Field(index=True)
    at: datetime = instant()
    status: str  # waiting | confirmed | stranger | unclear
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    answered_at: datetime | None = instant(nullable=True)

    __table_args__ = (Index("ix_reply_decision_person", "decision", "person"),)


heard = table_of(Heard)
reply = table_of(ReplyRow)
