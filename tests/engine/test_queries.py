"""Queries of the account: who asks, who answers, by when, and that a delay is told once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import events
from engine.case import Case
from engine.commands import AnswerQuery, PassQuery, QueryEntry
from engine.decide import decide
from engine.decision import Charge, Query
from engine.people import Actor, How
from engine.refusals import (
    MayNotAnswer,
    MayNotQuery,
    NeedsReason,
    NoOpenQuery,
    NothingDrawn,
    QueryWaits,
)
from tests.engine.makers import OPENED, at, calendar
from tests.engine.roads import after, on_the_road

PERSON = Actor("p1", How.CLI)
DUE = at("5pm Monday 19 October 2026")
"""Ten working days after Monday 5 October."""

OPEN = Query(1, "committee", DUE)


def charged(**changes: Any) -> Case:  # noqa: ANN401
    terms = {
        "facts": {"uses_management_allowance": True, "money_gbp": 31_000},
        "charge": Charge("2026/27", OPENED),
        "deadlines": (),
    }
    return on_the_road("allowance_committee", "committee", "approved", **{**terms, **changes})


def asks(*roles: str, text: str = "What for?", actor: Actor = PERSON) -> QueryEntry:
    return QueryEntry(actor, frozenset(roles), text, calendar(), "c")


def answers(*roles: str, text: str = "For this.", actor: Actor = PERSON) -> AnswerQuery:
    return AnswerQuery(actor, frozenset(roles), text)


def mails(case: Case, command: Any, now: datetime) -> list[tuple[str, str | None]]:  # noqa: ANN401
    _, happened = after(case, command, now)
    return [(e.letter, e.to.role) for e in happened if isinstance(e, events.MailIntended)]


# --- asking ---------------------------------------------------------------------------------------


def test_an_answer_is_due_ten_working_days_later() -> None:
    (asked,) = decide(charged(), asks("committee"), OPENED).events

    assert isinstance(asked, events.AllowanceQueried)
    assert (asked.query, asked.due_at) == (1, DUE)


def test_the_time_for_an_answer_leaves_out_bank_holidays() -> None:
    """Ten days from Monday 21 December are not ten working days: Christmas is in between."""
    (asked,) = decide(charged(), asks("lmc"), at("9am Monday 21 December 2026")).events

    assert isinstance(asked, events.AllowanceQueried)
    assert asked.due_at == at("5pm Thursday 7 January 2027")


def test_the_calendar_in_force_is_used_when_the_decision_s_own_has_run_out() -> None:
    """Naive variant: by its own calendar a decision of long ago could never be queried."""
    old = charged()
    short = replace(calendar(), last_year=2026, holidays=frozenset(), transitions=())
    case = replace(old, calendar=short)

    (asked,) = decide(case, asks("committee"), at("9am Monday 11 January 2027")).events
    assert isinstance(asked, events.AllowanceQueried)
    assert asked.due_at == at("5pm Monday 25 January 2027")


@pytest.mark.parametrize("role", ["committee", "lay_chair", "lmc"])
def test_the_committee_the_lay_chair_and_the_lmc_may_ask(role: str) -> None:
    (asked,) = decide(charged(), asks(role, "patient_forum"), OPENED).events

    assert isinstance(asked, events.AllowanceQueried)
    assert asked.role == role


@pytest.mark.parametrize("roles", [(), ("secretary",), ("accountable_officer", "chair")])
def test_others_may_not(roles: tuple[str, ...]) -> None:
    with pytest.raises(MayNotQuery):
        decide(charged(), asks(*roles), OPENED)


def test_nobody_asks_without_a_name() -> None:
    with pytest.raises(MayNotQuery):
        decide(charged(), asks("committee", actor=Actor(None, How.CLI)), OPENED)


def test_a_query_needs_words() -> None:
    with pytest.raises(NeedsReason):
        decide(charged(), asks("committee", text=" "), OPENED)


def test_a_decision_that_draws_nothing_cannot_be_queried() -> None:
    with pytest.raises(NothingDrawn, match="draws nothing"):
        decide(charged(charge=None, facts={}), asks("committee"), OPENED)


def test_a_decision_that_is_not_approved_yet_cannot_be_queried() -> None:
    with pytest.raises(NothingDrawn, match="not approved"):
        decide(charged(charge=None), asks("committee"), OPENED)


def test_what_was_given_back_can_still_be_asked_about() -> None:
    back = Charge("2026/27", OPENED, reversed=True)
    assert decide(charged(charge=back), asks("committee"), OPENED).events


def test_a_second_query_waits_for_the_answer_to_the_first() -> None:
    with pytest.raises(QueryWaits):
        decide(charged(queries=(OPEN,)), asks("lay_chair"), OPENED)


def test_after_the_answer_another_may_be_asked() -> None:
    case = charged(queries=(replace(OPEN, answered=True),))
    (asked,) = decide(case, asks("committee"), OPENED).events

    assert isinstance(asked, events.AllowanceQueried)
    assert asked.query == 2


def test_the_accountable_officer_is_written_to_at_once() -> None:
    assert mails(charged(), asks("committee"), OPENED) == [("query_raised", "accountable_officer")]


# --- answering ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["accountable_officer", "chair", "secretary"])
def test_the_officers_may_answer(role: str) -> None:
    case, _ = after(charged(queries=(OPEN,)), answers(role), OPENED)

    assert case.decision.open_query is None


def test_the_committee_does_not_answer_itself() -> None:
    with pytest.raises(MayNotAnswer):
        decide(charged(queries=(OPEN,)), answers("committee"), OPENED)


def test_where_nothing_is_asked_nothing_is_answered() -> None:
    with pytest.raises(NoOpenQuery):
        decide(charged(), answers("secretary"), OPENED)


def test_an_answer_needs_words() -> None:
    with pytest.raises(NeedsReason):
        decide(charged(queries=(OPEN,)), answers("secretary", text=""), OPENED)


def test_a_late_answer_is_taken() -> None:
    late = charged(queries=(replace(OPEN, overdue=True),))
    assert decide(late, answers("secretary"), DUE + timedelta(days=40)).events


def test_the_committee_gets_the_answer() -> None:
    assert mails(charged(queries=(OPEN,)), answers("secretary"), OPENED) == [
        ("query_answered", "committee")
    ]


def test_whoever_asked_in_another_office_gets_it_too() -> None:
    asked = charged(queries=(replace(OPEN, role="lmc"),))

    assert mails(asked, answers("secretary"), OPENED) == [
        ("query_answered", "committee"),
        ("query_answered", "lmc"),
    ]


# --- when its time is up --------------------------------------------------------------------------


def test_a_delay_is_told_to_the_lay_chair_and_the_accountable_officer() -> None:
    assert mails(charged(queries=(OPEN,)), PassQuery(DUE), DUE) == [
        ("query_overdue", "lay_chair"),
        ("query_overdue", "accountable_officer"),
    ]


def test_a_delay_is_told_once_however_many_sweeps_there_are() -> None:
    """With `overdue` left out of the rule each sweep would write again."""
    case, _ = after(charged(queries=(OPEN,)), PassQuery(DUE), DUE)

    assert decide(case, PassQuery(DUE), DUE).events == ()


def test_before_its_time_no_delay_is_told() -> None:
    early = DUE - timedelta(microseconds=1)
    assert decide(charged(queries=(OPEN,)), PassQuery(DUE), early).events == ()


def test_the_time_of_an_answered_query_passes_in_silence() -> None:
    done = charged(queries=(replace(OPEN, answered=True),))
    assert decide(done, PassQuery(DUE), DUE).events == ()


def test_the_time_of_an_earlier_query_says_nothing_about_a_later_one() -> None:
    """A sweep may still hold the first one's wake when the second has been asked."""
    later = replace(OPEN, number=2, due_at=DUE + timedelta(days=1))
    case = charged(queries=(replace(OPEN, answered=True), later))

    assert decide(case, PassQuery(DUE), DUE + timedelta(days=2)).events == ()
