"""The desk: every command and every deadline goes through here, each in one write transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine import events
from engine.case import Case
from engine.commands import (
    Command,
    PassDeadline,
    PassQuery,
    QueryEntry,
    Recompute,
    RecordMeeting,
    Remind,
)
from engine.decide import decide
from engine.decision import Decision
from engine.errors import Refused
from engine.event import Event
from engine.follow_up import follow_up
from engine.people import Actor
from engine.refusals import NeedsReason, NoSuchAct, Quarantined
from engine.two_persons import actor_value
from storage.database import Reading
from storage.decisions import Asker, load_decision
from storage.endings import note_ending
from storage.held_letters import hold_mailings
from storage.ledger import Page
from storage.library import Library
from storage.links import all_links
from storage.marks import (
    CATCHING_UP,
    QUARANTINE,
    clear_mark,
    raise_mark,
    read_mark,
    set_mark,
)
from storage.next_contacts import practices_told
from storage.openings import BODY_KEY
from storage.outbox import Settlement, Status, settle
from storage.projections import forget_reminders, save_decision
from storage.register import led_localities
from storage.setup import Store
from storage.wakes import (
    Woken,
    due_wakes,
    forget_wake,
    is_any_wake,
    note_failure,
    parked_wakes,
    unpark,
)
from workflows.charges import keep_account
from workflows.escalating import escalate
from workflows.owing import counted
from workflows.publishing import publish_calendar

BATCH = 50
"""Decisions whose deadlines one commit may move, a savepoint each."""

SWEEP_MARK_SECONDS = 10
"""How often an idle sweep notes that it lives."""

HeldLetters = Callable[[Reading], Sequence[Settlement]]
"""Takes held letters from the outbox, and says what became of each."""

Beside = Callable[[Reading], None]
"""Work of the post in the same commit: it files no leaf."""

Suspicion = Callable[[], str | None]
"""Why the clock cannot be trusted now; None when it can."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What a command led to: the events with their leaves, and the refusal that was recorded."""

    filed: tuple[tuple[Event, int], ...]
    refusal: Refused | None
    decision: Decision
    at: datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: deadlines and reminders dealt with, and those given up on."""

    at: datetime
    deadlines: int = 0
    reminders: int = 0
    parked: tuple[str, ...] = ()
    suspect: str | None = None
    quarantine: str | None = None  # why nothing may happen: a backup that nobody has released


@dataclass(frozen=True, slots=True)
class Desk:
    """Runs decisions through their workflows. Holds nothing that a restart would miss."""

    store: Store
    library: Library
    suspicion: Suspicion
    code: str = field(kw_only=True)  # the body's, by which the register knows its practices

    def handle(self, reference: str, command: Command, asker: Asker | None = None) -> Handled:
        """Rule on a command and file what follows. Raises `Refused` where nothing was filed."""
        with self.store.ledger.page() as page:
            return self.rule(page, reference, command, asker)

    def handle_all(self, reference: str, commands: Iterable[Command]) -> tuple[Handled, ...]:
        """Rule on several commands in one commit: all of them, or none."""
        with self.store.ledger.page() as page:
            return tuple([self.rule(page, reference, command) for command in commands])

    def rule(
        self, page: Page, reference: str, command: Command, asker: Asker | None = None
    ) -> Handled:
        """The same, on a page that is already open."""
        keys, library = self.store.keys, self.library
        asking = replace(asker, at=page.now) if asker else None
        before = load_decision(page.connection, keys, reference, command.scope, asking)
        case = library.case(page.connection, before)
        if isinstance(command, Recompute | QueryEntry):
            publish_calendar(page, command.calendar)
        if isinstance(command, Remind):
            command = replace(command, led=led_localities(page.connection))
        if isinstance(command, RecordMeeting):
            command = replace(command, voters=_voters(page, reference))
        ruling = decide(case, command, page.now)
        filed, after = file_events(page, case, ruling.events)
        after = keep_account(page, self.code, after, filed)
        if replace(after.decision, answered=before.answered, accounts=before.accounts) != before:
            save_decision(page.connection, before, after.decision)
        return Handled(tuple(filed), ruling.refusal, after.decision, page.now)

    def sweep(self) -> Swept:
        """Pass every deadline that is due and send every reminder, oldest first.

        May run anywhere, at any time, in any number: what is no longer waited for does nothing. One
        failing decision is undone alone, tried again, parked after the third failure and named.
        """
        now = self.store.ledger.now()
        with self.store.database.reading() as reading:
            standing = read_mark(reading, QUARANTINE)
            catching_up = read_mark(reading, CATCHING_UP)
        if standing is not None:
            return Swept(now, parked=self._parked(), quarantine=Quarantined().says)
        because = self.suspicion() or self._standing_suspicion()
        if because is not None:
            self._note_suspicion(because)
            return Swept(now, parked=self._parked(), suspect=because)
        deadlines = reminders = 0
        while woken := self._due(now):
            with self.store.ledger.page() as page:
                for wake in woken:
                    first = page.edge.size
                    done = self._wake(page, wake)
                    if catching_up and catching_up[0] and wake.at <= catching_up[0]:
                        hold_mailings(page.connection, first)
                    deadlines += done and wake.kind != "reminder"
                    reminders += done and wake.kind == "reminder"
                set_mark(page.connection, "sweep", page.now)
            now = self.store.ledger.now()
        if catching_up and catching_up[0]:
            self._note_caught_up(catching_up[0])
        self._note_sweep(now)
        return Swept(now, deadlines, reminders, self._parked())

    def _note_caught_up(self, until: datetime) -> None:
        """Whether all that had passed before a restored backup was released is dealt with."""
        with self.store.database.writing() as writing:
            if not is_any_wake(writing, until):
                clear_mark(writing, CATCHING_UP)

    def _due(self, now: datetime) -> Sequence[Woken]:
        with self.store.database.reading() as connection:
            return due_wakes(connection, now, BATCH)

    def _wake(self, page: Page, wake: Woken) -> bool:
        """Deal with one wake in a savepoint of its own; whether it led to anything."""
        try:
            with page.attempt():
                return self._pass(page, wake)
        except Exception as error:  # noqa: BLE001 - one failing decision must not stop the others
            note_failure(page.connection, wake, page.now, f"{type(error).__name__}: {error}")
            return False

    def _pass(self, page: Page, wake: Woken) -> bool:
        if wake.kind == "deadline":
            command: Command = PassDeadline(wake.name, wake.at)
        elif wake.kind == "query":
            command = PassQuery(wake.at)
        else:
            if not forget_reminders(page.connection, wake.decision, page.now):
                return False  # it was dealt with since this sweep looked
            command = Remind(wake.name)
        filed = self.rule(page, wake.decision, command).filed
        if not filed and wake.at <= page.now:
            forget_wake(page.connection, wake)
        return bool(filed)

    def retry(self, reference: str) -> None:
        """Let the sweep try again what it gave up on; `NoSuchAct` where it gave up nothing."""
        with self.store.database.writing() as writing:
            if not unpark(writing, reference):
                raise NoSuchAct(f"The sweep has not given up on {reference}.")

    def _parked(self) -> tuple[str, ...]:
        with self.store.database.reading() as connection:
            return tuple(parked_wakes(connection))

    def _note_sweep(self, now: datetime) -> None:
        with self.store.database.reading() as connection:
            last = read_mark(connection, "sweep")
        if last and last[0] and (now - last[0]).total_seconds() < SWEEP_MARK_SECONDS:
            return
        with self.store.database.writing() as connection:
            set_mark(connection, "sweep", now)

    def _standing_suspicion(self) -> str | None:
        """What any process has found wrong with the clock, until a person confirms it."""
        with self.store.database.reading() as connection:
            mark = read_mark(connection, "clock")
        return mark[1] if mark else None

    def _note_suspicion(self, because: str) -> None:
        """One leaf for a suspicion, however often the sweep meets it."""
        with self.store.database.reading() as connection:
            if read_mark(connection, "clock"):
                return
        with self.store.ledger.page() as page:
            raise_mark(page.connection, "clock", page.now, because)
            page.file(events.ClockSuspected(because=because))

    def confirm_clock(self) -> None:
        """A person says the clock is right: deadlines fire again."""
        with self.store.ledger.page() as page:
            clear_mark(page.connection, "clock")
            set_mark(page.connection, "sweep", page.now)
            page.file(events.ClockConfirmed())

    def settle(self, done: Iterable[Settlement], beside: Beside | None = None) -> int:
        """File what became of letters; how many settlements still counted.

        `beside` is the post's own work, which touches no decision and shares the commit.
        """
        with self.store.ledger.page() as page:
            if beside is not None:
                beside(page.connection)
            counted = settle(page.connection, tuple(done), page.now)
            for settlement in counted:
                _file_settlement(page, settlement)
            self._follow_lost(page, counted)
        return len(counted)

    def _follow_lost(self, page: Page, ended: Iterable[Settlement]) -> None:
        """A practice whose last letter has come to nothing is written to otherwise, or rung."""
        lost = [done.letter for done in ended if done.status in LOST and done.next_try_at is None]
        if lost:
            page.flush()
            for reference, practice in sorted(practices_told(page.connection, lost)):
                escalate(page, self.library, reference, practice)

    def drop(self, held: HeldLetters, reason: str, actor: Actor) -> int:
        """Never send letters of a restored backup: a leaf for each says who dropped it, and why.

        `held` takes them, inside the commit; practices that they leave unreached are written to
        otherwise. Raises `NeedsReason`; returns how many those were.
        """
        if not reason:
            raise NeedsReason("Dropping letters needs a reason; it goes on record.")
        self.store.keys.make([BODY_KEY])
        with self.store.ledger.page() as page:
            dropped = held(page.connection)
            settle(page.connection, dropped, page.now)
            for settlement in dropped:
                n = page.file(_skipped(settlement, reason, actor))
                note_ending(page, n, settlement)
            self._follow_lost(page, dropped)
        return len(dropped)


def _voters(page: Page, reference: str) -> frozenset[tuple[str, str]]:
    """Who could cast a practice's vote by link at this moment."""
    links = all_links(page.connection, reference)
    return frozenset((link.practice, link.person) for link in links if link.may_cast)


LOST = frozenset({Status.FAILED, Status.AMBIGUOUS, Status.BOUNCED, Status.SKIPPED})
"""How a letter ends that has reached nobody, for all that is known."""

_FILED_AS = {
    Status.ACCEPTED: events.MailAccepted,
    Status.FAILED: events.MailUndeliverable,
    Status.AMBIGUOUS: events.MailUndeliverable,
    Status.BOUNCED: events.MailBounced,
}


def _skipped(
    done: Settlement, reason: str | None = None, actor: Actor | None = None
) -> events.MailSkipped:
    """Given up by the post, or dropped by a person."""
    return events.MailSkipped(
        mailing=done.mailing,
        practice=done.practice,
        message=done.message_id,
        because=done.reason or "",
        reason=reason,
        by=actor_value(actor) if actor else None,
    )


def _file_settlement(page: Page, done: Settlement) -> None:
    if done.status is Status.SKIPPED:
        note_ending(page, page.file(_skipped(done)), done)
        return
    kind = _FILED_AS.get(done.status)
    if kind is None or done.next_try_at is not None:
        return
    n = page.file(
        kind(
            mailing=done.mailing,
            practice=done.practice,
            message=done.message_id,
            contact=done.contact,
            words=done.words or done.reason or "",
            person_id=done.person,
        )
    )
    note_ending(page, n, done)


def file_events(
    page: Page, case: Case, happened: Iterable[Event]
) -> tuple[list[tuple[Event, int]], Case]:
    """File events and what follows from them; the leaves, and the case after them all."""
    filed: list[tuple[Event, int]] = []
    after = case
    for event in happened:
        filed.append((event, page.file(event)))
        after = after.after(event, page.now)
    for follows in follow_up(after, tuple(filed), page.now):
        event = counted(page.connection, follows)
        filed.append((event, page.file(event)))
        after = after.after(event, page.now)
    return filed, after
