"""A practice challenges how an outcome came about: it is held, heard, and stands or falls."""

from dataclasses import replace
from typing import Any

import pytest

from engine.case import Case
from engine.challenges import challenge_ends
from engine.commands import Act, Challenge, DropQuestion, PassDeadline, Revote
from engine.decide import decide
from engine.decision import Outcome
from engine.refusals import Faulty, NoSuchAct, NotChallenged, NotYours
from tests.engine.makers import AT_THE_COMMAND_LINE, OPENED, at
from tests.engine.roads import after, lead, on_the_road

NOW = at("9am Tuesday 6 October 2026")
ENDS = at("5pm Monday 12 October 2026")
COUNT = {"for": 11, "against": 3}
CARRIED = Outcome("carried", ("11 for, 3 against: carried.",), OPENED, COUNT)


def decided(name: str = "member_vote", state: str = "carried", **changes: Any) -> Case:  # noqa: ANN401
    return on_the_road(name, "vote", state, **{"round": 1, "outcome": CARRIED, **changes})


def challenges(code: str = "P05", text: str = "We never had the paper.") -> Challenge:
    return Challenge(code, lead(code), True, text)


def does(name: str) -> Act:
    return Act(AT_THE_COMMAND_LINE, name, "The lay chair's decision.")


def challenged(**given: Any) -> Case:  # noqa: ANN401
    case, _ = after(decided(**given), challenges(), NOW)
    return case


def at_the_lay_chair(**given: Any) -> Case:  # noqa: ANN401
    case = challenged(**given)
    due = case.decision.waiting
    assert due is not None
    case, _ = after(case, PassDeadline(due.name, due.due_at), due.due_at)
    return case


def test_the_outcome_is_held_while_it_is_heard() -> None:
    case = challenged()

    assert case.decision.held is not None
    assert (case.decision.name, case.decision.held.outcome) == ("dispute", CARRIED)


def test_all_practices_and_the_lmc_are_told() -> None:
    _, happened = after(decided(), challenges(), NOW)

    told = {e.letter: e.to.role for e in happened if e.type == "mail.intent"}  # type: ignore[attr-defined]
    assert told == {"challenged": None, "step_due": "lmc", "receipt": None}


def test_its_receipt_says_by_when_the_next_step_is_due() -> None:
    _, happened = after(decided(), challenges(), NOW)

    (receipt,) = (e for e in happened if e.type == "mail.intent" and e.letter == "receipt")  # type: ignore[attr-defined]
    assert receipt.context["due_at"] == "2026-10-13T16:00:00.000000Z"  # type: ignore[attr-defined]


def test_it_may_be_challenged_for_five_working_days() -> None:
    assert challenge_ends(decided()) == ENDS


def test_at_the_end_of_the_fifth_it_is_too_late() -> None:
    with pytest.raises(NotChallenged):
        decide(decided(), challenges(), ENDS)


def test_a_second_practice_joins_without_starting_it_anew() -> None:
    case, happened = after(challenged(), challenges("P06"), NOW)

    assert case.decision.challengers == {"P05", "P06"}
    assert [event.type for event in happened] == ["challenge.raised", "mail.intent"]


def test_the_same_practice_counts_once() -> None:
    assert decide(challenged(), challenges(), NOW).events == ()


def test_a_manager_may_not_challenge() -> None:
    command = Challenge("P05", lead("P05"), False, "No.")
    with pytest.raises(NotYours):
        decide(decided(), command, NOW)


def test_it_says_what_was_wrong() -> None:
    with pytest.raises(Faulty):
        decide(decided(), challenges(text=""), NOW)


def test_an_urgent_decision_is_not_held_up() -> None:
    with pytest.raises(NotChallenged):
        decide(decided("urgent_powers", "in_force"), challenges(), NOW)


def test_a_withdrawal_is_not_an_outcome_to_challenge() -> None:
    gone = Outcome("withdrawn", ("Withdrawn.",), OPENED, None)
    with pytest.raises(NotChallenged):
        decide(decided(state="withdrawn", outcome=gone), challenges(), NOW)


def test_an_outcome_that_stands_is_said_beside_what_it_is() -> None:
    outcome = after(at_the_lay_chair(), does("uphold"), NOW)[0].decision.outcome

    assert outcome is not None
    assert (outcome.result, outcome.sentences[-1]) == ("upheld", CARRIED.sentences[0])


def test_an_outcome_may_be_set_aside() -> None:
    case, _ = after(at_the_lay_chair(), does("set_aside"), NOW)

    assert case.decision.outcome is not None
    assert case.decision.outcome.result == "set_aside"


def test_the_lmc_may_settle_it() -> None:
    case, _ = after(challenged(), does("settle"), NOW)

    assert case.decision.state == "upheld"


def test_the_lmc_cannot_set_an_outcome_aside() -> None:
    assert "set_aside" not in challenged().machinery.workflow.acts_in("mediating")


def test_a_challenge_that_nobody_decides_is_not_lost() -> None:
    case = at_the_lay_chair()
    for _ in range(2):
        due = case.decision.waiting
        assert due is not None
        case, _ = after(case, PassDeadline(due.name, due.due_at), due.due_at)

    assert case.decision.state == "set_aside"


def test_what_a_committee_had_still_to_do_goes_on_when_the_outcome_stands() -> None:
    case = at_the_lay_chair(name="vote_then_committee")
    case, _ = after(case, does("uphold"), NOW)

    assert (case.decision.name, case.decision.state) == ("vote_then_committee", "carried")
    assert case.decision.outcome == CARRIED


def test_the_committee_has_its_full_time_again() -> None:
    case = at_the_lay_chair(name="vote_then_committee")
    now = at("9am Monday 26 October 2026")
    case, _ = after(case, does("uphold"), now)

    assert case.decision.waiting is not None
    assert case.decision.waiting.due_at == at("5pm Monday 2 November 2026")


def test_nhs_england_may_still_act_on_a_constitution_that_stands() -> None:
    case = at_the_lay_chair(name="constitution_vote")
    case, _ = after(case, does("uphold"), NOW)
    case, _ = after(case, does("approve"), NOW)

    assert (case.decision.outcome, case.decision.state) == (CARRIED, "approved")


def inquorate(**changes: Any) -> Case:  # noqa: ANN401
    outcome = Outcome("inquorate", ("Not quorate.",), OPENED, {"for": 3})
    return at_the_lay_chair(state="inquorate", outcome=outcome, extended=1, **changes)


def test_a_challenge_takes_nobody_s_second_vote() -> None:
    """One practice could otherwise end a vote that a few more days would make quorate."""
    later = at("9am Monday 19 October 2026")
    case, _ = after(inquorate(), does("uphold"), later)
    case, _ = after(case, Revote(AT_THE_COMMAND_LINE, "Two practices short."), later)

    assert (case.decision.name, case.decision.state, case.decision.round) == (
        "member_vote",
        "voting",
        2,
    )


def test_the_outcome_of_the_second_vote_may_be_challenged_too() -> None:
    case, _ = after(inquorate(), does("uphold"), NOW)
    case, _ = after(case, Revote(AT_THE_COMMAND_LINE, "Two practices short."), NOW)

    assert (case.decision.held, case.decision.challengers) == (None, frozenset())


def test_after_the_second_vote_an_outcome_that_stands_simply_stands() -> None:
    case, _ = after(inquorate(round=2), does("uphold"), NOW)

    assert case.decision.state == "upheld"


def test_an_outcome_is_challenged_once() -> None:
    case = at_the_lay_chair(name="vote_then_committee")
    case, _ = after(case, does("uphold"), NOW)

    with pytest.raises(NotChallenged):
        decide(case, challenges("P07"), NOW)


def test_a_body_s_numbers_are_kept_when_what_was_held_up_goes_on() -> None:
    case = at_the_lay_chair(name="vote_then_committee")
    _, happened = after(case, replace(does("uphold"), votes=(2, 1)), NOW)

    assert happened[0].body()["votes"] == {"for": 2, "against": 1}


@pytest.mark.parametrize(
    ("workflow", "state"), [("primary_care_committee", "approved"), ("consult", "concluded")]
)
def test_no_question_is_dropped_from_an_outcome_that_is_challenged(
    workflow: str, state: str
) -> None:
    ballot = {"clinic": ("for", "against", "abstain"), "bus": ("for", "against", "abstain")}
    case = challenged(name=workflow, state=state, round=0, ballot=ballot)

    with pytest.raises(NoSuchAct):
        decide(case, DropQuestion(AT_THE_COMMAND_LINE, "bus", "Not wanted."), NOW)
