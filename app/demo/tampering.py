"""A bundle in which one vote is another, made by somebody who holds the key and knows the format.

They change the choice, make its commitment anew, and sign the history that follows as if nothing
had ever been different. The bundle agrees with itself; only what left the house does not agree.
"""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine.notes import read_checkpoint
from engine.trail import canonical, commitment, leaf_hash, root
from storage.seal import Signer

OTHERWISE: Mapping[str, str] = {"for": "against", "against": "for", "abstain": "against"}


def tamper(bundle: Path, copy: Path, signer: Signer) -> int:
    """Write a copy in which the last vote that was counted is another; the number of its leaf."""
    with zipfile.ZipFile(bundle) as opened:
        held = {name: opened.read(name) for name in opened.namelist()}
    n = _change_a_vote(held)
    _sign_anew(held, signer)
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as made:
        for name, content in held.items():
            made.writestr(name, content)
    return n


def _change_a_vote(held: dict[str, bytes]) -> int:
    """Change the last opened choice, and the commitment in its leaf with it."""
    openings = [json.loads(line) for line in held["openings.jsonl"].splitlines()]
    choice = next(each for each in reversed(openings) if each["field"] == "choice")
    choice["value"] = OTHERWISE.get(choice["value"], "abstain")
    held["openings.jsonl"] = _lines(openings)
    n, salt = choice["n"], bytes.fromhex(choice["salt"])

    def recommit(leaf: dict[str, Any]) -> None:
        leaf["body"]["choice"] = commitment(choice["value"], salt)

    _change_leaf(held, n, recommit)
    return int(n)


def _change_leaf(held: dict[str, bytes], n: int, change: Callable[[dict[str, Any]], None]) -> None:
    leaves = held["leaves.jsonl"].splitlines()
    leaf = json.loads(leaves[n])
    change(leaf)
    leaves[n] = canonical(leaf)
    held["leaves.jsonl"] = b"".join(line + b"\n" for line in leaves)


def _sign_anew(held: dict[str, bytes], signer: Signer) -> None:
    hashes = map(leaf_hash, held["leaves.jsonl"].splitlines())
    size = read_checkpoint(held["checkpoint"].decode()).size
    held["checkpoint"] = signer.seal(size, root(hashes)).note.encode()


def _lines(values: list[dict[str, Any]]) -> bytes:
    return b"".join(canonical(value) + b"\n" for value in values)
