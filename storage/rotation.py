"""Changing the trail's signing key: on the trail itself, signed over by the old key.

The new key lies ready as `<signing key>.next` before the leaf names it, and takes the old one's
place after that; whatever is interrupted in between is finished at the next start. The old key is
kept, under its own ID: it is what opens the backups of its time.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.events import KeyRotated
from engine.notes import read_verifier_key
from engine.refusals import Unsafe
from storage.checkpoints import LockStore
from storage.database import Database
from storage.files import alone_in, sync_folder, write_private
from storage.ledger import Ledger, Page
from storage.marks import clear_mark, read_mark, set_mark
from storage.seal import Signer, make_signing_key, read_signer
from storage.sources import RandomBytes

RETIRING = "retiring"
"""The mark that holds a checkpoint's note until the lock store has laid it aside."""


class StillThere(Unsafe):
    """The old key is where it should be, so it is not lost."""

    remedy = "Leave that out: the old key then signs for the new one."


def next_key(path: Path) -> Path:
    """Where the new key lies until the trail names it."""
    return path.with_name(f"{path.name}.next")


def current_signer(path: Path, origin: str, named: Callable[[], str]) -> Signer | None:
    """The key that the trail names, from its file; None where there is no such file here.

    `named` reads the verifier key that the trail names. A rotation that was interrupted after its
    leaf is finished first.
    """
    if next_key(path).exists():
        _take_over(path, origin, named())
    return read_signer(path, origin) if path.exists() else None


def rotate(
    ledger: Ledger, path: Path, origin: str, random_bytes: RandomBytes, *, lost: bool
) -> tuple[str, str]:
    """Put a new key in the old one's place; the old and the new verifier key.

    With `lost`, there is no old key to sign for the new one, and the leaf says so by having no
    signature: auditors are told.
    """
    old = read_signer(path, origin) if path.exists() else None
    if lost and old is not None:
        raise StillThere
    if old is None and not lost:
        raise Unsafe(f"The signing key {path} is missing.", "Put it back, or say --lost.")
    new = make_ready(path, origin, random_bytes)
    with ledger.page() as page:
        was = hand_over(page, old, new)
    _take_over(path, origin, new.vkey)
    return was, new.vkey


def make_ready(path: Path, origin: str, random_bytes: RandomBytes) -> Signer:
    """The new key, in its file; the same one where an earlier try was cut off."""
    ready = next_key(path)
    with alone_in(path.parent):
        if not ready.exists():
            make_signing_key(ready, random_bytes)
        return read_signer(ready, origin)


def hand_over(page: Page, old: Signer | None, new: Signer) -> str:
    """File the leaf by which a new key signs from here on; the old verifier key."""
    mark = read_mark(page.connection, "vkey")
    was = mark[1] if mark else ""
    if old is not None and old.vkey != was:
        raise Unsafe(
            "The signing key is not the one that the trail names.",
            "Put that one back: keys that were replaced are kept beside, as `.old`.",
        )
    signature = old.hand_over(page.edge.size, new.vkey) if old else None
    signed = b64encode(signature).decode() if signature else None
    page.file(KeyRotated(was=was, vkey=new.vkey, signature=signed))
    set_mark(page.connection, "vkey", page.now, new.vkey)
    return was


def note_retiring(page: Page, note: str) -> None:
    """Say in the commit that a checkpoint is laid aside, whose leaves are lost."""
    set_mark(page.connection, RETIRING, page.now, note)


def finish_retiring(database: Database, store: LockStore) -> None:
    """Lay it aside, whoever comes to it first."""
    with database.reading() as reading:
        mark = read_mark(reading, RETIRING)
    if mark is None:
        return
    store.retire(mark[1])
    with database.writing() as writing:
        clear_mark(writing, RETIRING)


def kept_key(path: Path, vkey: str) -> Path:
    """Where the key of this verifier key is kept once another has taken its place."""
    _, hashed, _ = read_verifier_key(vkey)
    return path.with_name(f"{path.name}.{hashed.hex()}.old")


def keys_here(path: Path, origin: str) -> Iterator[tuple[str, Path]]:
    """Every signing key that lies here: its verifier key and its file, the one in use first."""
    for file in (path, *sorted(path.parent.glob(f"{path.name}*.old"))):
        if file.exists():
            yield read_signer(file, origin).vkey, file


def find_key(path: Path, origin: str, vkey: str) -> Path | None:
    """The file of the key that a trail names: the one in use, or one that is kept; None: none."""
    return next((file for held, file in keys_here(path, origin) if held == vkey), None)


def bring_back(path: Path, origin: str, vkey: str) -> Path | None:
    """Put the key that a restored trail names in place again, if it is kept here.

    Where it was; None where no such key is here, and then nothing is changed. The key that was in
    use is kept in its turn.
    """
    with alone_in(path.parent):
        found = find_key(path, origin, vkey)
        if found is not None and found != path:
            _put(path, origin, found)
    return found


def lay_aside(path: Path, origin: str) -> None:
    """Take a key that the trail does not name out of use. It is kept."""
    with alone_in(path.parent):
        if path.exists():
            _keep(path, origin)
            path.unlink()
            sync_folder(path.parent)


def _take_over(path: Path, origin: str, vkey: str) -> None:
    """Put the new key in place once the trail names it, unless another process has done so.

    Every process that signs finishes a rotation that it finds, so several may come here at once:
    one at a time, and each looks again when its turn has come.
    """
    ready = next_key(path)
    with alone_in(path.parent):
        if ready.exists() and read_signer(ready, origin).vkey == vkey:
            if path.exists():
                _keep(path, origin)
            ready.replace(path)
            sync_folder(path.parent)


def _put(path: Path, origin: str, kept: Path) -> None:
    """A copy of a kept key in the place of the one in use."""
    if path.exists():
        _keep(path, origin)
    _copy_whole(kept, path)


def _keep(path: Path, origin: str) -> None:
    """A copy of the key in use, under its ID. A key that is kept is never written over."""
    signer = read_signer(path, origin)
    kept = kept_key(path, signer.vkey)
    if not kept.exists():
        _copy_whole(path, kept)
    elif read_signer(kept, origin).vkey != signer.vkey:
        raise Unsafe(f"{kept} holds another key.", "Move it away; keep it.")


def _copy_whole(source: Path, to: Path) -> None:
    """A copy that has its name only once it is whole and on the disk."""
    made = to.with_name(f"{to.name}.new")
    made.unlink(missing_ok=True)
    write_private(made, source.read_bytes())
    made.replace(to)
    sync_folder(to.parent)
