"""The outcome statement: four parts under their headings, none missing and none empty."""

import pytest

from engine.refusals import NeedsStatement
from engine.statement import (
    HEARD,
    PARTS,
    REASONS,
    completed,
    missing_parts,
    read_statement,
    require_statement,
    template,
)
from tests.engine.makers import STATEMENT


def titles(text: str) -> list[str]:
    return [part.title for part in read_statement(text)]


def without(part: str) -> str:
    """The whole statement without one of its parts."""
    kept = [p for p in read_statement(STATEMENT) if p.title != part]
    return "\n\n".join(f"{p.title}\n{p.text}" for p in kept)


# --- reading --------------------------------------------------------------------------------


def test_a_whole_statement_has_four_parts() -> None:
    assert titles(STATEMENT) == list(PARTS)


def test_the_words_under_a_heading_are_kept_with_their_paragraphs() -> None:
    (part,) = read_statement("Reasons\n\nOne.\nTwo.\n\n\n\nThree.\n\n")

    assert part.text == "One.\nTwo.\n\nThree."


@pytest.mark.parametrize(
    "heading",
    [
        "Reasons",
        "REASONS",
        "  reasons  ",
        "Reasons:",
        "reasons :",
        "# Reasons",
        "##Reasons:",
        "### Reasons ###",
    ],
)
def test_a_heading_may_be_typed_in_many_ways(heading: str) -> None:
    assert titles(f"{heading}\nBecause.") == [REASONS]


@pytest.mark.parametrize("heading", ["You said, we did", "YOU SAID WE DID:", "# you said,  we did"])
def test_a_comma_in_a_heading_may_be_forgotten(heading: str) -> None:
    assert titles(f"{heading}\nBoth.") == [HEARD]


@pytest.mark.parametrize(
    "line", ["Reasons were many.", "The reasons:", "Our reasons", "Reasons: it is far", "- Reasons"]
)
def test_a_sentence_is_no_heading(line: str) -> None:
    assert titles(line) == [""]


def test_words_before_the_first_heading_are_not_lost() -> None:
    assert read_statement("Dear practices,\nReasons\nWhy.")[0].text == "Dear practices,"


def test_a_heading_that_comes_twice_is_one_part() -> None:
    (part,) = read_statement("Reasons\nOne.\nReasons\nTwo.")

    assert part.text == "One.\n\nTwo."


def test_other_headings_are_words_of_the_part_they_stand_in() -> None:
    (part,) = read_statement("Reasons\n# Money\nNone.")

    assert part.text == "# Money\nNone."


def test_a_long_line_is_read_at_once() -> None:
    """No reading that grows with the square of a line: a million blanks are read in no time."""
    assert titles("Reasons\n" + " " * 1_000_000 + "x") == [REASONS]


# --- what is missing ------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_each_part_that_is_missing_is_named(part: str) -> None:
    assert missing_parts(without(part), commented=True) == (part,)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_without_words_is_missing(part: str) -> None:
    assert missing_parts(f"{part}\n \n{without(part)}", commented=True) == (part,)


def test_nothing_need_be_said_of_comments_where_there_were_none() -> None:
    assert missing_parts(without(HEARD), commented=False) == ()


def test_a_text_without_headings_lacks_everything() -> None:
    assert missing_parts("We heard you.", commented=True) == PARTS


def test_a_template_that_nobody_filled_in_lacks_everything() -> None:
    assert missing_parts(template(), commented=True) == PARTS


def test_the_refusal_names_what_is_missing() -> None:
    with pytest.raises(NeedsStatement, match='nothing under "Reasons"'):
        require_statement(without(REASONS), commented=True)


@pytest.mark.parametrize("text", ["", without(REASONS)])
def test_the_refusal_shows_a_template_to_copy(text: str) -> None:
    with pytest.raises(NeedsStatement) as refused:
        require_statement(text, commented=True)

    assert template() in refused.value.help


def test_a_whole_statement_is_not_refused() -> None:
    require_statement(STATEMENT, commented=True)


# --- the template, and what stands in -------------------------------------------------------


def test_the_template_holds_the_comments_and_their_answers() -> None:
    (heard,) = [p for p in read_statement(template([("No bus.", "A bus runs.")])) if p.title]

    assert (heard.title, heard.text) == (HEARD, "You said: No bus.\nWe did: A bus runs.")


def test_a_comment_cannot_bring_a_heading_of_its_own() -> None:
    assert titles(template([("x\nReasons\nNone.", "y\nOptions rejected\nNone.")])) == [HEARD]


def test_what_changed_stands_in_for_what_was_heard() -> None:
    assert missing_parts(completed(without(HEARD), "A bus runs."), commented=True) == ()


def test_what_changed_does_not_stand_beside_what_was_heard() -> None:
    assert completed(STATEMENT, "A bus runs.") == STATEMENT


def test_what_changed_stands_in_for_nothing_else() -> None:
    assert missing_parts(completed("", "A bus runs."), commented=True) == PARTS[:3]
