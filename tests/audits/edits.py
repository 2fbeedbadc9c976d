"""Fourteen ways to alter a trail, each by a seed: what a dishonest keeper could hand to an auditor.

Half of the edits of leaves are signed anew by the real key, with everything renumbered, so that the
bundle agrees with itself: only what left the house can show them.
"""

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random  # noqa: TID251 - a seed that replays
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.notes import read_checkpoint
from engine.trail import canonical, commitment, leaf_hash, root
from storage.seal import Signer

Leaf = dict[str, Any]


@dataclass
class Copy:
    """A bundle taken apart, to be altered and put together again."""

    held: dict[str, bytes]
    signer: Signer
    random: Random
    leaves: list[bytes] = field(default_factory=list)
    touched: int | None = None  # the first leaf that is not what it was
    signed: bool = False  # whether the history was signed anew

    @classmethod
    def of(cls, bundle: Path, signer: Signer, seed: int) -> "Copy":
        with zipfile.ZipFile(bundle) as opened:
            held = {name: opened.read(name) for name in opened.namelist()}
        random = Random(seed)  # noqa: S311 - no secret
        return cls(held, signer, random, held["leaves.jsonl"].splitlines())

    @property
    def size(self) -> int:
        return read_checkpoint(self.held["checkpoint"].decode()).size

    def any_leaf(self, least: int = 1) -> int:
        return self.random.randrange(least, len(self.leaves))

    def touch(self, n: int) -> None:
        self.touched = n if self.touched is None else min(self.touched, n)

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.held[name].splitlines()]

    def put_lines(self, name: str, values: list[dict[str, Any]]) -> None:
        self.held[name] = b"".join(canonical(value) + b"\n" for value in values)

    def renumber(self, start: int) -> None:
        """Give every leaf from here on the number of its place."""
        for n in range(start, len(self.leaves)):
            leaf = json.loads(self.leaves[n])
            if leaf["n"] != n:
                self.leaves[n] = canonical({**leaf, "n": n})

    def sign_anew(self, signer: Signer | None = None) -> None:
        """What the holder of the key can do: sign whatever the leaves are now."""
        size = len(self.leaves)
        sealed = (signer or self.signer).seal(size, root(map(leaf_hash, self.leaves)))
        self.held["checkpoint"] = sealed.note.encode()
        scope = json.loads(self.held["scope.json"])
        self.held["scope.json"] = canonical({**scope, "size": size})
        self.signed = True

    def perhaps_sign(self, start: int) -> None:
        """Half of the forgers hold the key, and take care of the numbers too."""
        if self.random.random() < 0.5:
            self.renumber(start)
            self.sign_anew()

    def write(self, path: Path) -> Path:
        self.held["leaves.jsonl"] = b"".join(line + b"\n" for line in self.leaves)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
            for name, content in self.held.items():
                made.writestr(name, content)
        return path


def change_a_byte(copy: Copy) -> None:
    n = copy.any_leaf()
    data = bytearray(copy.leaves[n])
    place = copy.random.randrange(len(data))
    data[place] = copy.random.choice([b for b in range(32, 127) if b not in (data[place], 10)])
    copy.leaves[n] = bytes(data)
    copy.touch(n)
    if copy.random.random() < 0.5:
        copy.sign_anew()


def delete(copy: Copy) -> None:
    n = copy.any_leaf()
    del copy.leaves[n]
    copy.touch(n)
    copy.perhaps_sign(n)


def insert(copy: Copy) -> None:
    n = copy.any_leaf()
    leaf = json.loads(copy.leaves[n])
    made = {**leaf, "type": "clock.confirmed", "body": {}}
    copy.leaves.insert(n, canonical(made))
    copy.touch(n)
    copy.perhaps_sign(n)


def swap_two(copy: Copy) -> None:
    """Two that differ in more than their numbers: swapping equal ones changes nothing."""
    a = copy.any_leaf()
    b = copy.random.choice([n for n in range(1, len(copy.leaves)) if n != a])
    copy.leaves[a], copy.leaves[b] = copy.leaves[b], copy.leaves[a]
    copy.touch(min(a, b))
    copy.perhaps_sign(min(a, b))


def duplicate(copy: Copy) -> None:
    n = copy.any_leaf()
    copy.leaves.insert(n, copy.leaves[n])
    copy.touch(n + 1)
    copy.perhaps_sign(n)


def backdate(copy: Copy) -> None:
    """As early as the leaf before allows, so that time never goes back."""
    later = [
        n
        for n in range(1, len(copy.leaves))
        if json.loads(copy.leaves[n])["at"] > json.loads(copy.leaves[n - 1])["at"]
    ]
    n = copy.random.choice(later)
    leaf = json.loads(copy.leaves[n])
    copy.leaves[n] = canonical({**leaf, "at": json.loads(copy.leaves[n - 1])["at"]})
    copy.touch(n)
    copy.perhaps_sign(n)


def truncate(copy: Copy) -> None:
    n = copy.any_leaf()
    del copy.leaves[n:]
    copy.touch(n)
    if copy.random.random() < 0.5:
        copy.sign_anew()
        for name in ("openings.jsonl", "withheld.jsonl"):
            copy.put_lines(name, [each for each in copy.lines(name) if each["n"] < n])


def fork_and_continue(copy: Copy) -> None:
    """Another leaf in one's place, and a history of its own after it."""
    n = copy.any_leaf()
    at = json.loads(copy.leaves[n - 1])["at"]
    del copy.leaves[n:]
    for _ in range(copy.random.randint(1, 300)):
        leaf = {"at": at, "body": {}, "n": len(copy.leaves), "type": "clock.confirmed", "v": 1}
        copy.leaves.append(canonical(leaf))
    for name in ("openings.jsonl", "withheld.jsonl"):
        copy.put_lines(name, [each for each in copy.lines(name) if each["n"] < n])
    copy.touch(n)
    copy.sign_anew()


def rewrite_and_sign(copy: Copy) -> None:
    """Another value behind a commitment, with everything that follows made to fit."""
    openings = copy.lines("openings.jsonl")
    fits = [each for each in openings if "/" not in each["field"] and each["field"] != "by"]
    chosen = copy.random.choice(fits)
    chosen["value"] = "against" if chosen["field"] == "choice" else "Something else."
    n = chosen["n"]
    leaf = json.loads(copy.leaves[n])
    made = commitment(chosen["value"], bytes.fromhex(chosen["salt"]))
    if leaf["body"][chosen["field"]] == made:
        chosen["value"] = "for"
        made = commitment(chosen["value"], bytes.fromhex(chosen["salt"]))
    leaf["body"][chosen["field"]] = made
    copy.leaves[n] = canonical(leaf)
    copy.put_lines("openings.jsonl", openings)
    copy.touch(n)
    copy.sign_anew()


def swap_two_openings(copy: Copy) -> None:
    openings = copy.lines("openings.jsonl")
    a, b = copy.random.sample(openings, 2)
    for key in ("salt", "value"):
        a[key], b[key] = b[key], a[key]
    copy.put_lines("openings.jsonl", openings)


def change_an_opening(copy: Copy) -> None:
    openings = copy.lines("openings.jsonl")
    chosen = copy.random.choice(openings)
    chosen["value"] = "Something else."
    copy.put_lines("openings.jsonl", openings)


def _change_a_file(copy: Copy, folders: tuple[str, ...]) -> None:
    """Under its old name, or under its new digest, named so by every leaf, and signed anew."""
    names = sorted(name for name in copy.held if name.split("/")[0] in folders and "/" in name)
    name = copy.random.choice(names)
    value = json.loads(copy.held[name])
    if isinstance(value, list):
        value[0]["list_size"] = 1
    else:
        value["title"] = "Another"
    copy.held[name] = canonical(value)
    if copy.random.random() < 0.5:
        _rename(copy, name)


def _rename(copy: Copy, name: str) -> None:
    from hashlib import sha256  # noqa: PLC0415 - told where it is needed

    folder, _, old = name.partition("/")
    old = old.removesuffix(".json")
    content = copy.held.pop(name)
    new = sha256(content).hexdigest()
    copy.held[f"{folder}/{new}.json"] = content
    for n, data in enumerate(copy.leaves):
        if old.encode() in data:
            copy.leaves[n] = data.replace(old.encode(), new.encode())
            copy.touch(n)
    copy.sign_anew()


def change_the_roll(copy: Copy) -> None:
    _change_a_file(copy, ("roll",))


def change_a_rule_or_calendar(copy: Copy) -> None:
    _change_a_file(copy, ("rules", "calendar"))


def replace_the_key(copy: Copy) -> None:
    """A key of one's own, without a leaf that names it."""
    seed = copy.random.randbytes(32)
    own = Signer(copy.signer.origin, Ed25519PrivateKey.from_private_bytes(seed))
    if copy.random.random() < 0.5:
        copy.held["policy"] = f"log {own.vkey}\nquorum none\n".encode()
    copy.sign_anew(own)


EDITS: Mapping[str, Callable[[Copy], None]] = {
    "change a byte": change_a_byte,
    "delete": delete,
    "insert": insert,
    "swap two": swap_two,
    "duplicate": duplicate,
    "backdate": backdate,
    "truncate": truncate,
    "fork and continue": fork_and_continue,
    "rewrite and sign": rewrite_and_sign,
    "swap two openings": swap_two_openings,
    "change an opening": change_an_opening,
    "change the roll": change_the_roll,
    "change a rule or calendar": change_a_rule_or_calendar,
    "replace the key": replace_the_key,
}
