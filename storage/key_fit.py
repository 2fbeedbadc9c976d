"""Whether a file of keys is the one that a database was sealed with, and has all that it needs.

A key goes by erasure alone, and the file notes whose went so. One that is missing otherwise was
lost, and what it sealed must never be taken for erased: that would make it so, for good.
"""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection

from engine.refusals import Unsafe
from storage.erasing import owners_used
from storage.keys import Holding, Keys
from storage.marks import read_mark
from storage.openings import person_key

KEY_STORE = "key_store"
"""The mark that names the file of keys that a database is sealed with."""

PERSON = person_key("")
"""How the names of persons' keys begin."""


class WrongKeys(Unsafe):
    """The file of keys is another one, or lacks keys."""

    remedy = (
        "Move it aside and put the right file back; or restore a backup with the copy of the keys "
        "that was made with it: `quorate restore FILE --keys COPY`."
    )


def require_same(path: Path, holding: Holding, known: str) -> None:
    """Refuse a file that was emptied, made anew, or is another body's; `known` is the mark."""
    if known and holding.identity != known:
        raise WrongKeys(
            f"The file of keys {path} is not the one that this database was sealed with: it is "
            "another, or was made anew."
        )


def require_whole(path: Path, holding: Holding, used: Iterable[str], known: str) -> None:
    """Refuse a file that lacks keys which nobody erased: an older copy, or an emptied one."""
    lost = missing(holding, used, known)
    if lost:
        raise WrongKeys(
            f"Keys that this database was sealed with are missing from {path}, {len(lost)} in all, "
            "and nobody erased them."
        )


def missing(holding: Holding, used: Iterable[str], known: str) -> frozenset[str]:
    """Whose keys are lost, of those used.

    A database without the mark is older than the notes of who was erased: there, a person whose
    key is missing is taken to be one of those.
    """
    gone = frozenset(used) - holding.owners - holding.erased
    return gone if known else frozenset(owner for owner in gone if not owner.startswith(PERSON))


def note_erased_before(connection: Connection, keys: Keys) -> None:
    """An earlier release did not note whose keys it erased: who lacks one now is noted now."""
    if read_mark(connection, KEY_STORE) is not None:
        return
    used, holding = owners_used(connection), keys.holding()
    require_whole(keys.path, holding, used, "")
    gone = used - holding.owners - holding.erased
    if gone:
        keys.erase(*gone)
