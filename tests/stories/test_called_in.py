"""Practices call a decision in by their links: enough of them, or a whole locality, raise it."""

from dataclasses import replace
from functools import partial

from sqlalchemy import update

from storage import tables
from tests.stories.papers import A_CONSULTATION, A_NOTICE, A_VOTE
from tests.stories.register import CODES
from tests.stories.telling import Story
from tests.together import served_together
from workflows.answers import (
    AlreadyStands,
    Faulty,
    Form,
    NotPossible,
    NotYours,
    Recorded,
    Stage,
    TooLate,
    Unknown,
)
from workflows.beside import Asked


def noticed(story: Story) -> Story:
    return story.on("9am Monday 5 October 2026").opens(A_NOTICE)


def so_far(story: Story, code: str = "K83014") -> tuple[int, int]:
    """How many practices have asked, of how many that are needed, as a practice's page says."""
    offer = story.practice(code).page().beside.call_in
    assert offer is not None
    return offer.count, offer.needed


# --- up to the share, day by day ----------------------------------------------------------------


def test_a_tenth_of_the_practices_raise_a_notice_to_a_consultation(story: Story) -> None:
    noticed(story)
    assert so_far(story) == (0, 2)

    story.on("11am Wednesday 7 October").practice("K83003").calls_in("Nobody asked us.")
    story.expects_state("informing").expects_deadline("5pm on Monday 12 October 2026")
    assert so_far(story) == (1, 2)

    story.on("4:59pm Monday 12 October").deputy("K83005").calls_in()
    story.expects_state("consulting").expects_deadline("5pm on Monday 26 October 2026")
    story.expects_letters(notice=36, consultation_opened=36)

    page = story.practice("K83014").page()
    assert (page.stage, page.form, page.route) == (Stage.CONSULTING, Form.COMMENT, "consult")
    assert page.beside.turns[0].because == (
        "Called in by 2 of 12 practices; 10% of practices were needed.",
    )


def test_who_had_a_word_for_the_notice_is_reminded_of_the_consultation(story: Story) -> None:
    noticed(story).practice("K83014").comments("Tuesdays are hard.")
    story.on("11am Wednesday 7 October").practice("K83003").calls_in()
    story.practice("K83005").calls_in()
    story.on("9am Thursday 8 October").practice("K83010").comments("Mondays, please.")

    story.passes_to("9am Thursday 15 October")

    reminded = story.written_to("reminder")
    assert ("K83014" in reminded, "K83010" in reminded) == (True, False)


def test_a_whole_locality_raises_a_notice_alone(story: Story) -> None:
    noticed(story).on("11am Wednesday 7 October").practice("K83009").calls_in()

    story.expects_state("consulting")
    because = story.practice("K83014").page().beside.turns[0].because
    assert because == ("Called in by the one practice of M-WEB PCN.",)


def test_a_quarter_of_the_practices_raise_a_consultation_to_a_vote(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("9am Tuesday 6 October").practice("K83009").calls_in()
    assert so_far(story) == (1, 3)
    story.on("9am Thursday 8 October").practice("K83006").calls_in().expects_state("consulting")

    story.on("9am Friday 16 October").practice("K83007").calls_in()

    assert story.case.machinery.workflow.name == "member_vote"
    story.expects_state("consulting").passes_to("9am Monday 26 October").expects_state("voting")
    assert story.practice("K83014").page().form is Form.VOTE


def test_a_decision_raised_once_may_be_raised_again_by_a_larger_share(story: Story) -> None:
    noticed(story).on("9am Tuesday 6 October").practice("K83009").calls_in()
    assert so_far(story) == (0, 3)

    for code in ("K83009", "K83006", "K83007"):
        story.practice(code).calls_in()

    assert story.decision.route == "vote"


def test_too_few_call_ins_change_nothing(story: Story) -> None:
    noticed(story).on("9am Tuesday 6 October").practice("K83003").calls_in()

    story.passes_to("5pm Monday 12 October").expects_state("informed")


# --- one practice, once, by those who may --------------------------------------------------------


def test_a_practice_counts_once_whoever_of_it_asks(story: Story) -> None:
    noticed(story).on("9am Tuesday 6 October").practice("K83003").calls_in("First.")

    assert isinstance(story.deputy("K83003").asks_to_call_in("Second."), AlreadyStands)

    assert so_far(story) == (1, 2)
    offer = story.deputy("K83003").page().beside.call_in
    assert offer is not None
    assert offer.own is not None
    assert offer.own.text == "First."


def test_who_may_not_cast_the_vote_may_not_call_in(story: Story) -> None:
    noticed(story)

    reply = story.manager("K83003").asks_to_call_in()

    assert reply == NotYours(("Dr Lee of K83003", "Dr Dean of K83003"))
    assert story.leaves("call_in.requested") == []


def test_a_call_in_without_a_reason_is_asked_again(story: Story) -> None:
    reply = noticed(story).practice("K83003").asks_to_call_in("")

    assert isinstance(reply, Faulty)
    assert set(reply.faults) == {"comment"}


def test_a_call_in_at_five_is_too_late(story: Story) -> None:
    noticed(story).scheduler_stops().on("5pm Monday 12 October")

    assert isinstance(story.practice("K83003").asks_to_call_in(), TooLate)
    assert story.practice("K83003").page().beside.call_in is None


def test_a_vote_cannot_be_called_in(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)

    assert isinstance(story.practice("K83003").asks_to_call_in(), NotPossible)


def test_a_link_that_opens_nothing_calls_nothing_in(story: Story) -> None:
    assert noticed(story).practice("K83003").asks_to_call_in(link="x" * 43) == Unknown()


def test_a_link_revoked_while_its_call_in_waits_calls_nothing_in(story: Story) -> None:
    """It is looked up again inside the transaction: looking before alone would let it through."""
    noticed(story)
    desk = story.app.practice_desk
    voice = story.practice("K83003")

    class Revoking(type(desk.counter)):  # type: ignore[misc]
        def give(self, holder, command):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            with story.app.store.database.writing() as writing:
                writing.execute(update(tables.link).values(revoked=True))
            return super().give(holder, command)

    link = voice.link
    story.app = replace(story.app, practice_desk=replace(desk, counter=Revoking(desk.desk)))

    assert voice.asks_to_call_in(link=link) == Unknown()
    assert story.leaves("call_in.requested") == []


# --- together ---------------------------------------------------------------------------------


def test_call_ins_that_wait_together_are_counted_one_upon_the_other(story: Story) -> None:
    """They share a commit; counted each by itself, neither would make the share."""
    noticed(story)
    voices = [story.practice(code) for code in ("K83003", "K83005")]
    asking = [partial(voice.asks_to_call_in, link=voice.link) for voice in voices]
    replies = served_together(story.app.practice_desk.counter, asking)

    assert [type(reply) for reply in replies] == [Recorded, Recorded]
    story.expects_state("consulting")


# --- on record ------------------------------------------------------------------------------------


def test_the_receipt_has_the_call_in_and_its_proof(story: Story) -> None:
    noticed(story).on("9am Tuesday 6 October").practice("K83003").calls_in("Nobody asked us.")

    receipt = story.deputy("K83003").receipt()

    request = receipt.page.beside.requests[0]
    assert (request.asked, request.text, request.name) == (
        Asked.CALL_IN,
        "Nobody asked us.",
        "Dr Lee of K83003",
    )
    assert receipt.proofs[request.leaf].leaf == request.leaf


def test_another_practice_sees_the_number_and_not_the_words(story: Story) -> None:
    noticed(story).practice("K83003").calls_in("Nobody asked us.")

    page = story.practice("K83005").page()

    assert page.beside.requests == ()
    assert so_far(story, "K83005") == (1, 2)


def test_the_raising_is_in_the_same_commit_as_the_call_in_that_makes_the_share(
    story: Story,
) -> None:
    noticed(story).practice("K83009").calls_in()

    leaves = [leaf for leaf in story.leaves() if leaf["type"] != "mail.intent"]
    kinds = [leaf["type"] for leaf in leaves[-4:]]
    assert kinds == ["call_in.requested", "decision.routed", "phase.opened", "deadline.set"]
    assert len({leaf["at"] for leaf in leaves[-4:]}) == 1


def test_five_who_click_at_once_ask_for_a_consultation_and_not_for_a_vote(story: Story) -> None:
    """Two are a tenth; the other three, a quarter, had their pages open and meant the same."""
    noticed(story)
    voices = [story.practice(code) for code in CODES[:5]]
    replies = [voice.asks_to_call_in(to="consult") for voice in voices]

    story.expects_state("consulting")
    assert [type(reply) for reply in replies] == [Recorded, Recorded, *[NotPossible] * 3]
    assert story.decision.route == "consult"
