"""What charges the management allowance, and what gives it back, on the workflows that ship."""

from dataclasses import replace
from typing import Any

import pytest

from engine import events
from engine.case import Case
from engine.charging import Movement, is_charged, movement, why_uncharged
from engine.commands import Act, PassDeadline
from engine.decision import ActRecord, Charge, Decision, Outcome
from engine.event import Event
from engine.financial_year import year_of
from tests.engine.makers import AT_THE_COMMAND_LINE, OPENED, calendar
from tests.engine.roads import after, on_the_road

DRAWS = {"uses_management_allowance": True, "money_gbp": 31_000}
CHARGED = Charge("2026/27", OPENED)
EVERYBODY = tuple(frozenset([role]) for role in ("chair", "accountable_officer", "lay_chair"))


def drawing(road: str, state: str, **changes: Any) -> Case:  # noqa: ANN401
    return on_the_road(road, "committee", state, **{"facts": DRAWS, **changes})


def acted(case: Case, name: str) -> tuple[Movement, str] | None:
    command = Act(AT_THE_COMMAND_LINE, name, "Minute 4.", agreed=EVERYBODY)
    return movement(*after(case, command, OPENED))


def lapses(case: Case) -> tuple[Movement, str] | None:
    due = case.decision.waiting
    assert due is not None
    return movement(*after(case, PassDeadline(due.name, due.due_at), due.due_at))


# --- what charges ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("road", "state"),
    [
        ("allowance_committee", "deciding"),
        ("allowance_committee", "overdue"),
        ("allowance_committee", "tied"),
        ("vote_then_committee", "carried"),
        ("primary_care_committee", "deciding"),
        ("procurement", "deciding"),
        ("urgent_powers", "deciding"),
        ("constitution_vote", "carried"),
    ],
)
def test_a_body_s_approval_charges_it(road: str, state: str) -> None:
    assert acted(drawing(road, state), "approve") == (Movement.CHARGE, "approved")


@pytest.mark.parametrize("road", ["allowance_committee", "primary_care_committee", "procurement"])
def test_what_is_refused_is_never_charged(road: str) -> None:
    assert acted(drawing(road, "deciding"), "refuse") is None


def test_what_nobody_decides_in_time_is_never_charged() -> None:
    assert lapses(drawing("allowance_committee", "overdue")) is None


def test_what_draws_on_something_else_is_not_charged() -> None:
    other = drawing("allowance_committee", "deciding", facts={"money_gbp": 31_000})
    assert acted(other, "approve") is None


@pytest.mark.parametrize("money", [None, 0])
def test_what_states_no_sum_is_not_charged(money: int | None) -> None:
    bare = {"uses_management_allowance": True, "money_gbp": money}
    assert acted(drawing("allowance_committee", "deciding", facts=bare), "approve") is None


def carried(road: str) -> tuple[Movement, str] | None:
    """What the practices' carried vote alone does."""
    case = drawing(road, "carried")
    said = events.OutcomeDeclared(
        decision="D-1",
        state="carried",
        result="carried",
        sentences=(),
        statement=None,
        reason=None,
        by=None,
    )
    return movement(case.after(said, OPENED), [said])


def test_a_carried_vote_charges_it_where_nobody_acts_after_the_practices() -> None:
    assert carried("member_vote") == (Movement.CHARGE, "carried")


@pytest.mark.parametrize("road", ["vote_then_committee", "constitution_vote"])
def test_a_carried_vote_charges_nothing_where_a_body_has_still_to_approve_it(road: str) -> None:
    """A rule that looked at the state's end alone would charge the constitution's vote, which
    waits for NHS England without a date."""
    assert carried(road) is None


# --- what gives it back ---------------------------------------------------------------------------


def test_urgent_powers_that_lapse_give_it_back() -> None:
    held = drawing("urgent_powers", "in_force", charge=CHARGED)
    assert lapses(held) == (Movement.REVERSE, "lapsed")


def test_urgent_powers_that_are_not_ratified_give_it_back() -> None:
    held = drawing("urgent_powers", "in_force", charge=CHARGED)
    assert acted(held, "refuse") == (Movement.REVERSE, "refused")


def test_ratifying_charges_nothing_twice() -> None:
    """A rule that charged on every act in favour would: the money was charged when agreed."""
    assert acted(drawing("urgent_powers", "in_force", charge=CHARGED), "ratify") is None


def disputed(charge: Charge | None) -> Case:
    return drawing("dispute", "deciding", charge=charge)


def test_an_outcome_that_is_set_aside_gives_it_back() -> None:
    assert acted(disputed(CHARGED), "set_aside") == (Movement.REVERSE, "set_aside")


def test_a_challenge_that_nobody_decides_gives_it_back() -> None:
    held = drawing("dispute", "overdue", charge=CHARGED)
    assert lapses(held) == (Movement.REVERSE, "set_aside")


@pytest.mark.parametrize("charge", [CHARGED, None])
def test_an_outcome_that_is_upheld_moves_nothing(charge: Charge | None) -> None:
    assert acted(disputed(charge), "uphold") is None


def test_what_was_never_charged_is_not_given_back() -> None:
    assert acted(disputed(None), "set_aside") is None


def test_what_was_given_back_is_not_given_back_again() -> None:
    assert acted(disputed(replace(CHARGED, reversed=True)), "set_aside") is None


def test_what_was_given_back_is_charged_anew_when_it_is_approved() -> None:
    again = drawing("allowance_committee", "deciding", charge=replace(CHARGED, reversed=True))
    assert acted(again, "approve") == (Movement.CHARGE, "approved")


# --- how a decision remembers ---------------------------------------------------------------------


def filed(case: Case, *happened: Event) -> Decision:
    for event in happened:
        case = case.after(event, OPENED)
    return case.decision


CHARGE = events.AllowanceCharged(
    decision="D-1",
    year=str(year_of(calendar(), OPENED)),
    money_gbp=31_000,
    patients=8,
    unknown=(),
    per_head=1,
)
BACK = events.AllowanceReversed(decision="D-1", year="2026/27", because="lapsed")


def test_a_charged_decision_knows_its_year() -> None:
    assert filed(drawing("urgent_powers", "in_force"), CHARGE).charge == CHARGED


def test_a_decision_that_gave_back_is_not_charged() -> None:
    assert not is_charged(filed(drawing("urgent_powers", "in_force"), CHARGE, BACK))


# --- what ends without being charged --------------------------------------------------------------


def ended(result: str, **changes: Any) -> str:  # noqa: ANN401
    outcome = Outcome(result, (), OPENED, None)
    case = drawing("consult", "concluded", outcome=outcome, deadlines=(), **changes)
    return why_uncharged(case.decision)


def test_what_is_concluded_without_a_body_s_approval_is_told_apart() -> None:
    assert ended("concluded") == "no body approved it"


def test_what_took_effect_without_a_sum_is_told_apart() -> None:
    assert ended("concluded", facts={"uses_management_allowance": True}) == "it states no sum"


def test_what_was_approved_before_there_was_an_account_is_told_apart() -> None:
    """A decision of an earlier release has its act and no charge."""
    acts = (ActRecord("management_allowance_committee", "approved", OPENED),)
    assert ended("concluded", acts=acts) == "it was approved before the account was kept"


def test_what_its_body_refused_is_not_told_apart() -> None:
    acts = (ActRecord("management_allowance_committee", "refused", OPENED),)
    assert ended("concluded", acts=acts) == ""


@pytest.mark.parametrize("result", ["withdrawn", "not_carried", "inquorate", "set_aside"])
def test_what_takes_no_effect_is_not(result: str) -> None:
    assert ended(result) == ""


def test_what_was_charged_is_not() -> None:
    assert ended("concluded", charge=CHARGED) == ""


def test_what_does_not_use_the_allowance_is_not() -> None:
    assert ended("concluded", facts={}) == ""
