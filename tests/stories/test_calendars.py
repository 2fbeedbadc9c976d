"""The deadline in a practice's calendar: it comes, moves and goes with the letters of a tale."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from icalendar import Calendar

from notifications.calendar_files import Organiser
from notifications.deadlines import FILE, deadline_file
from notifications.material import load_material
from tests.stories.papers import A_CONSULTATION, A_NOTICE, A_VOTE
from tests.stories.reading import mailings_of, read
from tests.stories.telling import Story
from tests.stories.test_extended import newer

SENDER = Organiser("NHS Nene CCG", "decisions@nene.example")


@dataclass(frozen=True)
class Shown:
    """What a letter's calendar file holds."""

    method: str
    uid: str
    sequence: int
    due_at: datetime
    summary: str
    status: str


def shown(story: Story, letter: str, nth: int = -1) -> Shown | None:
    """The entry that the last letter of this kind brings; None where it brings none."""
    mailing = mailings_of(story, letter)[nth]
    app = story.app
    with app.store.database.reading() as reading:
        material = load_material(reading, app.store.keys, app.library, mailing)
    files = deadline_file(mailing, material, SENDER)
    if not files:
        return None
    calendar = Calendar.from_ical(files[FILE])
    (event,) = calendar.walk("VEVENT")
    return Shown(
        str(calendar["method"]),
        str(event["uid"]),
        int(str(event["sequence"])),
        event.decoded("dtstart"),
        str(event["summary"]),
        str(event["status"]),
    )


def brought(story: Story, letter: str, nth: int = -1) -> Shown:
    entry = shown(story, letter, nth)
    assert entry is not None
    return entry


def test_an_opening_brings_the_deadline(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)

    entry = brought(story, "consultation_opened")
    assert (entry.method, entry.sequence, entry.status) == ("PUBLISH", 0, "CONFIRMED")
    assert entry.due_at == datetime(2026, 10, 12, 16, tzinfo=UTC)
    assert entry.summary == "Comments close: How practices meet (D-2026-0001)"


def test_the_entry_of_the_comments_becomes_that_of_the_vote(voting: Story) -> None:
    comments, vote = brought(voting, "consultation_opened"), brought(voting, "vote_opened")
    assert (comments.uid, comments.sequence < vote.sequence) == (vote.uid, True)
    assert vote.summary.startswith("Vote closes:")
    assert vote.due_at == datetime(2026, 10, 21, 16, tzinfo=UTC)


def test_an_extension_moves_it(voting: Story) -> None:
    voting.practices_vote(for_=5).passes_to("9am Thursday 22 October")

    vote, moved = brought(voting, "vote_opened"), brought(voting, "extended")
    assert (moved.method, moved.uid, moved.sequence > vote.sequence) == ("PUBLISH", vote.uid, True)
    assert moved.due_at == datetime(2026, 10, 28, 17, tzinfo=UTC)  # the clocks went back


def test_an_announced_holiday_moves_it_and_the_letter_says_why(voting: Story) -> None:
    voting.on("9am Friday 16 October").recomputes(newer(voting, date(2026, 10, 19)))

    assert brought(voting, "extended").due_at == datetime(2026, 10, 22, 16, tzinfo=UTC)
    read(voting, "extended").says(
        "New time: 5pm on Thursday 22 October 2026 (London time)",
        "Old time: 5pm on Wednesday 21 October 2026 (London time)",
        "Why: A bank holiday was announced that falls within the time.",
        "The reason given: A bank holiday was announced.",
    )


def test_a_withdrawal_calls_it_off(voting: Story) -> None:
    voting.withdraws("National terms replace it.")

    vote, off = brought(voting, "vote_opened"), brought(voting, "withdrawn")
    assert (off.method, off.status, off.uid) == ("CANCEL", "CANCELLED", vote.uid)
    assert (off.due_at, off.sequence > vote.sequence) == (vote.due_at, True)


def test_an_outcome_at_the_close_leaves_what_has_passed(voting: Story) -> None:
    voting.practices_vote(for_=8).passes_to("5pm Wednesday 21 October").expects_state("carried")

    assert shown(voting, "outcome") is None


def test_a_decision_withdrawn_while_staff_write_calls_nothing_off(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("9am Tuesday 20 October").expects_state("concluding").withdraws("Not now.")

    assert shown(story, "withdrawn") is None


def test_a_notice_brings_the_day_it_becomes_final(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_NOTICE)

    assert brought(story, "notice").due_at == datetime(2026, 10, 12, 16, tzinfo=UTC)


def test_a_letter_written_later_brings_what_held_when_it_was_owed(voting: Story) -> None:
    before = brought(voting, "vote_opened")
    voting.practices_vote(for_=5).passes_to("9am Thursday 22 October")

    assert brought(voting, "vote_opened") == before


def test_a_committees_own_time_is_in_no_practices_calendar(story: Story) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)
    story.on("9am Tuesday 20 October").expects_state("concluding")
    story.recomputes(newer(story, date(2026, 10, 22)))

    assert shown(story, "extended") is None
    letter = read(story, "extended")
    letter.says("has nothing to do", "The outcome statement is being written")
    assert letter.draft.subject.startswith("The next step has until 5pm on")
