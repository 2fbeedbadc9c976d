"""What practices say in a consultation is answered, one by one, before it is concluded."""

from datetime import date

import pytest

from engine.commands import AnswerComment
from engine.refusals import NeedsAnswers, NeedsStatement, NoSuchAct, NoSuchComment
from tests.engine.makers import STATEMENT
from tests.stories.papers import A_CONSULTATION, A_NOTICE, A_VOTE
from tests.stories.telling import AT_THE_COMMAND_LINE, Story, a_statement

WITHOUT_HEARD = a_statement("The clinic stays.").partition("You said")[0]


@pytest.fixture
def heard(story: Story) -> Story:
    """A consultation on its first day after the close, with three comments of two practices."""
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("12pm Tuesday 6 October").practice("K83003").comments("It is a long way.")
    story.manager("K83003").comments("There is no bus.")
    story.on("9am Monday 19 October").practice("K83007").comments("The car park is small.")
    story.passes_to("9am Tuesday 20 October").expects_state("concluding")
    return story


def gunning(story: Story) -> dict[str, bool | None]:
    return {point["point"]: point["met"] for point in story.shown["gunning"]}


# --- day by day -----------------------------------------------------------------------------


def test_a_consultation_is_heard_answered_and_concluded(heard: Story) -> None:
    with pytest.raises(NeedsAnswers, match=r"comments \d+, \d+, \d+ have no answer"):
        heard.files(STATEMENT)

    heard.answers(1, "answered", "It is nine miles; the clinic there is open on Saturdays.")
    heard.on("2pm Wednesday 21 October").answers(2, "noted", "We asked the county.")
    heard.answers(3, "accepted", "Twenty places are added.")
    heard.on("11am Friday 23 October").answers(2, "accepted", "The county runs a bus from May.")

    heard.files(STATEMENT).expects_state("concluded").expects_letters(outcome=36)
    assert [comment["disposition"] for comment in heard.comments] == [
        "answered",
        "accepted",
        "accepted",
    ]
    assert len(heard.leaves("comment.answered")) == 4


def test_an_answer_that_was_replaced_stays_on_the_trail(heard: Story) -> None:
    heard.answers(1, "noted", "Thank you.").answers(1, "accepted", "It stays.")

    filed = [leaf["body"]["disposition"] for leaf in heard.leaves("comment.answered")]
    assert (filed, heard.comments[0]["answer"]) == (["noted", "accepted"], "It stays.")


def test_a_practice_reads_what_became_of_its_own_comments(heard: Story) -> None:
    heard.answers(2, "accepted", "The county runs a bus from May.")
    heard.answers(3, "noted", "Thank you.")

    remarks = heard.practice("K83003").page().remarks
    assert [(r.text, r.disposition, r.answer) for r in remarks] == [
        ("It is a long way.", "", ""),
        ("There is no bus.", "accepted", "The county runs a bus from May."),
    ]


def test_a_practice_reads_the_statement_by_its_parts(heard: Story) -> None:
    verdict = heard.concludes("The clinic stays.").practice("K83003").page().verdict

    assert verdict is not None
    assert [passage.title for passage in verdict.statement] == [
        "What we decided",
        "Reasons",
        "Options rejected",
        "You said, we did",
    ]


def test_an_early_answer_does_not_answer_what_is_said_later(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("12pm Tuesday 6 October").practice("K83003").comments("It is a long way.")
    story.answers_the_open_comments()
    story.on("12pm Monday 12 October").practice("K83003").comments("A very long way.")
    story.passes_to("9am Tuesday 20 October")

    with pytest.raises(NeedsAnswers, match=f"comment {story.comments[1]['comment']} has"):
        story.files(STATEMENT)


# --- what is refused ------------------------------------------------------------------------


def test_a_statement_without_its_parts_concludes_nothing(heard: Story) -> None:
    heard.answers_the_open_comments()

    with pytest.raises(NeedsStatement, match='nothing under "You said, we did"'):
        heard.files(WITHOUT_HEARD)
    heard.expects_state("concluding").expects_letters(outcome=0)


def test_where_nobody_commented_there_is_nothing_to_say_of_comments(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.passes_to("9am Tuesday 20 October")

    story.files(WITHOUT_HEARD).expects_state("concluded")


def test_what_changed_in_the_decision_s_file_stands_in(story: Story) -> None:
    paper = f'what_changed = "You said no. We stayed."\n{A_CONSULTATION}'
    story.on("9am Monday 5 October 2026").opens(paper).practice("K83003").comments("No.")
    story.passes_to("9am Tuesday 20 October").answers_the_open_comments()

    verdict = story.files(WITHOUT_HEARD).practice("K83003").page().verdict
    assert verdict is not None
    assert verdict.statement[-1].text == "You said no. We stayed."


def test_the_comment_of_another_decision_is_not_answered_here(heard: Story) -> None:
    elsewhere = heard.comments[0]["comment"]
    heard.opens(A_CONSULTATION)

    with pytest.raises(NoSuchComment):
        heard.does(AnswerComment(AT_THE_COMMAND_LINE, elsewhere, "noted", "Thank you."))


def test_many_answers_are_filed_all_or_none(heard: Story) -> None:
    good = [
        AnswerComment(AT_THE_COMMAND_LINE, comment["comment"], "noted", "Thank you.")
        for comment in heard.comments
    ]
    bad = AnswerComment(AT_THE_COMMAND_LINE, 1, "noted", "There is no such comment.")

    with pytest.raises(NoSuchComment):
        heard.app.desk.handle_all(heard.reference, [*good, bad])
    assert (heard.leaves("comment.answered"), {c["answer"] for c in heard.comments}) == ([], {None})


# --- beside consultations -------------------------------------------------------------------


def test_a_vote_ends_without_answers_to_its_comments(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    story.on("9am Wednesday 7 October").practice("K83003").comments("Whose nurse?")
    story.on("9am Tuesday 13 October").practices_vote(for_=10)

    story.passes_to("5pm Wednesday 28 October").expects_state("carried")
    assert story.shown["comments"]["unanswered"] != []


def test_a_comment_in_a_vote_may_be_answered_while_it_runs(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    story.on("9am Wednesday 7 October").practice("K83003").comments("Whose nurse?")

    story.answers(1, "answered", "Ours.")
    assert story.practice("K83003").page().remarks[0].answer == "Ours."


def test_what_practices_were_informed_of_is_not_answered_after_its_end(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_NOTICE)
    story.on("11am Wednesday 7 October").practice("K83003").comments("Tuesdays suit us.")
    story.passes_to("5pm Monday 12 October").expects_state("informed")

    with pytest.raises(NoSuchAct):
        story.answers(1, "noted", "Thank you.")


# --- the four points, and notice ------------------------------------------------------------


def test_the_four_points_become_known_as_the_consultation_goes_on(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION).practice("K83003").comments("No.")
    assert list(gunning(story).values()) == [True, True, None, None]

    story.passes_to("9am Tuesday 20 October")
    assert list(gunning(story).values()) == [True, True, True, None]

    story.concludes("The clinic stays.")
    assert list(gunning(story).values()) == [True, True, True, True]


def test_the_days_that_practices_had_are_those_to_the_deadline(heard: Story) -> None:
    evidence = {point["point"]: point["evidence"] for point in heard.shown["gunning"]}

    assert evidence["adequate time"] == (
        "Practices had 10 working days for comments, until 5pm on Monday 19 October 2026."
    )


def test_a_decision_that_takes_effect_too_soon_is_warned_of_at_opening(story: Story) -> None:
    """As in Enfield in 2016: decided on Monday, in force on Wednesday."""
    paper = f"effective = {date(2026, 10, 28)}\n{A_CONSULTATION}"
    story.on("9am Monday 5 October 2026").opens(paper)

    (warning,) = story.shown["warnings"]
    assert "2 working days' notice" in warning
    assert warning in story.shown["asks"]


def test_what_leaves_time_enough_is_not_warned_of(story: Story) -> None:
    paper = f"effective = {date(2026, 12, 1)}\n{A_CONSULTATION}"
    story.on("9am Monday 5 October 2026").opens(paper)

    assert (story.shown["warnings"], story.shown["asks"]) == ([], [])


def test_at_its_end_the_notice_that_practices_have_is_told(heard: Story) -> None:
    paper = f"effective = {date(2026, 12, 1)}\n{A_CONSULTATION}"
    heard.on("9am Wednesday 21 October").opens(paper)
    heard.passes_to("9am Friday 6 November").concludes("The clinic stays.")

    assert heard.shown["notice"] == {
        "working_days": 17,
        "words": "It takes effect on Tuesday 1 December 2026: 17 working days' notice.",
    }
