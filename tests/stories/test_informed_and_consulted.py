"""Practices are told, or asked what they think; nobody votes."""

import pytest

from engine.refusals import NeedsLmc, NoSuchAct
from tests.stories.papers import A_CONSULTATION, A_CONSULTATION_FOR_THE_LMC_TOO, A_NOTICE
from tests.stories.telling import Story


def test_practices_are_informed_and_it_is_final_after_five_working_days(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_NOTICE)
    story.expects_state("informing").expects_deadline("5pm on Monday 12 October 2026")
    story.expects_letters(notice=36)

    story.on("11am Wednesday 7 October").practice("K83003").comments("Tuesdays suit us.")
    story.passes_to("4:59pm Monday 12 October").expects_state("informing")

    story.passes_to("5pm Monday 12 October").expects_state("informed").expects_letters(outcome=36)


def test_practices_are_consulted_and_the_statement_is_made_in_time(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.expects_state("consulting").expects_deadline("5pm on Monday 19 October 2026")
    story.expects_letters(consultation_opened=36)

    story.on("12pm Tuesday 6 October").practice("K83003").comments("It is a long way.")
    story.manager("K83003").comments("There is no bus.")
    story.passes_to("5pm Monday 19 October").expects_state("concluding")
    story.expects_deadline("5pm on Monday 26 October 2026")

    story.on("10am Thursday 22 October").concludes("Heard: the distance. A bus was found.")
    story.expects_state("concluded").expects_letters(outcome=36)


def test_the_secretary_cannot_conclude_while_practices_are_still_being_asked(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)

    with pytest.raises(NoSuchAct):
        story.on("9am Wednesday 14 October").concludes("We have heard enough.")


def test_the_lmc_is_heard_before_the_consultation_is_concluded(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION_FOR_THE_LMC_TOO)
    story.passes_to("9am Tuesday 20 October").expects_state("concluding")

    with pytest.raises(NeedsLmc):
        story.concludes("Practices agree.")
    story.on("2pm Wednesday 21 October").records_the_lmc("Not without a room for it.")

    story.concludes("Practices agree; the LMC asks for rooms.").expects_state("concluded")


def test_nobody_concludes_so_the_chair_hears_of_it_and_then_it_lapses(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)

    story.passes_to("5pm Monday 26 October").expects_state("overdue")
    story.expects_deadline("5pm on Monday 2 November 2026").expects_letters(step_overdue=1)
    assert story.role_written_to("step_overdue") == "chair"

    story.passes_to("5pm Monday 2 November").expects_state("withdrawn")
    story.expects_letters(withdrawn=36, outcome=0)
    because = story.practice("K83003").page().withdrawn_because
    assert because == "Not concluded: no outcome statement was made in time."


def test_an_overdue_statement_may_still_be_made(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.passes_to("9am Friday 30 October").expects_state("overdue")

    story.concludes("Late, and with apologies: the clinic stays.").expects_state("concluded")
