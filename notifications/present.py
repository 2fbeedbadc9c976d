"""Letters that waited: what each may still say, and which of them another replaces.

A relay may be away for days. What then leaves must not speak of a time that has passed or moved,
nor say the same thing three times. Only a letter that certainly never left may change its words:
one in doubt goes with the same bytes, or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.case import Case
from engine.event import plain
from engine.trail import instant_from_text
from notifications.compose import Shared
from storage import mailings
from storage.database import Reading
from storage.mailings import OwedMailing
from storage.outbox import Claimed

_RINGING = frozenset({"silent_practices", "quorum_at_risk"})
"""To people of the body, about a time by which practices have to act."""

_OF_ITS_STEP = _RINGING | {
    "consultation_opened",
    "vote_opened",
    "reminder",
    "asked_again",
    "extended",
}
"""Letters that have lost their purpose once the step that they speak of is over."""

PASSING = _OF_ITS_STEP | {"notice", "step_due"}
"""Letters that ask for something by a time, and are useless after it."""

_COUNTS_DAYS = frozenset({"reminder", "asked_again", "quorum_at_risk"})
"""Those that say how many days are left."""

_REPLACED = frozenset({"reminder", "extended"})
"""Those that say nothing any more once a later one of their kind is owed."""


class NotWanted(Exception):  # noqa: N818 - it says what is so
    """The letter has lost its purpose since it was owed; the words say why."""


@dataclass(frozen=True, slots=True)
class Present:
    """A mailing as it is to be told now; `replaced` are the practices that a later one tells.

    The empty code among them stands for the people of the body that it goes to.
    """

    mailing: OwedMailing
    over: bool = False
    moved: bool = False
    replaced: frozenset[str] = frozenset()
    shared: Shared | None = None  # what all its letters say alike

    def brought_up_to(self, claimed: Claimed, case: Case, now: datetime) -> Claimed:
        """The letter with the time that holds now. Raises `NotWanted` where it has no purpose left.

        Its frozen bytes are let go where they would say what is no longer so.
        """
        if claimed.useless_after is None:
            return claimed
        useless = _instant(self.mailing.context, "due_at") or claimed.useless_after
        if now >= useless:
            raise NotWanted("what it asks for can no longer be done")
        if self.over:
            raise NotWanted("the step it speaks of is over")
        if claimed.practice in self.replaced:
            raise NotWanted("a later letter says it anew")
        counts_days = claimed.mailing.letter in _COUNTS_DAYS
        if claimed.doubts and counts_days and _is_of_another_day(claimed, case, now):
            raise NotWanted("it may have arrived, and its words are out of date")
        anew = not claimed.doubts and (counts_days or self.moved)
        if useless == claimed.useless_after and not anew:
            return claimed
        frozen = None if anew else claimed.frozen
        return replace(claimed, mailing=self.mailing, useless_after=useless, frozen=frozen)


def present(reading: Reading, mailing: OwedMailing, case: Case, now: datetime) -> Present:
    """A mailing of a decision, as it is to be told now."""
    context = mailing.context
    due = _instant(context, "due_at")
    to_a_body = mailing.role is not None and mailing.letter not in _RINGING
    if mailing.letter not in PASSING or due is None or to_a_body:
        return Present(mailing)
    holds = _time_of_its_step(mailing, case)
    over = holds is None and mailing.letter in _OF_ITS_STEP
    moved = holds not in {None, due}
    told = replace(mailing, context={**context, "due_at": plain(holds)}) if moved else mailing
    if mailing.letter in _COUNTS_DAYS:
        told = replace(told, at=now)
    return Present(told, over, moved, _replaced(reading, mailing))


def _time_of_its_step(mailing: OwedMailing, case: Case) -> datetime | None:
    """When the step that a letter speaks of ends, as it stands now; None where it is over."""
    waiting, entered = case.decision.waiting, case.decision.entered_at
    if waiting is None or waiting.state != mailing.context.get("state"):
        return None
    anew = entered is not None and entered > mailing.at
    return None if anew else waiting.due_at


def _is_of_another_day(claimed: Claimed, case: Case, now: datetime) -> bool:
    """A letter that says how many days are left is good for its own day only."""
    day_of, first = case.calendar.day_of, claimed.first_try_at
    return first is None or day_of(first) != day_of(now)


def _replaced(reading: Reading, mailing: OwedMailing) -> frozenset[str]:
    if mailing.letter in _RINGING:
        owed = mailings.mailings_about(reading, mailing.decision)
        anew = (each for each in owed if each.leaf > mailing.leaf)
        return frozenset({""} if _heard_by(mailing) in map(_heard_by, anew) else ())
    if mailing.letter not in _REPLACED:
        return frozenset()
    latest = mailings.latest_mailing(reading, mailing.decision, mailing.letter)
    later = latest is not None and latest.leaf > mailing.leaf
    return frozenset(latest.practices) if latest is not None and later else frozenset()


def _heard_by(mailing: OwedMailing) -> tuple[str, str | None, str]:
    """What kind of letter goes to whom of the body."""
    return mailing.letter, mailing.role, mailing.context.get("locality", "")


def _instant(context: Mapping[str, Any], name: str) -> datetime | None:
    value = context.get(name)
    return instant_from_text(value) if value else None
