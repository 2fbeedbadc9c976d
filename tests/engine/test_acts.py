"""What staff may do to a running decision, and what each act needs."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from engine import events
from engine.acts import possible_acts
from engine.case import Case
from engine.commands import Command, Conclude, Extend, Recompute, RecordLmc, Withdraw
from engine.decide import decide
from engine.errors import Refused
from engine.event import Event
from engine.people import Actor
from engine.refusals import (
    NeedsLmc,
    NeedsReason,
    NeedsSecondPerson,
    NeedsStatement,
    NoSuchAct,
    OnlyLater,
)
from engine.working_days import Calendar
from tests.engine.makers import (
    AT_THE_COMMAND_LINE,
    CLOSE,
    CONSULTATION,
    OPENED,
    STATEMENT,
    at,
    calendar,
    case,
    signed_in,
)

ANN, BOB = signed_in("ann"), signed_in("bob")
CONCLUDING = case(CONSULTATION, state="concluding")
CONCLUSION = Conclude(AT_THE_COMMAND_LINE, STATEMENT)
WITHDRAWAL = Withdraw(AT_THE_COMMAND_LINE, "No money.")


def happens(the_case: Case, command: Command) -> Event:
    """The one event that a command leads to."""
    (event,) = decide(the_case, command, OPENED).events
    return event


def refused(the_case: Case, command: Command, now: Any = OPENED) -> type[Refused]:  # noqa: ANN401
    """The kind of refusal that a command meets."""
    with pytest.raises(Refused) as caught:
        decide(the_case, command, now)
    return caught.type


def named(the_case: Case, *, two_persons: bool = True) -> list[str]:
    return [act.name for act in possible_acts(the_case, OPENED, two_persons=two_persons)]


# --- what is possible -----------------------------------------------------------------------


def test_while_practices_vote_it_may_be_withdrawn_moved_or_extended() -> None:
    acts = [
        "withdraw",
        "record-lmc",
        "record-meeting",
        "reached",
        "recompute",
        "declare-interest",
        "extend",
    ]
    assert named(case()) == acts


def test_what_needs_two_persons_is_not_offered_where_only_one_can_act() -> None:
    assert "extend" not in named(case(), two_persons=False)


def test_a_consultation_can_be_concluded_only_once_it_is_over() -> None:
    assert ("conclude" in named(case(CONSULTATION)), "conclude" in named(CONCLUDING)) == (
        False,
        True,
    )


def test_after_its_end_nothing_can_be_done() -> None:
    assert named(case(state="carried")) == []


def test_each_act_says_what_it_needs() -> None:
    needs = {act.name: act.needs for act in possible_acts(case(), OPENED, two_persons=True)}

    assert needs["extend"] == ("reason", "days", "second person")


@pytest.mark.parametrize(
    "command",
    [CONCLUSION, WITHDRAWAL, RecordLmc(ANN, "Yes."), Extend(ANN, "Half term.", 2)],
)
def test_every_act_on_an_ended_decision_is_refused(command: Command) -> None:
    assert refused(case(state="carried"), command) is NoSuchAct


# --- withdraw, conclude, the LMC ------------------------------------------------------------


def test_a_decision_is_withdrawn_with_its_reason() -> None:
    withdrawn = happens(case(), WITHDRAWAL)

    assert isinstance(withdrawn, events.OutcomeDeclared)
    assert (withdrawn.result, withdrawn.reason) == ("withdrawn", "No money.")


def test_a_withdrawal_needs_a_reason() -> None:
    assert refused(case(), Withdraw(ANN, " ")) is NeedsReason


def test_a_consultation_is_concluded_with_its_statement() -> None:
    concluded = happens(CONCLUDING, CONCLUSION)

    assert isinstance(concluded, events.OutcomeDeclared)
    assert (concluded.result, concluded.statement) == ("concluded", STATEMENT)


def test_a_conclusion_needs_a_statement() -> None:
    assert refused(CONCLUDING, Conclude(ANN, "\n")) is NeedsStatement


def test_a_consultation_that_still_runs_cannot_be_concluded() -> None:
    assert refused(case(CONSULTATION), CONCLUSION) is NoSuchAct


def test_the_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(NoSuchAct, match="possible now: withdraw"):
        decide(case(CONSULTATION), CONCLUSION, OPENED)


def test_where_the_lmc_must_take_part_it_is_heard_first() -> None:
    the_case = case(CONSULTATION, state="concluding", involve=("lmc",))

    assert refused(the_case, CONCLUSION) is NeedsLmc


def test_once_the_lmc_is_heard_it_can_be_concluded() -> None:
    the_case = case(CONSULTATION, state="concluding", involve=("lmc",), lmc_heard=True)

    assert isinstance(happens(the_case, CONCLUSION), events.OutcomeDeclared)


def test_the_lmc_s_view_may_be_filed_at_any_step() -> None:
    assert isinstance(happens(case(), RecordLmc(ANN, "Not so.")), events.LmcRecorded)


def test_the_lmc_s_view_is_not_blank() -> None:
    assert refused(case(), RecordLmc(ANN, " ")) is NeedsReason


def test_the_word_of_the_command_line_names_nobody() -> None:
    withdrawn = happens(case(), WITHDRAWAL)

    assert isinstance(withdrawn, events.OutcomeDeclared)
    assert withdrawn.by == {"person": None, "how": "cli"}


# --- extend ---------------------------------------------------------------------------------


def extend(by: Actor, days: int = 3, reason: str = "Half term.") -> Extend:
    return Extend(by, reason, days)


def proposed(by: Actor = ANN, days: int = 3) -> Case:
    """A vote that somebody has asked to extend."""
    return case().after(happens(case(), extend(by, days)), OPENED)


def test_the_first_person_s_word_is_a_proposal() -> None:
    assert isinstance(happens(case(), extend(ANN)), events.ActProposed)


def test_the_second_person_s_word_extends() -> None:
    extended = happens(proposed(), extend(BOB))

    assert isinstance(extended, events.DeadlineExtended)
    assert (extended.working_days, extended.automatic, extended.was) == (3, False, CLOSE)


def test_one_person_s_word_given_twice_is_one_word() -> None:
    assert refused(proposed(), extend(ANN)) is NeedsSecondPerson


def test_another_number_of_days_is_another_proposal() -> None:
    assert isinstance(happens(proposed(days=3), extend(BOB, 4)), events.ActProposed)


def test_a_proposal_tells_two_persons_apart_and_names_neither() -> None:
    proposal = happens(case(), extend(ANN))

    assert isinstance(proposal, events.ActProposed)
    assert "ann" not in str(proposal.body())


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (extend(AT_THE_COMMAND_LINE), NeedsSecondPerson),
        (extend(replace(ANN, person=None)), NeedsSecondPerson),
        (extend(ANN, reason=" "), NeedsReason),
        (extend(ANN, 0), NoSuchAct),
        (extend(ANN, 5), NoSuchAct),
    ],
)
def test_an_extension_needs_two_persons_a_reason_and_one_to_four_days(
    command: Extend, refusal: type[Refused]
) -> None:
    assert refused(case(), command) is refusal


def test_only_a_vote_can_be_extended() -> None:
    assert refused(case(CONSULTATION), extend(ANN)) is NoSuchAct


def test_staff_extend_once() -> None:
    assert refused(case(extended_by_staff=1), extend(ANN)) is NoSuchAct


def test_staff_extend_before_the_close_only() -> None:
    assert refused(case(), extend(ANN), CLOSE) is NoSuchAct


def test_staff_may_extend_what_has_been_extended_for_its_quorum() -> None:
    assert isinstance(happens(case(extended=1), extend(ANN)), events.ActProposed)


# --- recompute ------------------------------------------------------------------------------


def recompute(newer: Calendar, reason: str = "A holiday.") -> Recompute:
    return Recompute(ANN, reason, newer, "newer")


def moved_to(*holidays: date) -> str:
    """Where holidays announced since move a close of 5pm on Monday 12 October."""
    moved = happens(case(), recompute(calendar(*holidays)))
    assert isinstance(moved, events.DeadlineRecomputed)
    return calendar().words(moved.due_at)


@pytest.mark.parametrize(
    ("holidays", "to"),
    [
        ((date(2026, 10, 7),), "5pm on Tuesday 13 October 2026"),
        ((date(2026, 10, 12),), "5pm on Tuesday 13 October 2026"),
        ((date(2026, 10, 6), date(2026, 10, 7)), "5pm on Wednesday 14 October 2026"),
        ((date(2026, 10, 12), date(2026, 10, 13)), "5pm on Wednesday 14 October 2026"),
    ],
)
def test_each_day_lost_to_a_holiday_is_given_back(holidays: tuple[date, ...], to: str) -> None:
    assert moved_to(*holidays) == to


@pytest.mark.parametrize(
    "holiday",
    [date(2026, 10, 5), date(2026, 10, 10), date(2026, 10, 13), date(2026, 9, 30)],
)
def test_a_holiday_that_costs_nobody_a_day_moves_nothing(holiday: date) -> None:
    """Not the day of opening, nor a weekend, nor any day after the close or before the opening."""
    assert refused(case(), recompute(calendar(holiday))) is OnlyLater


def test_a_recomputation_needs_a_reason() -> None:
    assert refused(case(), recompute(calendar(date(2026, 10, 7)), " ")) is NeedsReason


def test_a_deadline_that_has_passed_cannot_be_moved() -> None:
    newer = recompute(calendar(date(2026, 10, 12)))

    assert refused(case(), newer, CLOSE) is NoSuchAct


def test_reminders_are_worked_out_anew_from_the_moment_of_the_move() -> None:
    now = at("12pm Wednesday 7 October 2026")
    (moved,) = decide(case(), recompute(calendar(date(2026, 10, 12))), now).events

    assert isinstance(moved, events.DeadlineRecomputed)
    assert [calendar().words(moment) for moment in moved.remind] == [
        "9am on Thursday 8 October 2026",
        "9am on Tuesday 13 October 2026",
    ]


def test_a_newer_calendar_may_reach_further_than_the_decision_s_own() -> None:
    newer = calendar(date(2026, 10, 7))
    longer = replace(newer, last_year=2028, holidays=newer.holidays | {date(2028, 1, 3)})

    moved = happens(case(), recompute(longer))

    assert isinstance(moved, events.DeadlineRecomputed)
    assert moved.due_at == CLOSE + timedelta(days=1)
