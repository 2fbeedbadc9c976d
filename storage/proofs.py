"""Reading the trail: leaves as filed, and inclusion proofs from the stored subtree nodes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.trail import Edge, inclusion_proof
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
    """The path from leaf n to the root at this size, by about log2(size) reads."""

    def fetch(level: int, place: int) -> bytes:
        if level == 0:
            query = select(tables.leaf.c.hash).where(tables.leaf.c.n == place)
        else:
            node = tables.node.c
            query = select(node.hash).where(node.level == level, node.place == place)
        return connection.execute(query).scalar_one()  # type: ignore[no-any-return]

    return inclusion_proof(n, size, fetch)
