"""The trail's signing key, by vectors that others must reproduce."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.clock import random_bytes
from engine.refusals import Unsafe
from storage.seal import Signer, is_sealed_by, make_signing_key, read_signer

SEED = bytes(range(32))
ORIGIN = "ccg.example.nhs.uk/trail"
VKEY = "ccg.example.nhs.uk/trail+ec5df9c6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
ROOT_OF_THREE = bytes.fromhex("59d7503f9a0db2d6cbda230056e61eababb8f881ecdfea24b5b22f627555ab67")
SIGNATURE = (
    "\u2014 ccg.example.nhs.uk/trail 7F35xoRkvpLkqM2Hxw+28kucViQmQzxLSo6ZTAuItwLvzG+9xd4V0qIJ9aC"
    "rth8gjGqwuygfGTS9e9yJGAM+U9O4lQ8=\n"
)
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(SEED))


def test_the_verifier_key_is_that_of_the_vector() -> None:
    assert SIGNER.vkey == VKEY


def test_the_signature_is_that_of_the_vector() -> None:
    assert SIGNER.seal(3, ROOT_OF_THREE).note.endswith(f"\n\n{SIGNATURE}")


def test_what_the_key_sealed_is_known_as_its_own() -> None:
    assert is_sealed_by(SIGNER.seal(3, ROOT_OF_THREE), VKEY)


@pytest.mark.parametrize("changed", [{"size": 4}, {"root": bytes(32)}, {"origin": "other/trail"}])
def test_a_checkpoint_that_was_altered_is_nobodys(changed: dict[str, object]) -> None:
    altered = replace(SIGNER.seal(3, ROOT_OF_THREE), **changed)  # type: ignore[arg-type]
    assert not is_sealed_by(altered, VKEY)


def test_a_checkpoint_of_another_key_is_not_ours() -> None:
    other = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert not is_sealed_by(other.seal(3, ROOT_OF_THREE), VKEY)


def test_a_key_file_holds_the_seed(tmp_path: Path) -> None:
    make_signing_key(tmp_path / "signing.key", lambda size: bytes(range(size)))
    assert read_signer(tmp_path / "signing.key", ORIGIN).vkey == VKEY


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    make_signing_key(tmp_path / "signing.key", random_bytes)
    with pytest.raises(FileExistsError):
        make_signing_key(tmp_path / "signing.key", random_bytes)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_signing_key(tmp_path / "signing.key", random_bytes)
    (tmp_path / "signing.key").chmod(0o644)
    with pytest.raises(Unsafe, match="can be read by others"):
        read_signer(tmp_path / "signing.key", ORIGIN)


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    make_signing_key(tmp_path / "signing.key", lambda size: bytes(size - 1))
    with pytest.raises(Unsafe, match="64 hexadecimal digits"):
        read_signer(tmp_path / "signing.key", ORIGIN)
