"""From a decision's words to the facts that they suggest: what a person then confirms or corrects.

A cue (`engine.cues`) either says a fact or only hints at it; two hints in different words say it
together. What is only hinted at is never taken for a fact beside one that is said. Wherever one
fact more, or one fewer, would give practices or a committee more say, a person is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from engine.amounts import amounts_of
from engine.cues import Heard, Vocabulary, hear
from engine.facts import NAMES, YES_NO, Facts
from engine.impact import Classification, Table, classify

HOUSEKEEPING = "operational_only"
GUESSED = "The words only hint at it. Read the paper: which of the facts are true?"
"""What is asked where nothing is said outright."""

QUOTES = 5
"""So many expressions are quoted for a fact; more would not convince anybody better."""

Value = bool | str | int
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """The value of a fact, and the words of the text that led to it."""

    value: Value
    words: Words


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Facts for a person to confirm, what was only hinted at, and what the table makes of it."""

    facts: Mapping[str, Suggested]
    hints: Mapping[str, Words]
    found: Classification


def suggest(title: str, summary: str, vocabulary: Vocabulary, table: Table) -> Suggestion:
    """Suggest facts by title and summary alone, and what they would mean by this table."""
    heard = tuple(hear(title, summary, vocabulary))
    said, hinted = _weigh(each for each in heard if each.cue.fact in YES_NO)
    guessed = not said
    said, hinted = _best_guess(hinted) if guessed else _house_apart(said, hinted)
    suggested = {name: Suggested(value=True, words=words) for name, words in said.items()}
    suggested |= _reach(
        f"{title}\n\n{summary}", [each for each in heard if each.cue.fact not in YES_NO]
    )
    ordered = {name: suggested[name] for name in NAMES if name in suggested}
    asks = (GUESSED,) if guessed and said else ()
    return Suggestion(ordered, hinted, _doubt(ordered, hinted, asks, vocabulary, table))


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


def _house_apart(
    said: dict[str, Words], hinted: dict[str, Words]
) -> tuple[dict[str, Words], dict[str, Words]]:
    """Housekeeping is nothing else: beside another fact it is no more than a hint."""
    if HOUSEKEEPING not in said or len(said) == 1:
        return said, hinted
    rest = {fact: words for fact, words in said.items() if fact != HOUSEKEEPING}
    return rest, {**hinted, HOUSEKEEPING: said[HOUSEKEEPING]}


def _best_guess(hinted: dict[str, Words]) -> tuple[dict[str, Words], dict[str, Words]]:
    """What to suggest where nothing is said outright: housekeeping if hinted at, else all hints."""
    if HOUSEKEEPING not in hinted:
        return hinted, {}
    rest = {fact: words for fact, words in hinted.items() if fact != HOUSEKEEPING}
    return {HOUSEKEEPING: hinted[HOUSEKEEPING]}, rest


def _reach(text: str, heard: Sequence[Heard]) -> dict[str, Suggested]:
    """How many practices and localities, and how much money; a number in the text goes first."""
    found = {each.cue.fact: Suggested(each.cue.value, each.words) for each in heard}
    return found | {each.fact: Suggested(each.value, (each.words,)) for each in amounts_of(text)}


def _doubt(
    suggested: Mapping[str, Suggested],
    hinted: Mapping[str, Words],
    asks: Sequence[str],
    vocabulary: Vocabulary,
    table: Table,
) -> Classification:
    """Classify, and ask wherever one fact more, or one fewer, would give practices more say."""
    values = {name: each.value for name, each in suggested.items()}
    found = classify(_facts(values), table)
    others = [
        (f"{vocabulary.questions[fact]} {_quoted(words)} may mean it.", {**values, fact: True})
        for fact, words in hinted.items()
    ]
    others += [
        (f"Is {fact} = {_told(each.value)} right? {_quoted(each.words)} led to it.", less)
        for fact, each in suggested.items()
        for less in [{name: value for name, value in values.items() if name != fact}]
    ]
    asking = [*found.asks, *asks]
    in_doubt = list(found.in_doubt)
    for ask, other in others:
        route = classify(_facts(other), table).route
        if route.rank > found.route.rank:
            asking.append(ask)
            in_doubt.append(route)
    return replace(found, asks=tuple(asking), in_doubt=tuple(dict.fromkeys(in_doubt)))


def _facts(values: Mapping[str, Value]) -> Facts:
    return Facts(**values, stated=frozenset(values))  # type: ignore[arg-type]


def _quoted(words: Words) -> str:
    return "The words " + ", ".join(f"\u201c{word}\u201d" for word in words)


def _told(value: Value) -> str:
    return "true" if value is True else str(value)
