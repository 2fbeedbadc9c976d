"""What the close puts on record: each question's count, as the leaf and the public JSON hold it."""

from typing import Any

import pytest

from engine.closing import count_value, counts_at_close, declared, said
from engine.decision import Vote
from engine.election import elect
from engine.electors import Elector
from engine.shares import Share
from engine.tally import count
from engine.vote_rule import VoteRule
from engine.weights import Weights
from tests.engine.ballots import BY_LIST, EVERY_AREA, counted, rule, surgeries, towns
from tests.engine.makers import VOTE, by, case, value, votes

PLAIN_KEYS = {
    *("for", "against", "abstain", "options", "on_roll", "returned", "votes_cast", "base"),
    *("quorum", "threshold"),
}


def test_a_plain_count_has_the_keys_it_always_had() -> None:
    assert set(count_value(counted(rule(), 69, 30, 10, 1))) == PLAIN_KEYS


def test_a_plain_count_is_told_in_numbers() -> None:
    value_ = count_value(counted(rule(), 69, 30, 10, 1))

    assert value_ == {
        "for": 30,
        "against": 10,
        "abstain": 1,
        "options": {"for": 30, "against": 10, "abstain": 1},
        "on_roll": 69,
        "returned": 41,
        "votes_cast": 40,
        "base": "votes cast",
        "quorum": {
            "reached": 41,
            "of": 69,
            "base": "practices",
            "needed_percent": 50,
            "more_than": False,
            "met": True,
        },
        "threshold": {
            "reached": 30,
            "of": 40,
            "base": "votes cast",
            "needed_percent": 50,
            "more_than": True,
            "met": True,
        },
    }


def test_a_weighted_count_gives_votes_and_practices() -> None:
    held = count(rule(weight=BY_LIST), *surgeries((6_000, "f"), (2_000, "a"), (4_000, "-")))
    value_ = count_value(held)

    assert (value_["for"], value_["votes_cast"], value_["on_roll"]) == (3, 4, 3)
    assert value_["practices"] == {"for": 1, "against": 1, "abstain": 0}
    assert value_["weights"] == {
        "for": 3,
        "against": 1,
        "abstain": 0,
        "returned": 4,
        "on_roll": 6,
    }


def test_each_area_is_on_record_with_whether_it_agreed() -> None:
    held = count(rule(each_area=EVERY_AREA), *towns(North="ffx", South="fa"))
    north, south = count_value(held)["areas"]

    assert (north["area"], north["for"], north["on_roll"], north["met"]) == ("North", 2, 3, True)
    assert (south["threshold"]["reached"], south["quorum"], south["met"]) == (1, None, False)


def test_each_further_majority_is_on_record() -> None:
    the_rule = rule(also=(Share("patients", 50, strict=True),))
    (patients,) = count_value(count(the_rule, *surgeries((6_000, "f"), (2_000, "a"))))["also"]

    assert (patients["reached"], patients["of"], patients["met"]) == (6_000, 8_000, True)


def election(weights: Weights | None = None) -> dict[str, Any]:
    the_rule = VoteRule(Share("practices", 50), None, weights, seats=1)
    who = [Elector("P1", weight=3), Elector("P2"), Elector("P3"), Elector("P4")]
    answers = {"P1": "a", "P2": "b", "P3": "abstain"}
    return count_value(elect(the_rule, {"a": "Anna", "b": "Raj"}, who, answers))


def test_an_election_is_on_record_by_candidate() -> None:
    value_ = election()

    assert value_["options"] == {"a": 1, "b": 1, "abstain": 1}
    assert (value_["elected"], value_["tied"], value_["unopposed"]) == ([], ["a", "b"], False)


def test_a_weighted_election_gives_votes_and_practices() -> None:
    value_ = election(BY_LIST)

    assert (value_["options"]["a"], value_["practices"]["a"], value_["elected"]) == (3, 1, ["a"])
    assert (value_["weights"]["returned"], value_["weights"]["on_roll"]) == (5, 6)


# --- of a case ------------------------------------------------------------------------------

TWO = {"ballot": dict.fromkeys(("merger", "constitution"), ("for", "against", "abstain"))}


def on_two(merger: str, constitution: str) -> dict[str, Any]:
    held = [
        Vote(f"P{n}", question, choice, by(), n)
        for question, choices in (("merger", merger), ("constitution", constitution))
        for n, choice in enumerate(choices.split(), 1)
    ]
    return {"votes": tuple(held), **TWO}


def test_nothing_is_counted_where_nobody_votes() -> None:
    assert counts_at_close(case(state="carried")) == {}


def test_each_question_is_counted_alone() -> None:
    counts = counts_at_close(case(**on_two("for for", "against against for")))

    assert {name: held.carried for name, held in counts.items()} == {
        "merger": True,
        "constitution": False,
    }


def test_of_several_questions_the_first_is_told_and_each_beside_it() -> None:
    count_ = declared(counts_at_close(case(**on_two("for for", "against against for"))))

    assert count_ is not None
    assert (count_["for"], count_["questions"]["constitution"]["against"]) == (2, 2)


def test_every_question_has_its_sentences() -> None:
    told = said(counts_at_close(case(**on_two("for for", "against"))))

    assert [len(lines) for lines in told.values()] == [2, 2]


def test_a_practice_that_is_no_elector_has_no_say_whatever_it_sent() -> None:
    (held,) = counts_at_close(case(size=2, **votes("for", "for", "against"))).values()

    assert count_value(held)["options"] == {"for": 2, "against": 0, "abstain": 0}


def weighted() -> dict[str, Any]:
    definition = value(VOTE)
    definition["vote"]["weight"] = {"patients": 2000}
    return definition


def test_the_weight_follows_the_rule_of_this_vote_from_the_list_frozen_on_the_roll() -> None:
    """Opened on a road without weights, called in to a vote that has them: 9,000 patients are 5."""
    (held,) = counts_at_close(case(weighted(), **votes("for"))).values()

    assert count_value(held)["for"] == 5


@pytest.mark.parametrize(("choices", "result"), [(("candidate_1",) * 2, ["candidate_1"]), ((), [])])
def test_an_election_is_counted_from_its_ballot(
    choices: tuple[str, ...], result: list[str]
) -> None:
    definition = value(VOTE)
    definition["vote"] = {"quorum": definition["vote"]["quorum"], "elect": {"seats": 1}}
    ballot = {"main": ("candidate_1", "candidate_2", "abstain")}
    counts = counts_at_close(case(definition, ballot=ballot, **votes(*choices)))

    assert count_value(counts["main"])["elected"] == result
    lines = said(counts)["main"]
    assert any("candidate 1 has" in line or "No vote was cast" in line for line in lines)
