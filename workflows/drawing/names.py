"""Names of a definition as people say them: states, roles, bodies, and who does which act."""

from collections.abc import Iterable

from engine.bodies import ACTS
from engine.definition import Move, Workflow

_LETTERS = {"gp": "GP", "lmc": "LMC", "nhs": "NHS", "icb": "ICB", "england": "England"}


def spoken(name: str) -> str:
    """A name of the definition as it is said: `not_yet_extended` is "not yet extended"."""
    words = " ".join(_LETTERS.get(word, word) for word in name.split("_"))
    return words.replace("non GP ", "non-GP-")


def the(name: str) -> str:
    """A role or a body as it is named in a sentence: "the lay chair", "NHS England"."""
    words = spoken(name)
    return words if words.startswith("NHS") else f"the {words}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Several in a sentence: "one, two and three"."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def who_acts(workflow: Workflow, move: Move) -> str:
    """By whom an act is done: a body's by that body, an order by the step's owner, else staff."""
    state = workflow.states[move.origin]
    if move.on in ACTS and any(each.agree for each in workflow.moves_from(move.origin)):
        return "one of them"
    if move.on in ACTS and state.body is not None:
        return the(state.body)
    if move.on == "revote" and state.owner is not None:
        return the(state.owner)
    return "staff"


def leads_back(workflow: Workflow, move: Move) -> bool:
    """Whether a move returns to a state that was passed on the way here: a vote held once more."""
    return move.on == "revote" and move.origin in _onward(workflow, move.to)


def _onward(workflow: Workflow, start: str) -> set[str]:
    """The states that moves lead to from here, orders to vote once more apart."""
    seen: set[str] = set()
    frontier = {start}
    while frontier:
        seen |= frontier
        frontier = {
            move.to for move in workflow.moves if move.origin in frontier and move.on != "revote"
        } - seen
    return seen


def before_outcome(workflow: Workflow) -> set[str]:
    """The steps that a decision can be in while no outcome has been declared."""
    seen: set[str] = set()
    frontier = {workflow.start}
    while frontier:
        seen |= frontier
        frontier = {
            move.to
            for move in workflow.moves
            if move.origin in frontier and workflow.states[move.to].result is None
        } - seen
    return {name for name in seen if not workflow.states[name].is_final}
