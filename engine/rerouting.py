"""A running decision takes another route: practices call it in, or staff override it."""

from collections.abc import Iterator
from datetime import datetime

from engine import events
from engine.answering import require_said
from engine.candidates import is_election
from engine.case import Case, Ruling
from engine.commands import CallIn, Override
from engine.definition import CallIn as CallInRule
from engine.definition import Open
from engine.event import Event
from engine.facts import Facts
from engine.impact import Route, workflow_for
from engine.refusals import (
    KeptOut,
    NeedsReason,
    NoSuchAct,
    NoSuchWorkflow,
    NotCalledIn,
    NotYours,
    TooLate,
)
from engine.two_persons import actor_value, second_hash, second_word


def call_in(case: Case, command: CallIn, now: datetime) -> Ruling:
    """A practice asks for the next route; the one that makes the share raises the decision."""
    rule, due = case.state.call_in, case.decision.waiting
    if rule is None or due is None or case.decision.held is not None:
        raise NotCalledIn
    if command.to not in ("", rule.to):  # it rose while this practice had its old page open
        raise NotCalledIn(
            "Enough practices had called this decision in before you did: it goes on by "
            f"{case.decision.route!r} already, and nothing was recorded for you.",
            "Open its page again to see what practices are asked now.",
        )
    if now >= due.due_at:
        raise TooLate(due.due_at, case.calendar.words_with_zone(due.due_at))
    if not command.may_cast:
        raise NotYours
    if command.practice in case.decision.kept_out:
        raise KeptOut
    require_said(command, "Say in a sentence why all practices should be asked.")
    if command.practice in case.decision.called_in:
        return Ruling()
    asked = events.CallInRequested(
        decision=case.decision.reference,
        practice=command.practice,
        text=command.text,
        by=command.by,
    )
    because = _reached(case, rule, case.decision.called_in | {command.practice})
    rises = tuple(switch(case, Route(rule.to), because)) if because else ()
    return Ruling((asked, *rises))


def _reached(case: Case, rule: CallInRule, asking: frozenset[str]) -> str:
    """Why the call-in succeeds; empty while it does not."""
    on_roll = len(case.roll.lines)
    if 100 * len(asking) >= rule.percent * on_roll:
        return (
            f"Called in by {len(asking)} of {on_roll} practices; "
            f"{rule.percent}% of practices were needed."
        )
    if rule.whole_locality:
        for locality, members in case.roll.localities.items():
            if locality and members <= asking:
                every = f"all {len(members)} practices" if len(members) > 1 else "the one practice"
                return f"Called in by {every} of {locality}."
    return ""


def may_override(case: Case) -> bool:
    """Whether the route may still be changed: before any vote, outcome or body's act."""
    decision = case.decision
    early = decision.round == 0 and decision.outcome is None and not decision.acts
    return early and not case.state.is_final and bool(decision.workflows)


def override(case: Case, command: Override, now: datetime) -> Iterator[Event]:
    """Raise the route with a reason; lower it with a second person too, and practices are told."""
    due = case.decision.waiting
    if not may_override(case) or due is None or due.due_at <= now:
        raise NoSuchAct("The route can be changed before any vote opens, while a step is open.")
    routes = [str(route) for route in Route]
    if command.route not in routes or command.route == case.decision.route:
        others = ", ".join(route for route in routes if route != case.decision.route)
        raise NoSuchAct(f"It goes by {case.decision.route!r} now; name another route: {others}.")
    if not command.reason.strip():
        raise NeedsReason
    was, route = Route(case.decision.route), Route(command.route)
    lower = route.rank < was.rank
    if lower:
        terms = {"route": str(route)}
        proposal = second_word(case, command.actor, "override", terms, command.reason)
        if proposal is not None:
            yield proposal
            return
    yield events.Overridden(
        decision=case.decision.reference,
        was=str(was),
        route=str(route),
        lower=lower,
        reason=command.reason,
        by=actor_value(command.actor),
        person_hash=second_hash(case, command.actor) if lower else None,
    )
    because = "Lowered on the word of two persons." if lower else "Raised by the secretariat."
    yield from switch(case, route, because)


def switch(case: Case, route: Route, because: str) -> Iterator[Event]:
    """The events of going on by another route's workflow, from its start."""
    facts = Facts(**dict(case.decision.facts))
    candidates = is_election(case.decision.ballot)
    name = workflow_for(route, facts, candidates=candidates)
    if candidates and route.rank >= Route.VOTE.rank and name != "election":
        raise NoSuchAct(
            f"Candidates are on the ballot, and {name!r} counts votes for and against: "
            "the close could not be counted. Practices elect by the route 'vote'."
        )
    yield from enter_workflow(case, name, str(route), because)


def enter_workflow(case: Case, name: str, route: str, because: str) -> Iterator[Event]:
    """The events of starting a workflow that was pinned when the decision opened."""
    digest = case.decision.workflows.get(name)
    if digest is None:
        raise NoSuchWorkflow(f"The decision opened without the workflow {name!r}.")
    workflow = case.machinery_of(digest).workflow
    yield events.DecisionRouted(
        decision=case.decision.reference,
        route=route,
        workflow=digest,
        name=name,
        because=because,
    )
    voting = workflow.states[workflow.start].open_for is Open.VOTES
    yield events.PhaseOpened(
        decision=case.decision.reference,
        phase=workflow.start,
        round=case.decision.round + voting,
    )
