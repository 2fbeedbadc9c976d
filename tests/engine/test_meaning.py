"""What a decision means, in words for a practice; and what happens next."""

from dataclasses import replace

import pytest

from engine.decision import Outcome
from engine.meaning import AS_A_CLASS, meaning_for, without_vote
from engine.next_steps import after_opening, after_outcome
from engine.roll import Roll, make_roll
from tests.engine.ballots import BY_LIST, rule
from tests.engine.makers import CLOSE, CONSULTATION, case, line, value

PRACTICE = line("P1", locality="NORTH")
ONE_VOTE = "Your practice has one vote, whatever the size of its list."


@pytest.mark.parametrize(
    ("facts", "means"),
    [
        ({"affects_practice_workload": True}, "It may change the work your practice does."),
        ({"money_gbp": 250_000}, "The sum in question is £250,000 across the body."),
        ({"money_gbp": 0}, "The sum in question is £0 across the body."),
        (
            {"localities_touched": "one"},
            "It concerns part of the area; your practice is in NORTH.",
        ),
    ],
)
def test_each_fact_means_something_to_a_practice(facts: dict[str, object], means: str) -> None:
    assert meaning_for(facts, PRACTICE) == (means, ONE_VOTE)


@pytest.mark.parametrize(
    "facts", [{}, {"affects_practice_income": False}, {"localities_touched": "all"}]
)
def test_what_is_not_so_is_not_said(facts: dict[str, object]) -> None:
    assert meaning_for(facts, PRACTICE) == (ONE_VOTE,)


def test_a_practice_without_a_locality_is_not_told_where_it_is() -> None:
    assert meaning_for({"localities_touched": "one"}, line("P1", locality="")) == (ONE_VOTE,)


def test_a_weighted_vote_says_how_many_votes_this_practice_has() -> None:
    surgery = replace(PRACTICE, weight=5)

    assert meaning_for({}, surgery, rule(weight=BY_LIST))[-1] == (
        "Your practice has 5 votes: one for each 2,000 registered patients "
        "(9,000 on 1 July 2026), rounded half up."
    )


def test_a_weighted_ballot_states_its_rounding_and_what_unknown_and_small_lists_have() -> None:
    assert meaning_for({}, PRACTICE, rule(weight=BY_LIST))[-2] == (
        "Each practice has one vote for each 2,000 registered patients, rounded half up. "
        "A practice whose list is not known has 1 vote; no other has fewer than 1."
    )


def test_the_most_pressing_comes_first() -> None:
    facts = {"constitution_change": True, "affects_practice_income": True}

    assert meaning_for(facts, PRACTICE)[0] == "It may change what your practice earns."


def test_a_decision_that_is_not_voted_on_speaks_of_no_vote() -> None:
    facts = {"affects_practice_workload": True}

    assert without_vote(meaning_for(facts, PRACTICE)) == (
        "It may change the work your practice does.",
    )


def test_a_decision_that_means_nothing_in_particular_still_says_something() -> None:
    assert without_vote(meaning_for({}, PRACTICE)) == (
        "Nothing changes for your practice by itself; you may comment.",
    )


# --- the practices' own money ---------------------------------------------------------------


@pytest.mark.parametrize(
    "fact",
    [
        "affects_practice_income",
        "changes_contract_or_les",
        "quality_premium",
        "incentive_scheme",
        "qof",
    ],
)
def test_a_ballot_on_income_says_that_every_practice_has_an_interest(fact: str) -> None:
    assert meaning_for({fact: True}, PRACTICE)[-2:] == (AS_A_CLASS, ONE_VOTE)


def test_where_nothing_is_voted_on_no_vote_is_called_the_members_voice() -> None:
    assert without_vote(meaning_for({"qof": True}, PRACTICE)) == (
        "It touches the Quality and Outcomes Framework or an alternative to it.",
    )


def of_sizes(*sizes: int | None) -> Roll:
    return make_roll(replace(line(f"P{n}"), list_size=size) for n, size in enumerate(sizes, 1))


def each_patient(money: int, *sizes: int | None) -> str:
    facts = {"uses_management_allowance": True, "money_gbp": money}
    told = meaning_for(facts, PRACTICE, roll=of_sizes(*sizes))
    return next(sentence for sentence in told if sentence.startswith("The sum in question"))


def test_a_sum_from_the_allowance_is_told_for_each_patient() -> None:
    assert each_patient(250_000, 662_880, 8) == (
        "The sum in question is £250,000, or 37.7p for each of 662,888 registered patients of the "
        "practices on the roll."
    )


@pytest.mark.parametrize(
    ("money", "patients", "words"),
    [
        (1, 2_000, "0.1p"),  # half a tenth goes up; `round` would take it to none
        (1, 2_001, "less than 0.1p"),
        (5, 2_000, "0.3p"),  # 2.5 tenths: `round` would say 2
        (31_000, 662_888, "4.7p"),
        (9_995, 10_000, "£1.00"),  # never "100.0p"
        (9_994, 10_000, "99.9p"),
        (3, 1, "£3.00"),
        (2_469_135, 2, "£1,234,567.50"),
    ],
)
def test_what_a_sum_is_for_each_patient_is_rounded_half_up(
    money: int, patients: int, words: str
) -> None:
    assert f", or {words} for each of {patients:,} " in each_patient(money, patients)


def test_a_list_whose_size_is_not_known_is_named() -> None:
    assert each_patient(100, 50, None).endswith(
        "The size of 1 list is not known, so it is less than that for each."
    )


def test_with_no_list_known_nothing_is_reckoned() -> None:
    assert each_patient(100, None, None) == "The sum in question is £100 across the body."


def test_other_money_is_not_reckoned_for_each_patient() -> None:
    told = meaning_for({"money_gbp": 100}, PRACTICE, roll=of_sizes(50))

    assert told == ("The sum in question is £100 across the body.", ONE_VOTE)


# --- what happens next ----------------------------------------------------------------------


def test_after_a_consultation_the_statement_follows_with_its_date() -> None:
    """It ends on Friday 9 October; two working days later is Tuesday 13."""
    assert after_opening(case(CONSULTATION)) == (
        "Then the outcome statement follows, by 5pm on Tuesday 13 October 2026.",
    )


def test_after_a_consultation_the_vote_follows_with_its_date() -> None:
    definition = value(CONSULTATION)
    definition["vote"] = value()["vote"]
    definition["states"]["concluding"]["open_for"] = "votes"

    assert after_opening(case(definition)) == (
        "Then all practices on the roll vote, until 5pm on Tuesday 13 October 2026.",
    )


def test_while_practices_vote_nothing_is_foretold() -> None:
    assert after_opening(case()) == ()


def ended(result: str, *involve: str) -> tuple[str, ...]:
    outcome = Outcome(result, (), CLOSE, None)
    return after_outcome(case(state=result, outcome=outcome, involve=involve))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("inquorate", "Too few practices answered for a decision either way, so nothing changes."),
        ("not_carried", "Practices did not agree, so nothing changes."),
    ],
)
def test_where_nothing_changes_that_is_said(result: str, words: str) -> None:
    assert ended(result) == (words,)


def test_what_is_carried_goes_on_to_those_who_must_act_on_it() -> None:
    (said,) = ended("carried", "lmc", "non_gp_majority_committee")

    assert said.startswith("Next, the committee without a GP majority has to act on it")


def test_what_is_withdrawn_leads_nowhere() -> None:
    assert ended("withdrawn", "non_gp_majority_committee") == ()
