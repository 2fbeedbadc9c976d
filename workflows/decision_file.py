"""Reading a decision from its TOML file: every fault named with its line, or a whole value."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.errors import Fault, InputFaults
from engine.facts import Facts, read_facts, require_plain_facts
from workflows.ballot_file import MAIN, read_ballot
from workflows.file_texts import Faults, check_keys, clean, line_of, names_of, text_of
from workflows.toml_file import TomlFile, read_toml

__all__ = ["MAIN", "DecisionFile", "clean", "read_decision_file"]

REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,30}[A-Z0-9]")
TITLE_LIMIT = 150
SUMMARY_LIMIT = 10_000
REASON_LIMIT = 600

_KEYS = (
    *("title", "summary", "proposer", "contact", "reference", "options", "questions"),
    *("documents", "localities", "practices", "what_changed", "electorate", "candidates"),
    *("urgent_reason", "effective", "evidence", "facts"),
)


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
    candidates: Mapping[str, str] = field(default_factory=dict)  # id -> name
    urgent_reason: str = ""


def read_decision_file(content: bytes, file: str, *, to_open: bool = True) -> DecisionFile:
    """Read and check a decision file. Raises `InputFaults` with every fault and its line.

    A file that is only classified need not yet say why it is urgent, or name its whole roll.
    """
    toml = read_toml(content, file)
    faults = Faults(toml)
    value = toml.value
    _check(value, faults)
    asked = read_ballot(value, faults)
    facts = _facts(value, faults)
    read = DecisionFile(
        title=line_of(value, "title", TITLE_LIMIT, faults, required=True),
        summary=text_of(value, "summary", SUMMARY_LIMIT, faults, required=True),
        facts=facts or Facts(),
        source=toml,
        proposer=line_of(value, "proposer", TITLE_LIMIT, faults),
        contact=line_of(value, "contact", TITLE_LIMIT, faults),
        reference=_reference(value, faults),
        questions=asked.questions,
        ballot=asked.ballot,
        documents=names_of(value, "documents", faults),
        localities=names_of(value, "localities", faults),
        practices=names_of(value, "practices", faults),
        lmc_view=_evidence(value, faults),
        effective=_effective(value, faults),
        what_changed=text_of(value, "what_changed", SUMMARY_LIMIT, faults),
        candidates=asked.candidates,
        urgent_reason=line_of(value, "urgent_reason", REASON_LIMIT, faults),
    )
    if facts is not None and to_open:
        _check_with_facts(read, facts, faults)
    faults.require_none()
    return read


def read_words(content: bytes, file: str) -> tuple[str, str]:
    """Read a decision file's title and summary and nothing else: it may be half written yet.

    Raises `InputFaults` with every fault of the two.
    """
    toml = read_toml(content, file)
    faults = Faults(toml)
    title = line_of(toml.value, "title", TITLE_LIMIT, faults, required=True)
    summary = text_of(toml.value, "summary", SUMMARY_LIMIT, faults, required=True)
    faults.require_none()
    return title, summary


def _check(value: Mapping[str, Any], faults: Faults) -> None:
    check_keys(value, _KEYS, faults)
    if value.get("electorate", "practices") != "practices":
        faults.add("electorate", 'electorate: only "practices" can vote in this release')
    if value.get("localities") and value.get("practices"):
        faults.add("practices", "give localities or practices, not both")


def _check_with_facts(read: DecisionFile, facts: Facts, faults: Faults) -> None:
    """What the file says in words against what it states as facts.

    Central Lakes, 2022: a paper on the money of many practices was put to a chosen few.
    """
    if facts.urgent and not read.urgent_reason:
        faults.add("facts.urgent", "urgent = true needs urgent_reason: say why it cannot wait")
    if read.urgent_reason and not facts.urgent:
        faults.add("urgent_reason", "urgent_reason belongs to [facts] urgent = true: state both")
    if read.practices and (says := too_few(facts, len(read.practices))):
        faults.add("practices", says)


def too_few(facts: Facts, asked: int) -> str:
    """What is wrong where a narrowed roll would leave out practices concerned; else nothing."""
    affected = facts.practices_affected
    if affected is None or asked >= affected:
        return ""
    return (
        f"{affected} practices are affected but the roll would hold only {asked}: those whose "
        "money it is see the paper first"
    )


def _reference(value: Mapping[str, Any], faults: Faults) -> str | None:
    reference = value.get("reference")
    if reference is None:
        return None
    if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
        faults.add(
            "reference", "reference should be 3 to 32 capitals, digits and hyphens: D-2026-0001"
        )
        return None
    return reference


def _effective(value: Mapping[str, Any], faults: Faults) -> date | None:
    """The day from which it applies: a TOML date, and no time of day."""
    given = value.get("effective")
    if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
        return given
    faults.add("effective", "effective should be a day without quotes or a time: 2026-12-01")
    return None


def _facts(value: Mapping[str, Any], faults: Faults) -> Facts | None:
    raw = value.get("facts")
    if not isinstance(raw, Mapping):
        says = "the table [facts] is missing: it says what the decision touches"
        faults.add("facts", f"{says}; `quorate suggest` drafts it")
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


def _evidence(value: Mapping[str, Any], faults: Faults) -> str | None:
    evidence = value.get("evidence", {})
    if not isinstance(evidence, Mapping) or set(evidence) - {"lmc_view"}:
        faults.add("evidence", "[evidence] holds lmc_view, the LMC's view in words, and no more")
        return None
    return text_of(evidence, "lmc_view", SUMMARY_LIMIT, faults) or None
