"""Letters looked at before anybody gets them, and a decision's dates for a calendar."""

from pathlib import Path

import pytest
from icalendar import Calendar

from notifications.context import MARK
from notifications.letters import LETTERS
from tests.app.conftest import Quorate


@pytest.fixture
def opened(enrolled: Quorate) -> Quorate:
    """The command, once a decision has been opened: D-2026-0001 or of a later year."""
    assert enrolled("decision", "open", "vote.toml").code == 0
    return enrolled


def reference(quorate: Quorate) -> str:
    return str(quorate("decision", "list", "--json").json[0]["reference"])


def test_every_letter_is_listed_with_its_samples(quorate: Quorate) -> None:
    listed = quorate("letters", "list", "--json").json

    assert {each["letter"] for each in listed} == set(LETTERS)
    assert all(each["samples"] and each["subject"] for each in listed)


def test_a_letter_is_shown_with_its_subject_and_no_link(quorate: Quorate) -> None:
    shown = quorate("letters", "preview", "vote_opened/manager").out

    assert "Subject: Vote open until 5pm on Tuesday 5 January 2027:" in shown
    assert "/respond/THEIR-OWN-LINK" in shown
    assert MARK not in shown


def test_all_samples_of_a_letter_are_shown(quorate: Quorate) -> None:
    shown = quorate("letters", "preview", "reminder", "--json").json

    assert [each["letter"] for each in shown] == [
        "reminder/vote",
        "reminder/manager",
        "reminder/comment",
    ]


def test_samples_need_no_database(quorate: Quorate, folder: Path) -> None:
    quorate("letters", "preview")

    assert not list(folder.glob("*.db"))


def test_they_are_written_to_a_folder_with_an_index(quorate: Quorate, folder: Path) -> None:
    done = quorate("letters", "preview", "receipt/vote", "--out", "seen")

    assert done.code == 0
    names = {path.name for path in (folder / "seen").iterdir()}
    assert names == {"index.html", "receipt-vote.html", "receipt-vote.txt"}


def test_they_are_shown_in_the_browser(quorate: Quorate, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("typer.launch", shown.append)
    quorate("letters", "preview", "receipt/vote", "--open")

    assert [Path(each).name for each in shown] == ["index.html"]
    assert Path(shown[0]).with_name("receipt-vote.html").exists()


def test_the_text_alone_is_written_where_that_is_asked(quorate: Quorate, folder: Path) -> None:
    quorate("letters", "preview", "receipt/vote", "--out", "seen", "--text")

    assert not (folder / "seen" / "receipt-vote.html").exists()


def test_a_folder_is_not_written_over_unless_told(quorate: Quorate) -> None:
    words = ("letters", "preview", "receipt/vote", "--out", "seen")

    assert [quorate(*words).code, quorate(*words).code, quorate(*words, "--force").code] == [
        0,
        1,
        0,
    ]


def test_a_letter_that_does_not_exist_is_refused_with_the_way_on(quorate: Quorate) -> None:
    refused = quorate("letters", "preview", "valentine")

    assert (refused.code, "quorate letters list" in refused.err) == (1, True)


def test_a_practice_needs_its_decision(quorate: Quorate) -> None:
    assert quorate("letters", "preview", "--practice", "K83001").code == 2


def test_a_decisions_own_letter_is_shown_as_its_practice_gets_it(opened: Quorate) -> None:
    words = ("--decision", reference(opened), "--practice", "K83002", "--json")
    (letter,) = opened("letters", "preview", *words).json

    assert letter["to"] == "carol@practice.example"
    assert "Brackley Health Centre (K83002)" in letter["text"]
    assert (list(letter["attached"]), "THEIR-OWN-LINK" in letter["html"]) == (
        ["deadline.ics"],
        True,
    )


def test_looking_at_letters_writes_nothing(opened: Quorate) -> None:
    before = opened("health", "--json").json["trail"]
    opened("letters", "preview", "--decision", reference(opened))

    assert opened("health", "--json").json["trail"] == before


def test_a_letter_that_was_not_owed_is_refused(opened: Quorate) -> None:
    refused = opened("letters", "preview", "outcome", "--decision", reference(opened))

    assert (refused.code, "has owed no outcome letter" in refused.err) == (1, True)


def test_a_practice_that_is_not_asked_is_refused(opened: Quorate) -> None:
    words = ("--decision", reference(opened), "--practice", "K99999")
    assert "K99999 is not on the roll" in opened("letters", "preview", *words).err


def test_a_decisions_dates_are_written_for_a_calendar(opened: Quorate, folder: Path) -> None:
    listed = opened("decision", "dates", reference(opened), "-o", "dates.ics", "--json").json

    events = Calendar.from_ical((folder / "dates.ics").read_bytes()).walk("VEVENT")
    assert [each["what"] for each in listed["dates"][:2]] == ["Comments close", "Vote closes"]
    assert [event.decoded("dtstart").isoformat() for event in events] == [
        each["due_at"].replace("Z", "+00:00") for each in listed["dates"]
    ]


def test_dates_written_again_are_the_same_entries(opened: Quorate, folder: Path) -> None:
    def known() -> list[str]:
        text = (folder / "dates.ics").read_bytes()
        return [str(event["uid"]) for event in Calendar.from_ical(text).walk("VEVENT")]

    words = ("decision", "dates", reference(opened), "-o", "dates.ics")
    opened(*words)
    first = known()
    assert opened(*words).code == 1
    assert opened(*words, "--force").code == 0
    assert (known(), len(set(first))) == (first, len(first))


def test_where_there_can_be_no_folder_the_folder_is_named_and_no_database(
    quorate: Quorate, folder: Path
) -> None:
    (folder / "a-file").write_text("", encoding="utf-8")
    refused = quorate("letters", "preview", "notice/lead", "--out", "a-file")
    assert (refused.code, "a-file is no folder to write to" in refused.err) == (1, True)
    assert "database" not in refused.err


def test_no_link_of_a_letter_that_has_several_is_left_as_a_mark(quorate: Quorate) -> None:
    shown = quorate("letters", "preview", "digest/three").out
    assert (shown.count("/respond/THEIR-OWN-LINK"), "LINK-1" in shown) == (3, False)
