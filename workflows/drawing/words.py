"""The words of a picture: what a state says in its box, what a move says along its arrow."""

from collections.abc import Iterator, Mapping

from engine.definition import CallIn, Move, Open, State, Workflow
from engine.follow_up import SECOND_LOOK
from engine.turnaround import longest_way, ordinary_way
from workflows.drawing.names import listed, spoken, the, who_acts

_OPEN: Mapping[Open, str] = {
    Open.COMMENTS: "practices may comment",
    Open.VOTES: "practices vote",
}
_RISES: Mapping[str, str] = {"consult": "it is then consulted on", "vote": "it is then voted on"}


def caption(workflow: Workflow) -> str:
    """How long it all takes, in one line."""
    ordinary = ordinary_way(workflow).days
    longest, ordered = longest_way(workflow, revote=False).days, longest_way(workflow).days
    most = f", {longest} at most" if longest != ordinary else ""
    again = f", {ordered} where a re-vote is ordered" if ordered != longest else ""
    return f"{span(ordinary)}{most}{again}; its limit is {workflow.limit}"


def span(days: int) -> str:
    """A number of working days."""
    return f"{days} working day{'' if days == 1 else 's'}"


def state_lines(workflow: Workflow, state: State) -> Iterator[str]:
    """What a box says under its title."""
    if state.deadline is not None:
        yield span(state.deadline.after)
    if state.open_for in _OPEN and not state.is_final:
        yield _OPEN[state.open_for]
    if state.result is not None:
        yield f"result: {spoken(state.result)}"
    if state.act is not None:
        yield f"act: {spoken(state.act)}"
    yield from _next(workflow, state)
    if state.call_in is not None:
        yield call_in_words(state.call_in)
    if state.result not in (None, "withdrawn") and workflow.challenge is not None:
        yield f"may be challenged for {span(workflow.challenge)}"


def _next(workflow: Workflow, state: State) -> Iterator[str]:
    """Who has the next step and, where that is another or must be several, who acts."""
    owner, body = state.owner, state.body
    agreed = any(move.agree for move in workflow.moves_from(state.name))
    if owner is None:
        return
    if body is None or agreed:
        yield f"next: {the(owner)}"
    elif body.endswith(owner):
        yield f"next: {the(body)}"
    else:
        yield from (f"next: {the(owner)}", f"acts: {the(body)}")


def call_in_words(rule: CallIn) -> str:
    """How practices raise a decision, and what is then done."""
    locality = ", or a whole locality," if rule.whole_locality else ""
    then = _RISES.get(rule.to, f"it then goes by {spoken(rule.to)}")
    return f"{rule.percent}% of practices{locality} may call it in: {then}"


def is_by_deadline(workflow: Workflow, move: Move) -> bool:
    """Whether the move is taken when the state's time is up, and not by somebody's act."""
    deadline = workflow.states[move.origin].deadline
    return deadline is not None and deadline.name == move.on


def move_words(workflow: Workflow, move: Move) -> tuple[str, ...]:
    """A move's trigger, and under what condition it is the one that is taken."""
    asked = condition(workflow, move)
    return (trigger(workflow, move), asked) if asked else (trigger(workflow, move),)


def trigger(workflow: Workflow, move: Move) -> str:
    """What sets a move off."""
    if is_by_deadline(workflow, move):
        return f"time is up: {spoken(move.on)}"
    if move.agree:
        return f"{spoken(move.on)}: {listed(map(spoken, move.agree))} agree"
    by = who_acts(workflow, move)
    if move.on == "revote":
        return f"re-vote, once, ordered by {by} within {span(SECOND_LOOK)}"
    return f"{spoken(move.on)}, by {by}"


def condition(workflow: Workflow, move: Move) -> str:
    """When this move is taken, and not one written above it on the same trigger."""
    same = [each for each in workflow.moves_from(move.origin) if each.on == move.on]
    later = "" if move is same[0] else "else "
    if move.when:
        return f"{later}if {' and '.join(map(spoken, move.when))}"
    return "otherwise" if later else ""


def extension_words(workflow: Workflow, move: Move) -> tuple[str, ...]:
    """What a move that stays in its state says."""
    return (f"{span(move.extend or 0)} more", condition(workflow, move))
