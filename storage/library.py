"""The files that leaves name by digest, read back into the engine's values and kept in memory.

They never change, so a cache can never be stale; a restart misses nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, select

from engine.case import Case
from engine.decision import Decision
from engine.machine import Machinery, build_machinery
from engine.reading import read_workflow
from engine.roll import Roll, roll_from_value
from engine.trail import parse
from engine.working_days import Calendar, calendar_from_value
from storage import tables

KEPT = 256
"""How many files of each kind stay in memory."""

T = TypeVar("T")


class _Shelf(Generic[T]):
    """Files of one kind, the oldest making way for the newest."""

    def __init__(self, read: Callable[[Any], T]) -> None:
        self._read = read
        self._kept: dict[str, T] = {}

    def get(self, connection: Connection, digest: str) -> T:
        """The file of this digest, from memory or from the database."""
        kept = self._kept.get(digest)
        if kept is None:
            columns = tables.published.c
            query = select(columns.data).where(columns.digest == digest)
            kept = self._read(parse(connection.execute(query).scalar_one()))
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[digest] = kept
        return kept


class Library:
    """Published files by digest."""

    def __init__(self) -> None:
        self._machinery = _Shelf(_machinery)
        self._rolls = _Shelf(roll_from_value)
        self._calendars = _Shelf(calendar_from_value)

    def machinery(self, connection: Connection, digest: str) -> Machinery:
        """The workflow a decision opened with, compiled."""
        return self._machinery.get(connection, digest)

    def roll(self, connection: Connection, digest: str) -> Roll:
        """The roll frozen at a decision's opening."""
        return self._rolls.get(connection, digest)

    def calendar(self, connection: Connection, digest: str) -> Calendar:
        """The calendar a decision computes its dates with."""
        return self._calendars.get(connection, digest)

    def case(self, connection: Connection, decision: Decision) -> Case:
        """A decision with everything the rules look at."""
        return Case(
            decision,
            self.machinery(connection, decision.workflow),
            self.roll(connection, decision.roll),
            self.calendar(connection, decision.calendar),
            partial(self.machinery, connection),
        )


def _machinery(value: Any) -> Machinery:  # noqa: ANN401
    """A running decision keeps the rules it opened with, so a stricter check never stops it."""
    return build_machinery(read_workflow(value, "the published workflow"))
