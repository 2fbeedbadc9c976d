"""Deadlines as a calendar takes them (iCalendar, RFC 5545, sent as RFC 5546 says).

An entry holds no link: calendars are shared with colleagues and copied to telephones, and a link is
one person's own. Equal entries give equal bytes, so a letter's later tries carry the same file.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from icalendar import Calendar, Event, vCalAddress, vText

from notifications.context import ANY_MARK
from notifications.words import one_line, shorten

_MAKER = "-//Quorate//Deadlines//EN"
_LONGEST = 200  # characters of what a calendar shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One deadline in a calendar. Instants are aware."""

    uid: str  # the same for as long as it is the same deadline, wherever it moves
    due_at: datetime
    told_at: datetime  # when this was so: of two tellings, the later one holds
    sequence: int  # grows with every telling
    summary: str
    description: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who sends the entries: a name and a checked address."""

    name: str
    address: str


def uid_of(reference: str, opened_at: datetime, of: str = "deadline") -> str:
    """What a decision's deadline is known by, everywhere and for good: it holds no host's name."""
    opened = opened_at.astimezone(UTC).isoformat()
    return hashlib.sha256(f"{of}|{reference}|{opened}".encode()).hexdigest()[:32]


def sequence_at(opened_at: datetime, told_at: datetime) -> int:
    """Whole seconds since the decision was opened: they grow, even past a restored backup."""
    return max(0, int((told_at - opened_at).total_seconds()))


@lru_cache(maxsize=64)  # a mailing's letters all carry the same
def calendar_file(entries: tuple[Entry, ...], organiser: Organiser | None = None) -> str:
    """The file, its lines ending in CRLF.

    With an organiser it is a message that publishes the entries, or cancels them where all are
    cancelled; without, a file to be opened. It asks for no answer: nobody is invited.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _MAKER)
    if organiser is not None:
        all_off = all(entry.cancelled for entry in entries)
        calendar.add("method", "CANCEL" if all_off else "PUBLISH")
    for event in _events(entries, organiser):
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content.decode()


def _events(entries: Iterable[Entry], organiser: Organiser | None) -> Iterable[Event]:
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", _utc(entry.told_at))
        event.add("sequence", entry.sequence)
        event.add("dtstart", _utc(entry.due_at))
        event.add("summary", _shown(entry.summary))
        event.add("description", _shown(entry.description))
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT")  # a deadline takes nobody's time
        if organiser is not None:
            address = vCalAddress(f"mailto:{organiser.address}")
            address.params["cn"] = vText(_quotable(organiser.name))
            event.add("organizer", address)
        yield event


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _shown(text: str) -> str:
    return shorten(ANY_MARK.sub("...", one_line(text)), _LONGEST)


def _quotable(name: str) -> str:
    """A parameter's value may hold no double quote (RFC 5545 section 3.2)."""
    return one_line(name).replace('"', "'")
