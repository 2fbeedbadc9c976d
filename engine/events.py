"""What has happened: each event becomes one leaf of the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of, unfiled
from engine.people import By


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailOpened(Event):
    """The first leaf: whose trail this is, and the key that will sign its checkpoints."""

    type: ClassVar[str] = "trail.opened"
    origin: str
    vkey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPublished(Event):
    """A workflow or an impact table was filed under its digest."""

    type: ClassVar[str] = "rules.published"
    kind: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPublished(Event):
    """A calendar of bank holidays was filed under its digest."""

    type: ClassVar[str] = "calendar.published"
    region: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollFrozen(Event):
    """Who is asked, for good: `root` is the RFC 6962 root over the roll's lines."""

    type: ClassVar[str] = "roll.frozen"
    decision: str
    root: str
    digest: str
    practices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOpened(Event):
    """A decision was put to practices; the digests are those it keeps for its whole life."""

    type: ClassVar[str] = "decision.opened"
    decision: str
    workflow: str
    rules: str
    calendar: str
    roll: str
    ballot: Mapping[str, tuple[str, ...]]  # question id -> options, `abstain` among them
    title: str = secret_of(Owner.DECISION)
    summary: str = secret_of(Owner.DECISION)
    paper: Mapping[str, Plain] = secret_of(Owner.DECISION)  # see engine.paper
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionClassified(Event):
    """The facts given, and what the impact table made of them."""

    type: ClassVar[str] = "decision.classified"
    decision: str
    facts: Mapping[str, Plain]
    rules: str
    level: str
    route: str
    ask: bool
    fired: tuple[str, ...]
    reasons: tuple[str, ...]
    asks: tuple[str, ...]
    involve: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRouted(Event):
    """Which workflow carries the decision, and why that route where it was in doubt."""

    type: ClassVar[str] = "decision.routed"
    decision: str
    route: str
    workflow: str
    name: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssued(Event):
    """A person's link for one decision; `hash` is the hash of the stored token hash."""

    type: ClassVar[str] = "link.issued"
    decision: str
    practice: str
    person_id: str
    generation: int
    hash: str
    token_hash: bytes = unfiled()
    may_cast: bool = unfiled()

    def body(self) -> dict[str, Plain]:
        """The body names the person by the roll's word for it."""
        body = super(LinkIssued, self).body()
        body["person"] = body.pop("person_id")
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked(Event):
    """A link opens nothing any more: the address changed, or the person left the practice."""

    type: ClassVar[str] = "link.revoked"
    decision: str
    practice: str
    person_id: str
    generation: int
    because: str

    def body(self) -> dict[str, Plain]:
        """The body names the person by the roll's word for it."""
        body = super(LinkRevoked, self).body()
        body["person"] = body.pop("person_id")
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOpened(Event):
    """The decision entered a state that is not its end; `round` counts votes, from 1."""

    type: ClassVar[str] = "phase.opened"
    decision: str
    phase: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSet(Event):
    """A state will end at `due_at`; reminders fall at the instants in `remind`."""

    type: ClassVar[str] = "deadline.set"
    decision: str
    name: str
    phase: str
    due_at: datetime
    remind: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineExtended(Event):
    """More time in the same round: votes stand. `returned` of `on_roll` had answered."""

    type: ClassVar[str] = "deadline.extended"
    decision: str
    name: str
    phase: str
    was: datetime
    working_days: int
    automatic: bool
    because: str
    returned: int | None = None
    on_roll: int | None = None
    by: Mapping[str, Plain] | None = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRecomputed(Event):
    """A holiday announced later moved a running deadline: only ever to a later time."""

    type: ClassVar[str] = "deadline.recomputed"
    decision: str
    name: str
    phase: str
    was: datetime
    due_at: datetime
    calendar: str
    remind: tuple[datetime, ...] = ()
    reason: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentReceived(Event):
    """A practice said something."""

    type: ClassVar[str] = "comment.received"
    decision: str
    practice: str
    phase: str
    text: str = secret_of(Owner.PERSON)
    by: By = secret_of(Owner.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCast(Event):
    """A practice's first answer to a question in a round."""

    type: ClassVar[str] = "vote.cast"
    decision: str
    question: str
    practice: str
    round: int
    choice: str = secret_of(Owner.DECISION)
    by: By = secret_of(Owner.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteChanged(VoteCast):
    """A later answer of the same practice in the same round: this one stands."""

    type: ClassVar[str] = "vote.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRejected(Event):
    """A valid link's vote came too late; the choice is not kept. Once a person and round."""

    type: ClassVar[str] = "vote.rejected"
    decision: str
    practice: str
    round: int
    because: str
    by: By = secret_of(Owner.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseClosed(Event):
    """A state's time was up: `closed_at` is the deadline, however late the sweep came."""

    type: ClassVar[str] = "phase.closed"
    decision: str
    phase: str
    deadline: str
    closed_at: datetime
    round: int
    question: str | None
    count: Mapping[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class LmcRecorded(Event):
    """The local medical committee's view was put on record."""

    type: ClassVar[str] = "lmc.recorded"
    decision: str
    view: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActProposed(Event):
    """One of two persons asked for an act; it takes effect on the second's word."""

    type: ClassVar[str] = "act.proposed"
    decision: str
    act: str
    terms: Mapping[str, Plain]
    person_hash: str
    reason: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDeclared(Event):
    """The decision ended. `statement` and `reason` are words of staff, shown to practices."""

    type: ClassVar[str] = "outcome.declared"
    decision: str
    state: str
    result: str
    sentences: tuple[str, ...]
    count: Mapping[str, Plain] | None = None
    statement: str | None = secret_of(Owner.DECISION)
    reason: str | None = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] | None = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIntended(Event):
    """Letters owed to an audience; who is in it is fixed by `audience`, a digest, and `count`."""

    type: ClassVar[str] = "mail.intent"
    decision: str
    letter: str
    audience: str
    count: int
    to: "Audience" = unfiled()
    context: Mapping[str, Plain] = unfiled()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccepted(Event):
    """The next hop took a letter; `words` are its own. Not: delivered, not: read."""

    type: ClassVar[str] = "mail.accepted"
    mailing: int
    practice: str
    message: str
    contact: str = secret_of(Owner.PERSON)
    words: str = secret_of(Owner.PERSON)
    person_id: str = unfiled()

    @property
    def person(self) -> str:
        """The addressee."""
        return self.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MailUndeliverable(MailAccepted):
    """A letter was refused for good, or given up; `words` say why."""

    type: ClassVar[str] = "mail.undeliverable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSuspected(Event):
    """The machine's clock departed from what may be; no deadline fires until a person confirms."""

    type: ClassVar[str] = "clock.suspect"
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockConfirmed(Event):
    """A person looked at the clock and says it is right."""

    type: ClassVar[str] = "clock.confirmed"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a letter goes to: named practices of the roll, or the holders of a role in the body."""

    practices: tuple[str, ...] = ()
    role: str | None = None
