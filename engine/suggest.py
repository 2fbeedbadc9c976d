"""From a decision's words to the facts that they suggest: what a person then confirms or corrects.

Words form families (`engine.wording`); a cue says which families, used in one sentence, speak for a
fact. A cue either says it or only hints at it; two hints of different kinds say it together. What
is only hinted at is never taken for a fact: where it would give practices or a committee more say,
a person is asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from engine.amounts import amounts_of
from engine.facts import NAMES, YES_NO, Facts
from engine.impact import Classification, Table, classify
from engine.wording import Found, Lexicon

GUESSED = "The words only hint at it. Read the paper: which of the facts are true?"
HOUSEKEEPING = "operational_only"
Words = tuple[str, ...]
QUOTES = 5
"""So many expressions are quoted for a fact; more would not convince anybody better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Families that speak for a fact where one sentence uses all of them.

    `unless` are families that, anywhere in the text, take the cue's meaning away. `hint`: it may
    mean that, and may not.
    """

    fact: str
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    hint: bool = False
    value: bool | str | int = True


@dataclass(frozen=True)
class Vocabulary:
    """Families of expressions, the cues made of them, and the question to ask about each fact."""

    families: Mapping[str, tuple[str, ...]]
    cues: tuple[Cue, ...]
    questions: Mapping[str, str]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The families, ready to be looked for."""
        return Lexicon(self.families)


@dataclass(frozen=True, slots=True)
class Suggested:
    """The value of a fact, and the words of the text that led to it."""

    value: bool | str | int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Facts for a person to confirm, what was only hinted at, and what the table makes of it."""

    facts: Mapping[str, Suggested]
    hints: Mapping[str, tuple[str, ...]]
    found: Classification


@dataclass(frozen=True, slots=True)
class Heard:
    """A cue that fired, and the words that fired it."""

    cue: Cue
    words: tuple[str, ...]


def suggest(title: str, summary: str, vocabulary: Vocabulary, table: Table) -> Suggestion:
    """Suggest facts by title and summary alone, and what they would mean by this table."""
    text = f"{title}\n\n{summary}"
    heard = tuple(hear(text, vocabulary))
    said, hinted = _weigh(each for each in heard if each.cue.fact in YES_NO)
    _keep_house_apart(said, hinted)
    guessed = not said
    if guessed:
        said, hinted = _best_guess(hinted)
    suggested = {name: Suggested(value=True, words=words) for name, words in said.items()}
    suggested |= _reach(text, [each for each in heard if each.cue.fact not in YES_NO])
    ordered = {name: suggested[name] for name in NAMES if name in suggested}
    return Suggestion(ordered, hinted, _doubt(ordered, hinted, vocabulary, table, guessed))


def _keep_house_apart(said: dict[str, Words], hinted: dict[str, Words]) -> None:
    """Housekeeping is nothing else: beside another fact it is no more than a hint."""
    if HOUSEKEEPING in said and len(said) > 1:
        hinted[HOUSEKEEPING] = said.pop(HOUSEKEEPING)


def _reach(text: str, heard: Sequence[Heard]) -> dict[str, Suggested]:
    """How many practices and localities, and how much money; a number in the text goes first."""
    found = {each.cue.fact: Suggested(each.cue.value, each.words) for each in heard}
    return found | {each.fact: Suggested(each.value, (each.words,)) for each in amounts_of(text)}


def _best_guess(hinted: dict[str, Words]) -> tuple[dict[str, Words], dict[str, Words]]:
    """What to suggest where nothing is said outright: housekeeping if hinted at, else all hints."""
    if HOUSEKEEPING not in hinted:
        return hinted, {}
    rest = {fact: words for fact, words in hinted.items() if fact != HOUSEKEEPING}
    return {HOUSEKEEPING: hinted[HOUSEKEEPING]}, rest


def hear(text: str, vocabulary: Vocabulary) -> Iterator[Heard]:
    """Every cue that fires, once, in the vocabulary's order."""
    sentences: dict[int, dict[str, str]] = {}
    for found in vocabulary.lexicon.find(text):
        _note(found, sentences.setdefault(found.sentence, {}))
    title = sentences.get(0, {})
    every = {family for used in sentences.values() for family in used}
    for cue in vocabulary.cues:
        if not every.issuperset(cue.words) or not every.isdisjoint(cue.unless):
            continue
        for used in sentences.values():
            if all(name in used or name in title for name in cue.words):
                words = (used.get(name) or title[name] for name in cue.words)
                yield Heard(cue, tuple(dict.fromkeys(words)))
                break


def _note(found: Found, used: dict[str, str]) -> None:
    for family in found.families:
        used.setdefault(family, found.words)


def _weigh(heard: Iterable[Heard]) -> tuple[dict[str, Words], dict[str, Words]]:
    """What is said, and what is only hinted at."""
    by_fact: dict[str, list[Heard]] = {}
    for each in heard:
        by_fact.setdefault(each.cue.fact, []).append(each)
    said: dict[str, Words] = {}
    hinted: dict[str, Words] = {}
    for fact, cues in by_fact.items():
        words = tuple(dict.fromkeys(word for each in cues for word in each.words))
        (said if _is_said(cues) else hinted)[fact] = words[:QUOTES]
    return said, hinted


def _is_said(heard: list[Heard]) -> bool:
    """Whether one cue says it, or two hint at it in words that have nothing in common."""
    if any(not each.cue.hint for each in heard):
        return True
    return any(set(a.words).isdisjoint(b.words) for a, b in combinations(heard, 2))


def _doubt(
    suggested: Mapping[str, Suggested],
    hinted: Mapping[str, tuple[str, ...]],
    vocabulary: Vocabulary,
    table: Table,
    guessed: bool,
) -> Classification:
    """Classify, and ask wherever one fact more, or one fewer, would give practices more say."""
    values = {name: each.value for name, each in suggested.items()}
    found = classify(_facts(values), table)
    asks, in_doubt = list(found.asks), list(found.in_doubt)
    if guessed and suggested:
        asks.append(GUESSED)
    for fact, words in hinted.items():
        other = classify(_facts({**values, fact: True}), table).route
        if other.rank > found.route.rank:
            asks.append(f"{vocabulary.questions[fact]} {_quoted(words)} may mean it.")
            in_doubt.append(other)
    for fact, each in suggested.items():
        without = {name: value for name, value in values.items() if name != fact}
        other = classify(_facts(without), table).route
        if other.rank > found.route.rank:
            asks.append(f"Is it so that {fact} is {_told(each.value)}? {_quoted(each.words)} say it.")
            in_doubt.append(other)
    return replace(found, asks=tuple(asks), in_doubt=tuple(dict.fromkeys(in_doubt)))


def _facts(values: Mapping[str, bool | str | int]) -> Facts:
    return Facts(**values, stated=frozenset(values))  # type: ignore[arg-type]


def _quoted(words: tuple[str, ...]) -> str:
    return "The words " + ", ".join(f"\u201c{word}\u201d" for word in words)


def _told(value: bool | str | int) -> str:  # noqa: FBT001 - a fact's value
    return "true" if value is True else str(value)
