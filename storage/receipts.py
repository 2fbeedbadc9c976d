"""A receipt that proves itself: a leaf's bytes, its openings, its path, and a signed checkpoint."""

from collections.abc import Mapping
from typing import Any

from engine.notes import Checkpoint, proof_text
from engine.trail import canonical
from storage.database import Reading
from storage.keys import Keys
from storage.openings import openings_of
from storage.proofs import prove_inclusion, read_leaf


def receipt_of(reading: Reading, keys: Keys, n: int, checkpoint: Checkpoint) -> str:
    """Leaf n as a `tlog-proof@v1`. The checkpoint must cover it; what was erased has no opening."""
    leaf = read_leaf(reading, n)
    openings = [
        opening_value(n, field, salt, value)
        for (_, field), (salt, value) in sorted(openings_of(reading, keys, n).items())
    ]
    extra = canonical({"leaf": leaf.data.decode(), "openings": openings})
    return proof_text(n, prove_inclusion(reading, n, checkpoint.size), checkpoint, extra)


def opening_value(n: int, field: str, salt: bytes, value: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """An opening as receipts and bundles write it."""
    return {"field": field, "n": n, "salt": salt.hex(), "value": value}
