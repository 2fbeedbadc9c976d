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
    """`after` working days from the leaf that opens the state, at the calendar's deadline time."""

    name: str
    after: int
    remind: tuple[Reminder, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """One state. A final state has a `result` and no deadline; every other has a deadline.

    `letters` are owed on entering it, each to the audience that the letter's name stands for.
    """

    name: str
    title: str
    open_for: Open = Open.NOTHING
    letters: tuple[str, ...] = ()
    deadline: DeadlineRule | None = None
    result: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether the decision ends here."""
        return self.result is not None


@dataclass(frozen=True, slots=True)
class Move:
    """From a state to the next, on a deadline or an act, where every guard in `when` says yes.

    `extend` working days are added to the state's deadline instead of leaving the state.
    `because` is the published reason where the definition itself ends a decision.
    """

    on: str
    origin: str
    to: str
    when: tuple[str, ...] = ()
    extend: int | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole definition: the first move that fits wins, in the order written."""

    name: str
    title: str
    start: str
    limit: int
    states: Mapping[str, State]
    moves: tuple[Move, ...]
    vote: VoteRule | None = None

    def moves_from(self, state: str) -> Iterator[Move]:
        """The moves that leave, or extend, this state, in the order written."""
        return (move for move in self.moves if move.origin == state)

    def acts_in(self, state: str) -> tuple[str, ...]:
        """What staff may do here: the moves' triggers that are not the state's own deadline."""
        deadline = self.states[state].deadline
        own = deadline.name if deadline else None
        names = (move.on for move in self.moves_from(state) if move.on != own)
        return tuple(dict.fromkeys(names))
