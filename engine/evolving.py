"""How each event changes a decision.

`evolve` is the only place where an event changes it, so a decision can be rebuilt from the trail
alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import singledispatch

from engine import events
from engine.decision import (
    NO_VOTE,
    ActRecord,
    Charge,
    Decision,
    Due,
    DueStatus,
    Held,
    Interest,
    Meeting,
    Outcome,
    Phase,
    Proposal,
    Query,
)
from engine.event import Event


def begin(event: events.DecisionOpened, at: datetime) -> Decision:
    """The decision that an opening makes."""
    return Decision(
        reference=event.decision,
        workflow=event.workflow,
        rules=event.rules,
        calendar=event.calendar,
        roll=event.roll,
        ballot=event.ballot,
        workflows=event.workflows or {},
        opened_at=at,
    )


def evolve(decision: Decision, event: Event, at: datetime) -> Decision:
    """The decision after an event whose leaf is dated `at`."""
    return _evolve(event, decision, at)


@singledispatch
def _evolve(event: Event, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return decision


@_evolve.register
def _(event: events.DecisionClassified, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(
        decision,
        level=event.level,
        route=event.route,
        ask=event.ask,
        facts=event.facts,
        fired=event.fired,
        reasons=event.reasons,
        asks=event.asks,
        involve=event.involve,
    )


@_evolve.register
def _(event: events.DecisionRouted, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(
        decision,
        route=event.route,
        workflow=event.workflow,
        name=event.name,
        called_in=frozenset(),
        proposal=None,
    )


@_evolve.register
def _(event: events.PhaseOpened, decision: Decision, at: datetime) -> Decision:
    return replace(
        decision,
        state=event.phase,
        entered_at=at,
        round=event.round,
        phases=(*decision.phases, Phase(event.phase, at)),
        by_hand=decision.by_hand if event.round == decision.round else {},
        answered=frozenset(),
        deadlines=_ended(decision.deadlines, at),
    )


@_evolve.register
def _(event: events.DeadlineSet, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    due = Due(event.name, event.phase, event.due_at, DueStatus.WAITING, event.remind)
    return replace(decision, deadlines=(*decision.deadlines, due))


@_evolve.register
def _(event: events.DeadlineExtended, decision: Decision, at: datetime) -> Decision:
    return replace(
        decision,
        deadlines=_ended(decision.deadlines, at),
        extended=decision.extended + event.automatic,
        extended_by_staff=decision.extended_by_staff + (not event.automatic),
        proposal=None,
    )


@_evolve.register
def _(event: events.DeadlineRecomputed, decision: Decision, at: datetime) -> Decision:
    due = Due(event.name, event.phase, event.due_at, DueStatus.WAITING, event.remind)
    ended = _ended(decision.deadlines, at)
    return replace(decision, deadlines=(*ended, due), calendar=event.calendar)


@_evolve.register
def _(event: events.LmcRecorded, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, lmc_heard=True)


@_evolve.register
def _(event: events.ActProposed, decision: Decision, at: datetime) -> Decision:
    return replace(decision, proposal=Proposal(event.act, event.terms, event.person_hash, at))


@_evolve.register
def _(event: events.MailIntended, decision: Decision, at: datetime) -> Decision:
    if event.letter == "query_overdue":
        return _with_query(decision, lambda query: replace(query, overdue=True))
    if event.letter == "quorum_at_risk":
        return replace(decision, warned=(*decision.warned, at))
    return decision


@_evolve.register
def _(event: events.OutcomeDeclared, decision: Decision, at: datetime) -> Decision:
    outcome = Outcome(event.result, event.sentences, at, event.count, event.unreached)
    return replace(
        decision,
        state=event.state,
        entered_at=at,
        outcome=outcome,
        elected=(*decision.elected, *(event.count or {}).get("elected", ())),
        deadlines=_ended(decision.deadlines, at),
    )


@_evolve.register
def _(event: events.CallInRequested, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, called_in=decision.called_in | {event.practice})


@_evolve.register
def _(event: events.BodyActed, decision: Decision, at: datetime) -> Decision:
    return replace(
        decision,
        state=event.state,
        entered_at=at,
        acts=(*decision.acts, ActRecord(event.body_name, event.result, at)),
        deadlines=_ended(decision.deadlines, at),
    )


@_evolve.register
def _(event: events.BallotChanged, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, ballot=event.ballot)


@_evolve.register
def _(event: events.RevoteOrdered, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, outcome=None, held=None, challengers=frozenset())


@_evolve.register
def _(event: events.ChallengeRaised, decision: Decision, at: datetime) -> Decision:
    held = decision.held
    if held is None and decision.outcome is not None:
        held = Held(decision.workflow, decision.name, decision.state, decision.outcome, at)
    return replace(decision, held=held, challengers=decision.challengers | {event.practice})


@_evolve.register
def _(event: events.InterestDeclared, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    # Another interest gives nobody the vote back that a ruling took.
    known = decision.interests.get(event.practice)
    kept = known.ruling if known is not None and known.ruling in NO_VOTE else ""
    declared = {**decision.interests, event.practice: Interest(event.kind, kept)}
    return replace(decision, interests=declared)


@_evolve.register
def _(event: events.InterestRuled, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    known = decision.interests[event.practice]
    ruled = {**decision.interests, event.practice: replace(known, ruling=event.ruling)}
    return replace(decision, interests=ruled, proposal=None)


@_evolve.register
def _(event: events.CommentReceived, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return replace(decision, answered=decision.answered | {event.practice})


@_evolve.register
def _(event: events.CommentAnswered, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    accounts = (
        replace(each, disposition=event.disposition) if each.leaf == event.comment else each
        for each in decision.accounts
    )
    return replace(decision, accounts=tuple(accounts))


@_evolve.register
def _(event: events.VoteCast, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    answered = decision.answered | {event.practice}
    if event.meeting is None and event.practice not in decision.by_hand:
        return replace(decision, answered=answered)
    return replace(decision, answered=answered, by_hand=_by_hand(decision, event))


def _by_hand(decision: Decision, event: events.VoteCast) -> Mapping[str, str]:
    """An answer by link takes the place of one by hand."""
    others = {code: name for code, name in decision.by_hand.items() if code != event.practice}
    return others if event.meeting is None else {**others, event.practice: event.meeting}


@_evolve.register
def _(event: events.MeetingRecorded, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    meeting = Meeting(event.meeting, event.held_on, event.attended)
    return replace(decision, meetings=(*decision.meetings, meeting))


@_evolve.register
def _(event: events.AllowanceCharged, decision: Decision, at: datetime) -> Decision:
    return replace(decision, charge=Charge(event.year, at))


@_evolve.register
def _(event: events.AllowanceReversed, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    charge = decision.charge
    return replace(decision, charge=None if charge is None else replace(charge, reversed=True))


@_evolve.register
def _(event: events.AllowanceQueried, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    query = Query(event.query, event.role, event.due_at)
    return replace(decision, queries=(*decision.queries, query))


@_evolve.register
def _(event: events.AllowanceAnswered, decision: Decision, at: datetime) -> Decision:  # noqa: ARG001
    return _with_query(decision, lambda query: replace(query, answered=True))


def _with_query(decision: Decision, change: Callable[[Query], Query]) -> Decision:
    """The decision with its open query changed."""
    queries = (each if each.answered else change(each) for each in decision.queries)
    return replace(decision, queries=tuple(queries))


def _ended(deadlines: tuple[Due, ...], at: datetime) -> tuple[Due, ...]:
    """Nothing is waited for any more: what was due has passed, the rest is cleared."""
    return tuple(
        replace(due, status=DueStatus.PASSED if due.due_at <= at else DueStatus.CLEARED)
        if due.status is DueStatus.WAITING
        else due
        for due in deadlines
    )
