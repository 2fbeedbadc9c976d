"""Loading a decision: its snapshot, and as many of its answers as a command needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from engine.commands import Scope
from engine.decision import Account, Comment, Decision, Phase, Vote
from engine.paper import Paper, paper_from
from engine.people import By
from engine.refusals import NoSuchDecision
from engine.trail import instant_from_text, parse
from storage import tables
from storage.keys import Keys
from storage.links import voices
from storage.openings import open_row, read_openings
from storage.reaching import heard, rung_alone
from storage.reminded import read_reminded
from storage.snapshot import from_snapshot

ERASED = "(has been erased)"
"""What stands where a value was, after its erasure."""

# Statements of the vote's own path are built once: building one costs more than running it.
_SNAPSHOT = select(tables.decision.c.snapshot).where(
    tables.decision.c.reference == bindparam("reference")
)
_PARTS = ("choice", "by", "text")
_OPENED = (
    select(tables.opening).where(tables.opening.c.field.in_(_PARTS)).order_by(tables.opening.c.n)
)


def _answers_with(*fields: str) -> Select[Any]:
    """Every answer of a round with its openings: one whose openings are gone is not left out."""
    opening, answer = tables.opening.c, tables.answer.c
    of_answer = (opening.n == answer.leaf) & opening.field.in_(fields)
    return (
        select(tables.opening, answer.practice, answer.question, answer.leaf)
        .select_from(tables.answer)
        .outerjoin(tables.opening, of_answer)
        .where(answer.decision == bindparam("reference"), answer.round == bindparam("round"))
        .order_by(answer.leaf)
    )


_CHOICES = _answers_with("choice")
_OWN_ANSWERS = _answers_with("choice", "by").where(
    tables.answer.c.practice == bindparam("practice")
)
_OWN_COMMENTS = _OPENED.join(tables.comment, tables.comment.c.leaf == tables.opening.c.n).where(
    tables.comment.c.decision == bindparam("reference"),
    tables.comment.c.practice == bindparam("practice"),
    tables.comment.c.phase == bindparam("phase"),
)
_ACCOUNTS = (
    select(tables.comment.c.leaf, tables.comment.c.practice, tables.comment.c.disposition)
    .where(tables.comment.c.decision == bindparam("reference"))
    .order_by(tables.comment.c.leaf)
)
_LATE = select(tables.late.c.person).where(
    tables.late.c.decision == bindparam("reference"),
    tables.late.c.round == bindparam("round"),
    tables.late.c.person == bindparam("person"),
)
_OPENING_LEAF = select(tables.decision.c.leaf).where(
    tables.decision.c.reference == bindparam("reference")
)


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf a decision is loaded, where only their own answers are needed."""

    practice: str
    person: str
    at: datetime | None = None  # when they ask: what is known of late votes matters after the close


def any_decision(connection: Connection) -> bool:
    """Whether anything has been decided, or put to practices, at all."""
    return connection.execute(select(tables.decision.c.reference).limit(1)).first() is not None


def load_decision(
    connection: Connection,
    keys: Keys,
    reference: str,
    scope: Scope = Scope.NOTHING,
    asker: Asker | None = None,
) -> Decision:
    """The decision with the answers that the scope names. Raises `NoSuchDecision`."""
    row = connection.execute(_SNAPSHOT, {"reference": reference}).first()
    if row is None:
        raise NoSuchDecision(f"No decision has the reference {reference!r}.")
    decision = from_snapshot(row.snapshot)
    if not decision.phases:  # opened by a release whose snapshots did not hold them
        decision = replace(decision, phases=_phases(connection, reference))
    if scope is Scope.NOTHING:
        return decision
    if scope is Scope.OWN and asker is not None:
        return _with_own(connection, keys, decision, asker)
    decision = replace(decision, answered=answered(connection, decision))
    if scope in {Scope.COMMENTS, Scope.ALL}:
        decision = replace(
            decision, heard=heard(connection, reference), rung=rung_alone(connection, reference)
        )
    if scope is Scope.ALL:
        decision = replace(decision, voices=voices(connection, reference))
        meant = {"reference": decision.reference, "round": decision.round}
        rows = connection.execute(_CHOICES, meant).all()
        votes = _votes(keys, rows)
        _require_all(votes)
        return replace(decision, votes=votes)
    decision = replace(decision, reminded=read_reminded(connection, reference))
    if scope is Scope.COMMENTS:
        return replace(decision, accounts=accounts(connection, reference))
    return decision


def _phases(connection: Connection, reference: str) -> tuple[Phase, ...]:
    """The phases that a decision has opened, from its leaves."""
    columns = tables.leaf.c
    query = select(columns.data).where(
        columns.decision == reference, columns.type == "phase.opened"
    )
    leaves = map(parse, connection.execute(query.order_by(columns.n)).scalars())
    return tuple(Phase(leaf["body"]["phase"], instant_from_text(leaf["at"])) for leaf in leaves)


def answered(connection: Connection, decision: Decision) -> frozenset[str]:
    """The practices that have answered in the last round of votes, or with a comment."""
    votes = select(tables.answer.c.practice).where(
        tables.answer.c.decision == decision.reference, tables.answer.c.round == decision.round
    )
    comments = select(tables.comment.c.practice).where(
        tables.comment.c.decision == decision.reference,
        tables.comment.c.at >= decision.answers_since,
    )
    return frozenset(connection.execute(votes if decision.round else comments).scalars())


def accounts(connection: Connection, reference: str) -> tuple[Account, ...]:
    """What became of each of the decision's comments."""
    rows = connection.execute(_ACCOUNTS, {"reference": reference})
    return tuple(Account(row.leaf, row.practice, row.disposition or "") for row in rows)


def _votes(keys: Keys, rows: Sequence[Row[Any]]) -> tuple[Vote, ...]:
    """Choices (and, where they were read, who gave them), by leaf; `None` for an unreadable one."""
    opened = {(row.leaf, row.field): open_row(keys, row) for row in rows if row.field}
    answers = {row.leaf: row for row in rows}
    return tuple(
        Vote(
            row.practice,
            row.question,
            opened.get((leaf, "choice")),  # type: ignore[arg-type] # see below: never counted
            _by(opened.get((leaf, "by"))),
            leaf,
        )
        for leaf, row in answers.items()
    )


def _shown(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """The votes for a reader: an erased choice says so. Never for counting."""
    return tuple(replace(v, choice=ERASED) if v.choice is None else v for v in votes)


def read_votes(connection: Connection, keys: Keys, decision: Decision) -> tuple[Vote, ...]:
    """Every standing vote of the last round, to be shown: an erased choice says so."""
    meant = {"reference": decision.reference, "round": decision.round}
    return _shown(_votes(keys, connection.execute(_CHOICES, meant).all()))


def _require_all(votes: Sequence[Vote]) -> None:
    """A vote that cannot be read stops the count: it is never left out in silence."""
    lost = ", ".join(sorted({vote.practice for vote in votes if vote.choice is None}))
    if lost:
        message = f"what {lost} chose cannot be read"
        raise LookupError(message)


def _by(value: Mapping[str, str] | None) -> By:
    return By(**value) if value else By(ERASED, ERASED)


def _with_own(connection: Connection, keys: Keys, decision: Decision, asker: Asker) -> Decision:
    """One practice's standing answers and comments, and whether this person came late before."""
    votes: tuple[Vote, ...] = ()
    if decision.round:
        meant = {"reference": decision.reference, "round": decision.round}
        rows = connection.execute(_OWN_ANSWERS, {**meant, "practice": asker.practice}).all()
        votes = _shown(_votes(keys, rows))
    due = decision.waiting
    over = decision.outcome is not None  # though a committee's step may still have its time
    late = asker.at is not None and (over or due is None or asker.at >= due.due_at)
    return replace(
        decision,
        votes=votes,
        comments=own_comments(connection, keys, decision, asker.practice),
        rejected=_rejected(connection, decision, asker.person) if late else frozenset(),
    )


def own_comments(
    connection: Connection, keys: Keys, decision: Decision, practice: str
) -> tuple[Comment, ...]:
    """A practice's comments in the present state, oldest first."""
    meant = {"reference": decision.reference, "practice": practice, "phase": decision.state}
    rows = connection.execute(_OWN_COMMENTS, meant).all()
    opened = {(row.n, row.field): open_row(keys, row) for row in rows}
    leaves = dict.fromkeys(row.n for row in rows)
    return tuple(
        Comment(practice, opened.get((n, "text")) or ERASED, _by(opened.get((n, "by"))), n)
        for n in leaves
    )


def _rejected(connection: Connection, decision: Decision, person: str) -> frozenset[str]:
    meant = {"reference": decision.reference, "round": decision.round, "person": person}
    return frozenset(connection.execute(_LATE, meant).scalars())


def read_paper(connection: Connection, keys: Keys, reference: str) -> Paper:
    """What the decision says in words."""
    leaf = connection.execute(_OPENING_LEAF, {"reference": reference}).scalar_one()
    fields = ("title", "summary", "paper")
    opened = read_openings(connection, keys, [(leaf, f) for f in fields])
    if len(opened) < len(fields):
        return Paper(ERASED, ERASED, erased=True)
    return paper_from(opened[leaf, "title"], opened[leaf, "summary"], opened[leaf, "paper"])


def read_outcome_words(
    connection: Connection, keys: Keys, reference: str
) -> tuple[str | None, str | None]:
    """The last outcome's statement and the reason that staff gave, where they gave one."""
    columns = tables.leaf.c
    query = (
        select(columns.n)
        .where(columns.decision == reference, columns.type == "outcome.declared")
        .order_by(columns.n.desc())
        .limit(1)
    )
    leaf = connection.execute(query).scalar()
    if leaf is None:
        return None, None
    opened = read_openings(connection, keys, [(leaf, "statement"), (leaf, "reason")])
    return opened.get((leaf, "statement")), opened.get((leaf, "reason"))


@dataclass(frozen=True, slots=True)
class MeetingWords:
    """What the record of a meeting says in words; `name` is M1, M2 and so on."""

    name: str
    place: str
    minute: str
    views: str


def read_meetings(
    connection: Connection, keys: Keys, decision: Decision
) -> tuple[MeetingWords, ...]:
    """The words of the decision's meetings, in the order in which they were recorded."""
    if not decision.meetings:
        return ()
    columns = tables.leaf.c
    query = select(columns.n).where(
        columns.decision == decision.reference, columns.type == "meeting.recorded"
    )
    leaves = list(connection.execute(query.order_by(columns.n)).scalars())
    fields = ("place", "minute", "views")
    opened = read_openings(connection, keys, [(n, f) for n in leaves for f in fields])
    return tuple(
        MeetingWords(
            meeting.name,
            opened.get((n, "place"), ERASED),
            opened.get((n, "minute"), ERASED),
            opened.get((n, "views"), ""),
        )
        for meeting, n in zip(decision.meetings, leaves, strict=True)
    )


def references(connection: Connection) -> frozenset[str]:
    """Every reference there is."""
    return frozenset(connection.execute(select(tables.decision.c.reference)).scalars())


def list_references(connection: Connection) -> list[str]:
    """Every reference, newest opened first."""
    columns = tables.decision.c
    query = select(columns.reference).order_by(columns.opened_at.desc(), columns.reference.desc())
    return list(connection.execute(query).scalars())
