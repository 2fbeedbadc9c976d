"""The words of a picture: what a state says in its box, what a move says along its arrow."""

from collections.abc import Iterator, Mapping

from engine.definition import Move, Open, State, Workflow
from engine.turnaround import longest_way, ordinary_way

_OPEN: Mapping[Open, str] = {
    Open.COMMENTS: "practices may comment",
    Open.VOTES: "practices vote",
}


def caption(workflow: Workflow) -> str:
    """How long it all takes, in one line."""
    ordinary, longest = ordinary_way(workflow).days, longest_way(workflow).days
    most = f", {longest} at most" if longest != ordinary else ""
    return f"{span(ordinary)}{most}; its limit is {workflow.limit}"


def span(days: int) -> str:
    """A number of working days."""
    return f"{days} working day{'' if days == 1 else 's'}"


def spoken(name: str) -> str:
    """A name of the definition as it is said: `not_yet_extended` is "not yet extended"."""
    return name.replace("_", " ")


def who_acts(state: State) -> str:
    """By whom a state's acts are done: the state's `owner` where it has one, else staff."""
    owner = getattr(state, "owner", None)  # not every vocabulary of definitions has owners
    return f"the {spoken(owner)}" if isinstance(owner, str) and owner else "staff"


def state_lines(state: State) -> Iterator[str]:
    """What a box says under its title."""
    if state.deadline is not None:
        yield span(state.deadline.after)
    if state.open_for in _OPEN and not state.is_final:
        yield _OPEN[state.open_for]
    if state.result is not None:
        yield f"result: {spoken(state.result)}"


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
    return f"{spoken(move.on)}, by {who_acts(workflow.states[move.origin])}"


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
