"""A backup while voting goes on: one consistent copy, checked before it is called one.

The database, the keys and the documents are three files, for they are kept for different times:
whoever is erased can be read in no old copy once the copies of the keys of that day are gone. The
register, which the database holds in the clear, is sealed in the copy under each person's own key.
Signing key and link key are in none of them.
"""

import os
import sqlite3
import tarfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from engine.refusals import Unsafe
from engine.trail import Edge, canonical, instant_from_text, instant_text, leaf_hash
from storage.files import PRIVATE, clear_away, sync_folder
from storage.key_fit import KEY_STORE
from storage.keys import Erased, Keys
from storage.marks import BACKUP, COPY, LOCK_STORE, QUARANTINE
from storage.openings import person_key
from storage.triggers import expected_triggers

LEFT_OUT = "(left out of the copy)"
_SQLITE = b"SQLite format 3\x00"


class NoBackup(Unsafe):
    """No backup was made."""

    remedy = "Name another file, or say --force to replace what is there."


class NotSound(Unsafe):
    """This is no sound copy of a trail."""

    remedy = "Use another copy. If this is the newest one, keep it, and have it examined."


@dataclass(frozen=True, slots=True)
class Parts:
    """The files of a backup; keys and documents may be left out."""

    database: Path
    keys: Path | None
    documents: Path | None

    def __iter__(self) -> Iterator[Path]:
        """Those there are."""
        return (path for path in (self.database, self.keys, self.documents) if path is not None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a copy holds, read from the copy itself: its trail, whose it is, when it was made."""

    size: int
    root: bytes
    vkey: str
    link_key: str
    key_store: str  # empty in a copy of an earlier release, like the next
    lock_store: str
    made_at: datetime
    revision: str
    owners: frozenset[str]  # whose keys open what is in it


def copy_all(
    source: Path, keys: Keys, documents: Path, to: Parts, at: datetime, *, force: bool
) -> Facts:
    """Copy database, keys and documents, each under a temporary name until it is whole.

    Raises `NoBackup` where something is in the way, `NotSound` where what was copied is.
    """
    _require_free(to, force=force)
    with _new(to.database) as copy:
        _copy_sealed(source, copy, keys, at)
        facts = examine(copy)
    # The keys come after the database, so that none is missing that it was sealed with.
    if to.keys is not None:
        with _new(to.keys) as copy:
            keys.copy(copy, at)
    if to.documents is not None:
        with _new(to.documents) as copy:
            _pack(documents, copy)
    return facts


def _require_free(to: Parts, *, force: bool) -> None:
    if len({path.resolve() for path in to}) < len(list(to)):
        raise NoBackup("Two parts of the backup have the same name.", "Name another file.")
    taken = [str(path) for path in to if path.exists()]
    if taken and not force:
        raise NoBackup(f"There is something already: {', '.join(taken)}.")


@contextmanager
def _new(path: Path) -> Iterator[Path]:
    """A file of mode 0600 that has its name only once it is whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.new")
    clear_away(made)
    os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    try:
        yield made
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        made.replace(path)
        sync_folder(path.parent)
    finally:
        clear_away(made)


def _copy_sealed(source: Path, copy: Path, keys: Keys, at: datetime) -> None:
    """One step of the online backup, a view of one moment while writers go on; sealed; written.

    It is sealed in a database without a name, which the operating system takes away even from a
    process that is killed: only what is sealed is ever written where it can be found. Written
    anew, so that no old value lies between its rows.
    """
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect("")) as made:
        live.backup(made)
        with made:
            _seal_register(made, keys, at)
        made.execute("VACUUM INTO ?", (str(copy),))


def _seal_register(made: sqlite3.Connection, keys: Keys, at: datetime) -> None:
    """No name or address stays in the clear."""
    if made.execute("SELECT 1 FROM mark WHERE name = ?", (QUARANTINE,)).fetchone():
        raise NoBackup(
            "The database is itself a restored backup that nobody has released.",
            "Run `quorate restore --confirm` first.",
        )
    people = made.execute("SELECT id, name, email, phone FROM person").fetchall()
    keys.warm(person_key(person) for person, *_ in people)
    for person, name, email, phone in people:
        try:
            sealed = _sealed(keys, person, name, email, phone)
        except Erased:
            sealed = ""
        made.execute(
            "UPDATE person SET name = ?, email = '', phone = '' WHERE id = ?", (sealed, person)
        )
    for table, column in (("letter", "reason"), ("mark", "says"), ("wake", "parked")):
        told = f"UPDATE {table} SET {column} = ? WHERE {column} LIKE '%@%'"  # noqa: S608 - ours
        made.execute(told, (LEFT_OUT,))
    made.execute("DELETE FROM mark WHERE name = ?", (BACKUP,))
    made.execute("INSERT INTO mark (name, says) VALUES (?, ?)", (COPY, instant_text(at)))


def register_place(person: str) -> bytes:
    """What binds a sealed register entry to its person."""
    return f"register|{person}".encode()


def _sealed(keys: Keys, person: str, name: str, email: str, phone: str) -> str:
    entry = canonical({"name": name, "email": email, "phone": phone})
    return b64encode(keys.seal(person_key(person), entry, register_place(person))).decode()


def _pack(documents: Path, copy: Path) -> None:
    """Every document in one archive; each is named by its own SHA-256, and must be what it says."""
    with tarfile.open(copy, "w") as archive:
        for path in sorted(documents.iterdir()) if documents.is_dir() else ():
            if path.suffix:
                continue  # one that is being written now belongs to a later backup
            if sha256(path.read_bytes()).hexdigest() != path.name:
                raise NotSound(f"The document {path} is not what its name says.")
            archive.add(path, path.name)


def examine(copy: Path) -> Facts:
    """Check a copy through and through: file, triggers, every leaf. Raises `NotSound`."""
    with copy.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            raise NotSound(f"{copy} is no SQLite database.")
    uri = f"{copy.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as held:
            return _examined(held, copy)
    except sqlite3.DatabaseError as error:
        raise NotSound(f"{copy} cannot be read: {error}.") from None


def _examined(held: sqlite3.Connection, copy: Path) -> Facts:
    said = held.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise NotSound(f"{copy} is damaged: {said}.")
    marks = dict(held.execute("SELECT name, says FROM mark").fetchall())
    if COPY not in marks:
        raise NotSound(f"{copy} was not made by `quorate backup`.")
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    missing = expected_triggers("sqlite") - {name for (name,) in held.execute(query)}
    if missing:
        raise NotSound(f"{copy} lacks triggers of the trail: {', '.join(sorted(missing))}.")
    size, peaks = held.execute("SELECT size, peaks FROM trail_head").fetchone()
    edge = _hashed_again(held, copy)
    if (edge.size, b"".join(edge.peaks)) != (size, peaks):
        raise NotSound(f"{copy}: the leaves are not what the trail's head says they are.")
    return Facts(
        size=size,
        root=edge.root(),
        vkey=marks.get("vkey", ""),
        link_key=marks.get("link_key", ""),
        key_store=marks.get(KEY_STORE, ""),
        lock_store=marks.get(LOCK_STORE, ""),
        made_at=instant_from_text(marks[COPY]),
        revision=held.execute("SELECT version_num FROM alembic_version").fetchone()[0],
        owners=_owners(held),
    )


def _owners(held: sqlite3.Connection) -> frozenset[str]:
    openings = held.execute("SELECT DISTINCT key FROM opening")
    people = held.execute("SELECT id FROM person WHERE name <> ''")
    return frozenset([*(key for (key,) in openings), *(person_key(id_) for (id_,) in people)])


def _hashed_again(held: sqlite3.Connection, copy: Path) -> Edge:
    edge = Edge()
    for n, data, kept in held.execute("SELECT n, data, hash FROM leaf ORDER BY n"):
        if n != edge.size or not isinstance(data, bytes) or leaf_hash(data) != kept:
            raise NotSound(f"{copy}: leaf {edge.size} is not what was filed.")
        edge, _ = edge.append(kept)
    return edge


def prune_keys(folder: Path, keys: Keys, before: datetime) -> list[Path]:
    """Delete the copies of this store's keys in a folder that were made before then.

    Each is overwritten first. Files that are no such copies are left alone.
    """
    gone = []
    for path in sorted(folder.glob("*.keys")):
        made = keys.copied_at(path)
        if made is not None and made < before:
            size = path.stat().st_size
            with path.open("rb+") as file:
                file.write(bytes(size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            gone.append(path)
    if gone:
        sync_folder(folder)
    return gone
