"""The trail's signing key: Ed25519, in a file of its own, named by its C2SP `vkey`."""

import hashlib
from base64 import b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from storage.files import require_private, write_private
from storage.sources import RandomBytes

_ED25519 = b"\x01"
SEED = 32


def ensure_signing_key(path: Path, random_bytes: RandomBytes) -> Ed25519PrivateKey:
    """Read the key, or make one where there is none. The file holds the seed in hex."""
    if not path.exists():
        write_private(path, random_bytes(SEED).hex().encode() + b"\n")
    require_private(path)
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))


def verifier_key(origin: str, key: Ed25519PrivateKey) -> str:
    """The C2SP signed-note verifier key: `<name>+<hash>+<base64(type || public key)>`."""
    public = _ED25519 + key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    name_hash = hashlib.sha256(origin.encode() + b"\n" + public).digest()[:4]
    return f"{origin}+{name_hash.hex()}+{b64encode(public).decode()}"
