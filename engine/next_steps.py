"""What happens next, in words: to be said in letters and on pages."""

from collections.abc import Iterator, Mapping

from engine.case import Case
from engine.definition import Open

_BODIES: Mapping[str, str] = {
    "non_gp_majority_committee": "a committee without a GP majority",
    "management_allowance_committee": "the management allowance committee",
    "nhs_england": "NHS England",
}
"""Who acts after the practices, and how a letter names them."""


def after_opening(case: Case) -> tuple[str, ...]:
    """What follows the step that practices are in now."""
    return tuple(_after_opening(case))


def _after_opening(case: Case) -> Iterator[str]:
    due = case.decision.waiting
    if due is None or case.state.open_for is not Open.COMMENTS:
        return
    for move in case.machinery.workflow.moves_from(case.decision.state):
        following = case.machinery.workflow.states[move.to]
        if move.on != due.name or following.deadline is None:
            continue
        end = case.calendar.due(due.due_at, following.deadline.after)
        if following.open_for is Open.VOTES:
            yield f"Then all practices on the roll vote, until {case.calendar.words(end)}."
        else:
            yield f"Then the outcome statement follows, by {case.calendar.words(end)}."


def after_outcome(case: Case) -> tuple[str, ...]:
    """What follows from the outcome."""
    return tuple(_after_outcome(case))


def _after_outcome(case: Case) -> Iterator[str]:
    decision = case.decision
    result = decision.outcome.result if decision.outcome else ""
    if result == "inquorate":
        yield "Too few practices answered for a decision either way, so nothing changes."
    if result == "not_carried":
        yield "Practices did not agree, so nothing changes."
    if result == "carried":
        for body in decision.involve:
            if body in _BODIES:
                yield f"Next, {_BODIES[body]} has to act on it; that act is recorded beside this."
