"""The proof goes through every opening day, by the same days as the deadlines themselves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from engine.definition import Workflow
from engine.proof import NothingToProve, Proof, WorkingDays, days, prove
from engine.turnaround import Way, finish, longest_way
from engine.working_days import CalendarEnds
from tests.engine.makers import CONSULTATION, VOTE, calendar, value, workflow

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
AUTUMN, EASTER = date(2026, 10, 1), date(2027, 4, 30)


def the_proof(of: Workflow, **span: date) -> Proof:
    return prove(of, WorkingDays(calendar()), **span)


def plainly(of: Workflow, first: date, last: date) -> dict[date, int]:
    """Days of the calendar of the longest way from each opening day, by the deadlines' own rule."""
    of_days, held = longest_way(of).days, calendar()
    return {day: (held.nth_working_day(day, of_days) - day).days for day in days(first, last)}


# --- the days -----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, 1, 2, 5, 12, 30])
def test_a_look_up_finds_the_day_that_walking_finds(n: int) -> None:
    held, walked = WorkingDays(calendar()), calendar()

    assert [day for day in days(AUTUMN, EASTER) if held.after(day, n) != walk(walked, day, n)] == []


def walk(held: Any, day: date, n: int) -> date:  # noqa: ANN401 - the calendar
    found: date = held.nth_working_day(day, n)
    return found


def test_a_day_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarEnds):
        WorkingDays(calendar()).after(date(2028, 1, 3), 1)


def test_a_way_that_ends_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarEnds):
        WorkingDays(calendar()).after(date(2027, 12, 20), 10)


# --- the worst day ------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [VOTE, CONSULTATION], ids=["a vote", "a consultation"])
def test_the_worst_is_the_worst_of_every_opening_day(of: dict[str, Any]) -> None:
    found = plainly(workflow(of), AUTUMN, EASTER)
    proof = the_proof(workflow(of), first=AUTUMN, last=EASTER)

    assert (proof.calendar_days, proof.openings) == (max(found.values()), len(found))


def test_the_worst_opening_day_is_the_first_of_the_worst() -> None:
    found = plainly(workflow(), AUTUMN, EASTER)
    proof = the_proof(workflow(), first=AUTUMN, last=EASTER)

    assert proof.worst[0].begins == next(d for d, n in found.items() if n == proof.calendar_days)


def test_a_proof_that_knows_no_bank_holidays_would_promise_too_much() -> None:
    naive = WorkingDays(replace(calendar(), holidays=frozenset()))
    span = {"first": AUTUMN, "last": EASTER}

    assert (
        prove(workflow(), naive, **span).calendar_days < the_proof(workflow(), **span).calendar_days
    )


def test_a_proof_of_weekday_openings_of_one_month_would_miss_the_worst() -> None:
    naive = the_proof(workflow(), first=date(2026, 10, 1), last=date(2026, 10, 31))

    assert naive.calendar_days < the_proof(workflow()).calendar_days


def test_without_dates_every_day_is_gone_through_whose_way_the_calendar_holds() -> None:
    proof = the_proof(workflow())
    beyond = proof.last + timedelta(days=1)

    assert proof.first == FIRST
    with pytest.raises(CalendarEnds):
        the_proof(workflow(), first=beyond, last=beyond)


def test_a_last_day_whose_way_the_calendar_does_not_hold_is_refused() -> None:
    with pytest.raises(CalendarEnds):
        the_proof(workflow(), last=LAST)


def test_no_opening_day_proves_nothing() -> None:
    with pytest.raises(NothingToProve):
        the_proof(workflow(), first=EASTER, last=AUTUMN)


def test_every_stretch_begins_where_the_one_before_it_ends() -> None:
    worst = the_proof(workflow(CONSULTATION)).worst

    assert [each.begins for each in worst[1:]] == [each.until for each in worst[:-1]]


# --- what could make it longer, and does not ------------------------------------------------------


@pytest.mark.parametrize("at", [time(0), time(16, 59), time(17), time(23, 59)])
def test_the_hour_of_the_opening_does_not_count(at: time) -> None:
    held, way = calendar(), longest_way(workflow(CONSULTATION))
    quick = WorkingDays(held)

    wrong = [
        day
        for day in days(AUTUMN, EASTER)
        if held.day_of(finish(held, held.instant(day, at), way)) != quick.after(day, way.days)
    ]
    assert wrong == []


def test_an_act_before_the_deadline_never_makes_it_later() -> None:
    """Whenever the first step is left, early or at its end, the rest ends no later."""
    held, rest = WorkingDays(calendar()), 3
    sooner = (
        (held.after(act, rest), held.after(held.after(day, 4), rest))
        for day in days(AUTUMN, EASTER)
        for act in days(day, held.after(day, 4))
    )

    assert all(early <= late for early, late in sooner)


def ways(of: Workflow, state: str) -> Iterator[Way]:
    """Every way to an end, each extension taken."""
    here = of.states[state]
    moves = [move for move in of.moves_from(state) if not move.extend]
    stay = sum(move.extend or 0 for move in of.moves_from(state))
    if here.deadline is None:
        yield Way(())
        return
    for move in moves:
        for rest in ways(of, move.to):
            yield Way(((state, here.deadline.after + stay), *rest.steps))


def test_no_other_way_ends_later_on_any_day() -> None:
    of, held = workflow(CONSULTATION), calendar()
    most = the_proof(of, first=AUTUMN, last=EASTER).calendar_days

    assert all(
        (held.nth_working_day(day, way.days) - day).days <= most
        for way in ways(of, of.start)
        for day in days(AUTUMN, EASTER)
    )


# --- the limit, and what is not counted -----------------------------------------------------------


def test_a_limit_that_is_exceeded_shows() -> None:
    assert not the_proof(replace(workflow(), limit=7)).within_limit


def test_a_limit_that_is_just_kept_is_kept() -> None:
    assert the_proof(replace(workflow(), limit=8)).within_limit


def test_the_longest_way_goes_on_through_an_outcome_that_an_act_may_follow() -> None:
    of = value()
    of["states"]["again"] = {
        "title": "Practices vote again",
        "open_for": "votes",
        "deadline": {"name": "second_close", "after": "10 working days"},
    }
    of["moves"] += [
        {"on": "revote", "from": "inquorate", "to": "again"},
        {"on": "second_close", "from": "again", "to": "not_carried"},
    ]
    proof = the_proof(workflow(of))

    assert proof.ordered.steps == (("voting", 8), ("inquorate", 0), ("again", 10))
    assert proof.longest.steps == (("voting", 8),)
    assert proof.open_waits == ("inquorate",)
