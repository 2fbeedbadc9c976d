"""Openings: the salt and value behind a commitment, sealed beside the trail."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from engine.trail import canonical, parse
from storage import tables
from storage.keys import Erased, Keys

CHUNK = 400
"""Leaves whose openings are read at once."""

_OF_LEAVES = select(tables.opening).where(
    tables.opening.c.n.in_(bindparam("leaves", expanding=True))
)

Place = tuple[int, str]
"""A leaf's number, and the field of its body that holds the commitment."""


def person_key(person: str) -> str:
    """The name of a person's key."""
    return f"person:{person}"


def decision_key(reference: str) -> str:
    """The name of a decision's key."""
    return f"decision:{reference}"


def account_key(year: str) -> str:
    """The name of the key of a financial year's account."""
    return f"account:{year}"


def seal_opening(keys: Keys, place: Place, owner: str, salt: bytes, value: Any) -> dict[str, Any]:  # noqa: ANN401
    """The row that keeps an opening."""
    n, field = place
    content = canonical({"salt": salt.hex(), "value": value})
    sealed = keys.seal(owner, content, _bound(n, field))
    return {"n": n, "field": field, "key": owner, "sealed": sealed}


def read_openings(
    connection: Connection, keys: Keys, places: Iterable[Place]
) -> Mapping[Place, Any]:
    """The values behind these commitments; an erased one is missing from the answer."""
    wanted = frozenset(places)
    leaves = sorted({n for n, _ in wanted})
    found: dict[Place, Any] = {}
    for start in range(0, len(leaves), CHUNK):
        rows = connection.execute(_OF_LEAVES, {"leaves": leaves[start : start + CHUNK]})
        for row in rows:
            if (row.n, row.field) in wanted:
                value = open_row(keys, row)
                if value is not None:
                    found[row.n, row.field] = value
    return found


def openings_of(connection: Connection, keys: Keys, n: int) -> Mapping[Place, tuple[bytes, Any]]:
    """Salt and value of every commitment of one leaf that has not been erased."""
    rows = connection.execute(_OF_LEAVES, {"leaves": [n]})
    opened = (((row.n, row.field), unseal_row(keys, row)) for row in rows)
    return {place: held for place, held in opened if held is not None}


def open_row(keys: Keys, row: Row[Any]) -> Any:  # noqa: ANN401 - each field has its own shape
    """The value of one opening; None where it has been erased."""
    held = unseal_row(keys, row)
    return held and held[1]


def unseal_row(keys: Keys, row: Row[Any]) -> tuple[bytes, Any] | None:
    """Salt and value of one opening; None where it has been erased."""
    try:
        content = keys.unseal(row.key, row.sealed, _bound(row.n, row.field))
    except Erased:
        return None
    held = parse(content)
    return bytes.fromhex(held["salt"]), held["value"]


def _bound(n: int, field: str) -> bytes:
    return f"opening|{n}|{field}".encode()
