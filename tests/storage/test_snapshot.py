"""A decision's snapshot: at every step of its life, what is read back is what was kept."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app.bootstrap import App, build
from engine.commands import (
    AnswerComment,
    Command,
    Extend,
    GiveAnswer,
    HandVote,
    RecordLmc,
    RecordMeeting,
    Scope,
    Withdraw,
)
from engine.decision import Decision
from engine.people import Actor, By, How
from engine.refusals import NoSuchDecision
from storage import tables
from storage.snapshot import from_snapshot, to_snapshot
from tests.earlier_release import SNAPSHOT_SINCE
from tests.small_body import HandClock, as_it_stands, closing, codes, open_vote, settings_for
from workflows.desk import Handled

SESSION = Actor("s1", How.SESSION)


def without_answers(decision: Decision) -> Decision:
    nobody: frozenset[str] = frozenset()
    return replace(
        decision, votes=(), comments=(), accounts=(), answered=nobody, rejected=nobody, heard=None
    )


def assert_kept(app: App, handled: Handled) -> None:
    kept = as_it_stands(app, handled.decision.reference)
    assert kept == without_answers(handled.decision)


def answer(app: App, practice: str) -> GiveAnswer:
    app.store.keys.make(["person:p1"])
    by = By("p1", "Anna Lee")
    return GiveAnswer(practice=practice, by=by, may_cast=True, choices={"main": "for"})


def by_hand(held_on: date, practice: str) -> Command:
    vote = HandVote(practice, "for")
    return RecordMeeting(SESSION, held_on, "Moulton Park", "4.2", (practice,), votes=(vote,))


def test_an_opened_decision_is_kept(app: App) -> None:
    decision = as_it_stands(app, open_vote(app))
    assert from_snapshot(to_snapshot(decision)) == decision


def test_a_decision_that_was_answered_is_kept(app: App) -> None:
    assert_kept(app, app.desk.handle(open_vote(app), answer(app, codes(1)[0])))


def test_a_decision_with_a_proposed_act_is_kept(app: App) -> None:
    extend = Extend(SESSION, "Half-term.", 2)
    assert_kept(app, app.desk.handle(open_vote(app), extend))


def test_a_decision_that_the_lmc_has_seen_is_kept(app: App) -> None:
    assert_kept(app, app.desk.handle(open_vote(app), RecordLmc(SESSION, "The LMC agrees.")))


def test_a_decision_with_a_meeting_and_its_votes_is_kept(app: App, clock: HandClock) -> None:
    reference, (practice, *_) = open_vote(app), codes(1)
    handled = app.desk.handle(reference, by_hand(clock.now().date(), practice))

    assert handled.decision.by_hand == {practice: "M1"}
    assert_kept(app, handled)


def test_a_withdrawn_decision_is_kept(app: App) -> None:
    assert_kept(app, app.desk.handle(open_vote(app), Withdraw(SESSION, "Overtaken by events.")))


def test_a_decision_with_an_answered_comment_is_kept(app: App) -> None:
    reference = open_vote(app)
    app.desk.handle(reference, replace(answer(app, codes(1)[0]), comment="No bus."))
    comment = as_it_stands(app, reference, Scope.COMMENTS).accounts[0].leaf
    assert_kept(app, app.desk.handle(reference, AnswerComment(SESSION, comment, "noted", "Yes.")))


def earlier(decision: Decision) -> str:
    """The snapshot that the first release would have kept."""
    value = json.loads(to_snapshot(decision))
    return json.dumps({key: value[key] for key in value if key not in SNAPSHOT_SINCE})


def test_the_snapshot_of_an_earlier_release_is_read(app: App) -> None:
    decision = as_it_stands(app, open_vote(app))
    plain = replace(decision, phases=(), name="", workflows={})
    assert from_snapshot(earlier(decision)) == plain


def test_the_phases_that_an_earlier_release_did_not_keep_are_read_from_the_trail(app: App) -> None:
    """Or the account of a consultation would say that practices had never been asked."""
    decision = as_it_stands(app, open_vote(app))
    with app.store.database.writing() as writing:
        writing.execute(update(tables.decision).values(snapshot=earlier(decision)))

    assert as_it_stands(app, decision.reference).phases == decision.phases != ()


@pytest.mark.parametrize("voters", [0, 2])
def test_a_decision_with_its_outcome_is_kept(app: App, clock: HandClock, voters: int) -> None:
    reference = open_vote(app)
    for practice in codes(voters):
        app.desk.handle(reference, answer(app, practice))
    clock.at = closing(app, reference)
    app.desk.sweep()
    decision = as_it_stands(app, reference)
    assert from_snapshot(to_snapshot(decision)) == decision


def test_an_extended_decision_is_kept(body_url: str, tmp_path: Path, clock: HandClock) -> None:
    """By the shipped definition: consulted first, then extended for want of a quorum."""
    app = build(settings_for(body_url, tmp_path, straight=False), clock)
    reference = open_vote(app)
    for _ in range(2):
        clock.at = closing(app, reference)
        app.desk.sweep()
    decision = as_it_stands(app, reference)
    app.close()
    assert (decision.extended, from_snapshot(to_snapshot(decision))) == (1, decision)


def test_an_outcome_is_read_back_with_its_count(app: App, clock: HandClock) -> None:
    reference = open_vote(app)
    for practice in codes(2):
        app.desk.handle(reference, answer(app, practice))
    clock.at = closing(app, reference) + timedelta(hours=2)
    app.desk.sweep()
    outcome = as_it_stands(app, reference).outcome
    assert outcome is not None
    assert (outcome.result, (outcome.count or {})["for"]) == ("carried", 2)


def test_an_unknown_reference_is_refused(app: App) -> None:
    with pytest.raises(NoSuchDecision, match="D-1999-0001"):
        as_it_stands(app, "D-1999-0001")
