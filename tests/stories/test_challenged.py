"""Practices challenge how an outcome came about: it is held, heard, and stands or is set aside."""

import pytest

from tests.stories.papers import A_CONSULTATION, A_NOTICE, A_VOTE_ON_INCOME
from tests.stories.telling import Story
from workflows.answers import AlreadyStands, Form, NotPossible, NotYours, Stage
from workflows.beside import Asked, Dispute
from workflows.overview import overview

LMC = "the local medical committee (LMC)"
LAY = "the lay chair"


@pytest.fixture
def carried(voting: Story) -> Story:
    """Carried on Wednesday 21 October: it may be challenged until the Wednesday after."""
    voting.practices_vote(for_=7, against=2)
    return voting.passes_to("5pm Wednesday 21 October").expects_state("carried")


# --- from challenge to ruling -----------------------------------------------------------------


def test_a_challenge_holds_the_outcome_and_upheld_it_stands(carried: Story) -> None:
    page = carried.practice("K83010").page()
    assert page.beside.challenge is not None
    assert page.beside.challenge.until == "5pm on Wednesday 28 October 2026 (London time)"
    assert page.beside.challenge.hearing == ((LMC, 5), (LAY, 10), ("the governing body", 5))

    carried.on("10am Friday 23 October").practice("K83010").challenges("The paper came late.")
    page = carried.practice("K83003").page()
    assert (page.stage, page.form) == (Stage.HELD, Form.NONE)
    assert page.beside.step is not None
    assert (page.beside.step.who, page.beside.step.by) == (
        LMC,
        "5pm on Friday 30 October 2026 (London time)",
    )

    carried.passes_to("5pm Friday 30 October")
    page = carried.practice("K83003").page()
    assert page.beside.step is not None
    assert (page.beside.step.who, page.beside.step.by) == (
        LAY,
        "5pm on Friday 13 November 2026 (London time)",
    )

    carried.on("10am Monday 9 November").body_acts("uphold", "Two days late changed no vote.")
    page = carried.practice("K83003").page()
    assert page.stage is Stage.DECIDED
    assert page.verdict is not None
    assert page.verdict.result == "carried"
    assert [(deed.who, deed.result, deed.reason) for deed in page.beside.deeds] == [
        (LAY, "upheld", "Two days late changed no vote.")
    ]
    assert len(page.ballots) == 12


def test_staff_read_what_the_practice_wrote(carried: Story) -> None:
    carried.on("10am Friday 23 October").practice("K83010").challenges("The paper came late.")

    app = carried.app
    with app.store.database.reading() as reading:
        shown = overview(reading, app.store.keys, app.library, carried.reference, app.clock.now())

    (request,) = shown["requests"]
    assert (request["practice"], request["text"]) == ("K83010", "The paper came late.")


def test_a_vote_that_comes_after_a_challenge_was_heard_is_on_record_as_late(
    carried: Story,
) -> None:
    """The outcome is then the challenge's, which nobody has counted."""
    carried.on("10am Friday 23 October").practice("K83010").challenges()
    carried.body_acts("settle").expects_state("upheld")
    carried.practice("K83011").sends("for")

    assert len(carried.leaves("vote.rejected")) == 1


def test_a_challenge_may_set_the_outcome_aside(carried: Story) -> None:
    carried.on("10am Friday 23 October").practice("K83010").challenges()
    carried.passes_to("9am Monday 2 November").body_acts("set_aside", "Two links did not work.")

    page = carried.practice("K83003").page()

    assert (page.stage, page.state_title) == (
        Stage.DECIDED,
        "Challenged, and the outcome is set aside",
    )
    assert page.verdict is not None
    assert page.verdict.result == "set_aside"
    assert page.beside.dispute is not None
    assert page.beside.dispute.result == "set_aside"


def test_a_challenge_that_nobody_decides_is_not_lost(carried: Story) -> None:
    carried.on("10am Friday 23 October").practice("K83010").challenges()

    carried.passes_to("9am Monday 23 November").expects_state("set_aside")

    deed = carried.practice("K83003").page().beside.deeds[-1]
    assert (deed.result, deed.in_time) == ("set_aside", False)


def test_upheld_what_was_held_up_goes_back_to_its_committee(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE_ON_INCOME)
    story.on("9am Tuesday 13 October").practices_vote(for_=7)
    story.passes_to("9am Thursday 22 October").expects_state("carried")
    story.practice("K83010").challenges()
    story.body_acts("settle").expects_state("carried")

    page = story.practice("K83003").page()

    assert page.stage is Stage.ACTING
    assert page.beside.step is not None
    assert page.beside.step.who == "the committee without a GP majority"
    assert page.beside.turns == ()


def test_an_upheld_consultation_still_shows_its_statement(story: Story) -> None:
    """The last outcome's leaf has none: it is the challenge's."""
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("9am Tuesday 20 October").concludes("Heard: the distance. A bus was found.")
    story.on("9am Wednesday 21 October").practice("K83003").challenges()
    story.body_acts("settle").expects_state("upheld")

    verdict = story.practice("K83003").page().verdict

    assert verdict is not None
    assert (verdict.result, verdict.statement[0].text) == (
        "concluded",
        "Heard: the distance. A bus was found.",
    )


# --- who, when, once --------------------------------------------------------------------------


def test_others_may_add_their_challenge_while_one_is_heard(carried: Story) -> None:
    carried.on("10am Friday 23 October").practice("K83010").challenges()
    carried.on("10am Thursday 29 October").practice("K83011").challenges("Ours was late too.")

    dispute = carried.practice("K83003").page().beside.dispute

    assert isinstance(dispute, Dispute)
    assert (dispute.challenges, dispute.result) == (2, "")


def test_a_practice_challenges_once(carried: Story) -> None:
    carried.practice("K83010").challenges()

    assert isinstance(carried.deputy("K83010").asks_to_challenge("Again."), AlreadyStands)
    assert len(carried.leaves("challenge.raised")) == 1


def test_after_five_working_days_it_is_too_late(carried: Story) -> None:
    carried.on("4:59pm Wednesday 28 October")
    assert carried.practice("K83010").page().beside.challenge is not None

    carried.passes_to("5pm Wednesday 28 October")

    assert carried.practice("K83010").page().beside.challenge is None
    assert isinstance(carried.practice("K83010").asks_to_challenge(), NotPossible)


def test_before_the_outcome_there_is_nothing_to_challenge(voting: Story) -> None:
    assert voting.practice("K83010").page().beside.challenge is None
    assert isinstance(voting.practice("K83010").asks_to_challenge(), NotPossible)


def test_what_practices_were_only_told_of_is_not_challenged(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_NOTICE).passes_to("9am Tuesday 13 October")

    assert story.practice("K83010").page().beside.challenge is None


def test_who_may_not_cast_the_vote_may_not_challenge(carried: Story) -> None:
    assert isinstance(carried.manager("K83010").asks_to_challenge(), NotYours)


def test_the_receipt_has_vote_and_challenge_each_with_its_proof(carried: Story) -> None:
    carried.practice("K83003").challenges("The paper came late.")

    receipt = carried.practice("K83003").receipt()

    request = receipt.page.beside.requests[0]
    assert (request.asked, request.text) == (Asked.CHALLENGE, "The paper came late.")
    assert set(receipt.proofs) == {request.leaf, receipt.page.standing["main"].leaf}
