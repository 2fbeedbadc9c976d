"""The last look at a letter before it goes: at those that an answer makes untrue."""

from datetime import datetime

from engine.commands import Scope
from engine.reminding import why_not_needed
from engine.trail import instant_from_text
from notifications.digests import load_case, still_needs, told_in
from notifications.post import Ready
from notifications.present import NotWanted
from storage.database import Reading
from storage.decisions import load_decision
from storage.keys import Keys
from storage.library import Library
from storage.outbox import Claimed
from storage.reminded import DIGEST


def require_purpose(
    reading: Reading, keys: Keys, library: Library, ready: Ready, now: datetime
) -> None:
    """Raises `NotWanted` where a reminder or a digest is no longer needed."""
    if ready.claimed.mailing.letter == "reminder":
        _require_still_silent(reading, keys, library, ready.claimed, now)
    if ready.claimed.mailing.letter == DIGEST:
        _require_still_true(reading, keys, library, ready, now)


def _require_still_silent(
    reading: Reading, keys: Keys, library: Library, claimed: Claimed, now: datetime
) -> None:
    """A reminder goes only to a practice that has not answered, while it still can."""
    mailing = claimed.mailing
    decision = load_decision(reading, keys, mailing.decision, Scope.TURNOUT)
    due, asked_by = decision.waiting, instant_from_text(mailing.context["due_at"])
    if due is None or due.due_at != asked_by or now >= asked_by:
        raise NotWanted("the time it speaks of has passed or moved")
    case = library.case(reading, decision)
    if why := why_not_needed(case, claimed.practice):
        raise NotWanted(f"the practice {why} meanwhile")


def _require_still_true(
    reading: Reading, keys: Keys, library: Library, ready: Ready, now: datetime
) -> None:
    """A digest goes only while each decision it lists still needs the practice."""
    mailing, practice = ready.claimed.mailing, ready.claimed.practice
    for need in told_in(mailing, practice, ready.marks):
        case = load_case(reading, keys, library, need["decision"])
        if not still_needs(case, practice, need, now):
            raise NotWanted("what it says is no longer so")
