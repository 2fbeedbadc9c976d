"""Expressions looked for in a text: which families of words it uses, in which sentence, and where.

An expression is one word or several in a row; a word that ends in `*` stands for all that begin so.
Small and capital letters, hyphens and the kind of apostrophe do not matter. Of expressions that
overlap the one that begins first wins, then the longest, and what lies inside it counts for nothing
else: "practice merger" is not a merger, "urgent care" is not urgent.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

STEM = "*"
"""At the end of a word: any word that begins so."""

_TOKEN = re.compile(r"(?P<word>\u00a3?[^\W_]+)|(?P<stop>[.!?;](?=\s|$)|\n\s*\n)")
_POSSESSIVE = re.compile(r"(?<=\w)['\u2019]s\b")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, its sentence (from 0), and where it stands in the text."""

    word: str
    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """An expression of the text: the families that hold it, and how the vocabulary writes it.

    Several where a whole word and a stem fit alike.
    """

    families: tuple[str, ...]
    expressions: tuple[str, ...]
    sentence: int
    words: str


@dataclass(frozen=True, slots=True)
class _Expression:
    words: tuple[str, ...]
    families: tuple[str, ...]


def words_of(text: str) -> list[Word]:
    """Take a text apart into words; a full stop, a semicolon or an empty line ends a sentence."""
    found: list[Word] = []
    sentence = 0
    for match in _TOKEN.finditer(_POSSESSIVE.sub(_blank, text)):
        if match["word"] is None:
            sentence += 1
        else:
            found.append(Word(_plain(match["word"]), sentence, match.start(), match.end()))
    return found


def _blank(match: re.Match[str]) -> str:
    """As many spaces, so that places stay what they are."""
    return " " * len(match[0])


def _plain(word: str) -> str:
    """Small letters; what only looks different (full-width letters, ligatures) becomes the same."""
    return (word if word.isascii() else unicodedata.normalize("NFKC", word)).lower()


def expression_words(expression: str) -> tuple[str, ...]:
    """The words of an expression as a vocabulary writes it, stems with their mark."""
    return tuple(re.findall(r"\u00a3?[^\W_]+\*?|\u00a3\*", expression.lower()))


class Lexicon:
    """Families of expressions, ready to be looked for. Never changed once made."""

    def __init__(self, families: Mapping[str, tuple[str, ...]]) -> None:
        self._whole: dict[str, list[_Expression]] = {}
        self._stems: dict[str, list[_Expression]] = {}
        holders: dict[tuple[str, ...], list[str]] = {}
        for family, expressions in families.items():
            for expression in expressions:
                holders.setdefault(expression_words(expression), []).append(family)
        for words, names in holders.items():
            head = words[0]
            into = self._stems if head.endswith(STEM) else self._whole
            held = _Expression(words, tuple(names))
            into.setdefault(head.rstrip(STEM), []).append(held)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def find(self, text: str) -> Iterator[Found]:
        """Every expression of the text, in order; none lies within another."""
        words = words_of(text)
        at = 0
        while at < len(words):
            best = self._longest(words, at)
            if not best:
                at += 1
                continue
            size = len(best[0].words)
            last = words[at + size - 1]
            families = dict.fromkeys(family for each in best for family in each.families)
            named = tuple(" ".join(each.words) for each in best)
            yield Found(tuple(families), named, last.sentence, text[words[at].start : last.end])
            at += size

    def _longest(self, words: list[Word], at: int) -> list[_Expression]:
        """The longest expressions that begin here."""
        best: list[_Expression] = []
        for each in self._beginning(words[at].word):
            size = len(best[0].words) if best else 0
            if len(each.words) >= size and _stands(each.words, words, at):
                best = [*best, each] if len(each.words) == size else [each]
        return best

    def _beginning(self, word: str) -> Iterator[_Expression]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            if length > len(word):
                return
            yield from self._stems.get(word[:length], ())


def _stands(expression: tuple[str, ...], words: list[Word], at: int) -> bool:
    """Whether the expression, whose first word is known to fit, stands here in one sentence."""
    if at + len(expression) > len(words):
        return False
    sentence = words[at].sentence
    for n in range(1, len(expression)):
        here, asked = words[at + n], expression[n]
        if here.sentence != sentence:
            return False
        fits = here.word.startswith(asked[:-1]) if asked.endswith(STEM) else here.word == asked
        if not fits:
            return False
    return True
