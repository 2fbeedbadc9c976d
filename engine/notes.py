"""Signed notes: checkpoints, the footer of a letter, and receipts, in the formats of C2SP.

Sources: C2SP `signed-note`, `tlog-checkpoint` and `tlog-proof@v1`. Nothing is signed or checked
here: a signature is 64 bytes that `storage.seal` makes and checks.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from engine.errors import Refused
from engine.trail import HASH_SIZE

KEY_ID_SIZE = 4
SIGNATURE_SIZE = 64
FOOTER_HEAD = "-- Trail checkpoint. Please keep this e-mail: it is evidence. --"
_ED25519 = b"\x01"
_LONGEST_NOTE = 65_536
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NotANote(Refused):
    """These bytes are no signed checkpoint."""

    remedy = "Give the checkpoint as it was released, every line of it."


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key, its four-byte ID, and what follows it."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a trail was at one size: its origin, size and root, and who signed that."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...] = ()

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @property
    def note(self) -> str:
        """The signed note, as it is released."""
        lines = (
            f"\u2014 {each.name} {b64encode(each.key_id + each.signature).decode()}\n"
            for each in self.signatures
        )
        return f"{self.text}\n{''.join(lines)}"

    @property
    def own(self) -> Signature:
        """The trail's own signature: the first line is by the log itself."""
        return self.signatures[0]


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature names its Ed25519 key."""
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:KEY_ID_SIZE]


def verifier_key(name: str, public: bytes) -> str:
    """The C2SP verifier key: `<name>+<key ID>+<base64(type || public key)>`."""
    return f"{name}+{key_id(name, public).hex()}+{b64encode(_ED25519 + public).decode()}"


def read_verifier_key(vkey: str) -> tuple[str, bytes, bytes]:
    """Name, key ID and public key of an Ed25519 verifier key. Raises `NotANote`."""
    name, _, rest = vkey.partition("+")
    hashed, _, coded = rest.partition("+")
    material = _bytes_of(coded)
    public = material[1:]
    if material[:1] != _ED25519 or verifier_key(name, public) != vkey or len(hashed) == 0:
        raise NotANote(f"{vkey!r} is no Ed25519 verifier key.")
    return name, key_id(name, public), public


def read_checkpoint(note: str) -> Checkpoint:
    """A released checkpoint again. Raises `NotANote` for anything else, extension lines too."""
    if len(note) > _LONGEST_NOTE or not note.endswith("\n"):
        raise NotANote("It is too long, or its last line is cut off.")
    text, empty, signed = note.partition("\n\n")
    lines = text.split("\n")
    if not empty or len(lines) != len(("origin", "size", "root")) or not signed:
        raise NotANote("It should be three lines, an empty one, and its signatures.")
    origin, size, coded = lines
    root = _bytes_of(coded)
    if not _NAME.fullmatch(origin) or not _SIZE.fullmatch(size) or len(root) != HASH_SIZE:
        raise NotANote("Its three lines are not an origin, a size and a root.")
    signatures = tuple(_signature(line) for line in signed.removesuffix("\n").split("\n"))
    return Checkpoint(origin, int(size), root, signatures)


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, coded = rest.partition(" ")
    material = _bytes_of(coded)
    if dash != "\u2014" or not _NAME.fullmatch(name) or len(material) <= KEY_ID_SIZE:
        raise NotANote("A signature line is not one.")
    return Signature(name, material[:KEY_ID_SIZE], material[KEY_ID_SIZE:])


def _bytes_of(coded: str) -> bytes:
    try:
        return b64decode(coded.encode("ascii"), validate=True)
    except (NotBase64, ValueError):
        raise NotANote("It holds something that is not base64.") from None


def rotation_text(origin: str, n: int, vkey: str) -> str:
    """What the old key signs to hand over to the new one; no checkpoint can read like it."""
    return f"{origin}\nkey.rotated {n}\n{vkey}\n"


def footer(checkpoint: Checkpoint) -> tuple[str, ...]:
    """The lines that end a letter: ASCII, hex, none longer than 69 characters but for the origin.

    Short lines of hex survive quoted-printable, wrapping, rewriting and forwarding.
    """
    own = checkpoint.own
    half = SIGNATURE_SIZE // 2
    return (
        FOOTER_HEAD,
        f"{checkpoint.origin} {checkpoint.size}",
        f"root {checkpoint.root.hex()}",
        f"key  {own.key_id.hex()}",
        f"sig1 {own.signature[:half].hex()}",
        f"sig2 {own.signature[half:].hex()}",
    )


def proof_text(index: int, path: Sequence[bytes], checkpoint: Checkpoint, extra: bytes) -> str:
    """A receipt: a leaf's index, its inclusion proof, the checkpoint; `extra` may be empty."""
    lines = (
        "c2sp.org/tlog-proof@v1",
        *((f"extra {b64encode(extra).decode()}",) if extra else ()),
        f"index {index}",
        *(b64encode(step).decode() for step in path),
        "",
        checkpoint.note,
    )
    return "\n".join(lines)
