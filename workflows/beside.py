"""What a practice's page shows beside the answer it asks for: values between the desk and the web.

Call-ins and challenges, other bodies' acts, and why a decision went another way. Instants are UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Asked(StrEnum):
    """What a practice may ask for beside its answer."""

    CALL_IN = "call_in"
    CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True)
class Request:
    """A call-in or a challenge of this practice, as it stands on record."""

    asked: Asked
    text: str
    name: str
    role: str
    at: datetime
    leaf: int


@dataclass(frozen=True, slots=True)
class CallInOffer:
    """The decision may be raised: `count` of the `needed` practices have asked for it so far.

    `until` is in words; `own` is what this practice has sent.
    """

    to: str
    count: int
    needed: int
    whole_locality: bool
    until: str
    own: Request | None = None


@dataclass(frozen=True, slots=True)
class ChallengeOffer:
    """How the outcome came about may be challenged: until then, or with those that are heard.

    `hearing` is who looks at it in turn, each with the working days they have; `otherwise` is what
    becomes of a challenge that nobody settles, in the definition's words.
    """

    until: str  # in words; empty while a challenge is heard
    hearing: tuple[tuple[str, int], ...] = ()
    otherwise: str = ""
    own: Request | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Who has the next step, until when, and what becomes of it when nobody takes it."""

    who: str
    by: str  # in words
    is_late: bool
    otherwise: str  # the state that follows, in the definition's words; empty where others follow


@dataclass(frozen=True, slots=True)
class Deed:
    """What a body beside the practices did, and the reason given, if any.

    Where it let its time pass (not `in_time`), `result` is what the definition makes of that.
    """

    who: str
    result: str  # as in `engine.check.ACTED`
    at: datetime
    reason: str
    in_time: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """The decision took another road, and why: sentences."""

    at: datetime
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A proposal that was taken off the paper before the vote, in its own words, and why."""

    proposal: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """The outcome was challenged, and what became of it: `result` is empty while it is heard."""

    since: datetime
    challenges: int
    result: str = ""  # upheld | set_aside


@dataclass(frozen=True, slots=True)
class Barred:
    """A ruling on the practice's interest keeps it from voting or, `wholly`, from taking part."""

    wholly: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it. Empty for a decision that simply runs its way."""

    barred: Barred | None = None
    call_in: CallInOffer | None = None
    challenge: ChallengeOffer | None = None
    requests: tuple[Request, ...] = ()
    step: Step | None = None
    deeds: tuple[Deed, ...] = ()
    turns: tuple[Turn, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    again: str | None = None  # why the vote is held once more
    dispute: Dispute | None = None
