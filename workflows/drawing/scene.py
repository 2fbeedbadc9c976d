"""What a picture shows: boxes, arrows between them, arrows from outside. No places yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition import Move, State, Workflow
from workflows.drawing.names import before_outcome, leads_back, listed, spoken, who_acts
from workflows.drawing.words import (
    caption,
    extension_words,
    is_by_deadline,
    move_words,
    state_lines,
)

_MANY = 3
"""An act that leads to one state from so many others is said once, at the state it leads to."""


@dataclass(frozen=True, slots=True)
class Box:
    """A state. `loop` is what is said of the time that may be added to it."""

    name: str
    title: str
    lines: tuple[str, ...]
    is_end: bool
    loop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move, or several that say the same; without `origin` it comes from outside.

    One that leads `back` returns to a box above, beside the others.
    """

    origin: str | None
    to: str
    words: tuple[str, ...]
    by_deadline: bool
    back: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """All of it, boxes in the order of the definition."""

    name: str
    title: str
    caption: str
    start: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def scene_of(workflow: Workflow) -> Scene:
    """What the picture of a definition shows."""
    return Scene(
        name=workflow.name,
        title=workflow.title,
        caption=caption(workflow),
        start=workflow.start,
        boxes=tuple(_box(workflow, state) for state in workflow.states.values()),
        arrows=tuple(_arrows(workflow)),
    )


def _box(workflow: Workflow, state: State) -> Box:
    stays = (move for move in workflow.moves_from(state.name) if move.extend)
    loop = tuple(words for move in stays for words in extension_words(workflow, move))
    return Box(state.name, state.title, tuple(state_lines(workflow, state)), state.is_final, loop)


def _arrows(workflow: Workflow) -> Iterator[Arrow]:
    yield Arrow(None, workflow.start, ("opened",), by_deadline=True)
    told: set[tuple[str, str]] = set()
    for move in workflow.moves:
        key = (move.on, move.to)
        if move.extend or key in told:
            continue
        together = _from_many(workflow, move)
        if together:
            told.add(key)
            yield Arrow(None, move.to, together, by_deadline=False)
        else:
            words = move_words(workflow, move)
            back = leads_back(workflow, move)
            yield Arrow(move.origin, move.to, words, is_by_deadline(workflow, move), back)


def _from_many(workflow: Workflow, move: Move) -> tuple[str, ...]:
    """How an act is said once that can be done in every step, or in many; else nothing."""
    same = [each for each in workflow.moves if (each.on, each.to) == (move.on, move.to)]
    if any(_is_special(workflow, each) for each in same):
        return ()
    actors = {who_acts(workflow, each) for each in same}
    origins = {each.origin for each in same}
    said = f"{spoken(move.on)}, by {actors.pop()}" if len(actors) == 1 else spoken(move.on)
    if len(origins) > 1 and origins >= before_outcome(workflow):
        after = any(not s.is_final and s.result for s in workflow.states.values())
        return (said, f"from every step{' before the outcome' if after else ''}")
    if len(origins) >= _MANY:
        return (said, f"from {listed((spoken(each.origin) for each in same), 'or')}")
    return ()


def _is_special(workflow: Workflow, move: Move) -> bool:
    """Whether more is to be said of a move than what is done and from where."""
    asked = bool(move.when or move.agree) or is_by_deadline(workflow, move)
    return asked or leads_back(workflow, move)
