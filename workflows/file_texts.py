"""Texts in a file that a secretary wrote: cleaned, or each fault named with its line."""

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from engine.errors import Fault, InputFaults
from workflows.toml_file import TomlFile


class Faults:
    """The faults of one file, as they are found."""

    def __init__(self, toml: TomlFile) -> None:
        self.toml = toml
        self.found: list[Fault] = []

    def add(self, key: str, says: str) -> None:
        """A fault at a key; `votes[2].choice` is that of the third of several tables."""
        self.found.append(self.toml.fault(key, says))

    def require_none(self) -> None:
        """Raise `InputFaults` with every fault found, in the order of the file."""
        if self.found:
            raise InputFaults(sorted(self.found, key=lambda fault: fault.line or 0))


def check_keys(
    table: Mapping[str, Any], known: tuple[str, ...], faults: Faults, place: str = ""
) -> None:
    """Name every key that the table may not have."""
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f" (known: {', '.join(known)})"
            faults.add(f"{place}.{key}" if place else key, f"unknown key {key!r}{hint}")


def clean(text: str) -> str:
    """Text as it is kept: Unicode NFC, Unix line ends, no space at either end."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def text_of(
    table: Mapping[str, Any],
    key: str,
    limit: int,
    faults: Faults,
    *,
    place: str = "",
    required: bool = False,
) -> str:
    """A text that may run over lines; `place` is where its table stands."""
    at = f"{place}.{key}" if place else key
    given = table.get(key, "")
    if not isinstance(given, str):
        faults.add(at, f"{key} should be a text, not {given!r}")
        return ""
    text = clean(given)
    if required and not text:
        faults.add(at, f"{key} is missing: say it in plain words")
    if len(text) > limit:
        faults.add(at, f"{key} has {len(text):,} characters; {limit:,} at most")
    if holds_control(text):
        faults.add(at, f"{key} holds control characters; type it again as plain text")
    return text


def line_of(
    table: Mapping[str, Any],
    key: str,
    limit: int,
    faults: Faults,
    *,
    place: str = "",
    required: bool = False,
) -> str:
    """A text on one line. It may go into subject lines, so encoded words are refused too."""
    text = text_of(table, key, limit, faults, place=place, required=required)
    at = f"{place}.{key}" if place else key
    if "\n" in text or "\t" in text:
        faults.add(at, f"{key} should be one line")
    if "=?" in text:
        faults.add(at, f"{key} must not contain '=?', which mail programs read as a code")
    return text


def names_of(table: Mapping[str, Any], key: str, faults: Faults) -> tuple[str, ...]:
    """A list of texts, each once."""
    names = table.get(key, [])
    if not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
        faults.add(key, f"{key} should be a list of texts")
        return ()
    return tuple(dict.fromkeys(clean(name) for name in names))


def tables_of(value: Mapping[str, Any], key: str) -> tuple[Mapping[str, Any], ...] | None:
    """The tables of `[[key]]`; None where something else stands there."""
    given = value.get(key, [])
    if not isinstance(given, list) or not all(isinstance(table, Mapping) for table in given):
        return None
    return tuple(given)


def holds_control(text: str) -> bool:
    """Whether a text that may run over lines holds what cannot be seen in it."""
    return any(_is_control(character) for character in text)


def _is_control(character: str) -> bool:
    """A control or separator character, line breaks and tabs in texts apart."""
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"}
