"""Counting a motion: the rules one by one, and the words it says."""

from collections.abc import Iterator
from fractions import Fraction

import pytest

from engine import shares
from engine.electors import Elector
from engine.shares import Share
from engine.tally import VoteRule, count
from engine.tally_words import sentences
from tests.engine.ballots import (
    answered,
    counted,
    electors,
    rule,
)

sweep = pytest.mark.no_cover  # the short tests cover the lines; tracing sweeps takes minutes

# --- the rules one by one -------------------------------------------------------------------


def test_a_tie_is_not_carried_even_where_at_least_half_is_enough() -> None:
    held = counted(rule(50, strict=False), 69, 20, 20)

    assert (held.threshold.met, held.carried) == (True, False)


def test_exactly_three_quarters_carries_where_at_least_three_quarters_is_asked() -> None:
    assert counted(rule(75, strict=False), 69, 30, 10).carried


def test_exactly_three_quarters_does_not_carry_where_more_is_asked() -> None:
    assert not counted(rule(75), 69, 30, 10).carried


def test_nothing_is_carried_where_all_abstain() -> None:
    held = counted(rule(0, strict=False), 69, 0, 0, 69)

    assert (held.quorate, held.carried) == (True, False)


def test_nothing_is_carried_where_nobody_answers_and_no_quorum_is_asked() -> None:
    assert not counted(rule(0, strict=False, quorum=0, of="practices"), 69, 0).carried


def test_an_empty_roll_is_never_quorate() -> None:
    assert not counted(rule(50, quorum=0), 0, 0).quorate


def test_abstentions_alone_can_make_a_quorum() -> None:
    held = counted(rule(50), 69, 1, 0, 34)

    assert (held.returned, held.votes_cast, held.carried) == (35, 1, True)


def test_half_of_an_odd_roll_needs_the_larger_half() -> None:
    quorate = [counted(rule(50), 69, returned).quorate for returned in (34, 35)]

    assert quorate == [False, True]


def test_an_inquorate_vote_is_not_carried_however_many_were_for() -> None:
    held = counted(rule(50), 69, 34)

    assert (held.threshold.met, held.quorate, held.carried) == (True, False, False)


def test_every_option_has_its_number() -> None:
    assert counted(rule(50), 69, 30, 10, 1).options == {"for": 30, "against": 10, "abstain": 1}


def test_an_unknown_answer_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="No such option: maybe"):
        count(rule(50), electors(69), {"P1": "for", "P2": "maybe"})


def test_an_answer_of_no_elector_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Not among those who may vote: P3"):
        count(rule(50), electors(2), answered("fff"))


def test_an_elector_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="named twice"):
        count(rule(50), [Elector("P1"), Elector("P1")], {})


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_percentage_beyond_the_whole_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 100"):
        Share("practices", percent)


def test_a_vote_carries_or_fills_seats_and_not_both() -> None:
    with pytest.raises(ValueError, match="one of the two"):
        rule(50, seats=1)


def test_an_election_has_no_threshold() -> None:
    with pytest.raises(LookupError, match="no threshold"):
        _ = VoteRule(Share("practices", 50), None, seats=1).threshold


# --- the words ------------------------------------------------------------------------------


def test_a_carried_vote_is_told_with_every_base() -> None:
    assert sentences(counted(rule(50), 69, 30, 10, 1)) == (
        "41 of 69 practices returned a vote (59% of practices); at least 50% was needed: quorate.",
        (
            "30 for, 10 against, 1 abstained: 75% of the 40 votes cast, 43% of the 69 practices, "
            "were for; more than 50% of votes cast was needed: carried."
        ),
    )


def test_the_base_that_decides_is_told_first() -> None:
    _, on_votes = sentences(counted(rule(75, strict=False, of="practices"), 80, 50, 10))

    assert on_votes == (
        "50 for, 10 against, 0 abstained: 63% of the 80 practices, 83% of the 60 votes cast, "
        "were for; at least 75% of practices was needed: not carried."
    )


def test_an_inquorate_vote_is_not_told_as_a_lost_one() -> None:
    assert sentences(counted(rule(50), 69, 34)) == (
        (
            "34 of 69 practices returned a vote (49% of practices); at least 50% was needed: "
            "not quorate."
        ),
        (
            "34 for, 0 against, 0 abstained: 100% of the 34 votes cast, 49% of the 69 practices, "
            "were for; more than 50% of votes cast was needed, but without a quorum nothing is "
            "carried."
        ),
    )


def test_a_tie_that_reaches_its_percentage_is_explained() -> None:
    _, on_votes = sentences(counted(rule(50, strict=False), 69, 20, 20))

    assert on_votes.endswith(
        "at least 50% of votes cast was needed, but a tie is never carried: not carried."
    )


def test_a_vote_of_abstentions_is_told_without_a_percentage_of_nothing() -> None:
    _, on_votes = sentences(counted(rule(50), 69, 0, 0, 40))

    assert on_votes == (
        "0 for, 0 against, 40 abstained: no vote was cast for or against; "
        "more than 50% of votes cast was needed: not carried."
    )


def test_one_practice_is_told_in_the_singular() -> None:
    on_quorum, on_votes = sentences(counted(rule(50), 1, 1))

    assert ("1 of 1 practice returned" in on_quorum, "the 1 vote cast," in on_votes) == (True, True)


def shown(numerator: int, denominator: int, percent: int, *, strict: bool = False) -> str:
    return shares.Test(numerator, denominator, "practices", percent, strict).shown


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (shown(1, 8, 75), "13%"),
        (shown(62, 125, 50), "49.6%"),
        (shown(101, 201, 50, strict=True), "50.2%"),
        (shown(59, 88, 67, strict=True), "67.05%"),
        (shown(1, 2, 50, strict=True), "50%"),
        (shown(399, 400, 50), "99.8%"),
        (shown(1, 400, 50), "0.3%"),
        (shown(1, 2001, 50), "0.05%"),
        (shown(0, 400, 50), "0%"),
        (shown(400, 400, 50), "100%"),
        (shown(0, 0, 50), "none"),
    ],
)
def test_a_percentage_is_shown_with_as_few_decimals_as_stay_true(words: str, expected: str) -> None:
    assert words == expected


def every_share() -> Iterator[shares.Test]:
    """Every share of up to 90 practices, held against the percentages that rules ask for."""
    for size in range(1, 91):
        for numerator in range(size + 1):
            for percent in (20, 50, 60, 66, 67, 75):
                yield shares.Test(numerator, size, "practices", percent, strict=size % 2 == 0)


@sweep
def test_no_percentage_shown_belies_its_verdict() -> None:
    def told(test: shares.Test) -> bool:
        share = Fraction(test.shown.removesuffix("%"))
        return share > test.needed_percent if test.strict else share >= test.needed_percent

    assert [test for test in every_share() if told(test) != test.met] == []


def test_a_rounded_percentage_would_belie_the_verdict() -> None:
    def rounded(test: shares.Test) -> bool:
        share = round(100 * test.numerator / test.denominator)
        return share > test.needed_percent if test.strict else share >= test.needed_percent

    assert [test for test in every_share() if rounded(test) != test.met] != []
