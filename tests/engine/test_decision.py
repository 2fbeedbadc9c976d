"""How each event changes a decision."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import events
from engine.decision import Decision, Due, DueStatus, Outcome
from engine.event import Event
from engine.evolving import begin, evolve
from tests.engine.makers import CLOSE, OPENED, at, by, case, votes

RUNNING = case().decision
LATER = at("9am Wednesday 7 October 2026")


def opened() -> events.DecisionOpened:
    return events.DecisionOpened(
        decision="D-1",
        workflow="w",
        rules="r",
        calendar="c",
        roll="l",
        ballot={"main": ("for", "against", "abstain")},
        title="T",
        summary="S",
        paper={},
        by={},
    )


def extended(*, automatic: bool = True) -> events.DeadlineExtended:
    return events.DeadlineExtended(
        decision="D-1",
        name="close",
        phase="voting",
        was=CLOSE,
        working_days=3,
        automatic=automatic,
        because="No quorum.",
        by=None,
    )


def recomputed() -> events.DeadlineRecomputed:
    return events.DeadlineRecomputed(
        decision="D-1",
        name="close",
        phase="voting",
        was=CLOSE,
        due_at=CLOSE + timedelta(days=1),
        calendar="newer",
        remind=(LATER,),
        reason="A holiday.",
        by={},
    )


def after(*happened: Event, then: Decision = RUNNING) -> Decision:
    for event in happened:
        then = evolve(then, event, LATER)
    return then


def test_an_opening_names_the_files_that_the_decision_keeps() -> None:
    decision = begin(opened(), OPENED)

    files = (decision.workflow, decision.rules, decision.calendar, decision.roll)
    assert (files, decision.opened_at) == (("w", "r", "c", "l"), OPENED)


def test_a_phase_begins_without_answers_and_with_nothing_waited_for() -> None:
    begun = after(
        events.PhaseOpened(decision="D-1", phase="voting", round=1),
        then=replace(RUNNING, **votes("for")),
    )

    assert (begun.answered, begun.waiting, begun.entered_at) == (frozenset(), None, LATER)


def test_a_new_round_is_not_extended_anew() -> None:
    begun = after(extended(), events.PhaseOpened(decision="D-1", phase="voting", round=2))

    assert (begun.extended, begun.round) == (1, 2)


def test_a_deadline_that_is_set_is_waited_for() -> None:
    due = events.DeadlineSet(decision="D-1", name="close", phase="voting", due_at=CLOSE)
    decision = after(due, then=replace(RUNNING, deadlines=()))

    assert decision.waiting == Due("close", "voting", CLOSE)


@pytest.mark.parametrize(
    ("moment", "status"), [(LATER, DueStatus.CLEARED), (CLOSE, DueStatus.PASSED)]
)
def test_a_deadline_that_is_replaced_has_passed_or_no_longer_matters(
    moment: object, status: DueStatus
) -> None:
    decision = evolve(RUNNING, extended(), moment)  # type: ignore[arg-type]

    assert decision.deadlines[0].status is status


def test_an_automatic_extension_is_counted_apart_from_that_of_staff() -> None:
    decision = after(extended(automatic=True), extended(automatic=False))

    assert (decision.extended, decision.extended_by_staff) == (1, 1)


def test_an_extension_ends_the_proposal_for_it() -> None:
    proposed = events.ActProposed(
        decision="D-1", act="extend", terms={}, person_hash="h", reason="r", by={}
    )

    assert after(proposed, extended(automatic=False)).proposal is None


def test_a_recomputed_deadline_is_the_one_waited_for_by_the_newer_calendar() -> None:
    decision = after(recomputed())
    moved = Due("close", "voting", CLOSE + timedelta(days=1), remind=(LATER,))

    assert (decision.waiting, decision.calendar) == (moved, "newer")


def test_the_lmc_s_view_is_remembered() -> None:
    assert after(events.LmcRecorded(decision="D-1", view="v", by={})).lmc_heard


def test_an_answer_is_remembered_by_its_practice() -> None:
    vote = events.VoteCast(
        decision="D-1", question="main", practice="P3", round=1, choice="for", by=by()
    )

    assert after(vote).answered == {"P3"}


def test_an_outcome_ends_the_decision() -> None:
    declared = events.OutcomeDeclared(
        decision="D-1",
        state="withdrawn",
        result="withdrawn",
        sentences=("Withdrawn.",),
        statement=None,
        reason="No money.",
        by={},
    )
    ended = after(declared)

    assert (ended.state, ended.waiting, ended.outcome) == (
        "withdrawn",
        None,
        Outcome("withdrawn", ("Withdrawn.",), LATER, None),
    )


def test_the_route_taken_replaces_the_one_that_was_classified() -> None:
    routed = events.DecisionRouted(
        decision="D-1", route="consult", workflow="w", name="consult", because="In doubt."
    )

    assert after(routed, then=replace(RUNNING, route="inform")).route == "consult"


def test_events_that_are_not_about_the_decision_s_course_leave_it_alone() -> None:
    rejected = events.VoteRejected(decision="D-1", practice="P1", round=1, because="late", by=by())

    assert after(rejected) == RUNNING


def test_the_standing_answer_is_found_by_practice_and_question() -> None:
    decision = replace(RUNNING, **votes("for", "against"))

    vote = decision.standing("P2", "main")
    assert vote is not None
    assert vote.choice == "against"


def test_a_practice_that_has_not_answered_has_no_standing_answer() -> None:
    assert RUNNING.standing("P1", "main") is None
