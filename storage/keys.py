"""The keys that openings and frozen letters are sealed with: one a person, one a decision.

They lie in a small file of their own, apart from the database and its backups, so that deleting a
key makes what it sealed unreadable everywhere (crypto-shredding). A key is synced to the disk
before the commit that uses it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.trail import instant_from_text, instant_text
from storage.files import create_private
from storage.sources import RandomBytes

NONCE = 12
KEY = 32
IDENTITY = 16
CHUNK = 500
"""Keys read at once."""


class Erased(LookupError):  # noqa: N818 - it says what is so
    """The key is gone, so what it sealed cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a file of keys is and has: its own random name, whose keys, whose keys were erased."""

    identity: str | None
    owners: frozenset[str]
    erased: frozenset[str]


def look(path: Path) -> Holding:
    """What a file of keys, or a copy of one, holds. Writes nothing; an empty one holds nothing."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as held:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        tables = {name for (name,) in held.execute(query)}

        def column(name: str, table: str) -> list[str]:
            if table not in tables:
                return []
            found = held.execute(f"SELECT {name} FROM {table}")  # noqa: S608 - our own names
            return [value for (value,) in found]

        identity = next(iter(column("id", "store")), None)
        return Holding(
            identity, frozenset(column("owner", "key")), frozenset(column("owner", "erased"))
        )


class Keys:
    """A key store in one SQLite file of mode 0600."""

    def __init__(self, path: Path, random_bytes: RandomBytes) -> None:
        self._path = path
        self._random = random_bytes
        self._known: dict[str, AESGCM] = {}
        self._seen: tuple[int, int] | None = None  # the file as it was when these were read
        self._lock = Lock()
        create_private(path)
        with self._open() as store:
            store.execute("CREATE TABLE IF NOT EXISTS key (owner TEXT PRIMARY KEY, key BLOB)")
            store.execute("CREATE TABLE IF NOT EXISTS erased (owner TEXT PRIMARY KEY)")
            store.execute("CREATE TABLE IF NOT EXISTS store (id TEXT)")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the key file, on the disk when it ends."""
        with closing(sqlite3.connect(self._path, timeout=20)) as store:
            store.execute("PRAGMA synchronous=FULL")
            store.execute("PRAGMA secure_delete=ON")
            with store:
                yield store

    def identify(self) -> str:
        """The store's own name, which databases that are sealed with it know; made once."""
        with self._open() as store:
            known = store.execute("SELECT id FROM store").fetchone()
            if known is None:
                known = (self._random(IDENTITY).hex(),)
                store.execute("INSERT INTO store VALUES (?)", known)
        return str(known[0])

    def holding(self) -> Holding:
        """What the file is, and has."""
        return look(self._path)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    def make(self, owners: Iterable[str]) -> None:
        """Make a key for each owner that has none, and sync them."""
        rows = [(owner, self._random(KEY)) for owner in owners]
        with self._open() as store:
            store.executemany("INSERT OR IGNORE INTO key VALUES (?, ?)", rows)

    def erase(self, *owners: str) -> None:
        """Delete keys for good, and write the file anew so that no page of it holds them still.

        That they were erased, and not lost, is noted in the same commit.
        """
        gone = [(owner,) for owner in owners]
        with self._lock:
            with self._open() as store:
                store.executemany("DELETE FROM key WHERE owner = ?", gone)
                store.executemany("INSERT OR IGNORE INTO erased VALUES (?)", gone)
            with closing(sqlite3.connect(self._path, timeout=20)) as store:
                store.execute("VACUUM")
            self._known.clear()

    def copy(self, to: Path, at: datetime) -> None:
        """Copy the whole store to a new file, which says when that was."""
        with closing(sqlite3.connect(self._path)) as live, closing(sqlite3.connect(to)) as copy:
            live.backup(copy)
            with copy:
                copy.execute("CREATE TABLE made (at TEXT)")
                copy.execute("INSERT INTO made VALUES (?)", (instant_text(at),))

    def copied_at(self, path: Path) -> datetime | None:
        """When a file was copied from this store; None where it is no copy of it."""
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
                theirs = dict(copy.execute("SELECT owner, key FROM key").fetchall())
                at = copy.execute("SELECT at FROM made").fetchone()
        except sqlite3.DatabaseError:
            return None
        with self._open() as store:
            ours = dict(store.execute("SELECT owner, key FROM key").fetchall())
        shared = any(ours.get(owner) == key for owner, key in theirs.items())
        return instant_from_text(at[0]) if shared and at else None

    def owners(self) -> frozenset[str]:
        """Whose keys there are."""
        with self._open() as store:
            return frozenset(owner for (owner,) in store.execute("SELECT owner FROM key"))

    def seal(self, owner: str, value: bytes, place: bytes) -> bytes:
        """AES-256-GCM under the owner's key; `place` binds the result to where it is kept."""
        nonce = self._random(NONCE)
        return nonce + self._cipher(owner).encrypt(nonce, value, place)

    def require(self, owner: str) -> None:
        """Raise `Erased` where the owner has no key."""
        self._cipher(owner)

    def unseal(self, owner: str, sealed: bytes, place: bytes) -> bytes:
        """The value again. Raises `Erased` when the key is gone, ValueError when it was altered."""
        try:
            return self._cipher(owner).decrypt(sealed[:NONCE], sealed[NONCE:], place)
        except InvalidTag:
            message = f"what is sealed at {place.decode()} was altered"
            raise ValueError(message) from None

    def _cipher(self, owner: str) -> AESGCM:
        self._forget_if_changed()
        known = self._known.get(owner)
        if known is None:
            loaded = self._load([owner])
            if owner not in loaded:
                raise Erased(owner)
            known = self._known[owner] = AESGCM(loaded[owner])
        return known

    def _forget_if_changed(self) -> None:
        """What another process has erased is not to be read from this one's memory either."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return
        now = (found.st_ino, found.st_mtime_ns)
        if now != self._seen:
            with self._lock:
                self._known.clear()
                self._seen = now

    def known(self, owners: Iterable[str]) -> frozenset[str]:
        """Which of these owners still have a key: what the others sealed has been erased."""
        asked = list(dict.fromkeys(owners))
        chunks = (asked[start : start + CHUNK] for start in range(0, len(asked), CHUNK))
        return frozenset(owner for chunk in chunks for owner in self._load(chunk))

    def warm(self, owners: Iterable[str]) -> None:
        """Load many keys in one read; erased ones are passed over."""
        missing = [owner for owner in dict.fromkeys(owners) if owner not in self._known]
        for start in range(0, len(missing), CHUNK):
            loaded = self._load(missing[start : start + CHUNK])
            with self._lock:
                self._known.update((owner, AESGCM(key)) for owner, key in loaded.items())

    def _load(self, owners: list[str]) -> Mapping[str, bytes]:
        with self._open() as store:
            marks = ",".join("?" * len(owners))
            query = f"SELECT owner, key FROM key WHERE owner IN ({marks})"  # noqa: S608 - marks only
            return dict(store.execute(query, owners).fetchall())
