"""Another key signs: on the trail itself, by the old key's word, and whole after any crash."""

from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.bootstrap import App
from app.clock import random_bytes
from engine.notes import read_verifier_key, rotation_text
from engine.refusals import Unsafe
from engine.trail import parse
from storage.checkpoints import WillNotSign
from storage.proofs import read_head, read_leaf
from storage.rotation import StillThere, next_key, rotate
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


def test_the_old_key_is_kept_aside(app: App, tmp_path: Path) -> None:
    was, _ = rotated(app)
    assert read_signer(tmp_path / "signing.key.old", app.settings.origin).vkey == was


def test_a_rotation_that_was_interrupted_after_its_leaf_is_finished(
    app: App, tmp_path: Path
) -> None:
    """The files as a crash leaves them between the commit and the renaming."""
    _, now = rotated(app)
    (tmp_path / "signing.key").rename(next_key(tmp_path / "signing.key"))
    (tmp_path / "signing.key.old").rename(tmp_path / "signing.key")
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
