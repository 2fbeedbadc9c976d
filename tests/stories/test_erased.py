"""People ask to be forgotten while a decision runs: it goes on, and says what is gone."""

from engine.people import Actor, How
from storage.decisions import ERASED
from tests.stories.papers import A_CONSULTATION
from tests.stories.telling import Story
from workflows.answers import Unknown

AT_DESK = Actor(None, How.CLI)


def erases_the_lead_of(story: Story, practice: str) -> None:
    erasure = story.app.erasure
    entry = erasure.find(story.people[practice, "lead"].email, story.people[practice, "lead"].name)
    erasure.person(entry, "request", "As asked.", AT_DESK, although_running=True)


def test_a_vote_of_somebody_erased_stands_and_decides(voting: Story) -> None:
    voting.practices_vote(for_=6)
    erases_the_lead_of(voting, min(voting.decision.answered))

    voting.passes_to("5pm Wednesday 21 October").expects_state("carried")


def test_after_an_erasure_the_deputy_can_change_the_practices_vote(voting: Story) -> None:
    voting.practice("K83003").votes("for")
    erases_the_lead_of(voting, "K83003")

    voting.deputy("K83003").votes("against")

    assert voting.deputy("K83003").page().standing["main"].choice == "against"


def test_the_link_of_somebody_erased_is_as_if_it_had_never_been(voting: Story) -> None:
    link = voting.practice("K83003").link
    erases_the_lead_of(voting, "K83003")

    assert voting.deputy("K83003").sends("for", link=link) == Unknown()


def test_a_consultation_with_an_erased_comment_is_answered_and_concluded(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("12pm Tuesday 6 October").practice("K83003").comments("It is a long way for us.")
    erases_the_lead_of(story, "K83003")
    story.passes_to("9am Tuesday 20 October").expects_state("concluding")

    story.answers(1, "noted", "The sender asked us to erase it.")

    assert [comment["text"] for comment in story.comments] == [ERASED]
    story.concludes("The clinic stays.").expects_state("concluded")


def test_a_decision_that_is_over_by_the_schedule_still_shows_how_it_ended(voting: Story) -> None:
    voting.practices_vote(for_=12).passes_to("5pm Wednesday 21 October").expects_state("carried")
    voting.restarts(retention={"decisions_years": 1})

    voting.on("9am Monday 25 October 2027").app.retention.apply()

    page = voting.practice("K83003").page()
    assert (page.erased, page.title) == (True, ERASED)
    assert page.verdict is not None
    assert page.verdict.result == "carried"
    assert voting.shown["erased"] is True
