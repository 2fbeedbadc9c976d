"""Ballots of more than one question, and of candidates, as practices meet them.

The ballot of two is North West London's of 2020, counted as one area: `test_real_cases.py` has its
eight.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.letters_read import letter_to
from tests.stories.papers import A_BALLOT_OF_TWO, AN_ELECTION, URGENT
from tests.stories.register import CODES
from tests.stories.telling import Story, begin
from workflows.rulebook import read_definition

FIRST = CODES[0]
ELECTIONS = Path(__file__).parents[1] / "data" / "election"


@pytest.fixture
def two(story: Story) -> Story:
    """A ballot of two questions on the first morning of its vote."""
    return story.on("9am Monday 5 October 2026").opens(A_BALLOT_OF_TWO).on("9am Tuesday 13 October")


def vote_apart(two: Story) -> Story:
    """Seven answer: six for the merger, three for the constitution."""
    for n, code in enumerate(CODES[:7]):
        two.practice(code).answers_each(
            merger="against" if n == 0 else "for", constitution="for" if n < 3 else "against"
        )
    return two.passes_to("5pm Wednesday 21 October")


def test_one_question_is_carried_and_the_other_is_not(two: Story) -> None:
    vote_apart(two).expects_state("not_carried").expects_letters(outcome=36)

    ended = two.decision.outcome
    assert ended is not None
    verdicts = {line.split(":")[0]: line.split(": ")[-1] for line in ended.sentences[1:4:2]}
    assert verdicts == {"Question constitution": "not carried.", "Question merger": "carried."}


def test_each_count_is_on_record_apart(two: Story) -> None:
    vote_apart(two)
    ended = two.decision.outcome

    assert ended is not None
    assert ended.count is not None
    each = {name: (held["for"], held["against"]) for name, held in ended.count["questions"].items()}
    assert each == {"merger": (6, 1), "constitution": (3, 4)}


def test_each_question_has_its_closing_in_the_trail(two: Story) -> None:
    vote_apart(two)
    closings = [leaf["body"] for leaf in two.leaves("phase.closed")]

    assert {c["question"] for c in closings if c["phase"] == "voting"} == {"merger", "constitution"}


def test_the_outcome_is_told_in_the_questions_words_and_order(two: Story) -> None:
    vote_apart(two)
    words = letter_to(two, "outcome", two.people[FIRST, "lead"]).words
    merger = words.index("Should the group merge with its neighbours? 7 of 12")

    assert merger < words.index("Should the new constitution be adopted? 7 of 12")
    assert "Not every question was carried, so the decision as a whole is not carried." in words
    assert "Question merger" not in words


def test_the_page_tells_it_in_the_same_words(two: Story) -> None:
    vote_apart(two)
    page = two.practice(FIRST).page()

    assert page.verdict is not None
    assert page.verdict.sentences[0].startswith("Should the group merge with its neighbours? ")


def test_the_letter_that_opens_the_vote_names_both_questions(two: Story) -> None:
    words = letter_to(two, "vote_opened", two.people[FIRST, "lead"]).words

    assert "You are asked 2 questions, each counted apart: - Should the group merge" in words


def test_the_receipt_puts_each_answer_to_its_question(two: Story) -> None:
    two.practice(FIRST).answers_each(merger="against", constitution="for")
    words = letter_to(two, "receipt", two.people[FIRST, "manager"]).words

    assert "Should the group merge with its neighbours? Against" in words
    assert "Should the new constitution be adopted? For" in words


def test_the_questions_stand_on_the_page_in_the_order_of_the_paper(two: Story) -> None:
    assert [q.id for q in two.practice(FIRST).page().questions] == ["merger", "constitution"]


def test_a_proposal_taken_off_is_not_asked_of_anybody(story: Story) -> None:
    """The letter must not ask what the ballot no longer does; it says that it is off the paper."""
    story.on("9am Monday 5 October 2026").opens(A_BALLOT_OF_TWO)
    story.drops("constitution").on("9am Tuesday 13 October")

    assert [q.id for q in story.practice(FIRST).page().questions] == ["merger"]
    words = letter_to(story, "vote_opened", story.people[FIRST, "lead"]).words
    asked, _, off = words.partition("Taken off the paper before the vote")
    assert "constitution" not in asked
    assert "Should the new constitution be adopted?" in off


# --- elections ------------------------------------------------------------------------------


@pytest.fixture
def election(register: Path, tmp_path: Path) -> Iterator[Story]:
    """An election whose vote opens at once, by the tests' own definition."""
    with begin(shutil.copytree(register, tmp_path / "desk")) as story:
        story.restarts(workflows={"directory": ELECTIONS})
        yield story.on("9am Monday 5 October 2026").opens(AN_ELECTION).expects_state("voting")


def test_the_candidates_are_named_on_the_page_and_in_the_letter(election: Story) -> None:
    (question,) = election.practice(FIRST).page().questions

    assert question.candidates == {"candidate_1": "Dr Anna Lee", "candidate_2": "Dr Zoë O'Brien"}
    words = letter_to(election, "vote_opened", election.people[FIRST, "lead"]).words
    assert "The candidates: - Dr Anna Lee - Dr Zoë O'Brien" in words


def test_the_receipt_names_the_candidate(election: Story) -> None:
    election.practice(FIRST).votes("candidate_2")

    assert (
        "Dr Zoë O'Brien (leaf"
        in letter_to(election, "receipt", election.people[FIRST, "lead"]).words
    )


def test_the_definition_is_one_that_check_accepts() -> None:
    file = ELECTIONS / "election.toml"

    assert read_definition(file.read_bytes(), file.name).workflow.name == "election"


# --- what cannot wait -----------------------------------------------------------------------


def test_why_it_cannot_wait_is_among_the_reasons_on_the_page(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(URGENT)

    assert story.practice(FIRST).page().reasons[-1] == (
        "It cannot wait because: The lease ends on Friday."
    )
