"""A definition drawn with letters, for a terminal: boxes one below the other, moves beneath each.

An end has a double border. A move that time makes has a solid line, an act a dashed one.
"""

from collections.abc import Iterator

from engine.definition import Move, State, Workflow
from workflows.drawing.names import leads_back
from workflows.drawing.words import (
    caption,
    condition,
    is_by_deadline,
    span,
    state_lines,
    trigger,
)

_LEAST = 44
_SINGLE, _DOUBLE = tuple("┌─┐│└┘"), tuple("╔═╗║╚╝")


def plain(workflow: Workflow) -> str:
    """The picture, in lines of about eighty letters."""
    states = sorted(workflow.states.values(), key=lambda state: _depth(workflow, state.name))
    head = (workflow.title, caption(workflow), "")
    return "\n".join((*head, *(line for state in states for line in _state(workflow, state)), ""))


def _depth(workflow: Workflow, name: str) -> int:
    """How many moves lead to a state from the start, at most, without going back."""
    before = [
        move.origin
        for move in workflow.moves
        if move.to == name and not move.extend and not leads_back(workflow, move)
    ]
    return 1 + max((_depth(workflow, origin) for origin in before), default=-1)


def _state(workflow: Workflow, state: State) -> Iterator[str]:
    left, flat, right, side, low_left, low_right = _DOUBLE if state.is_final else _SINGLE
    lines = (f"{state.name}: {state.title}", *state_lines(workflow, state))
    wide = max(_LEAST, *map(len, lines))
    yield f"{left}{flat * (wide + 2)}{right}"
    yield from (f"{side} {line.ljust(wide)} {side}" for line in lines)
    yield f"{low_left}{flat * (wide + 2)}{low_right}"
    moves = list(workflow.moves_from(state.name))
    for n, move in enumerate(moves, 1):
        yield _move(workflow, move, corner="├" if n < len(moves) else "└")
    yield ""


def _move(workflow: Workflow, move: Move, corner: str) -> str:
    by_time = is_by_deadline(workflow, move)
    asked = condition(workflow, move)
    words = f"{trigger(workflow, move)}{f', {asked}' if asked else ''}"
    to = f"{span(move.extend)} more here" if move.extend else move.to
    return f"  {corner}{'──' if by_time else '╌╌'} {words} {'──▶' if by_time else '╌╌▶'} {to}"
