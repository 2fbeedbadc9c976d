"""Text that nobody should have typed, in every letter and every field: it says nothing else there.

A check goes through all the texts at once and names those that broke it.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from functools import cache

import pytest

from notifications.context import ANY_MARK
from notifications.frozen import fill, freeze
from notifications.letters import Draft, render
from tests.notifications.pages import ALLOWED, Page, parts, read
from tests.notifications.samples import (
    ENVELOPE,
    HEADERS,
    HOSTILE,
    LINK,
    TOKEN,
    links_of,
    samples,
    spoiled,
)

SAMPLES = samples()
HIDDEN = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]")


@cache
def hostile(name: str, kind: str) -> Draft:
    letter, sample = SAMPLES[name]
    return render(letter, spoiled(sample, HOSTILE[kind]))


@cache
def page(name: str, kind: str) -> Page:
    return Page(ANY_MARK.sub(TOKEN, hostile(name, kind).html))


@cache
def posted(name: str, kind: str) -> EmailMessage:
    return read(fill(freeze(hostile(name, kind), ENVELOPE), TOKEN, TOKEN, TOKEN))


def breaking(name: str, holds: Callable[[str], bool]) -> list[str]:
    """The texts with which it does not hold."""
    return [f"{name}: {kind}" for kind in HOSTILE if not holds(kind)]


@pytest.mark.parametrize("name", SAMPLES)
class TestHostileText:
    def test_brings_no_element_of_its_own(self, name: str) -> None:
        assert not breaking(name, lambda kind: set(page(name, kind).tags) <= ALLOWED)

    def test_brings_no_handler_and_no_link(self, name: str) -> None:
        ours = [LINK] * len(links_of(SAMPLES[name][1]))

        def holds(kind: str) -> bool:
            handlers = [a for a, _ in page(name, kind).attributes if a.startswith("on")]
            return page(name, kind).links() == ours and not handlers

        assert not breaking(name, holds)

    def test_leaves_the_link_alone_on_its_line(self, name: str) -> None:
        ours = links_of(SAMPLES[name][1])

        def holds(kind: str) -> bool:
            return ours == [
                line for line in hostile(name, kind).text.split("\n") if ANY_MARK.search(line)
            ]

        assert not breaking(name, holds)

    def test_stays_one_printable_line_in_the_subject(self, name: str) -> None:
        def holds(kind: str) -> bool:
            subject = hostile(name, kind).subject
            return subject.isprintable() and "=?" not in subject and len(subject) <= 152

        assert not breaking(name, holds)

    def test_is_shown_without_controls_or_turning_marks(self, name: str) -> None:
        def holds(kind: str) -> bool:
            draft = hostile(name, kind)
            return HIDDEN.search(draft.text + draft.html) is None

        assert not breaking(name, holds)

    def test_is_never_run_as_a_template(self, name: str) -> None:
        untouched = "49" in render(*SAMPLES[name]).text
        assert ("49" in hostile(name, "template").text) == untouched

    def test_adds_no_header_and_no_defect(self, name: str) -> None:
        def holds(kind: str) -> bool:
            message = posted(name, kind)
            return message.keys() == HEADERS and not message.defects

        assert not breaking(name, holds)

    def test_leaves_both_parts_and_the_link_whole(self, name: str) -> None:
        def holds(kind: str) -> bool:
            arrived = parts(posted(name, kind))
            lines = arrived["text/plain"].splitlines()
            both = list(arrived) == ["text/plain", "text/html"]
            return both and lines.count(LINK) == len(links_of(SAMPLES[name][1]))

        assert not breaking(name, holds)

    def test_arrives_as_the_subject_that_was_written(self, name: str) -> None:
        def holds(kind: str) -> bool:
            return bool(posted(name, kind)["Subject"] == hostile(name, kind).subject)

        assert not breaking(name, holds)


A_LETTER_WITHIN = (
    "Thanks.\n\nTo keep the vote, open this:\n\nhttps://evil.example/respond/x\n\nBye."
)
WITH_TYPED_WORDS = [name for name, (_, sample) in SAMPLES.items() if sample.comment]


@pytest.mark.parametrize("name", WITH_TYPED_WORDS)
def test_what_somebody_typed_is_set_apart_from_our_own_words(name: str) -> None:
    """Whoever has one forwarded link must not speak to a whole practice as we do."""
    letter, sample = SAMPLES[name]
    draft = render(letter, replace(sample, comment=A_LETTER_WITHIN))
    typed = A_LETTER_WITHIN.split("\n\n")
    lines = draft.text.split("\n")
    assert all(f"  {each}" in lines and each not in lines for each in typed)
    quoted = re.findall(r"<p [^>]*border-left[^>]*>([^<]*)</p>", draft.html)
    assert [each for each in quoted if each in typed] == typed


def test_letters_with_typed_words_are_tried() -> None:
    letters = {SAMPLES[name][0] for name in WITH_TYPED_WORDS}
    assert letters == {"receipt", "correction_asked", "correction_waiting"}


def test_the_check_names_a_text_that_breaks_it() -> None:
    naive = {kind: Page(f"<p>{text}</p>") for kind, text in HOSTILE.items()}
    broken = breaking("naive", lambda kind: set(naive[kind].tags) <= ALLOWED)
    assert broken == ["naive: html"]
