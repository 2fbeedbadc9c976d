"""Making and upgrading the store: tables, triggers, keys, and the trail's first leaf."""

import json
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from engine.events import TrailOpened
from engine.links import fingerprint
from engine.refusals import Unsafe
from storage.accounts import void_accounts
from storage.checkpoints import LockStore, Sealer
from storage.database import Database, connect, shown_url, sqlite_file
from storage.files import keep_private, require_private, write_private
from storage.key_fit import KEY_STORE, note_erased_before, require_same
from storage.keys import Keys, look
from storage.ledger import Ledger
from storage.marks import COPY, LOCK_STORE, QUARANTINE, raise_mark, read_mark, set_mark
from storage.proofs import read_edge, read_head
from storage.rotation import current_signer, finish_retiring
from storage.seal import make_signing_key
from storage.sources import Now, RandomBytes
from storage.triggers import missing_triggers

LINK_KEY = 32
_MIGRATIONS = Path(__file__).parent / "migrations"


class NotSetUp(Unsafe):
    """There is no database here yet."""

    remedy = "Run `quorate init` (or check `storage.url` in config.toml)."


class OldSchema(Unsafe):
    """The database is of an older release."""

    remedy = (
        "Stop everything, copy the database and the key files, then run `quorate init`, which "
        "upgrades it."
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Where the store's parts lie, and whose trail it is."""

    url: str
    origin: str
    signing_key: Path
    person_keys: Path
    link_key: Path
    checkpoint_store: str  # an address: of a file apart, or of another database


@dataclass(frozen=True, slots=True)
class Store:
    """An open store: the database, its one writer, the keys, and who signs the trail."""

    database: Database
    ledger: Ledger
    keys: Keys
    link_key: bytes
    vkey: str
    sealer: Sealer

    def close(self) -> None:
        """Give back what was opened."""
        self.database.close()
        self.sealer.store.close()


def set_up(places: Places, now: Now, random_bytes: RandomBytes) -> None:
    """Create or upgrade everything; safe to repeat. Never replaces a key."""
    file = sqlite_file(places.url)
    if file is not None:
        keep_private(file)  # the register is in it in the clear, and hashes of passwords
    database = connect(places.url)
    try:
        with database.writing() as connection:
            _upgrade(connection)
        with database.reading() as connection:
            if read_mark(connection, "vkey") is not None:
                _require_keys(places.signing_key, places.person_keys, places.link_key)
                require_same(
                    places.person_keys, look(places.person_keys), _said(connection, KEY_STORE)
                )
            if read_mark(connection, LOCK_STORE) is not None:
                require_lock_store(places.checkpoint_store, _said(connection, LOCK_STORE))
        if not places.signing_key.exists():
            make_signing_key(places.signing_key, random_bytes)
        named = partial(_named_by, database)
        signer = current_signer(places.signing_key, places.origin, named)
        if signer is None:
            raise Unsafe(f"The signing key {places.signing_key} cannot be read.")
        released = LockStore.make(places.checkpoint_store)
        lock_store = released.identify(random_bytes)
        released.close()
        if not places.link_key.exists():
            write_private(places.link_key, random_bytes(LINK_KEY).hex().encode() + b"\n")
        link_key = read_link_key(places.link_key)
        keys = Keys(places.person_keys, random_bytes)
        with database.reading() as connection:
            note_erased_before(connection, keys)
        ledger = Ledger(database, keys, now, random_bytes)
        _open_trail(ledger, places, signer.vkey, link_key, lock_store)
    finally:
        database.close()


def _upgrade(connection: Connection) -> None:
    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


@cache
def _newest_schema() -> str | None:
    """This release's own; finding it loads every migration."""
    return ScriptDirectory.from_config(_migrations()).get_current_head()


def _open_trail(
    ledger: Ledger, places: Places, vkey: str, link_key: bytes, lock_store: str
) -> None:
    with ledger.page_in_quarantine() as page:
        if page.edge.size == 0:
            page.file(TrailOpened(origin=places.origin, vkey=vkey))
            set_mark(page.connection, "vkey", page.now, vkey)
        if read_mark(page.connection, "link_key") is None:
            set_mark(page.connection, "link_key", page.now, fingerprint(link_key))
        set_mark(page.connection, LOCK_STORE, page.now, lock_store)
        set_mark(page.connection, KEY_STORE, page.now, page.keys.identify())
        known = read_mark(page.connection, "vkey")
    if known is None or known[1] != vkey:
        raise Unsafe(
            f"The signing key {places.signing_key}, or `[trail] origin`, is not the one that "
            "this trail was opened with.",
            "Put the right key file back, and the name as it was: they go into every signature.",
        )


def _require_database(url: str) -> None:
    """Connecting alone would make an empty file, which a restore then finds in its way."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise NotSetUp


def _require_keys(*paths: Path) -> None:
    """A key that the trail was begun with is never replaced: links and openings hang on it."""
    for path in paths:
        if not path.exists():
            raise Unsafe(
                f"The key file {path} is missing, and this database was set up with one.",
                "Put it back from where it is kept; a new one would open nothing.",
            )


def require_lock_store(url: str, known: str) -> None:
    """What was released is never forgotten: without it an old database could sign anew.

    `known` is the name of the store in the database's mark, empty in one of an earlier release.
    """
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise Unsafe(
            f"The checkpoint store {file} is missing, and this trail has released checkpoints.",
            "Put it back from where it is kept. It says what may never be signed otherwise.",
        )
    store = LockStore(url)
    try:
        ours = store.is_that_of(known)
    finally:
        store.close()
    if not ours:
        raise Unsafe(
            f"The checkpoint store {shown_url(url)} is not the one that this trail has released "
            "checkpoints in: it is another, or was made anew.",
            "Put the right one back. If it is lost for good, restore a backup with "
            "`quorate restore FILE --checkpoints-lost`.",
        )


def read_link_key(path: Path) -> bytes:
    """The link key from its private file."""
    if not path.exists():
        raise Unsafe(f"The link key {path} is missing.", "Put the key file back.")
    require_private(path)
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != LINK_KEY:
        raise Unsafe(
            f"{path} holds no link key: it should be {2 * LINK_KEY} hexadecimal digits.",
            "Put the right key file back.",
        )
    return key


def open_store(places: Places, now: Now, random_bytes: RandomBytes) -> Store:
    """Open what `set_up` made, refusing whatever is missing, old, altered or foreign."""
    _require_database(places.url)
    database = connect(places.url)
    try:
        with database.reading() as connection:
            _require_sound(connection)
            known = read_mark(connection, "link_key")
            vkey = read_mark(connection, "vkey")
            key_store = _said(connection, KEY_STORE)
            lock_store = _said(connection, LOCK_STORE)
        link_key = read_link_key(places.link_key)
        _require_same_key(places.link_key, link_key, known[1] if known else "")
        _require_keys(places.person_keys)
        require_same(places.person_keys, look(places.person_keys), key_store)
        require_lock_store(places.checkpoint_store, lock_store)
        keys = Keys(places.person_keys, random_bytes)
        named = partial(_named_by, database)
        signer = partial(current_signer, places.signing_key, places.origin, named)
        signer()  # refuses a file that is none, or that others can read
        released = LockStore(places.checkpoint_store)
        finish_retiring(database, released)
        hold_if_behind(database, released, now)
    except BaseException:
        database.close()
        raise
    ledger = Ledger(database, keys, now, random_bytes)
    sealer = Sealer(database, released, signer, now)
    return Store(database, ledger, keys, link_key, vkey[1] if vkey else "", sealer)


def hold_if_behind(database: Database, released: LockStore, now: Now) -> None:
    """A database that is older than what was released came from a backup, however it got here.

    Nothing may be put on record in it before a person has said so: it would be another history.
    Nor may anybody be signed in by what it says: who left since has an account in it.
    """
    newest = released.newest()  # before the trail, so that a sound trail is never behind
    if newest is None:
        return
    with database.reading() as reading:
        size = read_head(reading).size
        fits = size >= newest.size and read_edge(reading, newest.size).root() == newest.root
        if fits or read_mark(reading, QUARANTINE):
            return
    with database.writing() as writing:
        raise_mark(writing, QUARANTINE, now(), json.dumps({"size": size}))
        void_accounts(writing)


def _named_by(database: Database) -> str:
    with database.reading() as reading:
        return _said(reading, "vkey")


def _said(connection: Connection, mark: str) -> str:
    """A mark's words; none where there is no such mark."""
    found = read_mark(connection, mark)
    return found[1] if found else ""


def _require_same_key(path: Path, key: bytes, known: str) -> None:
    if known != fingerprint(key):
        raise Unsafe(
            f"The link key {path} is not the one this database was set up with.",
            "Put the right key file back; links made with another key would open nothing.",
        )


def _require_sound(connection: Connection) -> None:
    if not inspect(connection).has_table("trail_head"):
        raise NotSetUp
    if read_mark(connection, COPY) is not None:
        raise Unsafe(
            "This database is a backup: its register is sealed.",
            "Put it in place with `quorate restore FILE`; copying it is not enough.",
        )
    if MigrationContext.configure(connection).get_current_revision() != _newest_schema():
        raise OldSchema
    require_triggers(connection)


def require_triggers(connection: Connection) -> None:
    """Refuse a database whose triggers someone has removed."""
    missing = missing_triggers(connection)
    if missing:
        raise Unsafe(
            f"Triggers that hold the trail append-only are missing: {', '.join(sorted(missing))}.",
            "Someone has altered the database. Restore it, or have it examined.",
        )
