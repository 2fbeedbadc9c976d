"""Reading the account of the management allowance."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from engine.allowance import Allowance, Entry, QueryRecord
from engine.per_head import Patients
from engine.trail import parse
from storage import tables
from storage.keys import Keys
from storage.openings import read_openings

ERASED = "(erased)"
"""What stands where the words of a query or an answer have been erased."""


@dataclass(frozen=True, slots=True)
class Queried:
    """A query with its words and those of its answer, which are empty until there is one."""

    entry: Entry
    record: QueryRecord
    text: str
    answer: str
    answered_by: str  # a role
    calendar: str  # the digest of the one that gives its due time, and knows its years


def read_allowance(connection: Connection, year: str) -> Allowance | None:
    """What the year has, as it was set last; None where nothing is set."""
    query = select(tables.allowance).where(tables.allowance.c.year == year)
    row = connection.execute(query).first()
    if row is None:
        return None
    return Allowance(row.year, row.pounds, row.per_head_pence, _patients(row), row.at)


def account_years(connection: Connection) -> frozenset[str]:
    """Every year that has an allowance, or bears a charge."""
    years = select(tables.allowance.c.year).union(select(tables.charge.c.year))
    return frozenset(connection.execute(years).scalars())


def read_entries(connection: Connection, year: str) -> tuple[Entry, ...]:
    """Everything that was charged to the year, oldest first, with its queries."""
    return _entries(connection, tables.charge.c.year == year)


def entries_of(connection: Connection, decision: str) -> tuple[Entry, ...]:
    """What a decision drew: one entry, or more where it was given back and approved anew."""
    return _entries(connection, tables.charge.c.decision == decision)


def _entries(connection: Connection, which: ColumnElement[bool]) -> tuple[Entry, ...]:
    rows = connection.execute(select(tables.charge).where(which).order_by(tables.charge.c.leaf))
    found = rows.all()
    queries = _queries(connection, {row.decision for row in found})
    last = {row.decision: row.leaf for row in found}
    # The queries of a decision stand with its last entry: what is asked is about all of it.
    return tuple(
        _entry(row, queries[row.decision] if last[row.decision] == row.leaf else ())
        for row in found
    )


def _entry(row: Row[Any], queries: tuple[QueryRecord, ...]) -> Entry:
    return Entry(
        leaf=row.leaf,
        decision=row.decision,
        year=row.year,
        money_gbp=row.money_gbp,
        patients=_patients(row),
        per_head=row.per_head,
        at=row.at,
        reversed_at=row.reversed_at,
        because=row.because or "",
        queries=queries,
    )


def _queries(
    connection: Connection, decisions: Iterable[str]
) -> Mapping[str, tuple[QueryRecord, ...]]:
    found: dict[str, tuple[QueryRecord, ...]] = defaultdict(tuple)
    columns = tables.query.c
    wanted = columns.decision.in_(sorted(decisions))
    rows = connection.execute(select(tables.query).where(wanted).order_by(columns.number))
    for row in rows:
        found[row.decision] += (
            QueryRecord(
                number=row.number,
                leaf=row.leaf,
                role=row.role,
                asked_at=row.asked_at,
                due_at=row.due_at,
                overdue=row.overdue,
                answer=row.answer,
                answered_at=row.answered_at,
            ),
        )
    return found


def _patients(row: Row[Any]) -> Patients:
    return Patients(row.patients, tuple(json.loads(row.unknown)))


def read_queried(connection: Connection, keys: Keys, decision: str, leaf: int) -> Queried:
    """The decision's last query before a leaf, with its words and its answer's."""
    entries = entries_of(connection, decision)
    records = [record for entry in entries for record in entry.queries if record.leaf <= leaf]
    if not records:
        message = f"no query of {decision} before leaf {leaf}"
        raise LookupError(message)
    words = query_words(connection, keys, records[-1:])
    record = records[-1]
    text, answer = words[record.number]
    return Queried(
        entry=entries[-1],
        record=record,
        text=text,
        answer=answer,
        answered_by=_word(connection, record.answer, "role"),
        calendar=_word(connection, record.leaf, "calendar"),
    )


def query_words(
    connection: Connection, keys: Keys, records: Iterable[QueryRecord]
) -> Mapping[int, tuple[str, str]]:
    """What each of a decision's queries says, and its answer, by number."""
    held = tuple(records)
    leaves = [leaf for each in held for leaf in (each.leaf, each.answer) if leaf is not None]
    opened = read_openings(connection, keys, [(leaf, "text") for leaf in leaves])
    return {
        each.number: (
            opened.get((each.leaf, "text"), ERASED),
            "" if each.answer is None else opened.get((each.answer, "text"), ERASED),
        )
        for each in held
    }


def _word(connection: Connection, leaf: int | None, name: str) -> str:
    """A word that a leaf holds in the clear; empty where there is no leaf."""
    data = connection.execute(select(tables.leaf.c.data).where(tables.leaf.c.n == leaf)).scalar()
    return "" if data is None else str(parse(data)["body"][name])
