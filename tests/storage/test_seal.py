"""The trail's signing key and its public name, by a vector that others must reproduce."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.clock import random_bytes
from engine.refusals import Unsafe
from storage.seal import ensure_signing_key, verifier_key

SEED = bytes(range(32))
ORIGIN = "ccg.example.nhs.uk/trail"
VKEY = "ccg.example.nhs.uk/trail+ec5df9c6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


def test_the_verifier_key_is_that_of_the_vector() -> None:
    assert verifier_key(ORIGIN, Ed25519PrivateKey.from_private_bytes(SEED)) == VKEY


def test_a_key_file_holds_the_seed(tmp_path: Path) -> None:
    key = ensure_signing_key(tmp_path / "signing.key", lambda size: bytes(range(size)))
    assert verifier_key(ORIGIN, key) == VKEY


def test_a_key_is_made_once(tmp_path: Path) -> None:
    made = [ensure_signing_key(tmp_path / "signing.key", random_bytes) for _ in range(2)]
    assert verifier_key(ORIGIN, made[0]) == verifier_key(ORIGIN, made[1])


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    ensure_signing_key(tmp_path / "signing.key", random_bytes)
    (tmp_path / "signing.key").chmod(0o644)
    with pytest.raises(Unsafe, match="can be read by others"):
        ensure_signing_key(tmp_path / "signing.key", random_bytes)
