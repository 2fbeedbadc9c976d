"""Who gets a reminder: the one answer for the preview, for the letters, and on the doorstep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.case import Case
from engine.decision import Due
from engine.definition import Open
from engine.escalation import EVERYONE, rung_at

MOST_REMINDERS = 3
"""Reminders and digests of one decision that a practice may get in `REMINDER_DAYS`: more is noise.
"""

REMINDER_DAYS = 7


@dataclass(frozen=True, slots=True)
class Called:
    """The practices that are reminded, up to which rung, and why each other one is not."""

    rung: str
    practices: tuple[str, ...]
    others: Mapping[str, str]


def whom_to_remind(case: Case, at: datetime) -> Called:
    """Who is reminded at an instant, of what is waited for; at none's moment, everyone silent."""
    due, found, others = case.decision.waiting, list[str](), dict[str, str]()
    for line in case.roll.lines:
        why = why_not_needed(case, line.practice) or _why_left_alone(case, line.practice, at)
        if why is None:
            found.append(line.practice)
        else:
            others[line.practice] = why
    rung = EVERYONE
    if due is not None:
        rung = rung_at(case.state.deadline, case.calendar, due.due_at, last_moment(due, at))
    return Called(rung, tuple(found), others)


def why_not_needed(case: Case, practice: str) -> str | None:
    """Why nothing is waited for from a practice, as a verb; None where its answer still is."""
    if practice in case.decision.answered:
        return "has answered"
    if practice in case.decision.excluded:
        return "is left out by a ruling on its interest"
    return None


def _why_left_alone(case: Case, practice: str, at: datetime) -> str | None:
    if not case.roll.by_practice[practice].has_contact:
        return "has nobody to write to"
    today = case.calendar.day_of(at)
    told = (case.calendar.day_of(moment) for moment in case.decision.reminded.get(practice, ()))
    if sum(0 <= (today - day).days < REMINDER_DAYS for day in told) >= MOST_REMINDERS:
        return "was written to three times within seven days"
    return None


def silent(case: Case) -> tuple[str, ...]:
    """Every practice whose answer is still waited for, whether it can be written to or not."""
    return tuple(p for p in case.roll.practices if why_not_needed(case, p) is None)


def is_asking(case: Case, now: datetime) -> bool:
    """Whether practices are asked for something now that they are reminded of."""
    due, rule = case.decision.waiting, case.state.deadline
    asked = case.state.open_for is not Open.NOTHING and rule is not None and bool(rule.remind)
    return asked and due is not None and now < due.due_at


def has_asked(case: Case) -> bool:
    """Whether practices have been asked for something that they are reminded of, or only told."""
    return any(due.remind for due in case.decision.deadlines)


def last_moment(due: Due, at: datetime) -> datetime | None:
    """The last moment of a reminder that has come."""
    return max((moment for moment in due.remind if moment <= at), default=None)


def leaves_room(days: Iterable[date], today: date) -> bool:
    """Whether one more letter today keeps the cap in every span of days that holds today.

    `days` are those on which the practice has been told, or is going to be reminded.
    """
    every = [*days, today]
    spans = [day for day in every if 0 <= (today - day).days < REMINDER_DAYS]
    return all(
        sum(0 <= (day - first).days < REMINDER_DAYS for day in every) <= MOST_REMINDERS
        for first in spans
    )
