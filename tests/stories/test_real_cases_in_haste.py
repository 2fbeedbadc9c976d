"""Real cases in which there was little time, or too little: cases 8, 11 and 13 of the thirteen.

`docs/explanation/thirteen-real-cases.md` says of each what happened then.
"""

import pytest

from engine.errors import InputFaults
from engine.refusals import NeedsAgreement, NeedsLmc
from tests.stories.bodies import acts, with_bodies
from tests.stories.reading import read
from tests.stories.register import CODES
from tests.stories.telling import Story

THREE = ("chair", "accountable_officer", "lay_chair")

# --- 8. Enfield, 2016 -----------------------------------------------------------------------------

ADVICE = """
title = "Advice to practices on what not to prescribe"
summary = "Practices would be advised to prescribe less of it."
effective = 2026-10-28
[facts]
clinical_pathway_or_prescribing = true
localities_touched = "all"
"""
IN_GOOD_TIME = ADVICE.replace("2026-10-28", "2026-11-02")
TOO_SHORT = (
    "It takes effect on Wednesday 28 October 2026 and is decided on Monday 26 October 2026: "
    "2 working days' notice for practices, where 5 is the least that lets them prepare."
)


@pytest.fixture
def enfield(story: Story) -> Story:
    """Consulted on for ten working days; decided two days before it takes effect."""
    story.on("9am Monday 5 October 2026").opens(ADVICE).records_the_lmc("Two days are too few.")
    story.passes_to("5pm Monday 19 October").expects_state("concluding")
    return story.on("4pm Monday 26 October").concludes("The advice is given.")


def test_enfield_the_secretary_is_warned_at_the_opening(story: Story) -> None:
    prepared = story.on("9am Monday 5 October 2026").tries_to_open(ADVICE)

    assert TOO_SHORT in prepared.opening.finding.asks


def test_enfield_five_working_days_are_not_warned_of(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(IN_GOOD_TIME)

    assert story.shown["warnings"] == []


def test_enfield_the_warning_stays_beside_the_decision(enfield: Story) -> None:
    assert enfield.shown["warnings"] == [TOO_SHORT]


def test_enfield_practices_read_how_long_they_have(enfield: Story) -> None:
    read(enfield, "outcome").says(
        "It takes effect on Wednesday 28 October 2026: 2 working days' notice."
    )


# --- 11. Trafford, 2016 ---------------------------------------------------------------------------

UNSAFE = "The hospital next door cannot staff its emergency department safely."
CLOSING_EARLY = f"""
title = "The urgent care centre changes now"
summary = "It was to change later, once scrutiny had met; its doctors are needed next door."
urgent_reason = "{UNSAFE}"
[facts]
urgent = true
service_change_for_patients = true
localities_touched = "all"
"""
NO_REASON = CLOSING_EARLY.replace(f'urgent_reason = "{UNSAFE}"', "")


def in_haste(story: Story, paper: str) -> Story:
    """Opened under urgent powers on Monday 5 October, everybody who may have to act in post."""
    with_bodies(story, "accountable_officer", "lay_chair", "governing_body", "lmc", "committee")
    return story.on("9am Monday 5 October 2026").opens(paper).expects_state("deciding")


def the_three_agree(story: Story, reason: str = "It is not safe.") -> Story:
    """Chair, accountable officer and lay chair agree, on Tuesday at eleven."""
    agreed = tuple(frozenset([role]) for role in THREE)
    return acts(story.on("11am Tuesday 6 October"), "approve", reason, agreed=agreed)


@pytest.fixture
def trafford(story: Story) -> Story:
    """Brought forward for safety, and in force on Tuesday 6 October."""
    return the_three_agree(in_haste(story, CLOSING_EARLY)).expects_state("in_force")


def test_trafford_it_is_not_opened_without_a_reason_why_it_cannot_wait(story: Story) -> None:
    with pytest.raises(InputFaults, match="say why it cannot wait"):
        story.on("9am Monday 5 October 2026").tries_to_open(NO_REASON)


def test_trafford_one_person_cannot_agree_for_three(story: Story) -> None:
    in_haste(story, CLOSING_EARLY)

    with pytest.raises(NeedsAgreement):
        acts(story, "approve", agreed=(frozenset(THREE),))


def test_trafford_the_trail_has_why_who_agreed_and_who_ratified(trafford: Story) -> None:
    acts(trafford.on("9am Monday 12 October"), "ratify", "It was right.")

    assert trafford.practice("K83003").page().reasons[-1] == (f"It cannot wait because: {UNSAFE}")
    acted = [leaf["body"] for leaf in trafford.leaves("body.acted")]
    assert [(each["body"], each["result"], tuple(each["agreed"])) for each in acted] == [
        ("urgent_powers", "approved", THREE),
        ("governing_body", "ratified", ()),
    ]


def test_trafford_practices_are_told_in_the_same_moment(trafford: Story) -> None:
    told, done = trafford.leaves("mail.intent")[-2:], trafford.leaves("body.acted")[-1]

    assert trafford.written_to("outcome") == list(CODES)
    assert {leaf["at"] for leaf in told} == {done["at"]}
    read(trafford, "outcome").says("Why: It is not safe.")


def test_trafford_the_councils_scrutiny_is_among_those_to_involve(trafford: Story) -> None:
    assert "local_authority_scrutiny" in trafford.shown["involve"]


def test_trafford_the_governing_body_ratifies_it(trafford: Story) -> None:
    trafford.expects_deadline("5pm on Tuesday 3 November 2026")
    assert trafford.role_written_to("step_due") == "governing_body"

    acts(trafford.on("9am Monday 12 October"), "ratify").expects_state("ratified")
    read(trafford, "acted").says("The governing body ratified it.", "It stays in force.")


# --- 13. Payments in the pandemic, 2020 -----------------------------------------------------------

PANDEMIC = """
title = "Money for practices' costs in the pandemic"
summary = "Practices would have £1 a patient until there is national money."
urgent_reason = "Practices cannot pay for what they need this week."
[facts]
urgent = true
affects_practice_income = true
changes_contract_or_les = true
localities_touched = "all"
"""
WITHOUT_HASTE = "".join(
    line for line in PANDEMIC.splitlines(keepends=True) if not line.startswith("urgent")
)


@pytest.fixture
def pandemic(story: Story) -> Story:
    """Decided under urgent powers on Tuesday 6 October."""
    return the_three_agree(in_haste(story, PANDEMIC), "Practices need to know.")


def test_pandemic_urgent_powers_win_over_the_vote(story: Story) -> None:
    in_haste(story, PANDEMIC)
    assert (story.shown["workflow"], story.shown["route"]) == ("urgent_powers", "committee")

    story.opens(WITHOUT_HASTE)
    assert (story.shown["workflow"], story.shown["route"]) == ("vote_then_committee", "vote")


def test_pandemic_the_lmc_need_not_be_waited_for_to_decide(pandemic: Story) -> None:
    pandemic.expects_state("in_force")

    assert "lmc" in pandemic.shown["involve"]


def test_pandemic_it_is_not_ratified_without_the_lmcs_view(pandemic: Story) -> None:
    pandemic.on("9am Monday 12 October")
    with pytest.raises(NeedsLmc):
        acts(pandemic, "ratify")

    pandemic.expects_state("in_force").records_the_lmc("We agree, for this year.")
    acts(pandemic, "ratify").expects_state("ratified")


def test_pandemic_it_lapses_if_it_is_not_ratified(pandemic: Story) -> None:
    pandemic.passes_to("5pm Tuesday 3 November").expects_state("lapsed")

    read(pandemic, "acted").says("did not act in time", "It is no longer in force.")
