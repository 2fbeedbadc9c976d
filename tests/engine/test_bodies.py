"""What bodies beside the practices do: committees, urgent powers, NHS England; and re-votes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.case import Case
from engine.commands import Act, PassDeadline, RecordLmc, Revote
from engine.decide import decide
from engine.decision import Interest, Outcome
from engine.events import BodyActed
from engine.refusals import (
    NeedsAgreement,
    NeedsLmc,
    NeedsReason,
    NeedsRecord,
    NeedsRuling,
    NoSuchAct,
)
from tests.engine.makers import AT_THE_COMMAND_LINE, OPENED, at
from tests.engine.roads import after, on_the_road

NOW = at("9am Tuesday 6 October 2026")
CARRIED = Outcome("carried", ("Carried.",), OPENED, {"for": 11})
INQUORATE = Outcome("inquorate", ("Not quorate.",), OPENED, {"for": 3})
CHAIR, OFFICER, LAY = (frozenset({role}) for role in ("chair", "accountable_officer", "lay_chair"))


def does(name: str, **given: Any) -> Act:  # noqa: ANN401
    return replace(Act(AT_THE_COMMAND_LINE, name, "Minutes, 4.2."), **given)


def carried_by_practices(**changes: Any) -> Case:  # noqa: ANN401
    given = {"round": 1, "outcome": CARRIED, **changes}
    return on_the_road("vote_then_committee", "vote", "carried", **given)


def at_the_committee(**changes: Any) -> Case:  # noqa: ANN401
    return on_the_road("allowance_committee", "committee", "deciding", **changes)


def urgent(state: str = "deciding", **changes: Any) -> Case:  # noqa: ANN401
    return on_the_road("urgent_powers", "committee", state, **changes)


def passes(case: Case, now: datetime) -> Case:
    due = case.decision.waiting
    assert due is not None
    case, _ = after(case, PassDeadline(due.name, due.due_at), now)
    return case


# --- the committee after the vote -------------------------------------------------------------


def test_the_members_outcome_stays_theirs_when_the_committee_refuses() -> None:
    case, _ = after(carried_by_practices(), does("refuse"), NOW)

    assert case.decision.outcome == CARRIED
    assert [act.result for act in case.decision.acts] == ["refused"]


def test_the_committee_s_act_names_the_body() -> None:
    case, _ = after(carried_by_practices(), does("approve"), NOW)

    assert case.decision.acts[0].body == "non_gp_majority_committee"


def test_all_practices_hear_of_the_act_once() -> None:
    _, happened = after(carried_by_practices(), does("approve"), NOW)

    assert [e.letter for e in happened if e.type == "mail.intent"] == ["acted"]  # type: ignore[attr-defined]


def test_a_late_committee_is_passed_on_to_the_lay_chair() -> None:
    case = passes(carried_by_practices(), at("5pm Monday 12 October 2026"))

    assert (case.decision.state, case.state.owner) == ("overdue", "lay_chair")


def test_a_committee_that_does_not_meet_lets_it_lapse() -> None:
    case = passes(carried_by_practices(), at("5pm Monday 12 October 2026"))
    case = passes(case, at("5pm Thursday 15 October 2026"))

    assert (case.decision.state, case.decision.acts[0].result) == ("lapsed", "lapsed")


def test_nothing_is_approved_without_the_lmc_where_it_is_involved() -> None:
    with pytest.raises(NeedsLmc):
        decide(carried_by_practices(involve=("lmc",)), does("approve"), NOW)


def test_the_lmc_cannot_stop_a_refusal() -> None:
    assert decide(carried_by_practices(involve=("lmc",)), does("refuse"), NOW).events


def test_an_act_needs_its_record() -> None:
    with pytest.raises(NeedsRecord):
        decide(carried_by_practices(), does("approve", record=" "), NOW)


def test_no_committee_can_approve_what_practices_did_not_carry() -> None:
    not_carried = on_the_road("vote_then_committee", "vote", "not_carried", round=1)

    with pytest.raises(NoSuchAct):
        decide(not_carried, does("approve"), NOW)


# --- committees that decide -----------------------------------------------------------------


def test_a_committee_that_decides_declares_the_outcome_and_its_act() -> None:
    case, _ = after(at_the_committee(), does("approve"), NOW)

    assert case.decision.outcome is not None
    assert (case.decision.outcome.result, case.decision.acts[0].result) == ("concluded", "approved")


@pytest.mark.parametrize(
    ("name", "votes"),
    [
        ("approve", (6, 6)),
        ("approve", (5, 6)),
        ("refuse", (6, 6)),
        ("refuse", (7, 6)),
        ("tie", (7, 6)),
    ],
)
def test_numbers_that_belie_the_act_are_refused(name: str, votes: tuple[int, int]) -> None:
    with pytest.raises(NoSuchAct, match="an even split is recorded as `tie`"):
        decide(at_the_committee(), does(name, votes=votes), NOW)


def test_six_and_six_goes_on_to_whoever_settles_it() -> None:
    """Shropshire's hospitals, 2016: six and six, and no result."""
    case, _ = after(at_the_committee(), does("tie", votes=(6, 6)), NOW)

    assert (case.decision.state, case.state.owner) == ("tied", "governing_body")


def test_an_even_split_is_on_record_with_its_numbers_and_its_minutes() -> None:
    _, happened = after(at_the_committee(), does("tie", votes=(6, 6)), NOW)
    (acted,) = (event for event in happened if isinstance(event, BodyActed))

    assert (acted.result, acted.votes) == ("tied", {"for": 6, "against": 6})
    assert acted.record


def test_a_tie_that_nobody_settles_spends_nothing() -> None:
    case, _ = after(at_the_committee(), does("tie"), NOW)
    case = passes(case, at("5pm Tuesday 13 October 2026"))

    assert (case.decision.state, case.decision.acts[-1].result) == ("lapsed", "lapsed")


def test_an_interest_that_nobody_has_ruled_on_stops_the_approval() -> None:
    with pytest.raises(NeedsRuling, match="P02"):
        decide(at_the_committee(interests={"P02": Interest("financial")}), does("approve"), NOW)


def test_one_that_was_ruled_on_does_not() -> None:
    ruled = {"P02": Interest("financial", "noted")}
    assert decide(at_the_committee(interests=ruled), does("approve"), NOW).events


# --- urgent powers --------------------------------------------------------------------------


def test_three_who_agree_decide_at_once() -> None:
    case, _ = after(urgent(), does("approve", agreed=(CHAIR, OFFICER, LAY)), NOW)

    assert (case.decision.state, case.decision.outcome is not None) == ("in_force", True)


@pytest.mark.parametrize(
    "agreed",
    [
        (),
        (CHAIR, OFFICER),
        (CHAIR, OFFICER, OFFICER),
        (CHAIR | OFFICER | LAY,),
        (CHAIR | OFFICER, LAY),
    ],
)
def test_fewer_than_three_people_in_the_three_roles_do_not(agreed: tuple[Any, ...]) -> None:
    with pytest.raises(NeedsAgreement):
        decide(urgent(), does("approve", agreed=agreed), NOW)


def test_two_roles_of_one_person_count_where_others_hold_the_rest() -> None:
    agreed = (CHAIR | LAY, OFFICER, LAY)
    assert decide(urgent(), does("approve", agreed=agreed), NOW).events


def test_practices_are_told_at_once() -> None:
    _, happened = after(urgent(), does("approve", agreed=(CHAIR, OFFICER, LAY)), NOW)

    letters = [e.letter for e in happened if e.type == "mail.intent"]  # type: ignore[attr-defined]
    assert letters == ["outcome", "step_due"]


def test_it_does_not_wait_for_the_lmc() -> None:
    act = does("approve", agreed=(CHAIR, OFFICER, LAY))
    assert decide(urgent(involve=("lmc",)), act, NOW).events


def test_its_ratification_does() -> None:
    with pytest.raises(NeedsLmc):
        decide(urgent("in_force", involve=("lmc",)), does("ratify"), NOW)


def test_what_is_not_ratified_in_time_lapses() -> None:
    case = passes(urgent("in_force"), at("5pm Monday 2 November 2026"))

    assert (case.decision.state, case.decision.acts[0].result) == ("lapsed", "lapsed")


def test_what_was_not_agreed_in_time_cannot_be_agreed_because_nobody_has_looked() -> None:
    """The time holds with no scheduler alive."""
    agreed = tuple(frozenset([role]) for role in ("chair", "accountable_officer", "lay_chair"))
    due = urgent().decision.waiting
    assert due is not None

    with pytest.raises(NoSuchAct, match="The time for this step ended"):
        decide(urgent(), does("approve", agreed=agreed), due.due_at)


def test_what_is_not_agreed_in_two_days_was_not_urgent() -> None:
    case = passes(urgent(), at("5pm Wednesday 7 October 2026"))

    assert case.decision.state == "not_urgent"


# --- after the end --------------------------------------------------------------------------


def test_the_lmc_may_still_be_heard_before_nhs_england_approves() -> None:
    given = {"outcome": CARRIED, "involve": ("lmc", "nhs_england")}
    carried = on_the_road("constitution_vote", "vote+supermajority", "carried", **given)

    case, _ = after(carried, RecordLmc(AT_THE_COMMAND_LINE, "Agreed."), NOW)
    case, _ = after(case, does("approve"), NOW)

    assert case.decision.state == "approved"


def test_the_lmc_is_not_heard_where_nothing_is_left_to_approve() -> None:
    ended = on_the_road("member_vote", "vote", "not_carried", outcome=CARRIED)

    with pytest.raises(NoSuchAct):
        decide(ended, RecordLmc(AT_THE_COMMAND_LINE, "Agreed."), NOW)


def test_nhs_england_may_act_on_a_constitution_that_was_carried() -> None:
    carried = on_the_road("constitution_vote", "vote+supermajority", "carried", outcome=CARRIED)
    case, _ = after(carried, does("approve"), at("9am Monday 1 February 2027"))

    assert (case.decision.state, case.decision.acts[0].body) == ("approved", "nhs_england")


def inquorate(**changes: Any) -> Case:  # noqa: ANN401
    given = {"round": 1, "outcome": INQUORATE, "extended": 1, **changes}
    return on_the_road("constitution_vote", "vote+supermajority", "inquorate", **given)


def again(reason: str = "Two practices short.") -> Revote:
    return Revote(AT_THE_COMMAND_LINE, reason)


def test_a_vote_without_a_quorum_may_be_held_once_more() -> None:
    case, _ = after(inquorate(), again(), NOW)

    assert (case.decision.state, case.decision.round, case.decision.outcome) == ("voting", 2, None)


def test_the_second_vote_has_its_full_time_and_no_extension() -> None:
    case, _ = after(inquorate(), again(), NOW)
    case = passes(case, at("5pm Tuesday 20 October 2026"))

    assert (case.decision.state, case.decision.outcome is None) == ("inquorate", False)


def test_it_cannot_be_held_a_third_time() -> None:
    with pytest.raises(NoSuchAct, match="once more"):
        decide(inquorate(round=2), again(), NOW)


def test_it_has_to_be_ordered_within_five_working_days() -> None:
    ends = at("5pm Monday 12 October 2026")

    assert decide(inquorate(), again(), ends - timedelta(microseconds=1)).events
    with pytest.raises(NoSuchAct):
        decide(inquorate(), again(), ends)


def test_whoever_orders_it_says_why() -> None:
    with pytest.raises(NeedsReason):
        decide(inquorate(), again(" "), NOW)


def test_a_vote_that_was_lost_is_not_held_again() -> None:
    lost = Outcome("not_carried", ("Not carried.",), OPENED, {"for": 3})
    with pytest.raises(NoSuchAct):
        decide(
            on_the_road("member_vote", "vote", "not_carried", round=1, outcome=lost), again(), NOW
        )
