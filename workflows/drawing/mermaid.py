"""A definition in Mermaid's words, for pages that draw these themselves."""

from collections.abc import Iterator

from engine.definition import Move, Workflow
from workflows.drawing.words import condition, span, state_lines, trigger


def mermaid(workflow: Workflow) -> str:
    """The picture as a state diagram."""
    return "\n".join((*_lines(workflow), ""))


def _lines(workflow: Workflow) -> Iterator[str]:
    yield "stateDiagram-v2"
    for state in workflow.states.values():
        more = "; ".join(state_lines(workflow, state))
        yield f"    {state.name}: {_plain(f'{state.title} ({more})' if more else state.title)}"
    yield f"    [*] --> {workflow.start}"
    for move in workflow.moves:
        yield f"    {move.origin} --> {move.to}: {_label(workflow, move)}"
    for state in workflow.states.values():
        if state.is_final:
            yield f"    {state.name} --> [*]"


def _label(workflow: Workflow, move: Move) -> str:
    asked = condition(workflow, move)
    more = f", {span(move.extend)} more" if move.extend else ""
    return _plain(f"{trigger(workflow, move)}{f', {asked}' if asked else ''}{more}")


def _plain(words: str) -> str:
    """Words without the signs that mean something to Mermaid."""
    return words.translate(_SIGNS)


_SIGNS = str.maketrans({":": " -", ";": ",", "#": "", "%": " per cent", "\n": " "})
