"""Who has been reached: by a letter that stands accepted, by telephone, or as its answer shows.

Silence of a practice that never had a letter is not the silence of one that had. What cannot be
delivered is therefore never counted in silence: the outcome names those it did not reach. They stay
on the roll, in numerator and denominator.
"""

from collections.abc import Iterator
from datetime import datetime

from engine import events
from engine.case import Case
from engine.commands import RecordReached
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


def said_of_unreached(case: Case) -> tuple[str, ...]:
    """How many practices were not reached, and which; nothing where all were."""
    codes = unreached(case)
    if not codes:
        return ()
    more = len(codes) - MOST_NAMED
    named = [*codes[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    if len(codes) == 1:
        who, counts = f"1 practice was not reached by letter or telephone: {listed}", "It counts"
    else:
        who = f"{len(codes)} practices were not reached by letter or telephone: {listed}"
        counts = "They count"
    return (f"{who}. {counts} among the practices on the roll.",)


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
