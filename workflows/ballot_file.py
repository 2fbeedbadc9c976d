"""What a decision file asks: one question or several, or a choice between candidates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.candidates import candidate_ids
from engine.tally import ABSTAIN, AGAINST, FOR
from workflows.file_texts import Faults, check_keys, clean, line_of, tables_of, text_of

MAIN = "main"
"""The one question of a decision that names none."""

MOST_QUESTIONS, MOST_CANDIDATES = 20, 40
QUESTION_LIMIT, NAME_LIMIT = 600, 100
_ID = re.compile(r"[a-z][a-z0-9_]{0,30}")
_OPTIONS = (FOR, AGAINST, ABSTAIN)


@dataclass(frozen=True, slots=True)
class BallotFile:
    """The questions in words, the options of each, and the candidates' names, each by its id."""

    questions: Mapping[str, str] = field(default_factory=lambda: {MAIN: ""})
    ballot: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {MAIN: _OPTIONS})
    candidates: Mapping[str, str] = field(default_factory=dict)


def read_ballot(value: Mapping[str, Any], faults: Faults) -> BallotFile:
    """The ballot of a decision file; its faults go to the others."""
    options = _options(value, "options", faults)
    questions, ballot = _questions(value, options, faults)
    if "candidates" not in value or value["candidates"] == []:
        return BallotFile(questions, ballot)
    candidates = _candidates(value, faults)
    if len(ballot) > 1:
        faults.add("candidates", "an election asks one question: take the others out, or open two")
    if "options" in value:
        faults.add("options", "an election's options are its candidates: leave options out")
    name = next(iter(ballot))
    return BallotFile(questions, {name: (*candidates, ABSTAIN)}, candidates)


def _questions(
    value: Mapping[str, Any], options: tuple[str, ...], faults: Faults
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """The questions' texts and the options of each, abstain always among them."""
    tables = tables_of(value, "questions")
    if tables is None or len(tables) > MOST_QUESTIONS:
        says = f"questions are [[questions]] tables with id and text, {MOST_QUESTIONS} at most"
        faults.add("questions", says)
    if not tables or len(tables) > MOST_QUESTIONS:
        return {MAIN: ""}, {MAIN: options}
    questions: dict[str, str] = {}
    ballot: dict[str, tuple[str, ...]] = {}
    for n, table in enumerate(tables):
        place = f"questions[{n}]"
        check_keys(table, ("id", "text", "options"), faults, place)
        name = _id(table, place, questions, faults, several=len(tables) > 1)
        several = len(tables) > 1
        questions[name] = text_of(
            table, "text", QUESTION_LIMIT, faults, place=place, required=several
        )
        own = "options" in table
        ballot[name] = _options(table, f"{place}.options", faults) if own else options
    return questions, ballot


def _id(
    table: Mapping[str, Any], place: str, taken: Mapping[str, str], faults: Faults, *, several: bool
) -> str:
    """A question's id; one of its own that is at fault gives way, so that reading goes on."""
    fallback = f"q{len(taken) + 1}" if several else MAIN
    name = table.get("id", fallback)
    if several and "id" not in table:
        faults.add(place, "each of several questions needs an id of its own: a short word")
        return fallback
    if not isinstance(name, str) or not _ID.fullmatch(name):
        faults.add(f"{place}.id", "id should be a short word in small letters")
        return fallback
    if name in taken:
        faults.add(f"{place}.id", f"the id {name!r} is used twice: each question needs its own")
    return name


def _options(table: Mapping[str, Any], place: str, faults: Faults) -> tuple[str, ...]:
    given = table.get("options", [FOR, AGAINST])
    texts = isinstance(given, list) and all(isinstance(option, str) for option in given)
    if not texts or {*given, ABSTAIN} != {FOR, AGAINST, ABSTAIN}:
        faults.add(place, 'options should be ["for", "against"]; abstain is always there')
    return _OPTIONS


def _candidates(value: Mapping[str, Any], faults: Faults) -> Mapping[str, str]:
    """The candidates by id, in the order of the file."""
    given = value["candidates"]
    texts = isinstance(given, list) and all(isinstance(n, str) and n.strip() for n in given)
    if not texts or len(given) > MOST_CANDIDATES:
        faults.add("candidates", f"candidates should be a list of names, {MOST_CANDIDATES} at most")
        return {}
    names = [line_of({"candidates": n}, "candidates", NAME_LIMIT, faults) for n in given]
    seen = [clean(name).casefold() for name in names]
    for name in dict.fromkeys(n for n in names if seen.count(n.casefold()) > 1):
        faults.add("candidates", f"{name!r} stands twice: say how voters are to tell them apart")
    _require_election(value, faults)
    return dict(zip(candidate_ids(names), names, strict=True))


def _require_election(value: Mapping[str, Any], faults: Faults) -> None:
    facts = value.get("facts")
    stated = facts.get("member_election_or_meeting_rules") if isinstance(facts, Mapping) else None
    if stated is not True:
        says = "candidates stand in an election: [facts] member_election_or_meeting_rules = true"
        faults.add("candidates", says)
