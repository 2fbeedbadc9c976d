"""Altering a trail behind the program's back, as someone who owns the database can."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from storage.triggers import expected_triggers, trigger_statements


@contextmanager
def without_triggers(writing: Connection) -> Iterator[None]:
    """The guards are down inside, and up again after it."""
    if writing.dialect.name == "postgresql":
        writing.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        return
    for name in expected_triggers("sqlite"):
        writing.execute(text(f"DROP TRIGGER {name}"))
    yield
    for statement in trigger_statements("sqlite"):
        writing.execute(text(statement))
