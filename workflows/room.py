"""The committee's room: what an auditor reads, takes away, and asks about the allowance.

Nothing here changes a decision: a query is beside it.
"""

from dataclasses import dataclass
from typing import BinaryIO, Protocol

import structlog

from engine.commands import QueryEntry
from engine.financial_year import FinancialYear, read_year, year_of
from engine.notes import Checkpoint
from engine.people import Actor, How
from engine.refusals import NoSuchDecision
from engine.working_days import Calendar, calendar_value
from storage.database import Trouble
from storage.decisions import load_decision, references
from storage.library import Library
from storage.setup import Store
from storage.visits import note_seen
from workflows.account_page import AccountPage
from workflows.account_pages import account_page
from workflows.allowance import reckon
from workflows.audit import Audited, Listed
from workflows.audit_pages import audit_page, list_decisions
from workflows.certificate import Source, certify
from workflows.certificate_page import CertificatePage, certificate_page
from workflows.desk import Desk
from workflows.publishing import digest
from workflows.sign_in import Visitor

_log = structlog.get_logger("room")


class Bundles(Protocol):
    """What makes audit bundles, with the committee's rights."""

    def write(self, reference: str | None, out: BinaryIO, /) -> None:
        """Write the bundle of a decision, or of the whole trail, to a file."""
        ...

    def verifier(self) -> bytes:
        """The verifier: one file that needs nothing of this program."""
        ...

    def checkpoint(self) -> Checkpoint | None:
        """The newest released checkpoint; None where there is none yet."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """The room beside a desk. Without `bundles` there is nothing to take away.

    `calendar` is the one in force: it tells the financial year, and when an answer is due.
    """

    desk: Desk
    calendar: Calendar
    bundles: Bundles | None = None

    @property
    def store(self) -> Store:
        """The desk's store."""
        return self.desk.store

    @property
    def library(self) -> Library:
        """The desk's library."""
        return self.desk.library

    @property
    def has_bundles(self) -> bool:
        """Whether bundles can be downloaded."""
        return self.bundles is not None

    def decisions(self, person: str) -> tuple[Listed, ...]:
        """Every decision; that this person looked is put down."""
        with self.store.database.reading() as reading:
            now = self.store.ledger.now()
            listed = list_decisions(reading, self.store.keys, self.library, now)
        self._note(person, "decisions")
        return listed

    def decision(self, person: str, reference: str) -> Audited | None:
        """One decision; None where there is none of this reference."""
        with self.store.database.reading() as reading:
            now = self.store.ledger.now()
            page = audit_page(reading, self.store.keys, self.library, reference, now)
        if page is not None:
            self._note(person, "decision", reference)
        return page

    def certificate(self, person: str, reference: str) -> CertificatePage | None:
        """What became of every letter of a decision; None where there is none of this reference."""
        sealed = self.store.sealer.newest()
        with self.store.database.reading() as reading:
            if reference not in references(reading):
                return None
            now = self.store.ledger.now()
            source = Source(reading, self.store.keys, self.library, sealed, now)
            page = certificate_page(certify(source, reference), self.calendar)
        self._note(person, "certificate", reference)
        return page

    # --- the management allowance ---------------------------------------------------------

    def account(self, person: str, year: FinancialYear | None) -> AccountPage:
        """A year's account of the allowance, the present year's where none is named.

        A year of which nothing is known has an empty one.
        """
        with self.store.database.reading() as reading:
            now = self.store.ledger.now()
            meant = year or year_of(self.calendar, now)
            told = reckon(reading, self.store.keys, self.calendar, meant, now)
            running = [
                self.library.case(reading, load_decision(reading, self.store.keys, each.decision))
                for each in told.account.committed
            ]
        self._note(person, "allowance")
        states = {case.decision.reference: case.state.title for case in running}
        return account_page(told, meant, self.calendar, states, now)

    def year_bearing(self, reference: str) -> FinancialYear | None:
        """The year that a decision was charged to last; None where it has drawn nothing."""
        with self.store.database.reading() as reading:
            if reference not in references(reading):
                return None
            charge = load_decision(reading, self.store.keys, reference).charge
        return read_year(charge.year) if charge else None

    def query(self, visitor: Visitor, reference: str, text: str) -> FinancialYear | None:
        """Ask about what a decision drew, for the role that is signed in; the year that bears it.

        Raises `NoSuchDecision`, `NothingDrawn`, `MayNotQuery`, `QueryWaits` or `NeedsReason`, and
        nothing is on record then.
        """
        with self.store.database.reading() as reading:
            if reference not in references(reading):
                raise NoSuchDecision
        asked = QueryEntry(
            actor=Actor(visitor.person, How.SESSION),
            roles=frozenset([visitor.role]),
            text=text,
            calendar=self.calendar,
            digest=digest(calendar_value(self.calendar)),
        )
        charge = self.desk.handle(reference, asked).decision.charge
        return read_year(charge.year) if charge else None

    # --- what is taken away ---------------------------------------------------------------

    def write_bundle(self, person: str, reference: str | None, out: BinaryIO) -> bool:
        """Write a bundle to a file; False where there is nothing of this reference to write.

        That this person took it is put down first: who has it must not depend on how it went.
        """
        if self.bundles is None:
            return False
        if reference is not None:
            with self.store.database.reading() as reading:
                known = reference in references(reading)
            if not known:
                return False
        with self.store.database.writing() as writing:
            note_seen(writing, person, "bundle", reference, self.store.ledger.now())
        self.bundles.write(reference, out)
        return True

    def verifier(self) -> bytes | None:
        """The verifier's file."""
        return self.bundles.verifier() if self.bundles else None

    def checkpoint(self) -> Checkpoint | None:
        """The newest released checkpoint."""
        return self.bundles.checkpoint() if self.bundles else None

    def _note(self, person: str, what: str, reference: str | None = None) -> None:
        """Put down what somebody read; in the log where the database takes nothing for now.

        Who audits reads all the same: a lock that somebody else holds must not close the room.
        """
        try:
            with self.store.database.noting() as noting:
                note_seen(noting, person, what, reference, self.store.ledger.now())
        except Trouble as error:
            kind = type(error).__name__
            _log.warning("not noted", person=person, what=what, decision=reference, because=kind)
