"""Letters: owed, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of, unfiled


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a letter goes to: named practices of the roll, or the holders of a role in the body.

    `persons` names each reader, with the practice they read it for (empty: the body), where a
    letter is about the register and no roll says who that is.
    """

    practices: tuple[str, ...] = ()
    role: str | None = None
    persons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIntended(Event):
    """Letters owed to an audience; who is in it is fixed by `audience`, a digest, and `count`.

    `decision` is absent for letters about the trail itself, and about the register. `sealed` are
    words for the reader's eyes, under their own key.
    """

    type: ClassVar[str] = "mail.intent"
    decision: str | None = None
    letter: str
    audience: str
    count: int
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
