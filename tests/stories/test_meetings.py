"""A vote with a meeting beside the link: entered from the minutes, checked, corrected, counted."""

import pytest

from engine.commands import HandVote
from engine.refusals import NotByHand
from tests.stories.letters_read import letter_to
from tests.stories.register import CODES
from tests.stories.telling import Story

FIRST, SECOND, THIRD = CODES[:3]


def for_(practice: str) -> HandVote:
    return HandVote(practice, "for")


def test_a_vote_with_a_meeting_day_by_day(voting: Story) -> None:
    """Six by link and three by hand, one of which its practice turns round."""
    voting.on("10am Tuesday 13 October 2026").practice(CODES[5]).votes("against")

    voting.on("2pm Thursday 15 October").records_a_meeting(
        for_(FIRST), for_(SECOND), for_(THIRD), attended=CODES[:4], views="Most were for it."
    )
    voting.expects_letters(receipt=12)
    page = voting.practice(FIRST).page()
    assert (page.standing["main"].choice, page.standing["main"].by_hand) == ("for", True)
    assert page.meetings[0].views == "Most were for it."

    voting.on("9am Friday 16 October").practice(SECOND).votes("against")
    corrected = voting.deputy(SECOND).page().standing["main"]
    assert (corrected.choice, corrected.by_hand) == ("against", False)

    for code in CODES[6:10]:
        voting.on("11am Monday 19 October").practice(code).votes("for")
    voting.passes_to("5pm Wednesday 21 October").expects_state("carried")
    assert voting.counted() == {"for": 6, "against": 2, "returned": 8}
    ended = voting.decision.outcome
    assert ended is not None
    assert "2 practices' answers were entered by hand from the minutes of a meeting." in (
        ended.sentences
    )


def test_every_contact_of_a_practice_hears_of_a_vote_by_hand(voting: Story) -> None:
    voting.on("2pm Thursday 15 October 2026").records_a_meeting(for_(FIRST), attended=[FIRST])

    assert (voting.letters("receipt"), voting.written_to("receipt")) == (3, [FIRST])


@pytest.mark.parametrize("role", ["lead", "deputy", "manager"])
def test_the_receipt_says_who_entered_it_from_what_and_how_to_correct_it(
    voting: Story, role: str
) -> None:
    voting.on("2pm Thursday 15 October 2026").records_a_meeting(for_(FIRST), attended=[FIRST])

    said = letter_to(voting, "receipt", voting.people[FIRST, role])

    assert said.subject.startswith("Please check: entered by hand")
    assert "Entered by hand by the secretariat" in said.words
    assert "at the meeting on 15 October 2026, minute 4.2" in said.words
    assert "correct" in said.words
    assert "5pm on Wednesday 21 October 2026" in said.words


def test_the_receipt_of_a_vote_by_link_says_nothing_of_hands(voting: Story) -> None:
    voting.practice(FIRST).votes("for")

    said = letter_to(voting, "receipt", voting.people[FIRST, "lead"])

    assert "by hand" not in said.words
    assert "Answered by: Dr Lee" in said.words


def test_a_practice_that_voted_by_link_is_not_overruled_by_the_minutes(voting: Story) -> None:
    voting.practice(FIRST).votes("against")
    with pytest.raises(NotByHand, match=f"{FIRST}: answered already"):
        voting.records_a_meeting(for_(FIRST), for_(SECOND), attended=[FIRST, SECOND])

    assert voting.practice(FIRST).page().standing["main"].choice == "against"
    assert voting.practice(SECOND).page().standing == {}
    assert voting.leaves("meeting.recorded") == []


def test_a_secretary_who_takes_a_practice_s_voters_off_cannot_then_vote_for_it(
    voting: Story,
) -> None:
    """The roll still names them, but nobody holds a link by which to correct it."""
    voting.imports_people(without=[voting.people[FIRST, "lead"], voting.people[FIRST, "deputy"]])
    with pytest.raises(NotByHand, match="nobody has a link"):
        voting.records_a_meeting(for_(FIRST), attended=[FIRST])


def test_on_the_day_of_the_close_nothing_is_entered_by_hand(voting: Story) -> None:
    voting.on("9am Wednesday 21 October 2026")
    with pytest.raises(NotByHand, match="less than a working day"):
        voting.records_a_meeting(for_(FIRST), attended=[FIRST])


def test_a_practice_that_was_not_there_sees_no_meeting_and_no_views(voting: Story) -> None:
    voting.records_a_meeting(attended=[FIRST], views="We are short of a nurse.")

    assert voting.practice(SECOND).page().meetings == ()


def test_what_was_said_at_a_meeting_is_sealed(voting: Story) -> None:
    voting.records_a_meeting(for_(FIRST), attended=[FIRST], views="We are short of a nurse.")

    (leaf,) = voting.leaves("meeting.recorded")
    assert leaf["body"]["attended"] == [FIRST]
    assert not any(words in str(voting.leaves()) for words in ("nurse", "Moulton", "4.2"))
    assert all(leaf["body"][field].startswith("c1:") for field in ("views", "place", "minute"))


def test_a_restart_forgets_no_meeting(voting: Story) -> None:
    voting.records_a_meeting(for_(FIRST), attended=[FIRST]).restarts()

    assert voting.practice(FIRST).page().standing["main"].by_hand


def test_the_minutes_of_two_meetings_are_told_apart(voting: Story) -> None:
    voting.records_a_meeting(for_(FIRST), attended=[FIRST])
    voting.on("2pm Friday 16 October 2026").records_a_meeting(for_(SECOND), attended=[SECOND])

    assert voting.decision.by_hand == {FIRST: "M1", SECOND: "M2"}
