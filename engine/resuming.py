"""After a challenge: what was held up goes on from where it was."""

from collections.abc import Iterator

from engine import events
from engine.case import Case
from engine.entering import Words
from engine.event import Event


def resume(case: Case, state: str, words: Words) -> Iterator[Event] | None:
    """The events of going on with a step that a challenge held up; None where there is none.

    An outcome that stands and waits for another body's act goes back to that body, with its full
    time if it has any, and one that a vote held once more may follow can still be followed by it;
    one that nothing could follow simply stands.
    """
    held = case.decision.held
    if held is None or case.machinery.workflow.states[state].act != "upheld":
        return None
    before = case.machinery_of(held.workflow).workflow
    spent = {"revote"} if case.decision.round > 1 else set()
    follows = set(before.acts_in(held.state)) - spent
    if before.states[held.state].is_final and not follows:
        return None
    return _go_on(case, words)


def _go_on(case: Case, words: Words) -> Iterator[Event]:
    held = case.decision.held
    if held is None:
        return
    yield events.BodyActed(
        decision=case.decision.reference,
        body_name=case.state.body or "",
        result="upheld",
        state=held.state,
        agreed=words.agreed,
        votes=words.numbers,
        record=words.record,
        reason=words.reason,
        by=words.by,
    )
    yield events.DecisionRouted(
        decision=case.decision.reference,
        route=case.decision.route,
        workflow=held.workflow,
        name=held.name,
        because="The challenge was heard and the outcome stands; what it held up goes on.",
    )
    if case.machinery_of(held.workflow).workflow.states[held.state].is_final:
        return
    yield events.PhaseOpened(
        decision=case.decision.reference, phase=held.state, round=case.decision.round
    )
