"""Judging a try by the stage at which it ended (RFC 5321, RFC 6647).

Before the relay has said 354 it has no letter, so whatever goes wrong is certain: not accepted.
After 354 only a reply tells; silence, a dropped connection or a garbled answer mean that the letter
may or may not be on its way. The clock is the caller's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Stage(StrEnum):
    """What was under way when the try ended, in the order of an SMTP session."""

    CONNECT = "connect"
    BANNER = "banner"
    HELLO = "hello"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # DATA was sent, 354 had not come: nothing of the letter had left
    AFTER_354 = "after_354"


class Heard(StrEnum):
    """What came back at that stage."""

    REPLY = "reply"
    SILENCE = "silence"
    DROP = "drop"
    NOISE = "noise"  # an unparsable reply, or words out of turn
    UNFIT = "unfit"  # no encryption, no trusted certificate or no log-in where settings demand it


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at handing a letter to the relay; `code` is its reply's, `words` are for people."""

    stage: Stage
    code: int | None
    words: str
    heard: Heard = Heard.REPLY


class Kind(StrEnum):
    """What a try means for its letter."""

    ACCEPTED = "accepted"  # by the next hop; a bounce may still come
    RETRY = "retry"  # certainly not accepted
    REFUSED = "refused"  # certainly and for good: tell a person, try the next contact
    RELAY_FAULT = "relay_fault"  # hold every letter and raise an alarm; no contact is to blame
    UNKNOWN = "unknown"  # it may have been accepted


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows from a try.

    `again` says whether the same bytes are to be sent again, `least_wait` how long at least to wait
    before that, and `relay` that every other letter would meet the same trouble now.
    """

    kind: Kind
    again: bool
    says: str
    least_wait: timedelta = timedelta()
    relay: bool = False


AMBIGUITY_WAIT = timedelta(minutes=10)  # RFC 5321 section 4.5.3.2.6: a relay may take that long
UNKNOWNS_BORNE = 2  # the second ambiguity of a letter is left to a person
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
GIVE_UP = timedelta(hours=24)

_ABOUT_US = frozenset(  # replies about the session, wherever they come: RFC 5321 4.2.2, RFC 4954 6
    {503, 530, 534, 535, 538}
)
_CLOSING = 421
_ABOUT_RECIPIENT = frozenset({Stage.RCPT, Stage.DATA, Stage.AFTER_354})


def judge(attempt: Attempt, unknowns: int = 0) -> Ruling:
    """Say what a try means; `unknowns` counts this letter's earlier tries that ended unknown."""
    if attempt.heard is Heard.UNFIT:
        return Ruling(Kind.RELAY_FAULT, again=True, says=_says(attempt), relay=True)
    answered = attempt.heard is Heard.REPLY and attempt.code is not None
    if attempt.stage is Stage.AFTER_354 and not (answered and _final(attempt)):
        return _unknown(attempt, unknowns)
    if answered and attempt.stage is Stage.AFTER_354 and _class(attempt) == 2:  # noqa: PLR2004
        return Ruling(Kind.ACCEPTED, again=False, says=_says(attempt))
    if answered and _class(attempt) == 5:  # noqa: PLR2004 - RFC 5321 4.2.1: refused for good
        return _refused(attempt)
    relay = attempt.stage not in _ABOUT_RECIPIENT or attempt.code == _CLOSING
    return Ruling(Kind.RETRY, again=True, says=_says(attempt), relay=relay)


def next_try(
    first_try: datetime,
    tries: int,
    now: datetime,
    useless_after: datetime | None = None,
    least_wait: timedelta = timedelta(),
) -> datetime | None:
    """Give the time of the next try, or None where a further one is pointless.

    `tries` counts those made, from 1. The wait runs from `now`: 1, 5, 15, then 60 minutes, then
    hourly, until 24 hours after the first try or until what the letter asks can no longer be done.
    """
    wait = max(WAITS[min(tries, len(WAITS)) - 1], least_wait)
    at = now + wait
    late = at > first_try + GIVE_UP or (useless_after is not None and at >= useless_after)
    return None if late else at


def _class(attempt: Attempt) -> int:
    return (attempt.code or 0) // 100


def _final(attempt: Attempt) -> bool:
    return _class(attempt) in {2, 4, 5}


def _unknown(attempt: Attempt, unknowns: int) -> Ruling:
    again = unknowns + 1 < UNKNOWNS_BORNE
    return Ruling(Kind.UNKNOWN, again=again, says=_says(attempt), least_wait=AMBIGUITY_WAIT)


def _refused(attempt: Attempt) -> Ruling:
    if attempt.stage in _ABOUT_RECIPIENT and attempt.code not in _ABOUT_US:
        return Ruling(Kind.REFUSED, again=False, says=_says(attempt))
    return Ruling(Kind.RELAY_FAULT, again=True, says=_says(attempt), relay=True)


def _says(attempt: Attempt) -> str:
    code = "" if attempt.code is None else f"{attempt.code} "
    return f"{attempt.stage.value}: {code}{attempt.words}"
