"""Letters that ended without reaching a practice, and who there has not been tried yet."""

import json
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from engine.case import Case
from engine.reaching import ASKS, REPEATS
from engine.trail import parse
from storage import tables
from storage.outbox import Status
from storage.reaching import heard, last_asked
from storage.register import Member, people_at

TELLING = ASKS + REPEATS
"""The letters that tell a practice what it is asked."""

_UNDER_WAY = (Status.OWED, Status.CLAIMED, Status.GOING, Status.DOUBT, Status.HELD)


def waited_for(
    connection: Connection, reference: str, since: int, nobody: Collection[str]
) -> frozenset[str]:
    """The practices to which a letter that tells them is still to go, or is in doubt.

    `nobody` are practices of the roll without anybody to write to: mailings to the roll bring
    those no letter.
    """
    letter, mailing = tables.letter.c, tables.mailing.c
    waiting = select(letter.practice).where(
        letter.decision == reference,
        letter.mailing >= since,
        letter.letter.in_(TELLING),
        letter.status.in_(_UNDER_WAY),
    )
    unmade = select(mailing.practices, mailing.letter).where(
        mailing.decision == reference,
        mailing.leaf >= since,
        mailing.letter.in_(TELLING),
        mailing.status.in_(("owed", "held")),
    )
    found = set(connection.execute(waiting.distinct()).scalars())
    for row in connection.execute(unmade):
        to = set(json.loads(row.practices))
        found |= to if row.letter == "asked_again" else to.difference(nobody)
    return frozenset(found)


def lost(connection: Connection, case: Case) -> tuple[str, ...]:
    """The practices that nothing has reached, and to which no letter is on its way either.

    In the roll's order; whoever is out of the vote is left out.
    """
    reference = case.decision.reference
    since, known = last_asked(connection, reference), heard(connection, reference)
    if since is None or known is None:
        return ()
    coming = waited_for(connection, reference, since, case.roll.unreachable)
    out = known | coming | case.decision.excluded
    return tuple(code for code in case.roll.practices if code not in out)


def next_contacts(
    connection: Connection, reference: str, practice: str, since: int
) -> tuple[Member, ...]:
    """People of the practice who have not been tried at the address they have now, by rank.

    Whoever was not in the audience counts among them, and whoever's address was corrected since:
    they were given a new link then.
    """
    tried = _tried(connection, reference, practice, since)
    renewed = _renewed(connection, reference, practice)
    return tuple(
        member
        for member in people_at(connection, practice)
        if member.person not in tried or renewed.get(member.person, -1) > tried[member.person]
    )


def _tried(connection: Connection, reference: str, practice: str, since: int) -> dict[str, int]:
    """Whoever was written to, each with the last mailing."""
    columns = tables.letter.c
    query = select(columns.person, columns.mailing).where(
        columns.decision == reference,
        columns.practice == practice,
        columns.mailing >= since,
        columns.letter.in_(TELLING),
    )
    rows = connection.execute(query.order_by(columns.mailing))
    return {row.person: row.mailing for row in rows}


def _renewed(connection: Connection, reference: str, practice: str) -> dict[str, int]:
    """The leaf that last gave each person of the practice another link than their first."""
    columns = tables.leaf.c
    query = select(columns.n, columns.data).where(
        columns.decision == reference, columns.type == "link.issued"
    )
    issued = ((row.n, parse(row.data)["body"]) for row in connection.execute(query))
    return {
        body["person"]: n
        for n, body in issued
        if body["practice"] == practice and body["generation"] > 1
    }


def is_noted(connection: Connection, reference: str, practice: str, since: int) -> bool:
    """Whether the trail says already that this practice was not reached."""
    columns = tables.leaf.c
    query = select(columns.data).where(
        columns.decision == reference, columns.type == "practice.unreached", columns.n > since
    )
    bodies = (parse(data)["body"] for data in connection.execute(query).scalars())
    return any(body["practice"] == practice for body in bodies)


def practices_told(connection: Connection, letters: Iterable[int]) -> set[tuple[str, str]]:
    """The decision and practice that these letters were to tell."""
    columns = tables.letter.c
    query = select(columns.decision, columns.practice).where(
        columns.id.in_(list(letters)), columns.letter.in_(TELLING), columns.practice != ""
    )
    return {(row.decision, row.practice) for row in connection.execute(query)}


def running(connection: Connection) -> list[str]:
    """Every decision that waits for a deadline."""
    columns = tables.wake.c
    query = select(columns.decision).where(columns.kind == "deadline").distinct()
    return list(connection.execute(query.order_by(columns.decision)).scalars())
