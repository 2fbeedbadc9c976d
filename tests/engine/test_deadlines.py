"""A time has come: count, extend, move on, declare; remind the silent; and nothing twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine import events
from engine.case import Case
from engine.commands import PassDeadline, Remind
from engine.decide import decide
from engine.decision import Interest
from engine.entering import enter
from engine.event import Event
from tests.engine.makers import CLOSE, CONSULTATION, OPENED, case, value, votes

LONG_AFTER = CLOSE + timedelta(days=3)


def closing(the_case: Case) -> tuple[Event, ...]:
    """What the passing of the vote's deadline leads to."""
    return decide(the_case, PassDeadline("close", CLOSE), CLOSE).events


def kinds(happened: tuple[Event, ...]) -> list[str]:
    return [event.type for event in happened]


def outcome(the_case: Case) -> events.OutcomeDeclared:
    declared = closing(the_case)[-1]
    assert isinstance(declared, events.OutcomeDeclared)
    return declared


# --- the count ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "result"),
    [
        (("for", "for"), "carried"),
        (("for", "against"), "not_carried"),
        (("against", "against", "for"), "not_carried"),
        (("abstain", "abstain"), "not_carried"),
        (("for", "abstain"), "carried"),
    ],
)
def test_the_votes_that_stand_decide(choices: tuple[str, ...], result: str) -> None:
    assert outcome(case(**votes(*choices))).result == result


def test_a_vote_that_is_quorate_is_closed_and_its_outcome_declared() -> None:
    assert kinds(closing(case(**votes("for", "for")))) == ["phase.closed", "outcome.declared"]


def test_the_outcome_says_the_count_in_sentences() -> None:
    said = outcome(case(**votes("for", "for"))).sentences

    assert said[0].startswith("2 of 4 practices returned a vote (50% of practices)")


def test_the_closing_leaf_holds_the_numbers() -> None:
    closed = closing(case(**votes("for", "against", "abstain")))[0]

    assert isinstance(closed, events.PhaseClosed)
    numbers = {name: closed.count[name] for name in ("for", "against", "abstain", "on_roll")}
    assert numbers == {"for": 1, "against": 1, "abstain": 1, "on_roll": 4}


def test_a_consultation_s_closing_leaf_holds_how_many_answered() -> None:
    the_case = case(CONSULTATION, answered=frozenset({"P1", "P3"}))
    due = the_case.decision.deadlines[0].due_at
    closed = decide(the_case, PassDeadline("ends", due), due).events[0]

    assert isinstance(closed, events.PhaseClosed)
    assert (closed.question, closed.count) == (None, {"answered": 2, "on_roll": 4})


def test_a_ballot_of_two_questions_is_closed_with_a_leaf_for_each() -> None:
    ballot = {"a": ("for", "against", "abstain"), "b": ("for", "against", "abstain")}
    a, b = votes("for", "for", question="a"), votes("against", "against", question="b")
    the_case = case(ballot=ballot, votes=a["votes"] + b["votes"], answered=a["answered"])

    assert kinds(closing(the_case)) == ["phase.closed", "phase.closed", "outcome.declared"]


def test_the_outcome_of_two_questions_has_the_numbers_of_each() -> None:
    ballot = {"a": ("for", "against", "abstain"), "b": ("for", "against", "abstain")}
    a, b = votes("for", "for", question="a"), votes("against", "against", question="b")
    count = outcome(case(ballot=ballot, votes=a["votes"] + b["votes"])).count

    assert count is not None
    assert (count["questions"]["a"]["for"], count["questions"]["b"]["for"]) == (2, 0)


# --- the extension --------------------------------------------------------------------------


def test_a_vote_without_a_quorum_is_extended() -> None:
    extended = closing(case(**votes("for")))[0]

    assert isinstance(extended, events.DeadlineExtended)
    assert (extended.working_days, extended.automatic, extended.was) == (3, True, CLOSE)


def test_an_extension_is_all_that_happens_and_nothing_is_closed() -> None:
    assert kinds(closing(case())) == ["deadline.extended"]


def test_an_extension_says_how_many_had_voted_and_how_many_are_needed() -> None:
    extended = closing(case(**votes("for")))[0]

    assert isinstance(extended, events.DeadlineExtended)
    assert extended.because == "1 of 4 practices had voted; 2 are needed for a quorum."


def test_a_vote_is_not_extended_twice() -> None:
    assert outcome(case(**votes("for"), extended=1)).result == "inquorate"


# --- the next step --------------------------------------------------------------------------


def test_a_consultation_gives_way_to_the_next_step() -> None:
    due = case(CONSULTATION).decision.deadlines[0].due_at
    happened = decide(case(CONSULTATION), PassDeadline("ends", due), due).events

    assert kinds(happened) == ["phase.closed", "phase.opened"]


def test_a_vote_that_opens_is_a_new_round_and_other_steps_are_not() -> None:
    definition = value(CONSULTATION)
    definition["vote"] = value()["vote"]
    definition["states"]["concluding"]["open_for"] = "votes"
    the_case = case(definition, round=0)
    due = the_case.decision.deadlines[0].due_at
    opened = decide(the_case, PassDeadline("ends", due), due).events[1]

    assert isinstance(opened, events.PhaseOpened)
    assert opened.round == 1


def test_a_definition_that_ends_a_decision_says_why() -> None:
    overdue = case(CONSULTATION, state="overdue")
    due = overdue.decision.deadlines[0].due_at
    declared = decide(overdue, PassDeadline("lapse", due), due).events[-1]

    assert isinstance(declared, events.OutcomeDeclared)
    assert declared.reason == "Nobody concluded it."


def test_a_phase_closes_at_its_deadline_however_late_the_sweep() -> None:
    happened = decide(case(**votes("for", "for")), PassDeadline("close", CLOSE), LONG_AFTER).events

    assert isinstance(happened[0], events.PhaseClosed)
    assert happened[0].closed_at == CLOSE


# --- nothing twice --------------------------------------------------------------------------


def after_closing(the_case: Case) -> Case:
    for event in closing(the_case):
        the_case = the_case.after(event, CLOSE)
    return the_case


@pytest.mark.parametrize("the_case", [case(), case(**votes("for", "for"))])
def test_a_deadline_passes_once(the_case: Case) -> None:
    assert closing(after_closing(the_case)) == ()


def test_a_rule_that_does_not_look_whether_it_is_waited_for_ends_it_twice() -> None:
    """The naive way, shown to fail: whatever a sweep says is due is acted on."""

    def naive(the_case: Case) -> tuple[Event, ...]:
        return tuple(enter(the_case, "inquorate", {}))

    assert kinds(naive(after_closing(case(**votes("for", "for"))))) == ["outcome.declared"]


def test_a_deadline_that_has_moved_does_not_pass_at_its_old_time() -> None:
    waiting = case().decision.deadlines[0]
    moved = case(deadlines=(replace(waiting, due_at=CLOSE + timedelta(days=1)),))

    assert decide(moved, PassDeadline("close", CLOSE), LONG_AFTER).events == ()


def test_a_deadline_of_another_name_does_not_pass() -> None:
    assert decide(case(), PassDeadline("lapse", CLOSE), CLOSE).events == ()


def test_a_deadline_does_not_pass_before_its_time() -> None:
    before = CLOSE - timedelta(microseconds=1)

    assert decide(case(), PassDeadline("close", CLOSE), before).events == ()


# --- reminders ------------------------------------------------------------------------------


def reminded(now: Any = OPENED, name: str = "close", **changes: Any) -> tuple[str, ...]:  # noqa: ANN401
    """The practices that a reminder goes to."""
    happened = decide(case(**changes), Remind(name), now).events
    return happened[0].to.practices if happened else ()  # type: ignore[attr-defined]


def test_the_silent_are_reminded_and_nobody_else() -> None:
    assert reminded(answered=frozenset({"P1", "P3"})) == ("P2", "P4")


def test_where_nobody_is_silent_nobody_is_reminded() -> None:
    assert reminded(answered=frozenset({"P1", "P2", "P3", "P4"})) == ()


def test_nobody_is_reminded_of_what_is_over() -> None:
    assert reminded(CLOSE) == ()


def test_nobody_is_reminded_of_a_deadline_that_is_not_waited_for() -> None:
    assert reminded(name="ends") == ()


def test_a_reminder_names_the_time_it_reminds_of() -> None:
    happened = decide(case(), Remind("close"), OPENED).events[0]

    assert isinstance(happened, events.MailIntended)
    assert happened.context == {"due_at": "2026-10-12T16:00:00.000000Z", "state": "voting"}


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days_ago", "left_alone"), [((1, 2, 3), True), ((1, 2), False), ((1, 2, 7), False)]
)
def test_a_practice_is_reminded_three_times_in_seven_days_at_most(
    days_ago: tuple[int, ...], *, left_alone: bool
) -> None:
    before = tuple(OPENED - days * DAY for days in days_ago)

    told = {f"P{n}": before for n in range(1, 5)}
    assert (reminded(reminded=told) == ()) is left_alone


def test_an_extension_counts_those_who_may_vote() -> None:
    """Four of eight would be a quorum: the sentence must not belie the verdict."""
    out = {code: Interest("financial", "no_vote") for code in ("P1", "P2")}
    given = case(size=8, interests=out, **votes("for", "for", "for", "for"))
    extended = decide(given, PassDeadline("close", CLOSE), CLOSE).events[0]

    assert isinstance(extended, events.DeadlineExtended)
    assert (extended.returned, extended.on_roll) == (2, 6)
