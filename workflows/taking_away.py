"""What the committee takes away: bundles with its rights, the verifier, the newest checkpoint."""

from dataclasses import dataclass
from typing import BinaryIO

from engine.disclosure import Role
from engine.notes import Checkpoint
from storage.setup import Store
from workflows.bundle import Scope, write_released


@dataclass(frozen=True, slots=True)
class CommitteeBundles:
    """Bundles of a store. `verifier_file` is the verifier, byte for byte."""

    store: Store
    verifier_file: bytes

    def write(self, reference: str | None, out: BinaryIO) -> None:
        """Write the bundle of a decision, or of the whole trail, as far as it has been signed.

        Looking signs nothing. Raises `NothingReleased` where nothing has been signed yet.
        """
        newest, scope = self.checkpoint(), Scope(Role.COMMITTEE, reference)
        write_released(self.store, scope, self.verifier_file, out, newest)

    def verifier(self) -> bytes:
        """The verifier: one file that needs nothing of this program."""
        return self.verifier_file

    def checkpoint(self) -> Checkpoint | None:
        """The newest released checkpoint."""
        return self.store.sealer.newest()
