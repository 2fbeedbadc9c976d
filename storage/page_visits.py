"""Whose page was opened: leafless rows beside the access log, which no rule looks at."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage import tables
from storage.links import LinkHolder
from storage.outbox import Status

_VISIT, _LETTER = tables.page_visit.c, tables.letter.c
_AGAIN = (
    update(tables.page_visit)
    .where(
        _VISIT.decision == bindparam("of_decision"),
        _VISIT.practice == bindparam("of_practice"),
        _VISIT.person == bindparam("of_person"),
        _VISIT.looks == bindparam("as_looks"),
    )
    .values(times=_VISIT.times + bindparam("more"), last_at=bindparam("at"))
)
_TAKEN_AT = select(func.max(_LETTER.settled_at)).where(
    _LETTER.decision == bindparam("of_decision"),
    _LETTER.practice == bindparam("of_practice"),
    _LETTER.person == bindparam("of_person"),
    _LETTER.status == Status.ACCEPTED,
)


def note_page_visit(
    connection: Connection, holder: LinkHolder, looks: str, now: datetime, times: int
) -> None:
    """Put down that a person's page was opened so many times more, the last time now."""
    meant = {
        "of_decision": holder.decision,
        "of_practice": holder.practice,
        "of_person": holder.person,
    }
    seen = connection.execute(_AGAIN, {**meant, "as_looks": looks, "more": times, "at": now})
    if seen.rowcount:
        return
    connection.execute(
        insert(tables.page_visit).values(
            decision=holder.decision,
            practice=holder.practice,
            person=holder.person,
            looks=looks,
            first_at=now,
            last_at=now,
            times=times,
        )
    )


def last_accepted(connection: Connection, holder: LinkHolder) -> datetime | None:
    """When the next hop took the last letter of this decision to this person."""
    meant = {
        "of_decision": holder.decision,
        "of_practice": holder.practice,
        "of_person": holder.person,
    }
    at: datetime | None = connection.execute(_TAKEN_AT, meant).scalar()
    return at
