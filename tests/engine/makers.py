"""Small makers of what the rules look at: moments, a calendar, rolls, workflows, cases. No files.

The workflows here are the test's own, so that a change of a shipped definition moves no test of a
rule: a vote of five days with one extension, and a consultation of four days.
"""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from engine.case import Case
from engine.commands import GiveAnswer
from engine.decision import Account, Decision, Due, Vote
from engine.definition import Workflow
from engine.event import Event
from engine.follow_up import follow_up
from engine.machine import build_machinery
from engine.people import Actor, By, How
from engine.reading import read_workflow
from engine.roll import Roll, RollLine, RollPerson, make_roll
from engine.working_days import MONTHS, WEEKDAYS, Calendar, Transition

# --- moments, in words ----------------------------------------------------------------------

LONDON = ZoneInfo("Europe/London")
_WORDS = re.compile(
    r"(\d{1,2})(?::(\d\d))?(?::(\d\d))?(am|pm) (?:on )?"
    rf"({'|'.join(WEEKDAYS)}) (\d{{1,2}}) ({'|'.join(MONTHS)})(?: (\d{{4}}))?"
)


def at(words: str, since: datetime | None = None) -> datetime:
    """The instant of a London time in words: `5pm Monday 12 October 2026`.

    A weekday that the day is not is refused, for a tale must be right about its days. Without a
    year, the words mean the first such day not before the day of `since`.
    """
    match = _WORDS.fullmatch(words)
    if match is None:
        raise ValueError(f"{words!r} is no moment; say `5pm Monday 12 October 2026`")
    hour, minute, second, half, weekday, day, month, year = match.groups()
    clock = time(int(hour) % 12 + 12 * (half == "pm"), int(minute or 0), int(second or 0))
    on = _day(int(day), MONTHS.index(month) + 1, int(year) if year else None, since)
    if WEEKDAYS[on.weekday()] != weekday:
        raise ValueError(f"{words!r}: {on} is a {WEEKDAYS[on.weekday()]}")
    return datetime.combine(on, clock, LONDON).astimezone(UTC)


def _day(day: int, month: int, year: int | None, since: datetime | None) -> date:
    if year is not None:
        return date(year, month, day)
    if since is None:
        raise ValueError("the first moment of a tale needs its year")
    start = since.astimezone(LONDON).date()
    this_year = date(start.year, month, day)
    return this_year if this_year >= start else this_year.replace(year=start.year + 1)


# --- a calendar -----------------------------------------------------------------------------


def calendar(*extra: date) -> Calendar:
    """England's working days from autumn 2026 to Easter 2027, with any holidays added."""
    days = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}
    easter = {date(2027, 3, 26), date(2027, 3, 29)}
    changes = (("2026-03-29", 60), ("2026-10-25", 0), ("2027-03-28", 60), ("2027-10-31", 0))
    return Calendar(
        region="england",
        zone="Europe/London",
        deadline_time=time(17),
        letter_time=time(9),
        first_year=2026,
        last_year=2027,
        holidays=frozenset({*days, *easter, *extra}),
        transitions=tuple(
            Transition(datetime.combine(date.fromisoformat(day), time(1), UTC), minutes)
            for day, minutes in changes
        ),
    )


# --- a roll ---------------------------------------------------------------------------------


def line(code: str, *roles: str, locality: str = "NORTH") -> RollLine:
    """A practice whose people are called after their roles; a lead and a deputy may vote."""
    persons = tuple(
        RollPerson(f"{role} of {code}", role, role in {"lead", "deputy"}, "c1:00") for role in roles
    )
    return RollLine(code, f"PRACTICE {code}", locality, 9_000, "2026-07-01", 1, persons)


def roll(size: int = 4) -> Roll:
    """Practices P1, P2 and so on, each with a lead, a deputy and a manager."""
    return make_roll(line(f"P{n}", "lead", "deputy", "manager") for n in range(1, size + 1))


# --- workflows ------------------------------------------------------------------------------

VOTE: Mapping[str, Any] = {
    "workflow": {
        "name": "a_vote",
        "title": "A vote",
        "start": "voting",
        "limit": "10 working days",
    },
    "vote": {
        "quorum": {"of": "practices", "percent": 50},
        "carried": {"of": "votes_cast", "more_than_percent": 50},
    },
    "states": {
        "voting": {
            "title": "Practices are voting",
            "open_for": "votes",
            "letters": ["vote_opened"],
            "deadline": {
                "name": "close",
                "after": "5 working days",
                "remind": ["2 working days before", "on the last morning"],
            },
        },
        "carried": {"title": "Carried", "result": "carried", "letters": ["outcome"]},
        "not_carried": {"title": "Not carried", "result": "not_carried", "letters": ["outcome"]},
        "inquorate": {"title": "Not quorate", "result": "inquorate", "letters": ["outcome"]},
        "withdrawn": {"title": "Withdrawn", "result": "withdrawn", "letters": ["withdrawn"]},
    },
    "moves": [
        {"on": "close", "from": "voting", "to": "carried", "when": ["quorate", "carried"]},
        {"on": "close", "from": "voting", "to": "not_carried", "when": ["quorate"]},
        {
            "on": "close",
            "from": "voting",
            "to": "voting",
            "when": ["not_yet_extended"],
            "extend": "3 working days",
        },
        {"on": "close", "from": "voting", "to": "inquorate"},
        {"on": "withdraw", "from": "voting", "to": "withdrawn"},
    ],
}

CONSULTATION: Mapping[str, Any] = {
    "workflow": {
        "name": "a_consultation",
        "title": "A consultation",
        "start": "consulting",
        "limit": "10 working days",
    },
    "states": {
        "consulting": {
            "title": "Practices are being consulted",
            "open_for": "comments",
            "letters": ["consultation_opened"],
            "deadline": {
                "name": "ends",
                "after": "4 working days",
                "remind": ["at half-time"],
            },
        },
        "concluding": {
            "title": "The statement is being written",
            "owner": "secretary",
            "deadline": {"name": "conclude_by", "after": "2 working days"},
        },
        "overdue": {
            "title": "The statement is overdue",
            "owner": "chair",
            "letters": ["step_overdue"],
            "deadline": {"name": "lapse", "after": "1 working day"},
        },
        "concluded": {"title": "Concluded", "result": "concluded", "letters": ["outcome"]},
        "withdrawn": {"title": "Withdrawn", "result": "withdrawn", "letters": ["withdrawn"]},
    },
    "moves": [
        {"on": "ends", "from": "consulting", "to": "concluding"},
        {"on": "conclude", "from": ["concluding", "overdue"], "to": "concluded"},
        {"on": "conclude_by", "from": "concluding", "to": "overdue"},
        {"on": "lapse", "from": "overdue", "to": "withdrawn", "because": "Nobody concluded it."},
        {"on": "withdraw", "from": ["consulting", "concluding", "overdue"], "to": "withdrawn"},
    ],
}


def value(of: Mapping[str, Any] = VOTE) -> dict[str, Any]:
    """A workflow's plain value, to be changed at will."""
    return deepcopy(dict(of))


def workflow(of: Mapping[str, Any] = VOTE) -> Workflow:
    """A workflow, read."""
    return read_workflow(of, "test.toml")


# --- cases ----------------------------------------------------------------------------------

OPENED = at("9am Monday 5 October 2026")
CLOSE = at("5pm Monday 12 October 2026")


def case(of: Mapping[str, Any] = VOTE, *, state: str = "", size: int = 4, **changes: Any) -> Case:  # noqa: ANN401
    """A decision D-1 that entered a state (the first, unless named) on Monday 5 October 2026."""
    the_workflow = workflow(of)
    here = the_workflow.states[state or the_workflow.start]
    due = calendar().due(OPENED, here.deadline.after) if here.deadline else None
    decision = Decision(
        reference="D-1",
        workflow="w",
        rules="r",
        calendar="c",
        roll="l",
        ballot={"main": ("for", "against", "abstain")},
        opened_at=OPENED,
        state=here.name,
        entered_at=OPENED,
        round=1 if the_workflow.vote else 0,
        deadlines=(Due(here.deadline.name, here.name, due),) if here.deadline and due else (),
    )
    return Case(replace(decision, **changes), build_machinery(the_workflow), roll(size), calendar())


def votes(*choices: str, question: str = "main") -> dict[str, Any]:
    """What a decision holds once P1, P2 … have answered so."""
    held = tuple(
        Vote(f"P{n}", question, choice, by(f"lead of P{n}"), n)
        for n, choice in enumerate(choices, 1)
    )
    return {"votes": held, "answered": frozenset(vote.practice for vote in held)}


def by(person: str = "lead of P1", name: str = "Anna Lee", role: str = "") -> By:
    """Who typed an answer, and whose link it was."""
    return By(person, name, role)


def an_answer(choice: str | None = "for", comment: str = "", **changes: Any) -> GiveAnswer:  # noqa: ANN401
    """What the lead of P1 sends."""
    choices = {} if choice is None else {"main": choice}
    return replace(GiveAnswer("P1", by(), True, choices, comment), **changes)


def signed_in(person: str) -> Actor:
    """A member of staff with a session."""
    return Actor(person, How.SESSION)


AT_THE_COMMAND_LINE = Actor(None, How.CLI)


def what_follows(before: Case, happened: Iterable[Event], now: datetime) -> tuple[Event, ...]:
    """The events that these bring with them, their leaves numbered from 1."""
    filed, after = [], before
    for n, event in enumerate(happened, 1):
        filed.append((event, n))
        after = after.after(event, now)
    return tuple(follow_up(after, filed, now))


# --- comments and statements ----------------------------------------------------------------

STATEMENT = """What we decided
The clinic stays.

Reasons
There is no bus to the hospital.

Options rejected
A bus of our own: it would cost more than the clinic.

You said, we did
You said that it is a long way. We did not move it.
"""
"""An outcome statement that lacks nothing."""


def commented(*dispositions: str) -> dict[str, Any]:
    """What a decision holds once P1, P2 … have each sent a comment: leaves 11, 12 and so on."""
    accounts = (Account(10 + n, f"P{n}", each) for n, each in enumerate(dispositions, 1))
    return {"accounts": tuple(accounts)}


# --- the trap -------------------------------------------------------------------------------

rung: list[tuple[object, ...]] = []
"""What `ring` was called with: a name in a workflow file must never bring this about."""


def ring(*anything: object) -> bool:
    """A function that can be found by a dotted name."""
    rung.append(anything)
    return True
