"""A decision as it stands, and how each event changes it.

`Decision` is what the rules look at; `evolve` is the only place where an event changes it, so a
decision can be rebuilt from the trail alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import singledispatch
from typing import Any

from engine import events
from engine.event import Event
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
    """How the decision ended. `count` is null for outcomes that were not counted."""

    result: str
    sentences: tuple[str, ...]
    at: datetime
    count: Mapping[str, Any] | None


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
class Decision:
    """A decision as the rules see it. Digests name the files it opened with and keeps.

    `votes`, `comments`, `accounts`, `rejected` and `answered` hold as much as the command at hand
    asked to load (`engine.commands.Scope`); the rest is always whole.
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
    reminded: tuple[datetime, ...] = ()  # when reminders were owed
    proposal: Proposal | None = None
    outcome: Outcome | None = None
    votes: tuple[Vote, ...] = ()
    comments: tuple[Comment, ...] = ()
    accounts: tuple[Account, ...] = ()  # of every comment, in the order of their leaves
    answered: frozenset[str] = frozenset()  # practices that have answered in this state
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

    def standing(self, practice: str, question: str) -> Vote | None:
        """The practice's answer that stands."""
        return next(
            (v for v in self.votes if v.practice == practice and v.question == question), None
        )


def begin(event: events.DecisionOpened, at: datetime) -> Decision:
    """The decision that an opening makes."""
    return Decision(
        reference=event.decision,
        workflow=event.workflow,
        rules=event.rules,
        calendar=event.calendar,
        roll=event.roll,
        ballot=event.ballot,
        workflows=event.workflows or {},
        opened_at=at,
    )


def evolve(decision: Decision, event: Event, at: datetime) -> Decision:
    """The decision after an event whose leaf is dated `at`."""
    return _evolve(event, decision, at)


@singledispatch
def _evolve(event: Event, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return decision


@_evolve.register
def _(event: events.DecisionClassified, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(
        decision,
        level=event.level,
        route=event.route,
        ask=event.ask,
        facts=event.facts,
        fired=event.fired,
        reasons=event.reasons,
        asks=event.asks,
        involve=event.involve,
    )


@_evolve.register
def _(event: events.DecisionRouted, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(
        decision,
        route=event.route,
        workflow=event.workflow,
        name=event.name,
        called_in=frozenset(),
        proposal=None,
    )


@_evolve.register
def _(event: events.PhaseOpened, decision: Decision, at: datetime) -> Decision:
    return replace(
        decision,
        state=event.phase,
        entered_at=at,
        round=event.round,
        phases=(*decision.phases, Phase(event.phase, at)),
        by_hand=decision.by_hand if event.round == decision.round else {},
        answered=frozenset(),
        deadlines=_ended(decision.deadlines, at),
    )


@_evolve.register
def _(event: events.DeadlineSet, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    due = Due(event.name, event.phase, event.due_at, DueStatus.WAITING, event.remind)
    return replace(decision, deadlines=(*decision.deadlines, due))


@_evolve.register
def _(event: events.DeadlineExtended, decision: Decision, at: datetime) -> Decision:
    return replace(
        decision,
        deadlines=_ended(decision.deadlines, at),
        extended=decision.extended + event.automatic,
        extended_by_staff=decision.extended_by_staff + (not event.automatic),
        proposal=None,
    )


@_evolve.register
def _(event: events.DeadlineRecomputed, decision: Decision, at: datetime) -> Decision:
    due = Due(event.name, event.phase, event.due_at, DueStatus.WAITING, event.remind)
    ended = _ended(decision.deadlines, at)
    return replace(decision, deadlines=(*ended, due), calendar=event.calendar)


@_evolve.register
def _(event: events.LmcRecorded, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, lmc_heard=True)


@_evolve.register
def _(event: events.ActProposed, decision: Decision, at: datetime) -> Decision:
    return replace(decision, proposal=Proposal(event.act, event.terms, event.person_hash, at))


@_evolve.register
def _(event: events.MailIntended, decision: Decision, at: datetime) -> Decision:
    if event.letter != "reminder":
        return decision
    return replace(decision, reminded=(*decision.reminded, at))


@_evolve.register
def _(event: events.OutcomeDeclared, decision: Decision, at: datetime) -> Decision:
    outcome = Outcome(event.result, event.sentences, at, event.count)
    return replace(
        decision,
        state=event.state,
        entered_at=at,
        outcome=outcome,
        elected=(*decision.elected, *(event.count or {}).get("elected", ())),
        deadlines=_ended(decision.deadlines, at),
    )


@_evolve.register
def _(event: events.CallInRequested, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, called_in=decision.called_in | {event.practice})


@_evolve.register
def _(event: events.BodyActed, decision: Decision, at: datetime) -> Decision:
    return replace(
        decision,
        state=event.state,
        entered_at=at,
        acts=(*decision.acts, ActRecord(event.body_name, event.result, at)),
        deadlines=_ended(decision.deadlines, at),
    )


@_evolve.register
def _(event: events.BallotChanged, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, ballot=event.ballot)


@_evolve.register
def _(event: events.RevoteOrdered, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, outcome=None)


@_evolve.register
def _(event: events.ChallengeRaised, decision: Decision, at: datetime) -> Decision:
    held = decision.held
    if held is None and decision.outcome is not None:
        held = Held(decision.workflow, decision.name, decision.state, decision.outcome, at)
    return replace(decision, held=held, challengers=decision.challengers | {event.practice})


@_evolve.register
def _(event: events.InterestDeclared, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    # Another interest gives nobody the vote back that a ruling took.
    known = decision.interests.get(event.practice)
    kept = known.ruling if known is not None and known.ruling in NO_VOTE else ""
    declared = {**decision.interests, event.practice: Interest(event.kind, kept)}
    return replace(decision, interests=declared)


@_evolve.register
def _(event: events.InterestRuled, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    known = decision.interests[event.practice]
    ruled = {**decision.interests, event.practice: replace(known, ruling=event.ruling)}
    return replace(decision, interests=ruled, proposal=None)


@_evolve.register
def _(event: events.CommentReceived, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, answered=decision.answered | {event.practice})


@_evolve.register
def _(event: events.CommentAnswered, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    accounts = (
        replace(each, disposition=event.disposition) if each.leaf == event.comment else each
        for each in decision.accounts
    )
    return replace(decision, accounts=tuple(accounts))


@_evolve.register
def _(event: events.VoteCast, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    answered = decision.answered | {event.practice}
    if event.meeting is None and event.practice not in decision.by_hand:
        return replace(decision, answered=answered)
    return replace(decision, answered=answered, by_hand=_by_hand(decision, event))


def _by_hand(decision: Decision, event: events.VoteCast) -> Mapping[str, str]:
    """An answer by link takes the place of one by hand."""
    others = {code: name for code, name in decision.by_hand.items() if code != event.practice}
    return others if event.meeting is None else {**others, event.practice: event.meeting}


@_evolve.register
def _(event: events.MeetingRecorded, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    meeting = Meeting(event.meeting, event.held_on, event.attended)
    return replace(decision, meetings=(*decision.meetings, meeting))


def _ended(deadlines: tuple[Due, ...], at: datetime) -> tuple[Due, ...]:
    """Nothing is waited for any more: what was due has passed, the rest is cleared."""
    return tuple(
        replace(due, status=DueStatus.PASSED if due.due_at <= at else DueStatus.CLEARED)
        if due.status is DueStatus.WAITING
        else due
        for due in deadlines
    )
