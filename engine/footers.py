"""Checkpoints in the footers of letters, read from a letter's text wherever they stand in it."""

import re
from collections.abc import Iterator

from engine.notes import FOOTER_HEAD, KEY_ID_SIZE, SIGNATURE_SIZE, Checkpoint, Signature
from engine.trail import HASH_SIZE

_QUOTED = re.compile(r"^[>|\s]+")
_ROOT, _KEY, _HALF = 2 * HASH_SIZE, 2 * KEY_ID_SIZE, SIGNATURE_SIZE
_FOOTER = re.compile(
    rf"{re.escape(FOOTER_HEAD)}\n(?P<origin>[^\s+]+) (?P<size>[1-9][0-9]{{0,18}})\n"
    rf"root\s+(?P<root>[0-9a-f]{{{_ROOT}}})\nkey\s+(?P<key>[0-9a-f]{{{_KEY}}})\n"
    rf"sig1\s+(?P<one>[0-9a-f]{{{_HALF}}})\nsig2\s+(?P<two>[0-9a-f]{{{_HALF}}})"
)


def read_footers(text: str) -> Iterator[Checkpoint]:
    """Every footer in a text, quoted or indented; whether a signature holds is another's to say."""
    lines = (_QUOTED.sub("", line).rstrip() for line in text.splitlines())
    for found in _FOOTER.finditer("\n".join(lines)):
        signature = bytes.fromhex(found["one"] + found["two"])
        own = Signature(found["origin"], bytes.fromhex(found["key"]), signature)
        root = bytes.fromhex(found["root"])
        yield Checkpoint(found["origin"], int(found["size"]), root, (own,))
