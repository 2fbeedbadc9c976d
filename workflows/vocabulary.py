"""The vocabulary between its file and `engine.cues.Vocabulary`: every fault with line and remedy.

The file that ships, `suggest.toml`, explains itself at its head.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.cues import Cue, Vocabulary
from engine.facts import LOCALITIES, PRACTICES, TOUCHED, YES_NO
from workflows.impact_reading import Entry, Source, unknown
from workflows.toml_file import read_toml

SHIPPED = Path(__file__).with_name("suggest.toml")
"""The vocabulary that ships."""

HIDING = "means_something_else"
"""The one family that no cue needs: its expressions only hide the shorter ones inside them."""

SHORTEST_STEM = 3
"""A shorter stem would stand for words that have nothing in common."""

_TABLES = ("questions", "words", "cues")
_KEYS = ("fact", "words", "unless", "hint", "value")
_FACTS = (*YES_NO, TOUCHED, PRACTICES)
_EXPRESSION = re.compile(r"[a-z0-9\u00a3]+\*?(?: [a-z0-9\u00a3]+\*?)*|\u00a3\*")


def load_vocabulary(text: str, file: str) -> Vocabulary:
    """Read a vocabulary. Raises InputFaults with file, line, key and remedy of every fault."""
    value = read_toml(text.encode(), file).value
    source = Source(file, text)
    for key in value:
        if key not in _TABLES:
            source.fault(key, unknown("table", key, _TABLES))
    questions = _questions(_single("questions", value, source))
    families = _families(_single("words", value, source))
    cues = tuple(_cues(value, families, source))
    _note_families_without_cue(families, cues, source)
    source.settle()
    return Vocabulary(families, cues, questions)


def _single(name: str, value: Mapping[str, Any], source: Source) -> Entry:
    """A table that is there once."""
    entry = Entry(source, f"[{name}]", 1, value.get(name))
    entry.place = f"[{name}]"
    return entry


def _questions(entry: Entry) -> dict[str, str]:
    """A question for every fact that is yes or no."""
    entry.only(YES_NO)
    return {fact: entry.text(fact) for fact in YES_NO}


def _families(entry: Entry) -> dict[str, tuple[str, ...]]:
    return {name: _expressions(entry, name, held) for name, held in entry.value.items()}


def _expressions(entry: Entry, name: str, held: object) -> tuple[str, ...]:
    if not isinstance(held, list) or not held or not all(isinstance(each, str) for each in held):
        entry.fault(name, 'should be a list of expressions, as in ["pathway", "referral*"]')
        return ()
    for each in held:
        if not _EXPRESSION.fullmatch(each):
            entry.fault(
                name,
                f"{each!r} should be words in small letters with one space between them, hyphens "
                "and apostrophes written as spaces, and * only at a word's end",
            )
        elif any(len(stem) < SHORTEST_STEM for stem in re.findall(r"([a-z0-9]+)\*", each)):
            entry.fault(name, f"{each!r} needs {SHORTEST_STEM} letters or more before a *")
    for each in sorted({each for each in held if held.count(each) > 1}):
        entry.fault(name, f"{each!r} is there twice; remove one")
    return tuple(held)


def _cues(
    value: Mapping[str, Any], families: Mapping[str, tuple[str, ...]], source: Source
) -> Iterator[Cue]:
    tables = value.get("cues", [])
    if not isinstance(tables, list):
        source.fault("cues", "should be a list of tables; begin each with [[cues]]")
        return
    seen: set[tuple[str, frozenset[str], bool]] = set()
    for nth, table in enumerate(tables, 1):
        entry = Entry(source, "[[cues]]", nth, table)
        cue = _cue(entry, tuple(families))
        named = (cue.fact, frozenset(cue.words), cue.hint)
        if named in seen:
            entry.fault("words", "is said of this fact by an earlier cue; remove one")
        seen.add(named)
        yield cue


def _cue(entry: Entry, families: tuple[str, ...]) -> Cue:
    entry.only(_KEYS)
    fact = entry.value.get("fact")
    if fact not in _FACTS:
        entry.fault("fact", unknown("fact", fact, _FACTS))
    hint = entry.value.get("hint", False)
    if not isinstance(hint, bool):
        entry.fault("hint", f"should be true or false, not {hint!r}")
    words, unless = entry.words("words", families), entry.words("unless", families)
    if not words:
        entry.fault("words", "names no family; name those that one sentence must use")
    for both in sorted(set(words) & set(unless)):
        entry.fault("unless", f"{both} is among `words` too, so the cue could never fire")
    return Cue(
        fact=str(fact), words=words, unless=unless, hint=hint is True, value=_value(entry, fact)
    )


def _value(entry: Entry, fact: object) -> bool | str | int:
    """What the fact is; a yes or no is always yes, and the others must say."""
    value = entry.value.get("value", True)
    if fact == TOUCHED and value not in LOCALITIES:
        entry.fault("value", unknown("value", value, LOCALITIES))
    if fact == PRACTICES and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        entry.fault("value", f"should be a whole number of practices, not {value!r}")
    if fact in YES_NO and value is not True:
        entry.fault("value", "a cue only ever says yes; leave it out")
    return value if isinstance(value, bool | str | int) else True


def _note_families_without_cue(
    families: Mapping[str, tuple[str, ...]], cues: tuple[Cue, ...], source: Source
) -> None:
    used = {name for cue in cues for name in (*cue.words, *cue.unless)}
    for name in families:
        if name not in used and name != HIDING:
            line = source.line_of("[words]", 1, name)
            source.fault(f"[words] {name}", "is used by no cue; name it in one, or remove it", line)
