"""Another key signs: on the trail itself, by the old key's word, and whole after any crash."""

import fcntl
import os
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import storage.rotation
from app.bootstrap import App
from app.clock import random_bytes
from engine.notes import read_verifier_key, rotation_text
from engine.refusals import Unsafe
from engine.trail import parse
from storage.checkpoints import WillNotSign
from storage.files import alone_in
from storage.proofs import read_head, read_leaf
from storage.rotation import StillThere, kept_key, keys_here, next_key, rotate
from storage.seal import is_sealed_by, make_signing_key, read_signer


def rotated(app: App, *, lost: bool = False) -> tuple[str, str]:
    """The old and the new verifier key."""
    where = app.settings.trail.signing_key
    assert where is not None
    return rotate(app.store.ledger, where, app.settings.origin, random_bytes, lost=lost)


def last_body(app: App) -> tuple[int, dict[str, str]]:
    with app.store.database.reading() as reading:
        n = read_head(reading).size - 1
        return n, parse(read_leaf(reading, n).data)["body"]


def test_checkpoints_are_signed_by_the_new_key_from_the_leaf_on(app: App) -> None:
    was, now = rotated(app)
    sealed = app.store.sealer.seal()
    assert sealed is not None
    assert (is_sealed_by(sealed, now), is_sealed_by(sealed, was)) == (True, False)


def test_what_was_released_before_keeps_its_signature(app: App) -> None:
    before = app.store.sealer.seal()
    assert before is not None
    was, _ = rotated(app)
    assert is_sealed_by(before, was)


def test_the_old_key_signs_for_the_new_one(app: App) -> None:
    was, now = rotated(app)
    n, body = last_body(app)
    _, hashed, public = read_verifier_key(was)
    signed = b64decode(body["signature"])
    Ed25519PublicKey.from_public_bytes(public).verify(
        signed[4:], rotation_text(app.settings.origin, n, now).encode()
    )
    assert signed[:4] == hashed


def test_that_word_is_for_this_leaf_and_no_other(app: App) -> None:
    was, now = rotated(app)
    n, body = last_body(app)
    public = Ed25519PublicKey.from_public_bytes(read_verifier_key(was)[2])
    text = rotation_text(app.settings.origin, n + 1, now)
    with pytest.raises(InvalidSignature):
        public.verify(b64decode(body["signature"])[4:], text.encode())


def test_the_old_key_is_kept_under_its_own_id(app: App, tmp_path: Path) -> None:
    was, _ = rotated(app)
    kept = kept_key(tmp_path / "signing.key", was)
    assert kept.name == f"signing.key.{was.split('+')[1]}.old"
    assert read_signer(kept, app.settings.origin).vkey == was


def test_every_key_that_was_ever_in_use_is_kept(app: App, tmp_path: Path) -> None:
    first, second = rotated(app)
    rotated(app)
    held = {vkey for vkey, _ in keys_here(tmp_path / "signing.key", app.settings.origin)}
    assert {first, second} < held
    assert len(held) == 3


def test_a_file_that_has_the_place_of_a_kept_key_is_not_written_over(
    app: App, tmp_path: Path
) -> None:
    kept = kept_key(tmp_path / "signing.key", app.store.vkey)
    make_signing_key(kept, random_bytes)
    before = kept.read_bytes()
    with pytest.raises(Unsafe, match="holds another key"):
        rotated(app)
    assert kept.read_bytes() == before


def test_a_second_process_that_finishes_a_rotation_finds_it_finished(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It saw the key that lay ready, and had its turn only after the first had put it in place."""
    where, origin = tmp_path / "signing.key", app.settings.origin
    meant = storage.rotation._take_over  # noqa: SLF001 - the moment that is tested

    def first_another_process(path: Path, origin: str, vkey: str) -> None:
        meant(path, origin, vkey)
        meant(path, origin, vkey)

    monkeypatch.setattr("storage.rotation._take_over", first_another_process)
    was, now = rotated(app)
    assert read_signer(where, origin).vkey == now
    assert [file.name for _, file in keys_here(where, origin)] == [
        "signing.key",
        kept_key(where, was).name,
    ]


def test_a_key_made_ready_for_the_next_rotation_is_not_taken_for_this_one(
    app: App, tmp_path: Path
) -> None:
    """A process that comes late meets the key of a rotation that has begun since."""
    where, origin = tmp_path / "signing.key", app.settings.origin
    _, now = rotated(app)
    make_signing_key(next_key(where), random_bytes)
    storage.rotation._take_over(where, origin, now)  # noqa: SLF001
    assert read_signer(where, origin).vkey == now


def test_one_process_at_a_time_changes_the_key_files(tmp_path: Path) -> None:
    other = os.open(tmp_path, os.O_RDONLY)
    with alone_in(tmp_path), pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)


def test_the_key_in_use_is_never_missing_while_another_takes_its_place(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, there = tmp_path / "signing.key", []
    replace = Path.replace

    def look_first(self: Path, target: Path) -> Path:
        there.append(where.exists())
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", look_first)
    rotated(app)
    assert len(there) == 2
    assert all(there)


def test_a_rotation_that_was_interrupted_after_its_leaf_is_finished(
    app: App, tmp_path: Path
) -> None:
    """The files as a crash leaves them between the commit and the renaming."""
    was, now = rotated(app)
    where = tmp_path / "signing.key"
    where.rename(next_key(where))
    kept_key(where, was).rename(where)
    sealed = app.store.sealer.seal()
    assert sealed is not None
    assert is_sealed_by(sealed, now)


def test_a_key_made_ready_and_never_named_signs_nothing(app: App, tmp_path: Path) -> None:
    make_signing_key(next_key(tmp_path / "signing.key"), random_bytes)
    sealed = app.store.sealer.seal()
    assert sealed is not None
    assert is_sealed_by(sealed, app.store.vkey)


def test_a_key_put_in_the_place_of_the_old_one_without_a_leaf_signs_nothing(
    app: App, tmp_path: Path
) -> None:
    (tmp_path / "signing.key").unlink()
    make_signing_key(tmp_path / "signing.key", random_bytes)
    with pytest.raises(WillNotSign, match="not the one that the trail names"):
        app.store.sealer.seal()


def test_a_lost_key_is_replaced_without_its_word(app: App, tmp_path: Path) -> None:
    (tmp_path / "signing.key").unlink()
    rotated(app, lost=True)
    assert "signature" not in last_body(app)[1]


def test_a_key_that_is_there_is_not_lost(app: App) -> None:
    with pytest.raises(StillThere):
        rotated(app, lost=True)


def test_a_missing_key_is_not_replaced_unless_it_is_said_to_be_lost(
    app: App, tmp_path: Path
) -> None:
    (tmp_path / "signing.key").unlink()
    with pytest.raises(Unsafe, match="is missing"):
        rotated(app)
