"""What stands beside the practices' answers: other bodies' acts, interests, the clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.event import Event, Owner, Plain, secret_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LmcRecorded(Event):
    """The local medical committee's view was put on record."""

    type: ClassVar[str] = "lmc.recorded"
    decision: str
    view: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRecorded(Event):
    """A meeting of practices was put on record; `held_on` is its day, as `2026-11-03`.

    `attended` are the practices present. Votes entered by hand from its minutes name it.
    """

    type: ClassVar[str] = "meeting.recorded"
    decision: str
    meeting: str
    held_on: str
    attended: tuple[str, ...]
    place: str = secret_of(Owner.DECISION)
    minute: str = secret_of(Owner.DECISION)
    views: str | None = secret_of(Owner.DECISION)
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
class BodyActed(Event):
    """A body beside the practices did its part, or let its time pass (`lapsed`).

    `state` is the one this leads to. `agreed` are the roles whose holders agreed, where several
    must; `votes` are the numbers for and against within the body, where they were given.
    """

    type: ClassVar[str] = "body.acted"
    decision: str
    body_name: str
    result: str
    state: str
    agreed: tuple[str, ...] = ()
    votes: Mapping[str, Plain] | None = None
    record: str | None = secret_of(Owner.DECISION)
    reason: str | None = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] | None = secret_of(Owner.DECISION)

    def body(self) -> dict[str, Plain]:
        """The leaf's own word for who acted is `body`."""
        body = super(BodyActed, self).body()
        body["body"] = body.pop("body_name")
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestDeclared(Event):
    """A practice has an interest; `kind` is one of `engine.interests.KINDS`."""

    type: ClassVar[str] = "interest.declared"
    decision: str
    practice: str
    kind: str
    text: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestRuled(Event):
    """What a declared interest means; one of `engine.interests.RULINGS`."""

    type: ClassVar[str] = "interest.ruled"
    decision: str
    practice: str
    ruling: str
    reason: str = secret_of(Owner.DECISION)
    by: Mapping[str, Plain] = secret_of(Owner.DECISION)
    person_hash: str | None = None  # of the second person, where it took two


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSuspected(Event):
    """The machine's clock departed from what may be; no deadline fires until a person confirms."""

    type: ClassVar[str] = "clock.suspect"
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockConfirmed(Event):
    """A person looked at the clock and says it is right."""

    type: ClassVar[str] = "clock.confirmed"
