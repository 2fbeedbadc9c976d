"""What a rule may ask beside a majority of votes: weights, patients, and every area."""

import pytest

from engine.electors import Elector, electors_of
from engine.held import Numbers
from engine.shares import Share
from engine.tally import Count, count
from engine.tally_words import sentences
from engine.vote_rule import EachArea
from tests.engine.ballots import BY_LIST, EVERY_AREA, answered, counted, rule, surgeries, towns
from tests.engine.makers import line, roll

PATIENTS_TOO = rule(also=(Share("patients", 50, strict=True),))
IN_EACH_AREA = rule(each_area=EVERY_AREA)


def in_towns(the_rule: object = IN_EACH_AREA, **areas: str) -> Count:
    return count(the_rule, *towns(**areas))  # type: ignore[arg-type] # a rule


# --- electors -------------------------------------------------------------------------------


def test_every_practice_on_the_roll_is_an_elector_reached_or_not() -> None:
    assert electors_of([line("P1")]) == (Elector("P1", "NORTH", 1, 9_000),)


def test_a_practice_conflicted_out_leaves_numerator_and_denominator() -> None:
    held = count(rule(), electors_of(roll(4).lines, {"P1", "P2"}), {"P3": "for"})

    assert (held.quorum.numerator, held.quorum.denominator) == (1, 2)


def test_an_elector_with_fewer_than_no_votes_is_refused() -> None:
    with pytest.raises(ValueError, match="P1 cannot have fewer"):
        Elector("P1", weight=-1)


# --- numbers --------------------------------------------------------------------------------


def test_every_option_s_number_is_at_hand() -> None:
    held = counted(rule(), 9, 4, 2, 1)

    assert (held.for_, held.against, held.abstain) == (4, 2, 1)


@pytest.mark.parametrize("numbers", [(2, 3, 0, 0), (2, 1, -1, 0)])
def test_more_answers_than_practices_are_refused(numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="answers cannot come from 2"):
        Numbers(*numbers)


def test_a_share_of_what_nobody_knows_is_refused() -> None:
    held = counted(rule(), 9, 4).held

    with pytest.raises(LookupError, match="no quorum is a share of beds"):
        held.returned(Share("beds", 50))
    with pytest.raises(LookupError, match="no majority is a share of beds"):
        held.in_favour(Share("beds", 50))


# --- weights --------------------------------------------------------------------------------


def test_a_weighted_vote_counts_votes_and_not_practices() -> None:
    held = count(rule(weight=BY_LIST), *surgeries((12_000, "f"), (2_000, "a"), (2_000, "a")))

    assert (held.for_, held.against, held.carried) == (6, 2, True)


def test_a_weight_on_the_roll_counts_nothing_where_each_practice_has_one_vote() -> None:
    held = count(rule(), *surgeries((12_000, "f"), (2_000, "a"), (2_000, "a")))

    assert (held.for_, held.against, held.carried) == (1, 2, False)


def test_a_tie_of_votes_is_not_carried_though_more_practices_are_for() -> None:
    the_rule = rule(strict=False, weight=BY_LIST)
    held = count(the_rule, *surgeries((4_000, "a"), (2_000, "f"), (2_000, "f")))

    assert (held.threshold.met, held.tied, held.carried) == (True, True, False)


def test_a_quorum_of_votes_is_reached_by_one_large_practice() -> None:
    the_rule = rule(weight=BY_LIST)
    by_votes = type(the_rule)(Share("weight", 50), the_rule.carried, BY_LIST)
    ballot = surgeries((6_000, "f"), (2_000, "-"), (2_000, "-"))

    assert [count(r, *ballot).quorate for r in (the_rule, by_votes)] == [False, True]


def test_a_weighted_vote_is_told_in_votes_and_practices() -> None:
    ballot = surgeries((6_123, "f"), (12_000, "f"), (4_000, "a"), (2_000, "x"), (2_000, "-"))

    assert sentences(count(rule(weight=BY_LIST), *ballot)) == (
        (
            "4 of 5 practices returned a vote (80% of practices), holding 12 of 13 votes; "
            "at least 50% was needed: quorate."
        ),
        (
            "9 votes for (2 practices), 2 against (1 practice), 1 abstained (1 practice): "
            "82% of the 11 votes cast, 69% of the 13 votes held, were for; "
            "more than 50% of votes cast was needed: carried."
        ),
    )


def test_a_quorum_of_votes_is_told_with_its_base() -> None:
    the_rule = type(rule())(Share("weight", 50), Share("weight", 50), BY_LIST)
    on_quorum, on_votes = sentences(count(the_rule, *surgeries((6_000, "f"), (2_000, "-"))))

    assert on_quorum == (
        "1 of 2 practices returned a vote, holding 3 of 4 votes (75% of votes held); "
        "at least 50% was needed: quorate."
    )
    assert "75% of the 4 votes held, 100% of the 3 votes cast, were for" in on_votes


def test_a_quorum_of_patients_is_told_with_its_base() -> None:
    the_rule = type(rule())(Share("patients", 50), Share("votes_cast", 50))
    on_quorum, *_ = sentences(count(the_rule, *surgeries((6_000, "f"), (7_500, "-"))))

    assert on_quorum == (
        "1 of 2 practices returned a vote, with 6,000 of 13,500 patients (44% of patients); "
        "at least 50% was needed: not quorate."
    )


# --- two majorities -------------------------------------------------------------------------


def test_practices_alone_do_not_carry_where_patients_are_asked_too() -> None:
    held = count(PATIENTS_TOO, *surgeries((3_000, "f"), (3_000, "f"), (9_000, "a")))

    assert (held.threshold.met, held.carried) == (True, False)


def test_the_patients_of_those_who_abstain_are_not_in_the_base() -> None:
    held = count(PATIENTS_TOO, *surgeries((3_000, "f"), (2_000, "a"), (3_000, "f"), (90_000, "x")))

    assert held.carried


def test_half_of_the_patients_exactly_is_not_more_than_half() -> None:
    held = count(PATIENTS_TOO, *surgeries((3_000, "f"), (3_000, "f"), (6_000, "a")))

    assert not held.carried


def test_where_no_list_is_known_no_share_of_patients_is_reached() -> None:
    at_least_none = rule(also=(Share("patients", 0),))

    assert not count(at_least_none, [Elector("P1")], answered("f")).carried


def test_the_second_majority_has_a_sentence_and_the_whole_another() -> None:
    said = sentences(count(PATIENTS_TOO, *surgeries((3_000, "f"), (3_000, "f"), (9_000, "a"))))

    assert said[1].endswith("more than 50% of votes cast was needed: reached.")
    assert said[2:] == (
        (
            "The 2 practices in favour have 6,000 of the 15,000 patients of practices voting for "
            "or against, 40%; more than 50% was needed: not reached."
        ),
        "Every one of these was needed: not carried.",
    )


def test_a_second_majority_of_practices_is_told_with_its_base() -> None:
    the_rule = rule(weight=BY_LIST, also=(Share("practices_voting", 50, strict=True),))
    said = sentences(count(the_rule, *surgeries((2_000, "f"), (2_000, "f"), (2_000, "a"))))

    assert said[2:] == (
        (
            "The 2 practices in favour are 67% of the 3 practices voting for or against; "
            "more than 50% was needed: reached."
        ),
        "Every one of these was needed: carried.",
    )


@pytest.mark.parametrize(
    ("blank", "says"),
    [
        (1, "The list of 1 practice is not known and counts as no patients."),
        (2, "The lists of 2 practices are not known and count as no patients."),
    ],
)
def test_lists_that_are_not_known_are_told_where_patients_decide(blank: int, says: str) -> None:
    who = [Elector("P1", patients=100), *(Elector(f"P{n + 2}") for n in range(blank))]

    assert says in sentences(count(PATIENTS_TOO, who, answered("fff"[: blank + 1])))


def test_no_patients_at_all_are_told_without_a_percentage_of_nothing() -> None:
    assert (
        "The 1 practice in favour have none of 0 patients of practices voting for or against; "
        "more than 50% was needed: not reached."
    ) in sentences(count(PATIENTS_TOO, [Elector("P1")], answered("f")))


# --- every area -----------------------------------------------------------------------------


def test_one_area_against_stops_the_whole() -> None:
    held = in_towns(North="ffff", South="fa-a")

    assert (held.threshold.met, held.carried) == (True, False)


def test_a_tie_in_one_area_stops_the_whole_even_where_half_is_enough() -> None:
    held = in_towns(rule(strict=False, each_area=EVERY_AREA), North="fff", South="fa")

    assert not held.carried


def test_an_area_without_a_vote_cast_stops_the_whole() -> None:
    at_least_none = rule(0, strict=False, each_area=EVERY_AREA)

    assert not in_towns(at_least_none, North="fff", South="xx-").carried


def test_an_area_all_of_whose_practices_are_conflicted_out_stops_the_whole() -> None:
    who, answers = towns(North="fff")

    assert not count(IN_EACH_AREA, who, answers, areas=["North", "South"]).carried


def test_an_area_short_of_its_quorum_leaves_the_whole_without_one() -> None:
    the_rule = rule(each_area=EachArea(carried=False, quorum_percent=75))
    held = in_towns(the_rule, North="ffff", South="ff--")

    assert (held.quorum.met, held.quorate, held.carried) == (True, False, False)


def test_an_area_s_quorum_may_be_met_exactly() -> None:
    the_rule = rule(each_area=EachArea(carried=False, quorum_percent=75))

    assert in_towns(the_rule, North="ffff", South="fff-").carried


def test_practices_without_a_locality_are_an_area_of_their_own() -> None:
    who = [Elector("P1", "North"), Elector("P2")]
    held = count(IN_EACH_AREA, who, answered("fa"))

    assert [(area.name, area.met) for area in held.areas] == [("", False), ("North", True)]


def test_areas_are_not_counted_where_the_rule_does_not_ask() -> None:
    assert in_towns(rule(), North="ffff", South="aa").areas == ()


def test_each_area_has_its_sentence() -> None:
    said = sentences(in_towns(Daventry="ffffaaaaaaaaa", Corby="f" * 20))

    assert said[2:] == (
        (
            "In Corby 20 for, 0 against: 100% of the 20 votes cast; more than 50% was needed: "
            "carried."
        ),
        (
            "In Daventry 4 for, 9 against: 31% of the 13 votes cast; more than 50% was needed: "
            "not carried."
        ),
        "Every one of these was needed: not carried.",
    )


def test_an_area_without_a_name_or_a_vote_is_told_so() -> None:
    said = sentences(count(IN_EACH_AREA, [Elector("P1", "N"), Elector("P2")], answered("fx")))

    assert said[2] == (
        "With no locality 0 for, 0 against: no vote was cast for or against: not carried."
    )


def test_a_tie_in_an_area_is_explained() -> None:
    said = sentences(in_towns(rule(strict=False, each_area=EVERY_AREA), North="fff", South="fa"))

    assert said[3] == (
        "In South 1 for, 1 against: 50% of the 2 votes cast; at least 50% was needed, "
        "but a tie is never carried: not carried."
    )


def test_an_area_s_quorum_is_told_in_its_sentence_and_the_whole_is_not_called_quorate() -> None:
    the_rule = rule(each_area=EachArea(carried=True, quorum_percent=75))

    assert sentences(in_towns(the_rule, North="ffff", South="ff--")) == (
        (
            "6 of 8 practices returned a vote (75% of practices); at least 50% was needed: "
            "reached over all."
        ),
        (
            "6 for, 0 against, 0 abstained: 100% of the 6 votes cast, 75% of the 8 practices, "
            "were for; more than 50% of votes cast was needed, but without a quorum in every area "
            "nothing is carried."
        ),
        (
            "In North 4 of 4 practices returned a vote (100% of practices), and at least 75% was "
            "needed: quorate; 4 for, 0 against: 100% of the 4 votes cast; more than 50% was "
            "needed: reached."
        ),
        (
            "In South 2 of 4 practices returned a vote (50% of practices), and at least 75% was "
            "needed: not quorate; 2 for, 0 against: 100% of the 2 votes cast; more than 50% was "
            "needed: reached."
        ),
    )


def test_a_weighted_area_is_told_in_votes_and_practices() -> None:
    who = [Elector("P1", "North", 3), Elector("P2", "North", 2)]
    held = count(rule(weight=BY_LIST, each_area=EVERY_AREA), who, answered("fa"))

    assert sentences(held)[2].startswith(
        "In North 3 votes for (1 practice), 2 against (1 practice): 60% of the 5 votes cast;"
    )
