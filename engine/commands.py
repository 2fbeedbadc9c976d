"""What may be asked of a decision. Commands are imperative; `engine.decide` rules on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from engine.people import Actor, By
from engine.working_days import Calendar


class Scope(StrEnum):
    """How much of a decision's answers a command needs loaded."""

    NOTHING = "nothing"
    OWN = "own"  # this practice's
    TURNOUT = "turnout"  # which practices have answered, not what
    COMMENTS = "comments"  # the turnout, and which comments there are and how each was answered
    ALL = "all"  # every answer that stands: the count only


@dataclass(frozen=True, slots=True)
class Command:
    """Anything that may be asked."""

    scope: ClassVar[Scope] = Scope.NOTHING


@dataclass(frozen=True, slots=True)
class GiveAnswer(Command):
    """What a person sent by link: a choice for each question, or none; a name; a comment."""

    scope: ClassVar[Scope] = Scope.OWN
    practice: str
    by: By
    may_cast: bool
    choices: Mapping[str, str]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PassDeadline(Command):
    """A deadline's time has come, says the sweep."""

    scope: ClassVar[Scope] = Scope.ALL
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Remind(Command):
    """A reminder's moment has come. `led` are the localities that somebody leads, says the desk."""

    scope: ClassVar[Scope] = Scope.TURNOUT
    name: str
    led: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    """End the decision without an outcome; practices are told why."""

    actor: Actor
    reason: str


@dataclass(frozen=True, slots=True)
class Conclude(Command):
    """End a consultation with the outcome statement, in the parts of `engine.statement`."""

    scope: ClassVar[Scope] = Scope.COMMENTS
    actor: Actor
    statement: str


@dataclass(frozen=True, slots=True)
class AnswerComment(Command):
    """Say what became of a practice's comment; `comment` is the number of its leaf."""

    scope: ClassVar[Scope] = Scope.COMMENTS
    actor: Actor
    comment: int
    disposition: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordLmc(Command):
    """Put the local medical committee's view on record."""

    actor: Actor
    view: str


@dataclass(frozen=True, slots=True)
class HandVote:
    """What a practice answered at a meeting; `question` is empty where the ballot has only one."""

    practice: str
    choice: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class RecordMeeting(Command):
    """Put a meeting of practices on record, and the votes that its minutes hold.

    `minute` is the reference of the minute; `views` what was said, in words. `voters` are those
    whose link may cast a vote now, by practice and person; None leaves it to the roll.
    """

    scope: ClassVar[Scope] = Scope.TURNOUT
    actor: Actor
    held_on: date
    place: str
    minute: str
    attended: tuple[str, ...]
    views: str = ""
    votes: tuple[HandVote, ...] = ()
    voters: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Act(Command):
    """A body beside the practices has acted: `name` is the workflow's word for it.

    `record` are the minutes or the register's entry; `agreed` the roles of each person who agreed;
    `votes` the numbers for and against within the body, where they were counted.
    """

    actor: Actor
    name: str
    record: str
    reason: str = ""
    agreed: tuple[frozenset[str], ...] = ()
    votes: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Override(Command):
    """Change the route: upward with a reason, downward with a second person too."""

    actor: Actor
    route: str
    reason: str


@dataclass(frozen=True, slots=True)
class Revote(Command):
    """Hold the vote once more."""

    actor: Actor
    reason: str


@dataclass(frozen=True, slots=True)
class DropQuestion(Command):
    """Take one of several proposals off the paper; the others go on."""

    actor: Actor
    question: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallIn(Command):
    """A practice asks that the decision be raised to the next route.

    `to` is the route that its page offered; empty where it did not say.
    """

    practice: str
    by: By
    may_cast: bool
    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Challenge(Command):
    """A practice challenges how the outcome came about."""

    practice: str
    by: By
    may_cast: bool
    text: str


@dataclass(frozen=True, slots=True)
class DeclareInterest(Command):
    """Put a practice's interest in the decision on record."""

    actor: Actor
    practice: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleInterest(Command):
    """Rule what a declared interest means; taking a practice's vote needs two persons."""

    actor: Actor
    practice: str
    ruling: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordReached(Command):
    """A practice was told by telephone; `reason` says who was spoken to, and what was said."""

    actor: Actor
    practice: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extend(Command):
    """Give practices 1 to 4 more working days to vote; needs two persons."""

    actor: Actor
    reason: str
    days: int


@dataclass(frozen=True, slots=True)
class Recompute(Command):
    """Move the running deadline for a holiday announced since; only ever later."""

    actor: Actor
    reason: str
    calendar: Calendar
    digest: str


@dataclass(frozen=True, slots=True)
class QueryEntry(Command):
    """Ask about what the decision drew from the allowance. `roles` are the asker's in the body.

    The answer is due by the calendar in force, which may know more years than the decision's own.
    """

    actor: Actor
    roles: frozenset[str]
    text: str
    calendar: Calendar
    digest: str


@dataclass(frozen=True, slots=True)
class AnswerQuery(Command):
    """Answer the query that waits. `roles` are those of whoever answers."""

    actor: Actor
    roles: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class PassQuery(Command):
    """The time for answering a query is up, says the sweep."""

    due_at: datetime
