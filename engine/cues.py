"""The vocabulary: families of expressions, the cues made of them, and which cues a text fires."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.wording import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Families that speak for a fact where one sentence uses all of them.

    The title is what every sentence is about, so its words count as used in each. `unless` are
    families that, anywhere in the text, take the cue's meaning away. `hint`: it may mean that, and
    may not. `value` is what the fact then is; yes, unless the fact is no yes or no.
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
class Heard:
    """A cue that fired, and the words that fired it."""

    cue: Cue
    words: tuple[str, ...]


def hear(title: str, summary: str, vocabulary: Vocabulary) -> Iterator[Heard]:
    """Every cue that fires, once, in the vocabulary's order."""
    sentences = _families_used(title, summary, vocabulary.lexicon)
    every = {family for used in sentences for family in used}
    for cue in vocabulary.cues:
        if not every.issuperset(cue.words) or not every.isdisjoint(cue.unless):
            continue
        used = next((each for each in sentences if each.keys() >= set(cue.words)), None)
        if used is not None:
            yield Heard(cue, tuple(dict.fromkeys(used[family] for family in cue.words)))


def _families_used(title: str, summary: str, lexicon: Lexicon) -> list[dict[str, str]]:
    """The families of each sentence, each with the first words that belong to it; title first."""
    heading: dict[str, str] = {}
    for found in lexicon.find(title):
        for family in found.families:
            heading.setdefault(family, found.words)
    sentences: dict[int, dict[str, str]] = {}
    for found in lexicon.find(summary):
        used = sentences.setdefault(found.sentence, {})
        for family in found.families:
            used.setdefault(family, found.words)
    return [heading, *(heading | used for used in sentences.values())]
