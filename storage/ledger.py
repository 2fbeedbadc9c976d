"""The one writer of the trail: whatever appends a leaf is a page of this ledger.

A page is one write transaction. Its first statement takes the trail's head (BEGIN IMMEDIATE on
SQLite, SELECT … FOR UPDATE on PostgreSQL), so one organisation has one writer at a time; events,
projections, deadlines and letters owed are filed in the same commit or not at all. Nothing is sent
or fetched inside it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from engine.event import Event, Owner
from engine.trail import Edge, canonical, commitment, leaf_bytes, leaf_hash
from storage import tables
from storage.database import Database
from storage.keys import Keys
from storage.openings import account_key, decision_key, person_key, seal_opening
from storage.projections import project
from storage.sources import Now, RandomBytes

SALT = 32
HASH = 32

# Statements of every page are built once: building one costs more than running it.
_INSERTS = {table: insert(table) for table in tables.metadata.tables.values()}
_HEAD = tables.trail_head
_TAKE_HEAD = select(_HEAD).where(_HEAD.c.id == 1).with_for_update()
_MOVE_HEAD = (
    update(_HEAD)
    .where(_HEAD.c.id == 1, _HEAD.c.size == bindparam("size_now"))
    .values(peaks=bindparam("edge"), last_at=bindparam("at"))
)


@dataclass(slots=True)
class Page:
    """One write transaction on the trail. `now` is the instant of every leaf filed on it."""

    connection: Connection
    now: datetime
    edge: Edge
    keys: Keys
    random_bytes: RandomBytes
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)

    def file(self, event: Event) -> int:
        """Append an event as the next leaf, with its openings and projections; its number."""
        n = self.edge.size
        body = event.body()
        sealed = [(secret, self.random_bytes(SALT)) for secret in event.secrets()]
        body |= {secret.field: commitment(secret.value, salt) for secret, salt in sealed}
        self._append(n, event, body)
        for secret, salt in sealed:
            self.keep(n, secret.field, _owner(event, secret.owner), salt, secret.value)
        project(self.connection, self.add, event, n, self.now)
        return n

    def _append(self, n: int, event: Event, body: dict[str, Any]) -> None:
        data = leaf_bytes(n, self.now, event.type, body, event.v)
        hashed = leaf_hash(data)
        self.edge, nodes = self.edge.append(hashed)
        decision = getattr(event, "decision", None)
        row = {"n": n, "type": event.type, "decision": decision, "data": data, "hash": hashed}
        self.add(tables.leaf, row)
        for node in nodes:
            self.add(tables.node, {"level": node.level, "place": node.index, "hash": node.hash})

    def add(self, table: Table, row: dict[str, Any]) -> None:
        """Put a row by, to be inserted with the others of its table."""
        self.rows.setdefault(table, []).append(row)

    def keep(self, n: int, name: str, owner: str, salt: bytes, value: object) -> None:
        """Put an opening by."""
        self.add(tables.opening, seal_opening(self.keys, (n, name), owner, salt, value))

    def publish(self, kind: str, name: str, value: Any) -> tuple[str, bool]:  # noqa: ANN401
        """File a plain value under the digest of its canonical bytes; whether it is new."""
        data = canonical(value)
        digest = sha256(data).hexdigest()
        column = tables.published.c.digest
        known = self.connection.execute(select(column).where(column == digest)).first()
        if known is None:
            row = {"digest": digest, "kind": kind, "name": name, "data": data}
            self.connection.execute(insert(tables.published).values(row))
        return digest, known is None

    @property
    def written(self) -> tuple[int, int]:
        """How much has been filed so far: whatever raises it has left something on the page."""
        return self.edge.size, sum(len(held) for held in self.rows.values())

    def flush(self) -> None:
        """Write what was put by; the trail's tables first."""
        rows, self.rows = self.rows, {}
        if tables.leaf in rows:
            self._write(tables.leaf, rows.pop(tables.leaf))
            self._move_head()
        for table, held in rows.items():
            self._write(table, held)

    def _write(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        self.connection.execute(_INSERTS[table], list(rows))

    def _move_head(self) -> None:
        """The triggers have raised the size; the right edge follows, and must agree with it."""
        edge = {"size_now": self.edge.size, "edge": b"".join(self.edge.peaks), "at": self.now}
        moved = self.connection.execute(_MOVE_HEAD, edge)
        if moved.rowcount != 1:
            message = "the trail's head and its leaves disagree; nothing was written"
            raise RuntimeError(message)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A savepoint: what fails inside is undone, and the rest of the page goes on."""
        self.flush()
        edge = self.edge
        try:
            with self.connection.begin_nested():
                yield
                self.flush()
        except BaseException:
            self.edge, self.rows = edge, {}
            raise


def _owner(event: Event, owner: Owner) -> str:
    if owner is Owner.DECISION:
        return decision_key(getattr(event, "decision"))  # noqa: B009 - not every event has one
    if owner is Owner.ACCOUNT:
        return account_key(getattr(event, "year"))  # noqa: B009 - not every event has one
    if event.person is None:
        message = f"{event.type} holds a personal field but names no person"
        raise ValueError(message)
    return person_key(event.person)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Opens pages. `now` is the guarded clock; no leaf is dated before the last one."""

    database: Database
    keys: Keys
    now: Now
    random_bytes: RandomBytes

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A write transaction on the trail, committed at the end, undone on any exception."""
        with self.database.writing() as connection:
            size, peaks, last_at = take_head(connection)
            clock = self.now()
            now = clock if last_at is None else max(clock, last_at)
            page = Page(connection, now, Edge(size, peaks), self.keys, self.random_bytes)
            yield page
            page.flush()


def take_head(connection: Connection) -> tuple[int, tuple[bytes, ...], datetime | None]:
    """Lock the trail's head: the first statement of every page."""
    row = connection.execute(_TAKE_HEAD).one()
    return row.size, split_peaks(row.peaks), row.last_at


def split_peaks(peaks: bytes) -> tuple[bytes, ...]:
    """The right edge's hashes, from the bytes the head keeps."""
    return tuple(peaks[i : i + HASH] for i in range(0, len(peaks), HASH))
