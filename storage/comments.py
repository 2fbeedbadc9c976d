"""A decision's comments, each with the answer that stands to it, as staff and the practice read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from engine.decision import Comment
from engine.people import By
from storage import tables
from storage.decisions import ERASED
from storage.keys import Keys
from storage.moments import moments_of
from storage.openings import read_openings

# Built once, for a practice's page reads it each time: building one costs more than running it.
_COMMENTS = (
    select(tables.comment)
    .where(tables.comment.c.decision == bindparam("reference"))
    .order_by(tables.comment.c.leaf)
)
_OWN_COMMENTS = _COMMENTS.where(tables.comment.c.practice == bindparam("practice"))


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a comment, and in what words; `leaf` holds the answer."""

    disposition: str
    text: str
    at: datetime
    leaf: int


@dataclass(frozen=True, slots=True)
class Remarked:
    """A comment, in which state it was sent and when, and the answer that stands to it."""

    comment: Comment
    phase: str
    at: datetime
    answer: Answered | None


def read_comments(
    connection: Connection, keys: Keys, reference: str, practice: str | None = None
) -> tuple[Remarked, ...]:
    """Every comment of the decision, or of one of its practices, in the order of their leaves."""
    query = _COMMENTS if practice is None else _OWN_COMMENTS
    meant = (
        {"reference": reference}
        if practice is None
        else {"reference": reference, "practice": practice}
    )
    rows = connection.execute(query, meant).all()
    answers = [row.answer for row in rows if row.answer is not None]
    places = [(row.leaf, field) for row in rows for field in ("text", "by")]
    places += [(leaf, "text") for leaf in answers]
    opened = read_openings(connection, keys, places)
    moments = moments_of(connection, answers)
    return tuple(
        Remarked(
            comment=Comment(
                practice=row.practice,
                text=opened.get((row.leaf, "text"), ERASED),
                by=By(**opened.get((row.leaf, "by"), {"person": ERASED, "name": ERASED})),
                leaf=row.leaf,
            ),
            phase=row.phase,
            at=row.at,
            answer=None
            if row.answer is None
            else Answered(
                disposition=row.disposition,
                text=opened.get((row.answer, "text"), ERASED),
                at=moments[row.answer],
                leaf=row.answer,
            ),
        )
        for row in rows
    )
