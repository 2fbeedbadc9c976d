"""Votes that were really held, as far as they were reported.

Where a report gives a share and no numbers, the numbers here are ours and give that share; what is
asserted is what was reported. Only the practices of NHS Nene are real data, and their answers are
made up.
"""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from engine.areas import Area
from engine.electors import Elector
from engine.tally import Count, VoteRule, count
from engine.tally_words import sentences
from engine.vote_rule import EachArea
from tests.engine.ballots import BY_LIST, EVERY_AREA, answered, counted, letters, rule, towns
from tests.engine.returning_officer import Paper, votes_of

NENE = Path(__file__).parents[2] / "app" / "demo" / "data" / "practices.csv"


def held_in(the_rule: VoteRule, **areas: str) -> Count:
    return count(the_rule, *towns(**areas))


def area(held: Count, name: str) -> Area:
    return next(area for area in held.areas if area.name == name)


def given(asked: int, for_: int, against: int, abstain: int = 0) -> str:
    """An area's answers; the rest of those asked are silent."""
    return letters(for_, against, abstain).ljust(asked, "-")


# --- Surrey Downs 2019: three quarters of its practices had to return, and just too few did -----

SURREY = held_in(
    rule(each_area=EachArea(carried=False, quorum_percent=75)),
    **{
        "East Surrey": given(18, 15, 2),
        "Guildford and Waverley": given(20, 16, 3),
        "North West Surrey": given(38, 30, 8),
        "Surrey Downs": given(31, 14, 6, 3),
    },
)


def test_surrey_downs_had_high_support_over_all_and_still_no_quorum() -> None:
    assert round(Fraction(1_000 * SURREY.for_, SURREY.votes_cast)) == 798
    assert (SURREY.threshold.met, SURREY.quorate, SURREY.carried) == (True, False, False)


def test_surrey_downs_alone_was_short_and_only_a_little() -> None:
    short = [a.name for a in SURREY.areas if not a.quorate]
    quorum = area(SURREY, "Surrey Downs").quorum

    assert short == ["Surrey Downs"]
    assert quorum is not None
    assert (quorum.numerator, quorum.denominator) == (23, 31)


def test_surrey_downs_is_told_as_a_missing_quorum_and_not_as_a_lost_vote() -> None:
    said = sentences(SURREY)

    assert "23 of 31 practices returned a vote (74% of practices), and at least 75%" in said[5]
    assert "without a quorum in every area nothing is carried" in said[1]


# --- West London 2020: 35% where more than half was needed; seven other members carried it -------

LONDON = ("Brent", "Central London", "Ealing", "Hammersmith", "Harrow", "Hillingdon", "Hounslow")


def on(question_in_west_london: str) -> Count:
    others = {name: given(20, 12, 3) for name in LONDON}
    return held_in(rule(each_area=EVERY_AREA), **others, **{"West London": question_in_west_london})


MERGER, CONSTITUTION = on(given(44, 14, 26)), on(given(44, 22, 18))


def test_west_london_with_35_per_cent_stops_a_merger_that_seven_others_carry() -> None:
    against = [a.name for a in MERGER.areas if not a.carried]

    assert (against, MERGER.threshold.met, MERGER.carried) == (["West London"], True, False)


def test_west_london_is_told_with_its_share() -> None:
    assert (
        "In West London 14 for, 26 against: 35% of the 40 votes cast; more than 50% was needed: "
        "not carried."
    ) in sentences(MERGER)


def test_the_two_questions_of_one_ballot_come_out_differently() -> None:
    assert (MERGER.carried, CONSTITUTION.carried) == (False, True)


# --- Staffordshire 2019: 24 for, 107 against; one area of six in favour --------------------------

STAFFORDSHIRE = held_in(
    rule(each_area=EVERY_AREA),
    **{
        "Cannock Chase": given(25, 3, 19),
        "East Staffordshire": given(19, 9, 5),
        "North Staffordshire": given(31, 4, 24),
        "South East Staffordshire": given(27, 3, 21),
        "Stafford": given(14, 1, 12),
        "Stoke-on-Trent": given(40, 4, 26),
    },
)


def test_staffordshire_is_lost_by_24_to_107() -> None:
    assert (STAFFORDSHIRE.for_, STAFFORDSHIRE.against) == (24, 107)
    assert (STAFFORDSHIRE.quorate, STAFFORDSHIRE.carried) == (True, False)


def test_one_area_of_six_was_in_favour_in_staffordshire() -> None:
    assert [a.name for a in STAFFORDSHIRE.areas if a.met] == ["East Staffordshire"]


# --- Cheshire 2019: all four groups had to agree, and did ----------------------------------------

CHESHIRE = held_in(
    rule(each_area=EVERY_AREA),
    **{
        "Eastern Cheshire": given(21, 19, 1),
        "South Cheshire": given(15, 13, 1),
        "Vale Royal": given(12, 7, 4),
        "West Cheshire": given(33, 28, 4),
    },
)


def test_all_four_groups_of_cheshire_carry_and_so_does_the_whole() -> None:
    assert ([a.met for a in CHESHIRE.areas], CHESHIRE.carried) == ([True] * 4, True)


def test_eastern_cheshire_is_95_per_cent_with_one_against() -> None:
    threshold = area(CHESHIRE, "Eastern Cheshire").threshold

    assert threshold is not None
    assert (threshold.shown, threshold.denominator - threshold.numerator) == ("95%", 1)


def test_cheshire_returned_95_per_cent() -> None:
    assert CHESHIRE.quorum.shown == "95%"


# --- Nene, weighted: one vote for each 2,000 patients, as West London had it ---------------------


def nene() -> list[Elector]:
    with NENE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Elector(
            row["ods_code"],
            row["locality"],
            BY_LIST.of(int(row["list_size"])),
            int(row["list_size"]),
        )
        for row in rows
    ]


def test_the_69_practices_of_nene_have_662888_patients_and_so_many_votes() -> None:
    who = nene()
    by_hand = [votes_of(Paper(e.practice, "", "", e.patients), {"patients": 2_000}) for e in who]

    assert (len(who), sum(elector.patients or 0 for elector in who)) == (69, 662_888)
    assert sum(elector.weight for elector in who) == sum(by_hand)


def test_the_larger_half_of_nene_s_practices_outvotes_the_smaller() -> None:
    by_size = sorted(nene(), key=lambda elector: elector.patients or 0)
    answers = {e.practice: "for" if n >= 40 else "against" for n, e in enumerate(by_size)}
    weighted, heads = rule(weight=BY_LIST), rule()

    assert [count(r, by_size, answers).carried for r in (weighted, heads)] == [True, False]


# --- ties ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("strict", [True, False])
def test_six_and_six_is_not_carried(*, strict: bool) -> None:
    """Shropshire's hospitals: six and six, and no result."""
    assert not counted(rule(strict=strict), 12, 6, 6).carried


def test_a_weighted_tie_is_not_carried() -> None:
    who = [Elector("P1", weight=3), Elector("P2", weight=2), Elector("P3")]

    assert not count(rule(strict=False, weight=BY_LIST), who, answered("faa")).carried
