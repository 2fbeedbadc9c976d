"""A practice's page is true when somebody beside the practices acts, or the road changes."""

import pytest

from engine.commands import DeclareInterest, Override, Revote, RuleInterest
from tests.stories.papers import A_CONSULTATION, A_VOTE_ON_INCOME
from tests.stories.telling import AT_THE_COMMAND_LINE, Story
from workflows.answers import Faulty, Form, KeptOut, PracticePage, Recorded, Stage
from workflows.beside import Step

URGENT = """
title = "A clinic after the flood"
summary = "The surgery is under water."
urgent_reason = "It keeps for ten days."
[facts]
urgent = true
service_change_for_patients = true
localities_touched = "all"
"""
COMMITTEE = "the committee without a GP majority"


def page(story: Story, code: str = "K83003") -> PracticePage:
    return story.practice(code).page()


def step(story: Story) -> Step:
    found = page(story).beside.step
    assert found is not None
    return found


@pytest.fixture
def carried(story: Story) -> Story:
    """Carried by the practices on Wednesday 21 October; the committee has five working days."""
    story.on("9am Monday 5 October 2026").opens(A_VOTE_ON_INCOME)
    story.on("9am Tuesday 13 October").practices_vote(for_=7)
    return story.passes_to("9am Thursday 22 October").expects_state("carried")


# --- a committee, after the vote --------------------------------------------------------------


def test_what_a_committee_has_still_to_act_on_is_not_final(carried: Story) -> None:
    assert page(carried).stage is Stage.ACTING
    assert step(carried) == Step(
        COMMITTEE, "5pm on Wednesday 28 October 2026 (London time)", is_late=False, otherwise=""
    )


def test_a_committees_deadline_is_not_when_the_vote_closed(carried: Story) -> None:
    assert page(carried).due_words == "5pm on Wednesday 21 October 2026 (London time)"


def test_a_late_committee_is_told_with_what_becomes_of_it(carried: Story) -> None:
    carried.passes_to("9am Thursday 29 October").expects_state("overdue")

    assert step(carried).otherwise == (
        "Carried by the practices; the committee did not act in time"
    )


def test_a_step_whose_time_is_over_is_said_to_be_late(carried: Story) -> None:
    carried.scheduler_stops().on("9am Thursday 29 October")

    assert step(carried).is_late


@pytest.mark.parametrize(
    ("act", "title", "result"),
    [
        ("approve", "Carried by the practices and approved by the committee", "approved"),
        ("refuse", "Carried by the practices but refused by the committee", "refused"),
    ],
)
def test_what_the_committee_did_stands_beside_the_vote(
    carried: Story, act: str, title: str, result: str
) -> None:
    if act == "approve":
        carried.records_the_lmc("No objection.")
    carried.on("9am Friday 23 October").body_acts(act, "See the minutes.")

    seen = page(carried)

    assert (seen.stage, seen.state_title) == (Stage.DECIDED, title)
    assert [(d.who, d.result, d.reason) for d in seen.beside.deeds] == [
        (COMMITTEE, result, "See the minutes.")
    ]
    assert seen.verdict is not None
    assert seen.verdict.result == "carried"


def test_a_committee_that_lets_its_time_pass_is_told_of(carried: Story) -> None:
    carried.passes_to("9am Tuesday 3 November").expects_state("lapsed")

    deed = page(carried).beside.deeds[0]

    assert (deed.result, deed.in_time) == ("lapsed", False)
    assert deed.reason.startswith("The committee did not act in time")


# --- while staff have the step ----------------------------------------------------------------


def test_a_statement_that_is_being_written_has_its_date_and_its_author(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION).on("9am Tuesday 20 October")

    assert page(story).stage is Stage.WAITING
    assert (step(story).who, step(story).by) == (
        "the secretary",
        "5pm on Monday 26 October 2026 (London time)",
    )
    assert page(story).due_words == "5pm on Monday 19 October 2026 (London time)"


# --- urgent powers ----------------------------------------------------------------------------


def test_an_urgent_decision_is_in_force_and_awaits_ratification(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(URGENT).expects_state("deciding")
    assert step(story).who == "the chair, the accountable officer and a lay member"

    story.body_acts("approve", agreed=("chair", "accountable_officer", "lay_chair"))

    assert page(story).stage is Stage.ACTING
    assert (step(story).who, step(story).otherwise) == (
        "the governing body",
        "Lapsed: not ratified in time",
    )


def test_an_urgent_decision_that_lapses_says_so(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(URGENT)
    story.body_acts("approve", agreed=("chair", "accountable_officer", "lay_chair"))

    story.passes_to("9am Tuesday 3 November").expects_state("lapsed")

    assert [deed.result for deed in page(story).beside.deeds] == ["approved", "lapsed"]


# --- once more --------------------------------------------------------------------------------


def test_a_vote_held_once_more_says_why_and_starts_from_nothing(voting: Story) -> None:
    voting.practices_vote(for_=2).passes_to("9am Thursday 29 October").expects_state("inquorate")
    voting.does(Revote(AT_THE_COMMAND_LINE, "Half the practices were flooded."))

    seen = page(voting)

    assert (seen.stage, seen.beside.again) == (Stage.VOTING, "Half the practices were flooded.")
    assert (seen.standing, seen.verdict, seen.ballots) == ({}, None, ())


# --- another road -----------------------------------------------------------------------------


def test_a_raised_route_says_who_raised_it_and_why(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.does(Override(AT_THE_COMMAND_LINE, "vote", "It came to cost more."))

    assert [turn.because for turn in page(story).beside.turns] == [
        ("Raised by the secretariat.", "The reason given: It came to cost more.")
    ]


def test_a_decision_on_its_first_road_says_nothing_of_roads(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)

    assert page(story).beside.turns == ()


# --- interests --------------------------------------------------------------------------------


def ruled(story: Story, ruling: str) -> Story:
    kind = "financial"
    story.does(DeclareInterest(AT_THE_COMMAND_LINE, "K83003", kind, "Its partners bid."))
    for role in ("secretary", "chair"):
        actor = story.signed_in(role)
        story.does(RuleInterest(actor, "K83003", ruling, "Its partners own the bidder."))
    return story


def test_a_practice_without_a_vote_may_comment_and_sees_why(voting: Story) -> None:
    seen = page(ruled(voting, "no_vote"))

    assert seen.form is Form.COMMENT
    assert seen.beside.barred is not None
    assert (seen.beside.barred.wholly, seen.beside.barred.reason) == (
        False,
        "Its partners own the bidder.",
    )


def test_its_vote_is_refused_in_words(voting: Story) -> None:
    reply = ruled(voting, "no_vote").practice("K83003").sends("for")

    assert isinstance(reply, KeptOut)
    assert "may comment" in reply.words


def test_its_lead_may_comment(voting: Story) -> None:
    """Those who may cast are asked for a choice beside the comment, where they have a vote."""
    reply = ruled(voting, "no_vote").practice("K83003").sends(comment="We declared it.")

    assert isinstance(reply, Recorded)


def test_its_comment_may_not_be_empty(voting: Story) -> None:
    reply = ruled(voting, "no_vote").practice("K83003").sends()

    assert isinstance(reply, Faulty)
    assert set(reply.faults) == {"comment"}


def test_a_practice_kept_out_may_not_even_comment(voting: Story) -> None:
    ruled(voting, "excluded")

    assert page(voting).form is Form.NONE
    assert isinstance(voting.practice("K83003").sends(comment="But."), KeptOut)


def test_a_practice_kept_out_may_not_call_in(story: Story) -> None:
    ruled(story.on("9am Monday 5 October 2026").opens(A_CONSULTATION), "excluded")

    assert page(story).beside.call_in is None
    assert isinstance(story.practice("K83003").asks_to_call_in(), KeptOut)


def test_a_ruling_touches_no_other_practice(voting: Story) -> None:
    seen = page(ruled(voting, "excluded"), "K83004")

    assert (seen.form, seen.beside.barred) == (Form.VOTE, None)
