"""One entry of an impact table's file, read key by key: each fault with its line and its remedy."""

import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeGuard, TypeVar

from engine.errors import Fault, InputFaults
from engine.facts import LOCALITIES, MOST, NAMES, TOUCHED, YES_NO
from engine.impact import Case, Condition, Route, When

_Word = TypeVar("_Word", bound=StrEnum)


class Source:
    """A table's file: where its entries stand, and the faults found so far."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = [line.strip() for line in text.splitlines()]
        self.faults: list[Fault] = []

    def fault(self, place: str, says: str, line: int | None = None) -> None:
        """Note a fault; reading goes on, so that all of them are told at once."""
        self.faults.append(Fault(self.file, line, f"{place}: {says}"))

    def settle(self) -> None:
        """Raise what was noted."""
        if self.faults:
            raise InputFaults(self.faults)

    def line_of(self, head: str, nth: int, key: str) -> int | None:
        """Find the line of a key of the nth `head`; without the key, that of the head itself."""
        heads = [n for n, line in enumerate(self.lines) if line == head]
        if not 1 <= nth <= len(heads):
            return None
        start = heads[nth - 1]
        for n, line in enumerate(self.lines[start + 1 :], start + 2):
            if line.startswith("["):
                break
            if line.split("=")[0].strip() == key:
                return n
        return start + 1


class Entry:
    """One table of the file: gives its keys typed, and notes each fault with its line."""

    def __init__(self, source: Source, head: str, nth: int, value: object) -> None:
        self.source, self.head, self.nth = source, head, nth
        self.value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        self.place = f"{head} {self.value.get('id') or f'number {nth}'}"
        if not isinstance(value, Mapping):
            self.fault("", "should be a table")

    def fault(self, key: str, says: str) -> None:
        """Note a fault at one of the entry's keys."""
        line = self.source.line_of(self.head, self.nth, key)
        self.source.fault(f"{self.place} {key}".strip(), says, line)

    def only(self, known: Iterable[str]) -> None:
        """Note the keys that do not exist."""
        for key in self.value:
            if key not in known:
                self.fault(key, unknown("key", key, tuple(known)))

    def text(self, key: str, *, required: bool = True) -> str:
        """Read a text."""
        value = self.value.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            self.fault(key, "is missing or not a text; write it in words")
            return ""
        return value

    def word(self, key: str, words: type[_Word]) -> _Word:
        """Read one word of a closed list."""
        value = self.value.get(key)
        if value in tuple(words):
            return words(str(value))
        self.fault(key, unknown(key, value, tuple(words)))
        return next(iter(words))

    def words(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        """Read a list of words of a closed list; absent is empty."""
        value = self.value.get(key, [])
        if not isinstance(value, list):
            self.fault(key, f"should be a list of {', '.join(known)}")
            return ()
        for word in value:
            if word not in known:
                self.fault(key, unknown("name", word, known))
        return tuple(word for word in value if word in known)

    def routes(self) -> tuple[Route, ...]:
        """Read the routes in doubt; they say nothing without a question."""
        if "in_doubt" in self.value and not self.value.get("ask"):
            self.fault("in_doubt", "needs `ask` beside it: the question that leaves it in doubt")
        return tuple(Route(word) for word in self.words("in_doubt", tuple(Route)))

    def when(self) -> When:
        """Read the three keys that say when the entry fits."""
        return When(
            self._case("when", self.value.get("when", {})),
            self._cases("any"),
            self._cases("unless"),
        )

    def _cases(self, key: str) -> tuple[Case, ...]:
        value = self.value.get(key, [])
        if isinstance(value, list):
            return tuple(self._case(key, case) for case in value)
        self.fault(key, "should be a list of tables, as in [{ qof = true }, { urgent = true }]")
        return ()

    def _case(self, key: str, value: object) -> Case:
        if not isinstance(value, Mapping) or (key in self.value and not value):
            self.fault(key, "should be a table of facts, as in { qof = true, urgent = false }")
            return ()
        return tuple(self._condition(key, fact, asked) for fact, asked in sorted(value.items()))

    def _condition(self, key: str, fact: str, asked: object) -> Condition:
        if fact not in NAMES:
            self.fault(key, unknown("fact", fact, NAMES))
            return Condition(fact)
        condition = _condition(fact, asked)
        if condition is None:
            self.fault(key, f"{fact} can be asked as {_forms(fact)}, not {asked!r}")
        return condition or Condition(fact)


def _condition(fact: str, asked: object) -> Condition | None:
    """Read what is asked of a fact; None where it makes no sense."""
    if isinstance(asked, Mapping) and [*asked] == ["stated"]:
        stated = asked["stated"]
        return Condition(fact, stated=stated) if isinstance(stated, bool) else None
    if fact in MOST:
        if not _bounds(asked):
            return None
        return Condition(fact, at_least=asked.get("at_least"), at_most=asked.get("at_most"))
    words = [asked] if isinstance(asked, bool | str) else asked
    known = (True, False) if fact in YES_NO else LOCALITIES
    if isinstance(words, list) and words and all(_among(word, known) for word in words):
        return Condition(fact, tuple(words))
    return None


def _bounds(asked: object) -> TypeGuard[Mapping[str, int]]:
    """Whether a number is asked to be at least, or at most, or between."""
    if not isinstance(asked, Mapping) or not asked or not {*asked} <= {"at_least", "at_most"}:
        return False
    whole = all(isinstance(n, int) and not isinstance(n, bool) for n in asked.values())
    return whole and asked.get("at_least", 0) <= asked.get("at_most", math.inf)


def _among(word: object, known: tuple[bool | str, ...]) -> bool:
    """Whether it is one of these; 1 is not true, although Python says so."""
    return isinstance(word, bool | str) and word in known


def _forms(fact: str) -> str:
    if fact in MOST:
        return "{ at_least = 1 }, { at_most = 9 } or { stated = true }"
    if fact == TOUCHED:
        return f"one or a list of {', '.join(LOCALITIES)}, or {{ stated = true }}"
    return "true, false or { stated = true }"


def unknown(kind: str, word: object, known: tuple[str, ...]) -> str:
    """Say that a word is not known, which is nearest, and which are."""
    near = get_close_matches(str(word), known, 1)
    hint = f"; did you mean {str(near[0])!r}?" if near else ""
    return f"no such {kind}: {word!r}{hint} (known: {', '.join(known)})"
