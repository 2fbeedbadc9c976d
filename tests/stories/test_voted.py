"""Practices are consulted for five working days and vote for seven: what the count comes to."""

import pytest

from engine.notes import Checkpoint
from tests.stories.papers import (
    A_LOCAL_VOTE,
    A_VOTE,
    A_VOTE_WITH_ITS_OWN_QUESTION,
    IN_THE_ROYAL_PARKS,
)
from tests.stories.telling import Story
from workflows.answers import AlreadyStands, Faulty, NotOpen, NotYours


def test_a_vote_is_carried(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    story.expects_state("consulting").expects_deadline("5pm on Monday 12 October 2026")
    story.expects_letters(consultation_opened=36)

    story.on("11am Thursday 8 October").practice("K83003").comments("What of home visits?")
    story.passes_to("5pm Monday 12 October").expects_state("voting").expects_letters(vote_opened=36)
    story.expects_deadline("5pm on Wednesday 21 October 2026")

    story.on("2pm Wednesday 14 October").practices_vote(for_=6, against=2, abstain=1)
    story.passes_to("4:59pm Wednesday 21 October").expects_state("voting")

    story.passes_to("5pm Wednesday 21 October").expects_state("carried").expects_letters(outcome=36)
    assert story.counted() == {"for": 6, "against": 2, "returned": 9}


def test_a_vote_is_not_carried(voting: Story) -> None:
    voting.practices_vote(for_=3, against=5).passes_to("5pm Wednesday 21 October")

    voting.expects_state("not_carried").expects_letters(outcome=36)


def test_a_tie_is_not_carried(voting: Story) -> None:
    voting.practices_vote(for_=4, against=4).passes_to("5pm Wednesday 21 October")

    voting.expects_state("not_carried")


def test_abstentions_make_a_quorum_and_decide_nothing(voting: Story) -> None:
    voting.practices_vote(for_=1, abstain=5).passes_to("5pm Wednesday 21 October")

    voting.expects_state("carried")


def test_a_quorum_of_abstentions_alone_carries_nothing(voting: Story) -> None:
    voting.practices_vote(abstain=6).passes_to("5pm Wednesday 21 October")

    voting.expects_state("not_carried")


def test_a_vote_may_be_changed_until_the_close_and_the_last_one_stands(voting: Story) -> None:
    voting.practices_vote(for_=3, against=3)

    voting.on("4:59:59pm Wednesday 21 October").practice("K83003").votes("against")

    voting.passes_to("5pm Wednesday 21 October").expects_state("not_carried")
    assert voting.counted() == {"for": 2, "against": 4, "returned": 6}


def test_the_deputy_replaces_what_the_lead_said(voting: Story) -> None:
    voting.practice("K83003").votes("for")
    voting.deputy("K83003").votes("against")

    standing = voting.practice("K83003").page().standing["main"]
    assert (standing.choice, standing.name) == ("against", "Dr Dean of K83003")


def test_each_practice_counts_once_whoever_answers_and_however_often(voting: Story) -> None:
    for choice in ("for", "against", "for"):
        voting.practice("K83003").votes(choice)
        voting.deputy("K83003").votes(choice)

    assert len(voting.leaves("vote.cast")) == 1


def test_the_same_answer_sent_again_adds_nothing(voting: Story) -> None:
    voting.practice("K83003").votes("for", "With thanks.")

    assert voting.practice("K83003").sends("for", "With thanks.") == AlreadyStands()


def test_every_contact_of_a_practice_hears_of_its_vote(voting: Story) -> None:
    voting.practice("K83003").votes("for")

    assert (voting.letters("receipt"), voting.written_to("receipt")) == (3, ["K83003"])


def test_a_manager_may_comment_and_not_vote(voting: Story) -> None:
    refused = voting.manager("K83003").sends("for")
    voting.manager("K83003").comments("The room is free on Mondays.")

    assert isinstance(refused, NotYours)
    assert set(refused.voters) == {"Dr Lee of K83003", "Dr Dean of K83003"}


def test_a_choice_cannot_be_sent_while_practices_are_only_being_asked(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)

    reply = story.practice("K83003").sends("for", "Do it.")

    assert isinstance(reply, Faulty)
    assert "choice" in reply.faults


def test_a_decision_may_call_its_question_by_a_name_of_its_own(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE_WITH_ITS_OWN_QUESTION)
    story.on("9am Tuesday 13 October").practices_vote(for_=7)

    story.passes_to("5pm Wednesday 21 October").expects_state("carried")


def test_a_vote_withdrawn_half_way_is_not_counted(voting: Story) -> None:
    voting.practices_vote(for_=9)
    voting.on("3pm Friday 16 October").withdraws("The funding has gone.")

    voting.expects_state("withdrawn").expects_letters(withdrawn=36, outcome=0)
    assert (voting.deadline, voting.counted()) == ("none", {})


def test_the_page_of_a_withdrawn_decision_says_why_and_takes_no_answer(voting: Story) -> None:
    voting.on("3pm Friday 16 October").withdraws("The funding has gone.")
    lead = voting.practice("K83003")

    assert lead.page().withdrawn_because == "The funding has gone."
    assert isinstance(lead.sends("for"), NotOpen)


def test_only_the_practices_of_a_locality_are_asked(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_LOCAL_VOTE)
    story.expects_letters(consultation_opened=6)

    assert story.written_to("consultation_opened") == IN_THE_ROYAL_PARKS


def test_the_quorum_of_a_local_vote_is_that_of_its_locality(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_LOCAL_VOTE)
    story.on("9am Tuesday 13 October").practice("K83008").votes("for")

    story.passes_to("5pm Wednesday 21 October").expects_state("carried")


def test_the_trail_says_of_how_many_practices_the_roll_was_chosen(story: Story) -> None:
    """Whoever was left out gets no letter: an outsider must be able to see that some were."""
    story.on("9am Monday 5 October 2026").opens(A_LOCAL_VOTE)
    (frozen,) = story.leaves("roll.frozen")

    assert (frozen["body"]["practices"], frozen["body"]["of"]) == (2, 12)


def test_a_receipt_is_read_whole_while_the_trail_grows_and_is_sealed(
    voting: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if others answered, and the trail were sealed, between any two looks at it."""
    voice = voting.practice("K83003")
    voice.votes("for")
    store = voting.app.store
    newest = store.sealer.store.newest

    def grown() -> Checkpoint | None:
        monkeypatch.undo()
        for code in ("K83004", "K83005", "K83006"):
            voting.practice(code).votes("for")
        store.sealer.seal()
        return newest()

    monkeypatch.setattr(store.sealer.store, "newest", grown)
    receipt = voting.app.practice_desk.receipt(voice.link)

    assert receipt is not None
    assert receipt.unsealed == ()
