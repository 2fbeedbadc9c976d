"""Loading a decision: its snapshot, and as many of its answers as a command needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.commands import Scope
from engine.decision import Comment, Decision, Vote
from engine.paper import Paper, paper_from
from engine.people import By
from engine.refusals import NoSuchDecision
from storage import tables
from storage.keys import Keys
from storage.openings import read_openings
from storage.snapshot import from_snapshot

ERASED = "(erased)"
"""What stands where a personal value has been erased."""


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf a decision is loaded, where only their own answers are needed."""

    practice: str
    person: str


def load_decision(
    connection: Connection,
    keys: Keys,
    reference: str,
    scope: Scope = Scope.NOTHING,
    asker: Asker | None = None,
) -> Decision:
    """The decision with the answers that the scope names. Raises `NoSuchDecision`."""
    row = connection.execute(
        select(tables.decision.c.snapshot).where(tables.decision.c.reference == reference)
    ).first()
    if row is None:
        raise NoSuchDecision(f"No decision has the reference {reference!r}.")
    decision = from_snapshot(row.snapshot)
    if scope is Scope.NOTHING:
        return decision
    if scope is Scope.OWN and asker is not None:
        return _with_own(connection, keys, decision, asker)
    decision = replace(decision, answered=answered(connection, decision))
    if scope is Scope.ALL:
        votes = _votes(connection, keys, _answer_rows(connection, decision), named=False)
        return replace(decision, votes=votes)
    return decision


def answered(connection: Connection, decision: Decision) -> frozenset[str]:
    """The practices that have answered in the decision's present state or last round."""
    votes = select(tables.answer.c.practice).where(
        tables.answer.c.decision == decision.reference, tables.answer.c.round == decision.round
    )
    comments = select(tables.comment.c.practice).where(
        tables.comment.c.decision == decision.reference
    )
    return frozenset(connection.execute(votes if decision.round else comments).scalars())


def _answer_rows(
    connection: Connection, decision: Decision, practice: str | None = None
) -> Sequence[Row[Any]]:
    columns = tables.answer.c
    query = select(tables.answer).where(
        columns.decision == decision.reference, columns.round == decision.round
    )
    if practice is not None:
        query = query.where(columns.practice == practice)
    return connection.execute(query.order_by(columns.leaf)).all()


def _votes(
    connection: Connection, keys: Keys, rows: Sequence[Row[Any]], *, named: bool
) -> tuple[Vote, ...]:
    """Open the choices (and, where asked for, who gave them). An erased name is said to be so."""
    fields = ("choice", "by") if named else ("choice",)
    opened = read_openings(connection, keys, [(row.leaf, f) for row in rows for f in fields])
    return tuple(
        Vote(
            row.practice,
            row.question,
            opened[row.leaf, "choice"],
            _by(opened.get((row.leaf, "by"))),
            row.leaf,
        )
        for row in rows
    )


def _by(value: Mapping[str, str] | None) -> By:
    return By(**value) if value else By(ERASED, ERASED)


def _with_own(connection: Connection, keys: Keys, decision: Decision, asker: Asker) -> Decision:
    """One practice's standing answers and comments, and whether this person came late before."""
    votes: tuple[Vote, ...] = ()
    if decision.round:
        rows = _answer_rows(connection, decision, asker.practice)
        votes = _votes(connection, keys, rows, named=True)
    return replace(
        decision,
        votes=votes,
        comments=own_comments(connection, keys, decision, asker.practice),
        rejected=_rejected(connection, decision, asker.person),
    )


def own_comments(
    connection: Connection, keys: Keys, decision: Decision, practice: str, *, every: bool = False
) -> tuple[Comment, ...]:
    """A practice's comments in the present state (or, with `every`, in all), oldest first."""
    columns = tables.comment.c
    query = select(columns.leaf).where(
        columns.decision == decision.reference, columns.practice == practice
    )
    if not every:
        query = query.where(columns.phase == decision.state)
    leaves = connection.execute(query.order_by(columns.leaf)).scalars().all()
    opened = read_openings(connection, keys, [(n, f) for n in leaves for f in ("text", "by")])
    return tuple(
        Comment(practice, opened.get((n, "text"), ERASED), _by(opened.get((n, "by"))), n)
        for n in leaves
    )


def _rejected(connection: Connection, decision: Decision, person: str) -> frozenset[str]:
    columns = tables.late.c
    query = select(columns.person).where(
        columns.decision == decision.reference,
        columns.round == decision.round,
        columns.person == person,
    )
    return frozenset(connection.execute(query).scalars())


def read_paper(connection: Connection, keys: Keys, reference: str) -> Paper:
    """What the decision says in words."""
    column = tables.decision.c
    leaf = connection.execute(select(column.leaf).where(column.reference == reference)).scalar_one()
    fields = ("title", "summary", "paper")
    opened = read_openings(connection, keys, [(leaf, f) for f in fields])
    if len(opened) < len(fields):
        return Paper(ERASED, ERASED)
    return paper_from(opened[leaf, "title"], opened[leaf, "summary"], opened[leaf, "paper"])


def read_outcome_words(
    connection: Connection, keys: Keys, reference: str
) -> tuple[str | None, str | None]:
    """The outcome statement and the reason that staff gave, where they gave one."""
    columns = tables.leaf.c
    query = select(columns.n).where(
        columns.decision == reference, columns.type == "outcome.declared"
    )
    leaf = connection.execute(query).scalar()
    if leaf is None:
        return None, None
    opened = read_openings(connection, keys, [(leaf, "statement"), (leaf, "reason")])
    return opened.get((leaf, "statement")), opened.get((leaf, "reason"))


def read_titles(connection: Connection, keys: Keys, leaves: Iterable[int]) -> Mapping[int, str]:
    """The titles of decisions, by the number of their opening leaf."""
    opened = read_openings(connection, keys, [(n, "title") for n in leaves])
    return {n: value for (n, _), value in opened.items()}


def references(connection: Connection) -> frozenset[str]:
    """Every reference there is."""
    return frozenset(connection.execute(select(tables.decision.c.reference)).scalars())
