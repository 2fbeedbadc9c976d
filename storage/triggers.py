"""Triggers that hold the trail append-only, whatever program opens the database.

UPDATE and DELETE are refused; an INSERT of a leaf must carry the head's size (SQLite's INSERT OR
REPLACE passes the other two), and raises that size by one; PostgreSQL's TRUNCATE is refused by a
statement trigger. Openings may be deleted, which is erasure, and never changed.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

_NEVER_CHANGED = ("leaf", "node", "published", "opening")
_NEVER_DELETED = ("leaf", "node", "published")
_KEYED = {
    "node": "level = NEW.level AND place = NEW.place",
    "published": "digest = NEW.digest",
    "opening": "n = NEW.n AND field = NEW.field",
}


def expected_triggers(dialect: str) -> frozenset[str]:
    """The names of all triggers that must exist."""
    names = {f"{table}_is_never_changed" for table in _NEVER_CHANGED}
    names |= {f"{table}_is_never_deleted" for table in _NEVER_DELETED}
    names.add("leaf_is_next")
    if dialect == "sqlite":
        names |= {"leaf_moves_head", *(f"{t}_is_never_replaced" for t in _KEYED)}
    else:
        names |= {f"{table}_is_never_truncated" for table in _NEVER_DELETED}
    return frozenset(names)


def missing_triggers(connection: Connection) -> frozenset[str]:
    """Triggers that someone has removed: the program will not start without them."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
            "AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = "
            "(SELECT oid FROM pg_namespace WHERE nspname = current_schema()))"
        )
    present = set(connection.execute(text(query)).scalars())
    return expected_triggers(connection.dialect.name) - present


def trigger_statements(dialect: str) -> Iterator[str]:
    """The statements that make them."""
    yield from _sqlite_statements() if dialect == "sqlite" else _postgres_statements()


def _sqlite_statements() -> Iterator[str]:
    for table in _NEVER_CHANGED:
        yield _sqlite(f"{table}_is_never_changed", f"UPDATE ON {table}", f"{table} is append-only")
    for table in _NEVER_DELETED:
        yield _sqlite(f"{table}_is_never_deleted", f"DELETE ON {table}", f"{table} is append-only")
    yield _sqlite(
        "leaf_is_next",
        "INSERT ON leaf",
        "a leaf must be the next one",
        "NEW.n <> (SELECT size FROM trail_head) OR EXISTS (SELECT 1 FROM leaf WHERE n = NEW.n)",
    )
    yield (
        "CREATE TRIGGER leaf_moves_head AFTER INSERT ON leaf "
        "BEGIN UPDATE trail_head SET size = size + 1; END"
    )
    for table, same in _KEYED.items():
        yield _sqlite(
            f"{table}_is_never_replaced",
            f"INSERT ON {table}",
            f"{table} is append-only",
            f"EXISTS (SELECT 1 FROM {table} WHERE {same})",  # noqa: S608 - our own names only
        )


def _sqlite(name: str, moment: str, says: str, when: str | None = None) -> str:
    condition = f"WHEN {when} " if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {moment} {condition}BEGIN SELECT RAISE(ABORT, '{says}'); END"
    )


def _postgres_statements() -> Iterator[str]:
    yield """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
    yield """CREATE FUNCTION take_next_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.n <> (SELECT size FROM trail_head) THEN
    RAISE EXCEPTION 'a leaf must be the next one';
  END IF;
  UPDATE trail_head SET size = size + 1;
  RETURN NEW;
END $$"""
    for table in _NEVER_CHANGED:
        yield _postgres(f"{table}_is_never_changed", f"UPDATE ON {table}")
    for table in _NEVER_DELETED:
        yield _postgres(f"{table}_is_never_deleted", f"DELETE ON {table}")
        yield (
            f"CREATE TRIGGER {table}_is_never_truncated BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    yield (
        "CREATE TRIGGER leaf_is_next BEFORE INSERT ON leaf "
        "FOR EACH ROW EXECUTE FUNCTION take_next_leaf()"
    )


def _postgres(name: str, moment: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {moment} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
