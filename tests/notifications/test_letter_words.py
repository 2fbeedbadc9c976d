"""Words on their way into a letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import words


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain text", "plain text"),
        ("two\r\nlines", "two lines"),
        ("tab\there", "tab here"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202eturned\u202c", "turned"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("lone \ud800", "lone \N{REPLACEMENT CHARACTER}"),
        ("key  ec5df9c6", "key  ec5df9c6"),
        ("\u00a3 caf\u00e9 \u05e9\u05dc\u05d5\u05dd", "\u00a3 caf\u00e9 \u05e9\u05dc\u05d5\u05dd"),
    ],
)
def test_one_line_shows_what_it_holds(text: str, line: str) -> None:
    assert words.one_line(text) == line


@given(st.text())
def test_no_text_makes_a_second_line(text: str) -> None:
    assert len(words.one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("one", ("one",)),
        ("one\ntwo", ("one two",)),
        ("one\n\ntwo", ("one", "two")),
        ("one\r\n \t\r\n\r\ntwo\r\n", ("one", "two")),
        ("\n\n\n", ()),
    ],
)
def test_paragraphs_are_parted_by_empty_lines(text: str, parts: tuple[str, ...]) -> None:
    assert words.paragraphs(text) == parts


@pytest.mark.parametrize(
    ("text", "short"), [("a few words", "a few words"), ("one two three", "one two\u2026")]
)
def test_text_is_cut_at_a_word(text: str, short: str) -> None:
    assert words.shorten(text, 11) == short


def test_a_long_word_is_cut_where_it_must_be() -> None:
    assert words.shorten("x" * 20, 10) == "x" * 10 + "\u2026"


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A or B"), (list("ABC"), "A, B or C")]
)
def test_names_are_listed_as_a_sentence_does(names: list[str], said: str) -> None:
    assert words.listed(names) == said


def test_a_wrapped_list_keeps_its_indent() -> None:
    assert words.wrap("- " + "word " * 20).split("\n")[1].startswith("  word")


def test_an_address_is_never_wrapped() -> None:
    address = "https://decisions.example/" + "x" * 90
    assert address in words.wrap(f"Open\n\n{address}\n").split("\n")


def test_empty_lines_come_one_at_a_time() -> None:
    assert words.wrap("\n\na\n\n\n\n\nb\n\n\n") == "a\n\nb\n"


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("  A   vote \n", "A vote"),
        ("=?UTF-8?Q?x?=", "= ?UTF-8?Q?x?="),
        ("no\u00a0break", "no break"),
        ("x" * 200, "x" * 150 + "\u2026"),
    ],
)
def test_a_title_becomes_a_subject(title: str, subject: str) -> None:
    assert words.subject(title) == subject
