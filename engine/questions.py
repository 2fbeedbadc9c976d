"""Several questions on one ballot: what is said of each, and of the decision as a whole.

A leaf names a question by its id, for its words are the paper's; letters and pages put the words in
its place.
"""

from collections.abc import Iterable, Mapping

_AS_A_WHOLE: Mapping[str, str] = {
    "carried": "Every question was carried, so the decision as a whole is carried.",
    "not_carried": "Not every question was carried, so the decision as a whole is not carried.",
    "inquorate": "Not every question had a quorum, so the decision as a whole is not quorate.",
}


def said_of_each(said: Mapping[str, Iterable[str]], result: str | None) -> tuple[str, ...]:
    """The sentences on each question; where there are several, each names its question.

    The last sentence then says what they come to together.
    """
    if len(said) < 2:  # noqa: PLR2004 - one question needs no name
        return tuple(line for lines in said.values() for line in lines)
    named = tuple(_label(name) + line for name, lines in said.items() for line in lines)
    whole = _AS_A_WHOLE.get(result or "")
    return (*named, whole) if whole else named


def in_words(sentences: Iterable[str], questions: Mapping[str, str]) -> tuple[str, ...]:
    """The same sentences for a reader: in the order of `questions`, whose words replace the ids."""
    told = tuple(sentences)
    on_each = iter(
        f"{words} {line.removeprefix(_label(name))}"
        for name, words in questions.items()
        for line in told
        if line.startswith(_label(name))
    )
    labels = tuple(map(_label, questions))
    return tuple(next(on_each) if line.startswith(labels) else line for line in told)


def _label(question: str) -> str:
    return f"Question {question}: "
