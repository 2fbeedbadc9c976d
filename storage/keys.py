"""The keys that openings and frozen letters are sealed with: one a person, one a decision.

They lie in a small file of their own, apart from the database and its backups, so that deleting a
key makes what it sealed unreadable everywhere (crypto-shredding). A key is synced to the disk
before the commit that uses it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.files import create_private
from storage.sources import RandomBytes

NONCE = 12
KEY = 32
CHUNK = 500
"""Keys read at once."""


class Erased(LookupError):  # noqa: N818 - it says what is so
    """The key is gone, so what it sealed cannot be read any more."""


class Keys:
    """A key store in one SQLite file of mode 0600."""

    def __init__(self, path: Path, random_bytes: RandomBytes) -> None:
        self._path = path
        self._random = random_bytes
        self._known: dict[str, AESGCM] = {}
        self._lock = Lock()
        create_private(path)
        with self._open() as store:
            store.execute("CREATE TABLE IF NOT EXISTS key (owner TEXT PRIMARY KEY, key BLOB)")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the key file, on the disk when it ends."""
        with closing(sqlite3.connect(self._path, timeout=20)) as store:
            store.execute("PRAGMA synchronous=FULL")
            store.execute("PRAGMA secure_delete=ON")
            with store:
                yield store

    def make(self, owners: Iterable[str]) -> None:
        """Make a key for each owner that has none, and sync them."""
        rows = [(owner, self._random(KEY)) for owner in owners]
        with self._open() as store:
            store.executemany("INSERT OR IGNORE INTO key VALUES (?, ?)", rows)

    def erase(self, owner: str) -> None:
        """Delete a key for good."""
        with self._lock, self._open() as store:
            store.execute("DELETE FROM key WHERE owner = ?", (owner,))
            self._known.pop(owner, None)

    def seal(self, owner: str, value: bytes, place: bytes) -> bytes:
        """AES-256-GCM under the owner's key; `place` binds the result to where it is kept."""
        nonce = self._random(NONCE)
        return nonce + self._cipher(owner).encrypt(nonce, value, place)

    def unseal(self, owner: str, sealed: bytes, place: bytes) -> bytes:
        """The value again. Raises `Erased` when the key is gone, ValueError when it was altered."""
        try:
            return self._cipher(owner).decrypt(sealed[:NONCE], sealed[NONCE:], place)
        except InvalidTag:
            message = f"what is sealed at {place.decode()} was altered"
            raise ValueError(message) from None

    def _cipher(self, owner: str) -> AESGCM:
        if owner not in self._known:
            self.warm([owner])
        known = self._known.get(owner)
        if known is None:
            raise Erased(owner)
        return known

    def known(self, owners: Iterable[str]) -> frozenset[str]:
        """Which of these owners still have a key: what the others sealed has been erased."""
        asked = frozenset(owners)
        self.warm(asked)
        return asked & frozenset(self._known)

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
