"""What practices really voted on, told as whole decisions: cases 1 to 5 of the thirteen.

`docs/explanation/thirteen-real-cases.md` says of each what happened then. Figures are those
that were reported, or scaled to the made-up practices of a tale.
"""

import csv
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from app.demo.house import DATA
from engine.commands import Revote
from tests.stories.bodies import (
    Areas,
    a_tale_of,
    acts,
    all_vote,
    areas_agreeing,
    areas_vote,
    codes_in,
    practices_of,
    sentences,
)
from tests.stories.papers import A_VOTE
from tests.stories.reading import read
from tests.stories.register import codes_of
from tests.stories.telling import Story

Folder = Callable[[str], Path]

A_MERGER = """
title = "One body for the whole county"
summary = "The bodies of the county would merge in April."
[facts]
constitution_change = true
localities_touched = "all"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A new folder for a tale."""
    return lambda name: tmp_path_factory.mktemp(name) / "desk"


def merger_voted_on(story: Story, paper: str = A_MERGER) -> Story:
    """Opened on Monday 5 October; the vote runs from the Monday after for ten working days."""
    return story.on("9am Monday 5 October 2026").opens(paper).on("9am Tuesday 13 October")


def closes(story: Story) -> Story:
    """The vote on a merger closes."""
    return story.passes_to("5pm Monday 26 October")


# --- 1. Surrey Downs, 2019 ----------------------------------------------------------------------

SURREY_DOWNS = {"SURREY DOWNS": 51}
MEMBERS = codes_in(SURREY_DOWNS, "SURREY DOWNS")
LATER = "Thirteen practices had not heard that their silence counts."


@pytest.fixture(scope="module")
def surrey_downs(folder: Folder) -> Iterator[Story]:
    """38 of 51 return a vote, nearly all of them for; held again, 40 do."""
    with a_tale_of(folder("surrey"), practices_of(SURREY_DOWNS)) as story:
        all_vote(merger_voted_on(story), MEMBERS, for_=34, against=4)
        closes(story).expects_state("voting").expects_deadline("5pm on Monday 2 November 2026")
        story.passes_to("5pm Monday 2 November").expects_state("inquorate")

        story.on("10am Wednesday 4 November")
        story.does(Revote(story.signed_in("chair"), LATER)).expects_state("voting")
        story.expects_deadline("5pm on Wednesday 18 November 2026")
        all_vote(story.on("9am Monday 9 November"), MEMBERS, for_=36, against=4)
        yield story.passes_to("5pm Wednesday 18 November")


def outcomes(story: Story) -> list[str]:
    """Every outcome that was declared, in turn."""
    return [leaf["body"]["result"] for leaf in story.leaves("outcome.declared")]


def test_surrey_downs_high_support_without_the_quorum_is_not_quorate(surrey_downs: Story) -> None:
    first = surrey_downs.leaves("outcome.declared")[0]["body"]

    assert (first["result"], first["count"]["for"], first["count"]["against"]) == (
        "inquorate",
        34,
        4,
    )


def test_surrey_downs_a_share_that_only_rounds_to_the_quorum_is_none(surrey_downs: Story) -> None:
    """38 of 51 is 74.5 %: a count that rounded before it compared would have let it through."""
    first = surrey_downs.leaves("outcome.declared")[0]["body"]

    assert round(Fraction(100 * 38, 51)) == 75
    assert first["sentences"][0] == (
        "38 of 51 practices returned a vote (74.5% of practices); at least 75% was needed: "
        "not quorate."
    )


def test_surrey_downs_the_chair_is_asked_whether_to_hold_it_again(surrey_downs: Story) -> None:
    assert surrey_downs.role_written_to("step_due") == "chair"
    read(surrey_downs, "step_due").says("decide whether the vote is held once more")


def test_surrey_downs_practices_hear_why_they_vote_again(surrey_downs: Story) -> None:
    read(surrey_downs, "vote_opened").says(
        "This vote is held once more; what was voted before does not count in it.",
        f"The reason given: {LATER}",
    )


def test_surrey_downs_held_again_it_is_carried(surrey_downs: Story) -> None:
    assert outcomes(surrey_downs) == ["inquorate", "carried"]
    assert surrey_downs.counted() == {"for": 36, "against": 4, "returned": 40}


# --- 2. West London, 2020 -----------------------------------------------------------------------

WEST_LONDON = "WEST LONDON"
OTHERS = (
    *("BRENT", "CENTRAL LONDON", "EALING", "HAMMERSMITH AND FULHAM"),
    *("HARROW", "HILLINGDON", "HOUNSLOW"),
)
FOR_THE_CONSTITUTION = {"CENTRAL LONDON", "HARROW", "HILLINGDON"}
NORTH_WEST_LONDON: Areas = {WEST_LONDON: 34, **dict.fromkeys(OTHERS, 6)}
TWO_QUESTIONS = (
    A_MERGER
    + """
[[questions]]
id = "merger"
text = "Should the eight bodies merge?"

[[questions]]
id = "constitution"
text = "Should the draft constitution be adopted?"
"""
)
ASKED_AGAIN = A_MERGER.replace("[facts]", f'localities = ["{WEST_LONDON}"]\n[facts]')


def yes(so: bool) -> str:  # noqa: FBT001 - reads as the ballot does
    return "for" if so else "against"


@pytest.fixture(scope="module")
def west_london(folder: Folder) -> Iterator[Story]:
    """Eight areas are asked two things; West London is the only one against the first."""
    with a_tale_of(folder("west"), practices_of(NORTH_WEST_LONDON), "every_area") as story:
        merger_voted_on(story, TWO_QUESTIONS)
        for area in NORTH_WEST_LONDON:
            for n, code in enumerate(codes_in(NORTH_WEST_LONDON, area)):
                merger = yes(area != WEST_LONDON or n < 12)
                constitution = yes(area in FOR_THE_CONSTITUTION)
                story.practice(code).answers_each(merger=merger, constitution=constitution)
        yield closes(story)


def test_west_london_one_area_of_eight_stops_the_whole(west_london: Story) -> None:
    """Over all 54 of 76 were for: a count that did not look at each area would carry it."""
    assert west_london.outcome == "not_carried"
    assert areas_agreeing(west_london, "merger") == {
        WEST_LONDON: False,
        **dict.fromkeys(OTHERS, True),
    }


def test_west_london_the_two_questions_come_out_differently(west_london: Story) -> None:
    against = {
        question: {area for area, met in areas_agreeing(west_london, question).items() if not met}
        for question in ("merger", "constitution")
    }

    assert against == {
        "merger": {WEST_LONDON},
        "constitution": {WEST_LONDON, *OTHERS} - FOR_THE_CONSTITUTION,
    }


def test_west_london_practices_read_which_area_was_against(west_london: Story) -> None:
    read(west_london, "outcome").says(
        "Should the eight bodies merge? 54 for, 22 against, 0 abstained: 71% of the 76 votes cast",
        "In WEST LONDON 12 for, 22 against: 35% of the 34 votes cast; more than 50% was needed: "
        "not carried.",
        "Not every question was carried, so the decision as a whole is not carried.",
    )


def test_west_london_asked_again_by_itself_it_agrees(folder: Folder) -> None:
    """In October 2020 nearly three quarters of it did."""
    with a_tale_of(folder("again"), practices_of(NORTH_WEST_LONDON), "every_area") as story:
        merger_voted_on(story, ASKED_AGAIN)
        all_vote(story, codes_in(NORTH_WEST_LONDON, WEST_LONDON), for_=25, against=9)
        closes(story).expects_state("carried")

        assert "25 for, 9 against, 0 abstained: 74% of the 34 votes cast" in sentences(story)


# --- 3. Staffordshire, 2019 -----------------------------------------------------------------------

STAFFORDSHIRE: Areas = dict.fromkeys(("EAST", "MOORS", "NORTH", "SOUTH", "TOWN", "WEST"), 6)
STAFFORDSHIRE_VOTES = {
    "EAST": (4, 2),
    "MOORS": (1, 5),
    "NORTH": (1, 5),
    "SOUTH": (0, 5),
    "TOWN": (0, 5),
    "WEST": (0, 5),
}


@pytest.fixture(scope="module")
def staffordshire(folder: Folder) -> Iterator[Story]:
    """24 for and 107 against, scaled to 33 votes; one area of six is in favour."""
    with a_tale_of(folder("staffs"), practices_of(STAFFORDSHIRE), "every_area") as story:
        areas_vote(merger_voted_on(story), STAFFORDSHIRE, STAFFORDSHIRE_VOTES)
        yield closes(story)


def test_staffordshire_a_large_majority_against_is_not_carried(staffordshire: Story) -> None:
    assert staffordshire.outcome == "not_carried"
    assert staffordshire.counted() == {"for": 6, "against": 27, "returned": 33}


def test_staffordshire_the_scaled_vote_has_the_share_of_the_real_one() -> None:
    assert round(Fraction(100 * 24, 24 + 107)) == round(Fraction(100 * 6, 6 + 27))


def test_staffordshire_the_one_area_in_favour_is_named_and_carries_nothing(
    staffordshire: Story,
) -> None:
    agreeing = areas_agreeing(staffordshire)

    assert {area for area, met in agreeing.items() if met} == {"EAST"}
    assert "In EAST 4 for, 2 against: 67% of the 6 votes cast" in sentences(staffordshire)


# --- 4. Cheshire, 2019 ----------------------------------------------------------------------------

CHESHIRE: Areas = {"EASTERN": 21, "SOUTH": 15, "VALE ROYAL": 12, "WEST": 33}
CHESHIRE_VOTES = {"EASTERN": (19, 1), "SOUTH": (13, 1), "VALE ROYAL": (7, 4), "WEST": (28, 4)}


@pytest.fixture(scope="module")
def cheshire(folder: Folder) -> Iterator[Story]:
    """Four areas vote as was reported; the LMC is heard, and NHS England agrees."""
    with a_tale_of(folder("cheshire"), practices_of(CHESHIRE), "every_area") as story:
        areas_vote(merger_voted_on(story), CHESHIRE, CHESHIRE_VOTES)
        closes(story).expects_state("carried")
        story.on("9am Wednesday 28 October").records_the_lmc("It counted the votes with us.")
        yield acts(story.on("9am Monday 16 November"), "approve", "All four agreed.")


def test_cheshire_all_four_areas_agree_and_it_is_carried(cheshire: Story) -> None:
    assert cheshire.outcome == "carried"
    assert areas_agreeing(cheshire) == dict.fromkeys(CHESHIRE, True)


def test_cheshire_the_whole_is_what_its_parts_come_to(cheshire: Story) -> None:
    """The share that was reported for the whole is not what the reported parts make."""
    for_, against = (sum(votes[n] for votes in CHESHIRE_VOTES.values()) for n in (0, 1))
    share = round(Fraction(100 * for_, for_ + against))

    assert cheshire.counted() == {"for": for_, "against": against, "returned": for_ + against}
    assert f"{share}% of the {for_ + against} votes cast" in sentences(cheshire)


def test_cheshire_the_turnout_names_its_base(cheshire: Story) -> None:
    assert "77 of 81 practices returned a vote (95% of practices)" in sentences(cheshire)


def test_cheshire_the_practices_agree_and_nhs_england_does_on_a_record_of_its_own(
    cheshire: Story,
) -> None:
    assert [(act.body, act.result) for act in cheshire.decision.acts] == [
        ("nhs_england", "approved")
    ]
    assert outcomes(cheshire) == ["carried"]


def test_cheshire_had_one_of_the_four_been_against_it_would_have_failed(folder: Folder) -> None:
    with a_tale_of(folder("against"), practices_of(CHESHIRE), "every_area") as story:
        votes = {**CHESHIRE_VOTES, "VALE ROYAL": (4, 7)}
        areas_vote(merger_voted_on(story), CHESHIRE, votes)

        closes(story).expects_state("not_carried")
        assert story.counted() == {"for": 64, "against": 13, "returned": 77}


# --- 5. Nene, weighted as West London -------------------------------------------------------------

NENE = (DATA / "practices.csv").read_text(encoding="utf-8")
LISTS = {row["ods_code"]: int(row["list_size"]) for row in csv.DictReader(NENE.splitlines())}
BY_SIZE = sorted(codes_of(NENE), key=lambda code: (LISTS[code], code))
SMALL, LARGE = BY_SIZE[:40], BY_SIZE[40:]


def votes_of(codes: list[str]) -> int:
    """One for each 2,000 patients, a half counting up; reckoned here in another way."""
    return sum(max(1, int(Fraction(LISTS[code], 2000) + Fraction(1, 2))) for code in codes)


@pytest.fixture(scope="module")
def weighted(folder: Folder) -> Iterator[Story]:
    """The 40 smallest practices are for, the 29 largest against."""
    with a_tale_of(folder("weighted"), NENE, "weighted") as story:
        story.on("9am Monday 5 October 2026").opens(A_VOTE).on("9am Tuesday 13 October")
        all_vote(story, SMALL, for_=40)
        all_vote(story, LARGE, against=29)
        yield story.passes_to("5pm Wednesday 21 October")


def test_weighted_the_practices_are_nenes_of_2016() -> None:
    assert (len(LISTS), sum(LISTS.values())) == (69, 662_888)


def test_weighted_votes_decide_and_not_the_number_of_practices(weighted: Story) -> None:
    """40 of 69 practices were for: one vote a practice would have carried it."""
    assert weighted.outcome == "not_carried"
    assert weighted.counted()["for"] == votes_of(SMALL)
    assert weighted.counted()["against"] == votes_of(LARGE)


def test_weighted_the_outcome_tells_both_votes_and_practices(weighted: Story) -> None:
    assert (
        f"{votes_of(SMALL)} votes for (40 practices), {votes_of(LARGE)} against (29 practices)"
        in sentences(weighted)
    )


def test_weighted_a_practice_reads_how_many_votes_it_has_and_why(weighted: Story) -> None:
    (said,) = (line for line in weighted.practice("K83003").page().meaning if "votes" in line)

    assert said == (
        "Your practice has 4 votes: one for each 2,000 registered patients (8,465), "
        "rounded half up."
    )
