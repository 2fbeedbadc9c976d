"""A new signing key after leaves were lost: prepared, named in the trail, then put in its place.

The new key's file is there before the commit that names it. What follows the commit (the old
checkpoint is laid aside, the files change names) is done by whoever opens the store next, too.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from engine.notes import read_verifier_key
from storage.checkpoints import LockStore
from storage.database import Database
from storage.files import sync_folder
from storage.ledger import Page
from storage.marks import clear_mark, read_mark, set_mark
from storage.seal import Signer, make_signing_key, read_signer
from storage.sources import RandomBytes

MARK = "handover"


@dataclass(frozen=True, slots=True)
class Handover:
    """Where the keys lie, and under which name they sign."""

    signing_key: Path
    origin: str

    @property
    def next_key(self) -> Path:
        """The file of the key to come."""
        return self.signing_key.with_name(f"{self.signing_key.name}.next")

    def prepare(self, random_bytes: RandomBytes) -> Signer:
        """The new key, made and on the disk; the same one where an earlier try was cut off."""
        if not self.next_key.exists():
            make_signing_key(self.next_key, random_bytes)
        return read_signer(self.next_key, self.origin)

    def note(self, page: Page, vkey: str, retired: str | None) -> None:
        """Name the new key in the commit of its leaf; `retired` is the note to lay aside."""
        set_mark(page.connection, "vkey", page.now, vkey)
        set_mark(page.connection, MARK, page.now, json.dumps({"retired": retired}))

    def finish(self, database: Database, store: LockStore) -> None:
        """Do what follows the commit, as often as it takes."""
        with database.reading() as reading:
            mark, vkey = read_mark(reading, MARK), read_mark(reading, "vkey")
        if mark is None or vkey is None:
            return
        retired = json.loads(mark[1])["retired"]
        if retired is not None:
            store.retire(retired)
        if self.next_key.exists() and read_signer(self.next_key, self.origin).vkey == vkey[1]:
            self._rename()
        with database.writing() as writing:
            clear_mark(writing, MARK)

    def _rename(self) -> None:
        """The old key is kept under its own name: what it signed was signed."""
        if self.signing_key.exists():
            old = read_signer(self.signing_key, self.origin)
            _, key_id, _ = read_verifier_key(old.vkey)
            name = f"{self.signing_key.name}.{key_id.hex()}.retired"
            self.signing_key.replace(self.signing_key.with_name(name))
        self.next_key.replace(self.signing_key)
        sync_folder(self.signing_key.parent)
