"""The tables of signing in: no leaf tells of any of them."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, LargeBinary
from sqlmodel import Field

from storage.base import Base, instant, table_of


class Account(Base, table=True):
    """A person of the body who may sign in, in one of their roles.

    `code_hash` is SHA-256 of a set-up code of 120 random bits. `factor` is the secret of the second
    factor, sealed under the person's key. `last_step` is the last of its codes that was used.
    `usual_place` is a keyed hash of the network address that its owner signed in from last.
    """

    __tablename__ = "account"

    person: str = Field(primary_key=True)
    role: str
    added_at: datetime = instant()
    code_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    code_until: datetime | None = instant(nullable=True)
    password: str | None = None
    factor: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    last_step: int | None = Field(default=None, sa_column=Column(BigInteger))
    set_up_at: datetime | None = instant(nullable=True)
    usual_place: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class Visit(Base, table=True):
    """A sign-in that lasts: `token_hash` is SHA-256 of 256 random bits that the browser holds."""

    __tablename__ = "visit"

    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    person: str = Field(index=True)
    stage: str  # setting_up | signed_in
    began_at: datetime = instant()
    seen_at: datetime = instant()


class Miss(Base, table=True):
    """Failed sign-ins in a row for one address, whether or not anybody has it."""

    __tablename__ = "sign_in_miss"

    who: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))  # SHA-256 of the address
    misses: int
    last_at: datetime = instant()
    held_until: datetime | None = instant(nullable=True)


class Seen(Base, table=True):
    """What a signed-in person looked at or took away, and when."""

    __tablename__ = "seen"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = instant()
    person: str = Field(index=True)
    what: str
    decision: str | None = None


account = table_of(Account)
visit = table_of(Visit)
sign_in_miss = table_of(Miss)
seen = table_of(Seen)
