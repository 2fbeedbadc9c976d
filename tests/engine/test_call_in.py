"""Practices raise a decision to the next route: how many it takes, and what happens then."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.case import Case
from engine.commands import CallIn
from engine.decide import decide
from engine.event import plain
from engine.refusals import Faulty, NotCalledIn, NotYours, TooLate
from tests.engine.makers import OPENED, at
from tests.engine.roads import after, large_roll, lead, on_the_road

LATER = at("9am Tuesday 6 October 2026")
DUE = at("5pm Monday 12 October 2026")


def informed() -> Case:
    return on_the_road("inform", "inform")


def asks(code: str, text: str = "It touches our patients.", *, may_cast: bool = True) -> CallIn:
    return CallIn(code, lead(code), may_cast, text)


def called_in_by(*codes: str, case: Case | None = None, now: datetime = LATER) -> Case:
    the_case = case or informed()
    for code in codes:
        the_case, _ = after(the_case, asks(code), now)
    return the_case


SOUTHERN = ("P11", "P12", "P13", "P14", "P15", "P16")
"""Of a roll of twenty, two of them in the north."""


def test_one_practice_of_twenty_does_not_raise_it() -> None:
    case = called_in_by("P11")

    assert (case.decision.route, case.decision.state) == ("inform", "informing")


def test_two_of_twenty_are_a_tenth_and_raise_it_to_a_consultation() -> None:
    case = called_in_by("P11", "P12")

    assert (case.decision.route, case.decision.name, case.decision.state) == (
        "consult",
        "consult",
        "consulting",
    )


def test_a_share_that_is_not_whole_needs_the_next_whole_practice() -> None:
    """A rule that rounded down would let two of 21 do for a tenth."""
    case = called_in_by("P11", "P12", case=replace(informed(), roll=large_roll(21)))

    assert case.decision.route == "inform"


def test_a_whole_locality_raises_it_however_small() -> None:
    case = called_in_by("P01", "P02", case=replace(informed(), roll=large_roll(40, north=2)))

    assert case.decision.route == "consult"


def test_half_a_locality_does_not() -> None:
    case = called_in_by("P01", "P03", case=replace(informed(), roll=large_roll(40, north=2)))

    assert case.decision.route == "inform"


def test_the_trail_says_why_it_rose() -> None:
    _, happened = after(called_in_by("P11"), asks("P12"), LATER)

    routed = next(event for event in happened if event.type == "decision.routed")
    assert routed.because == "Called in by 2 of 20 practices; 10% of practices were needed."  # type: ignore[attr-defined]


def test_asking_twice_counts_once() -> None:
    case = called_in_by("P11", "P11")

    assert case.decision.route == "inform"


def test_the_consultation_has_its_full_time_from_the_call_in() -> None:
    case = called_in_by("P11", "P12")

    assert case.decision.waiting is not None
    assert case.decision.waiting.due_at == at("5pm Tuesday 20 October 2026")


def test_what_was_called_in_is_consulted_on_afresh() -> None:
    assert called_in_by("P11", "P12").decision.called_in == frozenset()


def test_a_consultation_rises_to_a_vote_at_a_quarter() -> None:
    consulted = on_the_road("consult", "consult")
    short = called_in_by(*SOUTHERN[:4], case=consulted)
    enough = called_in_by(*SOUTHERN[:5], case=consulted)

    assert (short.decision.route, enough.decision.name) == ("consult", "member_vote")


def test_all_practices_are_told_when_it_rises() -> None:
    _, happened = after(called_in_by("P11"), asks("P12"), LATER)

    letters = [event.letter for event in happened if event.type == "mail.intent"]  # type: ignore[attr-defined]
    assert letters == ["consultation_opened", "receipt"]


def test_the_receipt_of_the_last_call_in_gives_the_new_date() -> None:
    """The deadline is set in the same commit, so the decision before that waits for nothing."""
    risen, happened = after(called_in_by("P11"), asks("P12"), LATER)

    receipt = next(e for e in happened if getattr(e, "letter", "") == "receipt")
    assert risen.decision.waiting is not None
    assert receipt.context["due_at"] == plain(risen.decision.waiting.due_at)  # type: ignore[attr-defined]


def test_only_the_practice_itself_is_written_to_while_it_does_not() -> None:
    _, happened = after(informed(), asks("P11"), LATER)

    told = [(e.letter, e.to.practices) for e in happened if e.type == "mail.intent"]  # type: ignore[attr-defined]
    assert told == [("receipt", ("P11",))]


def test_a_manager_may_not_call_in() -> None:
    with pytest.raises(NotYours):
        decide(informed(), asks("P11", may_cast=False), LATER)


def test_it_needs_a_reason() -> None:
    with pytest.raises(Faulty) as refused:
        decide(informed(), asks("P11", text=""), LATER)

    assert list(refused.value.faults) == ["comment"]


def test_at_its_deadline_it_is_too_late() -> None:
    with pytest.raises(TooLate):
        decide(informed(), asks("P11"), DUE)


def test_just_before_it_is_in_time() -> None:
    assert called_in_by("P11", now=DUE - timedelta(microseconds=1)).decision.called_in == {"P11"}


@pytest.mark.parametrize("name", ["member_vote", "allowance_committee", "procurement"])
def test_other_roads_cannot_be_called_in(name: str) -> None:
    with pytest.raises(NotCalledIn):
        decide(on_the_road(name, "vote"), asks("P11"), OPENED)


def test_a_page_left_open_does_not_ask_for_more_than_it_offered() -> None:
    """The third to ask for a consultation finds that there is one: that is no word for a vote."""
    consulted = called_in_by("P11", "P12")

    with pytest.raises(NotCalledIn, match="before you did"):
        decide(consulted, replace(asks("P13"), to="consult"), LATER)


def test_on_its_new_road_it_may_be_called_in_for_more() -> None:
    consulted = called_in_by("P11", "P12")
    case, _ = after(consulted, replace(asks("P13"), to="vote"), LATER)

    assert case.decision.called_in == {"P13"}
