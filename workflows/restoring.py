"""Releasing a restored backup: what is lost, said in a leaf, and what then may go on."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.erasing import require_basis
from engine.errors import Refused
from engine.events import BackupRestored
from engine.notes import Checkpoint
from engine.people import Actor
from engine.refusals import NeedsReason
from engine.two_persons import actor_value
from storage import erasing
from storage.database import Reading
from storage.held_letters import hold_letters
from storage.key_fit import KEY_STORE, PERSON, require_whole
from storage.ledger import Page
from storage.marks import (
    CATCHING_UP,
    QUARANTINE,
    RESTORED,
    clear_mark,
    read_mark,
    set_mark,
)
from storage.openings import BODY_KEY
from storage.proofs import read_edge, read_head
from storage.rotation import (
    StillThere,
    bring_back,
    finish_retiring,
    hand_over,
    keys_here,
    lay_aside,
    make_ready,
    note_retiring,
)
from storage.seal import Signer, is_sealed_by, read_signer
from storage.setup import Store
from storage.sources import RandomBytes
from workflows.erasure import erase_openings, revoke_all


class NotQuarantined(Refused):
    """This database is not in quarantine: there is nothing to release."""

    remedy = "Run `quorate restore FILE` first."


class Contradicted(Refused):
    """This database is no backup of the trail that was released: its own leaves say otherwise."""

    remedy = "Keep it as it is, restore another backup, and have this one examined."


@dataclass(frozen=True, slots=True)
class Loss:
    """What a restored database lacks. `known` is the newest checkpoint known to be released.

    `doubtful` where what was released is not known for certain: the checkpoint store is lost.
    """

    size: int
    known: Checkpoint | None
    doubtful: bool
    last_at: datetime | None

    @property
    def number(self) -> int:
        """How many leaves are known to be lost."""
        return max(0, self.known.size - self.size) if self.known else 0

    @property
    def is_any(self) -> bool:
        """Whether leaves are lost, or may be."""
        return self.number > 0 or self.doubtful


@dataclass(frozen=True, slots=True)
class Released:
    """A database that is in use again: the leaf that says so, the letters that are held."""

    loss: Loss
    leaf: int
    held: int
    vkey: str | None  # of the new key, where leaves were lost


@dataclass(frozen=True, slots=True)
class Restoring:
    """Looks at a restored database, and releases it."""

    store: Store
    signing_key: Path
    origin: str
    random_bytes: RandomBytes

    def loss(self, footers: Iterable[Checkpoint] = ()) -> Loss:
        """What is lost, by the checkpoint store and the footers of letters. Writes nothing.

        Raises `NotQuarantined`, `Contradicted`.
        """
        with self.store.database.reading() as reading:
            return self._loss(reading, footers)

    def _loss(self, reading: Reading, footers: Iterable[Checkpoint]) -> Loss:
        mark = read_mark(reading, QUARANTINE)
        if mark is None:
            raise NotQuarantined
        released = self.store.sealer.newest()
        vkeys = {self.store.vkey, *(vkey for vkey, _ in keys_here(self.signing_key, self.origin))}
        ours = [each for each in footers if any(is_sealed_by(each, vkey) for vkey in vkeys)]
        known = max([*([released] if released else []), *ours], key=_size, default=None)
        head = read_head(reading)
        if known is not None and not _agrees(reading, known, head.size):
            raise Contradicted
        return Loss(head.size, known, bool(json.loads(mark[1]).get("unknown")), head.last_at)

    def confirm(
        self,
        reason: str,
        actor: Actor,
        footers: Iterable[Checkpoint] = (),
        *,
        key_lost: bool = False,
    ) -> Released:
        """Release the database, as a leaf. Letters that may have gone out are held.

        Where leaves are lost, what follows is another history: it is signed by a new key, and the
        checkpoint of the old one is laid aside, not forgotten. With `key_lost` a new key signs in
        any case, and the leaf that names it has no signature. Raises `StillThere`.
        """
        if not reason:
            raise NeedsReason
        loss = self.loss(footers)
        self._require_keys()
        signer = self._signer(lost=key_lost)
        self.store.keys.make([BODY_KEY])
        renews = loss.is_any or signer is None
        new = make_ready(self.signing_key, self.origin, self.random_bytes) if renews else None
        with self.store.ledger.page_in_quarantine() as page:
            clear_mark(page.connection, QUARANTINE)
            leaf = page.file(_restored(loss, reason, actor))
            if new is not None:
                hand_over(page, signer, new)
            if loss.is_any:
                released = self.store.sealer.newest()
                if released is not None:
                    note_retiring(page, released.note)
                set_mark(page.connection, f"{RESTORED}{leaf}", page.now)
                set_mark(page.connection, CATCHING_UP, page.now)
            self._erase_again(page, reason, actor)
            held = hold_letters(page.connection)
        finish_retiring(self.store.database, self.store.sealer.store)
        self.store.sealer.signer()  # the new key's file takes the old one's place
        return Released(loss, leaf, held, new.vkey if new else None)

    def _require_keys(self) -> None:
        """Or what a lost key sealed would be taken for erased, and go for good."""
        keys = self.store.keys
        with self.store.database.reading() as reading:
            known = read_mark(reading, KEY_STORE)
            used = erasing.owners_used(reading)
        require_whole(keys.path, keys.holding(), used, known[1] if known else "")

    def _signer(self, *, lost: bool) -> Signer | None:
        """The key that the restored trail names, in use again; None where it is lost for good."""
        found = bring_back(self.signing_key, self.origin, self.store.vkey)
        if found is not None:
            if lost:
                raise StillThere
            return read_signer(self.signing_key, self.origin)
        if not lost:
            raise Refused(
                "The signing key that this trail names is not on this machine.",
                "Release it where the key file is. If that is lost for good, say --key-lost.",
            )
        lay_aside(self.signing_key, self.origin)
        return None

    def _erase_again(self, page: Page, reason: str, actor: Actor) -> None:
        """Whose key was erased was so after the backup: the leaf that said so may be lost."""
        for owner in sorted(erasing.owners_used(page.connection) - self.store.keys.owners()):
            held = erasing.sealed_with(page.connection, owner)
            erase_openings(page, held, require_basis("restored"), reason, actor)
            if owner.startswith(PERSON):
                person = owner.removeprefix(PERSON)
                letters = erasing.letters_of(page.connection, person)
                erasing.forget_letters(page.connection, letters)
                revoke_all(page, person)


def _agrees(reading: Reading, known: Checkpoint, size: int) -> bool:
    """Whether the trail continues what was released, as far as both go."""
    return known.size > size or read_edge(reading, known.size).root() == known.root


def _size(checkpoint: Checkpoint) -> int:
    return checkpoint.size


def _restored(loss: Loss, reason: str, actor: Actor) -> BackupRestored:
    known = loss.known
    return BackupRestored(
        size=loss.size,
        lost=loss.is_any,
        known=None
        if known is None
        else {"size": known.size, "root": known.root.hex(), "note": known.note},
        lost_from=loss.size if loss.number else None,
        lost_to=loss.size + loss.number - 1 if loss.number else None,
        reason=reason,
        by=actor_value(actor),
    )
