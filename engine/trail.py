"""The trail's formats: canonical leaf bytes, commitments, and the Merkle tree over the leaves.

The tree, its proofs and their checking are those of Certificate Transparency: RFC 6962 section 2.1
for the hashes and the proofs, RFC 9162 sections 2.1.3.2 and 2.1.4.2 for checking them. Canonical
JSON is the part of RFC 8785 that needs no floating point.

Leaves count from 0. A node (level, index) is the root of the complete subtree over the leaves from
`index * 2**level` up to, not including, `(index + 1) * 2**level`; level 0 is the leaf hash itself.
A hash is 32 bytes.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeAlias
from unicodedata import is_normalized

from engine.errors import Refused

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
Fetch: TypeAlias = Callable[[int, int], bytes]
"""Reads the stored hash of the node (level, index)."""
Range: TypeAlias = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""

EMPTY_ROOT = sha256(b"").digest()
HASH_SIZE = 32
SALT_SIZE = 32
LARGEST_INTEGER = 2**53
_COMMITMENT = b"ccg-trail/commit/v1\n"


class NotCanonical(Refused):
    """This cannot be put into the trail's canonical form, or is not in it."""

    remedy = "Use text in Unicode normal form C, whole numbers within 2**53, and no key twice."


# --- canonical JSON -------------------------------------------------------------------------


def canonical(value: Json) -> bytes:
    """The one way to write a value as bytes: sorted keys, no spaces, UTF-8.

    Takes text in Unicode normal form C, integers within 2**53 either way, booleans, None, lists (or
    tuples) and mappings with ASCII keys. Anything else, floats above all, is NotCanonical.
    """
    try:
        plain = _plain(value, "value")
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()
    except UnicodeEncodeError:
        raise NotCanonical("The text holds half of a surrogate pair.") from None
    except RecursionError:
        raise NotCanonical("The value is nested too deeply.") from None


def _plain(value: object, place: str) -> object:
    match value:
        case None | bool():
            return value
        case int():
            return _whole(value, place)
        case str():
            return _text(value, place)
        case Mapping():
            return {_key(key, place): _plain(held, f"{place}.{key}") for key, held in value.items()}
        case list() | tuple():
            return [_plain(held, f"{place}[{n}]") for n, held in enumerate(value)]
    raise NotCanonical(f"{place}: a {type(value).__name__} has no canonical form.")


def _whole(number: int, place: str) -> int:
    if abs(number) > LARGEST_INTEGER:
        raise NotCanonical(f"{place}: the number is beyond 2**53.")
    return number


def _text(text: str, place: str) -> str:
    if not is_normalized("NFC", text):
        raise NotCanonical(f"{place}: the text is not in Unicode normal form C.")
    return text


def _key(key: object, place: str) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonical(f"{place}: the key {key!r} is not ASCII text.")
    return key


def parse(data: bytes) -> Any:  # noqa: ANN401 - the caller knows the shape it wrote
    """The value that these canonical bytes hold, and only canonical bytes.

    A duplicate key, a float, a space too many: whatever would not be written back as the very same
    bytes is NotCanonical.
    """
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise NotCanonical("The bytes are not JSON in UTF-8.") from None
    if canonical(value) != data:
        raise NotCanonical("The bytes are JSON, but not in the canonical form.")
    return value


# --- leaves and commitments -----------------------------------------------------------------


def instant_text(instant: datetime) -> str:
    """An aware instant as the trail writes it: `2026-11-22T09:00:00.000000Z`."""
    if instant.utcoffset() is None:
        raise ValueError("An instant needs a time zone: naive datetimes are refused.")
    in_utc = instant.astimezone(UTC).replace(tzinfo=None)
    return in_utc.isoformat(timespec="microseconds") + "Z"


def instant_from_text(text: str) -> datetime:
    """The aware UTC instant that `instant_text` wrote; any other spelling is NotCanonical."""
    try:
        instant = datetime.fromisoformat(text)
        same = instant_text(instant) == text
    except (ValueError, OverflowError):
        same = False
    if not same:
        raise NotCanonical(f"{text!r} is not an instant as the trail writes it.")
    return instant


def leaf_bytes(n: int, at: datetime, kind: str, body: Mapping[str, Json], v: int = 1) -> bytes:
    """One event as the bytes that are stored and hashed: `n` is its index, `kind` its type."""
    return canonical({"at": instant_text(at), "body": body, "n": n, "type": kind, "v": v})


def commitment(value: Json, salt: bytes) -> str:
    """`c1:` and the hash that stands for a personal value until its opening is shown or erased.

    The salt is 32 random bytes of the value's own, so that the hash cannot be guessed back.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"A salt has {SALT_SIZE} bytes, not {len(salt)}.")
    return "c1:" + sha256(_COMMITMENT + salt + canonical(value)).hexdigest()


# --- the growing tree -----------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's bytes; 0x00 keeps a leaf from passing for a node (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    """A complete subtree's root and its place in the tree."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: its size, and the complete subtrees' roots from left to right.

    All that is needed to append a leaf and to know the root: one hash for each 1 in the size's
    binary digits.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"{len(self.peaks)} peaks cannot stand for {self.size} leaves.")

    def append(self, leaf: bytes) -> tuple["Edge", tuple[Node, ...]]:
        """The edge with one leaf hash more, and the nodes above level 0 that became complete."""
        peaks, top, nodes = list(self.peaks), leaf, []
        completed = (~self.size & (self.size + 1)).bit_length() - 1
        for level in range(1, completed + 1):
            top = node_hash(peaks.pop(), top)
            nodes.append(Node(level, self.size >> level, top))
        return Edge(self.size + 1, (*peaks, top)), tuple(nodes)

    def root(self) -> bytes:
        """The Merkle tree hash over all leaves so far."""
        return _fold(self.peaks) if self.peaks else EMPTY_ROOT


def root(hashes: Iterable[bytes]) -> bytes:
    """The Merkle tree hash over these leaf hashes."""
    edge = Edge()
    for leaf in hashes:
        edge, _ = edge.append(leaf)
    return edge.root()


def edge_at(size: int, fetch: Fetch) -> Edge:
    """The right edge as it was at this size, from stored nodes: one read for each peak."""
    return Edge(size, tuple(fetch(level, index) for level, index in _subtrees(0, size)))


def _subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees, largest first, that tile the leaves of a right-edge range."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _fold(peaks: Sequence[bytes]) -> bytes:
    top = peaks[-1]
    for peak in reversed(peaks[:-1]):
        top = node_hash(peak, top)
    return top


# --- proofs ---------------------------------------------------------------------------------


def inclusion_path(index: int, size: int) -> tuple[Range, ...]:
    """The ranges of leaves whose roots prove leaf `index` in a tree of `size`, leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_path(old: int, new: int) -> tuple[Range, ...]:
    """The ranges whose roots prove that a tree of `old` leaves is the start of one of `new`."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {old} leaves cannot be the start of one of {new}.")
    start, end, path = 0, new, []
    while old not in (0, end):
        middle = _split(start, end)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start > 0:
        path.append((start, end))
    return tuple(reversed(path))


def _split(start: int, end: int) -> int:
    """Where RFC 6962 splits a range: after the largest power of two smaller than its length."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, fetch: Fetch) -> tuple[bytes, ...]:
    """The audit path of RFC 6962 section 2.1.1, from O(log size) stored nodes."""
    return tuple(_range_root(part, fetch) for part in inclusion_path(index, size))


def consistency_proof(old: int, new: int, fetch: Fetch) -> tuple[bytes, ...]:
    """The proof of RFC 6962 section 2.1.2; empty where `old` is 0 or equals `new`."""
    return tuple(_range_root(part, fetch) for part in consistency_path(old, new))


def _range_root(part: Range, fetch: Fetch) -> bytes:
    return _fold([fetch(level, index) for level, index in _subtrees(*part)])


# --- checking proofs ------------------------------------------------------------------------


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether the proof puts this leaf hash at `index` under that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, expected_root, *proof):
        return False
    here, last, top = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            top = node_hash(sibling, top)
            here, last = _past_left_edges(here, last)
        else:
            top = node_hash(top, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and top == expected_root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the old tree is the start of the new (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    starts_with_old = old & (old - 1) == 0
    return _roots(old, new, (old_root, *proof) if starts_with_old else proof) == (
        old_root,
        new_root,
    )


def _roots(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots that a consistency path leads to; None where its length cannot be right."""
    if not path:
        return None
    here, last = _past_right_edges(old - 1, new - 1)
    old_top = new_top = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if here & 1 or here == last:
            old_top, new_top = node_hash(sibling, old_top), node_hash(sibling, new_top)
            here, last = _past_left_edges(here, last)
        else:
            new_top = node_hash(new_top, sibling)
        here, last = here >> 1, last >> 1
    return (old_top, new_top) if last == 0 else None


def _past_left_edges(here: int, last: int) -> tuple[int, int]:
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _past_right_edges(here: int, last: int) -> tuple[int, int]:
    while here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
