"""Whom letters reached: one reading of the letters' rows, for the rules, the pages and letters."""

from sqlalchemy import Connection, bindparam, select

from engine.reaching import ASKS, REPEATS
from engine.trail import parse
from storage import tables
from storage.outbox import Status

_MAILING, _LETTER = tables.mailing.c, tables.letter.c
_ASKED = (
    select(_MAILING.leaf)
    .where(_MAILING.decision == bindparam("reference"), _MAILING.letter.in_(ASKS))
    .order_by(_MAILING.leaf.desc())
    .limit(1)
)
_TAKEN = (
    select(_LETTER.practice)
    .where(_LETTER.decision == bindparam("reference"), _LETTER.mailing >= bindparam("since"))
    .where(_LETTER.letter.in_(ASKS + REPEATS), _LETTER.status == Status.ACCEPTED)
    .distinct()
)
_SENT = (
    select(tables.answer.c.practice)
    .where(tables.answer.c.decision == bindparam("reference"))
    .where(tables.answer.c.leaf > bindparam("since"))
    .union(
        select(tables.comment.c.practice)
        .where(tables.comment.c.decision == bindparam("reference"))
        .where(tables.comment.c.leaf > bindparam("since"))
    )
)
CALL = "practice.reached"
_SHOWN_BY = ("call_in.requested", "challenge.raised", CALL)
"""Leaves that show that the practice they name knows of what is asked."""

_LEAVES = select(tables.leaf.c.data).where(
    tables.leaf.c.decision == bindparam("reference"),
    tables.leaf.c.type.in_(_SHOWN_BY),
    tables.leaf.c.n > bindparam("since"),
)


def last_asked(connection: Connection, reference: str) -> int | None:
    """The leaf of the mailing that last asked practices something; None where none has."""
    leaf: int | None = connection.execute(_ASKED, {"reference": reference}).scalar()
    return leaf


def heard(connection: Connection, reference: str) -> frozenset[str] | None:
    """The practices that know what they were last asked; None where they were asked nothing.

    A letter that came back has reached nobody, whatever was said of it before.
    """
    known = _known(connection, reference)
    return None if known is None else known[0] | known[1]


def rung_alone(connection: Connection, reference: str) -> frozenset[str]:
    """The practices that nothing but a call on record told, since they were last asked."""
    known = _known(connection, reference)
    return frozenset() if known is None else known[1] - known[0]


def _known(connection: Connection, reference: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Whom a letter told or who sent something, and whom somebody says to have rung."""
    since = last_asked(connection, reference)
    if since is None:
        return None
    meant = {"reference": reference, "since": since}
    leaves = [parse(data) for data in connection.execute(_LEAVES, meant).scalars()]
    rung = {leaf["body"]["practice"] for leaf in leaves if leaf["type"] == CALL}
    shown = {leaf["body"]["practice"] for leaf in leaves if leaf["type"] != CALL}
    taken = connection.execute(_TAKEN, meant).scalars()
    sent = connection.execute(_SENT, meant).scalars()
    return frozenset([*taken, *sent, *shown]), frozenset(rung)
