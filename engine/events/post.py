"""Letters: owed, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of, unfiled


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a letter goes to: named practices of the roll, or the holders of a role in the body.

    `persons` narrows a practice to some of its people, by id; `rung` practices to posts there
    (`engine.escalation`); `locality` a role to whoever holds it for that locality.
    """

    practices: tuple[str, ...] = ()
    role: str | None = None
    persons: tuple[str, ...] = ()
    rung: str = ""
    locality: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIntended(Event):
    """Letters owed to an audience; who is in it is fixed by `audience`, a digest, and `count`.

    `decision` is absent for letters about no decision, or about several: `about` then names the
    practices that are told of each. `sealed` are words for the reader's eyes, under their own key.
    """

    type: ClassVar[str] = "mail.intent"
    decision: str | None = None
    letter: str
    audience: str
    count: int
    about: Mapping[str, Plain] | None = None
    to: Audience = unfiled()
    context: Mapping[str, Plain] = unfiled()
    sealed: bytes | None = unfiled(default=None)


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
class MailSkipped(Event):
    """A letter was not sent, because it had lost its purpose; `because` says why.

    `reason` and `by` are there where a person dropped it after a backup was restored. It may then
    have gone out before.
    """

    type: ClassVar[str] = "mail.skipped"
    mailing: int
    practice: str
    message: str
    because: str
    reason: str | None = secret_of(Owner.BODY)
    by: Mapping[str, Plain] | None = secret_of(Owner.BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailUndeliverable(MailAccepted):
    """A letter was refused for good, or given up; `words` say why."""

    type: ClassVar[str] = "mail.undeliverable"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBounced(MailAccepted):
    """A letter came back after the next hop had taken it: it did not reach `contact`.

    `words` are the report's own: its status code (RFC 3463) and what the other side said.
    """

    type: ClassVar[str] = "mail.bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeUnreached(Event):
    """Every letter of what a practice was last asked has ended, and none stands accepted.

    `next` is how many people are written to next; at 0 it is for somebody with a telephone.
    """

    type: ClassVar[str] = "practice.unreached"
    decision: str
    practice: str
    next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeReached(Event):
    """Somebody told a practice in another way than by letter; `how` is `telephone`.

    `reason` says who was spoken to and what was said.
    """

    type: ClassVar[str] = "practice.reached"
    decision: str
    practice: str
    how: str
    reason: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)
