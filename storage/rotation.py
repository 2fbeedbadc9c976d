"""Changing the trail's signing key: on the trail itself, signed over by the old key.

The new key lies ready as `<signing key>.next` before the leaf names it, and takes the old one's
place after that; whatever is interrupted in between is finished at the next start.
"""

from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine.events import KeyRotated
from engine.refusals import Unsafe
from storage.files import sync_folder
from storage.ledger import Ledger
from storage.marks import read_mark, set_mark
from storage.seal import Signer, make_signing_key, read_signer
from storage.sources import RandomBytes


class StillThere(Unsafe):
    """The old key is where it should be, so it is not lost."""

    remedy = "Rotate without --lost: the old key then signs for the new one."


def next_key(path: Path) -> Path:
    """Where the new key lies until the trail names it."""
    return path.with_name(f"{path.name}.next")


def current_signer(path: Path, origin: str, named: Callable[[], str]) -> Signer | None:
    """The key that the trail names, from its file; None where there is no such file here.

    `named` reads the verifier key that the trail names. A rotation that was interrupted after its
    leaf is finished first.
    """
    ready = next_key(path)
    if ready.exists():
        waiting = read_signer(ready, origin)
        if waiting.vkey == named():
            _take_over(path, ready)
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
    ready = next_key(path)
    if not ready.exists():
        make_signing_key(ready, random_bytes)
    new = read_signer(ready, origin)
    with ledger.page() as page:
        mark = read_mark(page.connection, "vkey")
        was = mark[1] if mark else ""
        if old is not None and old.vkey != was:
            raise Unsafe("The signing key is not the one that the trail names.")
        signature = old.hand_over(page.edge.size, new.vkey) if old else None
        signed = b64encode(signature).decode() if signature else None
        page.file(KeyRotated(was=was, vkey=new.vkey, signature=signed))
        set_mark(page.connection, "vkey", page.now, new.vkey)
    _take_over(path, ready)
    return was, new.vkey


def _take_over(path: Path, ready: Path) -> None:
    """The old key is kept aside as `.old`: destroying it is for a person to do."""
    with suppress(FileNotFoundError):
        path.rename(path.with_name(f"{path.name}.old"))
    ready.rename(path)
    sync_folder(path.parent)
