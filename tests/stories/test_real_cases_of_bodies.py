"""Real cases in which others than practices have a say: cases 6, 7, 9, 10 and 12 of the thirteen.

`docs/explanation/thirteen-real-cases.md` says of each what happened then.
"""

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from engine.commands import DeclareInterest, DropQuestion, RuleInterest
from engine.errors import InputFaults
from engine.refusals import NeedsLmc, NeedsRuling, NoSuchAct
from tests.stories.bodies import a_tale_of, acts, all_vote, with_bodies
from tests.stories.reading import read
from tests.stories.register import CODES, PRACTICES
from tests.stories.telling import AT_THE_COMMAND_LINE, Story

DOZEN = PRACTICES.read_text()


def opened(story: Story, paper: str) -> Story:
    """Opened on Monday 5 October, with everybody in the body whom the road may need."""
    with_bodies(story, "committee", "lay_chair", "governing_body", "lmc")
    return story.on("9am Monday 5 October 2026").opens(paper)


def done_by(story: Story) -> list[tuple[str, str]]:
    """What bodies beside the practices did, in turn."""
    return [(act.body, act.result) for act in story.decision.acts]


# --- 6. Walsall, 2016 -----------------------------------------------------------------------------

ENDING_A_SERVICE = """
title = "An end to the local enhanced service"
summary = "Practices would no longer be paid for the service from April."
[facts]
affects_practice_income = true
changes_contract_or_les = true
money_gbp = 1_130_000
localities_touched = "all"
"""


@pytest.fixture
def walsall(story: Story) -> Story:
    """Practices carry it on Wednesday 21 October; the LMC has not been asked."""
    all_vote(opened(story, ENDING_A_SERVICE).on("9am Tuesday 13 October"), CODES, for_=7, against=2)
    return story.passes_to("5pm Wednesday 21 October").expects_state("carried")


def test_walsall_nothing_is_ended_without_the_lmc(walsall: Story) -> None:
    leaves = len(walsall.leaves())

    with pytest.raises(NeedsLmc):
        acts(walsall, "approve", "It saves the money.")

    walsall.expects_state("carried")
    assert (done_by(walsall), len(walsall.leaves())) == ([], leaves)


def test_walsall_the_committee_reads_that_the_lmc_is_missing(walsall: Story) -> None:
    read(walsall, "step_due").says(
        "It waits for the local medical committee's view, which is not on record yet."
    )


def test_walsall_once_the_lmc_is_heard_the_committee_may_end_it(walsall: Story) -> None:
    walsall.on("9am Friday 23 October").records_the_lmc("The notice is too short for us.")
    acts(walsall, "approve", "It saves the money.").expects_state("approved")

    assert done_by(walsall) == [("non_gp_majority_committee", "approved")]


def test_walsall_if_nobody_asks_the_lmc_the_service_goes_on(walsall: Story) -> None:
    walsall.on("5pm Monday 2 November").expects_state("lapsed")

    read(walsall, "acted").says("did not act in time", "Nothing changes.")


# --- 7. Cambridgeshire, 2019 ----------------------------------------------------------------------

CUTS = "Should local enhanced services be paid by last year's budgets, whatever is done?"
LESS_MONEY = """
title = "Savings of £1.5 million in general practice"
summary = "Two ways of paying practices less from October."
[facts]
affects_practice_income = true
changes_contract_or_les = true
money_gbp = 1_500_000
localities_touched = "all"
"""
TWO_PROPOSALS = (
    LESS_MONEY
    + f"""
[[questions]]
id = "cuts"
text = "{CUTS}"

[[questions]]
id = "framework"
text = "Should engagement and demand management leave the paid framework?"
"""
)
DROPPED = "The LMC showed that practices would work unpaid."


@pytest.fixture(scope="module")
def cambridgeshire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Two proposals in one paper; one goes in the second week, the other is carried."""
    with a_tale_of(tmp_path_factory.mktemp("cambridge") / "desk", DOZEN) as story:
        opened(story, TWO_PROPOSALS)
        story.on("2pm Thursday 8 October").records_the_lmc("We object to the first of the two.")
        story.on("9am Friday 9 October")
        story.does(DropQuestion(AT_THE_COMMAND_LINE, "cuts", DROPPED))
        all_vote(story.on("9am Tuesday 13 October"), CODES, for_=8, against=1)
        story.passes_to("5pm Wednesday 21 October").expects_state("carried")
        yield acts(story.on("9am Monday 26 October"), "approve", "The deficit leaves no choice.")


def test_cambridgeshire_the_dropped_proposal_is_asked_of_nobody(cambridgeshire: Story) -> None:
    assert [q.id for q in cambridgeshire.practice("K83003").page().questions] == ["framework"]


def test_cambridgeshire_the_other_goes_on_and_is_carried(cambridgeshire: Story) -> None:
    assert cambridgeshire.outcome == "carried"
    assert cambridgeshire.counted() == {"for": 8, "against": 1, "returned": 9}
    assert done_by(cambridgeshire) == [("non_gp_majority_committee", "approved")]


def test_cambridgeshire_practices_read_why_one_was_dropped(cambridgeshire: Story) -> None:
    (gone,) = cambridgeshire.practice("K83003").page().beside.dropped

    assert (gone.proposal, gone.reason) == (CUTS, DROPPED)


def test_cambridgeshire_the_letter_tells_what_is_asked_and_what_no_longer(
    cambridgeshire: Story,
) -> None:
    read(cambridgeshire, "vote_opened").says(
        "You are asked: - Should engagement and demand management leave the paid framework? "
        f"Taken off the paper before the vote; your page says why: - {CUTS}"
    )


def test_cambridgeshire_the_trail_has_the_lmc_before_the_drop(cambridgeshire: Story) -> None:
    kinds = [leaf["type"] for leaf in cambridgeshire.leaves()]

    assert kinds.index("lmc.recorded") < kinds.index("ballot.changed")


def test_cambridgeshire_once_practices_vote_nothing_is_dropped_any_more(story: Story) -> None:
    opened(story, TWO_PROPOSALS).on("9am Tuesday 13 October").expects_state("voting")

    with pytest.raises(NoSuchAct):
        story.drops("cuts")


# --- 9. Shropshire, 2016 --------------------------------------------------------------------------

HOSPITALS = """
title = "Where the county's hospitals treat emergencies"
summary = "One of the two hospitals would take them all."
[facts]
service_change_for_patients = true
localities_touched = "all"
"""
BOARD, CHAIR = "joint_board", "independent_chair"


@pytest.fixture
def shropshire(tmp_path: Path) -> Iterator[Story]:
    """Practices are heard; the two bodies' board splits six and six on Thursday 22 October."""
    with a_tale_of(tmp_path / "desk", DOZEN, "joint_board") as story:
        opened(story, HOSPITALS).passes_to("5pm Monday 19 October").expects_state("deciding")
        story.on("4pm Thursday 22 October")
        yield story


def test_shropshire_six_and_six_is_no_approval(shropshire: Story) -> None:
    with pytest.raises(NoSuchAct, match="an even split is recorded as `tie`"):
        acts(shropshire, "approve", votes=(6, 6))

    shropshire.expects_state("deciding")


def test_shropshire_the_split_is_on_record_with_its_numbers(shropshire: Story) -> None:
    acts(shropshire, "tie", "The board could not agree.", votes=(6, 6)).expects_state("tied")

    (acted,) = (leaf["body"] for leaf in shropshire.leaves("body.acted"))
    assert (acted["body"], acted["result"]) == (BOARD, "tied")
    assert acted["votes"] == {"for": 6, "against": 6}


def test_shropshire_it_goes_on_to_whoever_settles_it(shropshire: Story) -> None:
    acts(shropshire, "tie", votes=(6, 6))
    assert shropshire.role_written_to("step_due") == "lay_chair"

    acts(shropshire.on("9am Monday 2 November"), "approve", "The roads decide it.")
    assert done_by(shropshire) == [(BOARD, "tied"), (CHAIR, "approved")]
    read(shropshire, "outcome").says("The roads decide it.")


def test_shropshire_a_tie_that_nobody_settles_changes_nothing(shropshire: Story) -> None:
    acts(shropshire, "tie", votes=(6, 6)).expects_deadline("5pm on Thursday 5 November 2026")
    shropshire.passes_to("5pm Thursday 5 November").expects_state("lapsed")

    assert (shropshire.outcome, done_by(shropshire)[0]) == ("withdrawn", (BOARD, "tied"))
    read(shropshire, "withdrawn").says("The split was not settled in time, so nothing changes.")


# --- 10. Central Lakes, 2022 ----------------------------------------------------------------------

THEIR_MONEY = """
title = "Special funding of a rural practice"
summary = "The practice would have £588 a year in place of £73,000."
practices = ["K83004"]
[facts]
affects_practice_income = true
money_gbp = 73_000
localities_touched = "one"
practices_affected = 1
"""
NOT_ASKED = THEIR_MONEY.replace("practices_affected = 1", "practices_affected = 2")
NOT_ASKED_BY_AREA = NOT_ASKED.replace('practices = ["K83004"]', 'localities = ["M-WEB PCN"]')


@pytest.fixture
def central_lakes(story: Story) -> Story:
    """The paper on one practice's money is opened on Monday 5 October."""
    return opened(story, THEIR_MONEY).expects_state("hearing")


@pytest.mark.parametrize("paper", [NOT_ASKED, NOT_ASKED_BY_AREA], ids=["named", "by locality"])
def test_central_lakes_a_roll_without_the_practices_concerned_is_refused(
    story: Story, paper: str
) -> None:
    with pytest.raises(InputFaults, match="those whose money it is see the paper first"):
        story.on("9am Monday 5 October 2026").tries_to_open(paper)


def test_central_lakes_the_practice_sees_the_paper_before_anybody(central_lakes: Story) -> None:
    central_lakes.expects_letters(consultation_opened=3, step_due=0)

    assert central_lakes.written_to("consultation_opened") == ["K83004"]


def test_central_lakes_the_committee_cannot_act_before_the_practice_was_heard(
    central_lakes: Story,
) -> None:
    with pytest.raises(NoSuchAct):
        acts(central_lakes.on("4pm Monday 19 October"), "approve")

    central_lakes.expects_state("hearing").expects_letters(step_due=0)


def test_central_lakes_the_committee_acts_after_what_the_practice_said(
    central_lakes: Story,
) -> None:
    central_lakes.on("9am Friday 9 October").practice("K83004").comments("We could not go on.")
    central_lakes.passes_to("5pm Monday 19 October").expects_state("deciding")
    acts(central_lakes.on("9am Thursday 22 October"), "refuse", "There is no other practice.")

    kinds = [leaf["type"] for leaf in central_lakes.leaves()]
    assert kinds.index("comment.received") < kinds.index("body.acted")
    assert central_lakes.written_to("outcome") == ["K83004"]


# --- 12. Liverpool, 2017 --------------------------------------------------------------------------

PAY = """
title = "Pay of the clinical leaders"
summary = "The clinical leaders would be paid more for each session."
[facts]
uses_management_allowance = true
affects_practice_income = true
money_gbp = 105_000
localities_touched = "all"
"""
PATIENTS = sum(int(row["list_size"]) for row in csv.DictReader(DOZEN.splitlines()))
GAINS = "K83005"


@pytest.fixture
def liverpool(story: Story) -> Story:
    """The committee has to decide; a practice whose leader gains has declared it."""
    opened(story, PAY).records_the_lmc("Pay is for those to set who do not gain.")
    said = "Our partner is one of the leaders."
    story.does(DeclareInterest(AT_THE_COMMAND_LINE, GAINS, "financial", said))
    return story.passes_to("5pm Monday 12 October").expects_state("deciding")


def test_liverpool_pay_goes_to_the_allowance_committee(liverpool: Story) -> None:
    assert liverpool.shown["workflow"] == "allowance_committee"
    assert liverpool.case.state.body == "management_allowance_committee"
    assert liverpool.role_written_to("step_due") == "committee"


def test_liverpool_nobody_approves_while_an_interest_has_no_ruling(liverpool: Story) -> None:
    with pytest.raises(NeedsRuling, match=GAINS):
        acts(liverpool, "approve", "The sessions are needed.")

    liverpool.expects_state("deciding")


def test_liverpool_a_ruling_that_keeps_a_practice_out_needs_two_persons(liverpool: Story) -> None:
    ruling = (GAINS, "excluded", "Its partner would be paid.")
    liverpool.does(RuleInterest(liverpool.signed_in("secretary"), *ruling))
    with pytest.raises(NeedsRuling):
        acts(liverpool, "approve")
    liverpool.does(RuleInterest(liverpool.signed_in("chair"), *ruling))

    acts(liverpool, "approve", "The sessions are needed.").expects_state("approved")
    assert done_by(liverpool) == [("management_allowance_committee", "approved")]


def test_liverpool_every_practice_reads_what_it_comes_to_per_head(liverpool: Story) -> None:
    tenths = int(Fraction(105_000 * 1_000, PATIENTS) + Fraction(1, 2))
    said = (
        f"The sum in question is £105,000, or {tenths // 10}.{tenths % 10}p for each of "
        f"{PATIENTS:,} registered patients of the practices on the roll."
    )

    assert all(said in liverpool.practice(code).page().meaning for code in CODES)
