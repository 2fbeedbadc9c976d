"""Deadlines as calendars take them: read back by the library, and looked at byte by byte."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from icalendar import Calendar, Event

from notifications.calendar_files import Entry, Organiser, calendar_file, sequence_at, uid_of
from notifications.context import MARK
from tests.notifications.samples import ENTRY, HOSTILE

SENDER = Organiser("NHS Nene CCG", "decisions@nene.example")
OPENED = datetime(2026, 12, 9, 9, tzinfo=UTC)


def event_of(entry: Entry, sender: Organiser | None = SENDER) -> Event:
    (event,) = Calendar.from_ical(calendar_file((entry,), sender)).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def lines(entry: Entry) -> list[str]:
    return calendar_file((entry,), SENDER).split("\r\n")


def test_the_time_is_an_instant_of_universal_time() -> None:
    assert "DTSTART:20270105T170000Z" in lines(ENTRY)


def test_a_time_in_another_zone_is_the_same_instant() -> None:
    summer = timezone(timedelta(hours=1))
    moved = replace(ENTRY, due_at=ENTRY.due_at.astimezone(summer))
    assert lines(moved) == lines(ENTRY)


def test_the_stamp_is_when_it_was_told() -> None:
    assert "DTSTAMP:20261209T090000Z" in lines(ENTRY)


def test_it_is_published_and_asks_for_no_answer() -> None:
    assert "METHOD:PUBLISH" in lines(ENTRY)
    assert not any(line.startswith(("ATTENDEE", "RSVP", "BEGIN:VALARM")) for line in lines(ENTRY))


def test_called_off_it_cancels_the_same_entry() -> None:
    off = event_of(replace(ENTRY, cancelled=True, sequence=9))
    assert "METHOD:CANCEL" in lines(replace(ENTRY, cancelled=True))
    assert (off["status"], off["uid"], off["sequence"]) == ("CANCELLED", ENTRY.uid, 9)


def test_the_organiser_is_the_sender_as_both_methods_need() -> None:
    """RFC 5546, sections 3.2.1 and 3.2.5."""
    organiser = event_of(ENTRY)["organizer"]
    assert (str(organiser), organiser.params["cn"]) == (
        "mailto:decisions@nene.example",
        "NHS Nene CCG",
    )


def test_a_file_to_open_has_no_method_and_no_organiser() -> None:
    text = calendar_file((ENTRY,))
    assert ("METHOD" in text, "ORGANIZER" in text) == (False, False)


def test_equal_entries_give_equal_bytes() -> None:
    once = calendar_file((ENTRY,), SENDER)
    calendar_file.cache_clear()
    assert calendar_file((replace(ENTRY),), SENDER) == once


def test_lines_are_folded_at_75_octets_and_end_as_the_format_says() -> None:
    content = calendar_file((replace(ENTRY, summary="é£ " * 60),), SENDER).encode()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_adds_no_line_of_its_own(text: str) -> None:
    before, after = event_of(ENTRY), event_of(replace(ENTRY, summary=text, description=text))
    assert [str(key) for key in after] == [str(key) for key in before]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_in_the_houses_name_adds_no_parameter(text: str) -> None:
    organiser = event_of(ENTRY, replace(SENDER, name=text))["organizer"]
    assert list(organiser.params) == ["CN"]


def test_a_line_feed_put_in_by_hand_would_have_added_one() -> None:
    naive = calendar_file((ENTRY,), SENDER).replace(
        "Diabetes", "x\r\nATTENDEE:mailto:x@evil.example"
    )
    assert "ATTENDEE" in Calendar.from_ical(naive).walk("VEVENT")[0]


def test_the_mark_of_a_link_never_stands_in_one() -> None:
    assert MARK not in calendar_file((replace(ENTRY, summary=f"https://x.example/{MARK}"),), SENDER)


def test_what_it_is_known_by_holds_no_host_and_differs_by_decision() -> None:
    first, second = (uid_of(reference, OPENED) for reference in ("D-2026-0001", "D-2026-0002"))
    assert first != second
    assert first.isalnum()


def test_a_reference_that_a_restored_backup_gives_again_is_another_entry() -> None:
    again = uid_of("D-2026-0001", OPENED + timedelta(days=2))
    assert again != uid_of("D-2026-0001", OPENED)


def test_sequences_begin_at_nought_and_grow_with_time() -> None:
    moments = [OPENED, OPENED + timedelta(seconds=1), OPENED + timedelta(days=30)]
    assert [sequence_at(OPENED, moment) for moment in moments] == [0, 1, 2_592_000]
