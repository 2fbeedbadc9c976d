"""Everything the rules look at when they rule on a command, and the ruling they give."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.decision import Decision
from engine.definition import State
from engine.errors import Refused
from engine.event import Event
from engine.evolving import evolve
from engine.machine import Machinery
from engine.roll import Roll
from engine.working_days import Calendar

MachineryOf = Callable[[str], Machinery]


def _only_its_own(digest: str) -> Machinery:
    message = f"no workflow {digest!r} is at hand"
    raise LookupError(message)


@dataclass(frozen=True, slots=True)
class Case:
    """A decision with the workflow, roll and calendar it opened with."""

    decision: Decision
    machinery: Machinery
    roll: Roll
    calendar: Calendar
    machinery_of: MachineryOf = _only_its_own  # by digest, where the decision changes its workflow

    @property
    def state(self) -> State:
        """The definition of the state the decision is in."""
        return self.machinery.workflow.states[self.decision.state]

    def after(self, event: Event, at: datetime) -> "Case":
        """The case once an event dated `at` has happened."""
        decision = evolve(self.decision, event, at)
        if decision.workflow == self.decision.workflow:
            return replace(self, decision=decision)
        return replace(self, decision=decision, machinery=self.machinery_of(decision.workflow))


@dataclass(frozen=True, slots=True)
class Ruling:
    """What happens on a command.

    `refusal` beside events is a refusal that is itself put on record (a late vote): the events
    are committed, and the sender is told. A refusal without a record is raised instead.
    """

    events: tuple[Event, ...] = ()
    refusal: Refused | None = None
