"""What a reader takes a letter to say: why they have it, whom to ask, what their link is for."""

import pytest

from app.config import Mail
from tests.stories.letters_read import letter_to
from tests.stories.papers import A_CONSULTATION, A_NOTICE, A_PAPER_IN_DOUBT, A_VOTE
from tests.stories.telling import Story


def said(story: Story, letter: str) -> str:
    return letter_to(story, letter, story.people["K83003", "lead"]).words


def test_whoever_is_only_told_does_not_read_why_they_are_asked(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_NOTICE)
    assert "Why practices are told: " in said(story, "notice")
    assert "practices are asked" not in said(story, "notice")


def test_a_way_that_was_taken_in_doubt_says_so_to_practices(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_PAPER_IN_DOUBT)
    doubt = " ".join(story.decision.asks)
    assert f"In doubt: {doubt} So practices get the most say." in said(story, "consultation_opened")


@pytest.mark.parametrize(
    ("reply_to", "asked"),
    [("office@ccg.example", "office@ccg.example"), ("", "decisions@ccg.example")],
)
def test_where_nobody_is_named_questions_go_where_an_answer_would(
    story: Story, reply_to: str, asked: str
) -> None:
    story.restarts(mail=Mail(reply_to=reply_to))
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    assert f"Questions: NHS Nene CCG, {asked} ----" in said(story, "consultation_opened")


def test_more_time_says_how_many_are_needed(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    story.on("9am Tuesday 13 October 2026").practices_vote(for_=4)
    story.passes_to("5pm Wednesday 21 October")
    assert "Why: 4 of 12 practices had voted; 6 are needed for a quorum." in said(story, "extended")
