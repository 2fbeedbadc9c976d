"""A decision as it stands: what the rules look at. How events change it is `engine.evolving`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.people import By

EXCLUDED = "excluded"
"""The ruling on an interest that takes a practice out altogether: it may not even comment."""

NO_VOTE = frozenset({"no_vote", EXCLUDED})
"""The rulings on an interest that take a practice out of the vote."""


class DueStatus(StrEnum):
    """A deadline is waited for, has passed, or no longer matters."""

    WAITING = "waiting"
    PASSED = "passed"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline of one state. `remind` are the instants at which reminders fall."""

    name: str
    state: str
    due_at: datetime
    status: DueStatus = DueStatus.WAITING
    remind: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Vote:
    """What a practice's standing answer to a question says, and the leaf that holds it."""

    practice: str
    question: str
    choice: str
    by: By
    leaf: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment this practice has sent in the present state."""

    practice: str
    text: str
    by: By
    leaf: int


@dataclass(frozen=True, slots=True)
class Account:
    """What became of a comment: its leaf, whose it is, its disposition (empty until answered)."""

    leaf: int
    practice: str
    disposition: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A state that the decision entered, and when."""

    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the decision ended. `count` is null for outcomes that were not counted.

    `unreached` are the practices that nothing had reached by then; None where that is not said.
    """

    result: str
    sentences: tuple[str, ...]
    at: datetime
    count: Mapping[str, Any] | None
    unreached: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ActRecord:
    """What a body beside the practices did: see `engine.check.ACTED`."""

    body: str
    result: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting on record: its name within the decision (M1, M2 …), its day, who was present."""

    name: str
    held_on: str
    attended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What a challenge holds up: the outcome, and the workflow and state to go on from."""

    workflow: str
    name: str
    state: str
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Interest:
    """A practice's interest as it stands; `ruling` is empty until somebody has ruled on it."""

    kind: str
    ruling: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that waits for a second person."""

    act: str
    terms: Mapping[str, Any]
    person_hash: str
    leaf_at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """What the decision drew from the allowance: the year that bears it, and since when."""

    year: str
    at: datetime
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query of the decision's entry in the account: at most one waits for its answer."""

    number: int
    role: str
    due_at: datetime
    overdue: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as the rules see it. Digests name the files it opened with and keeps.

    `votes`, `comments`, `accounts`, `rejected`, `answered`, `reminded`, `heard`, `rung` and
    `voices` hold as much as the command at hand asked to load (`engine.commands.Scope`); the rest
    is always whole.
    """

    reference: str
    workflow: str
    rules: str
    calendar: str
    roll: str
    ballot: Mapping[str, tuple[str, ...]]
    opened_at: datetime
    level: str = ""
    route: str = ""
    ask: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    fired: tuple[str, ...] = ()  # the rules that fired, and for each its reason in words
    reasons: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()  # what a person was asked to look at
    involve: tuple[str, ...] = ()
    state: str = ""
    entered_at: datetime | None = None
    round: int = 0
    phases: tuple[Phase, ...] = ()  # in their order, the present one last
    deadlines: tuple[Due, ...] = ()
    extended: int = 0  # automatic extensions: one in all, so that a re-vote has none
    extended_by_staff: int = 0
    lmc_heard: bool = False
    name: str = ""  # the workflow's
    workflows: Mapping[str, str] = field(default_factory=dict)  # by name, what it may be raised to
    called_in: frozenset[str] = frozenset()  # practices that asked for the next route
    acts: tuple[ActRecord, ...] = ()
    held: Held | None = None  # while, and after, the outcome is challenged
    challengers: frozenset[str] = frozenset()
    elected: tuple[str, ...] = ()  # candidates with a seat, before a run-off for the others
    interests: Mapping[str, Interest] = field(default_factory=dict)  # by practice
    meetings: tuple[Meeting, ...] = ()
    # practices whose standing answer was entered by hand, and from which meeting's minutes
    by_hand: Mapping[str, str] = field(default_factory=dict)
    warned: tuple[datetime, ...] = ()  # when staff were told that the quorum is at risk
    proposal: Proposal | None = None
    charge: Charge | None = None  # the last one, where it drew on the management allowance
    queries: tuple[Query, ...] = ()  # of that, in their order
    outcome: Outcome | None = None
    votes: tuple[Vote, ...] = ()
    comments: tuple[Comment, ...] = ()
    accounts: tuple[Account, ...] = ()  # of every comment, in the order of their leaves
    answered: frozenset[str] = frozenset()  # practices that have answered in this state
    # practices that a letter or a call reached, or that sent something, since they were last asked
    heard: frozenset[str] | None = None
    rung: frozenset[str] = frozenset()  # those of them that nothing but a call on record told
    voices: frozenset[str] | None = None  # practices where somebody holds a link that casts
    # when each practice was owed a reminder or a digest that tells of this decision
    reminded: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()  # persons whose late vote is on record, this round

    @property
    def excluded(self) -> frozenset[str]:
        """Practices that may not vote: they leave numerator and denominator of every count."""
        return frozenset(code for code, held in self.interests.items() if held.ruling in NO_VOTE)

    @property
    def kept_out(self) -> frozenset[str]:
        """Practices that take no part at all."""
        return frozenset(code for code, held in self.interests.items() if held.ruling == EXCLUDED)

    @property
    def waiting(self) -> Due | None:
        """The deadline that is waited for: every running state has exactly one."""
        return next((due for due in self.deadlines if due.status is DueStatus.WAITING), None)

    @property
    def open_query(self) -> Query | None:
        """The query that waits for its answer."""
        return next((query for query in self.queries if not query.answered), None)

    @property
    def answers_since(self) -> datetime:
        """From when a comment answers what practices are asked now.

        While a step is open of which the silent are reminded, only what came in it counts: a
        decision that was called in asks those again who had a word for the notice.
        """
        reminding = self.waiting is not None and bool(self.waiting.remind)
        return self.entered_at if reminding and self.entered_at else self.opened_at

    def standing(self, practice: str, question: str) -> Vote | None:
        """The practice's answer that stands."""
        return next(
            (v for v in self.votes if v.practice == practice and v.question == question), None
        )
