"""Reminders go to the practices that have not answered, and to nobody who has answered since."""

import pytest

from app.bootstrap import post_settings
from notifications.post import Ready
from notifications.present import NotWanted
from notifications.sorting import SortingOffice
from tests.stories.papers import A_CONSULTATION, A_VOTE
from tests.stories.register import CODES
from tests.stories.telling import Story


def reminders_after(story: Story, *moments: str) -> list[int]:
    """How many reminders each of these moments brings."""
    brought = []
    for moment in moments:
        before = story.letters("reminder")
        brought.append(story.passes_to(moment).letters("reminder") - before)
    return brought


def test_a_consultation_reminds_at_half_time_two_days_before_and_on_the_last_morning(
    story: Story,
) -> None:
    story.on("9am Monday 5 October 2026").opens(A_CONSULTATION)

    brought = reminders_after(
        story, "8:59am Monday 12 October", "9am Monday 12 October", "9am Thursday 15 October"
    )
    assert [*brought, *reminders_after(story, "9am Monday 19 October")] == [0, 12, 36, 36]


def test_a_vote_reminds_three_times_the_leads_first(voting: Story) -> None:
    brought = reminders_after(
        voting, "9am Thursday 15 October", "9am Monday 19 October", "9am Wednesday 21 October"
    )

    assert brought == [12, 36, 36]


def test_only_practices_that_have_not_voted_are_reminded(voting: Story) -> None:
    voting.practices_vote(for_=10).passes_to("9am Thursday 15 October")

    assert voting.written_to("reminder") == list(CODES[10:])


def test_nobody_is_reminded_once_all_have_voted(voting: Story) -> None:
    voting.practices_vote(for_=12)

    assert reminders_after(voting, "9am Thursday 15 October") == [0]


def test_a_comment_is_no_vote_and_its_practice_is_reminded(voting: Story) -> None:
    voting.practices_vote(for_=11)
    voting.manager(CODES[11]).comments("We are still talking.")

    voting.passes_to("9am Thursday 15 October")

    assert voting.written_to("reminder") == [CODES[11]]


def test_a_practice_that_commented_while_it_was_asked_is_still_reminded_to_vote(
    story: Story,
) -> None:
    story.on("9am Monday 5 October 2026").opens(A_VOTE)
    story.practice("K83003").comments("We shall vote when it opens.")

    story.passes_to("9am Thursday 15 October")

    assert "K83003" in story.written_to("reminder")


def test_an_extended_vote_reminds_again(voting: Story) -> None:
    voting.practices_vote(for_=5).passes_to("9am Thursday 22 October")

    brought = reminders_after(
        voting, "9am Friday 23 October", "9am Monday 26 October", "9am Wednesday 28 October"
    )
    assert brought == [7, 21, 21]


# --- looked at again on the doorstep --------------------------------------------------------


@pytest.fixture
def office(voting: Story) -> SortingOffice:
    """Where letters are made ready, with the morning's reminders of 15 October in hand."""
    app = voting.app
    office = SortingOffice(app.store, app.library, post_settings(app.settings))
    _send_everything(office)
    voting.practices_vote(for_=11).passes_to("9am Thursday 15 October")
    office.expand_all()
    return office


def _send_everything(office: SortingOffice) -> None:
    office.expand_all()
    while batch := office.take():
        for ready in batch.ready:
            office.let_go(ready)


def reminder_in_hand(office: SortingOffice) -> Ready:
    """The reminder, once the letters that are owed before it are made ready."""
    batches = iter(office.take, None)
    return next(r for b in batches for r in b.ready if r.claimed.mailing.letter == "reminder")


def test_a_reminder_goes_to_a_practice_that_is_still_silent(office: SortingOffice) -> None:
    office.let_go(reminder_in_hand(office))


def test_a_reminder_is_held_back_when_the_practice_votes_meanwhile(
    voting: Story, office: SortingOffice
) -> None:
    reminder = reminder_in_hand(office)
    voting.practice(CODES[11]).votes("for")

    with pytest.raises(NotWanted, match="has answered meanwhile"):
        office.let_go(reminder)


def test_a_reminder_is_held_back_when_its_deadline_has_moved(
    voting: Story, office: SortingOffice
) -> None:
    reminder = reminder_in_hand(office)
    for role in ("secretary", "chair"):
        voting.extends(2, by=voting.signed_in(role))

    with pytest.raises(NotWanted, match="passed or moved"):
        office.let_go(reminder)
