"""More time to vote: by itself for want of a quorum, by two persons, for a bank holiday."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.refusals import NeedsSecondPerson, NoSuchAct, OnlyLater
from engine.working_days import Calendar, Transition
from tests.stories.papers import A_VOTE
from tests.stories.telling import AT_THE_COMMAND_LINE, Story

# --- by itself ------------------------------------------------------------------------------


def test_an_inquorate_vote_is_extended_once_and_may_then_be_carried(voting: Story) -> None:
    voting.practices_vote(for_=5)

    voting.passes_to("5pm Wednesday 21 October").expects_state("voting")
    voting.expects_deadline("5pm on Wednesday 28 October 2026").expects_letters(extended=36)
    old_and_new = ("5pm on Wednesday 21 October 2026", "5pm on Wednesday 28 October 2026")
    assert voting.moved_from_and_to() == old_and_new

    voting.on("9am Thursday 22 October").practice("K83014").votes("against")
    voting.passes_to("5pm Wednesday 28 October").expects_state("carried")
    assert voting.counted() == {"for": 5, "against": 1, "returned": 6}


def test_a_vote_that_stays_inquorate_ends_after_one_extension(voting: Story) -> None:
    voting.practices_vote(for_=5)

    voting.passes_to("5pm Wednesday 28 October").expects_state("inquorate")

    voting.expects_letters(extended=36, outcome=36)


def test_the_votes_given_before_an_extension_stand(voting: Story) -> None:
    voting.practices_vote(for_=5).passes_to("9am Thursday 22 October")

    assert voting.practice("K83003").page().standing["main"].choice == "for"


def test_an_extension_says_how_many_practices_had_answered(voting: Story) -> None:
    voting.practices_vote(for_=5).passes_to("9am Thursday 22 October")

    body = voting.leaves("deadline.extended")[0]["body"]
    assert (body["returned"], body["on_roll"], body["automatic"]) == (5, 12, True)


# --- by two persons -------------------------------------------------------------------------


def test_two_signed_in_persons_may_extend_a_vote_once(voting: Story) -> None:
    voting.extends(3, by=voting.signed_in("secretary"))
    voting.expects_deadline("5pm on Wednesday 21 October 2026")

    voting.extends(3, by=voting.signed_in("chair"))

    voting.expects_deadline("5pm on Monday 26 October 2026").expects_letters(extended=36)
    assert "extend" not in voting.possible_acts


def test_one_person_alone_cannot_extend_a_vote(voting: Story) -> None:
    voting.extends(3, by=voting.signed_in("secretary"))

    with pytest.raises(NeedsSecondPerson):
        voting.extends(3, by=voting.signed_in("secretary"))


def test_nobody_extends_a_vote_at_the_command_line(voting: Story) -> None:
    with pytest.raises(NeedsSecondPerson):
        voting.extends(3, by=AT_THE_COMMAND_LINE)


def test_the_second_person_must_agree_to_the_same_number_of_days(voting: Story) -> None:
    voting.extends(3, by=voting.signed_in("secretary"))
    voting.extends(4, by=voting.signed_in("chair"))

    voting.expects_deadline("5pm on Wednesday 21 October 2026").expects_letters(extended=0)


def test_a_vote_cannot_be_extended_after_its_close(voting: Story) -> None:
    voting.scheduler_stops().on("5pm Wednesday 21 October")

    with pytest.raises(NoSuchAct):
        voting.extends(3, by=voting.signed_in("secretary"))


def test_a_vote_extended_by_staff_may_still_be_extended_for_its_quorum(voting: Story) -> None:
    voting.extends(2, by=voting.signed_in("secretary"))
    voting.extends(2, by=voting.signed_in("chair"))

    voting.passes_to("5pm Friday 23 October").expects_state("voting")
    voting.expects_deadline("5pm on Friday 30 October 2026")


# --- for a bank holiday announced since -----------------------------------------------------


def newer(story: Story, *days: date) -> Calendar:
    """The calendar in force with more holidays in it."""
    calendar = story.app.rulebook.calendar
    return replace(calendar, holidays=calendar.holidays.union(days))


def test_a_holiday_announced_during_a_vote_moves_nothing_by_itself(voting: Story) -> None:
    before = voting.deadline
    voting.app = replace(
        voting.app,
        rulebook=replace(voting.app.rulebook, calendar=newer(voting, date(2026, 10, 19))),
    )

    assert voting.passes_to("9am Friday 16 October").deadline == before


def test_a_holiday_announced_during_a_vote_gives_the_day_back_when_staff_say_so(
    voting: Story,
) -> None:
    voting.on("9am Friday 16 October").recomputes(newer(voting, date(2026, 10, 19)))

    voting.expects_deadline("5pm on Thursday 22 October 2026").expects_letters(extended=36)
    old_and_new = ("5pm on Wednesday 21 October 2026", "5pm on Thursday 22 October 2026")
    assert voting.moved_from_and_to() == old_and_new


def test_a_holiday_on_the_last_day_moves_the_close_to_the_next(voting: Story) -> None:
    voting.on("9am Friday 16 October").recomputes(newer(voting, date(2026, 10, 21)))

    voting.expects_deadline("5pm on Thursday 22 October 2026")


def test_a_holiday_after_the_close_moves_nothing(voting: Story) -> None:
    with pytest.raises(OnlyLater):
        voting.recomputes(newer(voting, date(2026, 10, 30)))


def test_a_calendar_with_one_holiday_fewer_moves_nothing_earlier(story: Story) -> None:
    story.on("9am Friday 11 December 2026").opens(A_VOTE).on("9am Monday 21 December")
    calendar = story.app.rulebook.calendar
    fewer = replace(calendar, holidays=calendar.holidays - {date(2026, 12, 28)})

    with pytest.raises(OnlyLater):
        story.recomputes(fewer)


def test_the_same_holiday_is_given_back_only_once(voting: Story) -> None:
    voting.recomputes(newer(voting, date(2026, 10, 19)))

    with pytest.raises(OnlyLater):
        voting.recomputes(newer(voting, date(2026, 10, 19)))


def test_the_calendar_of_the_next_year_may_come_with_the_holiday(voting: Story) -> None:
    """It brings days that the decision's own calendar does not reach."""
    calendar = newer(voting, date(2026, 10, 19))
    year = calendar.last_year + 1
    spring, autumn = datetime(year, 3, 25, 1, tzinfo=UTC), datetime(year, 10, 28, 1, tzinfo=UTC)
    longer = replace(
        calendar,
        last_year=year,
        holidays=calendar.holidays | {date(year, 1, 1)},
        transitions=(*calendar.transitions, Transition(spring, 60), Transition(autumn, 0)),
    )

    voting.recomputes(longer).expects_deadline("5pm on Thursday 22 October 2026")


# --- the days that are on the calendar ------------------------------------------------------


def test_christmas_and_new_year_are_not_counted(story: Story) -> None:
    story.on("9am Friday 11 December 2026").opens(A_VOTE)
    story.expects_deadline("5pm on Friday 18 December 2026")

    story.passes_to("9am Monday 21 December").expects_deadline("5pm on Thursday 31 December 2026")

    story.passes_to("9am Monday 4 January 2027").expects_deadline("5pm on Friday 8 January 2027")


def test_easter_and_the_change_of_the_clocks_are_not_counted(story: Story) -> None:
    story.on("9am Wednesday 17 March 2027").opens(A_VOTE)
    story.expects_deadline("5pm on Wednesday 24 March 2027")

    story.passes_to("9am Thursday 25 March").expects_deadline("5pm on Tuesday 6 April 2027")
