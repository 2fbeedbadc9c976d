"""Reminders climb a ladder: leads first, then more of the practice, then who can ring it."""

from dataclasses import replace
from typing import Any

import pytest

from engine import events
from engine.check import check_workflow
from engine.commands import Remind
from engine.decide import decide
from engine.errors import InputFaults
from engine.escalation import RUNGS, readers, rung_at
from engine.event import Event
from engine.reminding import whom_to_remind
from tests.engine.makers import CLOSE, VOTE, at, calendar, case, line, value, workflow

REMIND = ["at half-time", "2 working days before", "on the last morning"]
UP = ["lead", "manager", "locality_lead"]
HALF = at("9am Wednesday 7 October 2026")
TWO_LEFT = at("9am Thursday 8 October 2026")
LAST = at("9am Monday 12 October 2026")


def climbing(*rungs: str, remind: list[str] = REMIND) -> dict[str, Any]:
    """A vote of five working days whose reminders climb these rungs."""
    of = value(VOTE)
    of["states"]["voting"]["deadline"] |= {"remind": remind, "escalate": list(rungs)}
    return of


def owed(now: Any, *rungs: str, led: frozenset[str] = frozenset(), **changes: Any) -> list[Event]:  # noqa: ANN401
    """The letters that a moment brings; the deadline knows its three moments."""
    of = climbing(*(rungs or UP))
    held = case(of, **changes)
    due = held.decision.deadlines[0]
    deadline = type(due)(due.name, due.state, due.due_at, remind=(HALF, TWO_LEFT, LAST))
    again = case(of, deadlines=(deadline,), **changes)
    return list(decide(again, Remind("close", led), now).events)


def letters(happened: list[Event]) -> list[tuple[str, str | None, int]]:
    """Which letters those are, to which role, and how many where the rules can count them."""
    mails = [event for event in happened if isinstance(event, events.MailIntended)]
    return [(mail.letter, mail.to.role, mail.count) for mail in mails]


# --- who at a practice ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rung", "roles"),
    [
        ("lead", ["lead"]),
        ("deputy", ["deputy", "lead"]),
        ("manager", ["deputy", "lead", "manager"]),
        ("everyone", ["deputy", "lead", "manager", "nurse"]),
        ("locality_lead", ["deputy", "lead", "manager", "nurse"]),
        ("", ["deputy", "lead", "manager", "nurse"]),
    ],
)
def test_each_rung_adds_to_the_one_below(rung: str, roles: list[str]) -> None:
    practice = line("P1", "lead", "deputy", "manager", "nurse")
    assert sorted(person.role for person in readers(practice, rung)) == roles


def test_where_a_practice_has_no_such_post_everyone_there_is_written_to() -> None:
    assert len(readers(line("P1", "nurse", "staff"), "lead")) == 2


# --- which rung --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "rung"), [(HALF, "lead"), (TWO_LEFT, "manager"), (LAST, "locality_lead")]
)
def test_each_moment_has_the_rung_that_the_definition_gives_it(moment: Any, rung: str) -> None:  # noqa: ANN401
    rule = workflow(climbing(*UP)).states["voting"].deadline
    assert rung_at(rule, calendar(), CLOSE, moment) == rung


def test_one_that_falls_on_the_day_of_a_later_one_is_that_one() -> None:
    """Half of a period of four days is two days before its end."""
    of = climbing(*UP)
    of["states"]["voting"]["deadline"]["after"] = "4 working days"
    rule, due = workflow(of).states["voting"].deadline, at("5pm Friday 9 October 2026")
    assert rung_at(rule, calendar(), due, HALF) == "manager"


def test_a_definition_without_a_ladder_reminds_everyone() -> None:
    rule = workflow(VOTE).states["voting"].deadline
    assert rung_at(rule, calendar(), CLOSE, LAST) == "everyone"


def test_moments_missed_while_nobody_looked_climb_to_the_last_of_them() -> None:
    assert letters(owed(LAST, "lead", "manager", "everyone"))[0] == ("reminder", None, 12)


# --- the letters -------------------------------------------------------------------------------


def test_leads_are_reminded_first() -> None:
    assert letters(owed(HALF, answered=frozenset({"P1"}))) == [("reminder", None, 3)]


def test_an_audience_that_is_narrowed_has_a_digest_of_its_own() -> None:
    (narrow,) = owed(HALF, answered=frozenset({"P1"}))
    (wide,) = owed(HALF, "everyone", "everyone", "everyone", answered=frozenset({"P1"}))
    assert narrow.body()["audience"] != wide.body()["audience"]


def test_the_lead_of_a_locality_hears_of_its_silent_practices() -> None:
    happened = owed(LAST, led=frozenset({""}), answered=frozenset({"P1", "P2"}))
    assert letters(happened) == [("reminder", None, 6), ("silent_practices", "secretary", 1)]


def locality(happened: list[Event]) -> list[tuple[str, Any]]:
    mails = [event for event in happened if isinstance(event, events.MailIntended)]
    told = [mail for mail in mails if mail.letter == "silent_practices"]
    return [(mail.to.locality or str(mail.to.role), mail.context["silent"]) for mail in told]


def test_each_lead_hears_of_their_own_locality_and_the_secretary_of_the_others() -> None:
    held = case(climbing(*UP))
    north, south = line("P1", "lead", locality="North"), line("P2", "lead", locality="South")
    there = type(held)(held.decision, held.machinery, type(held.roll)((north, south)), calendar())
    due = held.decision.deadlines[0]
    decision = type(due)(due.name, due.state, due.due_at, remind=(LAST,))
    there = replace(there, decision=replace(there.decision, deadlines=(decision,)))
    happened = decide(there, Remind("close", frozenset({"North"})), LAST).events
    assert locality(list(happened)) == [("North", ["P1"]), ("secretary", ["P2"])]


def test_a_practice_that_cannot_be_written_to_is_named_to_whoever_can_ring_it() -> None:
    held = case(climbing(*UP))
    roll = type(held.roll)((line("P1", "lead"), line("P2")))
    there = type(held)(held.decision, held.machinery, roll, calendar())
    due = replace(held.decision.deadlines[0], remind=(LAST,))
    there = replace(there, decision=replace(there.decision, deadlines=(due,)))
    happened = list(decide(there, Remind("close"), LAST).events)
    assert locality(happened) == [("secretary", ["P1", "P2"])]


def test_the_chair_hears_of_all_at_the_top_of_the_ladder() -> None:
    happened = owed(LAST, "lead", "lead", "chair", answered=frozenset({"P1", "P2"}))
    assert [role for letter, role, _ in letters(happened) if letter == "silent_practices"] == [
        "secretary",
        "chair",
    ]


def test_where_all_have_answered_nobody_is_told_of_anybody() -> None:
    assert owed(LAST, answered=frozenset({"P1", "P2", "P3", "P4"})) == []


# --- why each other practice is not reminded ----------------------------------------------------


def test_every_practice_of_the_roll_is_called_or_has_its_reason() -> None:
    told = {"P3": (HALF, HALF, HALF)}
    held = case(answered=frozenset({"P1"}), reminded=told)
    called = whom_to_remind(held, TWO_LEFT)
    assert (called.practices, dict(called.others)) == (
        ("P2", "P4"),
        {"P1": "has answered", "P3": "was written to three times within seven days"},
    )


# --- faults of a definition ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rungs", "says"),
    [
        (["lead", "manager", "everybody"], "no such rung: 'everybody'"),
        (["lead", "manager"], "needs a rung for each reminder: 3 in `remind`, 2 here"),
    ],
)
def test_a_ladder_that_does_not_fit_is_a_fault(rungs: list[str], says: str) -> None:
    with pytest.raises(InputFaults, match=says):
        check_workflow(workflow(climbing(*rungs)), "w.toml")


@pytest.mark.parametrize("rung", RUNGS)
def test_a_ladder_of_any_rung_is_sound(rung: str) -> None:
    check_workflow(workflow(climbing(rung, rung, rung)), "w.toml")
