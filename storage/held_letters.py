"""Letters of a restored database that may have gone out already: held for a person to say."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, func, select, update

from storage import tables
from storage.marks import RESTORED, marks_named
from storage.outbox import Claimed, Status, read_claimed

BECAUSE = "restored from a backup: it may have gone out already"

_UNSETTLED = (Status.OWED, Status.CLAIMED, Status.GOING, Status.DOUBT, Status.PARKED)


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


def release_letters(connection: Connection, reference: str, letter: str | None) -> int:
    """Owe the held letters of a decision (of one kind, or all) again; how many those were."""
    mine = _letters(reference, letter)
    freed = connection.execute(update(tables.letter).where(*mine).values(_OWED))
    return freed.rowcount + sum(owe_held(connection, reference, letter).values())


_OWED = {"status": Status.OWED, "reason": None}


def owe_held(connection: Connection, reference: str, letter: str | None) -> Mapping[int, int]:
    """Owe the held mailings of a decision again, by leaf; how many letters each is."""
    columns = tables.mailing.c
    mine = [columns.decision == reference, columns.status == "held"]
    if letter is not None:
        mine.append(columns.letter == letter)
    rows = connection.execute(select(columns.leaf, columns.letters).where(*mine))
    found = {row.leaf: int(row.letters) for row in rows}
    connection.execute(update(tables.mailing).where(*mine).values(status="owed"))
    return found


def hold_again(connection: Connection, mailing: int) -> None:
    """Hold the letters that were just made of a mailing."""
    columns = tables.letter.c
    made = (columns.mailing == mailing, columns.status == Status.OWED)
    connection.execute(update(tables.letter).where(*made).values(status=Status.HELD))


def take_held(connection: Connection, reference: str, letter: str | None) -> list[Claimed]:
    """Take the held letters of a decision (of one kind, or all) into one's hands, to settle them.

    In the caller's transaction: no postman sees them in between.
    """
    columns = tables.letter.c
    ids = list(connection.execute(select(columns.id).where(*_letters(reference, letter))).scalars())
    found: list[Claimed] = []
    for start in range(0, len(ids), _CHUNK):
        mine = columns.id.in_(ids[start : start + _CHUNK])
        taken = {"status": Status.CLAIMED, "fence": columns.fence + 1}
        connection.execute(update(tables.letter).where(mine).values(taken))
        found += read_claimed(connection, mine)
    return found


_CHUNK = 400


def _letters(reference: str, letter: str | None) -> list[ColumnElement[bool]]:
    columns = tables.letter.c
    mine = [columns.decision == reference, columns.status == Status.HELD]
    return mine if letter is None else [*mine, columns.letter == letter]


def restored_before(connection: Connection, leaf: int) -> int | None:
    """The last release with a loss before this leaf: after it, numbers stand for other leaves."""
    numbers = (int(name.removeprefix(RESTORED)) for name in marks_named(connection, RESTORED))
    return max((n for n in numbers if n < leaf), default=None)
