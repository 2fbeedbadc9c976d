"""Reading a meeting's record from its TOML file: every fault with its line, or a whole value.

Whether its votes may be entered is for the rules (`engine.meetings`): only the decision knows its
ballot, its roll and who has answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.commands import HandVote
from workflows.file_texts import Faults, check_keys, line_of, names_of, tables_of, text_of
from workflows.toml_file import read_toml

PLACE_LIMIT, MINUTE_LIMIT, VIEWS_LIMIT, CODE_LIMIT = 120, 40, 10_000, 40
_KEYS = ("held_on", "place", "minute", "attended", "views", "votes")
_VOTE_KEYS = ("practice", "choice", "question")


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """A meeting as its minutes have it; ODS codes in capitals."""

    held_on: date
    place: str
    minute: str
    attended: tuple[str, ...]
    views: str
    votes: tuple[HandVote, ...]


def read_meeting_file(content: bytes, file: str) -> MeetingFile:
    """Read and check a meeting's file. Raises `InputFaults` with every fault and its line."""
    toml = read_toml(content, file)
    value, faults = toml.value, Faults(toml)
    check_keys(value, _KEYS, faults)
    held_on = _day(value, faults)
    read = MeetingFile(
        held_on=held_on or date.min,
        place=line_of(value, "place", PLACE_LIMIT, faults, required=True),
        minute=line_of(value, "minute", MINUTE_LIMIT, faults, required=True),
        attended=_attended(value, faults),
        views=text_of(value, "views", VIEWS_LIMIT, faults),
        votes=tuple(_votes(value, faults)),
    )
    faults.require_none()
    return read


def _day(value: Mapping[str, Any], faults: Faults) -> date | None:
    """A TOML date; a date with a time is not one."""
    given = value.get("held_on")
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    faults.add("held_on", "held_on should be the day of the meeting: held_on = 2026-11-03")
    return None


def _attended(value: Mapping[str, Any], faults: Faults) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code.upper() for code in names_of(value, "attended", faults)))
    if not value.get("attended"):
        faults.add("attended", 'attended is missing: attended = ["K83001", …]')
    return codes


def _votes(value: Mapping[str, Any], faults: Faults) -> Iterator[HandVote]:
    tables = tables_of(value, "votes")
    if tables is None:
        faults.add("votes", "votes are [[votes]] tables, each with practice and choice")
        return
    seen = set[tuple[str, str]]()
    for n, table in enumerate(tables):
        place = f"votes[{n}]"
        check_keys(table, _VOTE_KEYS, faults, place)
        practice = line_of(table, "practice", CODE_LIMIT, faults, place=place, required=True)
        choice = line_of(table, "choice", CODE_LIMIT * 4, faults, place=place, required=True)
        question = line_of(table, "question", CODE_LIMIT, faults, place=place)
        vote = HandVote(practice.upper(), choice, question)
        if practice and (vote.practice, question) in seen:
            faults.add(place, f"{vote.practice} answers the same question twice")
        seen.add((vote.practice, question))
        yield vote
