"""The ladder of reminders: who at a practice hears of one, and who beside it when it stays silent.

Each reminder of a deadline names its rung: everyone up to there is written to. A plain rule of the
definition, pinned with it: nothing here is learnt or guessed.
"""

from datetime import datetime

from engine.definition import DeadlineRule, When
from engine.roll import RollLine, RollPerson
from engine.working_days import Calendar

EVERYONE, LOCALITY_LEAD, CHAIR = "everyone", "locality_lead", "chair"

RUNGS = ("lead", "deputy", "manager", EVERYONE, LOCALITY_LEAD, CHAIR)
"""Three posts of a practice, everyone at it, then whoever leads its locality, then the chair."""


def readers(line: RollLine, rung: str = EVERYONE) -> tuple[RollPerson, ...]:
    """Who at a practice gets a letter that goes up to this rung; everyone where no post fits."""
    posts = RUNGS[: RUNGS.index(rung) + 1] if rung else RUNGS
    if EVERYONE in posts:
        return line.persons
    return tuple(person for person in line.persons if person.role in posts) or line.persons


def at_practices(rung: str) -> str:
    """What a rung narrows a letter to practices to; empty from everyone there on."""
    return "" if reaches(rung, EVERYONE) else rung


def reaches(rung: str, other: str) -> bool:
    """Whether a letter that goes up to `rung` comes to `other`."""
    return rung in RUNGS and RUNGS.index(rung) >= RUNGS.index(other)


def rung_at(
    rule: DeadlineRule | None, calendar: Calendar, due: datetime, moment: datetime | None
) -> str:
    """The rung of the reminder that falls at a moment; everyone where the definition names none.

    One that falls on the day of a later one, counted from the deadline, is that one.
    """
    if rule is None or moment is None or not rule.escalate:
        return EVERYONE
    day, last = calendar.day_of(moment), calendar.day_of(due)
    rung = EVERYONE
    for reminder, its in zip(rule.remind, rule.escalate, strict=True):
        if reminder.when is When.HALF_TIME:
            rung = its
    for reminder, its in zip(rule.remind, rule.escalate, strict=True):
        days = reminder.days if reminder.when is When.DAYS_BEFORE else 0
        from_the_end = reminder.when is not When.HALF_TIME
        if from_the_end and calendar.nth_working_day_before(last, days) == day:
            rung = its
    return rung
