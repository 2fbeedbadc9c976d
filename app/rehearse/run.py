"""A rehearsal from the opening to the end: the clock is set from one moment to the next.

Practices and staff do what the play has them do on the working day after they may. Deadlines and
reminders happen because the program itself says when it must be woken next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from app.bootstrap import calendar_of
from app.config import Settings
from app.rehearse.body import decision_for
from app.rehearse.notes import Note, first_letters, letter_notes, notes_of, waits
from app.rehearse.plays import MANNERS, Manner, Play, require_playable
from app.rehearse.practices import answer, call_in, challenge
from app.rehearse.staff import may_order_revote, order_revote, take_turn, waiting_acts
from app.rehearse.stage import Letter, Stage, stage
from engine.case import Case
from engine.challenges import challenge_ends
from engine.commands import Scope
from engine.decision import Decision
from engine.definition import Open, Workflow
from engine.people import Actor, How
from engine.turnaround import working_days_taken
from engine.working_days import Calendar
from storage.decisions import load_decision
from storage.proofs import read_leaves
from storage.wakes import next_wake_at
from workflows.rulebook import Definition

_OPENED, _ANSWERED, _ACTED = time(9, 30), time(10), time(11)
_BAD = ("trouble", "parked")
_ENOUGH = 1000
"""Moments after which a rehearsal is broken off: no checked definition comes near."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What happened, in order; the first letter of each name; how and when it ended, if it did.

    It has ended once nothing more is waited for: an outcome may come before that. `roads` are the
    workflows gone through, the definition first.
    """

    definition: Definition
    play: Play
    notes: tuple[Note, ...]
    letters: Mapping[str, Letter]
    calendar: Calendar
    opened_at: datetime
    ended_at: datetime | None
    result: str | None
    working_days: int | None
    roads: tuple[Workflow, ...] = ()

    @property
    def went_well(self) -> bool:
        """Whether it came to an end, every letter could be written, and no deadline was parked."""
        return self.result is not None and not any(note.what in _BAD for note in self.notes)


@dataclass
class _Rehearsal:
    stage: Stage
    reference: str
    manner: Manner
    notes: list[Note] = field(default_factory=list)
    plans: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)
    entered: tuple[str, datetime | None] | None = None
    since: datetime | None = None
    ended: bool = False
    seen: int = -1
    roads: list[Workflow] = field(default_factory=list)
    has_called_in: bool = False

    # --- time ---------------------------------------------------------------------------------

    def go_on(self) -> bool:
        """Set the clock to the next moment at which anything happens, and do it; False at the end.

        What is planned for a state that has been left is not done.
        """
        moments = [moment for moment, _ in self.plans]
        wake = self._next_wake()
        moment = min((*moments, *([wake] if wake else ())), default=None)
        if moment is None:
            return False
        clock = self.stage.clock
        clock.moment = max(clock.moment, moment)
        due = [plan for at, plan in self.plans if at == moment]
        self.plans = [each for each in self.plans if each[0] != moment]
        for plan in due:
            plan()
        self.look()
        return True

    def _next_wake(self) -> datetime | None:
        with self.stage.app.store.database.reading() as reading:
            return next_wake_at(reading)

    def look(self) -> None:
        """Do what is due, note what happened, take the post, and plan for a state newly entered."""
        app, now = self.stage.app, self.stage.clock.moment
        swept = app.desk.sweep()
        case = self.case()
        with app.store.database.reading() as reading:
            rows = [row for row in read_leaves(reading, self.reference) if row.n > self.seen]
        self.seen = max((row.n for row in rows), default=self.seen)
        self._travel(case.machinery.workflow)
        states = {name: held for road in self.roads for name, held in road.states.items()}
        states |= case.machinery.workflow.states
        self.notes += notes_of(rows, states, case.calendar)
        self.notes += letter_notes(now, self.stage.post())
        self.notes += [Note(now, "trouble", f"A letter {each}") for each in self.stage.troubles]
        self.stage.troubles.clear()
        self.notes += [Note(now, "parked", f"The sweep gave up: {each}") for each in swept.parked]
        due = case.decision.waiting
        entered = (case.decision.state, case.decision.entered_at)
        if entered != self.entered:
            if not (self.ended and case.state.is_final):  # an act after the end is beside it
                self.since = now
            self.entered, self.ended = entered, case.state.is_final
            self._enter(case, due.due_at if due else None)

    def _travel(self, road: Workflow) -> None:
        if not self.roads or self.roads[-1] != road:
            self.roads.append(road)

    def case(self) -> Case:
        """The decision as it stands."""
        app = self.stage.app
        with app.store.database.reading() as reading:
            return app.library.case(reading, self._decision())

    def _decision(self) -> Decision:
        store = self.stage.app.store
        with store.database.reading() as reading:
            return load_decision(reading, store.keys, self.reference, Scope.TURNOUT)

    # --- a state newly entered ------------------------------------------------------------------

    def _enter(self, case: Case, due: datetime | None) -> None:
        now, calendar = self.stage.clock.moment, case.calendar
        acts = waiting_acts(self.stage, self.reference)
        if acts and not self.manner.staff:
            self.notes.append(Note(now, "waits", waits(case.state, acts, due, calendar)))
        day = calendar.nth_working_day(calendar.day_of(now), 1)
        morning = calendar.instant(day, _ANSWERED)
        if case.state.open_for is not Open.NOTHING and not case.state.is_final:
            self._plan(morning, self._practices_answer)
        if case.state.call_in and self.manner.calls_in and not self.has_called_in:
            self._plan(morning, self._practices_call_in)
        if challenge_ends(case) and self.manner.challenges and not case.decision.challengers:
            self._plan(morning, self._practice_challenges)
        if acts and self.manner.staff:
            self._plan(calendar.instant(day, _ACTED), self._staff_act)
        if self.manner.orders and may_order_revote(self.stage, self.reference):
            self._plan(calendar.instant(day, _ACTED), self._chair_orders)

    def _plan(self, moment: datetime, do: Callable[[], None]) -> None:
        here = self.entered

        def unless_left() -> None:
            if self.entered == here:
                do()

        self.plans.append((moment, unless_left))

    def _practices_answer(self) -> None:
        answer(self.stage, self.case(), self.manner)

    def _practices_call_in(self) -> None:
        self.has_called_in = True
        call_in(self.stage, self.case())

    def _practice_challenges(self) -> None:
        challenge(self.stage, self.case())

    def _chair_orders(self) -> None:
        order_revote(self.stage, self.reference)

    def _staff_act(self) -> None:
        did = take_turn(self.stage, self.reference, self.manner)
        now = self.stage.clock.moment
        if did.act:
            instead = f", as another could not be done ({did.refused})" if did.refused else ""
            self.notes.append(Note(now, "staff", f"Staff: {did.act}{instead}"))
            return
        case = self.case()
        due = case.decision.waiting
        acts = waiting_acts(self.stage, self.reference)
        words = waits(case.state, acts, due.due_at if due else None, case.calendar)
        self.notes.append(Note(now, "waits", f"{words}. Not done here: {did.refused}"))


def rehearse(
    definition: Definition,
    settings: Settings,
    play: Play,
    opening: date,
) -> Rehearsed:
    """Play a pretend decision through, opened on this day. Raises `Refused` where it cannot be."""
    require_playable(play, definition.workflow)
    calendar = calendar_of(settings)
    opened_at = calendar.instant(opening, _OPENED)
    with stage(settings, opened_at) as set_:
        file, staff = decision_for(definition.workflow), Actor(None, How.CLI)
        prepared = set_.app.opener.open(file, {}, staff, definition)
        rehearsal = _Rehearsal(set_, prepared.opening.reference, MANNERS[play])
        rehearsal.look()
        for _ in range(_ENOUGH):
            if not rehearsal.go_on():
                break
        case = rehearsal.case()
        outcome = case.decision.outcome if case.state.is_final else None
        letters = first_letters(set_.letters)
        ended_at = rehearsal.since if outcome else None
        took = working_days_taken(calendar, opened_at, ended_at) if ended_at else None
        return Rehearsed(
            definition,
            play,
            tuple(rehearsal.notes),
            letters,
            calendar,
            opened_at,
            ended_at,
            outcome.result if outcome else None,
            took,
            tuple(rehearsal.roads),
        )
