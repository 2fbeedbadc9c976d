"""Signing checkpoints: the trail's Ed25519 key, in a file of its own apart from the database."""

from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engine.notes import (
    Checkpoint,
    Signature,
    key_id,
    read_verifier_key,
    rotation_text,
    verifier_key,
)
from engine.refusals import Unsafe
from storage.files import require_private, write_private
from storage.sources import RandomBytes

SEED = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """A trail's signing key under the trail's name."""

    origin: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def vkey(self) -> str:
        """The verifier key that others check by."""
        return verifier_key(self.origin, self.public)

    def seal(self, size: int, root: bytes) -> Checkpoint:
        """A signed checkpoint. The caller answers for the root."""
        plain = Checkpoint(self.origin, size, root)
        return replace(plain, signatures=(self._sign(plain.text),))

    def hand_over(self, n: int, vkey: str) -> bytes:
        """The old key's word, in leaf `n`, that `vkey` takes its place: key ID and signature."""
        signed = self._sign(rotation_text(self.origin, n, vkey))
        return signed.key_id + signed.signature

    def _sign(self, text: str) -> Signature:
        name = key_id(self.origin, self.public)
        return Signature(self.origin, name, self.key.sign(text.encode()))


def is_sealed_by(checkpoint: Checkpoint, vkey: str) -> bool:
    """Whether the key signed the checkpoint. A signature by it that fails makes it false."""
    name, hashed, public = read_verifier_key(vkey)
    theirs = [s for s in checkpoint.signatures if (s.name, s.key_id) == (name, hashed)]
    key = Ed25519PublicKey.from_public_bytes(public)
    try:
        for each in theirs:
            key.verify(each.signature, checkpoint.text.encode())
    except InvalidSignature:
        return False
    return bool(theirs)


def make_signing_key(path: Path, random_bytes: RandomBytes) -> None:
    """Write a new key to a new file; an existing one is never touched."""
    write_private(path, random_bytes(SEED).hex().encode() + b"\n")


def read_signer(path: Path, origin: str) -> Signer:
    """The key from its private file, which holds the seed in hex."""
    require_private(path)
    try:
        seed = bytes.fromhex(path.read_text().strip())
        return Signer(origin, Ed25519PrivateKey.from_private_bytes(seed))
    except ValueError:
        raise Unsafe(
            f"{path} holds no signing key: it should be 64 hexadecimal digits.",
            "Put the right key file back.",
        ) from None
