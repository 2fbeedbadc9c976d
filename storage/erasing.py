"""Deleting what the schedule or a person's wish has come to; the trail itself is never touched.

First everything goes from the database in the one commit that files the leaf, which leaves a mark;
then the key, the documents and what lies between the rows of files go; then the mark. A crash in
between leaves the mark, and whoever finds it goes on from there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from engine.trail import instant_from_text, parse
from storage import tables
from storage.corrections import forget_person
from storage.decisions import ERASED
from storage.keys import Keys
from storage.marks import set_mark
from storage.openings import Place, open_row, person_key
from storage.outbox import Status

MARK = "erasing "
CHUNK = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as the register has them."""

    person: str
    name: str
    email: str
    phone: str
    posts: tuple[tuple[str, str], ...]  # practice code (empty: the body) and role


@dataclass(frozen=True, slots=True)
class Held:
    """One opening: where it is, what kind of leaf it belongs to, under whose key, of what."""

    n: int
    field: str
    owner: str
    type: str
    decision: str

    @property
    def place(self) -> Place:
        """Its leaf's number and its field."""
        return self.n, self.field


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An erasure that is committed: keys and documents that have still to go."""

    name: str
    owners: tuple[str, ...] = ()
    documents: tuple[str, ...] = field(default=())


def people_at(connection: Connection, email: str) -> tuple[Entry, ...]:
    """Everybody with this address: a surgery may share one."""
    people, posts = tables.person.c, tables.post.c
    rows = connection.execute(
        select(tables.person).where(people.email == email.strip().casefold()).order_by(people.id)
    ).all()
    held: dict[str, list[tuple[str, str]]] = {row.id: [] for row in rows}
    query = select(tables.post).where(posts.person.in_(held)).order_by(posts.ods_code, posts.role)
    for post in connection.execute(query):
        held[post.person].append((post.ods_code, post.role))
    return tuple(Entry(row.id, row.name, row.email, row.phone, tuple(held[row.id])) for row in rows)


_HELD = (
    select(
        tables.opening.c.n,
        tables.opening.c.field,
        tables.opening.c.key,
        tables.leaf.c.type,
        tables.leaf.c.data,
    )
    .join(tables.leaf, tables.leaf.c.n == tables.opening.c.n)
    .order_by(tables.opening.c.n, tables.opening.c.field)
)


def sealed_with(connection: Connection, owner: str) -> tuple[Held, ...]:
    """Every opening under this key."""
    return tuple(_held(connection, _HELD.where(tables.opening.c.key == owner)))


def owners_used(connection: Connection) -> frozenset[str]:
    """Under whose keys openings lie."""
    return frozenset(connection.execute(select(tables.opening.c.key).distinct()).scalars())


def all_held(connection: Connection) -> tuple[Held, ...]:
    """Every opening there is."""
    return tuple(_held(connection, _HELD))


def _held(connection: Connection, query: object) -> Iterator[Held]:
    """A letter's leaf names its mailing, and the mailing its decision."""
    columns = tables.mailing.c
    mailed = connection.execute(select(columns.leaf, columns.decision))
    decisions = {row.leaf: row.decision for row in mailed}
    for row in connection.execute(query):  # type: ignore[call-overload] # a select, as all here
        body = parse(row.data)["body"]
        decision = body.get("decision") or decisions.get(body.get("mailing"), "")
        yield Held(row.n, row.field, row.key, row.type, decision)


def mentions(connection: Connection, keys: Keys, entry: Entry) -> tuple[Held, ...]:
    """Openings under other keys that hold the person's name or address in words."""
    wanted = [word.casefold() for word in (entry.name, entry.email) if word]
    columns = tables.opening.c
    rows = connection.execute(select(tables.opening).where(columns.key != person_key(entry.person)))
    found = {
        (row.n, row.field)
        for row in rows
        if any(word in str(open_row(keys, row)).casefold() for word in wanted)
    }
    return tuple(held for held in all_held(connection) if held.place in found)


def ended_at(connection: Connection) -> Mapping[str, datetime]:
    """When each decision ended that waits for nothing any more: its last outcome, or act on it."""
    running = select(tables.wake.c.decision)
    columns = tables.leaf.c
    last = (
        select(columns.decision, func.max(columns.n).label("n"))
        .where(columns.type.in_(("outcome.declared", "body.acted")))
        .where(columns.decision.not_in(running))
        .group_by(columns.decision)
        .subquery()
    )
    rows = connection.execute(
        select(last.c.decision, columns.data).join(tables.leaf, columns.n == last.c.n)
    )
    return {row.decision: instant_from_text(parse(row.data)["at"]) for row in rows}


def delete_openings(connection: Connection, places: Iterable[Place]) -> None:
    """Delete openings; the commitments in their leaves stand for nothing readable any more."""
    columns = tables.opening.c
    for n, name in places:
        connection.execute(delete(tables.opening).where(columns.n == n, columns.field == name))


def receipts_of(connection: Connection, leaves: Iterable[int]) -> tuple[int, ...]:
    """Mailings whose letters tell of one of these leaves, and so repeat its words."""
    wanted = frozenset(leaves)
    columns = tables.mailing.c
    rows = connection.execute(
        select(columns.leaf, columns.context).where(columns.context.contains('"leaves"'))
    )
    return tuple(row.leaf for row in rows if wanted & set(json.loads(row.context)["leaves"]))


def letters_of(connection: Connection, person: str) -> tuple[int, ...]:
    """The letters to a person, by id."""
    columns = tables.letter.c
    query = select(columns.id).where(columns.person == person).order_by(columns.id)
    return tuple(connection.execute(query).scalars())


def letters_telling(connection: Connection, mailings: Iterable[int]) -> tuple[int, ...]:
    """The letters of these mailings, by id."""
    columns = tables.letter.c
    return tuple(
        found
        for chunk in _chunks(mailings)
        for found in connection.execute(
            select(columns.id).where(columns.mailing.in_(chunk)).order_by(columns.id)
        ).scalars()
    )


def letters_about(connection: Connection, reference: str) -> tuple[int, ...]:
    """Every letter of a decision, by id."""
    columns = tables.letter.c
    query = select(columns.id).where(columns.decision == reference).order_by(columns.id)
    return tuple(connection.execute(query).scalars())


def still_there(connection: Connection, held: Iterable[Held]) -> tuple[Held, ...]:
    """Those of these openings that nobody has erased since they were looked for."""
    wanted = {each.place: each for each in held}
    leaves, columns = sorted({n for n, _ in wanted}), tables.opening.c
    found: list[Held] = []
    for chunk in _chunks(leaves):
        query = select(columns.n, columns.field).where(columns.n.in_(chunk))
        rows = connection.execute(query.order_by(columns.n, columns.field))
        found += [wanted[row.n, row.field] for row in rows if (row.n, row.field) in wanted]
    return tuple(found)


def any_going(connection: Connection, letters: Iterable[int]) -> bool:
    """Whether one of these letters is going out at this moment."""
    columns = tables.letter.c
    return any(
        connection.execute(
            select(columns.id).where(columns.id.in_(chunk), columns.status == Status.GOING).limit(1)
        ).first()
        for chunk in _chunks(letters)
    )


def forget_letters(connection: Connection, letters: Iterable[int]) -> None:
    """Forget the bytes of these letters, and take them from whoever has them in hand.

    What has not gone is then given up by the post, with a leaf: it finds nobody to write to, or
    nothing to tell.
    """
    columns = tables.letter.c
    for chunk in _chunks(letters):
        mine = columns.id.in_(chunk)
        connection.execute(
            update(tables.letter)
            .where(mine, columns.status == Status.CLAIMED)
            .values(status=Status.OWED, lease_until=None, fence=columns.fence + 1)
        )
        connection.execute(update(tables.letter).where(mine).values(frozen=None))


def forget_entry(connection: Connection, entry: Entry) -> None:
    """Take a person off the register, and their address out of what the post has noted."""
    forget_person(connection, entry.person)
    for table in (tables.post, tables.account, tables.visit, tables.seen, tables.reply):
        connection.execute(delete(table).where(table.c.person == entry.person))
    connection.execute(delete(tables.person).where(tables.person.c.id == entry.person))
    letter, mark = tables.letter.c, tables.mark.c
    for word in (entry.email, entry.name):
        connection.execute(
            update(tables.letter)
            .where(letter.person == entry.person, letter.reason.contains(word, autoescape=True))
            .values(reason=ERASED)
        )
        connection.execute(
            update(tables.mark).where(mark.says.contains(word, autoescape=True)).values(says=ERASED)
        )


def note_unfinished(connection: Connection, left: Unfinished, at: datetime) -> None:
    """The mark that makes what follows the commit certain to be finished."""
    says = json.dumps({"owners": left.owners, "documents": left.documents})
    set_mark(connection, f"{MARK}{left.name}", at, says)


def unfinished(connection: Connection) -> Sequence[Unfinished]:
    """Erasures that are committed and not yet finished, by name."""
    columns = tables.mark.c
    query = select(columns.name, columns.says).where(columns.name.startswith(MARK))
    return [
        Unfinished(
            row.name.removeprefix(MARK),
            tuple(json.loads(row.says)["owners"]),
            tuple(json.loads(row.says)["documents"]),
        )
        for row in connection.execute(query.order_by(columns.name))
    ]


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    held = list(ids)
    for start in range(0, len(held), CHUNK):
        yield held[start : start + CHUNK]
