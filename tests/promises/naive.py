"""How it is often done, and why not here: each variant is tried beside the real thing.

The same checks that find no fault with the product must find one with each of these.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, create_engine, event, select, update

from app.bootstrap import App
from engine.commands import Command, PassDeadline
from engine.decide import decide
from engine.trail import Edge
from notifications.post import Ready
from notifications.sorting import BATCH, Batch, SortingOffice
from storage import tables
from storage.database import Database, Reading
from storage.decisions import Asker, load_decision
from storage.ledger import Ledger, Page, split_peaks
from storage.links import LinkHolder
from storage.outbox import Status, claim
from storage.projections import save_decision
from storage.wakes import due_wakes
from workflows.counter import Counter, Sent
from workflows.desk import Desk, Handled, Swept, file_events

Meanwhile = Callable[[], object]


def nothing() -> None:
    """Nothing happens meanwhile."""


def at_desk(app: App, desk: Desk, counter: Counter | None = None) -> App:
    """The same program with another desk."""
    counter = counter or Counter(desk)
    practice_desk = replace(app.practice_desk, desk=desk, counter=counter)
    return replace(app, store=desk.store, desk=desk, practice_desk=practice_desk)


def on_database(app: App, database: Database) -> App:
    """The same program with another way to its database."""
    store = replace(
        app.store, database=database, ledger=replace(app.store.ledger, database=database)
    )
    return at_desk(app, replace(app.desk, store=store))


def with_ledger(app: App, ledger: Ledger) -> App:
    """The same program with another ledger."""
    return at_desk(app, replace(app.desk, store=replace(app.store, ledger=ledger)))


def held_up(app: App, *meanwhile: Meanwhile) -> App:
    """A program that is held up in its next write transactions, each when it has read the head.

    The clock is read at that very point.
    """
    pending = list(meanwhile)
    ledger = app.store.ledger

    def now() -> datetime:
        if pending:
            pending.pop(0)()
        return ledger.now()

    return with_ledger(app, replace(ledger, now=now))


# --- SQLite transactions --------------------------------------------------------------------------


def default_transactions(app: App) -> App:
    """SQLite as the driver has it: a transaction begins at the first change, not at the reading."""
    return on_database(app, _sqlite(app, {}))


def deferred_transactions(app: App) -> App:
    """SQLite with a plain BEGIN: it takes the write lock at the first change."""
    database = _sqlite(app, {"isolation_level": None})
    event.listen(database.writer, "begin", _begin)
    return on_database(app, database)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _sqlite(app: App, arguments: dict[str, object]) -> Database:
    engine: Engine = create_engine(
        app.store.database.url,
        connect_args={"check_same_thread": False, "timeout": 5, **arguments},
    )
    database = app.store.database
    return Database(database.url, engine, database.reader, database.noter)


# --- PostgreSQL without the head's lock -----------------------------------------------------------


class UnlockedLedger(Ledger):
    """Reads the head without locking it: READ COMMITTED alone."""

    @contextmanager
    def page(self) -> Iterator[Page]:
        with self.database.writing() as connection:
            row = connection.execute(select(tables.trail_head)).one()
            edge = Edge(row.size, split_peaks(row.peaks))
            now = max(self.now(), row.last_at or self.now())
            page = Page(connection, now, edge, self.keys, self.random_bytes)
            yield page
            page.flush()


def without_head_lock(app: App) -> App:
    """The same program with a ledger that does not lock."""
    known = app.store.ledger
    ledger = UnlockedLedger(known.database, known.keys, known.now, known.random_bytes)
    return with_ledger(app, ledger)


# --- checked first, filed later -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HastyDesk(Desk):
    """Rules on what it read before it took the lock, as check-then-act does.

    `meanwhile` is what others do between the check and the filing.
    """

    meanwhile: Meanwhile = nothing

    def handle(self, reference: str, command: Command, asker: Asker | None = None) -> Handled:
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            before = load_decision(reading, self.store.keys, reference, command.scope, asker)
            case = self.library.case(reading, before)
        ruling = decide(case, command, now)
        self.meanwhile()
        with self.store.ledger.page() as page:
            filed, after = file_events(page, case, ruling.events)
            if isinstance(command, PassDeadline):
                save_decision(page.connection, before, after.decision)
        return Handled(tuple(filed), ruling.refusal, after.decision, page.now)

    def sweep(self) -> Swept:
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            woken = [wake for wake in due_wakes(reading, now, 1000) if wake.kind == "deadline"]
        for wake in woken:
            self.handle(wake.decision, PassDeadline(wake.name, wake.at))
        return Swept(now, len(woken))


class HastyCounter(Counter):
    """Takes each answer to the desk by itself."""

    def give(self, holder: LinkHolder, command: Sent) -> Handled:
        asker = Asker(holder.practice, holder.person)
        return self.desk.handle(holder.decision, command, asker)


def hasty(app: App, meanwhile: Meanwhile = nothing) -> App:
    """The same program with a desk that checks first."""
    desk = HastyDesk(app.store, app.library, app.clock.suspicion, meanwhile, code=app.desk.code)
    return at_desk(app, desk, HastyCounter(desk))


# --- looked up first, claimed later ---------------------------------------------------------------


class NaiveOffice(SortingOffice):
    """Looks for letters that are owed, then marks them as its own; sends without asking again."""

    meanwhile: Meanwhile

    @classmethod
    def of(cls, office: SortingOffice, meanwhile: Meanwhile) -> "NaiveOffice":
        naive = cls(office.store, office.library, office.settings)
        object.__setattr__(naive, "meanwhile", meanwhile)
        return naive

    def take(self, most: int = BATCH) -> Batch | None:  # noqa: ARG002 - it takes them all
        columns = tables.letter.c
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            owed = select(columns.id).where(columns.status == Status.OWED)
            ids = list(reading.execute(owed).scalars())
        if not ids:
            return None
        self.meanwhile()
        with self.store.database.writing() as writing:
            as_seen = update(tables.letter).where(columns.id.in_(ids))
            writing.execute(as_seen.values(status=Status.OWED, next_try_at=now))
            claimed = claim(writing, now, len(ids))
        with self.store.database.reading() as reading:
            return self._sort(reading, claimed, now)

    def mark(self, writing: Reading, letters: Iterable[Ready]) -> Mapping[int, Exception]:  # noqa: ARG002
        """No mark, no question whose letter it is."""
        return {}
