"""Expressions looked for in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.wording import Lexicon, words_of

LEXICON = Lexicon(
    {
        "merger": ("merg*",),
        "practice_merger": ("practice merg*",),
        "practices": ("practice", "practices"),
        "urgency": ("urgent",),
        "services": ("urgent care", "walk in centre*"),
        "sum": ("£*",),
    }
)


def found(text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(each.families, each.words) for each in LEXICON.find(text)]


def test_a_stem_stands_for_every_word_that_begins_so() -> None:
    assert [words for _, words in found("Merging, merged, mergers; emerge")] == [
        "Merging",
        "merged",
        "mergers",
    ]


def test_a_whole_word_does_not_stand_for_a_longer_one() -> None:
    assert found("malpractice practicable") == []


def test_the_longest_expression_hides_those_inside_it() -> None:
    assert found("A practice merger") == [(("practice_merger",), "practice merger")]


def test_what_is_called_urgent_in_a_name_is_not_urgent() -> None:
    assert found("urgent care, and urgent") == [
        (("services",), "urgent care"),
        (("urgency",), "urgent"),
    ]


@pytest.mark.parametrize("text", ["walk-in centres", "Walk in Centre", "WALK\u2011IN\nCENTRES"])
def test_hyphens_capitals_and_line_ends_do_not_matter(text: str) -> None:
    assert [families for families, _ in found(text)] == [("services",)]


@pytest.mark.parametrize("text", ["the practice's list", "the practice\u2019s list"])
def test_a_possessive_is_the_word_itself(text: str) -> None:
    assert found(text) == [(("practices",), "practice")]


def test_letters_of_full_width_are_the_same_letters() -> None:
    assert [families for families, _ in found("\uff35\uff52\uff47\uff45\uff4e\uff54")] == [
        ("urgency",)
    ]


def test_an_expression_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert found("It is a walk. In centres elsewhere") == []


def test_a_point_within_a_number_ends_no_sentence() -> None:
    assert {word.sentence for word in words_of("It costs £1.5m a year")} == {0}


def test_a_sum_of_pounds_is_a_word() -> None:
    assert found("for £25 each") == [(("sum",), "£25")]


def test_the_words_are_quoted_as_they_were_written() -> None:
    assert found("Practice  MERGERS")[0][1] == "Practice  MERGERS"


@given(st.text(max_size=300))
def test_every_quotation_stands_in_the_text(text: str) -> None:
    assert all(words in text for _, words in found(text))
