"""The tables. Rows are rows, not domain objects: the engine's values are made from them elsewhere.

The trail (`leaf`, `node`, `published`) is append-only and held so by triggers; `opening` may be
deleted (erasure) but never changed. Every other table is a projection, a register or a queue.
Projections hold no name, address, free text or choice: only the number of the leaf whose opening
does.
"""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from storage.account_tables import allowance, charge, query
from storage.base import Base, instant, metadata, table_of
from storage.columns import UtcMicros
from storage.correction_tables import correction
from storage.evidence_tables import ending, page_visit
from storage.reply_tables import heard, reply
from storage.staff_tables import account, seen, sign_in_miss, visit

__all__ = [
    "account",
    "allowance",
    "charge",
    "correction",
    "ending",
    "heard",
    "metadata",
    "page_visit",
    "query",
    "reply",
    "seen",
    "sign_in_miss",
    "visit",
]
"""What is defined elsewhere: whoever reads this file has every table there is."""

# --- the trail ---------------------------------------------------------------------------------


class TrailHead(Base, table=True):
    """One row: the trail's size, right edge and last instant. Locking it is the write lock."""

    __tablename__ = "trail_head"

    id: int = Field(primary_key=True)
    size: int
    peaks: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    last_at: datetime | None = instant(nullable=True)


class Leaf(Base, table=True):
    """One event, as the very bytes that were hashed.

    A practice's page tells of a few types among the thousands of leaves that a vote may leave.
    """

    __tablename__ = "leaf"

    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    type: str
    decision: str | None = None
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))

    __table_args__ = (Index("ix_leaf_decision_type", "decision", "type"),)


class Node(Base, table=True):
    """The hash of a complete subtree of 2**level leaves: a proof costs log n reads of these."""

    __tablename__ = "node"

    level: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Opening(Base, table=True):
    """The salt and value behind a commitment, sealed with the key of a person or a decision."""

    __tablename__ = "opening"

    n: int = Field(primary_key=True)
    field: str = Field(primary_key=True)
    key: str = Field(index=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Published(Base, table=True):
    """A file that leaves name by digest: a workflow, an impact table, a calendar, a roll."""

    __tablename__ = "published"

    digest: str = Field(primary_key=True)
    kind: str
    name: str
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


# --- the register ------------------------------------------------------------------------------


class Practice(Base, table=True):
    """A practice as the NHS Organisation Data Service lists it; sizes in registered patients."""

    __tablename__ = "practice"

    ods_code: str = Field(primary_key=True)
    name: str
    postcode: str
    ccg_code: str = Field(index=True)
    ccg_name: str
    locality: str
    list_size: int | None = None
    list_date: str | None = None
    status: str


class Person(Base, table=True):
    """A person of a practice or of the body. The id is random, never made from the address."""

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    name: str
    email: str = Field(index=True)
    phone: str = ""
    locality: str = ""  # which they lead, where they are a locality's lead


class Post(Base, table=True):
    """A role a person holds: at a practice, or (empty `ods_code`) in the body."""

    __tablename__ = "post"

    person: str = Field(primary_key=True, foreign_key="person.id")
    ods_code: str = Field(primary_key=True, index=True)
    role: str = Field(primary_key=True)


# --- projections of decisions ------------------------------------------------------------------


class DecisionRow(Base, table=True):
    """A decision as it stands: what `engine.evolving.evolve` made of its leaves."""

    __tablename__ = "decision"

    reference: str = Field(primary_key=True)
    leaf: int  # of decision.opened, whose openings hold title, summary and paper
    state: str = Field(index=True)
    opened_at: datetime = instant()
    snapshot: str = Field(sa_column=Column(Text, nullable=False))  # see storage.snapshot


class Wake(Base, table=True):
    """When the sweep must look at a decision: its waiting deadline, and each reminder to come.

    A query of the account has one too, which outlives the decision's own.
    """

    __tablename__ = "wake"

    decision: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # deadline | reminder | query
    at: datetime = Field(sa_column=Column(UtcMicros, primary_key=True))
    name: str
    failures: int = 0
    retry_at: datetime | None = instant(nullable=True)
    parked: str | None = None  # why the sweep gave up on it

    __table_args__ = (Index("ix_wake_at", "at"),)


class Link(Base, table=True):
    """A person's live link. `token_hash` is SHA-256 of the token; the token is nowhere."""

    __tablename__ = "link"

    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    decision: str
    practice: str
    person: str
    generation: int
    may_cast: bool
    revoked: bool = False

    __table_args__ = (
        UniqueConstraint("decision", "practice", "person", "generation", name="uq_link_meant"),
    )


class AnswerRow(Base, table=True):
    """Which leaf holds a practice's standing answer: one live answer a practice and question."""

    __tablename__ = "answer"

    decision: str = Field(primary_key=True)
    round: int = Field(primary_key=True)
    question: str = Field(primary_key=True)
    practice: str = Field(primary_key=True)
    leaf: int
    at: datetime = instant()


class CommentRow(Base, table=True):
    """Which leaf holds a comment, and which holds the answer that stands to it."""

    __tablename__ = "comment"

    leaf: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    decision: str
    practice: str
    phase: str
    at: datetime = instant()
    answer: int | None = None
    disposition: str | None = None

    __table_args__ = (Index("ix_comment_decision_practice", "decision", "practice"),)


class Late(Base, table=True):
    """A person's late vote is on record: once a round."""

    __tablename__ = "late"

    decision: str = Field(primary_key=True)
    round: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    leaf: int


# --- letters -----------------------------------------------------------------------------------


class Mailing(Base, table=True):
    """Letters owed to an audience, filed in the commit of the event they tell of."""

    __tablename__ = "mailing"

    leaf: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    decision: str = Field(index=True)
    letter: str
    practices: str = Field(sa_column=Column(Text, nullable=False))  # JSON list
    role: str | None = None
    context: str = Field(sa_column=Column(Text, nullable=False))  # JSON, no personal data
    letters: int  # how many letters the audience makes
    checkpoint: str | None = Field(default=None, sa_column=Column(Text))  # what they all carry
    at: datetime = instant()
    status: str = Field(index=True)  # owed | expanded | superseded
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))  # the reader's key


class Letter(Base, table=True):
    """One letter to one person. `frozen` is sealed under the person's key and deleted in time."""

    __tablename__ = "letter"

    id: int | None = Field(default=None, primary_key=True)
    mailing: int
    decision: str = Field(index=True)
    letter: str
    practice: str
    person: str
    priority: int
    status: str
    reason: str | None = None
    tries: int = 0
    doubts: int = 0  # how often it ended in doubt: at most twice
    fence: int = 0
    lease_until: datetime | None = instant(nullable=True)
    next_try_at: datetime = instant()
    first_try_at: datetime | None = instant(nullable=True)
    useless_after: datetime | None = instant(nullable=True)
    settled_at: datetime | None = instant(nullable=True)
    message_id: str | None = None
    frozen: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    sha256: str | None = None

    __table_args__ = (
        UniqueConstraint("mailing", "letter", "practice", "person", name="uq_letter_meant"),
        Index("ix_letter_due", "status", "next_try_at"),
    )


# --- operation ---------------------------------------------------------------------------------


class Mark(Base, table=True):
    """Named facts of operation: the last sweep, relay trouble, the link key's fingerprint."""

    __tablename__ = "mark"

    name: str = Field(primary_key=True)
    at: datetime | None = instant(nullable=True)
    says: str = ""


trail_head = table_of(TrailHead)
leaf = table_of(Leaf)
node = table_of(Node)
opening = table_of(Opening)
published = table_of(Published)
practice = table_of(Practice)
person = table_of(Person)
post = table_of(Post)
decision = table_of(DecisionRow)
wake = table_of(Wake)
link = table_of(Link)
answer = table_of(AnswerRow)
comment = table_of(CommentRow)
late = table_of(Late)
mailing = table_of(Mailing)
letter = table_of(Letter)
mark = table_of(Mark)
