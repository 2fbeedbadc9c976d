"""What may make a decision take longer than its workflow's longest way: each is a leaf of its own.

Practices may call a decision in or challenge its outcome; staff may extend a vote, or order it held
once more. Each has its own limit and is told of apart; none is a part of the longest way.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.challenges import DISPUTE
from engine.definition import Open, State, Workflow
from engine.extending import STAFF_EXTENSION
from engine.facts import Facts
from engine.follow_up import SECOND_LOOK
from engine.impact import Route, workflow_for
from engine.turnaround import longest_way


class Cause(StrEnum):
    """Why it takes longer, by the name of the leaf's subject."""

    CALL_IN = "call_in"
    CHALLENGE = "challenge"
    EXTENSION = "extension"
    REVOTE = "revote"


@dataclass(frozen=True, slots=True)
class Longer:
    """One such cause, all in working days.

    `state` is where it begins and `within` how late that may be: for a call-in counted from the
    opening, for a challenge and a re-vote from the outcome, for an extension until the vote's
    close. `days` is how long it then takes at most, and `limit` what it may not exceed. `through`
    is the workflow that is gone through, `again` the time that a step held up meanwhile then has.
    """

    cause: Cause
    state: str
    within: int
    days: int
    limit: int
    through: str | None = None
    again: int = 0


def lengthened(workflow: Workflow, others: Mapping[str, Workflow]) -> Iterator[Longer]:
    """Every cause there is in a workflow; `others` are those in force, by name."""
    for state in workflow.states.values():
        yield from _called_in(workflow, state, others)
    yield from _extended(workflow)
    yield from _held_again(workflow)
    yield from _challenged(workflow, others)


def rises_to(route: str) -> tuple[str, ...]:
    """The workflows that a decision called in by this route may go through, by its facts."""
    kinds = (Facts(), Facts(affects_practice_income=True))
    return tuple(dict.fromkeys(workflow_for(Route(route), facts) for facts in kinds))


def _called_in(
    workflow: Workflow, state: State, others: Mapping[str, Workflow]
) -> Iterator[Longer]:
    rule, deadline = state.call_in, state.deadline
    if rule is None or deadline is None:
        return
    within = days_before(workflow, state.name) + deadline.after
    for name in rises_to(rule.to):
        if name in others:
            days, limit = longest_way(others[name], revote=False).days, others[name].limit
            yield Longer(Cause.CALL_IN, state.name, within, days, limit, name)


def days_before(workflow: Workflow, state: str) -> int:
    """Working days that can pass before a state is entered, at most, no vote held once more."""
    if state == workflow.start:
        return 0
    return max((_spent(workflow, origin) for origin in _origins(workflow, state)), default=0)


def _spent(workflow: Workflow, state: str) -> int:
    here = workflow.states[state]
    added = sum(move.extend or 0 for move in workflow.moves_from(state))
    own = here.deadline.after + added if here.deadline else 0
    return days_before(workflow, state) + own


def _origins(workflow: Workflow, state: str) -> Iterable[str]:
    return {
        move.origin
        for move in workflow.moves
        if move.to == state and not move.extend and move.on != "revote"
    }


def _extended(workflow: Workflow) -> Iterator[Longer]:
    most = STAFF_EXTENSION[-1]
    for state in workflow.states.values():
        if state.open_for is Open.VOTES and state.deadline is not None:
            yield Longer(Cause.EXTENSION, state.name, state.deadline.after, most, most)


def _held_again(workflow: Workflow) -> Iterator[Longer]:
    for move in workflow.moves:
        if move.on == "revote":
            more = longest_way(workflow).days - longest_way(workflow, revote=False).days
            yield Longer(Cause.REVOTE, move.origin, SECOND_LOOK, more, workflow.limit)


def _challenged(workflow: Workflow, others: Mapping[str, Workflow]) -> Iterator[Longer]:
    """A challenge holds the outcome; a step that it held up has its full time again."""
    if workflow.challenge is None or DISPUTE not in others:
        return
    dispute = others[DISPUTE]
    for state in workflow.states.values():
        if state.result not in (None, "withdrawn"):
            again = longest_way(workflow, state.name, revote=False).days
            days = longest_way(dispute).days
            yield Longer(
                Cause.CHALLENGE,
                state.name,
                workflow.challenge,
                days,
                dispute.limit,
                DISPUTE,
                again,
            )
