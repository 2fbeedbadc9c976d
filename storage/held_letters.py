"""Letters of a restored database that may have gone out already: held for a person to say."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select, update

from storage import tables
from storage.marks import RESTORED, marks_named
from storage.outbox import Status

BECAUSE = "restored from a backup: it may have gone out already"

_UNSETTLED = (Status.OWED, Status.CLAIMED, Status.GOING, Status.DOUBT)


def hold_letters(connection: Connection) -> int:
    """Hold everything that is owed, expanded or not; how many letters that is."""
    letters, mailings = tables.letter, tables.mailing
    held = connection.execute(
        update(letters)
        .where(letters.c.status.in_(_UNSETTLED))
        .values(status=Status.HELD, reason=BECAUSE, lease_until=None, fence=letters.c.fence + 1)
    )
    owed = connection.execute(
        select(func.coalesce(func.sum(mailings.c.letters), 0)).where(mailings.c.status == "owed")
    ).scalar_one()
    hold_mailings(connection, 0)
    return held.rowcount + int(owed)


def hold_mailings(connection: Connection, since: int) -> None:
    """Hold the mailings that are owed by leaves from this one on."""
    columns = tables.mailing.c
    connection.execute(
        update(tables.mailing)
        .where(columns.leaf >= since, columns.status == "owed")
        .values(status="held")
    )


def count_held(connection: Connection) -> Mapping[tuple[str, str], int]:
    """How many letters are held, by decision and kind."""
    letters, mailings = tables.letter.c, tables.mailing.c
    expanded = (
        select(letters.decision, letters.letter, func.count().label("number"))
        .where(letters.status == Status.HELD)
        .group_by(letters.decision, letters.letter)
    )
    owed = (
        select(mailings.decision, mailings.letter, func.sum(mailings.letters).label("number"))
        .where(mailings.status == "held")
        .group_by(mailings.decision, mailings.letter)
    )
    found: dict[tuple[str, str], int] = {}
    for query in (expanded, owed):
        for row in connection.execute(query):
            place = (row.decision, row.letter)
            found[place] = found.get(place, 0) + int(row.number)
    return dict(sorted(found.items()))


def release_letters(connection: Connection, reference: str, letter: str | None) -> None:
    """Owe the held letters of a decision (of one kind, or all) again."""
    letters, mailings = tables.letter.c, tables.mailing.c
    of_letters = [letters.decision == reference, letters.status == Status.HELD]
    of_mailings = [mailings.decision == reference, mailings.status == "held"]
    if letter is not None:
        of_letters.append(letters.letter == letter)
        of_mailings.append(mailings.letter == letter)
    connection.execute(
        update(tables.letter).where(*of_letters).values(status=Status.OWED, reason=None)
    )
    connection.execute(update(tables.mailing).where(*of_mailings).values(status="owed"))


def drop_held(connection: Connection, reference: str, letter: str | None, at: object) -> None:
    """Never send the held letters of a decision (of one kind, or all)."""
    letters, mailings = tables.letter.c, tables.mailing.c
    of_letters = [letters.decision == reference, letters.status == Status.HELD]
    of_mailings = [mailings.decision == reference, mailings.status == "held"]
    if letter is not None:
        of_letters.append(letters.letter == letter)
        of_mailings.append(mailings.letter == letter)
    connection.execute(
        update(tables.letter).where(*of_letters).values(status=Status.SKIPPED, settled_at=at)
    )
    connection.execute(update(tables.mailing).where(*of_mailings).values(status="dropped"))


def restored_before(connection: Connection, leaf: int) -> int | None:
    """The last release with a loss before this leaf: after it, numbers stand for other leaves."""
    numbers = (int(name.removeprefix(RESTORED)) for name in marks_named(connection, RESTORED))
    return max((n for n in numbers if n < leaf), default=None)
