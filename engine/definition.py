"""What a workflow is: states, moves, deadlines, letters and the vote's rule, as frozen values.

A definition is written by governance staff in TOML (`workflows/definitions/`), read into the plain
value that a digest names, and turned into these classes by `engine.reading`. Nothing here decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.tally import VoteRule


class Open(StrEnum):
    """What a state lets practices send."""

    NOTHING = "nothing"
    COMMENTS = "comments"
    VOTES = "votes"


class When(StrEnum):
    """The moments, before a deadline, at which a reminder may fall."""

    HALF_TIME = "at half-time"
    DAYS_BEFORE = "working days before"
    LAST_MORNING = "on the last morning"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A letter to the practices that have not answered; `days` counts for DAYS_BEFORE only."""

    when: When
    days: int = 0


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """`after` working days from the leaf that opens the state, at the calendar's deadline time.

    `escalate` names for each reminder, in the same order, the rung of `engine.escalation` that it
    goes up to; empty where each goes to everyone at the silent practices.
    """

    name: str
    after: int
    remind: tuple[Reminder, ...] = ()
    escalate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallIn:
    """How practices raise a decision from this state to a higher route.

    It rises once `percent` of the practices on the roll ask for it or, with `whole_locality`, every
    practice of one locality does. (domain.md 8, row 17: 10 % or a locality within 5 working days.)
    """

    percent: int
    to: str
    whole_locality: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """One state. Every state has a deadline but the final ones, where the decision ends.

    `letters` are owed on entering it, each to the audience that the letter's name stands for.
    `result` is the outcome declared on entering it: a members' vote may be declared while a
    committee has still to act. `owner` is the role of the body that has the next step, and hears
    of it; `body` is the body that then acts. `act` says what that body did, on entering the state
    that its act leads to.
    """

    name: str
    title: str
    open_for: Open = Open.NOTHING
    letters: tuple[str, ...] = ()
    deadline: DeadlineRule | None = None
    result: str | None = None
    owner: str | None = None
    body: str | None = None
    act: str | None = None
    call_in: CallIn | None = None

    @property
    def is_final(self) -> bool:
        """Whether the decision ends here."""
        return self.deadline is None


@dataclass(frozen=True, slots=True)
class Move:
    """From a state to the next, on a deadline or an act, where every guard in `when` says yes.

    `extend` working days are added to the state's deadline instead of leaving the state.
    `because` is the published reason where the definition itself ends a decision. `agree` are the
    roles of the body whose holders must all have agreed to an act.
    """

    on: str
    origin: str
    to: str
    when: tuple[str, ...] = ()
    extend: int | None = None
    because: str | None = None
    agree: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole definition: the first move that fits wins, in the order written.

    `challenge` is how many working days practices have, from an outcome, to challenge how it came
    about; None where an outcome cannot be held up.
    """

    name: str
    title: str
    start: str
    limit: int
    states: Mapping[str, State]
    moves: tuple[Move, ...]
    vote: VoteRule | None = None
    challenge: int | None = None

    def moves_from(self, state: str) -> Iterator[Move]:
        """The moves that leave, or extend, this state, in the order written."""
        return (move for move in self.moves if move.origin == state)

    def acts_in(self, state: str) -> tuple[str, ...]:
        """What staff may do here: the moves' triggers that are not the state's own deadline."""
        deadline = self.states[state].deadline
        own = deadline.name if deadline else None
        names = (move.on for move in self.moves_from(state) if move.on != own)
        return tuple(dict.fromkeys(names))
