"""Reading a decision from its TOML file: every fault named with its line, or a whole value."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from engine.errors import Fault, InputFaults
from engine.facts import Facts, read_facts, require_plain_facts
from engine.tally import ABSTAIN, AGAINST, FOR
from workflows.toml_file import TomlFile, read_toml

REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,30}[A-Z0-9]")
TITLE_LIMIT = 150
SUMMARY_LIMIT = 10_000
MAIN = "main"
"""The one question of a decision that names none."""

_KEYS = (
    *("title", "summary", "proposer", "contact", "reference", "options", "questions"),
    *("documents", "localities", "practices", "what_changed", "electorate", "candidates"),
    *("urgent_reason", "effective", "evidence", "facts"),
)
_LATER = {
    "candidates": "elections",
    "urgent_reason": "urgent powers",
}


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """A decision as its proposer wrote it."""

    title: str
    summary: str
    facts: Facts
    source: TomlFile
    proposer: str = ""
    contact: str = ""
    reference: str | None = None
    questions: Mapping[str, str] = field(default_factory=dict)
    ballot: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    localities: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    lmc_view: str | None = None
    effective: date | None = None
    what_changed: str = ""


class _Faults:
    def __init__(self, toml: TomlFile) -> None:
        self.toml = toml
        self.found: list[Fault] = []

    def add(self, key: str, says: str) -> None:
        self.found.append(self.toml.fault(key, says))


def read_decision_file(content: bytes, file: str) -> DecisionFile:
    """Read and check a decision file. Raises `InputFaults` with every fault and its line."""
    toml = read_toml(content, file)
    faults = _Faults(toml)
    value = toml.value
    _check_keys(value, faults)
    questions, ballot = _questions(value, faults)
    facts = _facts(value, faults)
    read = DecisionFile(
        title=_line(value, "title", TITLE_LIMIT, faults, required=True),
        summary=_text(value, "summary", SUMMARY_LIMIT, faults, required=True),
        facts=facts or Facts(),
        source=toml,
        proposer=_line(value, "proposer", TITLE_LIMIT, faults),
        contact=_line(value, "contact", TITLE_LIMIT, faults),
        reference=_reference(value, faults),
        questions=questions,
        ballot=ballot,
        documents=_names(value, "documents", faults),
        localities=_names(value, "localities", faults),
        practices=_names(value, "practices", faults),
        lmc_view=_evidence(value, faults),
        effective=_effective(value, faults),
        what_changed=_text(value, "what_changed", SUMMARY_LIMIT, faults),
    )
    if faults.found:
        raise InputFaults(sorted(faults.found, key=lambda f: (f.line or 0, f.says)))
    return read


def read_words(content: bytes, file: str) -> tuple[str, str]:
    """Read a decision file's title and summary and nothing else: it may be half written yet.

    Raises `InputFaults` with every fault of the two.
    """
    toml = read_toml(content, file)
    faults = _Faults(toml)
    title = _line(toml.value, "title", TITLE_LIMIT, faults, required=True)
    summary = _text(toml.value, "summary", SUMMARY_LIMIT, faults, required=True)
    if faults.found:
        raise InputFaults(faults.found)
    return title, summary


def _check_keys(value: Mapping[str, Any], faults: _Faults) -> None:
    for key in value:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f" (known: {', '.join(_KEYS)})"
            faults.add(key, f"unknown key {key!r}{hint}")
        elif key in _LATER and value[key]:
            faults.add(key, f"{key!r} belongs to {_LATER[key]}, which this release cannot run")
    if value.get("electorate", "practices") != "practices":
        faults.add("electorate", 'electorate: only "practices" can vote in this release')
    if value.get("localities") and value.get("practices"):
        faults.add("practices", "give localities or practices, not both")


def clean(text: str) -> str:
    """Text as it is kept: Unicode NFC, Unix line ends, no space at either end."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _text(
    value: Mapping[str, Any], key: str, limit: int, faults: _Faults, *, required: bool = False
) -> str:
    """A text that may run over lines."""
    given = value.get(key, "")
    if not isinstance(given, str):
        faults.add(key, f"{key} should be a text, not {given!r}")
        return ""
    text = clean(given)
    if required and not text:
        faults.add(key, f"{key} is missing: say it in plain words")
    if len(text) > limit:
        faults.add(key, f"{key} has {len(text):,} characters; {limit:,} at most")
    if holds_control(text):
        faults.add(key, f"{key} holds control characters; type it again as plain text")
    return text


def holds_control(text: str) -> bool:
    """Whether a text that may run over lines holds what cannot be seen in it."""
    return any(_is_control(character) for character in text)


def _is_control(character: str) -> bool:
    """A control or separator character, line breaks and tabs in texts apart."""
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"}


def _line(
    value: Mapping[str, Any], key: str, limit: int, faults: _Faults, *, required: bool = False
) -> str:
    """A text on one line. Titles go into subject lines, so encoded words are refused too."""
    text = _text(value, key, limit, faults, required=required)
    if "\n" in text or "\t" in text:
        faults.add(key, f"{key} should be one line")
    if "=?" in text:
        faults.add(key, f"{key} must not contain '=?', which mail programs read as a code")
    return text


def _names(value: Mapping[str, Any], key: str, faults: _Faults) -> tuple[str, ...]:
    names = value.get(key, [])
    if not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
        faults.add(key, f"{key} should be a list of texts")
        return ()
    return tuple(dict.fromkeys(clean(name) for name in names))


def _reference(value: Mapping[str, Any], faults: _Faults) -> str | None:
    reference = value.get("reference")
    if reference is None:
        return None
    if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
        faults.add(
            "reference", "reference should be 3 to 32 capitals, digits and hyphens: D-2026-0001"
        )
        return None
    return reference


def _effective(value: Mapping[str, Any], faults: _Faults) -> date | None:
    """The day from which it applies: a TOML date, and no time of day."""
    given = value.get("effective")
    if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
        return given
    faults.add("effective", "effective should be a day without quotes or a time: 2026-12-01")
    return None


def _questions(
    value: Mapping[str, Any], faults: _Faults
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """The questions' texts and the ballot: which options each has, abstain always among them."""
    given = value.get("questions")
    options = _options(value, "options", faults)
    if given is None:
        return {MAIN: ""}, {MAIN: options}
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], Mapping):
        faults.add(
            "questions", "one [[questions]] table is possible in this release; open two decisions"
        )
        return {MAIN: ""}, {MAIN: options}
    return _question(given[0], options, faults)


def _question(
    table: Mapping[str, Any], options: tuple[str, ...], faults: _Faults
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    for key in table:
        if key not in {"id", "text", "options"}:
            faults.add(f"questions.{key}", f"unknown key {key!r} (known: id, text, options)")
    name = table.get("id", MAIN)
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
        faults.add("questions.id", "id should be a short word in small letters")
        name = MAIN
    text = _text(table, "text", TITLE_LIMIT * 4, faults)
    chosen = _options(table, "questions.options", faults) if "options" in table else options
    return {name: text}, {name: chosen}


def _options(table: Mapping[str, Any], place: str, faults: _Faults) -> tuple[str, ...]:
    given = table.get("options", [FOR, AGAINST])
    texts = isinstance(given, list) and all(isinstance(option, str) for option in given)
    if not texts or {*given, ABSTAIN} != {FOR, AGAINST, ABSTAIN}:
        faults.add(place, 'options should be ["for", "against"]; abstain is always there')
    return (FOR, AGAINST, ABSTAIN)


def _facts(value: Mapping[str, Any], faults: _Faults) -> Facts | None:
    raw = value.get("facts")
    if not isinstance(raw, Mapping):
        faults.add("facts", "the table [facts] is missing: it says what the decision touches")
        return None
    try:
        facts = read_facts(raw, faults.toml.file)
        require_plain_facts(facts, faults.toml.file)
    except InputFaults as error:
        faults.found.extend(_placed(faults.toml, raw, error.faults))
        return None
    return facts


def _placed(toml: TomlFile, raw: Mapping[str, Any], found: tuple[Fault, ...]) -> Iterator[Fault]:
    """Give each fault of a fact the line of the fact it names."""
    named: Callable[[str], str | None] = lambda says: next((n for n in raw if n in says), None)  # noqa: E731
    for fault in found:
        name = named(fault.says)
        yield toml.fault(f"facts.{name}" if name else "facts", fault.says)


def _evidence(value: Mapping[str, Any], faults: _Faults) -> str | None:
    evidence = value.get("evidence", {})
    if not isinstance(evidence, Mapping) or set(evidence) - {"lmc_view"}:
        faults.add("evidence", "[evidence] holds lmc_view, the LMC's view in words, and no more")
        return None
    return _text(evidence, "lmc_view", SUMMARY_LIMIT, faults) or None
