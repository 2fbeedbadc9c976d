"""Which move is legal now: one shared `transitions.Machine` for each workflow version.

The machine holds no decision and calls nothing of ours but the guards; a trigger is fired on a
throw-away cursor, so it may be shared between threads. Guards are passed as functions: a string
from a file would be imported and called by the library.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from transitions import Machine

from engine.definition import Move, Workflow
from engine.guards import GUARDS, Guard, Situation


@dataclass(slots=True)
class _Cursor:
    """The machine's stand-in for a model: where it is, and the move it took."""

    _at: str
    taken: list[Move] = field(default_factory=list)


def _asks(guard: Guard) -> Callable[[_Cursor, Situation], bool]:
    def condition(_cursor: _Cursor, situation: Situation) -> bool:
        return guard(situation)

    return condition


def _takes(move: Move) -> Callable[[_Cursor, Situation], bool]:
    """The last condition of a move: reached only if it fits, it notes which one was taken."""

    def condition(cursor: _Cursor, _situation: Situation) -> bool:
        cursor.taken.append(move)
        return True

    return condition


@dataclass(frozen=True, slots=True)
class Machinery:
    """A checked workflow with its compiled machine."""

    workflow: Workflow
    machine: Machine

    def next_move(self, state: str, on: str, situation: Situation) -> Move | None:
        """The first move, in the order written, that fits; None where none does."""
        event = self.machine.events.get(on)
        if event is None or state not in event.transitions:
            return None
        cursor = _Cursor(state)
        event.trigger(cursor, cursor, situation)
        return cursor.taken[0] if cursor.taken else None


def build_machinery(workflow: Workflow) -> Machinery:
    """Compile a workflow that `engine.check` has passed."""
    machine = Machine(
        model=None,
        states=list(workflow.states),
        initial=workflow.start,
        model_attribute="_at",  # a trigger may not have this name; no deadline's begins so
        auto_transitions=False,
        send_event=False,
    )
    for move in workflow.moves:
        machine.add_transition(
            move.on,
            move.origin,
            move.to,
            conditions=[*(_asks(GUARDS[name]) for name in move.when), _takes(move)],
        )
    return Machinery(workflow, machine)
