"""The secretariat's desk: what wants a person now, and where each decision under way stands.

It reads and changes nothing: what is to be done is done by command, which the page names.
"""

from dataclasses import dataclass
from datetime import datetime

from engine.case import Case
from engine.commands import Scope
from engine.definition import Open
from engine.working_days import Calendar
from storage.corrections import Standing, read_corrections
from storage.database import Reading
from storage.decisions import load_decision, read_paper
from storage.intake import spoken_name
from storage.next_contacts import lost, running
from workflows.desk import Desk
from workflows.health import health
from workflows.phone_list import ToRing, to_ring

_TOLD_BELOW = frozenset({"unreached"})
"""Alarms that the page tells in full elsewhere."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A decision that waits for a deadline; `answered` of `asked` practices have answered."""

    reference: str
    title: str
    state: str
    due: str
    asks_practices: bool
    asked: int
    answered: int
    lost: tuple[ToRing, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A correction of a practice's people that waits for a second look; `kind` as asked for."""

    id: str
    practice: str
    kind: str
    since: str


@dataclass(frozen=True, slots=True)
class Wants:
    """An alarm: what is so, since when (empty where that is not known), and what to do."""

    says: str
    since: str


@dataclass(frozen=True, slots=True)
class SecretariatPage:
    """Everything on the desk; decisions in the order in which they fall due."""

    at: str
    wants: tuple[Wants, ...]
    under_way: tuple[UnderWay, ...]
    pending: tuple[Pending, ...]

    @property
    def lost(self) -> int:
        """Practices to ring, counted once for each decision that they have not heard of."""
        return sum(len(each.lost) for each in self.under_way)


@dataclass(frozen=True, slots=True)
class Secretariat:
    """The desk of those who run the decisions. `backup_hours` is how old a backup may be."""

    desk: Desk
    calendar: Calendar
    backup_hours: int = 0

    def page(self) -> SecretariatPage:
        """What wants a person, as it is now."""
        store = self.desk.store
        wants = self._wants()
        with store.database.reading() as reading:
            cases = [self._case(reading, reference) for reference in running(reading)]
            found = read_corrections(reading, store.keys, status=Standing.PENDING)
            return SecretariatPage(
                at=self._words(store.ledger.now()),
                wants=wants,
                under_way=tuple(self._under_way(reading, c) for c in sorted(cases, key=_due)),
                pending=tuple(
                    Pending(each.id, each.practice, each.kind, self._words(each.asked_at))
                    for each in found
                ),
            )

    def _wants(self) -> tuple[Wants, ...]:
        desk = self.desk
        value = health(
            desk.store, self.calendar, desk.suspicion(), self.backup_hours, code=desk.code
        )
        return tuple(
            Wants(each["says"], self._words(datetime.fromisoformat(each["since"])))
            if each["since"]
            else Wants(each["says"], "")
            for each in value["alarms"]
            if each["name"] not in _TOLD_BELOW
        )

    def _case(self, reading: Reading, reference: str) -> Case:
        decision = load_decision(reading, self.desk.store.keys, reference, Scope.TURNOUT)
        return self.desk.library.case(reading, decision)

    def _under_way(self, reading: Reading, case: Case) -> UnderWay:
        decision, due = case.decision, case.decision.waiting
        asks = case.state.open_for is not Open.NOTHING
        codes = lost(reading, case) if asks else ()
        return UnderWay(
            reference=decision.reference,
            title=read_paper(reading, self.desk.store.keys, decision.reference).title,
            state=case.state.title,
            due=self._words(due.due_at) if due else "",
            asks_practices=asks,
            asked=len(case.roll.lines),
            answered=len(decision.answered),
            lost=to_ring(reading, {c: spoken_name(case.roll.by_practice[c].name) for c in codes}),
        )

    def _words(self, at: datetime) -> str:
        return self.calendar.words(at)


def _due(case: Case) -> tuple[bool, datetime, str]:
    waiting = case.decision.waiting
    at = waiting.due_at if waiting else case.decision.opened_at
    return waiting is None, at, case.decision.reference
