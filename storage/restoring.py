"""Putting a backup in the place of a database: never over one, never out of quarantine."""

import json
import os
import shutil
import sqlite3
import tarfile
from base64 import b64decode
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from engine.links import fingerprint
from engine.refusals import Unsafe
from engine.trail import parse
from storage.checkpoints import LockStore
from storage.columns import micros
from storage.copying import Facts, NotSound, Parts, examine, register_place
from storage.database import sqlite_file
from storage.documents import Documents
from storage.files import BESIDE, PRIVATE, clear_away, sync_folder, write_private
from storage.key_fit import require_same, require_whole
from storage.keys import Erased, Keys, look
from storage.marks import BACKUP, COPY, LOCK_STORE, QUARANTINE
from storage.openings import person_key
from storage.rotation import bring_back, find_key, kept_key, lay_aside
from storage.setup import Places, read_link_key, require_lock_store
from storage.sources import RandomBytes


class NotRestored(Unsafe):
    """Nothing was restored."""

    remedy = "Put right what is named, and run it again."


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place: the copy's facts, what was moved aside, whom nobody can read."""

    facts: Facts
    aside: tuple[Path, ...]
    unreadable: int  # people whose keys are gone: they were erased since
    accounts: int  # of people who could sign in, and must be let in again
    documents: int
    signing_key: Path | None = None  # the kept key that is in use again, where it was replaced


def restore_all(  # noqa: PLR0913 - each is another thing that the operator says
    places: Places,
    documents: Path,
    parts: Parts,
    random_bytes: RandomBytes,
    now: datetime,
    *,
    force: bool,
    checkpoints_lost: bool,
    key_lost: bool = False,
) -> Restored:
    """Check everything, then put it in place, in quarantine. Raises `Unsafe` before it writes.

    Keys that are there stay as they are: a copy of them must not bring an erased person back. Where
    the signing key was changed after the backup, the one of its time comes back into use; with
    `key_lost` there is none, and the release must replace it without its word.
    """
    target = sqlite_file(places.url)
    if target is None:
        raise NotRestored(
            "Only a database in a file is restored by this command.",
            "Restore it with pg_restore; what opens it finds that it is older than what was "
            "released, and holds it in quarantine until `quorate restore --confirm`.",
        )
    facts = examine(parts.database)
    _require_keys(places, facts, parts.keys, key_lost=key_lost)
    if not checkpoints_lost:
        _require_lock_store(places.checkpoint_store, facts.lock_store)
    if _holds_something(target) and not force:
        raise NotRestored(f"{target} holds a database already.", "Say --force to move it aside.")
    _require_alone(target)
    made = target.with_name(f"{target.name}.restoring")
    try:
        _copy_private(parts.database, made)
        if not places.person_keys.exists() and parts.keys is not None:
            _put_keys(parts.keys, places.person_keys)
        keys = Keys(places.person_keys, random_bytes)
        lock_store = _new_lock_store(places, random_bytes) if checkpoints_lost else None
        unreadable, accounts = _open_register(made, keys, facts, now, lock_store)
        unpacked = _unpack(parts.documents, documents)
        aside = _move_aside(target, now)
        made.replace(target)
    finally:
        clear_away(made)
    sync_folder(target.parent)
    was = bring_back(places.signing_key, places.origin, facts.vkey)
    if was is None:
        lay_aside(places.signing_key, places.origin)
    key = was if was != places.signing_key else None
    return Restored(facts, aside, unreadable, accounts, unpacked, key)


def _require_keys(places: Places, facts: Facts, keys: Path | None, *, key_lost: bool) -> None:
    """The files that no backup holds must be back, and be those of this trail."""
    if fingerprint(read_link_key(places.link_key)) != facts.link_key:
        raise NotRestored(f"The link key {places.link_key} is not the one of this backup.")
    _require_signing_key(places, facts.vkey, lost=key_lost)
    if not places.person_keys.exists() and (keys is None or not keys.exists()):
        raise NotRestored(
            f"There are no keys: neither {places.person_keys} nor a copy of them.",
            "Name the copy with --keys, or put the file back.",
        )

    held = places.person_keys if places.person_keys.exists() else keys
    if held is not None:
        holding = look(held)
        require_same(held, holding, facts.key_store)
        require_whole(held, holding, facts.owners, facts.key_store)


def _require_signing_key(places: Places, vkey: str, *, lost: bool) -> None:
    """The key of the backup's time: the one in use, or one that a later one has replaced."""
    path = places.signing_key
    found = find_key(path, places.origin, vkey)
    if found is not None and lost:
        raise NotRestored(f"The signing key is not lost: it is {found}.", "Leave out --key-lost.")
    if found is None and not lost:
        here = "is not that of this backup" if path.exists() else "is missing"
        kept = kept_key(path, vkey)
        raise NotRestored(
            f"The signing key {path} {here}, nor is it {kept.name}; or `[trail] origin` is not "
            "what it was.",
            f"Put the key of that time beside it as {kept.name}. If it is lost for good, say "
            "--key-lost: audits will then say that a key was replaced on its own word.",
        )


def _require_lock_store(url: str, known: str) -> None:
    try:
        require_lock_store(url, known)
    except Unsafe as refused:
        raise NotRestored(
            f"{refused.says} Nothing tells what was released.",
            "Put it back. If it is lost for good, say --checkpoints-lost: the trail then goes on "
            "under a new signing key, as if leaves had been lost.",
        ) from None


def _new_lock_store(places: Places, random_bytes: RandomBytes) -> str:
    store = LockStore.make(places.checkpoint_store)
    try:
        return store.identify(random_bytes)
    finally:
        store.close()


def _holds_something(target: Path) -> bool:
    return target.exists() and target.stat().st_size > 0


def _copy_private(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    clear_away(to)
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    shutil.copyfile(source, to)


def _put_keys(copy: Path, to: Path) -> None:
    write_private(to, copy.read_bytes())
    with closing(sqlite3.connect(to)) as keys, keys:
        keys.execute("DROP TABLE IF EXISTS made")


def _open_register(
    made: Path, keys: Keys, facts: Facts, now: datetime, lock_store: str | None
) -> tuple[int, int]:
    """Names and addresses in the clear again, but of those whose keys are gone; how many are.

    The copy's mark gives way to the quarantine's in the same commit, which also takes away the
    accounts (how many is told too): who may no longer sign in had one when the copy was made.
    `lock_store` names the new store of checkpoints, where the old one is lost.
    """
    gone = 0
    with closing(sqlite3.connect(made)) as held:
        held.execute("PRAGMA synchronous=FULL")
        held.execute("PRAGMA secure_delete=ON")
        with held:
            for person, sealed in held.execute("SELECT id, name FROM person").fetchall():
                entry = _entry(keys, person, sealed)
                if entry is None:
                    gone += 1
                    held.execute("DELETE FROM post WHERE person = ?", (person,))
                    held.execute("DELETE FROM person WHERE id = ?", (person,))
                else:
                    told = "UPDATE person SET name = ?, email = ?, phone = ? WHERE id = ?"
                    held.execute(told, (entry["name"], entry["email"], entry["phone"], person))
            accounts = _void_accounts(held)
            says = json.dumps({"size": facts.size, "unknown": lock_store is not None})
            mark = "INSERT INTO mark (name, at, says) VALUES (?, ?, ?)"
            held.execute("DELETE FROM mark WHERE name IN (?, ?)", (COPY, BACKUP))
            held.execute(mark, (QUARANTINE, micros(now), says))
            held.execute(mark, (BACKUP, micros(facts.made_at), "the backup that was restored"))
            if lock_store is not None:
                held.execute("DELETE FROM mark WHERE name = ?", (LOCK_STORE,))
                held.execute(mark, (LOCK_STORE, micros(now), lock_store))
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    return gone, accounts


def _void_accounts(held: sqlite3.Connection) -> int:
    """A copy of an early release has none."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    tables = {name for (name,) in held.execute(query)}
    if "account" not in tables:
        return 0
    held.execute("DELETE FROM visit")
    return held.execute("DELETE FROM account").rowcount


def _entry(keys: Keys, person: str, sealed: str) -> dict[str, str] | None:
    if not sealed:
        return None
    try:
        opened = keys.unseal(person_key(person), b64decode(sealed), register_place(person))
    except Erased:
        return None
    except ValueError as error:
        raise NotSound(f"The register in the copy and the keys do not fit: {error}.") from None
    entry: dict[str, str] = parse(opened)
    return entry


def _unpack(archive: Path | None, documents: Path) -> int:
    """Put documents back, each checked against its name; how many there were."""
    if archive is None or not archive.exists():
        return 0
    kept, number = Documents(documents), 0
    with tarfile.open(archive) as packed:
        for member in packed:
            file = packed.extractfile(member) if member.isfile() else None
            content = file.read() if file is not None else b""
            if sha256(content).hexdigest() != member.name:
                raise NotSound(f"{archive}: {member.name!r} is not what its name says.")
            if kept.get(member.name) != content:  # an earlier try, or the disk, cut it off
                kept.remove([member.name])
                kept.put(content)
            number += 1
    return number


def _require_alone(target: Path) -> None:
    """Refuse while something has the old database open: it would go on writing to it, aside.

    Only who is alone can take it out of write-ahead mode, which leaves one file that is all of it.
    """
    if not _holds_something(target):
        return
    try:
        with closing(sqlite3.connect(target, timeout=1)) as old:
            alone = old.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete"
    except sqlite3.OperationalError:
        alone = False
    except sqlite3.DatabaseError:
        alone = True  # it is no database any more: whatever it is, it is kept
    if not alone:
        raise NotRestored(f"{target} is in use.", "Stop `quorate serve`, `web` and `worker` first.")


def _move_aside(target: Path, now: datetime) -> tuple[Path, ...]:
    """Give an old database another name; nothing is deleted."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    moved = []
    for end in BESIDE:
        old_file = target.with_name(target.name + end)
        if old_file.exists():
            moved.append(old_file.replace(target.with_name(f"{target.name}.{stamp}.aside{end}")))
    return tuple(moved)
