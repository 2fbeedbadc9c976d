"""A vote that may come to its close without a quorum: who is told, when, in which numbers."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.case import Case
from engine.commands import Remind
from engine.decide import decide
from engine.decision import Interest
from engine.quorum import is_at_risk, quorum_so_far
from tests.engine.makers import CLOSE, CONSULTATION, VOTE, at, case, value

HALF = at("9am Wednesday 7 October 2026")
TWO_LEFT = at("9am Thursday 8 October 2026")
LAST = at("9am Monday 12 October 2026")


def voting(answered: int = 0, of: Any = VOTE, **changes: Any) -> Case:  # noqa: ANN401
    """A vote of ten practices, so many of which have answered."""
    given = case(
        of, size=10, answered=frozenset(f"P{n}" for n in range(1, answered + 1)), **changes
    )
    due = replace(given.decision.deadlines[0], remind=(HALF, TWO_LEFT, LAST))
    return replace(given, decision=replace(given.decision, deadlines=(due,)))


def warned(given: Case, *moments: datetime) -> list[datetime]:
    """Which of these moments bring a warning, one after the other."""
    told = []
    for moment in moments:
        for event in decide(given, Remind("close"), moment).events:
            given = given.after(event, moment)
            told += [moment] if getattr(event, "letter", "") == "quorum_at_risk" else []
    return told


def test_it_says_how_many_came_how_many_are_needed_and_how_many_more() -> None:
    so_far = quorum_so_far(voting(3))
    assert so_far is not None
    assert (so_far.returned, so_far.needed, so_far.missing, so_far.of) == (3, 5, 2, 10)


def test_conflicted_practices_leave_both_numbers() -> None:
    out = {"P1": Interest("financial", "no_vote"), "P10": Interest("financial", "no_vote")}
    so_far = quorum_so_far(voting(3, interests=out))
    assert so_far is not None
    assert (so_far.returned, so_far.needed, so_far.of) == (2, 4, 8)


@pytest.mark.parametrize(("percent", "needed"), [(50, 5), (51, 6), (60, 6), (61, 7), (1, 1)])
def test_the_number_needed_is_the_fewest_that_make_a_quorum(percent: int, needed: int) -> None:
    of = value(VOTE)
    of["vote"]["quorum"]["percent"] = percent
    short, enough = quorum_so_far(voting(needed - 1, of)), quorum_so_far(voting(needed, of))
    assert short is not None
    assert enough is not None
    assert (short.needed, short.met, enough.met) == (needed, False, True)


def test_a_consultation_has_no_quorum() -> None:
    assert quorum_so_far(case(CONSULTATION)) is None


def test_staff_are_warned_once_when_two_working_days_are_left() -> None:
    assert warned(voting(4), HALF, TWO_LEFT, LAST) == [TWO_LEFT]


def test_they_are_warned_at_half_time_where_it_is_hopeless_and_again_at_two_days() -> None:
    assert warned(voting(1), HALF, TWO_LEFT, LAST) == [HALF, TWO_LEFT]


def test_they_are_warned_on_the_last_morning_where_nobody_looked_before() -> None:
    assert warned(voting(4), LAST) == [LAST]


def test_nobody_is_warned_of_a_quorum_that_is_met() -> None:
    assert warned(voting(5), HALF, TWO_LEFT, LAST) == []


def test_it_is_hopeless_where_too_few_can_be_written_to() -> None:
    given = voting(3)
    lines = tuple(
        line if n < 4 else replace(line, persons=()) for n, line in enumerate(given.roll.lines)
    )
    so_far = quorum_so_far(replace(given, roll=replace(given.roll, lines=lines)))
    assert so_far is not None
    assert so_far.hopeless


def test_it_is_no_risk_any_more_when_the_time_is_over() -> None:
    assert not is_at_risk(voting(1), CLOSE)


def test_more_time_begins_a_new_count_of_warnings() -> None:
    given = voting(4, warned=(TWO_LEFT,))
    later = at("5pm Monday 19 October 2026")
    moments = (at("9am Thursday 15 October 2026"), at("9am Monday 19 October 2026"))
    due = replace(given.decision.deadlines[0], due_at=later, remind=moments)
    again = replace(given, decision=replace(given.decision, deadlines=(due,)))
    assert warned(again, *moments) == [moments[0]]


def test_areas_that_lack_a_quorum_of_their_own_are_named() -> None:
    of = value(VOTE)
    of["vote"]["each_area"] = {"quorum_percent": 50}
    given = voting(5, of)
    lines = tuple(
        replace(line, locality="North" if n < 5 else "South")
        for n, line in enumerate(sorted(given.roll.lines, key=lambda one: int(one.practice[1:])))
    )
    so_far = quorum_so_far(replace(given, roll=replace(given.roll, lines=lines)))
    assert so_far is not None
    assert (so_far.met, so_far.areas) == (False, ("South",))
