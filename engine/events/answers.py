"""What practices send: comments, votes, call-ins, challenges; and what a comment is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of
from engine.people import By


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
class CommentAnswered(Event):
    """What became of a practice's comment, and why; a later answer to it takes this one's place.

    `comment` is the number of the comment's leaf; `disposition` is one of
    `engine.accounts.DISPOSITIONS`.
    """

    type: ClassVar[str] = "comment.answered"
    decision: str
    practice: str
    comment: int
    disposition: str
    text: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


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
    meeting: str | None = None  # the meeting from whose minutes staff entered it by hand


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
class CallInRequested(Event):
    """A practice asks that the decision be raised to the next route."""

    type: ClassVar[str] = "call_in.requested"
    decision: str
    practice: str
    text: str = secret_of(Owner.PERSON)
    by: By = secret_of(Owner.PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeRaised(Event):
    """A practice challenges how the outcome came about; the first one holds the outcome up."""

    type: ClassVar[str] = "challenge.raised"
    decision: str
    practice: str
    text: str = secret_of(Owner.PERSON)
    by: By = secret_of(Owner.PERSON)
