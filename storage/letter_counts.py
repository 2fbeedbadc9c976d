"""Letters in numbers: how many are in which state, and which wait longest."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from storage import tables
from storage.outbox import Status

NOT_ALLOWED = "[mail] only_to does not allow this address"
"""Why a letter is skipped whose address is not on the list of those that may be written to."""


def count_by_status(connection: Connection, reference: str | None = None) -> Mapping[str, int]:
    """How many letters are in each status, of one decision or of all."""
    columns = tables.letter.c
    query = select(columns.status, func.count().label("number")).group_by(columns.status)
    if reference is not None:
        query = query.where(columns.decision == reference)
    return {row.status: row.number for row in connection.execute(query)}


def oldest_unsent(connection: Connection) -> datetime | None:
    """Since when the oldest letter that is still to go has been owed."""
    unsent = or_(
        tables.letter.c.status.in_((Status.OWED, Status.CLAIMED, Status.GOING, Status.DOUBT)),
        tables.letter.c.id.is_(None),
    )
    query = (
        select(func.min(tables.mailing.c.at))
        .outerjoin(tables.letter, tables.letter.c.mailing == tables.mailing.c.leaf)
        .where(
            or_(
                tables.mailing.c.status == "owed",
                and_(
                    tables.mailing.c.status == "expanded", unsent, tables.letter.c.id.is_not(None)
                ),
            )
        )
    )
    return connection.execute(query).scalar()


def troubled(connection: Connection, since: datetime) -> Mapping[str, int]:
    """Letters that failed or stay in doubt, of running decisions or since then: to be rung."""
    columns = tables.letter.c
    query = (
        select(columns.status, func.count().label("number"))
        .where(columns.status.in_((Status.FAILED, Status.AMBIGUOUS)))
        .where(columns.letter != "contact_ended")  # an old address may well be dead
        .where(_is_of_now(since))
        .group_by(columns.status)
    )
    return {row.status: row.number for row in connection.execute(query)}


def kept_back(connection: Connection, since: datetime) -> int:
    """Letters that the list of allowed addresses has kept back, of running decisions or since."""
    columns = tables.letter.c
    query = (
        select(func.count())
        .where(columns.status == Status.SKIPPED, columns.reason == NOT_ALLOWED)
        .where(_is_of_now(since))
    )
    return int(connection.execute(query).scalar_one())


def _is_of_now(since: datetime) -> ColumnElement[bool]:
    columns = tables.letter.c
    return or_(
        columns.decision.in_(select(tables.wake.c.decision)),
        columns.settled_at >= since,
    )


def count_unexpanded(
    connection: Connection, reference: str | None = None, status: str = "owed"
) -> int:
    """Letters of mailings that no postman has taken up yet; `held`: that none may take up."""
    columns = tables.mailing.c
    query = select(func.coalesce(func.sum(columns.letters), 0)).where(columns.status == status)
    if reference is not None:
        query = query.where(columns.decision == reference)
    return int(connection.execute(query).scalar_one())


def count_by_letter(connection: Connection, reference: str) -> Mapping[tuple[str, str], int]:
    """How many letters of a decision are in which state, by name and status, first owed first."""
    columns, mailing = tables.letter.c, tables.mailing.c
    first = func.min(mailing.leaf)
    names = select(mailing.letter).where(mailing.decision == reference)
    order = list(connection.execute(names.group_by(mailing.letter).order_by(first)).scalars())
    sent = (
        select(columns.letter, columns.status, func.count().label("number"))
        .where(columns.decision == reference)
        .group_by(columns.letter, columns.status)
    )
    found = {(row.letter, row.status): row.number for row in connection.execute(sent)}
    owed = select(mailing.letter, func.sum(mailing.letters).label("number")).where(
        mailing.decision == reference, mailing.status == "owed"
    )
    for row in connection.execute(owed.group_by(mailing.letter)):
        place = (row.letter, str(Status.OWED))
        found[place] = found.get(place, 0) + int(row.number)
    return {place: found[place] for place in sorted(found, key=lambda it: order.index(it[0]))}


def any_accepted(connection: Connection, since: datetime, until: datetime) -> bool:
    """Whether a relay took a letter between these instants."""
    columns = tables.letter.c
    between = (columns.settled_at > since, columns.settled_at <= until)
    query = select(columns.id).where(columns.status == Status.ACCEPTED, *between).limit(1)
    return connection.execute(query).first() is not None
