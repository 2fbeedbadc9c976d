"""From the plain value of a workflow file to a `Workflow`, naming every fault by its key.

The value is what TOML gives, and what a digest names: a running decision's workflow is read back
from it by this same reader. `engine.check` then looks at the whole.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from engine.definition import CallIn, DeadlineRule, Move, Open, Reminder, State, When, Workflow
from engine.errors import Fault, InputFaults
from engine.vote_reading import read_vote

_WORKING_DAYS = re.compile(r"([1-9][0-9]?) working days?")
_DAYS_BEFORE = re.compile(r"([1-9][0-9]?) working days? before")
_WORD = re.compile(r"[a-z][a-z0-9_]*")

KEYS: Mapping[str, tuple[str, ...]] = {
    "": ("workflow", "vote", "states", "moves"),
    "workflow": ("name", "title", "start", "limit", "challenge"),
    "state": (
        *("title", "open_for", "letters", "deadline", "result"),
        *("owner", "body", "act", "call_in"),
    ),
    "call_in": ("percent", "whole_locality", "to"),
    "deadline": ("name", "after", "remind", "escalate"),
    "move": ("on", "from", "to", "when", "extend", "because", "agree"),
}
"""The keys of each table of a definition, `[vote]` apart (`engine.vote_reading`)."""


class _Reader:
    """Collects faults while it reads, so that all of them are told at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, place: str, says: str) -> None:
        self.faults.append(Fault(self.file, None, f"{place}: {says}"))

    def table(self, value: object, kind: str, place: str) -> Mapping[str, Any]:
        """A table with known keys only."""
        if not isinstance(value, Mapping):
            self.fault(place, "should be a table")
            return {}
        for key in value:
            if key not in KEYS[kind]:
                near = get_close_matches(key, KEYS[kind], 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                known = ", ".join(KEYS[kind])
                self.fault(place, f"unknown key {key!r}{hint} (known: {known})")
        return value

    def text(self, table: Mapping[str, Any], key: str, place: str) -> str:
        """A required text."""
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value
        self.fault(place, f"{key} is missing or not a text")
        return ""

    def optional(self, table: Mapping[str, Any], key: str, place: str) -> str | None:
        """A text that may be left out."""
        return self.text(table, key, place) if key in table else None

    def word(self, name: str, place: str) -> str:
        """A name as states and deadlines have it; signs could mean something to the machine."""
        if name and not _WORD.fullmatch(name):
            self.fault(place, f"the name {name!r} should be small letters, digits and _ alone")
        return name

    def texts(self, table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.fault(place, f"{key} should be a list of texts")
        return ()

    def days(self, value: object, key: str, place: str) -> int:
        """A span such as "10 working days"."""
        match = _WORKING_DAYS.fullmatch(value) if isinstance(value, str) else None
        if match:
            return int(match[1])
        self.fault(place, f'{key} should read like "10 working days", not {value!r}')
        return 1


def read_workflow(value: Mapping[str, Any], file: str) -> Workflow:
    """Read a definition. Raises `InputFaults` naming file and key of each fault."""
    reader = _Reader(file)
    whole = reader.table(value, "", "the file")
    head = reader.table(whole.get("workflow", {}), "workflow", "[workflow]")
    states = whole.get("states", {})
    if not isinstance(states, Mapping) or not states:
        reader.fault("[states]", "a workflow needs at least a first and a last state")
        states = {}
    workflow = Workflow(
        name=reader.text(head, "name", "[workflow]"),
        title=reader.text(head, "title", "[workflow]"),
        start=reader.text(head, "start", "[workflow]"),
        limit=reader.days(head.get("limit"), "limit", "[workflow]"),
        states={name: _read_state(reader, name, state) for name, state in states.items()},
        moves=_read_moves(reader, whole.get("moves", [])),
        vote=read_vote(whole["vote"], reader.fault) if "vote" in whole else None,
        challenge=reader.days(head["challenge"], "challenge", "[workflow]")
        if "challenge" in head
        else None,
    )
    if reader.faults:
        raise InputFaults(reader.faults)
    return workflow


def _read_state(reader: _Reader, name: str, value: object) -> State:
    place = f"[states.{name}]"
    table = reader.table(value, "state", place)
    open_for = table.get("open_for", Open.NOTHING.value)
    if open_for not in tuple(Open):
        reader.fault(place, f"open_for should be one of {', '.join(Open)}, not {open_for!r}")
        open_for = Open.NOTHING
    return State(
        name=reader.word(name, place),
        title=reader.text(table, "title", place),
        open_for=Open(open_for),
        letters=reader.texts(table, "letters", place),
        deadline=_read_deadline(reader, table["deadline"], place) if "deadline" in table else None,
        result=reader.optional(table, "result", place),
        owner=reader.optional(table, "owner", place),
        body=reader.optional(table, "body", place),
        act=reader.optional(table, "act", place),
        call_in=_read_call_in(reader, table["call_in"], place) if "call_in" in table else None,
    )


def _read_call_in(reader: _Reader, value: object, place: str) -> CallIn:
    place = f"{place} call_in"
    table = reader.table(value, "call_in", place)
    percent, whole = table.get("percent"), table.get("whole_locality", False)
    if not isinstance(percent, int) or isinstance(percent, bool) or not 0 < percent <= 100:  # noqa: PLR2004
        reader.fault(place, f"percent should be a whole percentage from 1 to 100, not {percent!r}")
        percent = 1
    if not isinstance(whole, bool):
        reader.fault(place, f"whole_locality should be true or false, not {whole!r}")
    return CallIn(percent, reader.text(table, "to", place), whole is True)


def _read_deadline(reader: _Reader, value: object, place: str) -> DeadlineRule:
    place = f"{place} deadline"
    table = reader.table(value, "deadline", place)
    reminders = (
        _read_reminder(reader, text, place) for text in reader.texts(table, "remind", place)
    )
    return DeadlineRule(
        name=reader.word(reader.text(table, "name", place), place),
        after=reader.days(table.get("after"), "after", place),
        remind=tuple(reminder for reminder in reminders if reminder),
        escalate=reader.texts(table, "escalate", place),
    )


def _read_reminder(reader: _Reader, text: str, place: str) -> Reminder | None:
    if text in {When.HALF_TIME, When.LAST_MORNING}:
        return Reminder(When(text))
    match = _DAYS_BEFORE.fullmatch(text)
    if match:
        return Reminder(When.DAYS_BEFORE, int(match[1]))
    choices = f'"{When.HALF_TIME}", "2 working days before" or "{When.LAST_MORNING}"'
    reader.fault(place, f"remind should hold {choices}, not {text!r}")
    return None


def _read_moves(reader: _Reader, value: object) -> tuple[Move, ...]:
    if not isinstance(value, list):
        reader.fault("[[moves]]", "should be a list of tables")
        return ()
    return tuple(move for n, table in enumerate(value, 1) for move in _read_move(reader, table, n))


def _read_move(reader: _Reader, value: object, n: int) -> list[Move]:
    """One table is one move from each state it names."""
    place = f"[[moves]] number {n}"
    table = reader.table(value, "move", place)
    origins = table.get("from")
    if isinstance(origins, str):
        origins = [origins]
    named = isinstance(origins, list) and all(isinstance(name, str) for name in origins)
    if not named or not origins:
        reader.fault(place, "from should be the name of a state, or a list of names")
        origins = []
    extend = reader.days(table["extend"], "extend", place) if "extend" in table else None
    on, to = reader.text(table, "on", place), reader.text(table, "to", place)
    when = reader.texts(table, "when", place)
    because = reader.optional(table, "because", place)
    agree = reader.texts(table, "agree", place)
    return [Move(on, origin, to, when, extend, because, agree) for origin in origins]
