"""Reading the trail: leaves as filed, and inclusion proofs from the stored subtree nodes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from engine.trail import Edge, edge_at, inclusion_proof
from storage import tables
from storage.ledger import split_peaks


@dataclass(frozen=True, slots=True)
class Head:
    """The trail as it stands: its size, its root (hex), and the instant of its last leaf."""

    size: int
    root: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeafRow:
    """One leaf, byte for byte."""

    n: int
    data: bytes
    hash: bytes


def read_head(connection: Connection) -> Head:
    """The trail's size and root."""
    row = connection.execute(select(tables.trail_head)).one()
    edge = Edge(row.size, split_peaks(row.peaks))
    return Head(row.size, edge.root().hex(), row.last_at)


def read_leaf(connection: Connection, n: int) -> LeafRow:
    """One leaf."""
    row = connection.execute(select(tables.leaf).where(tables.leaf.c.n == n)).one()
    return LeafRow(row.n, row.data, row.hash)


def read_leaves(connection: Connection, decision: str | None = None) -> Iterator[LeafRow]:
    """All leaves in order, or those of one decision."""
    query = select(tables.leaf).order_by(tables.leaf.c.n)
    if decision is not None:
        query = query.where(tables.leaf.c.decision == decision)
    for row in connection.execute(query):
        yield LeafRow(row.n, row.data, row.hash)


def prove_inclusion(connection: Connection, n: int, size: int) -> tuple[bytes, ...]:
    """The path from leaf n to the root at this size: about log2(size) hashes, in two reads."""
    wanted: list[tuple[int, int]] = []

    def note(level: int, place: int) -> bytes:
        wanted.append((level, place))
        return _NOTHING

    inclusion_proof(n, size, note)
    hashes = _hashes(connection, wanted)
    return inclusion_proof(n, size, lambda level, place: hashes[level, place])


def read_edge(connection: Connection, size: int) -> Edge:
    """The right edge as it was at this size, from the stored nodes, in two reads.

    A node that is missing is a LookupError: the size is beyond the trail, or rows were lost.
    """
    wanted: list[tuple[int, int]] = []

    def note(level: int, place: int) -> bytes:
        wanted.append((level, place))
        return _NOTHING

    edge_at(size, note)
    hashes = _hashes(connection, wanted)
    return edge_at(size, lambda level, place: hashes[level, place])


def _hashes(
    connection: Connection, wanted: Iterable[tuple[int, int]]
) -> Mapping[tuple[int, int], bytes]:
    """The hashes of subtrees: single leaves from the leaves, larger ones from the stored nodes."""
    places = set(wanted)
    leaves = [place for level, place in places if level == 0]
    rows = connection.execute(_LEAF_HASHES, {"places": leaves})
    found = {(0, row.n): row.hash for row in rows}
    nodes = connection.execute(_NODES, {"places": [p for level, p in places if level]})
    return found | {(row.level, row.place): row.hash for row in nodes}


_NOTHING = bytes(32)
_LEAF_HASHES = select(tables.leaf.c.n, tables.leaf.c.hash).where(
    tables.leaf.c.n.in_(bindparam("places", expanding=True))
)
_NODES = select(tables.node).where(tables.node.c.place.in_(bindparam("places", expanding=True)))
