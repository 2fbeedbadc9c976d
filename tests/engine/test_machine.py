"""Which move is legal now; and that no name from a file ever reaches the library."""

from typing import Any

import pytest
from transitions import Machine

from engine.check import check_workflow
from engine.errors import InputFaults
from engine.guards import GUARDS, Situation
from engine.machine import Machinery, build_machinery
from tests.engine.ballots import counted, rule
from tests.engine.makers import CONSULTATION, VOTE, case, rung, value, workflow


def situation(for_: int = 0, against: int = 0, *, extended: int = 0) -> Situation:
    """A vote of eight practices at its close."""
    return Situation(case(extended=extended).decision, (counted(rule(), 8, for_, against),))


def goes_to(state: str, on: str, now: Situation, of: Any = VOTE) -> str | None:  # noqa: ANN401
    move = build_machinery(workflow(of)).next_move(state, on, now)
    return None if move is None else move.to


@pytest.mark.parametrize(
    ("now", "to"),
    [
        (situation(3, 1), "carried"),
        (situation(2, 2), "not_carried"),
        (situation(1, 3), "not_carried"),
        (situation(3, 0), "voting"),
        (situation(3, 0, extended=1), "inquorate"),
        (situation(0, 0, extended=1), "inquorate"),
    ],
)
def test_the_first_move_that_fits_is_taken(now: Situation, to: str) -> None:
    assert goes_to("voting", "close", now) == to


def test_the_move_that_extends_stays_and_says_by_how_much() -> None:
    move = build_machinery(workflow()).next_move("voting", "close", situation(3))

    assert move is not None
    assert (move.to, move.extend) == ("voting", 3)


def test_an_act_that_leads_nowhere_from_here_is_no_move() -> None:
    assert goes_to("consulting", "conclude", situation(), CONSULTATION) is None


def test_a_trigger_that_the_workflow_does_not_know_is_no_move() -> None:
    assert goes_to("voting", "elope", situation()) is None


def test_an_end_has_no_move_out() -> None:
    assert goes_to("carried", "close", situation()) is None


def test_asking_for_a_move_changes_nothing() -> None:
    machinery = build_machinery(workflow())
    moves = {machinery.next_move("voting", "close", situation(3, 1)) for _ in range(5)}

    assert len(moves) == 1


def test_a_guard_that_is_not_in_the_table_builds_no_machine() -> None:
    with pytest.raises(KeyError):
        build_machinery(workflow(asking("tests.engine.makers.ring")))


# --- names from files ------------------------------------------------------------------------


def asking(guard: str) -> dict[str, Any]:
    """The vote, carried when this question is answered with yes."""
    definition = value()
    definition["moves"][0]["when"] = [guard]
    return definition


@pytest.mark.parametrize("guard", ["os.getcwd", "tests.engine.makers.ring", "__class__", "state"])
def test_a_definition_that_asks_by_a_name_not_in_the_table_is_refused(guard: str) -> None:
    with pytest.raises(InputFaults, match="no such question"):
        check_workflow(workflow(asking(guard)), "test.toml")


def conditions(machinery: Machinery) -> list[object]:
    """Everything that the library is asked to call."""
    return [
        condition.func
        for event in machinery.machine.events.values()
        for moves in event.transitions.values()
        for move in moves
        for condition in move.conditions
    ]


def test_the_library_is_given_functions_and_never_a_name() -> None:
    assert not [func for func in conditions(build_machinery(workflow())) if isinstance(func, str)]


def test_a_library_given_the_file_s_own_name_imports_and_calls_it() -> None:
    """The naive way, shown to be dangerous: whoever writes the file runs what they like."""
    rung.clear()
    machine = Machine(model=None, states=["a", "b"], initial="a", auto_transitions=False)
    machine.add_transition("go", "a", "b", conditions=["tests.engine.makers.ring"])
    cursor = type("Cursor", (), {"state": "a"})()

    machine.events["go"].trigger(cursor, "anything")

    assert rung == [("anything",)]


def test_every_guard_answers_with_a_real_yes_or_no() -> None:
    """The library compares with `== True`: anything merely true-ish would be a no."""
    asked = (situation(3, 1), situation(), Situation(case().decision))
    answers = {type(guard(now)) for guard in GUARDS.values() for now in asked}

    assert answers == {bool}
