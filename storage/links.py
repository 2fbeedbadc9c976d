"""Finding whose link a token is, by its hash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select, update

from engine.links import hash_token, looks_like_token
from storage import tables


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """What a live link opens: one person's page for one decision."""

    decision: str
    practice: str
    person: str
    generation: int
    may_cast: bool


_BY_HASH = select(tables.link).where(tables.link.c.token_hash == bindparam("hash"))


def find_link(connection: Connection, token: str) -> LinkHolder | None:
    """The holder of a live link; None for unknown, malformed and revoked ones alike.

    The work is the same for each: one look-up by hash.
    """
    row = connection.execute(_BY_HASH, {"hash": hash_token(token)}).first()
    if row is None or row.revoked or not looks_like_token(token):
        return None
    return LinkHolder(row.decision, row.practice, row.person, row.generation, row.may_cast)


def is_live(connection: Connection, holder: LinkHolder) -> bool:
    """Whether this very link still opens something."""
    meant = {
        "of_decision": holder.decision,
        "of_practice": holder.practice,
        "of_person": holder.person,
        "of_generation": holder.generation,
    }
    return connection.execute(_LIVE, meant).first() is not None


_LIVE = select(tables.link.c.generation).where(
    tables.link.c.decision == bindparam("of_decision"),
    tables.link.c.practice == bindparam("of_practice"),
    tables.link.c.person == bindparam("of_person"),
    tables.link.c.generation == bindparam("of_generation"),
    tables.link.c.revoked.is_(False),
)


def live_generations(
    connection: Connection, decision: str, persons: Sequence[str]
) -> Mapping[tuple[str, str], int]:
    """The generation of each person's live link, by practice and person."""
    columns = tables.link.c
    found: dict[tuple[str, str], int] = {}
    for start in range(0, len(persons), 400):
        query = select(columns.practice, columns.person, columns.generation).where(
            columns.decision == decision,
            columns.revoked.is_(False),
            columns.person.in_(persons[start : start + 400]),
        )
        found |= {(row.practice, row.person): row.generation for row in connection.execute(query)}
    return found


def revoke_links(
    connection: Connection, person: str | None, practice: str | None = None
) -> list[LinkHolder]:
    """Kill every live link of a person, of a practice, or of a person at one; what they were."""
    columns = tables.link.c
    mine: list[ColumnElement[bool]] = [columns.revoked.is_(False)]
    if person is not None:
        mine.append(columns.person == person)
    if practice is not None:
        mine.append(columns.practice == practice)
    rows = connection.execute(select(tables.link).where(*mine)).all()
    connection.execute(update(tables.link).where(*mine).values(revoked=True))
    return [
        LinkHolder(row.decision, row.practice, row.person, row.generation, row.may_cast)
        for row in rows
    ]


def all_links(connection: Connection, decision: str) -> list[LinkHolder]:
    """Every live link of a decision, by practice and person."""
    columns = tables.link.c
    query = select(tables.link).where(columns.decision == decision, columns.revoked.is_(False))
    return [
        LinkHolder(row.decision, row.practice, row.person, row.generation, row.may_cast)
        for row in connection.execute(query.order_by(columns.practice, columns.person))
    ]


def live_links(connection: Connection, person: str) -> list[LinkHolder]:
    """Every live link of a person, by decision and practice."""
    columns = tables.link.c
    query = select(tables.link).where(columns.person == person, columns.revoked.is_(False))
    return [
        LinkHolder(row.decision, row.practice, row.person, row.generation, row.may_cast)
        for row in connection.execute(query.order_by(columns.decision, columns.practice))
    ]


def casters(connection: Connection, decision: str, practice: str) -> frozenset[str]:
    """The persons who may cast a practice's vote by a live link."""
    columns = tables.link.c
    query = select(columns.person).where(
        columns.decision == decision,
        columns.practice == practice,
        columns.may_cast.is_(True),
        columns.revoked.is_(False),
    )
    return frozenset(connection.execute(query).scalars())


def voices(connection: Connection, decision: str) -> frozenset[str]:
    """The practices where somebody holds a live link that may cast."""
    columns = tables.link.c
    query = select(columns.practice).where(
        columns.decision == decision, columns.may_cast.is_(True), columns.revoked.is_(False)
    )
    return frozenset(connection.execute(query.distinct()).scalars())


def left_without(connection: Connection, code: str) -> Mapping[str, list[str]]:
    """Running decisions, each with the practices whose last link that could cast is dead.

    Practices of the body of this code alone, and only open ones.
    """
    columns, practice = tables.link.c, tables.practice.c
    running = select(tables.wake.c.decision).where(tables.wake.c.kind == "deadline")
    live = func.sum(case((columns.revoked.is_(False), 1), else_=0))
    query = (
        select(columns.decision, columns.practice)
        .join(tables.practice, practice.ods_code == columns.practice)
        .where(practice.ccg_code == code, practice.status == "open")
        .where(columns.may_cast.is_(True), columns.decision.in_(running))
        .group_by(columns.decision, columns.practice)
        .having(live == 0)
        .order_by(columns.decision, columns.practice)
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.decision, []).append(row.practice)
    return found


def dead_links(connection: Connection, practice: str, person: str | None) -> list[LinkHolder]:
    """The newest link of each person (or one) of a practice in running decisions, if dead."""
    columns = tables.link.c
    running = columns.decision.in_(select(tables.wake.c.decision))
    query = select(tables.link).where(columns.practice == practice, running)
    if person is not None:
        query = query.where(columns.person == person)
    rows = connection.execute(query.order_by(columns.generation))
    newest = {(row.decision, row.person): row for row in rows}
    return [
        LinkHolder(row.decision, row.practice, row.person, row.generation, row.may_cast)
        for row in newest.values()
        if row.revoked
    ]
