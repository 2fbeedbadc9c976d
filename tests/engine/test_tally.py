"""Counting: every split of 80 practices against rules put in plain words, and the words it says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pytest

from engine import tally
from engine.tally import Count, VoteRule, count, sentences

Base = Literal["votes_cast", "practices"]


def rule(
    percent: int, *, strict: bool = True, of: Base = "votes_cast", quorum: int = 50
) -> VoteRule:
    return VoteRule(quorum, "practices", percent, strict, of)


def counted(
    the_rule: VoteRule, on_roll: int, for_: int, against: int = 0, abstain: int = 0
) -> Count:
    answers = ["for"] * for_ + ["against"] * against + ["abstain"] * abstain
    return count(the_rule, on_roll, answers)


# --- every split of 80 practices ------------------------------------------------------------

sweep = pytest.mark.no_cover  # the short tests cover the lines; tracing sweeps takes minutes
ON_ROLL = 80


def splits() -> Iterator[tuple[int, int, int]]:
    """For, against and abstaining; the rest of the 80 are silent."""
    for for_ in range(ON_ROLL + 1):
        for against in range(ON_ROLL - for_ + 1):
            for abstain in range(ON_ROLL - for_ - against + 1):
                yield for_, against, abstain


def test_eighty_practices_can_split_in_91881_ways() -> None:
    assert sum(1 for _ in splits()) == 91_881


@dataclass(frozen=True)
class Words:
    """A constitution's clause for 80 practices, in head counts; no percentage is worked out."""

    rule: VoteRule
    quorate: Callable[[int], bool]  # of the practices that kept silent
    enough: Callable[[int, int], bool]  # of those for, and those against

    def verdict(self, for_: int, against: int, abstain: int) -> tuple[bool, bool]:
        quorate = self.quorate(ON_ROLL - for_ - against - abstain)
        someone_voted, decided = for_ + against > 0, for_ != against
        return quorate, quorate and someone_voted and decided and self.enough(for_, against)


def at_most(silent: int) -> Callable[[int], bool]:
    return lambda held: held <= silent


CLAUSES = {
    "half return; more say yes than no": Words(
        rule(50), at_most(40), lambda yes, no: yes > no
    ),
    "half return; no more say no than yes": Words(
        rule(50, strict=False), at_most(40), lambda yes, no: yes >= no
    ),
    "three quarters return; three yes for each no": Words(
        rule(75, strict=False, quorum=75), at_most(20), lambda yes, no: yes >= 3 * no
    ),
    "half return; better than three yes for each no": Words(
        rule(75), at_most(40), lambda yes, no: yes > 3 * no
    ),
    "half return; sixty of the eighty say yes": Words(
        rule(75, strict=False, of="practices"), at_most(40), lambda yes, _no: yes >= 60
    ),
    "three quarters return; forty-one of the eighty say yes": Words(
        rule(50, of="practices", quorum=75), at_most(20), lambda yes, _no: yes >= 41
    ),
    "one in five returns; three yes for each two no": Words(
        rule(60, strict=False, quorum=20), at_most(64), lambda yes, no: 2 * yes >= 3 * no
    ),
}  # fmt: skip


@sweep
@pytest.mark.parametrize("words", CLAUSES.values(), ids=CLAUSES.keys())
def test_every_split_is_decided_as_the_clause_says(words: Words) -> None:
    wrong = [
        split
        for split in splits()
        if (held := Count(words.rule, ON_ROLL, *split))
        and (held.quorate, held.carried) != words.verdict(*split)
    ]
    assert wrong == []


@sweep
def test_every_split_is_counted_from_its_answers() -> None:
    the_rule = rule(50)
    wrong = [
        split
        for split in splits()
        if counted(the_rule, ON_ROLL, *split) != Count(the_rule, ON_ROLL, *split)
    ]
    assert wrong == []


def naive_met(the_rule: VoteRule, for_: int, against: int) -> bool:
    """The tempting way: a percentage as a floating point number."""
    share = for_ / (for_ + against) * 100
    return share > the_rule.carried_percent if the_rule.carried_strict else (
        share >= the_rule.carried_percent
    )  # fmt: skip


def differences(the_rule: VoteRule) -> list[tuple[int, int]]:
    """The votes of 80 practices on which the naive way and the count disagree."""
    return [
        (for_, against)
        for for_ in range(ON_ROLL + 1)
        for against in range(ON_ROLL - for_ + 1)
        if for_ + against
        and naive_met(the_rule, for_, against)
        != Count(the_rule, ON_ROLL, for_, against, 0).threshold.met
    ]


def test_floating_point_carries_a_vote_of_11_to_9_where_more_than_55_per_cent_is_asked() -> None:
    assert differences(rule(55))[0] == (11, 9)


def test_floating_point_loses_a_vote_of_29_to_21_where_at_least_58_per_cent_is_asked() -> None:
    assert differences(rule(58, strict=False))[0] == (29, 21)


def test_whole_numbers_find_55_per_cent_to_be_no_more_than_55_per_cent() -> None:
    assert not counted(rule(55, quorum=0), ON_ROLL, 11, 9).carried


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
        count(rule(50), 69, ["for", "maybe"])


def test_more_answers_than_practices_are_refused() -> None:
    with pytest.raises(ValueError, match="3 answers cannot come from 2 practices"):
        count(rule(50), 2, ["for", "for", "for"])


@pytest.mark.parametrize(("quorum", "carried"), [(-1, 50), (50, 101)])
def test_a_percentage_beyond_the_whole_is_refused(quorum: int, carried: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 100"):
        VoteRule(quorum, "practices", carried, True, "votes_cast")


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
    return tally.Test(numerator, denominator, "practices", percent, strict).shown


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


def shares() -> Iterator[tally.Test]:
    """Every share of up to 90 practices, held against the percentages that rules ask for."""
    for size in range(1, 91):
        for numerator in range(size + 1):
            for percent in (20, 50, 60, 66, 67, 75):
                yield tally.Test(numerator, size, "practices", percent, strict=size % 2 == 0)


@sweep
def test_no_percentage_shown_belies_its_verdict() -> None:
    def told(test: tally.Test) -> bool:
        share = Fraction(test.shown.removesuffix("%"))
        return share > test.needed_percent if test.strict else share >= test.needed_percent

    assert [test for test in shares() if told(test) != test.met] == []


def test_a_rounded_percentage_would_belie_the_verdict() -> None:
    def rounded(test: tally.Test) -> bool:
        share = round(100 * test.numerator / test.denominator)
        return share > test.needed_percent if test.strict else share >= test.needed_percent

    assert [test for test in shares() if rounded(test) != test.met] != []
