"""Checkpoints: what is released, kept apart from the database, and never taken back.

The lock store is a small database of its own, with one row: the newest released checkpoint. It is
moved on by compare-and-set and synced before anybody is shown the checkpoint, so that whoever
restores an old database cannot make it sign another history (the order of Sunlight's logs). Before
signing, the stored bytes are read again and hashed again, so that a flipped bit on the disk is
found before it is vouched for (the log Yeti 2022 lost its life to one).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import IntegrityError

from engine.errors import Refused
from engine.notes import Checkpoint, read_checkpoint
from engine.trail import Edge, leaf_hash
from storage import tables
from storage.database import Database, connect, sqlite_file
from storage.files import create_private, require_private
from storage.ledger import split_peaks
from storage.marks import QUARANTINE, clear_mark, raise_mark, read_mark
from storage.proofs import read_edge, read_head
from storage.seal import Signer
from storage.sources import Now, RandomBytes

IDENTITY = 16
"""Random bytes of a store's name."""

CHUNK = 2_000
"""Leaves hashed again at a time."""

ALARM = "unsigned"
"""The mark that health shows while no checkpoint can be signed."""

_TABLE = "CREATE TABLE IF NOT EXISTS released (id INTEGER PRIMARY KEY, note TEXT NOT NULL)"
_NAMED = "CREATE TABLE IF NOT EXISTS lock_store (id TEXT NOT NULL)"
_RETIRED = "CREATE TABLE IF NOT EXISTS retired (note TEXT NOT NULL)"

_ADVISORY = 7_405_316_442
"""The number of PostgreSQL's advisory lock that the one who signs holds."""


class WillNotSign(Refused):
    """The trail is not what was released before, so nothing is signed."""

    remedy = (
        "Nothing was released. Keep the database as it is, and see "
        "docs/how-to/back-up-and-restore.md."
    )


class LockStore:
    """The newest released checkpoint, in a database of its own."""

    def __init__(self, url: str) -> None:
        file = sqlite_file(url)
        if file is not None:
            require_private(file)
        self._database = connect(url)

    @classmethod
    def make(cls, url: str) -> "LockStore":
        """The store, made where there is none yet. What it holds is never replaced."""
        file = sqlite_file(url)
        if file is not None:
            create_private(file)
        store = cls(url)
        with store._database.writing() as writing:
            writing.execute(text(_TABLE))
        return store

    def identify(self, random_bytes: RandomBytes) -> str:
        """The store's own name, which the trail's database knows; made once."""
        with self._database.writing() as writing:
            writing.execute(text(_NAMED))
            known = writing.execute(text("SELECT id FROM lock_store")).scalar()
            if known is None:
                known = random_bytes(IDENTITY).hex()
                writing.execute(text("INSERT INTO lock_store (id) VALUES (:id)"), {"id": known})
        return str(known)

    def is_that_of(self, known: str) -> bool:
        """Whether this is the store that a trail's database knows, and was never emptied."""
        with self._database.reading() as reading:
            there = inspect(reading)
            if not there.has_table("released"):
                return False
            if not known:
                return True  # of an earlier release, which gave no names
            if not there.has_table("lock_store"):
                return False
            return reading.execute(text("SELECT id FROM lock_store")).scalar() == known

    def newest(self) -> Checkpoint | None:
        """The newest released checkpoint; None before the first."""
        with self._database.reading() as reading:
            note = reading.execute(text("SELECT note FROM released WHERE id = 1")).scalar()
        return read_checkpoint(note) if note else None

    def advance(self, known: Checkpoint | None, new: Checkpoint) -> bool:
        """Put the new one in the known one's place, on the disk; False where that is not there."""
        if known is None:
            return self._first(new)
        move = text("UPDATE released SET note = :new WHERE id = 1 AND note = :known")
        with self._database.writing() as writing:
            return writing.execute(move, {"new": new.note, "known": known.note}).rowcount == 1

    def _first(self, new: Checkpoint) -> bool:
        put = text("INSERT INTO released (id, note) VALUES (1, :new)")
        with suppress(IntegrityError), self._database.writing() as writing:
            writing.execute(put, {"new": new.note})
            return True
        return False

    def retire(self, note: str) -> None:
        """Lay a released checkpoint aside, for good, where leaves it covers are lost.

        Only a person's release of a restored backup does this, and the trail says so. What was
        laid aside is kept: it is evidence.
        """
        with self._database.writing() as writing:
            writing.execute(text(_RETIRED))
            gone = writing.execute(text("DELETE FROM released WHERE note = :n"), {"n": note})
            if gone.rowcount:
                writing.execute(text("INSERT INTO retired (note) VALUES (:n)"), {"n": note})

    def retired(self) -> tuple[str, ...]:
        """The notes that were laid aside, as they were signed."""
        with self._database.writing() as writing:
            writing.execute(text(_RETIRED))
            return tuple(writing.execute(text("SELECT note FROM retired")).scalars())

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()


@dataclass(frozen=True, slots=True)
class Sealer:
    """Signs what the trail has become, and releases it. Without a signer it only reads.

    The key is read each time, so that one that was rotated by another process is taken up.
    """

    database: Database
    store: LockStore
    signer: Callable[[], Signer | None]
    now: Now

    def newest(self) -> Checkpoint | None:
        """The newest released checkpoint. Signs nothing."""
        return self.store.newest()

    def unsigned(self) -> int:
        """How many leaves no released checkpoint covers."""
        newest = self.newest()
        with self.database.reading() as reading:
            size = read_head(reading).size
        return max(0, size - (newest.size if newest else 0))

    def seal(self) -> Checkpoint | None:
        """Release a checkpoint over every leaf there is; the newest one, whoever signed it.

        Raises `WillNotSign`, which health shows, where the trail is behind what was released, or
        is not its continuation, or is not what its own hashes say.
        """
        try:
            newest = self._seal()
        except WillNotSign as refused:
            with self.database.writing() as writing:
                raise_mark(writing, ALARM, self.now(), refused.says)
            raise
        self._all_is_well()
        return newest

    def _all_is_well(self) -> None:
        with self.database.reading() as reading:
            if read_mark(reading, ALARM) is None:
                return
        with self.database.writing() as writing:
            clear_mark(writing, ALARM)

    def _seal(self) -> Checkpoint | None:
        """What is known is read before the trail, so a sound trail is never behind it."""
        while True:
            known = self.store.newest()
            with self._turn() as connection:
                if connection is None:
                    return known
                new = self._next(connection, known)
                if new is None or self.store.advance(known, new):
                    return new or known

    @contextmanager
    def _turn(self) -> Iterator[Connection | None]:
        """One consistent view of the trail; None where another process is at it now."""
        with self.database.reading() as reading:
            if reading.dialect.name == "postgresql":
                take = text("SELECT pg_try_advisory_xact_lock(:n)")
                if not reading.execute(take, {"n": _ADVISORY}).scalar():
                    yield None
                    return
            yield reading

    def _next(self, reading: Connection, known: Checkpoint | None) -> Checkpoint | None:
        if read_mark(reading, QUARANTINE) is not None:
            raise WillNotSign("The database came back from a backup that nobody has released.")
        head = reading.execute(select(tables.trail_head)).one()
        size, root = head.size, Edge(head.size, split_peaks(head.peaks)).root()
        if known is not None:
            _require_ahead(known, size, root)
        if size == 0 or (known is not None and known.size == size):
            return None
        signer = self.signer()
        if signer is None:
            return None
        _require_key(reading, signer)
        if self._hashed_again(reading, known, size) != root:
            raise WillNotSign("The trail's leaves are not what its head says they are.")
        return signer.seal(size, root)

    def _hashed_again(self, reading: Connection, known: Checkpoint | None, size: int) -> bytes:
        """The root over the stored bytes; what was released before is taken from its nodes."""
        edge = Edge()
        if known is not None:
            edge = read_edge(reading, known.size)
            if edge.root() != known.root:
                raise WillNotSign(
                    f"The first {known.size} leaves are not those of the checkpoint that was "
                    "released for them."
                )
        leaf = tables.leaf.c
        while edge.size < size:
            part = (leaf.n >= edge.size, leaf.n < min(edge.size + CHUNK, size))
            rows = reading.execute(
                select(leaf.n, leaf.data, leaf.hash).where(*part).order_by(leaf.n)
            )
            before = edge.size
            for row in rows:
                hashed = leaf_hash(row.data)
                if row.n != edge.size or hashed != row.hash:
                    raise WillNotSign(f"Leaf {edge.size} is not what was filed: its hash differs.")
                edge, _ = edge.append(hashed)
            if edge.size == before:
                raise WillNotSign(f"Leaf {edge.size} is missing.")
        return edge.root()


def _require_ahead(known: Checkpoint, size: int, root: bytes) -> None:
    if size < known.size:
        raise WillNotSign(
            f"The trail has {size} leaves, and a checkpoint over {known.size} was released: "
            "this database is older than what is known outside."
        )
    if size == known.size and root != known.root:
        raise WillNotSign(f"The trail's root at {size} leaves is not the one that was released.")


def _require_key(reading: Connection, signer: Signer) -> None:
    """The key must be the one that the trail's own leaves name."""
    named = read_mark(reading, "vkey")
    if named is None or named[1] != signer.vkey:
        raise WillNotSign("The signing key is not the one that the trail names.")
