"""The committee's room: what an auditor reads and takes away. Nothing here changes a decision."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol

from engine.notes import Checkpoint
from storage.decisions import references
from storage.library import Library
from storage.setup import Store
from storage.visits import note_seen
from workflows.audit import Audited, Listed
from workflows.audit_pages import audit_page, list_decisions


class Bundles(Protocol):
    """What makes audit bundles, with the committee's rights."""

    def write(self, reference: str | None, out: BinaryIO, /) -> None:
        """Write the bundle of a decision, or of the whole trail, to a file."""
        ...

    def verifier(self) -> bytes:
        """The verifier: one file that needs nothing of this program."""
        ...

    def checkpoint(self) -> Checkpoint | None:
        """The newest released checkpoint; None where there is none yet."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """The room over a store. Without `bundles` there is nothing to take away."""

    store: Store
    library: Library
    bundles: Bundles | None = None

    @property
    def has_bundles(self) -> bool:
        """Whether bundles can be downloaded."""
        return self.bundles is not None

    def decisions(self, person: str) -> tuple[Listed, ...]:
        """Every decision; that this person looked is put down."""
        with self.store.database.reading() as reading:
            now = self.store.ledger.now()
            listed = list_decisions(reading, self.store.keys, self.library, now)
        self._note(person, "decisions")
        return listed

    def decision(self, person: str, reference: str) -> Audited | None:
        """One decision; None where there is none of this reference."""
        with self.store.database.reading() as reading:
            now = self.store.ledger.now()
            page = audit_page(reading, self.store.keys, self.library, reference, now)
        if page is not None:
            self._note(person, "decision", reference)
        return page

    def write_bundle(self, person: str, reference: str | None, out: BinaryIO) -> bool:
        """Write a bundle to a file; False where there is nothing of this reference to write.

        That this person took it is put down first: who has it must not depend on how it went.
        """
        if self.bundles is None:
            return False
        if reference is not None:
            with self.store.database.reading() as reading:
                known = reference in references(reading)
            if not known:
                return False
        self._note(person, "bundle", reference)
        self.bundles.write(reference, out)
        return True

    def verifier(self) -> bytes | None:
        """The verifier's file."""
        return self.bundles.verifier() if self.bundles else None

    def checkpoint(self) -> Checkpoint | None:
        """The newest released checkpoint."""
        return self.bundles.checkpoint() if self.bundles else None

    def _note(self, person: str, what: str, reference: str | None = None) -> None:
        with self.store.database.writing() as writing:
            note_seen(writing, person, what, reference, self.store.ledger.now())
