"""Who has been reached: by a letter that stands accepted, by telephone, or as its answer shows.

Silence of a practice that never had a letter is not the silence of one that had. What cannot be
delivered is therefore never counted in silence: the outcome names those it did not reach. They stay
on the roll, in numerator and denominator. So it names those of whom nothing but a call is known,
which is what staff put on record, and those where nobody held a link that casts.
"""

from collections.abc import Iterator
from datetime import datetime

from engine import events
from engine.case import Case
from engine.commands import RecordReached
from engine.definition import Open
from engine.refusals import NeedsReason, NoSuchAct
from engine.two_persons import actor_value

ASKS = ("notice", "consultation_opened", "vote_opened")
"""The letters that ask practices something: with each, reaching them begins anew."""

REPEATS = ("reminder", "extended", "asked_again")
"""The letters that say again what is asked, and by when: whoever gets one has been reached."""

BY_TELEPHONE = "telephone"

MOST_NAMED = 12
"""Practices that a sentence names; the list in the leaf has all of them."""


def unreached(case: Case) -> tuple[str, ...] | None:
    """The practices that nothing has reached since they were last asked, in the roll's order.

    Whoever is out of the vote is left out. None where nothing was asked, or it was not looked up.
    """
    heard = case.decision.heard
    if heard is None:
        return None
    out = heard | case.decision.excluded
    return tuple(code for code in case.roll.practices if code not in out)


def told_by_call(case: Case) -> tuple[str, ...] | None:
    """The practices that nothing but a call on record has told; None as in `unreached`."""
    if case.decision.heard is None:
        return None
    told = case.decision.rung - case.decision.excluded
    return tuple(code for code in case.roll.practices if code in told)


def silenced(case: Case) -> tuple[str, ...] | None:
    """The practices that have not voted, and where nobody holds a link that casts.

    Whoever is out of the vote is left out. None where no vote is open, or it was not looked up.
    """
    voices = case.decision.voices
    if voices is None or case.state.open_for is not Open.VOTES:
        return None
    out = voices | {vote.practice for vote in case.decision.votes} | case.decision.excluded
    return tuple(code for code in case.roll.practices if code not in out)


def said_of_reach(case: Case) -> tuple[str, ...]:
    """Who was not reached, whom only a call told, and who could not vote; nothing if nobody.

    Whoever was not reached is named once.
    """
    lost = unreached(case) or ()
    return (
        *_said(lost, "not reached by letter or telephone", counts=True),
        *_said(told_by_call(case), "told by telephone alone, as staff put on record"),
        *_said(
            tuple(code for code in silenced(case) or () if code not in lost),
            "without anybody who could cast a vote by link when the vote closed",
            counts=True,
        ),
    )


def _said(codes: tuple[str, ...] | None, what: str, *, counts: bool = False) -> tuple[str, ...]:
    if not codes:
        return ()
    more = len(codes) - MOST_NAMED
    named = [*codes[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    one = len(codes) == 1
    who = f"{'1 practice was' if one else f'{len(codes)} practices were'} {what}: {listed}."
    base = f" {'It counts' if one else 'They count'} among the practices on the roll."
    return (f"{who}{base if counts else ''}",)


def nobody_known(case: Case) -> Iterator[events.PracticeUnreached]:
    """The practices asked without a letter, because nobody there is known: somebody must ring."""
    for code in case.roll.unreachable:
        yield events.PracticeUnreached(decision=case.decision.reference, practice=code, next=0)


def record_reached(
    case: Case,
    command: RecordReached,
    now: datetime,  # noqa: ARG001
) -> Iterator[events.PracticeReached]:
    """Put on record that a practice was told by telephone. Each call may be recorded."""
    if command.practice not in case.roll.by_practice:
        named = command.practice
        says = (
            f"{named} is not on the roll." if named else "It is not said which practice was told."
        )
        raise NoSuchAct(says, "Add --practice with a code that `decision phone-list` names.")
    if not command.reason.strip():
        raise NeedsReason("Say who was spoken to, when, and what was said; it goes on record.")
    yield events.PracticeReached(
        decision=case.decision.reference,
        practice=command.practice,
        how=BY_TELEPHONE,
        reason=command.reason,
        by=actor_value(command.actor),
    )
